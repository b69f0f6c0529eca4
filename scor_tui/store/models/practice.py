"""The practice: practitioners, remplaçants, caisses, certificates and trusted authorities."""

from __future__ import annotations

from peewee import BlobField, BooleanField, IntegerField, TextField

from scor_tui.store.fields import IsoDate, UtcDateTime
from scor_tui.store.models.base import Check, Record, link, one_of


class Practice(Record):
    """The practice itself: one row. `silence_hours` is how long a caisse may stay silent.

    `restored` is set by a restoration until a person confirms what may have left since the backup.
    """

    name = TextField()
    demonstration = BooleanField(default=False)
    silence_hours = IntegerField(default=48)
    scanner = TextField(default="")
    watched_folder = TextField(default="")
    restored = UtcDateTime(null=True)
    created = UtcDateTime()

    class Meta:
        """One row only."""

        constraints = (Check("id = 1"), Check("silence_hours >= 1"))


class Authority(Record):
    """A certification authority that the practice trusts (PEM)."""

    certificate = BlobField()
    fingerprint = TextField(unique=True)


class Caisse(Record):
    """A fund: `identifier` is régime-caisse-centre; its certificates as PEM, checked at each use.

    `former_signing` are the certificates that signed before: an ARL on its way may still bear one.
    """

    identifier = TextField(unique=True)
    name = TextField()
    postal_address = TextField(default="")
    address = TextField(default="")
    content_certificate = BlobField(default=b"")
    signing_certificate = BlobField(default=b"")
    former_signing = BlobField(default=b"")
    transport_certificate = BlobField(default=b"")
    frontal_certificate = BlobField(default=b"")
    size_limit = IntegerField(default=10_000_000)

    class Meta:
        """The identifier has the shape 01-996-0000."""

        constraints = (Check("identifier LIKE '__-___-___%'"), Check("size_limit > 0"))


class Practitioner(Record):
    """A practitioner: 9-digit number, his date de démarrage SCOR, his post, his counter of lots SCOR.

    `polled` is when his BAL was last polled with success.
    """

    number = TextField(unique=True)
    name = TextField()
    first_name = TextField(default="")
    profession = TextField(default="")
    address = TextField(default="")
    scor_start = IsoDate(null=True)
    mail_kind = TextField(default="maildir")
    mail_address = TextField(default="")
    mail_box = TextField(default="")
    mail_out = TextField(default="")
    next_lot = IntegerField(default=1)
    polled = UtcDateTime(null=True)

    class Meta:
        """Nine digits."""

        constraints = (Check("length(number) = 9"),)


class Certificate(Record):
    """A practitioner's key and certificate (PEM); several a usage, the latest valid one is used, all can read."""

    practitioner = link(Practitioner, backref="certificates")
    usage = TextField()
    key = BlobField()
    certificate = BlobField()
    fingerprint = TextField()
    added = UtcDateTime()

    class Meta:
        """A certificate stands once per practitioner and usage."""

        indexes = ((("practitioner", "usage", "fingerprint"), True),)
        constraints = (one_of("usage", ("signature", "chiffrement")),)


class Remplacant(Record):
    """A substitute working under a holder's practice."""

    number = TextField(unique=True)
    name = TextField()
    first_name = TextField(default="")
    titulaire = link(Practitioner, backref="remplacants")

"""Registers: paper, bordereaux, reports, and the journal that is only ever added to."""

from __future__ import annotations

from peewee import IntegerField, TextField

from scor_tui.domain.paper import PaperReason, PaperStatus
from scor_tui.store.fields import EnumText, IsoDate, UtcDateTime
from scor_tui.store.models.base import Check, Record, link, one_of
from scor_tui.store.models.care import LotFSE
from scor_tui.store.models.pieces import Piece
from scor_tui.store.models.sending import Dossier


class PaperRow(Record):
    """A piece that travels by post: one row a piece, once."""

    piece = link(Piece, unique=True)
    dossier = link(Dossier, backref="paper")
    reason = EnumText(PaperReason)
    status = EnumText(PaperStatus, default=PaperStatus.COLLECTE, index=True)
    entered = UtcDateTime()
    posted = IsoDate(null=True)

    class Meta:
        """Posted rows have their date; counted by it."""

        indexes = ((("status", "posted"), False),)
        constraints = (
            one_of("reason", PaperReason),
            one_of("status", PaperStatus),
            Check("(status = 'justificatif_papier_envoye') = (posted IS NOT NULL)"),
        )


class Bordereau(Record):
    """An edition of the bordereau of a lot of factures; `file` holds the PDF as printed, for an identical reprint."""

    lot_fse = link(LotFSE, backref="bordereaux")
    edition = IntegerField()
    facts_digest = TextField()
    file = TextField()
    printed = UtcDateTime()

    class Meta:
        """Editions are numbered."""

        indexes = ((("lot_fse", "edition"), True),)


class PurgedFile(Record):
    """A file whose time to be kept is over and that the user let go; the rows that name it stay."""

    file = TextField(unique=True)
    at = UtcDateTime()


class Report(Record):
    """What a transmission or a poll did, kept to be read again; `content` is JSON."""

    kind = TextField()
    begun = UtcDateTime()
    ended = UtcDateTime()
    content = TextField()


class JournalEntry(Record):
    """Who did what, when. `detail` is JSON with ids and codes, never a name; `chain` links each entry to the last."""

    at = UtcDateTime(index=True)
    who = TextField()
    event = TextField(index=True)
    dossier = IntegerField(null=True, index=True)
    facture = TextField(default="")
    detail = TextField()
    chain = TextField()

    class Meta:
        """The name of the table."""

        table_name = "journal"

"""Care and its invoices: patients, prescribers, prescriptions, acts, factures and FSE lots."""

from __future__ import annotations

from peewee import BooleanField, IntegerField, TextField

from scor_tui.domain.dossier import Flux
from scor_tui.domain.wire import Sign
from scor_tui.store.fields import EnumText, IsoDate, UtcDateTime
from scor_tui.store.models.base import Check, Record, index_where, link, one_of
from scor_tui.store.models.practice import Caisse, Practitioner, Remplacant


class Patient(Record):
    """A patient. `number` is the practice's own; `folded` serves the filter.

    `is_new` while no prescription was entered: triggers keep it.
    """

    number = TextField(unique=True)
    name = TextField()
    first_name = TextField(default="")
    birth = IsoDate(null=True)
    nir = TextField(default="")
    insured_nir = TextField(default="")
    caisse = link(Caisse)
    phone = TextField(default="")
    doctor = TextField(default="")
    exemption = TextField(default="")
    tiers_payant = BooleanField(default=False)
    folded = TextField(index=True)
    is_new = BooleanField(default=True)

    class Meta:
        """13 characters and their key, or nothing."""

        constraints = (Check("length(nir) IN (0, 15)"),)


index_where(Patient, "patient_new", "folded", "is_new")


class Prescriber(Record):
    """A prescriber: RPPS or 9-digit number, or INCONNU with a name."""

    number = TextField()
    name = TextField(default="")

    class Meta:
        """INCONNU may stand under several names."""

        indexes = ((("number", "name"), True),)


class Prescription(Record):
    """What the doctor prescribed. `needs_dsi` when a DSI prescription must go with it."""

    number = TextField(unique=True)
    patient = link(Patient, backref="prescriptions")
    practitioner = link(Practitioner)
    prescriber = link(Prescriber)
    date = IsoDate()
    begins = IsoDate(null=True)
    ends = IsoDate(null=True)
    needs_dsi = BooleanField(default=False)
    reason = TextField(default="")

    class Meta:
        """Listed by their dates, of all practitioners or of one."""

        indexes = ((("date", "id", "ends"), False), (("practitioner", "date", "id", "ends"), False))


class Acte(Record):
    """An act of a prescription, in its order, as the prescription says it."""

    prescription = link(Prescription, backref="actes")
    rank = IntegerField()
    label = TextField()

    class Meta:
        """In order."""

        indexes = ((("prescription", "rank"), True),)


class LotFSE(Record):
    """FSEs sent together: 3 digits per practitioner and caisse, unique with its year. `sealed` names its bytes."""

    number = TextField()
    year = IntegerField()
    practitioner = link(Practitioner)
    caisse = link(Caisse)
    flux = EnumText(Flux, default=Flux.FSE)
    uuid = TextField(null=True, unique=True)
    sealed = TextField(default="")
    digest = TextField(default="")
    envelope_digest = TextField(default="")
    recipient_fingerprint = TextField(default="")
    expires = UtcDateTime(null=True)
    sent = UtcDateTime(null=True)
    uncertain = BooleanField(default=False)

    class Meta:
        """The number wraps: it is unique with its year."""

        indexes = ((("practitioner", "caisse", "flux", "year", "number"), True),)
        constraints = (Check("length(number) = 3"), one_of("flux", Flux))


class Facture(Record):
    """An invoice: 9 digits, secured or degraded, amounts in cents; its ARL, and what NOEMIE announced for it."""

    number = TextField(unique=True)
    patient = link(Patient, backref="factures")
    prescription = link(Prescription, null=True, backref="factures")
    practitioner = link(Practitioner)
    remplacant = link(Remplacant, null=True)
    caisse = link(Caisse)
    lot_fse = link(LotFSE, null=True, backref="factures")
    date = IsoDate()
    degraded = BooleanField(default=False)
    flux = EnumText(Flux, default=Flux.FSE)
    total = IntegerField()
    amo = IntegerField(default=0)
    amc = IntegerField(default=0)
    insured = IntegerField(default=0)
    arl_sign = EnumText(Sign, null=True)
    arl_date = UtcDateTime(null=True)
    noemie_paid = UtcDateTime(null=True)

    class Meta:
        """Nine digits; listed by their dates."""

        indexes = ((("date", "number"), False),)
        constraints = (
            Check("length(number) = 9"),
            one_of("flux", Flux),
            one_of("arl_sign", Sign),
            Check("total >= 0"),
        )


index_where(Facture, "facture_unsent", "date", "lot_fse_id IS NULL")

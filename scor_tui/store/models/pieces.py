"""Pieces and their immutable versions, and the patient's medical record."""

from __future__ import annotations

from peewee import BooleanField, IntegerField, TextField

from scor_tui.domain.pieces import PieceType
from scor_tui.store.fields import EnumText, UtcDateTime
from scor_tui.store.models.base import Check, Record, exactly_one, index_where, link, one_of
from scor_tui.store.models.care import Facture, Patient, Prescription


class Piece(Record):
    """One document that justifies an invoice; hangs on a prescription or on a facture.

    `on_paper`: it travels by post and its scan, if any, is not sent.
    """

    type = EnumText(PieceType)
    prescription = link(Prescription, null=True, backref="pieces")
    facture = link(Facture, null=True, backref="pieces")
    label = TextField()
    annotation = TextField(default="")
    on_paper = BooleanField(default=False)
    created = UtcDateTime()
    deleted = UtcDateTime(null=True)

    class Meta:
        """One owner; ORDN and DSIP on the prescription, FSNC on the facture."""

        constraints = (
            one_of("type", PieceType),
            exactly_one("prescription_id", "facture_id"),
            Check("type NOT IN ('ORDN', 'DSIP') OR prescription_id IS NOT NULL"),
            Check("type <> 'FSNC' OR facture_id IS NOT NULL"),
        )


for _kind, _owner in (
    (PieceType.ORDN, "prescription_id"),
    (PieceType.DSIP, "prescription_id"),
    (PieceType.FSNC, "facture_id"),
):
    _live = f"type = '{_kind.value}' AND deleted IS NULL"
    index_where(Piece, f"piece_one_{_kind.value.lower()}", _owner, _live, unique=True)


class PieceVersion(Record):
    """The content of a piece at one time; never changed. `file` names it in the encrypted store.

    `legible_at` is empty for a scan that was kept with *Envoi papier*, for which nobody confirmed *Lisible*.
    """

    piece = link(Piece, backref="versions")
    number = IntegerField()
    file = TextField()
    sha256 = TextField()
    bytes = IntegerField()
    pages = IntegerField()
    dpi = IntegerField()
    legible_by = TextField(default="")
    legible_at = UtcDateTime(null=True)
    generated = BooleanField(default=False)
    created = UtcDateTime()

    class Meta:
        """Numbered from 1."""

        indexes = ((("piece", "number"), True),)
        constraints = (Check("length(sha256) = 64"), Check("pages >= 1"), Check("bytes >= 1"))


class MedicalDocument(Record):
    """A document of the patient's medical record: kept as it came, not a piece."""

    patient = link(Patient, backref="documents")
    label = TextField()
    file = TextField()
    name = TextField()
    added = UtcDateTime()

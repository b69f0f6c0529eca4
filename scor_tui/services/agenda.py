"""The practice's care as lists: patients, prescriptions of a period or of a patient, their acts and documents.

Each list is asked for around a row's place in its order, so that a long one costs what a short one does. The place of
a prescription is (date, id), that of a patient (folded name, id), that of a document (id,).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import fn

from scor_tui.domain.pieces import Cell, CellState
from scor_tui.services import shelves, strip
from scor_tui.services.cabinet import Cabinet
from scor_tui.services.places import Place, around, named
from scor_tui.services.shelves import Shelved
from scor_tui.store.models import Acte, Facture, Patient, Piece, PieceVersion, Practitioner, Prescriber, Prescription


@dataclass(frozen=True)
class Criteria:
    """Which prescriptions of a period: of one practitioner (his number) or of all, unfinished only or all.

    A prescription is unfinished until the day after its end, and for ever when it has none. `words`, folded, filter
    the patient.
    """

    since: date
    until: date
    practitioner: str = ""
    unfinished: bool = True
    words: str = ""


@dataclass(frozen=True)
class PrescriptionRow:
    """A prescription. `factures` counts those made of it; `pour` is the practitioner who carries it out."""

    id: int
    number: str
    patient: str
    patient_number: str
    day: date
    begins: date | None
    ends: date | None
    acts: tuple[str, ...]
    reason: str
    prescriber: str
    pour: str
    factures: int
    cells: tuple[Cell, ...]

    @property
    def to_scan(self) -> str:
        """The letter of the first cell that is missing or to be redone, or an empty string."""
        wanted = (CellState.MISSING, CellState.REJECTED)
        return next((cell.type.letter for cell in self.cells if cell.state in wanted), "")


@dataclass(frozen=True)
class PatientRow:
    """A patient in the list; `folded` is his place in it."""

    id: int
    number: str
    name: str
    birth: date | None
    folded: str


@dataclass(frozen=True)
class DocumentRow:
    """A document of a prescription or of one of its factures. `pages` and `bytes` are 0 for a paper one unscanned."""

    piece: int
    letter: str
    state: CellState
    label: str
    annotation: str
    pages: int
    bytes: int
    added: date
    facture: str


@dataclass(frozen=True)
class PatientCard:
    """What is known of a patient; `invoiced` are the days of his factures within the two months that were asked."""

    number: str
    name: str
    birth: date | None
    phone: str
    caisse: str
    caisse_name: str
    doctor: str
    exemption: str
    tiers_payant: bool
    last_invoiced: date | None
    invoiced: frozenset[date]


def prescriptions(
    cabinet: Cabinet, asked: Criteria, place: Place | None, count: int, *, backwards: bool = False
) -> list[PrescriptionRow]:
    """Return the prescriptions of a period around a place, newest first."""
    query = _prescriptions().where(*_bounds(asked, place, backwards=backwards))
    if asked.practitioner:
        query = query.where(Practitioner.number == asked.practitioner)
    if asked.unfinished:
        query = query.where(Prescription.ends.is_null() | (Prescription.ends >= cabinet.today()))
    if asked.words:
        query = query.where(named(asked.words))
    return _newest_first(query, place, count, backwards=backwards)


def _bounds(asked: Criteria, place: Place | None, *, backwards: bool) -> list[Any]:
    """Return the ends of a period, less the one that the place already gives: it would be taken for where to begin."""
    bounds = []
    if place is None or not backwards:
        bounds.append(Prescription.date >= asked.since)
    if place is None or backwards:
        bounds.append(Prescription.date <= asked.until)
    return bounds


def prescriptions_of(
    patient: str, place: Place | None, count: int, *, backwards: bool = False
) -> list[PrescriptionRow]:
    """Return a patient's prescriptions around a place, newest first."""
    owner = Patient.select(Patient.id).where(Patient.number == patient)
    return _newest_first(_prescriptions().where(Prescription.patient == owner), place, count, backwards=backwards)


def patients(
    place: Place | None, count: int, *, backwards: bool = False, words: str = "", new_only: bool = False
) -> list[PatientRow]:
    """Return patients around a place, by name; `words`, folded, filter them; `new_only`: without prescription."""
    query = Patient.select()
    if words:
        query = query.where(named(words))
    if new_only:
        query = query.where(Patient.is_new)
    found = around(query, (Patient.folded, Patient.id), place, count, backwards=backwards)
    return [PatientRow(one.id, one.number, full_name(one), one.birth, one.folded) for one in found]


def documents(prescription: str, place: Place | None, count: int, *, backwards: bool = False) -> list[DocumentRow]:
    """Return the documents of a prescription and of its factures around a place, in the order they were added."""
    found = Prescription.get_or_none(Prescription.number == prescription)
    if found is None:
        return []
    bills = Facture.select(Facture.id).where(Facture.prescription == found)
    query = Piece.select(Piece, Facture).join(Facture, "LEFT OUTER JOIN")
    query = query.where((Piece.prescription == found) | Piece.facture.in_(bills), Piece.deleted.is_null())
    pieces = around(query, (Piece.id,), place, count, backwards=backwards)
    shelved = shelves.of_pieces([piece.id for piece in pieces])
    versions = {one.piece_id: one for one in PieceVersion.select().where(PieceVersion.id.in_(_travelling(shelved)))}
    caisse = found.patient.caisse_id
    return [_document(piece, versions.get(piece.id), strip.state(shelved[piece.id], caisse)) for piece in pieces]


def card(patient: str, since: date, until: date) -> PatientCard | None:
    """Return what is known of a patient, with the days of his factures within a period."""
    found = Patient.get_or_none(Patient.number == patient)
    if found is None:
        return None
    bills = Facture.select(Facture.date).where(Facture.patient == found)
    return PatientCard(
        number=found.number,
        name=full_name(found),
        birth=found.birth,
        phone=found.phone,
        caisse=found.caisse.identifier,
        caisse_name=found.caisse.name,
        doctor=found.doctor,
        exemption=found.exemption,
        tiers_payant=found.tiers_payant,
        last_invoiced=_day(Facture.select(fn.MAX(Facture.date)).where(Facture.patient == found).scalar()),
        invoiced=frozenset(bill.date for bill in bills.where(Facture.date.between(since, until))),
    )


def full_name(person: Any) -> str:
    """Return name and first name."""
    return f"{person.name} {person.first_name}".strip()


def _prescriptions() -> Any:
    return (
        Prescription.select(Prescription, Patient, Practitioner, Prescriber)
        .join(Patient)
        .switch(Prescription)
        .join(Practitioner)
        .switch(Prescription)
        .join(Prescriber)
    )


def _newest_first(query: Any, place: Place | None, count: int, *, backwards: bool) -> list[PrescriptionRow]:
    found = around(query, (Prescription.date, Prescription.id), place, count, backwards=not backwards)
    return _rows(found[::-1]) if found else []


def _rows(found: Sequence[Prescription]) -> list[PrescriptionRow]:
    """Return prescriptions as rows; what hangs on them is read for all at once."""
    numbers = [one.id for one in found]
    acts: dict[int, list[str]] = {number: [] for number in numbers}
    for act in Acte.select().where(Acte.prescription.in_(numbers)).order_by(Acte.prescription, Acte.rank):
        acts[act.prescription_id].append(act.label)
    counted = Facture.select(Facture.prescription, fn.COUNT(Facture.id).alias("n"))
    bills = {
        row.prescription_id: row.n
        for row in counted.where(Facture.prescription.in_(numbers)).group_by(Facture.prescription)
    }
    pieces = shelves.on_prescriptions(numbers)
    return [
        PrescriptionRow(
            id=one.id,
            number=one.number,
            patient=full_name(one.patient),
            patient_number=one.patient.number,
            day=one.date,
            begins=one.begins,
            ends=one.ends,
            acts=tuple(acts[one.id]),
            reason=one.reason,
            prescriber=one.prescriber.name or one.prescriber.number,
            pour=full_name(one.practitioner),
            factures=bills.get(one.id, 0),
            cells=strip.cells(pieces.get(one.id, []), one.patient.caisse_id, needs_dsi=one.needs_dsi),
        )
        for one in found
    ]


def _travelling(shelved: Mapping[int, Shelved]) -> list[int]:
    return [piece.version for piece in shelved.values() if piece.version is not None]


def _document(piece: Piece, version: PieceVersion | None, state: CellState) -> DocumentRow:
    return DocumentRow(
        piece=piece.id,
        letter=piece.type.letter,
        state=state,
        label=piece.label,
        annotation=piece.annotation,
        pages=version.pages if version else 0,
        bytes=version.bytes if version else 0,
        added=(version.created if version else piece.created).date(),
        facture=piece.facture.number if piece.facture_id else "",
    )


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value

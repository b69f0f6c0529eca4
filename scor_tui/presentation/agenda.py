"""Patients, prescriptions and documents as cells and sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scor_tui.domain.pieces import CellState, PieceType
from scor_tui.domain.words import CELL_ASCII, CELL_GLYPH, CELL_WORD, PIECE
from scor_tui.presentation.parts import CELL_TONE, Drawn, Parts, Tone, component_parts
from scor_tui.presentation.text import counted, day, kilobytes
from scor_tui.services.agenda import Criteria, DocumentRow, PatientCard, PatientRow, PrescriptionRow


def period_cells(row: PrescriptionRow, *, ascii_only: bool = False) -> tuple[Drawn, ...]:
    """Return the cells of a prescription of the period."""
    strip = component_parts(row.cells, ascii_only=ascii_only)
    return row.patient, day(row.day), acts(row), day(row.ends), initials(row.pour), _number(row.factures), strip


def prescription_cells(row: PrescriptionRow, *, ascii_only: bool = False) -> tuple[Drawn, ...]:
    """Return the cells of a prescription of a patient."""
    strip = component_parts(row.cells, ascii_only=ascii_only)
    who, bills = initials(row.pour), _number(row.factures)
    return day(row.day), acts(row), day(row.begins), day(row.ends), who, strip, bills


def patient_cells(row: PatientRow) -> tuple[Drawn, ...]:
    """Return the cells of a patient."""
    return row.name, day(row.birth)


def document_cells(row: DocumentRow, *, ascii_only: bool = False) -> tuple[Drawn, ...]:
    """Return the cells of a document."""
    glyph = (CELL_ASCII if ascii_only else CELL_GLYPH)[row.state]
    mark: Parts = ((f"{row.letter}{glyph}", CELL_TONE[row.state]),)
    label = f"{row.label} (facture {row.facture})" if row.facture else row.label
    return mark, label, str(row.pages or "-"), kilobytes(row.bytes) if row.bytes else "-", day(row.added)


def prescription_line(row: PrescriptionRow) -> str:
    """Return who made a prescription and what it holds or lacks, in a sentence."""
    pieces = ", ".join(f"{cell.type.letter} {CELL_WORD[cell.state]}" for cell in row.cells if _is_told(cell.state))
    then = " ; n : numériser" if row.to_scan else ""
    return f"{row.number} par {row.prescriber} : {pieces}{then}"


def document_line(row: DocumentRow) -> str:
    """Return what a document is, in a sentence."""
    what = f"{PIECE[PieceType.of_letter(row.letter)]} « {row.label} », {CELL_WORD[row.state]}"
    pages = f", {counted(row.pages, 'page')}, {kilobytes(row.bytes)}" if row.pages else ", sans page"
    said = f" ; annotation : {row.annotation}" if row.annotation else ""
    where = f", facture {row.facture}" if row.facture else ""
    return f"{what}{pages}{where}{said}"


def acts_lines(row: PrescriptionRow | None) -> Iterator[Drawn]:
    """Yield who prescribed, then each act with the reason, then when."""
    if row is None:
        yield "Prescription"
        return
    yield f"Prescription du {day(row.day)} par {row.prescriber}"
    for act in row.acts:
        yield f"- {act} - {row.reason}" if row.reason else f"- {act}"
    yield span(row)


def card_lines(card: PatientCard | None, today: date, row: PrescriptionRow | None) -> Iterator[Drawn]:
    """Yield the patient card: its title, then one fact a line; what the records do not know is left out."""
    if card is None:
        yield ""
        yield "Aucun patient sous le curseur."
        return
    yield f"{card.name} · {counted(age(card.birth, today), 'an')}" if card.birth else card.name
    yield " · ".join(filter(None, (f"né(e) {day(card.birth)}" if card.birth else "", card.phone)))
    yield f"{' '.join(card.caisse.split('-'))} {card.caisse_name}"
    yield f"médecin {card.doctor}" if card.doctor else "sans médecin déclaré"
    exemption = f"{card.exemption} · " if card.exemption else ""
    yield f"{exemption}{'tiers payant' if card.tiers_payant else 'pas de tiers payant'}"
    yield f"dernière facture {day(card.last_invoiced)}" if card.last_invoiced else "jamais facturé"
    if row is not None:
        yield span(row)
        yield row.reason


def criteria_line(asked: Criteria, practitioner: str) -> Drawn:
    """Return the criteria of the period; what was chosen stands out."""
    kind = "non terminées" if asked.unfinished else "toutes"
    words = f"   patient « {asked.words} »" if asked.words else ""
    chosen = Tone.STRONG
    return (
        ("Prescriptions de ", Tone.PLAIN), (f"[{practitioner or 'tous'}]", chosen),
        ("  Type ", Tone.PLAIN), (f"[{kind}]", chosen),
        (f"  du {day(asked.since)} au {day(asked.until)}{words}", Tone.PLAIN),
    )  # fmt: skip


def acts(row: PrescriptionRow) -> str:
    """Return the acts of a prescription on one line."""
    return " + ".join(row.acts)


def span(row: PrescriptionRow) -> str:
    """Return when the care begins and ends, as far as it is known."""
    begins = f"du {day(row.begins)}" if row.begins else ""
    return " ".join(filter(None, (begins, f"au {day(row.ends)}" if row.ends else "")))


def initials(name: str) -> str:
    """Return `MH` of `MASSEUR Honoré`."""
    return "".join(word[0] for word in name.replace("-", " ").split())[:4].upper()


def age(birth: date | None, today: date) -> int:
    """Return an age in whole years."""
    if birth is None:
        return 0
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def _number(count: int) -> str:
    return str(count) if count else "-"


def _is_told(state: CellState) -> bool:
    return state is not CellState.NOT_APPLICABLE

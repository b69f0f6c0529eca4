"""The bordereau de télétransmission: the list of a lot of factures that goes into the envelope.

The fund's address stands where the window of a French DL envelope shows it when the sheet is folded in three.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from scor_tui.printing.ink import PostalBlock, PractitionerBlock, amount_text, counted, day_text
from scor_tui.printing.sheet import (
    BOLD,
    MARGIN_MM,
    Canvas,
    Column,
    Flowable,
    Sheet,
    fitted,
    paragraph,
    rendered,
    rule,
    space,
    table,
    together,
    write,
)

TITLE: Final = "Bordereau de télétransmission"
_WINDOW_LEFT_MM: Final = 112.0
_WINDOW_TOP_MM: Final = 54.0
_LEFT_TOP_MM: Final = 36.0
_LINE_MM: Final = 4.6
_BLOCK_WIDTH_MM: Final = 80.0
_MAX_ADDRESS_LINES: Final = 6


@dataclass(frozen=True)
class PostedPiece:
    """A piece that travels by post: what it is and why (« ordonnance », « envoi papier demandé »)."""

    name: str
    reason: str


@dataclass(frozen=True)
class BordereauLine:
    """One facture of the lot; `amount` in cents."""

    facture: str
    patient: str
    date: date
    amount: int
    secured: bool
    posted: tuple[PostedPiece, ...] = ()


@dataclass(frozen=True)
class BordereauFacts:
    """One FSE lot as it was sent. `caisse_code` is `01-996-0000`; keep `printed` for a reprint."""

    practitioner: PractitionerBlock
    caisse: PostalBlock
    caisse_code: str
    fse_lot: str
    sent: date
    printed: date
    lines: tuple[BordereauLine, ...]
    remplacant: PractitionerBlock | None = None
    demonstration: bool = False

    @property
    def posted_pieces(self) -> int:
        """How many pieces are in the envelope."""
        return sum(len(line.posted) for line in self.lines)

    @property
    def total(self) -> int:
        """The amount of all factures, in cents."""
        return sum(line.amount for line in self.lines)


def bordereau_pdf(b: BordereauFacts) -> bytes:
    """Return the bordereau as a PDF; the same facts give the same bytes."""
    sheet = Sheet(
        TITLE,
        f"lot FSE {b.fse_lot} · praticien {b.practitioner.number} · caisse {b.caisse_code}",
        b.demonstration,
    )
    left = _practitioner_lines(b)
    depth = max(_WINDOW_TOP_MM + 36, _LEFT_TOP_MM + _LINE_MM * (len(left) + 1))

    def letterhead(canvas: Canvas) -> None:
        write(canvas, sheet, MARGIN_MM, 21, TITLE, font=BOLD, size=17)
        write(canvas, sheet, MARGIN_MM, 27, "Pièces justificatives envoyées par la poste", size=10)
        rule(canvas, sheet, 30, 0.9)
        _draw_block(canvas, sheet, MARGIN_MM, _LEFT_TOP_MM, left)
        to = [(b.caisse.name, True), *((line, False) for line in b.caisse.address[:_MAX_ADDRESS_LINES])]
        _draw_block(canvas, sheet, _WINDOW_LEFT_MM, _WINDOW_TOP_MM, to)

    return rendered(sheet, lambda: _story(b), letterhead=letterhead, letterhead_mm=depth)


def _practitioner_lines(b: BordereauFacts) -> list[tuple[str, bool]]:
    """Return (text, bold) lines of the left block: the practitioner, then the remplaçant."""
    lines = _person(b.practitioner)
    if b.remplacant:
        lines += [("", False), ("Remplacé(e) par", False), *_person(b.remplacant)]
    return lines


def _person(who: PractitionerBlock) -> list[tuple[str, bool]]:
    about = [who.profession, f"n° {who.number}", *who.address[:_MAX_ADDRESS_LINES]]
    return [(who.name, True), *((text, False) for text in about if text)]


def _draw_block(canvas: Canvas, sheet: Sheet, left_mm: float, top_mm: float, lines: list[tuple[str, bool]]) -> None:
    for i, (text, bold) in enumerate(lines):
        font, size = (BOLD, 11.0) if bold else ("Helvetica", 9.5)
        text = fitted(text, _BLOCK_WIDTH_MM, font, size)
        write(canvas, sheet, left_mm, top_mm + i * _LINE_MM, text, font=font, size=size)


def _story(b: BordereauFacts) -> list[Flowable]:
    columns = (
        Column("N° facture", 20),
        Column("Patient", 39),
        Column("Date", 20),
        Column("Montant", 26, right=True),
        Column("Mode", 18),
        Column("Pièces par la poste", 51),
    )
    rows = [
        (
            line.facture,
            line.patient,
            day_text(line.date),
            amount_text(line.amount),
            "sécurisée" if line.secured else "dégradée",
            "\n".join(f"{piece.name} : {piece.reason}" for piece in line.posted) or "aucune",
        )
        for line in b.lines
    ]
    total = (
        "Total",
        counted(len(b.lines), "facture"),
        "",
        amount_text(b.total),
        "",
        counted(b.posted_pieces, "pièce"),
    )
    return [_band(b), space(5), table(columns, rows, total=total), space(6), together(_end(b))]


def _band(b: BordereauFacts) -> Flowable:
    """Return the facts of the lot, in one row."""
    columns = (
        Column("Lot FSE", 28),
        Column("Télétransmis le", 36),
        Column("Régime-caisse-centre", 46),
        Column("Pièces dans l'envoi", 36),
        Column("Imprimé le", 28),
    )
    row = (b.fse_lot, day_text(b.sent), b.caisse_code, str(b.posted_pieces), day_text(b.printed))
    return table(columns, [row], size=9.5)


def _end(b: BordereauFacts) -> list[Flowable]:
    signature = (Column("Fait à", 58), Column("Le", 46), Column("Signature et cachet", 70))
    return [paragraph(_joined(b), after_mm=6), table(signature, [("\n\n\n\n", "", "")])]


def _joined(b: BordereauFacts) -> str:
    """Return a sentence that makes sense of the signature, even alone on the last page."""
    lot = f"Ce bordereau de {counted(len(b.lines), 'facture')} ({amount_text(b.total)})"
    if not b.posted_pieces:
        return f"{lot} n'accompagne aucune pièce justificative."
    told = counted(b.posted_pieces, "pièce justificative jointe", "pièces justificatives jointes")
    return f"{lot} accompagne {told} au même envoi."

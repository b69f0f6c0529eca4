"""Envelope labels: one a caisse, on an A4 sheet of eight labels of 99,1 by 67,7 mm (two columns, four rows).

The commonest sheet of shipping labels; on plain paper the thin frames show where to cut.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scor_tui.printing.ink import PostalBlock, inked
from scor_tui.printing.sheet import A4_MM, BOLD, MM, PLAIN, Canvas, fitted

WIDTH_MM: Final = 99.1
HEIGHT_MM: Final = 67.7
PER_SHEET: Final = 8
_LEFT_MM: Final = 4.65
_TOP_MM: Final = 13.1
_PITCH_MM: Final = 101.6
_PADDING_MM: Final = 6.0
_MAX_LINES: Final = 6


@dataclass(frozen=True)
class LabelFacts:
    """One envelope: to whom, from whom, and a mention under the address (« SCOR, pièces justificatives »)."""

    to: PostalBlock
    sender: PostalBlock
    mention: str = ""
    demonstration: bool = False


def envelope_label_pdf(labels: Sequence[LabelFacts], *, first: int = 1) -> bytes:
    """Return sheets of labels; `first` (1 to 8) is the first free place of a sheet already begun.

    Raises ValueError for another place.
    """
    if not 1 <= first <= PER_SHEET:
        raise ValueError("La première étiquette libre va de 1 à 8.")
    from reportlab.pdfgen.canvas import Canvas as PdfCanvas

    out = io.BytesIO()
    canvas = PdfCanvas(out, pagesize=(A4_MM[0] * MM, A4_MM[1] * MM), invariant=1, lang="fr")
    canvas.setTitle("Étiquettes d'envoi")
    canvas.setAuthor("scor_tui")
    for place, label in enumerate(labels, start=first - 1):
        if place and place % PER_SHEET == 0:
            canvas.showPage()
        _draw(canvas, place % PER_SHEET, label)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, place: int, label: LabelFacts) -> None:
    row, column = divmod(place, 2)
    left, top = _LEFT_MM + column * _PITCH_MM, A4_MM[1] - _TOP_MM - row * HEIGHT_MM
    canvas.setLineWidth(0.2)
    canvas.setDash(1, 3)
    canvas.roundRect(left * MM, (top - HEIGHT_MM) * MM, WIDTH_MM * MM, HEIGHT_MM * MM, 2 * MM)
    canvas.setDash()
    left, width = left + _PADDING_MM, WIDTH_MM - 2 * _PADDING_MM
    sender_width = width - 46 if label.demonstration else width
    _lines(canvas, left, top - 8, sender_width, (f"Exp. : {label.sender.name}", *label.sender.address), 7.5, 3.2)
    if label.demonstration:
        canvas.setFont(BOLD, 7.5)
        canvas.drawRightString((left + width) * MM, (top - 8) * MM, inked("DÉMONSTRATION, ne pas poster"))
    address_left = left + 12
    base = top - 31
    canvas.setFont(BOLD, 12)
    canvas.drawString(address_left * MM, base * MM, fitted(label.to.name, width - 12, BOLD, 12))
    _lines(canvas, address_left, base - 5.4, width - 12, label.to.address, 11, 5.0)
    if label.mention:
        _lines(canvas, left, top - HEIGHT_MM + 5, width, (label.mention,), 7.5, 3.2)


def _lines(
    canvas: Canvas,
    left_mm: float,
    base_mm: float,
    width_mm: float,
    lines: Sequence[str],
    size: float,
    step_mm: float,
) -> None:
    canvas.setFont(PLAIN, size)
    for i, line in enumerate(lines[:_MAX_LINES]):
        canvas.drawString(left_mm * MM, (base_mm - i * step_mm) * MM, fitted(line, width_mm, PLAIN, size))

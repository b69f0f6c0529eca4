"""A4 sheets: margins, running head, « page 1/2 », tables whose head is repeated, on top of reportlab.

Bytes depend on the facts alone: no clock, no random identifier (`invariant`), standard fonts.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape

from scor_tui.printing.ink import inked

MM: Final = 72 / 25.4
A4_MM: Final = (210.0, 297.0)
MARGIN_MM: Final = 18.0
FOOT_MM: Final = 16.0
HEAD_MM: Final = 24.0

PLAIN: Final = "Helvetica"
BOLD: Final = "Helvetica-Bold"
FIXED: Final = "Courier"

_PADDING: Final = 3.0
_AFTER_AMOUNT: Final = 8.0
"""Points beside a cell: an amount is kept apart from the text that follows it."""

_TALLEST_ROW: Final = 400.0
"""Points; only a taller row, which no page of a landscape sheet holds, may be split between two pages."""

DEMONSTRATION: Final = "DÉMONSTRATION - personnes, caisses et montants inventés, document sans valeur"

Canvas = Any
"""reportlab's canvas; the library carries no types."""
Flowable = Any


@dataclass(frozen=True)
class Sheet:
    """What stands on every page: title, what reminds of it in the running head and the foot, orientation."""

    title: str
    reminder: str
    demonstration: bool = False
    landscape: bool = False

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the page."""
        return (A4_MM[1], A4_MM[0]) if self.landscape else A4_MM

    @property
    def width_mm(self) -> float:
        """Width between the margins."""
        return self.size_mm[0] - 2 * MARGIN_MM


@dataclass(frozen=True)
class Column:
    """A column of a table: its head, its width in mm, whether its cells stand on the right."""

    title: str
    width_mm: float
    right: bool = False


def rendered(
    sheet: Sheet,
    story: Callable[[], list[Flowable]],
    *,
    letterhead: Callable[[Canvas], None] | None = None,
    letterhead_mm: float = 0.0,
) -> bytes:
    """Lay `story()` on pages; `letterhead` draws the top of the first, `letterhead_mm` deep.

    It is laid twice, first to count the pages. `story` must make its flowables anew each time.
    """
    total = _laid(sheet, story(), letterhead, letterhead_mm, 0)[1]
    return _laid(sheet, story(), letterhead, letterhead_mm, total)[0]


def _laid(
    sheet: Sheet,
    story: list[Flowable],
    letterhead: Callable[[Canvas], None] | None,
    letterhead_mm: float,
    total: int,
) -> tuple[bytes, int]:
    from reportlab.platypus import BaseDocTemplate, Frame, NextPageTemplate, PageTemplate

    width, height = (side * MM for side in sheet.size_mm)
    out = io.BytesIO()
    document = BaseDocTemplate(
        out, pagesize=(width, height), title=inked(sheet.title), author="scor_tui", invariant=1, lang="fr"
    )

    def frame(top_mm: float) -> Any:
        side, bottom = MARGIN_MM * MM, (FOOT_MM + 8) * MM
        box = (side, bottom, width - 2 * side, height - bottom - top_mm * MM)
        return Frame(*box, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)

    def first(canvas: Canvas, _: Any) -> None:
        if letterhead:
            letterhead(canvas)
        else:
            _draw_head(canvas, sheet)
        _draw_foot(canvas, sheet, total)

    def later(canvas: Canvas, _: Any) -> None:
        _draw_head(canvas, sheet)
        _draw_foot(canvas, sheet, total)

    document.addPageTemplates(
        [
            PageTemplate("first", [frame(letterhead_mm if letterhead else HEAD_MM)], onPage=first),
            PageTemplate("later", [frame(HEAD_MM)], onPage=later),
        ]
    )
    document.build([NextPageTemplate("later"), *story])
    return out.getvalue(), document.page


def _draw_head(canvas: Canvas, sheet: Sheet) -> None:
    write(canvas, sheet, MARGIN_MM, 15, sheet.title, font=BOLD, size=11)
    width = sheet.width_mm / 2
    text = fitted(sheet.reminder, width, PLAIN, 8.5)
    canvas.setFont(PLAIN, 8.5)
    canvas.drawRightString((sheet.size_mm[0] - MARGIN_MM) * MM, (sheet.size_mm[1] - 15) * MM, text)
    rule(canvas, sheet, 18)


def _draw_foot(canvas: Canvas, sheet: Sheet, total: int) -> None:
    """Draw the foot, and the mention above the head when the facts are those of the demonstration."""
    wide, high = sheet.size_mm
    if sheet.demonstration:
        canvas.setFont(BOLD, 8)
        canvas.drawRightString((wide - MARGIN_MM) * MM, (high - 9) * MM, inked("DÉMONSTRATION"))
    rule(canvas, sheet, high - FOOT_MM)
    text = DEMONSTRATION if sheet.demonstration else sheet.reminder
    font = BOLD if sheet.demonstration else PLAIN
    canvas.setFont(font, 8)
    canvas.drawString(MARGIN_MM * MM, (FOOT_MM - 5) * MM, fitted(text, sheet.width_mm - 30, font, 8))
    canvas.setFont(PLAIN, 8)
    canvas.drawRightString((wide - MARGIN_MM) * MM, (FOOT_MM - 5) * MM, f"page {canvas.getPageNumber()}/{total}")


# --- drawing ---------------------------------------------------------------------------------------------


def write(
    canvas: Canvas,
    sheet: Sheet,
    left_mm: float,
    top_mm: float,
    text: str,
    *,
    font: str = PLAIN,
    size: float = 9.5,
) -> None:
    """Write one line, its base at `top_mm` from the top of the page."""
    canvas.setFont(font, size)
    canvas.drawString(left_mm * MM, (sheet.size_mm[1] - top_mm) * MM, inked(text))


def rule(canvas: Canvas, sheet: Sheet, top_mm: float, thickness: float = 0.5) -> None:
    """Draw a line from margin to margin."""
    canvas.setLineWidth(thickness)
    y = (sheet.size_mm[1] - top_mm) * MM
    canvas.line(MARGIN_MM * MM, y, (sheet.size_mm[0] - MARGIN_MM) * MM, y)


def fitted(text: str, width_mm: float, font: str, size: float) -> str:
    """Return `text` in WinAnsi, cut with an ellipsis if it is wider than `width_mm`."""
    safe = inked(text)
    if text_width_mm(safe, font, size) <= width_mm:
        return safe
    while safe and text_width_mm(safe + "…", font, size) > width_mm:
        safe = safe[:-1]
    return safe + "…"


def text_width_mm(text: str, font: str, size: float) -> float:
    """Return how wide a text in WinAnsi is."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, font, size)) / MM


# --- flowables -------------------------------------------------------------------------------------------


def paragraph(
    text: str, *, font: str = PLAIN, size: float = 9.0, after_mm: float = 0.0, right: bool = False
) -> Flowable:
    """Return a paragraph of plain text, never of markup; a line feed breaks the line."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle(
        "plain",
        fontName=font,
        fontSize=size,
        leading=size * 1.25,
        spaceAfter=after_mm * MM,
        alignment=2 if right else 0,
    )
    return Paragraph("<br/>".join(escape(inked(line)) for line in text.split("\n")), style)


def space(height_mm: float) -> Flowable:
    """Return a blank."""
    from reportlab.platypus import Spacer

    return Spacer(0, height_mm * MM)


def together(flowables: list[Flowable]) -> Flowable:
    """Return flowables that stay on one page."""
    from reportlab.platypus import KeepTogether

    return KeepTogether(flowables)


def table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], *, size: float = 9.0, total: Sequence[str] = ()
) -> Flowable:
    """Return a table whose head is repeated; `total` is a last row in bold, never alone on a page."""
    from reportlab.platypus import LongTable

    body = [[_cell(text, column, PLAIN, size) for text, column in zip(row, columns, strict=True)] for row in rows]
    head = [_cell(column.title, column, BOLD, size - 0.5) for column in columns]
    foot = [[_cell(text, column, BOLD, size) for text, column in zip(total, columns, strict=True)]] if total else []
    style: list[tuple[Any, ...]] = [
        ("FONT", (0, 0), (-1, -1), PLAIN, size, size * 1.25),
        ("FONT", (0, 0), (-1, 0), BOLD, size - 0.5, size * 1.25),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("LINEABOVE", (0, 0), (-1, 0), 0.9, "black"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.9, "black"),
        ("LINEBELOW", (0, 1), (-1, -1), 0.25, "black"),
        ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
    ]
    for i, column in enumerate(columns):
        if column.right:
            style += [("ALIGN", (i, 0), (i, -1), "RIGHT"), ("RIGHTPADDING", (i, 0), (i, -1), _AFTER_AMOUNT)]
    if foot:
        style += [
            ("FONT", (0, -1), (-1, -1), BOLD, size, size * 1.25),
            ("LINEABOVE", (0, -1), (-1, -1), 0.9, "black"),
            ("LINEBELOW", (0, -1), (-1, -1), 0.9, "black"),
            ("NOSPLIT", (0, -2), (-1, -1)),
        ]
    widths = [column.width_mm * MM for column in columns]
    cells = [head, *body, *foot]
    split = int(any(_height(row, widths) > _TALLEST_ROW for row in cells))
    return LongTable(cells, colWidths=widths, repeatRows=1, splitInRow=split, style=style, hAlign="LEFT")


def _height(row: Sequence[Any], widths: Sequence[float]) -> float:
    """Return the height of a row in points, counted only where a cell wraps."""
    wrapping = [(cell, width) for cell, width in zip(row, widths, strict=True) if not isinstance(cell, str)]
    return max((cell.wrap(width - 2 * _PADDING, 10_000)[1] for cell, width in wrapping), default=0.0)


def _cell(text: str, column: Column, font: str, size: float) -> Any:
    """Return the text itself when it fits on one line, which is fast; otherwise a paragraph that wraps."""
    room = column.width_mm - (_PADDING + (_AFTER_AMOUNT if column.right else _PADDING)) / MM
    if "\n" not in text and text_width_mm(inked(text), font, size) <= room:
        return inked(text)
    return paragraph(text, font=font, size=size, right=column.right)

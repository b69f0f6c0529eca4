"""Any list of a screen, printed: title, columns, rows, and a line under them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from scor_tui.printing.ink import day_text, inked
from scor_tui.printing.sheet import (
    BOLD,
    PLAIN,
    Column,
    Flowable,
    Sheet,
    paragraph,
    rendered,
    space,
    table,
    text_width_mm,
)

_SIZE: Final = 8.5
_MEASURED_ROWS: Final = 500
_NARROWEST_MM: Final = 8.0
_WIDEST_MM: Final = 70.0
_PADDING_MM: Final = 4.2


@dataclass(frozen=True)
class ListColumn:
    """A column: its head, and whether its cells (numbers, amounts) stand on the right."""

    title: str
    right: bool = False


@dataclass(frozen=True)
class ListFacts:
    """A list whose cells are already words. `footer` ends it (« 18 dossiers, 1 284,60 € »)."""

    title: str
    columns: tuple[ListColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    printed: date
    subtitle: str = ""
    footer: str = ""
    empty: str = "La liste est vide."
    landscape: bool = False
    demonstration: bool = False


def list_pdf(facts: ListFacts) -> bytes:
    """Return the list as a PDF, its columns as wide as their content asks; same facts, same bytes.

    Raises ValueError when there is no column, or a row has not as many cells as there are columns.
    """
    if not facts.columns or any(len(row) != len(facts.columns) for row in facts.rows):
        raise ValueError("Chaque ligne doit avoir autant de cellules que la liste a de colonnes.")
    sheet = Sheet(facts.title, f"imprimé le {day_text(facts.printed)}", facts.demonstration, facts.landscape)
    columns = _columns(facts, sheet.width_mm)
    return rendered(sheet, lambda: _story(facts, columns))


def _story(facts: ListFacts, columns: list[Column]) -> list[Flowable]:
    story = [paragraph(facts.subtitle, size=10, after_mm=3)] if facts.subtitle else []
    story.append(table(columns, facts.rows, size=_SIZE) if facts.rows else paragraph(facts.empty, size=10))
    if facts.footer:
        story += [space(3), paragraph(facts.footer, font=BOLD, size=9.5)]
    return story


def _columns(facts: ListFacts, room_mm: float) -> list[Column]:
    """Give each column what its widest cell asks, then share what is lacking or left in proportion."""
    wanted = []
    for i, column in enumerate(facts.columns):
        cells = [text_width_mm(inked(row[i]), PLAIN, _SIZE) for row in facts.rows[:_MEASURED_ROWS]]
        widest = max([text_width_mm(inked(column.title), BOLD, _SIZE), *cells])
        wanted.append(min(max(widest + _PADDING_MM, _NARROWEST_MM), _WIDEST_MM))
    scale = room_mm / sum(wanted)
    return [
        Column(column.title, width * scale, column.right) for column, width in zip(facts.columns, wanted, strict=True)
    ]

"""Cells and lines in several tones: who draws them decides what a tone looks like."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from scor_tui.domain.pieces import Cell, CellState
from scor_tui.domain.text import clean
from scor_tui.domain.words import CELL_ASCII, CELL_GLYPH
from scor_tui.presentation.text import fit, width


class Tone(StrEnum):
    """How words stand out. Colour is never alone: glyphs and words say the same."""

    PLAIN = ""
    STRONG = "strong"
    DIM = "dim"
    ALARM = "alarm"
    GOOD = "good"
    SETTLED = "settled"
    REDO = "redo"


Part = tuple[str, Tone]
Parts = tuple[Part, ...]
Drawn = str | Parts
"""What a cell or a line is made of: plain words, or parts with their tones."""

CELL_TONE = {
    CellState.MISSING: Tone.ALARM,
    CellState.SCANNED: Tone.GOOD,
    CellState.PAPER: Tone.GOOD,
    CellState.REFERENCED: Tone.SETTLED,
    CellState.REJECTED: Tone.REDO,
    CellState.NOT_APPLICABLE: Tone.DIM,
}


def parts_of(drawn: Drawn) -> Parts:
    """Return words as parts."""
    return ((drawn, Tone.PLAIN),) if isinstance(drawn, str) else drawn


def text_of(drawn: Drawn) -> str:
    """Return the words without their tones."""
    return drawn if isinstance(drawn, str) else "".join(text for text, _ in drawn)


def set_parts(drawn: Drawn, columns: int, *, right: bool = False) -> Parts:
    """Return parts of exactly that many terminal columns, cleaned, cut with an ellipsis or filled."""
    found: list[Part] = []
    room = columns
    for said, tone in parts_of(drawn):
        text = clean(said)
        shown = fit(text, room)
        found.append((shown, tone))
        room -= width(shown)
        if shown != text:
            break
    blank = (" " * room, Tone.PLAIN)
    return (blank, *found) if right else (*found, blank)


def changed(old: Drawn, new: Drawn, columns: int) -> tuple[int, int]:
    """Return where two lines set in that many columns differ: the first column and their number, (0, 0) nowhere."""
    pairs = zip(_columns(old, columns), _columns(new, columns), strict=True)
    differ = [column for column, (was, now) in enumerate(pairs) if was != now]
    return (differ[0], differ[-1] + 1 - differ[0]) if differ else (0, 0)


def _columns(drawn: Drawn, columns: int) -> list[tuple[str, Tone, int]]:
    """Return what stands in each column: a character with the marks over it, its tone, which half of it."""
    found: list[tuple[str, Tone, int]] = []
    for text, tone in set_parts(drawn, columns):
        for char in text:
            halves = width(char)
            if halves == 0 and found:
                found[-1] = (found[-1][0] + char, *found[-1][1:])
            found += [(char, tone, half) for half in range(halves)]
    return found


def joined(*drawn: Drawn, by: str = " ") -> Parts:
    """Return several cells or lines as one."""
    found: list[Part] = []
    for one in drawn:
        found += [(by, Tone.PLAIN), *parts_of(one)] if found else parts_of(one)
    return tuple(found)


def component_parts(cells: Sequence[Cell], *, ascii_only: bool = False) -> Parts:
    """Return the SCOR component of a row, `O● A2●`, each cell in the tone of its state; no cell without object."""
    glyphs = CELL_ASCII if ascii_only else CELL_GLYPH
    shown = [cell for cell in cells if cell.state is not CellState.NOT_APPLICABLE]
    words = [
        ((f"{cell.type.letter}{cell.count if cell.count > 1 else ''}{glyphs[cell.state]}", CELL_TONE[cell.state]),)
        for cell in shown
    ]
    return joined(*words)

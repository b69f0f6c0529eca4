"""What the tones of `presentation.parts` look like in a terminal: its own sixteen colours, no more."""

from __future__ import annotations

from itertools import groupby

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from scor_tui.presentation.parts import Drawn, Tone, set_parts

PLAIN = Style()
TONES = {
    Tone.PLAIN: PLAIN,
    Tone.STRONG: Style(bold=True),
    Tone.DIM: Style(dim=True),
    Tone.ALARM: Style(color="red"),
    Tone.GOOD: Style(color="green"),
    Tone.SETTLED: Style(color="green", dim=True),
    Tone.REDO: Style(color="red", reverse=True),
}


def strip_of(drawn: Drawn, columns: int, base: Style = PLAIN) -> Strip:
    """Return a line of exactly that many columns, its tones laid over a style; few segments, hence few bytes."""
    parts = (part for part in set_parts(drawn, columns) if part[0])
    runs = groupby(parts, key=lambda part: part[1])
    return Strip([Segment("".join(text for text, _ in run), base + TONES[tone]) for tone, run in runs])

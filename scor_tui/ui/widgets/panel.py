"""Some lines about the row under the cursor. Only the lines that change are drawn."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from scor_tui.domain.text import clean
from scor_tui.presentation.parts import Drawn, parts_of, text_of
from scor_tui.presentation.text import padded, width
from scor_tui.ui.widgets.tones import PLAIN, strip_of


class Panel(Widget):
    """Lines of words; the first is a rule with a title when `titled`."""

    DEFAULT_CSS = "Panel { width: 1fr; height: 1fr; }"

    def __init__(self, *, titled: bool = False, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self._titled = titled
        self._lines: tuple[Drawn, ...] = ()

    @property
    def lines(self) -> tuple[Drawn, ...]:
        """What it shows."""
        return self._lines

    def show(self, lines: Sequence[Drawn]) -> None:
        """Change the lines; of those that differ, draws no further than the words that were or are there."""
        old, self._lines = self._lines, tuple(lines)
        for y in range(max(len(old), len(self._lines))):
            was, now = _at(old, y), _at(self._lines, y)
            if was != now:
                end = 4 + max(width(text_of(was)), width(text_of(now)))
                self.refresh(Region(0, y, min(self.size.width, end) or 1, 1))

    def render_line(self, y: int) -> Strip:
        """Draw a line."""
        line = _at(self._lines, y)
        if self._titled and y == 0:
            title = clean(text_of(line))
            head = f"─ {title} " if title else ""
            rule = "─" * max(0, self.size.width - 1 - width(head))
            return Strip([Segment(padded(f"{head}{rule}", self.size.width), PLAIN)])
        return strip_of((*parts_of(" "), *parts_of(line)), self.size.width)


def _at(lines: Sequence[Drawn], y: int) -> Drawn:
    return lines[y] if y < len(lines) else ""

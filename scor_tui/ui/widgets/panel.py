"""Some lines about the row under the cursor. Only the lines that change are drawn."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from scor_tui.domain.text import clean
from scor_tui.presentation.parts import Drawn, changed, joined, text_of
from scor_tui.presentation.text import width
from scor_tui.ui.widgets.tones import strip_of


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
        """Change the lines; of those that differ, draws from the first column that does to the last."""
        old, self._lines = self._lines, tuple(lines)
        for y in range(max(len(old), len(self._lines))):
            first, count = changed(self._set(old, y), self._set(self._lines, y), self.size.width)
            if count:
                self.refresh(Region(first, y, count, 1))

    def render_line(self, y: int) -> Strip:
        """Draw a line."""
        return strip_of(self._set(self._lines, y), self.size.width)

    def _set(self, lines: Sequence[Drawn], y: int) -> Drawn:
        """Return a line as it is drawn: after a blank, or as a title within a rule."""
        line = lines[y] if y < len(lines) else ""
        if not self._titled or y:
            return joined("", line)
        title = clean(text_of(line))
        head = f"─ {title} " if title else ""
        return head + "─" * max(0, self.size.width - 1 - width(head))

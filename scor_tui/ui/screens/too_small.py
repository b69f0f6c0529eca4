"""The notice of a terminal smaller than 80 x 24: it hides what cannot be drawn; the keys work on underneath."""

from __future__ import annotations

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from scor_tui.presentation.text import padded
from scor_tui.ui.profile import LOWEST, NARROWEST


class TooSmall(Widget):
    """A notice over the whole screen, shown while the application bears `terminal.TOO_SMALL`."""

    def render_line(self, y: int) -> Strip:
        """Draw one line of the notice."""
        lines = (
            "",
            f"Terminal trop petit : {self.size.width} x {self.size.height}.",
            f"Agrandissez la fenêtre : {NARROWEST} x {LOWEST} au moins.",
            "Les touches marchent toujours (q : quitter).",
        )
        return Strip([Segment(padded(f" {lines[y]}" if y < len(lines) else "", self.size.width))])

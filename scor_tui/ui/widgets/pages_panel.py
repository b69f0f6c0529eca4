"""The column of a document in the making; arrows and digits go from page to page."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from scor_tui.ui.widgets.panel import Panel


class PagesPanel(Panel, can_focus=True):
    """Lines about a document, and keys for its pages."""

    DEFAULT_CSS = "PagesPanel { width: 28; height: 1fr; margin-right: 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
        *(Binding(str(digit), f"go({digit - 1})", show=False) for digit in range(1, 10)),
    ]

    class Asked(Message):
        """Another page is asked for: by its rank from 0, or by a step from the present one."""

        def __init__(self, *, rank: int | None = None, step: int = 0) -> None:
            super().__init__()
            self.rank, self.step = rank, step

    def action_step(self, step: int) -> None:
        """Ask for the page before or after."""
        self.post_message(self.Asked(step=step))

    def action_go(self, rank: int) -> None:
        """Ask for a page by its rank."""
        self.post_message(self.Asked(rank=rank))

"""A dialogue that shows a list: messages set aside, accounts that were kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from scor_tui.ui.screens.dialogs import safe
from scor_tui.ui.widgets.bars import StatusLine
from scor_tui.ui.widgets.line_list import Column, LineList, Row, Source


class ListDialog(ModalScreen[Hashable | None]):
    """Shows a list; Enter answers with the key of the row under the cursor, which `explain` tells in full."""

    DEFAULT_CSS = """
    ListDialog .list-dialog {
        width: 96%; max-width: 110; height: 80%; border: round ansi_default; padding: 0 1; background: ansi_default;
    }
    ListDialog Static { height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("enter", "take", show=False),
    ]

    def __init__(
        self,
        title: str,
        columns: Sequence[Column],
        source: Source,
        empty: str,
        *,
        explain: Callable[[Row], str],
        keys: str = "échap : fermer",
    ) -> None:
        super().__init__()
        self._title, self._keys, self._explain = title, keys, explain
        self._list = LineList(columns, source, empty)

    def compose(self) -> ComposeResult:
        """The title, the list, the row under the cursor in full, the keys."""
        with Vertical(classes="list-dialog"):
            yield Static(safe(self._title, "bold"))
            yield self._list
            yield StatusLine(id="explained")
            yield Static(safe(self._keys, "dim"))

    def action_take(self) -> None:
        """Answer with the row under the cursor."""
        row = self._list.row
        if row is not None:
            self.dismiss(row.key)

    @on(LineList.Opened)
    def _opened(self) -> None:
        self.action_take()

    @on(LineList.Moved)
    def _moved(self) -> None:
        row = self._list.row
        self.query_one("#explained", StatusLine).say(self._explain(row) if row else "")

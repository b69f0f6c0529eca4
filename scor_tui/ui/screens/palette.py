"""The palette: every action that applies now on a screen, found by a few letters of its name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from scor_tui.domain.text import fold
from scor_tui.ui.actions import Action
from scor_tui.ui.fixed_source import FixedSource
from scor_tui.ui.screens.help import keys_of
from scor_tui.ui.screens.sheet import Sheet
from scor_tui.ui.widgets.bars import StatusLine
from scor_tui.ui.widgets.line_list import Column, LineList, Row

COLUMNS = (Column("Action", 17), Column("Touche", 12), Column("Ce qu'elle fait", 0))
POINTLESS_HERE = frozenset({"palette", "retour"})
NOTHING = "Aucune action possible ici n'a ces lettres ; F1 dit pourquoi une touche ne fait rien."


class PaletteScreen(ModalScreen[None]):
    """Lists the actions that can be done on the screen below; Enter does the one under the cursor."""

    DEFAULT_CSS = """
    PaletteScreen .palette {
        width: 96%; max-width: 100; height: 90%; border: round ansi_default; padding: 0 1; background: ansi_default;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False),
        Binding("up", "list('move', -1)", show=False),
        Binding("down", "list('move', 1)", show=False),
        Binding("pageup", "list('page', -1)", show=False, priority=True),
        Binding("pagedown", "list('page', 1)", show=False, priority=True),
    ]

    def __init__(self, sheet: Screen[Any]) -> None:
        super().__init__()
        self._sheet = sheet
        self._actions = list(sheet.available()) if isinstance(sheet, Sheet) else []
        self._source = FixedSource(list(self._rows("")))

    def compose(self) -> ComposeResult:
        """The letters, and what they find."""
        with Vertical(classes="palette"):
            field = Input(placeholder="quelques lettres, flèches, entrée ; échap ferme")
            field.cursor_blink = False
            yield field
            yield LineList(COLUMNS, self._source, NOTHING)
            yield StatusLine(id="explained")

    def on_mount(self) -> None:
        """Let letters go to the field."""
        self.query_one(Input).focus()

    def action_list(self, what: str, step: int) -> None:
        """Move in the list while the field keeps the focus."""
        found = self.query_one(LineList)
        (found.action_move if what == "move" else found.action_page)(step)

    @on(LineList.Moved)
    def _explain(self, event: LineList.Moved) -> None:
        """Say in full what the row under the cursor does."""
        self.query_one("#explained", StatusLine).say(str(event.row.cells[-1]) if event.row else "")

    @on(Input.Changed)
    def _filter(self, event: Input.Changed) -> None:
        self._source.change(list(self._rows(event.value)))
        self.query_one(LineList).change_source(self._source)

    @on(Input.Submitted)
    @on(LineList.Opened)
    def _do(self) -> None:
        """Close, then do the action on the screen below, as its key would."""
        row, sheet = self.query_one(LineList).row, self._sheet
        if row is not None and isinstance(sheet, Sheet):
            self.dismiss()
            sheet.call_next(sheet.action_do, str(row.key))

    def _rows(self, letters: str) -> Iterator[Row]:
        wanted = fold(letters).split()
        for action in self._actions:
            words = fold(f"{action.label} {action.help}")
            if action.id not in POINTLESS_HERE and all(word in words for word in wanted):
                yield _row(action)


def _row(action: Action) -> Row:
    return Row(action.id, (action.label, keys_of(action), action.help))

"""The help of a screen, and of what has the focus in it: what it shows, every key, and why some do nothing now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static

from scor_tui.domain.words import CELL_ASCII, CELL_GLYPH, CELL_WORD
from scor_tui.ui.actions import Action, Scope, of_scope
from scor_tui.ui.fixed_source import FixedSource
from scor_tui.ui.screens.dialogs import safe
from scor_tui.ui.screens.sheet import Sheet, key_name
from scor_tui.ui.screens.too_small import TooSmall
from scor_tui.ui.widgets.bars import KeyBar, Rule, StatusLine, TitleBar
from scor_tui.ui.widgets.line_list import Column, LineList, Row

COLUMNS = (Column("Touche", 13), Column("Action", 17), Column("Ce qu'elle fait", 0))
GROUPS = ((Scope.LIST, "Sur une ligne"), (Scope.GLOBAL, "Partout"))
IN_THE_PALETTE = "palette"


class HelpScreen(Screen[None]):
    """Help of the screen that was showing."""

    DEFAULT_CSS = "HelpScreen { layers: default notice; } HelpScreen Static { padding: 0 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, "dismiss", show=False) for key in ("escape", "enter", "f1", "question_mark", "q", "ctrl+q")
    ]

    def __init__(self, sheet: Screen[Any]) -> None:
        super().__init__()
        self._sheet = sheet

    def compose(self) -> ComposeResult:
        """The screen's help in words, then its keys."""
        title = self._sheet.titles()[0] if isinstance(self._sheet, Sheet) else ""
        yield TitleBar(f"Aide · {title}")
        yield Rule()
        yield Static(safe("\n".join(self._words())))
        yield LineList(COLUMNS, FixedSource(list(self._rows())), "Cet écran n'a pas de touche.")
        yield Rule()
        yield StatusLine(id="status")
        yield KeyBar("flèches, pages : parcourir  échap fermer")
        yield TooSmall()

    @on(LineList.Moved)
    def _explain(self, event: LineList.Moved) -> None:
        """Say in full what the row under the cursor does."""
        words = event.row.key if event.row else ""
        self.query_one("#status", StatusLine).say(str(words))

    def _words(self) -> Iterator[str]:
        """Yield what the screen says of itself, and what the widget that has the focus adds."""
        for one in (self._sheet, self._sheet.focused):
            words = getattr(one, "HELP", "")
            if isinstance(words, str) and words:
                yield words
        profile = self._sheet.scor.profile if isinstance(self._sheet, Sheet) else None
        glyphs = CELL_ASCII if profile and profile.ascii_only else CELL_GLYPH
        yield "O ordonnance, D DSI, A autre, F feuille de soins : " + "  ".join(
            f"{glyph} {CELL_WORD[state]}" for state, glyph in glyphs.items()
        )

    def _rows(self) -> Iterator[Row]:
        if not isinstance(self._sheet, Sheet):
            return
        actions = [action for action in of_scope(self._sheet.SCOPE) if self._sheet.knows(action.id)]
        for scope, heading in ((self._sheet.SCOPE, "Sur cet écran"), *GROUPS):
            found = [action for action in actions if action.scope is scope]
            if found:
                yield Row(heading, (heading, "", ""))
            yield from (_row(action, self._sheet.why_not(action.id)) for action in found)


def _row(action: Action, reason: str) -> Row:
    """Return the row of an action; what cannot be done now says why."""
    said = f"pas maintenant : {reason}" if reason else action.help
    whole = f"{action.help} Pas maintenant : {reason}" if reason else action.help
    return Row(f"{keys_of(action)} : {whole}", (f"  {keys_of(action)}", action.label, said), faint=bool(reason))


def keys_of(action: Action) -> str:
    """Return the keys of an action as they are shown: `F6 a`."""
    return " ".join(key_name(key) for key in _ordered(action.keys)) or IN_THE_PALETTE


def _ordered(keys: Sequence[str]) -> list[str]:
    return sorted(keys, key=lambda key: not (key[0] == "f" and key[1:].isdigit()))

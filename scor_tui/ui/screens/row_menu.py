"""The menu of a row: what it is, in full, and what can be done with it now; its keys work here too."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events

from scor_tui.ui.actions import Action
from scor_tui.ui.screens.dialogs import Choose
from scor_tui.ui.screens.sheet import key_name

ON_A_ROW = frozenset(
    {"ouvrir", "numeriser", "cocher", "hors_scor", "selectionner", "transfert", "remettre", "alerte_lue"}
    | {"poster", "date_postee", "bordereau", "piece_O", "piece_D", "piece_A", "piece_F"}
)
_KEY_WIDTH = 8


class RowMenu(Choose):
    """Answers with the name of the action chosen, by arrows and Enter or by its own key."""

    def __init__(self, words: str, actions: Sequence[Action]) -> None:
        offered = [action for action in actions if action.id in ON_A_ROW]
        super().__init__(f"{words or 'Aucune ligne sous le curseur.'}\n", [(one.id, _line(one)) for one in offered])
        self._by_key = {key: action.id for action in offered for key in action.keys if key != "enter"}

    def on_key(self, event: events.Key) -> None:
        """Take an action by its own key."""
        if event.key in self._by_key:
            event.stop()
            self.dismiss(self._by_key[event.key])


def _line(action: Action) -> str:
    return f"{key_name(action.keys[-1]):{_KEY_WIDTH}}{action.help.rstrip('.')}"

"""What all full screens share: bars, keys from the table of actions, reasons for what is disabled, errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget

from scor_tui.domain.errors import ScorError
from scor_tui.store.engine import told
from scor_tui.ui.actions import Action, Scope, of_scope
from scor_tui.ui.screens.too_small import TooSmall
from scor_tui.ui.widgets.bars import KeyBar, Rule, StatusLine, TitleBar

if TYPE_CHECKING:
    from scor_tui.ui.app import ScorApp

SHOWN_KEYS = {
    "question_mark": "?", "asterisk": "*", "slash": "/", "space": "espace", "enter": "entrée", "escape": "échap",
    "colon": ":", "plus": "+", "delete": "suppr",
    "less_than_sign": "<", "greater_than_sign": ">",
}  # fmt: skip


def bindings_of(scope: Scope) -> list[BindingType]:
    """Return the bindings of a screen, all from the table of actions."""
    return [
        Binding(key, f"do('{action.id}')", action.label, show=False)
        for action in of_scope(scope)
        for key in action.keys
    ]


def key_name(key: str) -> str:
    """Return a key as it is shown: `F6`, `espace`, `ctrl+s`."""
    return SHOWN_KEYS.get(key, key.upper() if key[0] == "f" and key[1:].isdigit() else key)


class Sheet(Screen[None]):
    """A full screen. A subclass gives its scope, its title, its body, and a method `do_…` for each action."""

    SCOPE: ClassVar[Scope] = Scope.GLOBAL
    HELP = ""
    explained = ""
    """What is under the cursor, in full: the status line may cut it, the row's menu does not."""
    _news = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Bind the keys of a screen's scope."""
        if "SCOPE" in cls.__dict__:
            cls.BINDINGS = bindings_of(cls.SCOPE)
        super().__init_subclass__(**kwargs)

    def compose(self) -> ComposeResult:
        """Title, body, what is said, keys."""
        yield TitleBar(id="title")
        yield Rule()
        yield from self.body()
        yield Rule()
        yield StatusLine(id="status")
        yield KeyBar(id="keys")
        yield TooSmall()

    def body(self) -> Iterator[Widget]:
        """Yield the widgets between the bars."""
        yield from ()

    def titles(self) -> tuple[str, str]:
        """Return what the title bar says, left and right."""
        return "", ""

    @property
    def scor(self) -> ScorApp:
        """The application, by its own type."""
        from scor_tui.ui.app import ScorApp

        assert isinstance(self.app, ScorApp)  # noqa: S101 - for the type checker
        return self.app

    # --- actions -----------------------------------------------------------------------------------------

    def action_do(self, name: str) -> None:
        """Do an action of the table, or say why it cannot be done; an error becomes a dialogue."""
        reason = self.why_not(name)
        if reason:
            self.say(reason)
            return
        handler: Any = getattr(self, f"do_{name}", None) or getattr(self.scor, f"do_{name}")
        self.attempt(handler)

    def attempt(self, do: Callable[[], Any]) -> bool:
        """Do something asked for, and return whether it was done; an error becomes a dialogue.

        What answers a dialogue goes through here too.
        """
        try:
            with told():
                do()
        except ScorError as error:
            self.scor.tell_error(error)
            return False
        return True

    def why_not(self, name: str) -> str:
        """Return why an action cannot be done now, or an empty string."""
        return "" if hasattr(self, f"do_{name}") else self.scor.why_not(name)

    def knows(self, name: str) -> bool:
        """Return whether an action means something on this screen."""
        return hasattr(self, f"do_{name}") or hasattr(self.scor, f"do_{name}")

    def available(self) -> Iterator[Action]:
        """Yield the actions that can be done now."""
        yield from (action for action in of_scope(self.SCOPE) if not self.why_not(action.id))

    # --- words -------------------------------------------------------------------------------------------

    def say(self, words: str) -> None:
        """Say what was just done or refused; it stays until the next key, whatever is read again meanwhile."""
        self._news = bool(words)
        self.query_one("#status", StatusLine).say(words)

    def explain(self, words: str) -> None:
        """Say what is under the cursor, once what was just said has had its time."""
        self.explained = words
        if not self._news:
            self.query_one("#status", StatusLine).say(words)

    def key_pressed(self) -> None:
        """Let what was said give way: it was there to be read."""
        self._news = False

    def redraw_bars(self) -> None:
        """Draw the title and the keys as they are now."""
        self.query_one("#title", TitleBar).say(*self.titles())
        self.redraw_keys()

    def redraw_keys(self) -> None:
        """Draw the keys that do something now."""
        shown = [action for action in self.available() if action.rank]
        offers = [(action.rank, f"{key_name(action.keys[-1])} {action.label}") for action in shown]
        self.query_one("#keys", KeyBar).offer(offers)

    def on_screen_resume(self) -> None:
        """Read again what may have changed while the screen was away."""
        self.reload()

    def unsaved(self) -> str:
        """Return what would be lost by quitting now, as a sentence, or an empty string."""
        return ""

    def ask_before_leaving(self, leave: Callable[[], None]) -> None:
        """Ask what becomes of what is not saved, then leave; only a screen that has such things does."""
        leave()

    def do_menu(self) -> None:
        """Tell the row under the cursor in full, and what can be done with it."""
        from scor_tui.ui.screens.row_menu import RowMenu

        def go(name: str | None) -> None:
            if name is not None:
                self.action_do(name)

        self.app.push_screen(RowMenu(self.explained, list(self.available())), go)

    def reload(self) -> None:
        """Read the records again; screens with lists do."""
        self.redraw_bars()

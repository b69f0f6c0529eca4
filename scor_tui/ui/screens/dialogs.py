"""Small dialogues: an error with its remedy, a confirmation, a choice, a line to type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from scor_tui.domain.errors import ScorError
from scor_tui.domain.text import clean

LONGEST = 4_000
"""Characters of a line of a dialogue: a refusal is told whole there."""


def safe(words: str, style: str = "") -> Text:
    """Return foreign words as text that no terminal and no markup can take for an order."""
    return Text("\n".join(clean(line, limit=LONGEST) for line in words.split("\n")), style)


class Telling(ModalScreen[None]):
    """Says something until a key is pressed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False),
        Binding("enter", "dismiss", show=False),
    ]

    def __init__(self, title: str, words: str) -> None:
        super().__init__()
        self._title, self._words = title, words

    def compose(self) -> ComposeResult:
        """The title and the words."""
        with Vertical(classes="dialog"):
            yield Static(safe(self._title, "bold"))
            yield Static(safe(f"\n{self._words}\n"))
            yield Static(safe("entrée ou échap : fermer", "dim"))


class ErrorDialog(Telling):
    """An error: what happened, what to do next."""

    def __init__(self, error: ScorError) -> None:
        super().__init__(error.title, f"{error.cause}\n\n{error.remedy}")


class Confirm(ModalScreen[bool]):
    """Asks yes or no; only `o` says yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "answer(True)", show=False),
        Binding("n", "answer(False)", show=False),
        Binding("escape", "answer(False)", show=False),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """The question and its keys."""
        with Vertical(classes="dialog"):
            yield Static(safe(self._question))
            yield Static(safe("\no oui   n non", "dim"))

    def action_answer(self, yes: bool) -> None:
        """Answer."""
        self.dismiss(yes)


class Choose(ModalScreen[str | None]):
    """Lets one of several be chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False)]

    def __init__(self, title: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._title, self._choices = title, choices

    def compose(self) -> ComposeResult:
        """The title and the choices."""
        with Vertical(classes="dialog"):
            yield Static(safe(self._title, "bold"))
            yield OptionList(*(Option(safe(words), id=name) for name, words in self._choices))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the choice."""
        self.dismiss(event.option.id)


class Ask(ModalScreen[str | None]):
    """Asks for a line of text."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False)]

    def __init__(self, question: str, value: str = "", *, hidden: bool = False) -> None:
        super().__init__()
        self._question, self._value, self._hidden = question, value, hidden

    def compose(self) -> ComposeResult:
        """The question and the field."""
        with Vertical(classes="dialog"):
            yield Static(safe(self._question))
            field = Input(self._value, password=self._hidden)
            field.cursor_blink = False
            yield field

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the line."""
        self.dismiss(event.value)

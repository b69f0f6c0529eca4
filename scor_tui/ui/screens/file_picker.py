"""Choose a file of this machine: folders and documents, by names that no terminal can take for an order.

Letters that are typed keep the names that hold them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from scor_tui.presentation.text import kilobytes
from scor_tui.scanners.copying import EXPECTED
from scor_tui.ui.screens.dialogs import safe

AT_MOST = 500


class FilePicker(ModalScreen[Path | None]):
    """Shows a folder; answers the file chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False),
        Binding("backspace", "erase", show=False),
        Binding("left", "up", show=False),
    ]

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder if folder.is_dir() else Path.home()
        self._shown: tuple[Path, ...] = ()
        self._typed = ""

    def compose(self) -> ComposeResult:
        """The folder, what is in it, the keys."""
        with Vertical(classes="dialog"):
            yield Static(id="where")
            yield OptionList()
            yield Static(safe("lettres : filtre  entrée : ouvre  ← : parent  échap : sort", "dim"))

    def on_mount(self) -> None:
        """Show the folder."""
        self._show(self.folder)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open a folder, or answer a file."""
        chosen = self._shown[event.option_index]
        if chosen.is_dir():
            self._show(chosen)
        else:
            self.dismiss(chosen)

    def on_key(self, event: Key) -> None:
        """Keep the names that hold what was typed."""
        if event.character and event.is_printable:
            event.stop()
            self._show(self.folder, self._typed + event.character)

    def action_erase(self) -> None:
        """Take the last letter back, else show the folder above."""
        if self._typed:
            self._show(self.folder, self._typed[:-1])
        else:
            self.action_up()

    def action_up(self) -> None:
        """Show the folder above."""
        self._show(self.folder.parent)

    def _show(self, folder: Path, typed: str = "") -> None:
        found, words = _listed(folder, typed)
        self.folder, self._shown, self._typed = folder, (folder.parent, *found), typed
        words = f"filtre : {typed}  {words}" if typed else words
        self.query_one("#where", Static).update(safe(f"{folder}{f'   {words}' if words else ''}", "bold"))
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(safe(".. dossier parent")), *(Option(safe(_line(path))) for path in found)])
        options.highlighted = 1 if found else 0
        options.focus()


def _listed(folder: Path, typed: str = "") -> tuple[Sequence[Path], str]:
    """Return the folders, then the documents, whose names hold what was typed; and what is to be said of the rest."""
    try:
        with os.scandir(folder) as entries:
            wanted = typed.casefold()
            visible = [e for e in entries if not e.name.startswith(".") and wanted in e.name.casefold()]
            folders = sorted(Path(entry) for entry in visible if entry.is_dir())
            files = sorted(Path(e) for e in visible if e.is_file() and Path(e.name).suffix.lower() in EXPECTED)
    except OSError:
        return (), "(illisible)"
    found = [*folders, *files]
    hidden = len(found) - AT_MOST
    words = f"({hidden} de plus)" if hidden > 0 else "" if files else "(aucune image, aucun PDF ici)"
    return found[:AT_MOST], words


def _line(path: Path) -> str:
    if path.is_dir():
        return f"{path.name}/"
    try:
        return f"{path.name}   {kilobytes(path.stat().st_size)}"
    except OSError:
        return path.name

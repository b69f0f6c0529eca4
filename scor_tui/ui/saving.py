"""Printing into a file: where, whether to replace, and what was done. The same for every list, bordereau and proof."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scor_tui import system
from scor_tui.domain.errors import ScorError, WrongUse
from scor_tui.domain.text import clean
from scor_tui.ui.screens.dialogs import Ask, Confirm
from scor_tui.ui.screens.sheet import Sheet

Made = tuple[bytes, str]
"""A PDF, and what to say of it."""


def save_as(sheet: Sheet, name: str, make: Callable[[], Made], tell: Callable[[str], None]) -> None:
    """Ask where to write a PDF (by default `name` in the current folder), make it, write it, `tell` where it is."""

    def write(path: Path) -> None:
        try:
            pdf, words = make()
            _write(path, pdf)
        except ScorError as error:
            sheet.scor.tell_error(error)
        else:
            tell(f"{words} → {path}")

    def chosen(said: str | None) -> None:
        if not said or not said.strip():
            return
        path = Path(said.strip()).expanduser().absolute()
        if not path.exists():
            write(path)
            return
        question = f"Le fichier {path.name} existe déjà. Le remplacer ?"
        sheet.app.push_screen(Confirm(question), lambda yes: write(path) if yes else None)

    sheet.app.push_screen(Ask("Enregistrer le PDF sous :", name), chosen)


def _write(path: Path, pdf: bytes) -> None:
    try:
        system.write_durably(path, pdf)
    except OSError as error:
        raise WrongUse(
            f"Le fichier {clean(str(path), limit=100)} ne peut pas être écrit.", "Vérifiez le dossier et ses droits."
        ) from error

"""How a command opens the practice, and the options that several commands share."""

from __future__ import annotations

import contextlib
import getpass
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from scor_tui import imaging
from scor_tui.commands.folders import DEMONSTRATION, SETTINGS, folder_of
from scor_tui.demo.clock import ShiftedClock
from scor_tui.demo.layout import Layout
from scor_tui.services.cabinet import Cabinet, SystemClock, open_cabinet
from scor_tui.store.engine import told

if TYPE_CHECKING:
    from scor_tui.domain.ports import Clock


def clock_of(folder: Path) -> Clock:
    """Return the machine's clock, or the demonstration's where it is the practice's."""
    layout = Layout(folder / DEMONSTRATION)
    return ShiftedClock(layout.clock) if layout.clock.exists() else SystemClock()


def at_home(cabinet: Cabinet) -> None:
    """Read the settings again when the demonstration was moved or copied: they name mailboxes from where it lies."""
    boxes = [Path(who.mail_box) for who in cabinet.practitioners()]
    if not all(box.is_relative_to(cabinet.folder) for box in boxes):
        from scor_tui.services import setup

        setup.configure(cabinet, cabinet.folder / DEMONSTRATION / SETTINGS)


@contextlib.contextmanager
def opened(asked: Namespace) -> Iterator[Cabinet]:
    """Open the practice for a command and close it after."""
    folder = folder_of(asked)
    cabinet = open_cabinet(folder, clock_of(folder))
    try:
        with told():
            yield cabinet
    finally:
        cabinet.close()


def conversion_options(asked: Namespace) -> imaging.ConvertOptions:
    """Return the conversion options that a command was given; a password is asked for, never an argument."""
    dpi = getattr(asked, "dpi", None) or 300
    return imaging.ConvertOptions(dpi=dpi, password=_password() if getattr(asked, "mot_de_passe", False) else "")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return getpass.getpass("Mot de passe du PDF : ")

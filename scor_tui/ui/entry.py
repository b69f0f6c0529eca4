"""Opening the interface: the terminal is judged first, then Textual is loaded, then the practice opened."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scor_tui.domain.errors import WrongUse
from scor_tui.services.cabinet import Cabinet, open_cabinet
from scor_tui.ui import profile

if TYPE_CHECKING:
    from scor_tui.domain.ports import Clock


class NoTerminal(WrongUse):
    """There is no screen to draw on."""

    title = "Terminal insuffisant"


def open_interface(
    folder: Path,
    clock: Clock,
    *,
    mouse: bool = True,
    ascii_only: bool = False,
    move_clock: Callable[[timedelta], None] | None = None,
    before: Callable[[Cabinet], None] = lambda _cabinet: None,
) -> None:
    """Show the practice in `folder` until its user quits.

    `move_clock` moves a demonstration's clock; `before` is done on the open practice before it is shown. Raises
    `NoTerminal` where nothing can be drawn, and the errors of `open_cabinet`.
    """
    chosen = judged(mouse=mouse, ascii_only=ascii_only)
    profile.prepare(chosen, os.environ)
    print("scor-tui : ouverture du cabinet…", flush=True)  # noqa: T201 - something to read while Textual loads
    from scor_tui.ui.app import ScorApp

    cabinet = open_cabinet(folder, clock)
    try:
        before(cabinet)
        app = ScorApp(cabinet, chosen, move_clock=move_clock)
        app.run(mouse=chosen.mouse)
    finally:
        cabinet.close()
    if app.crash is not None:
        raise app.crash


def judged(*, mouse: bool = True, ascii_only: bool = False) -> profile.Profile:
    """Return how to draw on this terminal; raises `NoTerminal` where nothing can be drawn."""
    is_tty = sys.stdin.isatty() and sys.stdout.isatty()
    chosen = profile.decide(os.environ, is_tty=is_tty, mouse=mouse, ascii_only=ascii_only)
    if chosen.refusal:
        raise NoTerminal(
            chosen.refusal, "Ouvrez un terminal d'au moins 80 x 24, ou employez les commandes : scor-tui --help."
        )
    return chosen

"""The interface from the shell: on the practice of the data folder, and on the demonstration."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

from scor_tui.commands.answer import Answer
from scor_tui.commands.folders import DEMONSTRATION
from scor_tui.commands.opening import at_home, clock_of
from scor_tui.demo import clock
from scor_tui.demo.layout import Layout
from scor_tui.domain.errors import RuleRefused
from scor_tui.store.engine import BASE_FILE
from scor_tui.ui import entry

CAISSE_PAUSE = "1"
CAISSE_SECONDS_TO_STOP = 10


def is_asked() -> bool:
    """Whether a person sits at a terminal, on both sides."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def open_practice(folder: Path, asked: Namespace) -> Answer:
    """Open the interface on a practice; with its caisse in the background where it is a demonstration."""
    layout = Layout(folder / DEMONSTRATION)
    show = partial(entry.open_interface, folder, clock_of(folder), mouse=asked.souris == "oui", ascii_only=asked.ascii)
    if not layout.clock.exists():
        show()
        return Answer({"cabinet": folder}, ())

    def move(delta: timedelta) -> None:
        clock.advance(layout.clock, delta)

    with caisse_at_work(layout):
        show(move_clock=move, before=at_home)
    return Answer({"cabinet": folder}, (f"Le cabinet de démonstration reste dans {folder}.",))


def open_demonstration(folder: Path, asked: Namespace) -> Answer:
    """Open the interface on the demonstration in `folder`, made the first time."""
    from scor_tui.commands import demonstration

    entry.judged()
    if not (folder / BASE_FILE).exists():
        if folder.exists() and any(folder.iterdir()):
            raise RuleRefused(
                f"Le dossier {folder.name} contient autre chose qu'une démonstration.",
                "Choisissez un dossier neuf (--dossier).",
            )
        _say("Préparation de la démonstration, cette fois seulement (une à deux minutes).")
        demonstration.make(folder, asked.graine, _say)
    elif not Layout(folder / DEMONSTRATION).clock.exists():
        raise RuleRefused(
            f"Le dossier {folder.name} contient un vrai cabinet, pas une démonstration.",
            "Ouvrez-le sans « demo » : scor-tui --dossier, ou choisissez un dossier neuf.",
        )
    return open_practice(folder, asked)


@contextlib.contextmanager
def caisse_at_work(layout: Layout) -> Iterator[None]:
    """Run the demonstration caisse, another process, for as long as this lasts."""
    arguments = ("caisse", "--dossier", str(layout.folder), "--pause", CAISSE_PAUSE, "--avec-le-parent")
    caisse = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "scor_tui", *arguments],
        stdin=subprocess.PIPE,  # its end tells the caisse that this program is no more, however it ended
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        caisse.terminate()
        try:
            caisse.wait(CAISSE_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            caisse.kill()
            caisse.wait()


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - what takes time tells how far it is

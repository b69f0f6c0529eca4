"""The command `caisse`: the other end, in a process that knows only certificates and mailboxes."""

from __future__ import annotations

import os
import signal
import sys
import threading
from argparse import Namespace
from pathlib import Path

from scor_tui import system
from scor_tui.commands.answer import Answer
from scor_tui.commands.folders import DEMONSTRATION, folder_of
from scor_tui.demo import caisse as other_end
from scor_tui.demo.clock import ShiftedClock
from scor_tui.demo.layout import Layout
from scor_tui.domain.errors import FolderNotPrivate, WrongUse
from scor_tui.domain.numbers import NumberError, practitioner_number

STDIN = 0


def caisse(asked: Namespace) -> Answer:
    """Run the demonstration caisse: once, or until it is stopped."""
    folder = Path(asked.dossier).absolute() if asked.dossier else folder_of(asked) / DEMONSTRATION
    layout = Layout(folder)
    clock = ShiftedClock(layout.clock)
    if asked.initialiser:
        return _initialised(folder, asked.initialiser, clock)
    if not layout.pki.exists():
        raise WrongUse(
            f"Aucune caisse de démonstration dans {folder.name}.", "Faites-la : scor-tui caisse --initialiser NUMERO."
        )
    end = other_end.Caisse(folder, clock)
    if asked.une_fois:
        report = end.run_once()
        facts = {"messages": report.lines, "reponses": report.delivered, "en_attente": report.waiting}
        return Answer({**facts, "registre": end.count_facts()}, [line.text for line in report.lines])
    return _served(end, asked)


def _initialised(folder: Path, numbers: list[str], clock: ShiftedClock) -> Answer:
    try:
        practitioners = [practitioner_number(number) for number in numbers]
    except NumberError as error:
        raise WrongUse(str(error), "Un numéro de praticien a 9 chiffres.") from error
    _make_private(folder)
    other_end.initialise(folder, practitioners, clock.now())
    facts = {"pki": folder / "pki", "poste": folder / "poste", "praticiens": practitioners}
    lines = (
        f"PKI et boîtes de démonstration dans {folder}.",
        "Donnez ces chemins au cabinet (scor-tui creer --modele), puis lancez : scor-tui caisse --dossier …",
    )
    return Answer(facts, lines)


def _served(end: other_end.Caisse, asked: Namespace) -> Answer:
    stop = _WithParent() if asked.avec_le_parent else threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())

    def tell(report: other_end.Report) -> None:
        for line in report.lines:
            print(line.text, flush=True)  # noqa: T201 - what the caisse does, as it goes

    print("Caisse de démonstration en marche. Ctrl+C pour l'arrêter.", file=sys.stderr)  # noqa: T201 - likewise
    end.serve(max(asked.pause, 0.2), stop, tell)
    return Answer({"registre": end.count_facts()}, ("Caisse arrêtée.",))


class _WithParent(threading.Event):
    """Set when asked, and when the program that started this one is no more: it held the other end of the input."""

    def __init__(self) -> None:
        super().__init__()
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        while os.read(STDIN, 1):
            pass
        self.set()


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    reason = system.why_not_private(folder)
    if reason:
        raise FolderNotPrivate(
            f"Le dossier de la caisse ne convient pas : {reason}.", "chmod 700, ou un autre dossier."
        )

"""The command `demo`: the invented practice and its story."""

from __future__ import annotations

import json
import shutil
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from scor_tui import system
from scor_tui.commands.answer import Answer
from scor_tui.commands.folders import DEMONSTRATION, SETTINGS
from scor_tui.commands.opening import clock_of
from scor_tui.commands.playing import Player, facts_of, with_work_left
from scor_tui.demo import caisse as other_end
from scor_tui.demo.cases import Variant
from scor_tui.demo.clock import ShiftedClock, set_to
from scor_tui.demo.layout import Layout
from scor_tui.demo.papers import Paper, scans
from scor_tui.demo.population import Population
from scor_tui.demo.practice_files import practice_toml
from scor_tui.demo.scenario import build_scenario
from scor_tui.domain.errors import RuleRefused
from scor_tui.domain.pieces import PieceType
from scor_tui.domain.status import Status
from scor_tui.domain.words import status_word
from scor_tui.services import dossiers, setup, transmit
from scor_tui.services.cabinet import Cabinet, SystemClock
from scor_tui.store.engine import BASE_FILE, make_private

PAGES_ON_THE_GLASS = 4


def demo(asked: Namespace) -> Answer:
    """Open the interface on the invented practice, or play its whole story without a screen."""
    folder = Path(asked.dossier).absolute() if asked.dossier else Path("demonstration-scor").absolute()
    if asked.sans_ecran or not sys.stdout.isatty():  # without a terminal there is still the story
        return _played(folder, asked)
    from scor_tui.commands.interface import open_demonstration

    return open_demonstration(folder, asked)


def make(folder: Path, seed: int, tell: Callable[[str], None]) -> None:
    """Make in `folder` the practice that the interface shows: work in every state, pages in its scanner.

    Made aside, then put in its place: an interrupted making leaves no half practice behind. Whoever opens it calls
    `opening.at_home` first.
    """
    aside = folder.with_name(f".{folder.name}.en-cours")
    if aside.exists():
        shutil.rmtree(aside)
    cabinet, player = _prepared(aside, seed, tell, left_at_work=True)
    try:
        end = other_end.Caisse(player.layout.folder, ShiftedClock(player.layout.clock))

        def turn(_layout: Layout) -> None:
            end.run_once()

        player.caisse = turn
        player.play()
        ready = next(row.facture for row in dossiers.to_send() if row.leaves and not row.essais)
        transmit.transmit(cabinet, [ready])
    finally:
        cabinet.close()
    fill_scanner(player.layout, player.story.population)
    if folder.exists():
        folder.rmdir()
    aside.rename(folder)


def fill_scanner(layout: Layout, population: Population) -> None:
    """Lay on the demonstration scanner the papers that the last day still asks for."""
    layout.scanner.mkdir(mode=0o700, exist_ok=True)
    waiting = [bill for bill in population.factures if bill.case.sent and bill.prescription and not bill.case.pieces]
    for number, bill in enumerate(waiting[-PAGES_ON_THE_GLASS:], start=1):
        page = scans(Paper(PieceType.ORDN, Variant.GOOD, bill, bill.prescription, seed=number))[0]
        system.write_durably(layout.scanner / f"page-{number}.jpg", page)


def _played(folder: Path, asked: Namespace) -> Answer:
    """Make the invented practice and play its whole story."""
    if (folder / BASE_FILE).exists():
        raise RuleRefused(
            f"Le dossier {folder.name} contient déjà un cabinet.", "Choisissez un dossier neuf (--dossier)."
        )
    lines: list[str] = []

    def tell(line: str) -> None:
        lines.append(line)
        if not asked.json:
            print(line, flush=True)  # noqa: T201 - the story, as it goes

    cabinet, player = _prepared(folder, asked.graine, tell)
    try:
        player.play()
        facts = facts_of(cabinet, len(player.story.days))
    finally:
        cabinet.close()
    fill_scanner(player.layout, player.story.population)
    return Answer({**facts, "dossier": folder, "graine": asked.graine}, _summary(facts, folder))


def _prepared(
    folder: Path, seed: int, tell: Callable[[str], None], *, left_at_work: bool = False
) -> tuple[Cabinet, Player]:
    """Make the other end, then the practice, by the same files and doors as a real one."""
    make_private(folder)
    layout = Layout(folder / DEMONSTRATION)
    story = build_scenario(seed, SystemClock().now())
    numbers = [person.number for person in story.population.practitioners]
    layout.folder.mkdir(mode=0o700, exist_ok=True)
    set_to(layout.clock, story.start)
    other_end.initialise(layout.folder, numbers, story.start)
    system.write_durably(layout.scenarios, json.dumps(story.caisse_scenarios(), indent=1).encode())
    settings = layout.folder / SETTINGS
    system.write_durably(settings, practice_toml(story.population).encode())
    cabinet = setup.create(folder, settings, clock_of(folder))
    return cabinet, Player(cabinet, layout, with_work_left(story) if left_at_work else story, tell)


def _summary(facts: dict[str, object], folder: Path) -> list[str]:
    statuses = facts["statuts_actuels"]
    assert isinstance(statuses, dict)  # noqa: S101 - for the type checker
    lines = ["", f"{facts['jours']} jours, {facts['lots_envoyes']} lots envoyés, {facts['pieces']} pièces."]
    lines.append(f"ARL SCOR : {facts['arl_positifs']} positifs, {facts['arl_negatifs']} négatifs.")
    lines += [f"  {status_word(status):24}{statuses[status.value]:5d}" for status in Status]
    lines.append(f"Le cabinet est dans {folder} : scor-tui etat --dossier {folder}")
    return lines

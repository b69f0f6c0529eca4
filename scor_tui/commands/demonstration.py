"""The command `demo`: the invented practice and its story."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from scor_tui import system
from scor_tui.commands.answer import Answer
from scor_tui.commands.folders import DEMONSTRATION
from scor_tui.commands.opening import clock_of
from scor_tui.commands.playing import Player, facts_of
from scor_tui.demo import caisse as other_end
from scor_tui.demo.clock import set_to
from scor_tui.demo.layout import Layout
from scor_tui.demo.practice_files import practice_toml
from scor_tui.demo.scenario import build_scenario
from scor_tui.domain.errors import RuleRefused, WrongUse
from scor_tui.domain.status import Status
from scor_tui.domain.words import status_word
from scor_tui.services import setup
from scor_tui.services.cabinet import Cabinet, SystemClock
from scor_tui.store.engine import BASE_FILE, make_private

SETTINGS = "cabinet.toml"


def demo(asked: Namespace) -> Answer:
    """Make the invented practice and play its whole story."""
    if not asked.sans_ecran:
        raise WrongUse(
            "L'interface n'est pas encore dans cette version.", "Jouez l'histoire : scor-tui demo --sans-ecran."
        )
    folder = Path(asked.dossier).absolute() if asked.dossier else Path("demonstration-scor").absolute()
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
    return Answer({**facts, "dossier": folder, "graine": asked.graine}, _summary(facts, folder))


def _prepared(folder: Path, seed: int, tell: object) -> tuple[Cabinet, Player]:
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
    return cabinet, Player(cabinet, layout, story, tell)  # type: ignore[arg-type]  # a callable


def _summary(facts: dict[str, object], folder: Path) -> list[str]:
    statuses = facts["statuts_actuels"]
    assert isinstance(statuses, dict)  # noqa: S101 - for the type checker
    lines = ["", f"{facts['jours']} jours, {facts['lots_envoyes']} lots envoyés, {facts['pieces']} pièces."]
    lines.append(f"ARL SCOR : {facts['arl_positifs']} positifs, {facts['arl_negatifs']} négatifs.")
    lines += [f"  {status_word(status):24}{statuses[status.value]:5d}" for status in Status]
    lines.append(f"Le cabinet est dans {folder} : scor-tui etat --dossier {folder}")
    return lines

"""What the interface costs: against a bare Textual application, and with 100 000 dossiers against 100.

Clocks lie on shared machines: ratios are printed (`pytest -s tests/bench`), never asserted.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from scor_tui.commands.opening import clock_of
from scor_tui.services.cabinet import open_cabinet
from scor_tui.services.state import work
from scor_tui.store.models import Dossier
from scor_tui.ui.app import ScorApp
from scor_tui.ui.profile import Profile

pytestmark = pytest.mark.slow

FEW, MANY = 100, int(os.environ.get("SCOR_TUI_BANC", "100000"))
MODES = ("tableau", "prescriptions", "a_transmettre", "retours", "papier")
RARE = {"tableau": "nom158380", "a_transmettre": "nom395950"}
"""A name that one patient bears in either practice; the other lists find their own."""
ANYWHERE, REPEATS = "nom102947", 5

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("bonjour")
Bare().run()
"""


def test_first_paint_against_a_bare_application(in_terminal, practice_folder):
    """CPU of the whole process, in a terminal, until its first frame; a demonstration starts its caisse too."""

    def seconds(words: str, *command: str) -> float:
        runs = []
        for _ in range(8):
            program = in_terminal(*command)
            program.until(words)
            runs.append(program.kill())
        return sorted(runs[1:])[3]  # the first one writes the bytecode

    ours = ("Tableau de bord", "-m", "scor_tui", "--dossier", str(practice_folder))
    bare, demonstration = seconds("bonjour", "-c", BARE), seconds(*ours)
    (practice_folder / "demonstration" / "horloge").unlink()
    practice = seconds(*ours)
    _tell(f"CPU to first paint: {practice:.3f} s, bare textual {bare:.3f} s, ratio {practice / bare:.2f}")
    _tell(f"  a demonstration: {demonstration:.3f} s, ratio {demonstration / bare:.2f}")


def test_a_hundred_thousand_dossiers_against_a_hundred(played_practice, tmp_path, grow):
    folders = {count: _grown(played_practice, tmp_path / str(count), grow, count) for count in (FEW, MANY)}
    found = {}
    for count, folder in folders.items():
        found[count] = asyncio.run(_costs(folder))
    _tell(f"CPU ms of the interface's thread, median of {REPEATS}: {FEW} dossiers, {MANY}, ratio")
    for mode, what in found[FEW]:
        few, many = (statistics.median(found[count][mode, what]) for count in (FEW, MANY))
        _tell(f"  {mode:14} {what:24} {few:7.1f} {many:7.1f}  {many / few:5.2f}")
    for count, folder in folders.items():
        cabinet = open_cabinet(folder, clock_of(folder))
        waiting, spent = Dossier.select().where(Dossier.listed_day.is_null(False)).count(), _spent(work)
        _tell(f"what waits, counted in the background after a change: {waiting} of {count} dossiers, {spent:.1f} ms")
        cabinet.close()


async def _costs(folder: Path) -> dict[tuple[str, str], list[float]]:
    """Return, for each list and move, the CPU milliseconds of each repeat."""
    cabinet = open_cabinet(folder, clock_of(folder))
    app = ScorApp(cabinet, Profile())
    costs: dict[tuple[str, str], list[float]] = {}
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()

        async def spent(*keys: str, mode: str = "") -> float:
            begun = time.thread_time()
            if mode:
                app.open_mode(mode)
            await pilot.press(*keys)
            await pilot.pause()
            return (time.thread_time() - begun) * 1000

        async def filtered(words: str) -> float:
            begun = time.thread_time()
            await pilot.press("slash")
            app.screen.query_one(Input).value = words
            await pilot.press("enter")
            await pilot.pause()
            return (time.thread_time() - begun) * 1000

        for mode in MODES:

            def take(what: str, spent: float, mode: str = mode) -> None:
                costs.setdefault((mode, what), []).append(spent)

            await spent(mode=mode)
            for _ in range(REPEATS):
                await spent(mode="papier" if mode != "papier" else "retours")
                take("open", await spent(mode=mode))
                await spent("home")
                take("cursor", await spent("down", "down", "up", "up") / 4)
                take("cursor, half pages", await spent(*["down"] * 24) / 24)
                take("page down", await spent("pagedown"))
                take("end", await spent("end"))
                take("page up", await spent("pageup"))
                take("home", await spent("home"))
                take("filter, one found", await filtered(RARE.get(mode, ANYWHERE)))
                take("filter, none found", await filtered("xxy"))
                take("filter, many found", await filtered("essai"))
                take("filter off", await filtered(""))
                await app.workers.wait_for_complete()
        await _particular(spent, costs)
    cabinet.close()
    return costs


async def _particular(spent: Any, costs: dict[tuple[str, str], list[float]]) -> None:
    """Take the times of what one list alone has."""
    await spent(mode="prescriptions")
    for _ in range(REPEATS):
        costs.setdefault(("prescriptions", "new patients, and back"), []).append(await spent("s", "s"))
    await spent(mode="a_transmettre")
    for _ in range(REPEATS):
        costs.setdefault(("a_transmettre", "tick and untick a row"), []).append(await spent("space", "space"))
    await spent(mode="papier")
    await spent("asterisk")
    for _ in range(REPEATS):
        costs.setdefault(("papier", "cursor, all ticked"), []).append(await spent("down", "up") / 2)
        costs.setdefault(("papier", "untick and tick, all ticked"), []).append(await spent("space", "space"))
    await spent("asterisk")


def _grown(played: Path, folder: Path, grow: Callable[[int], None], count: int) -> Path:
    """Return a copy of the practice with so many more dossiers."""
    shutil.copytree(played, folder)
    cabinet = open_cabinet(folder, clock_of(folder))
    grow(count)
    cabinet.close()
    return folder


def _spent(do: Callable[[], object]) -> float:
    begun = time.thread_time()
    do()
    return (time.thread_time() - begun) * 1000


def _tell(line: str) -> None:
    print(f"\n{line}", end="", flush=True)  # noqa: T201 - figures for whoever runs it with -s

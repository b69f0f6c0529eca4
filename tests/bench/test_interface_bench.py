"""What the interface costs: against a bare Textual application, and with 100 000 dossiers against 100.

Clocks lie on shared machines: ratios are printed (`pytest -s tests/bench`), never asserted.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from pathlib import Path

import pytest

from scor_tui.commands.opening import clock_of
from scor_tui.services.cabinet import open_cabinet
from scor_tui.store.models import database
from scor_tui.ui.app import ScorApp
from scor_tui.ui.profile import Profile

pytestmark = pytest.mark.slow

FEW, MANY = 100, int(os.environ.get("SCOR_TUI_BANC", "100000"))
MORE = Path(__file__).with_name("more_dossiers.sql")
MODES = ("tableau", "prescriptions", "a_transmettre", "retours", "papier")

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


def test_a_hundred_thousand_dossiers_against_a_hundred(played_practice, tmp_path):
    found = {}
    for count in (FEW, MANY):
        folder = _grown(played_practice, tmp_path / str(count), count)
        found[count] = asyncio.run(_costs(folder))
    _tell(f"CPU ms a list, {FEW} and {MANY} dossiers:")
    for mode in MODES:
        few, many = found[FEW][mode], found[MANY][mode]
        figures = {what: (few[what], many[what], round(many[what] / few[what], 2)) for what in few}
        _tell(f"  {mode:14} {json.dumps(figures)}")


async def _costs(folder: Path) -> dict[str, dict[str, float]]:
    """Return, for each list, the CPU milliseconds to open it, to move down 20 rows, to its end and back a page."""
    cabinet = open_cabinet(folder, clock_of(folder))
    app, costs = ScorApp(cabinet, Profile()), {}
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        for mode in MODES:

            async def spent(*keys: str, times: int = 1, mode: str = mode) -> float:
                begun = time.thread_time()
                for _ in range(times):
                    if not keys:
                        app.open_mode(mode)
                    await pilot.press(*keys)
                    await pilot.pause()
                return round((time.thread_time() - begun) * 1000 / times, 1)

            await spent()
            app.open_mode("papier" if mode != "papier" else "retours")
            await pilot.pause()
            costs[mode] = {
                "open": await spent(), "down": await spent("down", times=40), "end": await spent("end"),
                "pageup": await spent("pageup", times=5), "home": await spent("home"),
            }  # fmt: skip
            await app.workers.wait_for_complete()
    cabinet.close()
    return costs


def _grown(played: Path, folder: Path, count: int) -> Path:
    """Return a copy of the practice with so many more dossiers: archived in lots, posted, and some to send."""
    shutil.copytree(played, folder)
    cabinet = open_cabinet(folder, clock_of(folder))
    database.execute_sql("CREATE TEMP TABLE n (i INTEGER PRIMARY KEY)")
    with database.atomic():
        numbers = "WITH RECURSIVE m(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM m WHERE i < ?) SELECT i FROM m"
        database.execute_sql("INSERT INTO n " + numbers, (count,))
        for statement in MORE.read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                database.execute_sql(statement)
    database.execute_sql("ANALYZE")
    cabinet.close()
    return folder


def _tell(line: str) -> None:
    print(f"\n{line}", end="", flush=True)  # noqa: T201 - figures for whoever runs it with -s

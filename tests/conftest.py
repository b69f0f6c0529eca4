"""What several rooms of tests share: the program as a user runs it, and the invented practice in every state."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

import scor_tui
from scor_tui import system
from scor_tui.commands import demonstration
from scor_tui.demo import clock
from scor_tui.demo.layout import Layout
from scor_tui.store.models import database

SANE_TEST = """\
number_of_devices 2
mode {mode}
depth 8
resolution_min 1.0
resolution_max {best}
resolution_quant 1.0
resolution {usual}
test-picture "Grid"
geometry_min 0.0
geometry_max 300.0
geometry_quant 1.0
tl_x 0.0
tl_y 0.0
br_x 80.0
br_y 100.0
"""

SECONDS = 300
"""Far more than any command takes: a test that hangs must fail."""


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of a user who has set nothing, and who has the program installed."""
    kept = {name: value for name, value in os.environ.items() if name not in ("SCOR_TUI_DOSSIER", "SANE_CONFIG_DIR")}
    return {**kept, "PYTHONPATH": str(Path(scor_tui.__file__).parent.parent), **changes}


@pytest.fixture(scope="session")
def scor() -> Callable[..., Ran]:
    """Run one command to its end; it must end with `code` (None: however it likes)."""

    def run(*arguments: object, code: int | None = 0, **changes: str) -> Ran:
        command = [sys.executable, "-m", "scor_tui", *map(str, arguments)]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env=environment(**changes),
            timeout=SECONDS,
            check=False,
        )
        assert code is None or done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a command that stays; its standard output is read line by line. None outlives the tests."""
    running: list[subprocess.Popen[str]] = []

    def run(*arguments: object, **changes: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "scor_tui", *map(str, arguments)]
        running.append(
            subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                bufsize=1,
                env=environment(**changes),
            )
        )
        return running[-1]

    yield run
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


MADE_OF = ("store", "demo", "commands/playing.py")
"""The sources whose change makes the kept practice another: its schema and its story. `--cache-clear` forgets it."""
KEPT = 3


@pytest.fixture
def sane_config(tmp_path: Path) -> Callable[..., Path]:
    """Write a SANE configuration folder: its `test` driver with this best resolution, or another driver."""

    def write(driver: str = "test", *, mode: str = "Gray", best: float = 1200.0) -> Path:
        folder = tmp_path / "sane"
        folder.mkdir(exist_ok=True)
        (folder / "dll.conf").write_text(f"{driver}\n")
        (folder / "test.conf").write_text(SANE_TEST.format(mode=mode, best=best, usual=min(best, 200.0)))
        return folder

    return write


@pytest.fixture(scope="session")
def evening() -> datetime:
    """When the tests on the practice happen: after the last day of its story, of which everything is dated."""
    return datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def played_practice(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, evening: datetime
) -> Path:
    """The invented practice after its twelve days: a dossier in every state. To be copied, never opened.

    Playing it takes a minute: pytest's cache keeps it from one run to the next.
    """
    kept = getattr(request.config, "cache", None)
    cache: Path = kept.mkdir("cabinet") if kept else tmp_path_factory.mktemp("cabinet")
    folder = cache / _fingerprint()
    with system.locked(cache / "verrou", wait_seconds=600) as held:
        assert held, "another run of the tests has been making the practice for ten minutes"
        if not folder.exists():
            made = sorted((path for path in cache.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
            for stale in made[: 1 - KEPT]:
                shutil.rmtree(stale, ignore_errors=True)
            with mock.patch.object(demonstration, "SystemClock", return_value=SimpleNamespace(now=lambda: evening)):
                demonstration.make(folder, 7, lambda _line: None)
    return folder


@pytest.fixture
def practice_folder(played_practice: Path, tmp_path: Path, evening: datetime) -> Path:
    """A copy of the practice, for one test, on its evening."""
    folder = Path(shutil.copytree(played_practice, tmp_path / "cabinet"))
    clock.set_to(Layout(folder / "demonstration").clock, evening)
    return folder


MORE = Path(__file__).with_name("more_dossiers.sql")


@pytest.fixture(scope="session")
def grow() -> Callable[[int], None]:
    """Give the open practice so many more dossiers, by SQL: of a few, half wait; of many, one in fifty."""

    def run(count: int) -> None:
        waiting = range(50, 50 * (count // 2) + 1, 50)
        numbers = range(1, count + 1) if count > 1000 else [*waiting, *(i for i in range(2 * count) if i % 50)][:count]
        with database.atomic():
            database.execute_sql("CREATE TEMP TABLE n (i INTEGER PRIMARY KEY)")
            database.connection().executemany("INSERT INTO n VALUES (?)", [(i,) for i in numbers])
            for statement in MORE.read_text(encoding="utf-8").split(";\n"):
                if statement.strip():
                    database.execute_sql(statement)
            database.execute_sql("DROP TABLE temp.n")

    return run


def _fingerprint() -> str:
    root, found = Path(scor_tui.__file__).parent, hashlib.sha256()
    for part in MADE_OF:
        for path in sorted((root / part).rglob("*")) or [root / part]:
            if path.suffix in {".py", ".sql"}:
                found.update(path.read_bytes())
    return found.hexdigest()[:16]

"""The program as a user runs it: one command after another, each a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import scor_tui

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

"""The program in a real terminal of 80 x 24, whose bytes are counted."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import scor_tui

SECONDS = 60.0
"""Far more than anything here takes."""
QUIET = 0.4
"""A screen is drawn when nothing has come for so long."""


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of a plain terminal."""
    dropped = ("SSH_CONNECTION", "NO_COLOR", "STY", "TMUX", "SCOR_TUI_DOSSIER", "COLORTERM", "LC_ALL", "LC_CTYPE")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    path = str(Path(scor_tui.__file__).parent.parent)
    return {**kept, "PYTHONPATH": path, "TERM": "xterm-256color", "LANG": "C.UTF-8", **changes}


@dataclass
class Terminal:
    """A pseudo-terminal and the program in it."""

    process: subprocess.Popen[bytes]
    descriptor: int
    seen: bytes = b""

    def read(self, seconds: float, *, until_quiet: float | None = QUIET) -> bytes:
        """Return what comes for at most so long, or until nothing comes any more."""
        found, end = b"", time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            wait = left if until_quiet is None or not found else min(left, until_quiet)
            if not select.select([self.descriptor], [], [], wait)[0]:
                break
            try:
                found += os.read(self.descriptor, 65536)
            except OSError as error:
                if error.errno == errno.EIO:
                    break
                raise
        self.seen += found
        return found

    def wait_for(self, words: str) -> bytes:
        """Return what comes until these words have, and the screen is drawn."""
        found, end = b"", time.monotonic() + SECONDS
        while words.encode() not in found:
            assert time.monotonic() < end, f"« {words} » never came: {self.seen[-2000:]!r}"
            found += self.read(1.0)
        return found + self.read(QUIET)

    def send(self, keys: bytes) -> bytes:
        """Press keys, or click; return what the program draws for it."""
        os.write(self.descriptor, keys)
        return self.read(5.0)

    def idle(self, seconds: float) -> bytes:
        """Return what comes while nobody does anything."""
        return self.read(seconds, until_quiet=None)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self.descriptor)
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(SECONDS)


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    """Run `scor-tui` with these arguments in a terminal; none outlives the test."""
    opened: list[Terminal] = []

    def run(*arguments: object, command: list[str] | None = None, columns: int = 80, rows: int = 24, **changes: str):
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        words = command or [sys.executable, "-m", "scor_tui", *map(str, arguments)]
        process = subprocess.Popen(
            words, stdin=theirs, stdout=theirs, stderr=theirs, env=environment(**changes), start_new_session=True
        )
        os.close(theirs)
        opened.append(Terminal(process, ours))
        return opened[-1]

    yield run
    for one in opened:
        one.close()


@pytest.fixture
def ticked(practice_folder: Path) -> Callable[[], set[str]]:
    """Say which factures are ticked, as another program reads it in the records."""

    def read() -> set[str]:
        command = [sys.executable, "-m", "scor_tui", "a-transmettre", "--json", "--dossier", str(practice_folder)]
        done = subprocess.run(command, capture_output=True, env=environment(), timeout=SECONDS, check=True)
        facts: dict[str, Any] = json.loads(done.stdout)
        return {row["facture"] for row in facts["dossiers"] if row["ticked"]}

    return read

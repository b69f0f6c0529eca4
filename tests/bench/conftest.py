"""Programs in a pseudo-terminal of 80 x 24, with a clock at hand: what they cost, how soon they answer."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 40.0
LEFT_OUT = {"COLORTERM", "NO_COLOR", "STY", "TMUX", "SSH_CONNECTION", "SCOR_TUI_DOSSIER", "PYTHONDONTWRITEBYTECODE"}


class InTerminal:
    """A Python program in a terminal of its own."""

    def __init__(self, *arguments: str, environment: dict[str, str]) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=environment,
            start_new_session=True,
        )  # fmt: skip
        os.close(theirs)

    def press(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._ours, keys)

    def until(self, words: str | bytes, seconds: float = SECONDS) -> bytes:
        """Return what comes until these words have."""
        wanted, found, end = words.encode() if isinstance(words, str) else words, b"", time.monotonic() + seconds
        while wanted not in found:
            left = end - time.monotonic()
            assert left > 0, f"{words!r} never came: {found[-3000:]!r}"
            if select.select([self._ours], [], [], left)[0]:
                found += os.read(self._ours, 65536)
        return found

    def during(self, seconds: float) -> bytes:
        """Return what comes in that time."""
        found, end = b"", time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and select.select([self._ours], [], [], left)[0]:
            found += os.read(self._ours, 65536)
        return found

    def settled(self, quiet: float = 0.5) -> float:
        """Return the seconds until the last byte, once nothing has come for so long."""
        begun = last = time.monotonic()
        while select.select([self._ours], [], [], quiet)[0]:
            os.read(self._ours, 65536)
            last = time.monotonic()
        return last - begun

    def answer(self, keys: bytes, drawn: bytes) -> float:
        """Press keys; return the seconds until the program draws this."""
        begun = time.monotonic()
        self.press(keys)
        self.until(drawn)
        return time.monotonic() - begun

    def kill(self) -> float:
        """End the program at once; return the CPU seconds that it took."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)
        _, status, used = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        os.close(self._ours)
        return used.ru_utime + used.ru_stime

    @property
    def runs(self) -> bool:
        """Whether it was not ended yet."""
        return self._process.returncode is None


@pytest.fixture
def in_terminal(tmp_path: Path) -> Iterator[Callable[..., InTerminal]]:
    """Run Python with these arguments in a terminal, its bytecode kept as an installation keeps it."""
    kept = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    usual = {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(tmp_path / "pyc"), "TERM": "xterm-256color"}
    opened: list[InTerminal] = []

    def run(*arguments: str, **environment: str) -> InTerminal:
        opened.append(InTerminal(*arguments, environment={**kept, **usual, "LANG": "C.UTF-8", **environment}))
        return opened[-1]

    yield run
    for one in opened:
        if one.runs:
            one.kill()

"""Run a driver in a process group of its own: heard as it speaks, stopped for good when it must be.

A scanner's driver may ignore SIGINT, block for ever or leave children behind: the stop climbs from SIGINT to
SIGTERM to SIGKILL, always on the whole group.
"""

from __future__ import annotations

import queue
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO

from scor_tui import system
from scor_tui.domain.ports import Cancel

OUTPUT_LIMIT = 1_000_000
"""Bytes of standard output that are kept; a list of options is a hundredth of that."""

_LOOK_SECONDS = 0.1
_LAST_WORDS_SECONDS = 1.0
_BLOCK = 8192


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds: for any sign of life, then after SIGINT, then after SIGTERM.

    `silence` covers a lamp that warms up; `farewell` is for a child whose work is done and that does not leave.
    """

    silence: float = 90.0
    after_interrupt: float = 3.0
    after_terminate: float = 2.0
    farewell: float = 3.0


class Stop(StrEnum):
    """Why we stopped a child ourselves."""

    CANCELLED = "cancelled"
    SILENT = "silent"
    LINGERED = "lingered"


@dataclass(frozen=True)
class Ended:
    """How a child ended: exit code (negative: a signal), standard output, and our own stop if any."""

    returncode: int
    output: str
    stop: Stop | None = None


def run(
    argv: Sequence[str],
    *,
    folder: Path | None,
    environment: Mapping[str, str],
    patience: Patience,
    on_errors: Callable[[str], None],
    is_done: Callable[[], bool],
    cancel: Cancel | None = None,
) -> Ended:
    """Run `argv` in `folder` until it ends, is cancelled, stays silent for too long or lingers once it is done.

    `on_errors` is handed the text of standard error as it comes, in this thread, up to our own stop if any;
    `is_done` tells from it whether all the work is done. Raises OSError when the program cannot be started.
    """
    process = subprocess.Popen(  # noqa: S603 - argv only, never a shell
        list(argv),
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    conversation = _Conversation(process, on_errors, is_done)
    try:
        stop = conversation.listen(patience, cancel)
    except BaseException:
        _stop_group(process, patience)
        raise
    if stop is not None or conversation.unfinished:
        _stop_group(process, patience)
    returncode = process.wait()
    return Ended(returncode, conversation.output.decode("utf-8", "replace"), stop)


class _Conversation:
    """Both streams of a child, read by two threads and heard by one."""

    def __init__(
        self, process: subprocess.Popen[bytes], on_errors: Callable[[str], None], is_done: Callable[[], bool]
    ) -> None:
        self.output = bytearray()
        self._process = process
        self._on_errors = on_errors
        self._is_done = is_done
        self._heard: queue.Queue[tuple[bool, bytes]] = queue.Queue()
        self._open = 2
        for stream, is_error in ((process.stdout, False), (process.stderr, True)):
            assert stream is not None  # noqa: S101 - both are pipes
            threading.Thread(target=self._read, args=(stream, is_error), daemon=True).start()

    def _read(self, stream: IO[bytes], is_error: bool) -> None:
        with stream:
            while block := stream.read1(_BLOCK):  # type: ignore[attr-defined]  # a pipe's reader is buffered
                self._heard.put((is_error, block))
        self._heard.put((is_error, b""))

    def listen(self, patience: Patience, cancel: Cancel | None) -> Stop | None:
        """Hear the child out; returns why it must be stopped, or None when it ended by itself."""
        last_sign = time.monotonic()
        ended_at: float | None = None
        while self._open:
            if cancel is not None and cancel.is_set():
                return Stop.CANCELLED
            try:
                is_error, block = self._heard.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                now = time.monotonic()
                if self._process.poll() is None:
                    if self._is_done() and now - last_sign > patience.farewell:
                        return Stop.LINGERED
                    if now - last_sign > patience.silence:
                        return Stop.SILENT
                elif ended_at is None:
                    ended_at = now
                elif now - ended_at > _LAST_WORDS_SECONDS:
                    return None  # something that it started still holds the pipe
                continue
            last_sign = time.monotonic()
            self._take(is_error, block)
        return None

    @property
    def unfinished(self) -> bool:
        """Whether someone still holds the other end of a stream."""
        return self._open > 0

    def _take(self, is_error: bool, block: bytes) -> None:
        if not block:
            self._open -= 1
        elif is_error:
            self._on_errors(block.decode("utf-8", "replace"))
        elif len(self.output) < OUTPUT_LIMIT:
            self.output += block


def _stop_group(process: subprocess.Popen[bytes], patience: Patience) -> None:
    steps = (
        (system.SIGINT, patience.after_interrupt),
        (system.SIGTERM, patience.after_terminate),
    )
    for number, seconds in steps:
        system.signal_group(process.pid, number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        break
    system.signal_group(process.pid, system.SIGKILL)
    process.wait()

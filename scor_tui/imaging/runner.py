"""Runs the limited child: foreign bytes are opened there, never here.

The child gets its request as JSON on its standard input (a password is never in argv nor in the environment),
says its progress and its answer as one JSON object a line, and leaves its files in a private folder. It is in
its own session; when it is late, too talkative or cancelled, its whole group is killed.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO, Any

import scor_tui
from scor_tui import system
from scor_tui.domain import errors
from scor_tui.domain.ports import Cancel, Progress
from scor_tui.domain.text import clean
from scor_tui.imaging import limits
from scor_tui.imaging.model import ConversionCancelled

_LOOK_SECONDS = 0.1
_SAID_BY_THE_CHILD: dict[str, type[errors.ScorError]] = {
    kind.__name__: kind for kind in (errors.FileNotAccepted, errors.PasswordNeeded, errors.NormsNotMet, errors.WrongUse)
}


def private_folder() -> contextlib.AbstractContextManager[Path]:
    """Return a new folder that only this user can read (0700), in memory rather than on a disk, gone afterwards."""
    return system.private_folder("scor-tui-", in_memory=limits.WORK_ROOM)


def run_child(
    request: dict[str, Any], folder: Path, progress: Progress, cancel: Cancel | None = None
) -> dict[str, Any]:
    """Have the child do `request` in `folder` and return its answer.

    Raises what the child says (`FileNotAccepted`, `PasswordNeeded`, `NormsNotMet`), `FileNotAccepted` when it
    dies or is late, `ConversionCancelled`.
    """
    child = _start(folder)
    try:
        said = _listen(child)
        _ask(child, request)
        return _follow(said, progress, cancel)
    finally:
        system.signal_group(child.pid, system.SIGKILL)
        child.wait()


def _start(folder: Path) -> subprocess.Popen[bytes]:
    package_root = str(Path(scor_tui.__file__).parent.parent)
    environment = {"PYTHONPATH": package_root, "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    # what Windows needs to start a process at all
    environment |= {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "scor_tui.imaging.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=environment,
        start_new_session=True,
    )


def _ask(child: subprocess.Popen[bytes], request: dict[str, Any]) -> None:
    assert child.stdin is not None  # noqa: S101 - asked for above
    with contextlib.suppress(BrokenPipeError), child.stdin:
        child.stdin.write(json.dumps(request).encode())


def _listen(child: subprocess.Popen[bytes]) -> queue.Queue[bytes]:
    """Return the lines that the child says as they come; an empty one when it has ended or said too much."""
    assert child.stdout is not None  # noqa: S101 - asked for above
    said: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_read_lines, args=(child.stdout, said), daemon=True).start()
    return said


def _read_lines(stream: IO[bytes], said: queue.Queue[bytes]) -> None:
    left = limits.MAX_ANSWER_BYTES
    with stream:
        while left > 0 and (line := stream.readline(left)):
            left -= len(line)
            said.put(line)
    said.put(b"")


def _follow(said: queue.Queue[bytes], progress: Progress, cancel: Cancel | None) -> dict[str, Any]:
    deadline = time.monotonic() + limits.FIRST_STEP_SECONDS
    while True:
        if cancel is not None and cancel.is_set():
            raise ConversionCancelled(
                "Vous avez arrêté la conversion.", "Rien n'a été gardé ; recommencez quand vous voulez."
            )
        if time.monotonic() > deadline:
            raise errors.FileNotAccepted(
                "L'ouverture du fichier prend trop de temps.",
                "Imprimez-le et numérisez-le, ou demandez-en une version plus simple.",
            )
        with contextlib.suppress(queue.Empty):
            message = _read_message(said.get(timeout=_LOOK_SECONDS))
            if "answer" in message:
                return dict(message["answer"])
            done, total, code = message["progress"]
            progress(int(done), int(total), clean(str(code), limit=40))
            deadline += limits.NEXT_STEP_SECONDS


def _read_message(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
        if "error" in message:
            raise _error_of(message["error"])
        if "answer" in message or len(message["progress"]) == 3:
            return dict(message)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    raise errors.FileNotAccepted(
        "Le fichier a fait échouer le programme qui l'ouvre : il est abîmé ou piégé.",
        "Numérisez le papier, ou demandez une autre version du fichier.",
    )


def _error_of(facts: dict[str, Any]) -> errors.ScorError:
    kind = _SAID_BY_THE_CHILD[facts["kind"]]
    return kind(clean(str(facts["cause"])), clean(str(facts["remedy"])), code=clean(str(facts["code"]), limit=40))

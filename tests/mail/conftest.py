"""Two mailboxes, and a disk that fails at the n-th step."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scor_tui.mail.maildir import Maildir

STEPS = ("open", "write", "fsync", "close", "rename", "unlink")


class FailingDisk:
    """Counts the steps on the disk and fails at one of them; `failed` says which."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.failed = ""

    @contextmanager
    def at(self, number: int, *, after_the_fact: bool = False) -> Iterator[None]:
        """Fail at the step `number` (from 0); `after_the_fact`: the step is done, its success is not told."""
        count = -1
        self.failed = ""

        def failing(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
            def step(*args: Any, **kwargs: Any) -> Any:
                nonlocal count
                count += 1
                if count != number:
                    return real(*args, **kwargs)
                self.failed = name
                if after_the_fact or name == "close":
                    real(*args, **kwargs)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

            return step

        with self._monkeypatch.context() as patch:
            for name in STEPS:
                patch.setattr(os, name, failing(name, getattr(os, name)))
            yield


@pytest.fixture
def failing_disk(monkeypatch: pytest.MonkeyPatch) -> FailingDisk:
    return FailingDisk(monkeypatch)


@pytest.fixture
def mailbox(tmp_path: Path) -> Maildir:
    box = Maildir(tmp_path / "bal")
    box.create()
    return box

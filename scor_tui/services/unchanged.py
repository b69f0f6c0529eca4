"""Counts that are read once and again only when a session, this one or another, has changed the records."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from scor_tui.store.engine import stamp

P = ParamSpec("P")
T = TypeVar("T")


def while_unchanged(read: Callable[P, T]) -> Callable[P, T]:
    """Return `read` with a memory: the same question gets the same answer while the database is the same.

    Each thread remembers for itself, its connection being its own. Nobody may change what is returned.
    """
    memory = threading.local()

    @wraps(read)
    def answer(*args: P.args, **kwargs: P.kwargs) -> T:
        now, asked = stamp(), (args, tuple(sorted(kwargs.items())))
        if getattr(memory, "stamp", None) != now:
            memory.stamp, memory.answers = now, {}
        answers: dict[object, T] = memory.answers
        if asked not in answers:
            answers[asked] = read(*args, **kwargs)
        return answers[asked]

    return answer

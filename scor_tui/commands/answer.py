"""What a command answers: facts for `--json`, lines for eyes, and its exit code."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from scor_tui.domain.errors import ExitCode

Handler = Callable[[Namespace], "Answer"]


@dataclass
class Answer:
    """The answer of a command. `facts` are plain values; `lines` what a person reads."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    lines: Iterable[str] = ()
    code: ExitCode = ExitCode.DONE


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: dataclasses as objects, dates as ISO text, members as their value."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(one) for key, one in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # datetime is a date too
        return value.isoformat()
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [plain(one) for one in value]
    return value

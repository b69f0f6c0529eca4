"""The clock of the demonstration: the real one, moved by what a small file says; days pass in seconds.

This is the only place of the demonstration that reads the real clock. The practice and the caisse, two
processes, read the same file: `{"decalage_secondes": N}`.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scor_tui.domain.errors import DataDamaged
from scor_tui.system import write_durably

FILE_NAME = "horloge"
_KEY = "decalage_secondes"


class ShiftedClock:
    """A `Clock` that follows the file at `path`; without the file it tells the real time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """Return the present of the demonstration, aware UTC, whole seconds; raises `DataDamaged`."""
        return _real_now() + timedelta(seconds=_shift(self._path))


def set_to(path: Path, moment: datetime) -> None:
    """Make the clock of `path` tell `moment` (aware) from now on; durable, complete or not at all."""
    _write(path, round((moment - _real_now()).total_seconds()))


def advance(path: Path, delta: timedelta) -> None:
    """Move the clock of `path` forward by `delta` (backward if negative), in whole seconds; durable."""
    _write(path, _shift(path) + round(delta.total_seconds()))


def _real_now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _shift(path: Path) -> int:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return 0
    try:
        return int(json.loads(text)[_KEY])
    except (ValueError, TypeError, KeyError):
        raise DataDamaged(
            f"L'horloge de la démonstration ({path.name}) est illisible.",
            "Supprimez ce fichier : l'heure réelle reprend.",
        ) from None


def _write(path: Path, seconds: int) -> None:
    write_durably(path, json.dumps({_KEY: seconds}).encode() + b"\n")

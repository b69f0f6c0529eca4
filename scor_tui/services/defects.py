"""The log of the program's defects, in the data folder: when, doing what, where; no value of the practice's."""

from __future__ import annotations

import contextlib

from scor_tui import system
from scor_tui.domain.defects import where
from scor_tui.services.cabinet import Cabinet

LOG = "defauts.log"
KEPT = 200
"""How many of the newest lines stay."""


def note(cabinet: Cabinet, doing: str, error: Exception) -> None:
    """Add a line to the log; a disk that refuses it changes nothing to what is told on the screen."""
    path = cabinet.folder / LOG
    with contextlib.suppress(OSError):
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        lines.append(f"{cabinet.now().isoformat()} {doing} : {where(error)}")
        system.write_durably(path, "".join(f"{line}\n" for line in lines[-KEPT:]).encode())

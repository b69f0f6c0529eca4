"""Tout faire: the day in one keystroke: poll, archive, send what is ready, say what needs a hand."""

from __future__ import annotations

from dataclasses import dataclass

from scor_tui.domain.ports import Cancel, Progress, no_progress
from scor_tui.services import state, transmit
from scor_tui.services.cabinet import Cabinet
from scor_tui.services.reports import Account
from scor_tui.services.state import State


@dataclass(frozen=True)
class Day:
    """What the day did, and what waits after it."""

    account: Account
    after: State


def whole_day(cabinet: Cabinet, progress: Progress = no_progress, cancel: Cancel | None = None) -> Day:
    """Poll, send what is ready, and return what is left to do; raises as `transmit` does."""
    account = transmit.transmit(cabinet, progress=progress, cancel=cancel)
    return Day(account, state.state(cabinet))

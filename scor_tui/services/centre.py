"""What the centre de télétransmission shows besides the account: the lots as they leave, the names of the caisses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scor_tui.domain.wire import Outcome
from scor_tui.services import reports
from scor_tui.services.reports import Account
from scor_tui.store.models import Attempt, AttemptState, Caisse, LotSCOR, LotState, Report

UNDER_WAY = (LotState.SEALED, LotState.SENDING)


@dataclass(frozen=True)
class LotNow:
    """A lot that leaves or has just left; `outcome` is None while it waits or is being handed over."""

    number: str
    caisse: str
    outcome: Outcome | None


def lots_since(begun: datetime) -> list[LotNow]:
    """Return the lots SCOR that are sealed or being sent, and those handed over since `begun`, in their order."""
    found: dict[int, LotNow] = {}
    for lot in LotSCOR.select().where(LotSCOR.state.in_(UNDER_WAY)):
        found[lot.id] = LotNow(lot.number, lot.caisse.name, None)
    ended = (Attempt.claimed >= begun) & Attempt.lot.is_null(False) & (Attempt.state != AttemptState.CLAIMED)
    for attempt in Attempt.select().where(ended):
        lot = attempt.lot
        found[lot.id] = LotNow(lot.number, lot.caisse.name, Outcome(attempt.state.value))
    return [found[key] for key in sorted(found)]


def caisse_names() -> dict[str, str]:
    """Return the name of each caisse by its identifier."""
    return {caisse.identifier: caisse.name for caisse in Caisse.select(Caisse.identifier, Caisse.name)}


def last_account() -> Account | None:
    """Return the account that was kept last."""
    row = Report.select().order_by(Report.id.desc()).first()
    return account(row.id) if row else None


def account(number: int) -> Account:
    """Return a kept account; raises `NotFound`."""
    return reports.account_of(reports.read(number))

"""What a poll or a transmission did: facts for the report, kept to be read again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from scor_tui.domain.errors import NotFound, ScorError
from scor_tui.domain.wire import Outcome
from scor_tui.services.cabinet import Cabinet
from scor_tui.store.engine import write
from scor_tui.store.models import Report


@dataclass(frozen=True)
class Received:
    """A message taken from the BAL: its kind (`arl_fse`, `arl_scor`, `noemie`, `ecarte`, `etranger`), what it says.

    `facts` are the numbers it concerns and their effect, already in French words.
    """

    kind: str
    summary: str
    facts: tuple[str, ...] = ()
    needs_hand: bool = False


@dataclass(frozen=True)
class Sent:
    """A lot that was handed over, or not: `outcome` as the transport said it."""

    kind: str
    lot: str
    caisse: str
    factures: tuple[str, ...]
    pieces: int
    bytes: int
    outcome: Outcome
    detail: str = ""
    again: bool = False


@dataclass(frozen=True)
class HeldBack:
    """A ticked dossier that did not leave, and why."""

    facture: str
    reason: str


@dataclass
class Account:
    """The account of a poll or a transmission.

    `polled` when every BAL was read; `poll_error` why one was not, `unpolled` the practitioners it is of; `stopped`
    when the user stopped the poll.
    """

    kind: str
    begun: datetime
    ended: datetime | None = None
    polled: bool = False
    poll_error: str = ""
    unpolled: list[str] = field(default_factory=list)
    stopped: bool = False
    received: list[Received] = field(default_factory=list)
    expired: list[str] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    held_back: list[HeldBack] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return plain facts for JSON."""
        facts = asdict(self)
        facts["begun"], facts["ended"] = (
            self.begun.isoformat(),
            self.ended.isoformat() if self.ended else None,
        )
        return facts

    def refuse(self, who: str, error: ScorError) -> None:
        """Note an error that kept something from being done."""
        self.errors.append(f"{who} : {error}" if who else str(error))


def keep(cabinet: Cabinet, account: Account) -> Report:
    """Close an account and keep it."""
    account.ended = cabinet.now()
    with write():
        row: Report = Report.create(
            kind=account.kind,
            begun=account.begun,
            ended=account.ended,
            content=json.dumps(account.as_dict(), ensure_ascii=False),
        )
    return row


def kept() -> Iterator[Report]:
    """Yield the reports, newest first."""
    yield from Report.select().order_by(Report.id.desc())


def read(number: int) -> dict[str, Any]:
    """Return a report's facts; raises `NotFound`."""
    row = Report.get_or_none(Report.id == number)
    if row is None:
        raise NotFound(f"Aucun compte rendu n'a le numéro {number}.", "Listez-les : scor-tui comptes-rendus.")
    facts: dict[str, Any] = json.loads(row.content)
    return facts


def account_of(facts: dict[str, Any]) -> Account:
    """Return a kept account as it was."""
    account = Account(facts["kind"], datetime.fromisoformat(facts["begun"]))
    account.ended = datetime.fromisoformat(facts["ended"]) if facts["ended"] else None
    account.polled, account.poll_error = facts["polled"], facts["poll_error"]
    account.unpolled, account.stopped = list(facts["unpolled"]), facts.get("stopped", False)
    account.received = [Received(**{**one, "facts": tuple(one["facts"])}) for one in facts["received"]]
    account.expired, account.errors = list(facts["expired"]), list(facts["errors"])
    account.sent = [
        Sent(**{**one, "factures": tuple(one["factures"]), "outcome": Outcome(one["outcome"])}) for one in facts["sent"]
    ]
    account.held_back = [HeldBack(**one) for one in facts["held_back"]]
    return account

"""What is being posted: the dates that a hand gave, the envelopes that they make, one commit for all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from scor_tui.domain.paper import PaperStatus, check_posting_date
from scor_tui.services import paper
from scor_tui.services.cabinet import Cabinet
from scor_tui.services.paper import RegisterRow
from scor_tui.services.unchanged import while_unchanged
from scor_tui.store.engine import write
from scor_tui.store.models import Caisse, Dossier, Facture, PaperRow

RECENT = timedelta(days=90)
BATCH = 10_000


@dataclass(frozen=True)
class Envelope:
    """What goes into one envelope: a practitioner's pieces for one caisse. `practitioner`, `caisse`, `rows` are ids."""

    identifier: str
    caisse: int
    name: str
    practitioner: int
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Counted:
    """How many pieces wait for the post, and how many were posted in the last 90 days."""

    to_post: int
    posted: int


def post(cabinet: Cabinet, dates: Mapping[int, date]) -> list[RegisterRow]:
    """Record rows of the register as posted, each on its date; all or none, raises as `paper.mark_posted`."""
    by_date: dict[date, list[int]] = {}
    for row, posted in dates.items():
        by_date.setdefault(posted, []).append(row)
    with write():
        return [done for posted, rows in by_date.items() for done in paper.mark_posted(cabinet, rows, posted)]


def check(cabinet: Cabinet, row: RegisterRow, posted: date) -> None:
    """Refuse a date that `post` would refuse; raises `RuleRefused`."""
    check_posting_date(posted, cabinet.today(), row.entered)


def to_post() -> list[int]:
    """Return the rows that wait for the post, oldest first."""
    query = PaperRow.select(PaperRow.id).where(PaperRow.status == PaperStatus.COLLECTE).order_by(PaperRow.id)
    return [row.id for row in query]


def envelopes(rows: Collection[int]) -> list[Envelope]:
    """Return the envelopes that rows of the register make: one a practitioner and caisse, in the order of caisses."""
    grouped: dict[tuple[str, int], list[Any]] = {}
    wanted = sorted(rows)
    for start in range(0, len(wanted), BATCH):
        query: Any = (
            PaperRow.select(Caisse.identifier, Facture.practitioner, Caisse.id, Caisse.name, PaperRow.id)
            .join(Dossier)
            .join(Facture)
            .join(Caisse)
            .where(PaperRow.id.in_(wanted[start : start + BATCH]))
        )
        for identifier, practitioner, *facts in query.tuples():
            grouped.setdefault((identifier, practitioner), []).append(facts)
    return [
        Envelope(identifier, found[0][0], found[0][1], practitioner, tuple(sorted(row for *_, row in found)))
        for (identifier, practitioner), found in sorted(grouped.items())
    ]


def with_row(found: Sequence[Envelope], row: int) -> list[Envelope]:
    """Return envelopes into which one more row of the register is put."""
    (one,) = envelopes([row])
    others = [other for other in found if _address(other) != _address(one)]
    same = next((other.rows for other in found if _address(other) == _address(one)), ())
    return sorted([*others, replace(one, rows=(*same, row))], key=_address)


def without_row(found: Sequence[Envelope], row: int) -> list[Envelope]:
    """Return envelopes out of which one row of the register is taken."""
    left = (replace(one, rows=tuple(other for other in one.rows if other != row)) for one in found)
    return [one for one in left if one.rows]


def counted(cabinet: Cabinet) -> Counted:
    """Count what waits for the post and what was posted lately."""
    return _counted(cabinet.today() - RECENT)


@while_unchanged
def _counted(since: date) -> Counted:
    waiting = PaperRow.select().where(PaperRow.status == PaperStatus.COLLECTE).count()
    posted = PaperRow.select().where(PaperRow.status == PaperStatus.ENVOYE, PaperRow.posted >= since).count()
    return Counted(waiting, posted)


def _address(one: Envelope) -> tuple[str, int]:
    return one.identifier, one.practitioner

"""What is being posted: the dates that a hand gave, the envelopes that they make, one commit for all."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from scor_tui.domain.paper import PaperStatus, check_posting_date
from scor_tui.services import paper
from scor_tui.services.cabinet import Cabinet
from scor_tui.services.paper import RegisterRow
from scor_tui.store.engine import write
from scor_tui.store.models import Caisse, Dossier, Facture, PaperRow

RECENT = timedelta(days=90)


@dataclass(frozen=True)
class Envelope:
    """What goes into one envelope: a practitioner's pieces for one caisse. `practitioner`, `caisse`, `rows` are ids."""

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
    query = (
        PaperRow.select(PaperRow, Dossier, Facture, Caisse)
        .join(Dossier)
        .join(Facture)
        .join(Caisse)
        .where(PaperRow.id.in_(list(rows)))
        .order_by(Caisse.identifier, Facture.practitioner, PaperRow.id)
    )
    grouped: dict[tuple[int, str, int], list[int]] = {}
    for row in query:
        facture = row.dossier.facture
        grouped.setdefault((facture.caisse_id, facture.caisse.name, facture.practitioner_id), []).append(row.id)
    return [Envelope(caisse, name, who, tuple(found)) for (caisse, name, who), found in grouped.items()]


def counted(cabinet: Cabinet) -> Counted:
    """Count what waits for the post and what was posted lately."""
    since = cabinet.today() - RECENT
    waiting = PaperRow.select().where(PaperRow.status == PaperStatus.COLLECTE).count()
    posted = PaperRow.select().where(PaperRow.status == PaperStatus.ENVOYE, PaperRow.posted >= since).count()
    return Counted(waiting, posted)

"""SCOR › Retours: the dossiers that were sent or taken out of SCOR, and what a hand does about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from peewee import fn

from scor_tui.domain.errors import ScorError
from scor_tui.domain.paper import PaperReason
from scor_tui.domain.status import Status, ToPaper
from scor_tui.domain.wire import Sign
from scor_tui.services import changes, dossiers
from scor_tui.services.cabinet import Cabinet
from scor_tui.services.unchanged import while_unchanged
from scor_tui.store.engine import write
from scor_tui.store.models import ASIDE, HAS_ALERT, Dossier, Facture, LotLine, LotSCOR, Message, PaperRow

TRANSFERABLE = frozenset({Status.A_TRAITER, Status.A_RECONSTITUER})
"""From where *Transfert papier* is possible (product, 3.3)."""

Posting = tuple[date | None, bool]
"""When the last piece of a dossier was posted once all are, and whether one waits for the post."""

NOTHING_BY_POST: Posting = (None, False)


@dataclass(frozen=True)
class ReturnRow:
    """A row of « Retours », grouped by lot SCOR (`lot_id`: two practitioners may have lots of one number).

    `silent_for` is the time since the hand-over while none answered; `to_post` whether a piece waits for the post.
    """

    dossier: int
    lot_id: int
    lot: str
    facture: str
    patient: str
    caisse: str
    essais: int
    arl_sign: Sign | None
    arl_date: datetime | None
    hors_scor: bool
    status: Status
    uncertain: bool
    handed_over: datetime | None
    silent_for: timedelta | None
    posted: date | None
    to_post: bool
    reject_label: str
    alert: str


def returned(cabinet: Cabinet, status: Status | None = None) -> Iterator[ReturnRow]:
    """Yield the rows of « Retours », newest lot first, those of one status if asked."""
    query = (
        Dossier.select(Dossier, LotSCOR)
        .join(LotSCOR)
        .where(Dossier.status != Status.A_TRANSMETTRE)
        .order_by(LotSCOR.id.desc(), Dossier.id)
    )
    if status is not None:
        query = query.where(Dossier.status == status)
    for dossier in query:
        yield row_of(cabinet, dossier)


def to_paper(cabinet: Cabinet, dossier: Dossier) -> int:
    """*Transfert papier*: the pieces enter the register; returns how many rows were added."""
    with write():
        changes.apply(cabinet, dossier, ToPaper())
        return changes.register_all(cabinet, dossier, PaperReason.TRANSFERT)


@dataclass
class Transfer:
    """What a transfer of several dossiers did: (facture, rows added to the register), and (facture, why not)."""

    done: list[tuple[str, int]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def to_paper_all(cabinet: Cabinet, factures: Sequence[str]) -> Transfer:
    """*Transfert papier* of several dossiers: each stands alone, one that is refused keeps none of the others."""
    result = Transfer()
    for number in factures:
        try:
            result.done.append((number, to_paper(cabinet, dossiers.by_facture(number))))
        except ScorError as error:
            result.refused.append((number, error.cause))
    return result


def transferable() -> set[str]:
    """Return the factures whose dossier may go to paper now."""
    query = Facture.select(Facture.number).join(Dossier).where(Dossier.status.in_(list(TRANSFERABLE)))
    return {facture.number for facture in query}


@while_unchanged
def counts() -> dict[Status, int]:
    """Count the dossiers of « Retours » by status."""
    query = (
        Dossier.select(Dossier.status, fn.COUNT(Dossier.id).alias("n"))
        .where(Dossier.status != Status.A_TRANSMETTRE)
        .group_by(Dossier.status)
    )
    return {row.status: row.n for row in query}


def with_alert() -> int:
    """Count the dossiers that have an alert to read."""
    return int(Dossier.select().where(HAS_ALERT).count())


def mark_read(cabinet: Cabinet, dossier: Dossier) -> None:
    """Clear a dossier's alert once a person has read it."""
    with write():
        cabinet.journal.add(cabinet.now(), "alerte_lue", dossier=dossier.id, facture=dossier.facture.number)
        dossier.alert = ""
        dossier.save()


def set_aside() -> Iterator[Message]:
    """Yield the messages that were kept aside, newest first."""
    yield from Message.select().where(ASIDE).order_by(Message.id.desc())


def posted_on(dossier: Dossier) -> date | None:
    """Return when the last piece of a dossier was posted, once all its rows of the register are."""
    return _posting([dossier]).get(dossier.id, NOTHING_BY_POST)[0]


def row_of(cabinet: Cabinet, dossier: Dossier) -> ReturnRow:
    """Return a dossier as a row."""
    return rows_of(cabinet, [dossier])[0]


def rows_of(cabinet: Cabinet, found: Sequence[Dossier]) -> list[ReturnRow]:
    """Return dossiers as rows; their lines and their rows of the register are read for all at once."""
    lines = {
        (line.lot_id, line.dossier_id): line
        for line in LotLine.select().where(LotLine.dossier.in_([dossier.id for dossier in found]))
    }
    on_paper = [dossier for dossier in found if dossier.status is Status.COLLECTE_PAPIER]
    posting = _posting(on_paper) if on_paper else {}
    now = cabinet.now()
    return [
        _row(dossier, lines.get((dossier.lot_id, dossier.id)), posting.get(dossier.id, NOTHING_BY_POST), now)
        for dossier in found
    ]


def _posting(found: Sequence[Dossier]) -> dict[int, Posting]:
    days: dict[int, list[date | None]] = {}
    for row in PaperRow.select().where(PaperRow.dossier.in_([dossier.id for dossier in found])):
        days.setdefault(row.dossier_id, []).append(row.posted)
    return {
        number: (max(day for day in each if day), False) if all(each) else (None, True) for number, each in days.items()
    }


def _row(dossier: Dossier, line: LotLine | None, posting: Posting, now: datetime) -> ReturnRow:
    facture = dossier.facture
    waiting = dossier.status in (Status.TRANSMIS, Status.A_RETRANSMETTRE) and dossier.handed_over is not None
    return ReturnRow(
        dossier=dossier.id,
        lot_id=dossier.lot_id,
        lot=dossier.lot.number,
        facture=facture.number,
        patient=f"{facture.patient.name} {facture.patient.first_name}".strip(),
        caisse=facture.caisse.identifier,
        essais=dossier.essais,
        arl_sign=line.sign if line else None,
        arl_date=line.signed_at if line else None,
        hors_scor=dossier.hors_scor,
        status=dossier.status,
        uncertain=dossier.uncertain,
        handed_over=dossier.handed_over,
        silent_for=now - dossier.handed_over if waiting else None,
        posted=posting[0],
        to_post=posting[1],
        reject_label=dossier.reject_label,
        alert=dossier.alert,
    )

"""What waits: counts by status, the work that needs a hand, deadlines. The first thing that the program shows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from scor_tui.domain import dossier as rules
from scor_tui.domain.paper import PaperStatus
from scor_tui.domain.pieces import CellState
from scor_tui.domain.status import Status
from scor_tui.domain.wire import Sign
from scor_tui.exchange.certificates import load_certificates
from scor_tui.services import holdings, purge, returns, shelves
from scor_tui.services.cabinet import Cabinet, local
from scor_tui.store.models import (
    ASIDE,
    Attempt,
    Caisse,
    Certificate,
    Dossier,
    Facture,
    JournalEntry,
    LotLine,
    LotSCOR,
    Message,
    PaperRow,
    Practitioner,
)

WARN_DAYS = 60
POLL_OVERDUE = timedelta(hours=24)
TECHNICAL_FAILURE = timedelta(days=5)


@dataclass(frozen=True)
class Deadline:
    """Something with a date: when it falls, and what to do, in words."""

    at: datetime
    what: str


@dataclass(frozen=True, kw_only=True)
class Work:
    """The work that waits, as numbers: dossiers, and pieces to post. `statuses` counts by the value of a `Status`."""

    to_scan: int
    ready: int
    held_back: int
    to_post: int
    statuses: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class State(Work):
    """What waits in the practice."""

    practice: str
    demonstration: bool
    now: datetime
    fse_to_send: int
    alerts: int
    aside: int
    purgeable: int
    polled: datetime | None
    deadlines: tuple[Deadline, ...]
    restored: bool


def state(cabinet: Cabinet) -> State:
    """Return what waits."""
    polls = [who.polled for who in cabinet.practitioners() if who.mail_box]
    practice = cabinet.practice
    return State(
        **vars(work()),
        practice=practice.name,
        demonstration=bool(practice.demonstration),
        now=cabinet.now(),
        fse_to_send=Facture.select().where(Facture.lot_fse.is_null(), Facture.date <= cabinet.today()).count(),
        alerts=returns.with_alert(),
        aside=Message.select().where(ASIDE).count(),
        purgeable=purge.purgeable_lots(cabinet),
        polled=min(polls) if polls and all(polls) else None,
        deadlines=tuple(sorted(_deadlines(cabinet), key=lambda one: one.at)),
        restored=practice.restored is not None,
    )


def work() -> Work:
    """Return the work that waits; the rules are asked of each dossier that does, the records a thousand at a time."""
    listed = Dossier.select().join(Facture).where(Dossier.listed_day.is_null(False))
    refused = {row.id for row in listed.select(Dossier.id).where(_refused())}
    to_scan = ready = held_back = 0
    for owner, facts in holdings.facts_of_owners(shelves.owners(listed)):
        if owner.status is Status.A_TRANSMETTRE:
            to_scan += any(cell.state is CellState.MISSING for cell in rules.cells(facts))
        if rules.is_ticked(facts):
            leaves = not rules.hindrances(facts) and owner.dossier not in refused
            ready += leaves
            held_back += not leaves
    by_status: Any = Dossier.select(Dossier.status, fn.COUNT(Dossier.id)).group_by(Dossier.status)
    counts = dict(by_status.tuples())
    return Work(
        to_scan=to_scan,
        ready=ready,
        held_back=held_back,
        to_post=PaperRow.select().where(PaperRow.status == PaperStatus.COLLECTE).count(),
        statuses={status.value: counts.get(status, 0) for status in Status},
    )


def _refused() -> Any:
    """Return the condition that a negative ARL holds back a dossier that is listed: its facture is degraded."""
    never_sent = Dossier.status == Status.A_TRANSMETTRE
    return never_sent & (Facture.arl_sign == Sign.NEGATIVE) & Facture.noemie_paid.is_null()


def _deadlines(cabinet: Cabinet) -> list[Deadline]:
    found = []
    waiting: Any = Dossier.select(LotSCOR.number, Dossier.handed_over).join(LotSCOR)
    by_lot = dict(waiting.where(Dossier.status == Status.TRANSMIS).order_by(Dossier.id).tuples())
    silence = cabinet.silence
    for number, handed_over in by_lot.items():
        words = f"lot {number} : sans ARL à cette heure, il sera à retransmettre ou à traiter"
        found.append(Deadline(handed_over + silence, words))
    found += _after_failure()
    soon = cabinet.now() + timedelta(days=WARN_DAYS)
    for who, usage, content in _certificates():
        for certificate in load_certificates(content)[:1]:
            if certificate.not_valid_after_utc <= soon:
                day = local(certificate.not_valid_after_utc)
                found.append(
                    Deadline(
                        certificate.not_valid_after_utc,
                        f"certificat de {usage} de {who} : fin le {day:%d/%m/%Y}",
                    )
                )
    for person in cabinet.practitioners():
        if person.polled and cabinet.now() - person.polled > POLL_OVERDUE:
            found.append(Deadline(person.polled + POLL_OVERDUE, f"BAL de {person.name} : relève en retard (relever)"))
    return found


def _after_failure() -> list[Deadline]:
    """After a technical failure, five days from the first attempt remain to send, then paper."""
    first: dict[str, datetime] = {}
    waiting: Any = Attempt.select(Facture.number, Attempt.claimed).join(LotLine, on=(LotLine.lot == Attempt.lot))
    waiting = waiting.join(Dossier).join(Facture).where(Dossier.status == Status.A_TRANSMETTRE)
    for number, claimed in waiting.order_by(Attempt.claimed).tuples():
        first.setdefault(number, claimed)
    words = "échec technique : à transmettre avant cette date, sinon au papier"
    return [Deadline(at + TECHNICAL_FAILURE, f"facture {number}, {words}") for number, at in first.items()]


def _certificates() -> list[tuple[str, str, bytes]]:
    latest: dict[tuple[str, str], bytes] = {}
    for row in Certificate.select(Certificate, Practitioner).join(Practitioner).order_by(Certificate.id):
        latest[(row.practitioner.name, row.usage)] = bytes(row.certificate)
    found = [(who, usage, content) for (who, usage), content in latest.items()]
    found += [
        (row.name, "contenu", bytes(row.content_certificate)) for row in Caisse.select() if row.content_certificate
    ]
    return found


def ever_entered() -> dict[str, int]:
    """Count, from the journal, the dossiers that ever entered each status, and those with a posted piece."""
    reached: dict[str, set[int | None]] = {status.value: set() for status in Status}
    reached[PaperStatus.ENVOYE.value] = set()
    for entry in JournalEntry.select().where(JournalEntry.event.in_(["statut", "poste"])):
        facts = json.loads(entry.detail)
        reached[facts["vers"] if entry.event == "statut" else facts["statut"]].add(entry.dossier)
    return {name: len(members) for name, members in reached.items()}

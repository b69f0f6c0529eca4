"""What waits: counts by status, the work that needs a hand, deadlines. The first thing that the program shows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import fn

from scor_tui.domain.paper import PaperStatus
from scor_tui.domain.status import Status
from scor_tui.exchange.certificates import load_certificates
from scor_tui.services import dossiers, purge
from scor_tui.services.cabinet import Cabinet, local
from scor_tui.store.models import (
    Caisse,
    Certificate,
    Dossier,
    Facture,
    JournalEntry,
    LotLine,
    Message,
    MessageState,
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


@dataclass(frozen=True)
class State:
    """What waits in the practice."""

    practice: str
    demonstration: bool
    now: datetime
    statuses: dict[str, int]
    to_scan: int
    ready: int
    held_back: int
    to_post: int
    fse_to_send: int
    alerts: int
    aside: int
    purgeable: int
    polled: datetime | None
    deadlines: tuple[Deadline, ...]
    restored: bool


def state(cabinet: Cabinet) -> State:
    """Return what waits."""
    rows = list(dossiers.to_send())
    counts = {
        row.status: row.n
        for row in Dossier.select(Dossier.status, fn.COUNT(Dossier.id).alias("n")).group_by(Dossier.status)
    }
    polls = [who.polled for who in cabinet.practitioners() if who.mail_box]
    practice = cabinet.practice
    return State(
        practice=practice.name,
        demonstration=bool(practice.demonstration),
        now=cabinet.now(),
        statuses={status.value: counts.get(status, 0) for status in Status},
        to_scan=sum(
            1
            for row in rows
            if row.status is Status.A_TRANSMETTRE and any(cell.state == "missing" for cell in row.cells)
        ),
        ready=sum(1 for row in rows if row.leaves),
        held_back=sum(1 for row in rows if row.ticked and not row.leaves),
        to_post=PaperRow.select().where(PaperRow.status == PaperStatus.COLLECTE).count(),
        fse_to_send=Facture.select().where(Facture.lot_fse.is_null(), Facture.date <= cabinet.today()).count(),
        alerts=Dossier.select().where(Dossier.alert != "").count(),
        aside=Message.select().where(Message.state == MessageState.ASIDE).count(),
        purgeable=purge.purgeable_lots(cabinet),
        polled=min(polls) if polls and all(polls) else None,
        deadlines=tuple(sorted(_deadlines(cabinet), key=lambda one: one.at)),
        restored=practice.restored is not None,
    )


def _deadlines(cabinet: Cabinet) -> list[Deadline]:
    found = []
    waiting = Dossier.select().where(Dossier.status == Status.TRANSMIS)
    by_lot: dict[str, datetime] = {}
    for dossier in waiting:
        by_lot[dossier.lot.number] = dossier.handed_over + cabinet.silence
    for number, at in by_lot.items():
        found.append(Deadline(at, f"lot {number} : sans ARL à cette heure, il sera à retransmettre ou à traiter"))
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
    waiting = LotLine.select().join(Dossier).where(Dossier.status == Status.A_TRANSMETTRE)
    for line in waiting:
        for attempt in line.lot.attempts:
            number = line.dossier.facture.number
            first[number] = min(first.get(number, attempt.claimed), attempt.claimed)
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

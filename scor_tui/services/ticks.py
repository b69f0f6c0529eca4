"""The user's choices before sending: the tick « A Trans. », Hors SCOR and its undoing, attaching an ORDN again."""

from __future__ import annotations

from scor_tui.domain import dossier as rules
from scor_tui.domain.dossier import Tick
from scor_tui.domain.errors import StepRefused
from scor_tui.domain.paper import PaperReason
from scor_tui.domain.status import SENDABLE, BackIntoScor, OutOfScor, Status
from scor_tui.services import changes, dossiers, holdings, numbering
from scor_tui.services.cabinet import Cabinet
from scor_tui.store.engine import write
from scor_tui.store.models import Dossier, LotSCOR, LotState


def tick(cabinet: Cabinet, dossier: Dossier, choice: Tick) -> list[Dossier]:
    """Tick or untick a dossier by hand, or give it back to the automatic rule; returns the rows that moved.

    The rows of a lot « à retransmettre » move together: the same bytes leave again, whole.
    """
    if dossier.status not in SENDABLE:
        raise StepRefused(
            f"La facture {dossier.facture.number} n'est pas à transmettre.",
            "Voyez son statut : scor-tui retours.",
        )
    together = _companions(dossier)
    with write():
        for one in together:
            one.tick = choice
            one.save()
            cabinet.journal.add(
                cabinet.now(),
                "coche",
                dossier=one.id,
                facture=one.facture.number,
                choix=choice,
                lot=one.lot_id,
            )
    return together


def tick_all(cabinet: Cabinet) -> int:
    """Do what the header does: tick all that may leave, or untick what is ticked once they are; returns how many."""
    able, ticked = [], []
    for batch in dossiers.batches():
        known = holdings.facts_of(batch)
        for found in batch:
            if found.status not in SENDABLE:
                continue
            if rules.is_ticked(known[found.id]):
                ticked.append(found.id)
            if not dossiers.hindrances(found, known[found.id], _gate(found)):
                able.append(found.id)
    choice = Tick.OFF if set(able) <= set(ticked) else Tick.ON
    moving = ticked if choice is Tick.OFF else able  # one that is still empty stays automatic
    if not moving:
        return 0
    with write():
        for start in range(0, len(moving), dossiers.BATCH):
            some = moving[start : start + dossiers.BATCH]
            Dossier.update(tick=choice).where(Dossier.id.in_(some)).execute()
        cabinet.journal.add(cabinet.now(), "coche_tout", choix=choice, dossiers=len(moving))
    return len(moving)


def hors_scor(cabinet: Cabinet, dossier: Dossier) -> LotSCOR:
    """Take a dossier out of SCOR before any sending: it gets a lot number and its pieces enter the paper register."""
    _refuse_not_listed(dossier)
    with write():
        facture = dossier.facture
        number = numbering.next_lot_number(facture.practitioner)
        lot = LotSCOR.create(
            uuid=numbering.new_uuid(),
            number=number,
            practitioner=facture.practitioner,
            caisse=facture.caisse,
            state=LotState.HORS_SCOR,
            created=cabinet.now(),
        )
        pieces = changes.register_all(cabinet, dossier, PaperReason.HORS_SCOR)
        dossier.lot = lot
        changes.apply(cabinet, dossier, OutOfScor(), lot=number, hors_scor=True, pieces=pieces)
    return lot


def back_into_scor(cabinet: Cabinet, dossier: Dossier) -> None:
    """Undo Hors SCOR while nothing is posted."""
    with write():
        changes.apply(cabinet, dossier, BackIntoScor())
        changes.withdraw(cabinet, dossier, (PaperReason.HORS_SCOR,))
        dossier.lot = None
        dossier.save()


def attach_again(cabinet: Cabinet, dossier: Dossier, *, again: bool) -> None:
    """Send the ORDN of a series whole with this dossier instead of a reference, or go back to the reference."""
    if dossier.status not in SENDABLE:
        raise StepRefused("Ce dossier n'est plus à transmettre.", "Voyez son statut : scor-tui retours.")
    with write():
        dossier.attach_again = again
        dossier.save()
        cabinet.journal.add(cabinet.now(), "rejoindre", dossier=dossier.id, facture=dossier.facture.number, choix=again)


def _companions(dossier: Dossier) -> list[Dossier]:
    if dossier.status is not Status.A_RETRANSMETTRE:
        return [dossier]
    return list(Dossier.select().where(Dossier.lot == dossier.lot_id, Dossier.status == Status.A_RETRANSMETTRE))


def _gate(dossier: Dossier) -> rules.Gate:
    return rules.gate(dossiers.fse_facts(dossier.facture))


def _refuse_not_listed(dossier: Dossier) -> None:
    gate = _gate(dossier)
    shown = gate in rules.OPEN_GATES or (gate is rules.Gate.ARL_NEGATIVE and dossier.facture.degraded)
    if dossier.status is Status.A_TRANSMETTRE and not shown:
        raise StepRefused(
            f"La facture {dossier.facture.number} n'est pas dans « À transmettre ».",
            "Elle y entre quand sa FSE est transmise et acceptée.",
        )

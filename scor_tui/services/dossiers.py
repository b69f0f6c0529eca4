"""The list « À transmettre »: which dossiers stand there, what each holds, its tick, what holds it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from scor_tui.domain import dossier as rules
from scor_tui.domain.dossier import Caution, DossierFacts, FseFacts, Gate, Hindrance
from scor_tui.domain.errors import NotFound
from scor_tui.domain.pieces import Cell
from scor_tui.domain.status import Status
from scor_tui.domain.wire import Sign
from scor_tui.services import holdings
from scor_tui.store.models import Caisse, Dossier, Facture, LotFSE, Patient, Practitioner


@dataclass(frozen=True)
class ToSendRow:
    """A row of « À transmettre ». `ticked`, `leaves` and `hindrances` as of now; amounts in cents."""

    dossier: int
    facture: str
    patient: str
    caisse: str
    practitioner: str
    date: date
    amount: int
    degraded: bool
    gate: Gate
    arl_sign: Sign | None
    arl_date: datetime | None
    status: Status
    essais: int
    cells: tuple[Cell, ...]
    ticked: bool
    leaves: bool
    hindrances: tuple[Hindrance, ...]
    cautions: tuple[Caution, ...]
    waits_for: str
    reject_label: str
    not_sent_reason: str
    lot: str
    alert: str


def to_send() -> Iterator[ToSendRow]:
    """Yield the rows of « À transmettre », by date then number of facture."""
    for found in to_send_query():
        yield row_of(found)


def to_send_query() -> Any:
    """Return the query of the dossiers that stand in « À transmettre » (product, 3.2).

    A degraded facture whose FSE was refused is shown too: its negative ARL holds it back.
    """
    open_gate = (Facture.arl_sign == Sign.POSITIVE) | Facture.noemie_paid.is_null(False)
    open_gate |= Facture.degraded == True  # noqa: E712 - SQL, not Python
    fresh = (Dossier.status == Status.A_TRANSMETTRE) & LotFSE.sent.is_null(False) & open_gate
    coming_back = Dossier.status.in_([Status.A_RETRANSMETTRE, Status.A_RECONSTITUER, Status.EN_COURS])
    return (
        _joined()
        .where(
            Facture.flux == rules.Flux.FSE,
            Practitioner.scor_start.is_null(False),
            Facture.date >= Practitioner.scor_start,
            fresh | coming_back,
        )
        .order_by(Facture.date, Facture.number)
    )


def by_facture(number: str) -> Dossier:
    """Return the dossier of a facture; raises `NotFound`."""
    found: Dossier | None = _joined().where(Facture.number == number).first()
    if found is None:
        raise NotFound(
            f"Aucun dossier n'existe pour la facture {number}.",
            "Vérifiez le numéro (9 chiffres) ; une DRE n'a pas de dossier SCOR.",
        )
    return found


def fse_facts(facture: Facture) -> FseFacts:
    """Return what is known of an invoice, for the gate."""
    return FseFacts(
        flux=facture.flux,
        degraded=facture.degraded,
        day=facture.date,
        scor_start=facture.practitioner.scor_start,
        sent=facture.lot_fse is not None and facture.lot_fse.sent is not None,
        arl=facture.arl_sign,
        paid_by_noemie=facture.noemie_paid is not None,
    )


def row_of(found: Dossier) -> ToSendRow:
    """Return a dossier as a row."""
    facture, facts = found.facture, holdings.facts(found)
    gate = rules.gate(fse_facts(facture))
    blocked = hindrances(found, facts, gate)
    return ToSendRow(
        dossier=found.id,
        facture=facture.number,
        patient=f"{facture.patient.name} {facture.patient.first_name}".strip(),
        caisse=facture.caisse.identifier,
        practitioner=facture.practitioner.number,
        date=facture.date,
        amount=facture.total,
        degraded=facture.degraded,
        gate=gate,
        arl_sign=facture.arl_sign,
        arl_date=facture.arl_date,
        status=found.status,
        essais=found.essais,
        cells=rules.cells(facts),
        ticked=rules.is_ticked(facts),
        leaves=rules.is_ticked(facts) and not blocked,
        hindrances=blocked,
        cautions=rules.warnings(facts),
        waits_for=next((piece.waits_for for piece in facts.pieces if piece.waits_for), ""),
        reject_label=found.reject_label,
        not_sent_reason=found.not_sent_reason,
        lot=found.lot.number if found.lot else "",
        alert=found.alert,
    )


def hindrances(found: Dossier, facts: DossierFacts, gate: Gate) -> tuple[Hindrance, ...]:
    """Return why a dossier may not leave, its gate included for one that never left."""
    blocked = rules.hindrances(facts)
    if found.status is Status.A_TRANSMETTRE and gate not in rules.OPEN_GATES:
        return (Hindrance.NOT_SENDABLE, *blocked)
    return blocked


def _joined() -> Any:
    return (
        Dossier.select(Dossier, Facture, Patient, Caisse, Practitioner, LotFSE)
        .join(Facture)
        .join(Patient)
        .switch(Facture)
        .join(Caisse)
        .switch(Facture)
        .join(Practitioner)
        .switch(Facture)
        .join(LotFSE, "LEFT OUTER JOIN")
    )

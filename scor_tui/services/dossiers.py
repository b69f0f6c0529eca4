"""The list « À transmettre »: which dossiers stand there, what each holds, its tick, what holds it back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from peewee import Tuple

from scor_tui.domain import dossier as rules
from scor_tui.domain.dossier import Caution, DossierFacts, FseFacts, Gate, Hindrance
from scor_tui.domain.errors import NotFound
from scor_tui.domain.pieces import Cell
from scor_tui.domain.status import Status
from scor_tui.domain.wire import Sign
from scor_tui.services import holdings
from scor_tui.store.models import Caisse, Dossier, Facture, LotFSE, LotSCOR, Patient, Practitioner, Prescription


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


BATCH = 1000
"""How many dossiers are read at a time where all of them are: memory stays flat."""


def to_send() -> Iterator[ToSendRow]:
    """Yield the rows of « À transmettre », by date then number of facture."""
    for batch in batches():
        yield from rows_of(batch)


def batches(size: int = BATCH) -> Iterator[list[Dossier]]:
    """Yield the dossiers of « À transmettre » in their order, some at a time."""
    place: tuple[Any, ...] | None = None
    while batch := list(after(to_send_query(), place, size)):
        yield batch
        place = batch[-1].listed_day, batch[-1].listed_number


def after(query: Any, place: tuple[Any, ...] | None, count: int) -> Any:
    """Return the query of the `count` dossiers of « À transmettre » that follow a place (day, number)."""
    if place is not None:
        day, number = place
        query = query.where(Tuple(Dossier.listed_day, Dossier.listed_number) > Tuple(day.isoformat(), number))
    return query.limit(count)


def to_send_query() -> Any:
    """Return the query of the dossiers that stand in « À transmettre » (product, 3.2), in its order.

    Which they are, and their place in it, the schema keeps on the dossier as facture, FSE lot and status change. A
    degraded facture whose FSE was refused is shown too: its negative ARL holds it back.
    """
    listed = _joined().where(Dossier.listed_day.is_null(False))
    return listed.order_by(Dossier.listed_day, Dossier.listed_number)


def whole(numbers: Sequence[int]) -> Any:
    """Return the query of some dossiers (their ids) with all that a row of « À transmettre » shows, in no order."""
    return _joined().where(Dossier.id.in_(numbers))


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
    return rows_of([found])[0]


def rows_of(found: Sequence[Dossier]) -> list[ToSendRow]:
    """Return dossiers as rows; what the rules ask of the records is read for all at once."""
    facts = holdings.facts_of(found)
    return [_row(one, facts[one.id]) for one in found]


def _row(found: Dossier, facts: DossierFacts) -> ToSendRow:
    facture = found.facture
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
        Dossier.select(Dossier, LotSCOR, Facture, Patient, Caisse, Practitioner, LotFSE, Prescription)
        .join(LotSCOR, "LEFT OUTER JOIN")
        .switch(Dossier)
        .join(Facture)
        .join(Patient)
        .switch(Facture)
        .join(Caisse)
        .switch(Facture)
        .join(Practitioner)
        .switch(Facture)
        .join(LotFSE, "LEFT OUTER JOIN")
        .switch(Facture)
        .join(Prescription, "LEFT OUTER JOIN")
    )

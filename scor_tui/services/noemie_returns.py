"""NOEMIE returns: what they say of each facture, and the payments that open « À transmettre » (product, 3.2)."""

from __future__ import annotations

from scor_tui.domain.text import clean
from scor_tui.domain.wire import NoemieReturn
from scor_tui.exchange.noemie import read_noemie
from scor_tui.exchange.noemie_facts import NOTICE, NoemieFacture, PartState
from scor_tui.services.cabinet import Cabinet
from scor_tui.services.reports import Received
from scor_tui.store.models import Facture, Message, NoemieLine, NoemieState, Practitioner

_STATES = {
    PartState.PAID: NoemieState.PAID,
    PartState.REJECTED: NoemieState.REJECTED,
    PartState.DEFERRED: NoemieState.DEFERRED,
}
_WORDS = {NoemieState.PAID: "payée", NoemieState.REJECTED: "rejetée", NoemieState.DEFERRED: "différée"}


def apply(
    cabinet: Cabinet, practitioner: Practitioner | None, message: Message | None, content: NoemieReturn
) -> Received:
    """Apply a NOEMIE file inside a `write()`.

    One that came by the BAL concerns its practitioner's factures at the caisse that signed it; one that a person
    imports (`issuer` empty) concerns any facture of the practice. Raises `BadMessage`.
    """
    found = read_noemie(content.content)
    told = [f"avertissement : {warning}" for warning in found.warnings]
    told += [_line(cabinet, practitioner, message, content.issuer, one) for one in found.factures]
    cabinet.journal.add(cabinet.now(), "noemie", emetteur=content.issuer, factures=len(found.factures))
    by = f" de {content.issuer}" if content.issuer else ""
    return Received(
        "noemie",
        f"NOEMIE{by} : {len(found.factures)} facture{'s' if len(found.factures) > 1 else ''}, {NOTICE}",
        tuple(told),
    )


def _line(
    cabinet: Cabinet,
    practitioner: Practitioner | None,
    message: Message | None,
    issuer: str,
    one: NoemieFacture,
) -> str:
    facture = _facture(practitioner, issuer, one.number)
    state = _STATES.get(one.amo.state, NoemieState.UNSAID) if one.amo else NoemieState.UNSAID
    paid = (one.amo.paid or 0) if one.amo else 0
    label = " ; ".join(clean(f"{reject.code} {reject.label}".strip(), limit=120) for reject in one.rejects)
    said = {"facture": facture, "number": clean(one.number, limit=20), "state": state, "paid": paid, "label": label}
    _, is_new = NoemieLine.ensure({"message": message, "received": cabinet.now()}, **said, date=one.date)
    if not is_new:
        return f"{said['number']} : retour déjà connu"
    if facture is None:
        return f"{clean(one.number, limit=20)} : facture inconnue du cabinet"
    if one.amo_paid and facture.noemie_paid is None:
        facture.noemie_paid = cabinet.now()
        facture.save()
        cabinet.journal.add(cabinet.now(), "noemie_paye", facture=facture.number, montant=paid)
    return f"{facture.number} : {_WORDS.get(state, 'sans état')}" + (f" ({label})" if label else "")


def _facture(practitioner: Practitioner | None, issuer: str, number: str) -> Facture | None:
    facture: Facture | None = Facture.get_or_none(Facture.number == number)
    if facture is None or (practitioner is not None and facture.practitioner_id != practitioner.id):
        return None
    return None if issuer and facture.caisse.identifier != issuer else facture

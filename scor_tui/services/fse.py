"""Lots of FSEs and DREs of the demonstration: numbered, sealed, sent before any lot SCOR that follows them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from scor_tui.domain.dossier import Flux
from scor_tui.domain.errors import ScorError
from scor_tui.domain.wire import CaisseId, FseContent, FseEntry, SealedKind, SealedLot, Sender
from scor_tui.services import numbering, outbox, poll, reports
from scor_tui.services.cabinet import Cabinet
from scor_tui.services.reports import Account, Sent
from scor_tui.services.transmit import refuse_after_restoration
from scor_tui.store.engine import exclusive_post, write
from scor_tui.store.models import Caisse, Facture, LotFSE, Practitioner, Remplacant


def transmit_fse(cabinet: Cabinet, only: Sequence[str] = ()) -> Account:
    """Poll the BAL, then send the factures that have no FSE lot yet, and the lots that could not leave before.

    `only`: among these factures.
    """
    with exclusive_post(cabinet.folder):
        account = Account("fse", cabinet.now())
        refuse_after_restoration(cabinet)
        outbox.recover(cabinet)
        poll.poll_all(cabinet, account)
        _release_stale(cabinet)
        for factures in waiting(cabinet, only):
            _prepare(cabinet, account, factures)
        for lot in LotFSE.select().where(LotFSE.sent.is_null(), LotFSE.sealed != ""):
            if lot.factures.exists():
                _send(cabinet, account, lot)
        reports.keep(cabinet, account)
    return account


def _release_stale(cabinet: Cabinet) -> None:
    """Give back the factures of lots that waited past their certificates: they leave in a new lot."""
    for lot in LotFSE.select().where(LotFSE.sent.is_null(), LotFSE.sealed != ""):
        if lot.expires is not None and cabinet.now() >= lot.expires and lot.factures.exists():
            with write():
                Facture.update(lot_fse=None).where(Facture.lot_fse == lot).execute()
                cabinet.journal.add(
                    cabinet.now(), "lot_fse_abandonne", lot_fse=lot.number, raison="certificats expirés"
                )


def waiting(cabinet: Cabinet, only: Sequence[str] = ()) -> Iterator[list[Facture]]:
    """Yield the factures to send, those of one lot together."""
    found = (
        Facture.select(Facture, Practitioner, Caisse)
        .join(Practitioner)
        .switch(Facture)
        .join(Caisse)
        .where(Facture.lot_fse.is_null(), Facture.date <= cabinet.today())
        .order_by(Practitioner.number, Caisse.identifier, Facture.flux, Facture.remplacant, Facture.number)
    )

    def key(facture: Facture) -> tuple[object, ...]:
        return facture.practitioner_id, facture.caisse_id, facture.flux, facture.remplacant_id

    if only:
        found = found.where(Facture.number.in_(list(only)))
    for _, members in groupby(found, key=key):
        yield list(members)


def _prepare(cabinet: Cabinet, account: Account, factures: list[Facture]) -> None:
    """Number and seal a lot; its bytes are frozen before its row stands."""
    first = factures[0]
    year = cabinet.today().year
    try:
        number = numbering.next_fse_number(first.practitioner, first.caisse, first.flux, year)
        content = _content(cabinet, factures, number, year)
        sealed = cabinet.codec(first.practitioner).seal_fse(content, cabinet.now())
    except ScorError as error:
        account.refuse(first.caisse.name, error)
        return
    name = cabinet.store.files.put(sealed.envelope)
    with write():
        lot = LotFSE.create(
            number=number,
            year=year,
            practitioner=first.practitioner,
            caisse=first.caisse,
            flux=first.flux,
            uuid=content.uuid,
            sealed=name,
            digest=sealed.signed_digest,
            envelope_digest=sealed.envelope_digest,
            recipient_fingerprint=sealed.recipient_fingerprint,
            expires=sealed.expires,
        )
        Facture.update(lot_fse=lot).where(Facture.id.in_([facture.id for facture in factures])).execute()
        cabinet.journal.add(
            cabinet.now(),
            "lot_fse_scelle",
            lot_fse=number,
            caisse=first.caisse.identifier,
            factures=len(factures),
        )


def _send(cabinet: Cabinet, account: Account, lot: LotFSE) -> None:
    try:
        sealed = SealedLot(
            uuid=str(lot.uuid),
            envelope=cabinet.store.files.get(lot.sealed),
            signed_digest=lot.digest,
            envelope_digest=lot.envelope_digest,
            expires=lot.expires,
            recipient_fingerprint=lot.recipient_fingerprint,
            kind=SealedKind.FSE,
        )
        one = outbox.ready(cabinet, lot, sealed)
    except ScorError as error:
        account.refuse(lot.caisse.name, error)
        return
    handed = outbox.send_fse(cabinet, lot, one)
    numbers = tuple(facture.number for facture in lot.factures)
    kind = "fse" if lot.flux is Flux.FSE else "dre"
    account.sent.append(
        Sent(
            kind,
            lot.number,
            lot.caisse.identifier,
            numbers,
            0,
            len(sealed.envelope),
            handed.outcome,
            handed.detail,
        )
    )


def _content(cabinet: Cabinet, factures: list[Facture], number: str, year: int) -> FseContent:
    who: Practitioner = factures[0].practitioner
    remplacant: Remplacant | None = factures[0].remplacant
    return FseContent(
        uuid=numbering.new_uuid(),
        lot=number,
        year=year,
        created=cabinet.now(),
        sender=Sender(
            who.number,
            who.profession,
            f"{who.name} {who.first_name}".strip(),
            remplacant.number if remplacant else "",
        ),
        recipient=CaisseId.parse(factures[0].caisse.identifier),
        factures=tuple(
            FseEntry(
                facture.number,
                facture.date,
                facture.degraded,
                facture.total,
                facture.amo,
                facture.amc,
                facture.patient.number,
            )
            for facture in factures
        ),
        flux=factures[0].flux,
    )

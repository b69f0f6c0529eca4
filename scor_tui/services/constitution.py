"""Making lots: which dossiers leave together, the content of a lot, its frozen bytes, and the claim on its dossiers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from scor_tui.domain.dossier import HeldPiece
from scor_tui.domain.errors import CertificateRefused, DataDamaged, StepRefused
from scor_tui.domain.pieces import Support
from scor_tui.domain.status import Claimed
from scor_tui.domain.wire import (
    CaisseId,
    DossierEntry,
    DossiersOfLot,
    LotContent,
    PieceEntry,
    SealedLot,
    Sender,
)
from scor_tui.exchange.scor_ouvert import lot_weight_estimate
from scor_tui.services import acquire, changes, holdings, numbering
from scor_tui.services.cabinet import Cabinet
from scor_tui.store.engine import write
from scor_tui.store.models import (
    Caisse,
    Dossier,
    Facture,
    LotDossiers,
    LotLine,
    LotPiece,
    LotSCOR,
    LotState,
    Piece,
    PieceVersion,
    Practitioner,
)

OWN_LIMIT = 10_000_000
"""The largest mail that the program makes, in bytes (formats, section 1)."""


@dataclass(frozen=True)
class Chosen:
    """A dossier that leaves, and its pieces as they stood when it was chosen."""

    dossier: Dossier
    pieces: tuple[HeldPiece, ...]


@dataclass
class Draft:
    """Dossiers for one practitioner, caisse and remplaçant, that fit into one mail."""

    practitioner: Practitioner
    caisse: CaisseId
    remplacant: str
    chosen: list[Chosen] = field(default_factory=list)


@dataclass(frozen=True)
class Built:
    """A lot that is sealed and whose dossiers are claimed."""

    lot: LotSCOR
    sealed: SealedLot
    pieces: int


def drafts(
    chosen: Iterable[Chosen],
    limit_of: Callable[[Practitioner, CaisseId], int],
    too_large: Callable[[Dossier], None],
) -> Iterator[Draft]:
    """Group dossiers into lots: one recipient each, under the limit of the mail, a dossier never split."""

    def key(one: Chosen) -> tuple[str, str, str]:
        facture = one.dossier.facture
        return facture.practitioner.number, facture.caisse.identifier, _remplacant(facture)

    for (_, identifier, remplacant), group in groupby(sorted(chosen, key=key), key=key):
        members = list(group)
        caisse, who = CaisseId.parse(identifier), members[0].dossier.facture.practitioner
        limit, weight = limit_of(who, caisse), 0
        draft = Draft(who, caisse, remplacant)
        for one in members:
            own = lot_weight_estimate([_entry(piece, 1) for piece in one.pieces])
            if own > limit:
                too_large(one.dossier)
                continue
            if draft.chosen and weight + own > limit:
                yield draft
                draft, weight = Draft(who, caisse, remplacant), 0
            draft.chosen.append(one)
            weight += own
        if draft.chosen:
            yield draft


def build(cabinet: Cabinet, draft: Draft, check: Callable[[bytes], object]) -> Built:
    """Seal a draft and claim its dossiers in one commit; `check` judges each PDF that travels.

    The bytes are stored before the row that names them. Raises when a certificate is refused, when a piece no
    longer meets the norms, or when something changed meanwhile; then nothing is claimed.
    """
    _refuse_without_certificates(draft.chosen[0].dossier.facture.caisse)
    uuid = numbering.new_uuid()
    with write():
        number = numbering.next_lot_number(draft.practitioner)
    content = _content(cabinet, draft, uuid, number, check)
    sealed = cabinet.codec(draft.practitioner).seal_lot(content, cabinet.now())
    name = cabinet.store.files.put(sealed.envelope)
    with write():
        lot = LotSCOR.create(
            uuid=uuid,
            number=number,
            practitioner=draft.practitioner,
            caisse=draft.chosen[0].dossier.facture.caisse,
            state=LotState.SEALED,
            created=content.created,
            file=name,
            digest=sealed.signed_digest,
            envelope_digest=sealed.envelope_digest,
            recipient_fingerprint=sealed.recipient_fingerprint,
            expires=sealed.expires,
            bytes=len(sealed.envelope),
        )
        _claim(cabinet, lot, draft)
        cabinet.journal.add(
            cabinet.now(),
            "lot_scelle",
            lot=number,
            uuid=uuid,
            empreinte=sealed.signed_digest,
            octets=lot.bytes,
        )
    return Built(lot, sealed, len(content.pieces))


def _refuse_without_certificates(caisse: Caisse) -> None:
    if not (caisse.content_certificate and caisse.transport_certificate and caisse.signing_certificate):
        raise CertificateRefused(
            f"La caisse {caisse.name} ({caisse.identifier}) n'a pas tous ses certificats dans ce cabinet.",
            "Ajoutez-les avec scor-tui configurer : ses dossiers partiront ensuite.",
        )


def claim_again(cabinet: Cabinet, lot: LotSCOR, members: Sequence[Dossier]) -> None:
    """Claim the dossiers of a lot that leaves a second time with the same bytes."""
    with write():
        for dossier in members:
            changes.apply(cabinet, dossier, Claimed(rebuilt=False), lot=lot.number)
        lot.state = LotState.SEALED
        lot.save()


def _content(cabinet: Cabinet, draft: Draft, uuid: str, number: str, check: Callable[[bytes], object]) -> LotContent:
    def by_lot(one: Chosen) -> tuple[int, str]:
        return one.dossier.facture.lot_fse.year, one.dossier.facture.lot_fse.number

    rank = 0
    groups = []
    draft.chosen.sort(key=lambda one: (*by_lot(one), one.dossier.facture.number))
    for (year, fse_number), members in groupby(draft.chosen, key=by_lot):
        entries = []
        for one in members:
            pieces = []
            for piece in one.pieces:
                rank += 1
                pieces.append(_filled(cabinet, _entry(piece, rank), piece, check))
            entries.append(_dossier_entry(one.dossier.facture, tuple(pieces)))
        groups.append(DossiersOfLot(fse_number, year, tuple(entries)))
    who = draft.practitioner
    sender = Sender(who.number, who.profession, f"{who.name} {who.first_name}".strip(), draft.remplacant)
    return LotContent(uuid, number, cabinet.now(), sender, draft.caisse, tuple(groups))


def _claim(cabinet: Cabinet, lot: LotSCOR, draft: Draft) -> None:
    rank = 0
    for one in draft.chosen:
        dossier = Dossier.get_by_id(one.dossier.id)
        if not _unchanged(dossier, one):
            raise StepRefused(
                f"Le dossier de la facture {dossier.facture.number} a changé pendant la constitution du lot.",
                "Recommencez la transmission.",
            )
        group, _ = LotDossiers.ensure(lot=lot, lot_fse=dossier.facture.lot_fse)
        line = LotLine.create(lot=lot, group=group, dossier=dossier)
        dossier.lot = lot
        changes.apply(cabinet, dossier, Claimed(), lot=lot.number)
        for piece in one.pieces:
            rank += 1
            reference = piece.reference
            LotPiece.create(
                line=line,
                rank=rank,
                piece=piece.piece_id,
                version=piece.version_id,
                support=piece.support,
                reference_lot=reference.lot if reference else "",
                reference_facture=reference.facture if reference else "",
                reference_date=reference.date if reference else None,
            )


def _unchanged(dossier: Dossier, one: Chosen) -> bool:
    """Whether every piece is still what was sealed, and the user's choice too.

    A piece that became this lot's own companion may be missing.
    """
    now = {(piece.piece_id, piece.version_id, piece.support, piece.rejected) for piece in holdings.held(dossier)}
    then = {(piece.piece_id, piece.version_id, piece.support, piece.rejected) for piece in one.pieces}
    same = dossier.status is one.dossier.status and dossier.tick is one.dossier.tick
    return same and then <= now


def _dossier_entry(facture: Facture, pieces: tuple[PieceEntry, ...]) -> DossierEntry:
    return DossierEntry(
        facture=facture.number,
        fse_date=facture.date,
        degraded=facture.degraded,
        pieces=pieces,
        fse_arl_date=facture.arl_date.date() if facture.arl_date else None,
        fse_arl_sign=facture.arl_sign,
    )


def _entry(held: HeldPiece, rank: int) -> PieceEntry:
    """Return the index entry of a piece, without its bytes."""
    piece = Piece.get_by_id(held.piece_id)
    prescription = piece.prescription
    entry = PieceEntry(
        number=rank,
        type=held.type,
        support=held.support,
        prescription_date=prescription.date if prescription else None,
        prescriber=prescription.prescriber.number if prescription else "INCONNU",
        reference=held.reference,
    )
    if held.version_id is None:
        return entry
    version = PieceVersion.get_by_id(held.version_id)
    return replace(
        entry,
        pages=version.pages,
        bytes=version.bytes,
        dpi=version.dpi,
        sha256=version.sha256,
        legible_at=version.legible_at,
        legible_by=version.legible_by,
    )


def _filled(cabinet: Cabinet, entry: PieceEntry, held: HeldPiece, check: Callable[[bytes], object]) -> PieceEntry:
    """Add the bytes of a digital piece, checked once more at this last door."""
    if entry.support is not Support.NUMERIQUE:
        return entry
    pdf = acquire.content_of(cabinet, PieceVersion.get_by_id(held.version_id))
    if hashlib.sha256(pdf).hexdigest() != entry.sha256:
        raise DataDamaged(
            f"La pièce {held.piece_id} n'a plus l'empreinte de son enregistrement.",
            "Numérisez-la de nouveau.",
        )
    check(pdf)
    return replace(entry, pdf=pdf)


def _remplacant(facture: Facture) -> str:
    return str(facture.remplacant.number) if facture.remplacant else ""

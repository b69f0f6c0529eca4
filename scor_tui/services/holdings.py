"""What a dossier holds at this moment: each piece with its channel, from the prescription and from the facture.

The rules of owner and of series (product, 3.1): the prescription's ORDN and DSIP, or a reference to where they
were accepted or posted; the prescription's AUTP that no other dossier carries; the facture's own AUTP and F.
What the rules ask of the records is read at once for any number of dossiers (`services.shelves`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from scor_tui.domain.dossier import DossierFacts, HeldPiece
from scor_tui.domain.paper import PaperStatus
from scor_tui.domain.pieces import PieceType, Support
from scor_tui.domain.wire import Reference, Sign
from scor_tui.services.shelves import DEFECT_PREFIXES, Owner, Shelf, Shelved, owner_of, sendings_of, shelf_of
from scor_tui.store.models import Dossier, Facture, LotPiece, Piece, PieceVersion

BATCH = 1000
ORDER = tuple(PieceType)
SHARED = frozenset({PieceType.ORDN, PieceType.DSIP})


def facts(dossier: Dossier) -> DossierFacts:
    """Return all that decides whether the dossier may leave."""
    return facts_of([dossier])[dossier.id]


def facts_of(dossiers: Iterable[Dossier]) -> dict[int, DossierFacts]:
    """Return, by the id of each dossier, all that decides whether it may leave."""
    return {owner.dossier: known for owner, known in facts_of_owners([owner_of(dossier) for dossier in dossiers])}


def facts_of_owners(owners: Sequence[Owner]) -> Iterator[tuple[Owner, DossierFacts]]:
    """Yield the same for whoever does not need the dossiers themselves: six queries for a thousand of them."""
    for start in range(0, len(owners), BATCH):
        batch = owners[start : start + BATCH]
        shelf = shelf_of(batch)
        for owner in batch:
            yield (
                owner,
                DossierFacts(
                    status=owner.status,
                    degraded=owner.degraded,
                    pieces=tuple(_held_by(owner, shelf)),
                    tick=owner.tick,
                    needs_dsi=owner.needs_dsi,
                    dossier_rejected=owner.whole_rejected,
                ),
            )


def held(dossier: Dossier) -> Iterator[HeldPiece]:
    """Yield the pieces of a dossier as they would leave now, in the order O D A F."""
    yield from facts(dossier).pieces


def candidates(facture: Facture) -> Iterator[Piece]:
    """Yield the pieces that hang on a facture or on its prescription."""
    owner = Piece.facture == facture
    if facture.prescription_id is not None:
        owner |= Piece.prescription == facture.prescription_id
    yield from Piece.select().where(owner, Piece.deleted.is_null())


def last_version(piece: Piece) -> PieceVersion | None:
    """Return the version of a piece that would travel, if it has pages."""
    found: PieceVersion | None = piece.versions.order_by(PieceVersion.number.desc()).first()
    return found


def is_rejected(version: PieceVersion | None) -> bool:
    """Whether a caisse refused this very content."""
    if version is None:
        return False
    codes = LotPiece.select(LotPiece.reject_code).where(LotPiece.version == version, LotPiece.reject_code != "")
    return any(row.reject_code.startswith(DEFECT_PREFIXES) for row in codes)


def awaited_by_post(piece: Piece, dossier: Dossier) -> Dossier | None:
    """Return another dossier whose last lot says that this piece comes by post, if there is one."""
    for sending in sendings_of([piece.id]):
        is_last = sending.last_lot == sending.lot
        if sending.support is Support.PAPIER and sending.dossier != dossier.id and is_last:
            return Dossier.get_by_id(sending.dossier)
    return None


def _held_by(owner: Owner, shelf: Shelf) -> Iterator[HeldPiece]:
    for piece in sorted(shelf.pieces_of(owner), key=lambda piece: (ORDER.index(piece.type), piece.id)):
        if not (piece.on_prescription and piece.type is PieceType.AUTP and _carried_elsewhere(piece, owner)):
            yield _held(piece, owner)


def _held(piece: Shelved, owner: Owner) -> HeldPiece:
    row = piece.paper
    on_paper = piece.on_paper or (row is not None and row.dossier != owner.dossier)
    shared = piece.type in SHARED and not owner.attach_again
    reference = _reference(piece, owner) if shared else None
    waits_for = _waits_for(piece, owner) if shared and reference is None else ""
    support = Support.REFERENCE if reference else Support.PAPIER if on_paper else Support.NUMERIQUE
    return HeldPiece(
        type=piece.type,
        piece_id=piece.id,
        version_id=piece.version if support is Support.NUMERIQUE else None,
        support=support,
        rejected=support is Support.NUMERIQUE and piece.rejected,
        reference=reference,
        waits_for=waits_for,
    )


def _reference(piece: Shelved, owner: Owner) -> Reference | None:
    """Return where the same caisse accepted this piece for another dossier, or when it was posted with one."""
    for sending in piece.sendings:
        if sending.dossier != owner.dossier and sending.sign is Sign.POSITIVE and sending.caisse == owner.caisse:
            posted = sending.support is Support.PAPIER
            assert sending.signed_at is not None  # noqa: S101 - a sign has its time
            return Reference(sending.uuid, sending.facture, sending.signed_at.date(), posted=posted)
    row = piece.paper
    if row is None or row.status is not PaperStatus.ENVOYE or row.dossier == owner.dossier:
        return None
    if not row.uuid or row.caisse != owner.caisse or row.posted is None:
        return None
    return Reference(row.uuid, row.facture, row.posted, posted=True)


def _waits_for(piece: Shelved, owner: Owner) -> str:
    """Return the number of the facture with which this piece is under way, for another dossier of the series."""
    for sending in piece.sendings:
        if sending.dossier != owner.dossier and sending.is_under_way and sending.caisse == owner.caisse:
            return sending.facture
    return ""


def _carried_elsewhere(piece: Shelved, owner: Owner) -> bool:
    if any(sending.dossier != owner.dossier for sending in piece.sendings):
        return True
    return piece.paper is not None and piece.paper.dossier != owner.dossier

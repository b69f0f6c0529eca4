"""What a dossier holds at this moment: each piece with its channel, from the prescription and from the facture.

The rules of owner and of series (product, 3.1): the prescription's ORDN and DSIP, or a reference to where they
were accepted or posted; the prescription's AUTP that no other dossier carries; the facture's own AUTP and F.
"""

from __future__ import annotations

from collections.abc import Iterator

from scor_tui.domain.dossier import DossierFacts, HeldPiece
from scor_tui.domain.paper import PaperStatus
from scor_tui.domain.pieces import PieceType, Support
from scor_tui.domain.status import UNDER_WAY
from scor_tui.domain.wire import Reference, Sign
from scor_tui.store.models import (
    Dossier,
    Facture,
    LotLine,
    LotPiece,
    LotSCOR,
    LotState,
    PaperRow,
    Piece,
    PieceVersion,
)

DEFECT_PREFIXES = ("SO-IMG-", "SO-PDF-")
"""Codes that condemn the piece itself: it must be made again. The others condemn the dossier."""


def facts(dossier: Dossier) -> DossierFacts:
    """Return all that decides whether the dossier may leave."""
    facture = dossier.facture
    return DossierFacts(
        status=dossier.status,
        degraded=facture.degraded,
        pieces=tuple(held(dossier)),
        tick=dossier.tick,
        needs_dsi=bool(facture.prescription and facture.prescription.needs_dsi),
        dossier_rejected=dossier.whole_rejected,
    )


def held(dossier: Dossier) -> Iterator[HeldPiece]:
    """Yield the pieces of a dossier as they would leave now, in the order O D A F."""
    pieces = sorted(candidates(dossier.facture), key=lambda piece: (list(PieceType).index(piece.type), piece.id))
    for piece in pieces:
        if piece.prescription_id is not None and piece.type is PieceType.AUTP and _carried_elsewhere(piece, dossier):
            continue
        yield _held(piece, dossier)


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


def sendings(piece: Piece) -> Iterator[LotPiece]:
    """Yield the times that a piece really travelled or travels in a lot (references do not count), oldest first."""
    yield from (
        LotPiece.select(LotPiece, LotLine, LotSCOR, Dossier)
        .join(LotLine)
        .join(LotSCOR)
        .switch(LotLine)
        .join(Dossier)
        .where(LotPiece.piece == piece, LotPiece.support != Support.REFERENCE, LotSCOR.state != LotState.NOT_SENT)
        .order_by(LotPiece.id)
    )


def awaited_by_post(piece: Piece, dossier: Dossier) -> Dossier | None:
    """Return another dossier whose last lot says that this piece comes by post, if there is one."""
    for sending in sendings(piece):
        other: Dossier = sending.line.dossier
        if sending.support is Support.PAPIER and other.id != dossier.id and other.lot_id == sending.line.lot_id:
            return other
    return None


def is_under_way(sending: LotPiece) -> bool:
    """Whether the lot of a sending is sealed and has given no verdict to its dossier."""
    dossier = sending.line.dossier
    return dossier.status in UNDER_WAY and dossier.lot_id == sending.line.lot_id and sending.line.sign is None


def _held(piece: Piece, dossier: Dossier) -> HeldPiece:
    version = last_version(piece)
    row = PaperRow.get_or_none(PaperRow.piece == piece)
    on_paper = piece.on_paper or (row is not None and row.dossier_id != dossier.id)
    shared = piece.type in (PieceType.ORDN, PieceType.DSIP) and not dossier.attach_again
    reference = _reference(piece, dossier, row) if shared else None
    waits_for = _waits_for(piece, dossier) if shared and reference is None else ""
    support = Support.REFERENCE if reference else Support.PAPIER if on_paper else Support.NUMERIQUE
    return HeldPiece(
        type=piece.type,
        piece_id=piece.id,
        version_id=version.id if version and support is Support.NUMERIQUE else None,
        support=support,
        rejected=support is Support.NUMERIQUE and is_rejected(version),
        reference=reference,
        waits_for=waits_for,
    )


def _reference(piece: Piece, dossier: Dossier, row: PaperRow | None) -> Reference | None:
    """Return where the same caisse accepted this piece for another dossier, or when it was posted with one."""
    caisse = dossier.facture.caisse_id
    for sending in sendings(piece):
        line = sending.line
        if line.dossier_id != dossier.id and line.sign is Sign.POSITIVE and line.lot.caisse_id == caisse:
            posted = sending.support is Support.PAPIER
            return Reference(line.lot.uuid, line.dossier.facture.number, line.signed_at.date(), posted=posted)
    if row is None or row.status is not PaperStatus.ENVOYE or row.dossier_id == dossier.id:
        return None
    first = row.dossier
    if first.lot is None or first.facture.caisse_id != caisse:
        return None
    return Reference(first.lot.uuid, first.facture.number, row.posted, posted=True)


def _waits_for(piece: Piece, dossier: Dossier) -> str:
    """Return the number of the facture with which this piece is under way, for another dossier of the series."""
    for sending in sendings(piece):
        other = sending.line.dossier
        if other.id != dossier.id and is_under_way(sending) and sending.line.lot.caisse_id == dossier.facture.caisse_id:
            return str(other.facture.number)
    return ""


def _carried_elsewhere(piece: Piece, dossier: Dossier) -> bool:
    if any(sending.line.dossier_id != dossier.id for sending in sendings(piece)):
        return True
    row = PaperRow.get_or_none(PaperRow.piece == piece)
    return row is not None and row.dossier_id != dossier.id

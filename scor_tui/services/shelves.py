"""What the records say of the pieces of any number of dossiers, read in six queries: a row costs no query of its own.

Plain tuples, not models: the count of what waits asks this of every dossier of the list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Any, NamedTuple

from scor_tui.domain.dossier import Tick
from scor_tui.domain.paper import PaperStatus
from scor_tui.domain.pieces import PieceType, Support
from scor_tui.domain.status import UNDER_WAY, Status
from scor_tui.domain.wire import Sign
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
    Prescription,
)

DEFECT_PREFIXES = ("SO-IMG-", "SO-PDF-")
"""Codes that condemn the piece itself: it must be made again. The others condemn the dossier."""


class Owner(NamedTuple):
    """A dossier as the rules of its pieces know it; `facture`, `prescription` and `caisse` are ids."""

    dossier: int
    facture: int
    prescription: int | None
    caisse: int
    status: Status
    tick: Tick
    degraded: bool
    needs_dsi: bool
    attach_again: bool
    whole_rejected: bool


class Sending(NamedTuple):
    """A time that a piece really travelled; `last_lot` is the last lot of the dossier that it travelled with."""

    piece: int
    support: Support
    lot: int
    sign: Sign | None
    signed_at: datetime | None
    uuid: str
    caisse: int
    dossier: int
    status: Status
    last_lot: int | None
    facture: str

    @property
    def is_under_way(self) -> bool:
        """Whether its lot is sealed and has given no verdict to its dossier."""
        return self.status in UNDER_WAY and self.last_lot == self.lot and self.sign is None


class Registered(NamedTuple):
    """The row of a piece in the paper register; `uuid` is that of the last lot of its dossier, if any."""

    piece: int
    dossier: int
    status: PaperStatus
    posted: date | None
    caisse: int
    facture: str
    uuid: str | None


@dataclass
class Shelved:
    """A piece: `version` the id of what would travel, `rejected` when a caisse refused that, its sendings in order."""

    id: int
    type: PieceType
    on_prescription: bool
    on_paper: bool
    version: int | None = None
    rejected: bool = False
    sendings: list[Sending] = field(default_factory=list)
    paper: Registered | None = None


@dataclass
class Shelf:
    """Pieces by what they hang on."""

    on_prescription: dict[int, list[Shelved]] = field(default_factory=dict)
    on_facture: dict[int, list[Shelved]] = field(default_factory=dict)

    def pieces_of(self, owner: Owner) -> Iterator[Shelved]:
        """Yield the pieces of the facture and of the prescription of a dossier."""
        yield from self.on_facture.get(owner.facture, ())
        if owner.prescription is not None:
            yield from self.on_prescription.get(owner.prescription, ())


def owner_of(dossier: Dossier) -> Owner:
    """Return what the rules know of a dossier."""
    facture = dossier.facture
    return Owner(
        dossier=dossier.id,
        facture=facture.id,
        prescription=facture.prescription_id,
        caisse=facture.caisse_id,
        status=dossier.status,
        tick=dossier.tick,
        degraded=facture.degraded,
        needs_dsi=bool(facture.prescription and facture.prescription.needs_dsi),
        attach_again=dossier.attach_again,
        whole_rejected=dossier.whole_rejected,
    )


def owners(query: Any) -> list[Owner]:
    """Return what the rules know of the dossiers of a query over `Dossier` joined with its `Facture`."""
    columns = (
        Dossier.id, Facture.id, Facture.prescription, Facture.caisse, Dossier.status, Dossier.tick, Facture.degraded,
        Prescription.needs_dsi, Dossier.attach_again, Dossier.whole_rejected,
    )  # fmt: skip
    rows = query.switch(Facture).join(Prescription, "LEFT OUTER JOIN").select(*columns).tuples()
    return [Owner(*row) for row in rows]


def shelf_of(found: Iterable[Owner]) -> Shelf:
    """Return what hangs on the factures and prescriptions of some dossiers."""
    wanted = list(found)
    prescriptions = {owner.prescription for owner in wanted} - {None}
    hung = (Piece.prescription.in_(list(prescriptions)), Piece.facture.in_([owner.facture for owner in wanted]))
    return _shelf(*hung)


def on_prescriptions(numbers: Collection[int]) -> dict[int, list[Shelved]]:
    """Return what hangs on some prescriptions (their ids)."""
    return _shelf(Piece.prescription.in_(list(numbers))).on_prescription


def of_pieces(numbers: Collection[int]) -> dict[int, Shelved]:
    """Return some pieces by their ids."""
    shelf = _shelf(Piece.id.in_(list(numbers)))
    hung = chain(shelf.on_prescription.values(), shelf.on_facture.values())
    return {piece.id: piece for found in hung for piece in found}


def _shelf(*conditions: Any) -> Shelf:
    shelf, pieces = Shelf(), {}
    columns = (Piece.id, Piece.type, Piece.on_paper, Piece.prescription, Piece.facture)
    for condition in conditions:
        query: Any = Piece.select(*columns).where(condition, Piece.deleted.is_null())
        for number, kind, on_paper, prescription, facture in query.tuples():
            piece = pieces[number] = Shelved(number, kind, prescription is not None, on_paper)
            place, key = (shelf.on_prescription, prescription) if facture is None else (shelf.on_facture, facture)
            place.setdefault(key, []).append(piece)
    if pieces:
        _read_versions(pieces)
        for sending in sendings_of(pieces):
            pieces[sending.piece].sendings.append(sending)
        _read_register(pieces)
    return shelf


def _read_versions(pieces: dict[int, Shelved]) -> None:
    of_pieces: Any = PieceVersion.select(PieceVersion.piece, PieceVersion.id).where(
        PieceVersion.piece.in_(list(pieces))
    )
    for piece, version in of_pieces.order_by(PieceVersion.piece, PieceVersion.number).tuples():
        pieces[piece].version = version
    carriers = {piece.version: piece for piece in pieces.values() if piece.version is not None}
    refused: Any = LotPiece.select(LotPiece.version, LotPiece.reject_code).where(LotPiece.version.in_(list(carriers)))
    for version, code in refused.where(LotPiece.reject_code != "").tuples():
        carriers[version].rejected |= code.startswith(DEFECT_PREFIXES)


def sendings_of(pieces: Collection[int]) -> Iterator[Sending]:
    """Yield the times that some pieces (their ids) really travelled or travel (references do not count), in order."""
    query: Any = (
        LotPiece.select(
            LotPiece.piece, LotPiece.support, LotLine.lot, LotLine.sign, LotLine.signed_at, LotSCOR.uuid,
            LotSCOR.caisse, LotLine.dossier, Dossier.status, Dossier.lot, Facture.number,
        )
        .join(LotLine)
        .join(LotSCOR)
        .switch(LotLine)
        .join(Dossier)
        .join(Facture)
        .where(LotPiece.piece.in_(list(pieces)), LotPiece.support != Support.REFERENCE)
        .where(LotSCOR.state != LotState.NOT_SENT)
        .order_by(LotPiece.piece, LotPiece.id)
    )  # fmt: skip
    yield from (Sending(*row) for row in query.tuples())


def _read_register(pieces: dict[int, Shelved]) -> None:
    query: Any = (
        PaperRow.select(
            PaperRow.piece, PaperRow.dossier, PaperRow.status, PaperRow.posted, Facture.caisse, Facture.number,
            LotSCOR.uuid,
        )
        .join(Dossier)
        .join(Facture)
        .switch(Dossier)
        .join(LotSCOR, "LEFT OUTER JOIN")
        .where(PaperRow.piece.in_(list(pieces)))
    )  # fmt: skip
    for row in query.tuples():
        pieces[row[0]].paper = Registered(*row)

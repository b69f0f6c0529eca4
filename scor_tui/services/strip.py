"""The SCOR component of a prescription: what its next facture would find (product, 4).

The same states as a dossier's, seen from the prescription: an ORDN or DSIP that the patient's caisse has accepted, or
that was posted to it, is *referenced*: the factures that follow only name it.
"""

from __future__ import annotations

from collections.abc import Sequence

from scor_tui.domain.paper import PaperStatus
from scor_tui.domain.pieces import Cell, CellState, PieceType, worst
from scor_tui.domain.wire import Sign
from scor_tui.services.shelves import Shelved


def cells(pieces: Sequence[Shelved], caisse: int, *, needs_dsi: bool) -> tuple[Cell, ...]:
    """Return the four cells of a prescription that holds these pieces; F belongs to a degraded facture, never to it."""
    required = {PieceType.ORDN} | ({PieceType.DSIP} if needs_dsi else set())
    return tuple(_cell(kind, pieces, caisse, missing=kind in required) for kind in PieceType)


def state(piece: Shelved, caisse: int) -> CellState:
    """Return the state that a piece gives to its cell, for a patient of a caisse (its id)."""
    if piece.type in (PieceType.ORDN, PieceType.DSIP) and _settled(piece, caisse):
        return CellState.REFERENCED
    if piece.on_paper or piece.paper is not None:
        return CellState.PAPER
    return CellState.REJECTED if piece.rejected else CellState.SCANNED


def _cell(kind: PieceType, pieces: Sequence[Shelved], caisse: int, *, missing: bool) -> Cell:
    mine = [piece for piece in pieces if piece.type is kind]
    if mine:
        return Cell(kind, worst(state(piece, caisse) for piece in mine), len(mine))
    return Cell(kind, CellState.MISSING if missing else CellState.NOT_APPLICABLE)


def _settled(piece: Shelved, caisse: int) -> bool:
    """Whether the caisse has accepted the piece, or it was posted to it."""
    row = piece.paper
    if row is not None and row.status is PaperStatus.ENVOYE and row.caisse == caisse:
        return True
    return any(sending.sign is Sign.POSITIVE and sending.caisse == caisse for sending in piece.sendings)

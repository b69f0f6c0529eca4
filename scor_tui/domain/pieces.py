"""Pieces: the four SCOR codes, how each travels, whose it is, and the state of a cell O D A F."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class PieceType(StrEnum):
    """The SCOR codes of a justificative."""

    ORDN = "ORDN"
    DSIP = "DSIP"
    AUTP = "AUTP"
    FSNC = "FSNC"

    @property
    def letter(self) -> str:
        """The letter of the SCOR component: O, D, A or F."""
        return {"ORDN": "O", "DSIP": "D", "AUTP": "A", "FSNC": "F"}[self.value]

    @classmethod
    def of_letter(cls, letter: str) -> PieceType:
        """Return the type shown as `letter`; raises ValueError."""
        for kind in cls:
            if kind.letter == letter.upper():
                return kind
        raise ValueError(letter)


class Support(StrEnum):
    """How a piece of a dossier reaches the caisse."""

    NUMERIQUE = "numerique"
    PAPIER = "papier"
    REFERENCE = "reference"


class CellState(StrEnum):
    """The state of one cell of the SCOR component, worst first."""

    REJECTED = "rejected"
    MISSING = "missing"
    SCANNED = "scanned"
    PAPER = "paper"
    REFERENCED = "referenced"
    NOT_APPLICABLE = "not_applicable"


WORST_FIRST = tuple(CellState)


@dataclass(frozen=True)
class Cell:
    """One cell of the component: its letter, its worst state and how many pieces it stands for."""

    type: PieceType
    state: CellState
    count: int = 0


def worst(states: Iterable[CellState]) -> CellState:
    """Return the state that a cell with several pieces shows: its worst."""
    return min(states, key=WORST_FIRST.index, default=CellState.NOT_APPLICABLE)


def may_hang_on_prescription(kind: PieceType) -> bool:
    """ORDN, DSIP and AUTP hang on the prescription."""
    return kind is not PieceType.FSNC


def may_hang_on_facture(kind: PieceType, *, degraded: bool) -> bool:
    """AUTP hangs on any facture, FSNC on a degraded one only."""
    return kind is PieceType.AUTP or (kind is PieceType.FSNC and degraded)

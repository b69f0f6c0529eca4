"""A dossier: the pieces of one facture, when it shows in « À transmettre », its tick, and whether it may leave.

Pure rules over plain facts (product, 3.1 and 3.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from scor_tui.domain.pieces import Cell, CellState, PieceType, Support, worst
from scor_tui.domain.status import SENDABLE, Status
from scor_tui.domain.wire import Reference, Sign


class Tick(StrEnum):
    """The column « A Trans. »: automatic, or what a hand chose."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class Flux(StrEnum):
    """FSE: mandatory fund. DRE: complementary fund, carries no PJ."""

    FSE = "FSE"
    DRE = "DRE"


@dataclass(frozen=True)
class FseFacts:
    """What is known of the invoice of a dossier. `scor_start` is the practitioner's date de démarrage, if any."""

    flux: Flux
    degraded: bool
    day: date
    scor_start: date | None
    sent: bool
    arl: Sign | None = None
    paid_by_noemie: bool = False


class Gate(StrEnum):
    """Why a dossier stands in « À transmettre », or why not."""

    ARL = "arl"
    NOEMIE = "noemie"
    DEGRADED = "degraded"
    NOT_SCOR = "not_scor"
    BEFORE_START = "before_start"
    NOT_SENT = "not_sent"
    NO_ARL_YET = "no_arl_yet"
    ARL_NEGATIVE = "arl_negative"


OPEN_GATES = frozenset({Gate.ARL, Gate.NOEMIE, Gate.DEGRADED})


def gate(fse: FseFacts) -> Gate:
    """Decide by the three cases of product 3.2 whether the FSE lets its dossier be sent."""
    if fse.flux is Flux.DRE or fse.scor_start is None:
        return Gate.NOT_SCOR
    if fse.day < fse.scor_start:
        return Gate.BEFORE_START
    if not fse.sent:
        return Gate.NOT_SENT
    if fse.arl is Sign.POSITIVE:
        return Gate.ARL
    if fse.paid_by_noemie:
        return Gate.NOEMIE
    if fse.arl is Sign.NEGATIVE:
        return Gate.ARL_NEGATIVE
    return Gate.DEGRADED if fse.degraded else Gate.NO_ARL_YET


@dataclass(frozen=True)
class HeldPiece:
    """One piece of a dossier as it would leave now.

    `rejected` when the caisse refused this version; `waits_for` the facture whose verdict this piece waits for.
    """

    type: PieceType
    piece_id: int | None
    version_id: int | None
    support: Support
    rejected: bool = False
    reference: Reference | None = None
    waits_for: str = ""

    @property
    def cell_state(self) -> CellState:
        """The state that this piece gives to its cell."""
        if self.rejected:
            return CellState.REJECTED
        return {
            Support.NUMERIQUE: CellState.SCANNED,
            Support.PAPIER: CellState.PAPER,
            Support.REFERENCE: CellState.REFERENCED,
        }[self.support]


@dataclass(frozen=True)
class DossierFacts:
    """All that decides whether a dossier may leave.

    `dossier_rejected`: the last refusal names no piece, so that only a hand can decide to send again.
    """

    status: Status
    degraded: bool
    pieces: tuple[HeldPiece, ...]
    tick: Tick = Tick.AUTO
    needs_dsi: bool = False
    dossier_rejected: bool = False


class Hindrance(StrEnum):
    """Why a dossier may not leave."""

    NOT_SENDABLE = "not_sendable"
    NO_PIECE = "no_piece"
    NO_CARE_SHEET = "no_care_sheet"
    REJECTED_PIECE = "rejected_piece"
    REJECTED_DOSSIER = "rejected_dossier"
    WAITS = "waits"


class Caution(StrEnum):
    """What deserves a word before sending, without holding the dossier back."""

    NO_ORDONNANCE = "no_ordonnance"
    NO_DSI = "no_dsi"


def hindrances(facts: DossierFacts) -> tuple[Hindrance, ...]:
    """Return why the dossier may not leave, most important first; empty when it may."""
    found = []
    if facts.status not in SENDABLE:
        found.append(Hindrance.NOT_SENDABLE)
    if facts.status is Status.A_RETRANSMETTRE:
        return tuple(found)
    if not facts.pieces:
        found.append(Hindrance.NO_PIECE)
    elif facts.degraded and not _has(facts.pieces, PieceType.FSNC):
        found.append(Hindrance.NO_CARE_SHEET)
    if any(piece.rejected for piece in facts.pieces):
        found.append(Hindrance.REJECTED_PIECE)
    if facts.dossier_rejected and facts.tick is not Tick.ON:
        found.append(Hindrance.REJECTED_DOSSIER)
    if any(piece.waits_for for piece in facts.pieces):
        found.append(Hindrance.WAITS)
    return tuple(found)


def warnings(facts: DossierFacts) -> tuple[Caution, ...]:
    """Return what deserves a word: a secured dossier without O may leave, but the caisse will ask for it."""
    found = []
    if not _has(facts.pieces, PieceType.ORDN):
        found.append(Caution.NO_ORDONNANCE)
    if facts.needs_dsi and not _has(facts.pieces, PieceType.DSIP):
        found.append(Caution.NO_DSI)
    return tuple(found)


def is_ticked(facts: DossierFacts) -> bool:
    """Whether « A Trans. » is ticked: by hand, else as soon as it has a piece (for a degraded facture: its F)."""
    if facts.tick is not Tick.AUTO:
        return facts.tick is Tick.ON
    if facts.status is Status.A_RETRANSMETTRE:
        return True
    if facts.degraded:
        return _has(facts.pieces, PieceType.FSNC)
    return bool(facts.pieces)


def will_leave(facts: DossierFacts) -> bool:
    """Whether the next transmission takes the dossier."""
    return is_ticked(facts) and not hindrances(facts)


def cells(facts: DossierFacts) -> tuple[Cell, ...]:
    """Return the four cells O D A F of the component."""
    return tuple(_cell(kind, facts) for kind in PieceType)


def _cell(kind: PieceType, facts: DossierFacts) -> Cell:
    mine = [piece for piece in facts.pieces if piece.type is kind]
    if mine:
        return Cell(kind, worst(piece.cell_state for piece in mine), len(mine))
    required: dict[PieceType, Callable[[], bool]] = {
        PieceType.ORDN: lambda: True,
        PieceType.DSIP: lambda: facts.needs_dsi,
        PieceType.AUTP: lambda: False,
        PieceType.FSNC: lambda: facts.degraded,
    }
    return Cell(kind, CellState.MISSING if required[kind]() else CellState.NOT_APPLICABLE)


def _has(pieces: Iterable[HeldPiece], kind: PieceType) -> bool:
    return any(piece.type is kind for piece in pieces)

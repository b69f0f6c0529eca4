"""Letting go of what was sent, never before its 90 days, and only for dossiers that are settled (product, 3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from scor_tui.domain.paper import PaperStatus
from scor_tui.domain.status import Status
from scor_tui.services.cabinet import Cabinet
from scor_tui.store.engine import write
from scor_tui.store.models import (
    FILE_COLUMNS,
    Attempt,
    Dossier,
    Facture,
    LotLine,
    LotPiece,
    LotSCOR,
    PaperRow,
    Piece,
    PieceVersion,
    PurgedFile,
)

KEPT = timedelta(days=90)
"""How long digital pieces are kept from their sending."""

UNNAMED = timedelta(days=1)
"""How long a file that no row names is left: its row may be on its way."""


@dataclass(frozen=True)
class Purgeable:
    """Files that may go: how many lots and versions of pieces, and how many bytes they stand for."""

    lots: int
    versions: int
    bytes: int
    files: frozenset[str]


def purgeable(cabinet: Cabinet) -> Purgeable:
    """Return what may be let go: lots last sent over 90 days ago whose dossiers are all archived or posted.

    A piece that another lot or another facture of its prescription still needs, or that was never sent, stays.
    """
    settled, gone = _settled_lots(cabinet), _gone()
    lots = list(LotSCOR.select(LotSCOR.file, LotSCOR.bytes).where(LotSCOR.id.in_(settled), LotSCOR.file.not_in(gone)))
    versions = list(_only_carried_by(settled).where(PieceVersion.file.not_in(gone)))
    files = frozenset({lot.file for lot in lots} | {version.file for version in versions})
    weight = sum(lot.bytes for lot in lots) + sum(version.bytes for version in versions)
    return Purgeable(len(lots), len(versions), weight, files)


def purgeable_lots(cabinet: Cabinet) -> int:
    """Return how many lots may be let go, at the cost of one query."""
    found: int = LotSCOR.select().where(LotSCOR.id.in_(_settled_lots(cabinet)), LotSCOR.file.not_in(_gone())).count()
    return found


def purge(cabinet: Cabinet) -> Purgeable:
    """Let go of what may go; the rows, digests and verdicts stay. Returns what went."""
    found = purgeable(cabinet)
    with write():
        for name in sorted(found.files):
            PurgedFile.create(file=name, at=cabinet.now())
        cabinet.journal.add(cabinet.now(), "purge", lots=found.lots, versions=found.versions)
    for name in found.files:
        cabinet.store.files.remove(name)
    _sweep_unnamed(cabinet)
    return found


def _sweep_unnamed(cabinet: Cabinet) -> None:
    """Remove the files that no row names: a session died between the file and its row. Those of today are left."""
    named = {getattr(row, column) for model, column in FILE_COLUMNS for row in model.select(getattr(model, column))}
    for name in cabinet.store.files.put_before(cabinet.now() - UNNAMED):
        if name not in named:
            cabinet.store.files.remove(name)


def purged_on(file: str) -> datetime | None:
    """Return when a file was let go, if it was."""
    row = PurgedFile.get_or_none(PurgedFile.file == file)
    return row.at if row else None


def _settled_lots(cabinet: Cabinet) -> Any:
    """Return the query of the lots that left, none of whose attempts is recent and none of whose dossiers is open."""
    left = Attempt.select(Attempt.lot).where(Attempt.lot.is_null(False))
    recent = left.where(Attempt.claimed > cabinet.now() - KEPT)
    waiting = LotLine.select(LotLine.lot).join(Dossier).where(_is_open())
    return LotSCOR.select(LotSCOR.id).where(
        LotSCOR.file != "", LotSCOR.id.in_(left), LotSCOR.id.not_in(recent), LotSCOR.id.not_in(waiting)
    )


def _is_open() -> Any:
    """Return the condition that a dossier is neither archived nor posted whole."""
    rows = PaperRow.select(PaperRow.dossier)
    to_post = Dossier.id.in_(rows.where(PaperRow.status == PaperStatus.COLLECTE)) | Dossier.id.not_in(rows)
    on_paper = Dossier.status == Status.COLLECTE_PAPIER
    return (Dossier.status != Status.ARCHIVE) & (~on_paper | to_post)


def _only_carried_by(settled: Any) -> Any:
    """Return the query of the versions that only these lots carry, and that no open facture may need."""
    carried = LotPiece.select(LotPiece.version).join(LotLine).where(LotPiece.version.is_null(False))
    inside, outside = carried.where(LotLine.lot.in_(settled)), carried.where(LotLine.lot.not_in(settled))
    serving = Facture.select(Facture.prescription).join(Dossier).where(_is_open(), Facture.prescription.is_null(False))
    free = Piece.prescription.is_null() | Piece.prescription.not_in(serving)
    return PieceVersion.select().join(Piece).where(PieceVersion.id.in_(inside), PieceVersion.id.not_in(outside), free)


def _gone() -> Any:
    return PurgedFile.select(PurgedFile.file)

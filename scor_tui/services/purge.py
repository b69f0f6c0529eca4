"""Letting go of what was sent, never before its 90 days, and only for dossiers that are settled (product, 3.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from scor_tui.domain.status import Status
from scor_tui.services import returns
from scor_tui.services.cabinet import Cabinet
from scor_tui.store.engine import write
from scor_tui.store.models import FILE_COLUMNS, Attempt, Dossier, LotPiece, LotSCOR, PieceVersion, PurgedFile

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
    gone = {row.file for row in PurgedFile.select(PurgedFile.file)}
    old = [lot for lot in LotSCOR.select() if lot.file and _is_settled(lot, cabinet.now())]
    settled = {lot.id for lot in old}
    versions = [version for version in _carried(settled) if version.file not in gone]
    lots = [lot for lot in old if lot.file not in gone]
    files = frozenset({lot.file for lot in lots} | {version.file for version in versions})
    weight = sum(lot.bytes for lot in lots) + sum(version.bytes for version in versions)
    return Purgeable(len(lots), len(versions), weight, files)


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


def _is_settled(lot: LotSCOR, now: datetime) -> bool:
    last = lot.attempts.order_by(Attempt.id.desc()).first()
    if last is None or now - last.claimed < KEPT:
        return False
    return all(_is_over(line.dossier) for line in lot.lines)


def _is_over(dossier: Dossier) -> bool:
    if dossier.status is Status.ARCHIVE:
        return True
    return dossier.status is Status.COLLECTE_PAPIER and returns.posted_on(dossier) is not None


def _carried(settled: set[int]) -> Iterator[PieceVersion]:
    """Yield the versions that only settled lots carry."""
    wanted: dict[int, bool] = {}
    for carried in LotPiece.select().where(LotPiece.version.is_null(False)):
        inside = carried.line.lot_id in settled
        wanted[carried.version_id] = wanted.get(carried.version_id, True) and inside
    only = [key for key, inside in wanted.items() if inside]
    for version in PieceVersion.select().where(PieceVersion.id.in_(only)):
        if not _still_serves(version):
            yield version


def _still_serves(version: PieceVersion) -> bool:
    """Whether a facture of the same prescription is not settled yet: it may need the piece, or its reference."""
    prescription = version.piece.prescription
    if prescription is None:
        return False
    return any(not _is_over(dossier) for facture in prescription.factures for dossier in facture.dossiers)

"""A practice in a private folder, with one dossier ready to be sent."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from scor_tui.domain.paper import PaperReason
from scor_tui.domain.pieces import PieceType, Support
from scor_tui.domain.status import Status
from scor_tui.store import models as m
from scor_tui.store.engine import Store, create_store, write
from scor_tui.store.journal import Journal

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


@dataclass
class Filled:
    """The rows of a small practice: one patient, one prescription with its O, one facture, one sealed lot."""

    practitioner: Any
    patient: Any
    prescription: Any
    facture: Any
    dossier: Any
    piece: Any
    version: Any
    lot: Any
    line: Any
    lot_piece: Any
    paper: Any
    files: tuple[str, ...]


@pytest.fixture(autouse=True)
def _private_files() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.fixture
def now() -> datetime:
    """A Monday evening."""
    return NOW


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a practice is to be."""
    return tmp_path / "cabinet"


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    """An empty practice, open."""
    opened = create_store(folder)
    yield opened
    opened.close()


@pytest.fixture
def fill() -> Callable[[Store], Filled]:
    """Put one dossier into an open practice."""
    return _fill


@pytest.fixture
def filled(store: Store) -> Filled:
    """The rows of a practice with one dossier."""
    return _fill(store)


def _fill(store: Store) -> Filled:
    scan = store.files.put(b"%PDF-1.4 ordonnance inventee")
    sealed = store.files.put(b"lot scelle")
    with write():
        m.Practice.create(id=1, name="Cabinet inventé", created=NOW)
        caisse = m.Caisse.create(identifier="01-996-0000", name="Caisse de démonstration")
        who = m.Practitioner.create(number="246000012", name="SOIGNANTE", scor_start=date(2026, 3, 1))
        patient = m.Patient.create(
            number="P1", name="INVENTEUX", first_name="Zénobie", nir="269054958815780", caisse=caisse,
            folded="inventeux zenobie",
        )  # fmt: skip
        prescriber = m.Prescriber.create(number="INCONNU")
        prescription = m.Prescription.create(
            number="O1", patient=patient, practitioner=who, prescriber=prescriber, date=date(2026, 3, 1)
        )
        lot_fse = m.LotFSE.create(number="001", year=2026, practitioner=who, caisse=caisse, sent=NOW)
        facture = m.Facture.create(
            number="260302001", patient=patient, prescription=prescription, practitioner=who, caisse=caisse,
            lot_fse=lot_fse, date=date(2026, 3, 2), total=1613,
        )  # fmt: skip
        piece = m.Piece.create(
            type=PieceType.ORDN, prescription=prescription, label="Ordonnance INVENTEUX", created=NOW
        )
        version = m.PieceVersion.create(
            piece=piece, number=1, file=scan, sha256="0" * 64, bytes=28, pages=1, dpi=300, created=NOW
        )
        lot = m.LotSCOR.create(
            uuid="u1", number="000001", practitioner=who, caisse=caisse, state=m.LotState.SEALED, created=NOW,
            file=sealed, digest="d" * 64, bytes=10,
        )  # fmt: skip
        dossier = m.Dossier.create(facture=facture, lot=lot)
        group = m.LotDossiers.create(lot=lot, lot_fse=lot_fse)
        line = m.LotLine.create(lot=lot, group=group, dossier=dossier)
        lot_piece = m.LotPiece.create(line=line, rank=1, piece=piece, version=version, support=Support.NUMERIQUE)
        paper = m.PaperRow.create(piece=piece, dossier=dossier, reason=PaperReason.ENVOI_PAPIER, entered=NOW)
        Journal(store.keys).add(NOW, "dossier_ouvert", dossier=dossier.id, facture=facture.number)
    assert dossier.status is Status.A_TRANSMETTRE
    return Filled(
        who, patient, prescription, facture, dossier, piece, version, lot, line, lot_piece, paper, (scan, sealed)
    )  # fmt: skip


@pytest.fixture
def contents() -> Callable[[Path], dict[str, bytes]]:
    """Return what a folder holds, file by file, without SQLite's shared memory and empty log."""

    def read(folder: Path) -> dict[str, bytes]:
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.endswith(("-shm", "-wal")) and not path.name.startswith("verrou")
        }

    return read

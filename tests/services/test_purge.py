"""What was sent may be let go after its 90 days, once it is settled, and never before."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest

from scor_tui.domain.errors import NotFound
from scor_tui.services import acquire, purge
from scor_tui.store.models import PieceVersion


def archived(practice: Any) -> str:
    number: str = practice.ready()
    practice.transmit()
    practice.arl(number)
    practice.poll()
    return number


def test_nothing_goes_before_its_90_days(practice: Any) -> None:
    number = archived(practice)
    practice.clock.advance(days=89)
    assert purge.purge(practice.cabinet).lots == 0
    version = PieceVersion.get()
    assert acquire.content_of(practice.cabinet, version)
    assert practice.cabinet.store.files.get(practice.lot(number).file)


def test_after_90_days_the_files_of_an_archived_lot_go_and_its_facts_stay(practice: Any) -> None:
    number = archived(practice)
    practice.clock.advance(days=91)
    offered = purge.purgeable(practice.cabinet)
    assert (offered.lots, offered.versions) == (1, 1)
    assert purge.purge(practice.cabinet) == offered
    with pytest.raises(NotFound, match="purgé"):
        acquire.content_of(practice.cabinet, PieceVersion.get())
    assert practice.lot(number).digest
    assert purge.purgeable(practice.cabinet).lots == 0


def test_a_dossier_that_is_not_settled_keeps_its_files_however_old(practice: Any) -> None:
    practice.ready()
    practice.transmit()
    practice.clock.advance(days=200)
    assert purge.purge(practice.cabinet).lots == 0


def test_a_piece_that_never_left_is_never_purged(practice: Any) -> None:
    prescription = practice.prescription("R9")
    piece = practice.scan("O", to=prescription)
    practice.clock.advance(days=400)
    purge.purge(practice.cabinet)
    assert acquire.content_of(practice.cabinet, piece.versions.get())


def test_a_file_that_no_row_names_goes_after_a_day_with_the_purge(practice: Any) -> None:
    files = practice.cabinet.store.files
    name = files.put(b"un lot dont la session est morte")
    path = files.path_of(name)
    os.utime(path, (practice.cabinet.now().timestamp(),) * 2)
    purge.purge(practice.cabinet)
    assert path.exists()
    practice.clock.advance(days=2)
    purge.purge(practice.cabinet)
    assert not path.exists()


def test_storing_the_same_content_again_makes_its_file_young(practice: Any) -> None:
    files = practice.cabinet.store.files
    name = files.put(b"la meme piece")
    long_ago = (practice.cabinet.now() - timedelta(days=900)).timestamp()
    os.utime(files.path_of(name), (long_ago, long_ago))
    files.put(b"la meme piece")
    assert name not in set(files.put_before(practice.cabinet.now() - timedelta(days=800)))

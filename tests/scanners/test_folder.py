"""The folder that the copier fills: nothing half-written is taken, nothing else is touched."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scor_tui.domain.errors import FileNotAccepted, NotFound, ScannerFailed
from scor_tui.scanners.folder import WatchedFolder

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=3)


@pytest.fixture
def copier(tmp_path: Path) -> Path:
    folder = tmp_path / "copieur"
    folder.mkdir()
    return folder


@pytest.fixture
def private(tmp_path: Path) -> Path:
    folder = tmp_path / "prive"
    folder.mkdir(mode=0o700)
    return folder


def drop(folder: Path, name: str, content: bytes = b"%PDF-1.4", *, minutes_ago: int = 5) -> Path:
    path = folder / name
    path.write_bytes(content)
    when = (NOW - timedelta(minutes=minutes_ago)).timestamp()
    os.utime(path, (when, when))
    return path


def settled(copier: Path, **settings: int) -> WatchedFolder:
    watched = WatchedFolder(copier, **settings)
    watched.waiting(NOW)
    watched.waiting(LATER)
    return watched


def test_a_file_is_complete_when_two_looks_agree(copier: Path) -> None:
    scan = drop(copier, "scan.pdf", b"123")
    watched = WatchedFolder(copier)
    assert watched.waiting(NOW) == ()
    assert watched.arriving == 1
    assert watched.waiting(NOW + timedelta(seconds=2)) == (), "too soon after the first look"
    (waiting,) = watched.waiting(LATER)
    assert (waiting.path, waiting.size, waiting.expected) == (scan, 3, True)
    assert waiting.modified == NOW - timedelta(minutes=5)
    assert watched.arriving == 0


def test_a_file_that_still_grows_is_not_taken_however_often_one_looks(copier: Path, private: Path) -> None:
    watched = WatchedFolder(copier)
    for size in range(1, 6):
        growing = drop(copier, "long.pdf", b"x" * size)
        assert watched.waiting(NOW + timedelta(minutes=size)) == ()
    with pytest.raises(FileNotAccepted, match="n'est pas encore complet"):
        watched.take(growing, private)
    assert list(private.iterdir()) == []


def test_even_with_no_settling_time_two_looks_are_needed(copier: Path) -> None:
    drop(copier, "scan.pdf")
    watched = WatchedFolder(copier, settle_seconds=0)
    assert watched.waiting(NOW) == ()
    assert watched.waiting(NOW) == ()
    assert len(watched.waiting(NOW + timedelta(milliseconds=1))) == 1


def test_a_clock_set_back_makes_us_wait_again(copier: Path) -> None:
    drop(copier, "scan.pdf")
    watched = WatchedFolder(copier)
    watched.waiting(NOW)
    assert watched.waiting(NOW - timedelta(hours=1)) == ()
    assert len(watched.waiting(NOW - timedelta(hours=1) + timedelta(seconds=3))) == 1


def test_the_oldest_comes_first(copier: Path) -> None:
    for name, age in (("b.pdf", 1), ("c.pdf", 9), ("a.pdf", 1)):
        drop(copier, name, minutes_ago=age)
    watched = settled(copier)
    assert [file.path.name for file in watched.waiting(LATER)] == ["c.pdf", "a.pdf", "b.pdf"]


def test_partial_hidden_and_empty_files_and_links_are_left_alone(copier: Path, tmp_path: Path) -> None:
    for name in (".scan.pdf", "~$scan.pdf", "scan.pdf.part", "SCAN.TMP", "scan.crdownload"):
        drop(copier, name)
    drop(copier, "vide.pdf", b"")
    (copier / "lien.pdf").symlink_to(drop(tmp_path, "secret.pdf"))
    (copier / "dossier.pdf").mkdir()
    os.mkfifo(copier / "tube.pdf")
    assert settled(copier).waiting(LATER) == ()


def test_an_unusual_extension_is_only_a_hint(copier: Path, private: Path) -> None:
    odd = drop(copier, "scan_0001")
    watched = settled(copier)
    assert [file.expected for file in watched.waiting(LATER)] == [False]
    assert watched.take(odd, private).read_bytes() == b"%PDF-1.4"


def test_a_file_taken_is_a_private_copy_and_the_original_goes_only_when_told(copier: Path, private: Path) -> None:
    scan = drop(copier, "Ordonnance\x1b[31m.PDF", b"contenu")
    watched = settled(copier)
    copy = watched.take(scan, private)
    assert (copy.name, copy.read_bytes(), copy.stat().st_mode & 0o777) == ("page-001.pdf", b"contenu", 0o600)
    assert scan.exists()
    assert watched.done(scan)
    assert not scan.exists()
    assert not watched.done(scan), "twice is no error"


def test_two_files_never_share_a_copy(copier: Path, private: Path) -> None:
    first, second = drop(copier, "a.pdf", b"un"), drop(copier, "b.pdf", b"deux")
    watched = settled(copier)
    copies = [watched.take(path, private) for path in (first, second)]
    assert [copy.read_bytes() for copy in copies] == [b"un", b"deux"]


def test_a_file_written_again_under_the_same_name_is_not_deleted(copier: Path, private: Path) -> None:
    scan = drop(copier, "scan.pdf", b"premier patient")
    watched = settled(copier)
    watched.take(scan, private)
    drop(copier, "scan.pdf", b"second patient!")
    os.utime(scan, (NOW.timestamp(), NOW.timestamp()))
    assert not watched.done(scan)
    assert scan.read_bytes() == b"second patient!"


def test_a_file_that_was_not_taken_is_not_deleted(copier: Path) -> None:
    scan = drop(copier, "scan.pdf")
    assert not settled(copier).done(scan)
    assert scan.exists()


def test_a_file_that_changes_after_the_last_look_is_not_taken(copier: Path, private: Path) -> None:
    scan = drop(copier, "scan.pdf", b"un")
    watched = settled(copier)
    drop(copier, "scan.pdf", b"deux pages")
    with pytest.raises(FileNotAccepted, match="change encore"):
        watched.take(scan, private)
    assert list(private.iterdir()) == []


def test_a_file_replaced_by_a_link_is_not_followed(copier: Path, private: Path, tmp_path: Path) -> None:
    scan = drop(copier, "scan.pdf")
    watched = settled(copier)
    scan.unlink()
    scan.symlink_to(drop(tmp_path, "secret.pdf"))
    with pytest.raises(FileNotAccepted):
        watched.take(scan, private)
    assert list(private.iterdir()) == []


def test_a_file_that_went_away_or_is_too_large_has_its_sentence(copier: Path, private: Path) -> None:
    gone, large = drop(copier, "parti.pdf"), drop(copier, "gros.pdf", b"x" * 2000)
    watched = settled(copier, limit=1000)
    gone.unlink()
    with pytest.raises(NotFound, match=r"parti\.pdf"):
        watched.take(gone, private)
    with pytest.raises(FileNotAccepted, match="pèse plus de"):
        watched.take(large, private)


def test_a_folder_that_is_not_there_says_what_to_check(tmp_path: Path) -> None:
    with pytest.raises(ScannerFailed, match="dossier surveillé") as failure:
        WatchedFolder(tmp_path / "absent").waiting(NOW)
    assert "copieur" in failure.value.remedy

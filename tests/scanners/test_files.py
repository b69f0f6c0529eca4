"""Files that the user names: all of them or none, and a sentence for each that cannot be taken."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from scor_tui.domain.errors import FileNotAccepted, NotFound, ScannerFailed, ScorError
from scor_tui.domain.ports import Scanner, ScanRequest
from scor_tui.scanners.files import GivenFiles

REQUEST = ScanRequest("")


@pytest.fixture
def private(tmp_path: Path) -> Path:
    folder = tmp_path / "prive"
    folder.mkdir(mode=0o700)
    return folder


def test_files_are_copied_in_the_order_given_and_left_where_they_are(tmp_path: Path, private: Path) -> None:
    (tmp_path / "b.PDF").write_bytes(b"un")
    (tmp_path / "a.jpg").write_bytes(b"deux")
    (tmp_path / "lien.jpg").symlink_to(tmp_path / "a.jpg")
    heard: list[tuple[int, int, str]] = []
    source: Scanner = GivenFiles([tmp_path / name for name in ("b.PDF", "a.jpg", "lien.jpg")])
    pages = source.scan(REQUEST, private, lambda *report: heard.append(report))
    assert [path.name for path in pages.files] == ["page-001.pdf", "page-002.jpg", "page-003.jpg"]
    assert [path.read_bytes() for path in pages.files] == [b"un", b"deux", b"deux"]
    assert (tmp_path / "b.PDF").exists()
    assert heard == [(1, 3, "scan.file"), (2, 3, "scan.file"), (3, 3, "scan.file")]
    assert source.devices()[0].label == "Fichiers choisis"


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("absent.pdf", NotFound, "n'existe pas"),
        ("dossier", FileNotAccepted, "est un dossier"),
        ("tube", FileNotAccepted, "fichier ordinaire"),
        ("vide.pdf", FileNotAccepted, "est vide"),
        ("gros.pdf", FileNotAccepted, "plus de 50 Mo"),
        ("rouge\x1b[31m.pdf", NotFound, "n'existe pas"),
        ("bon.pdf/dedans.pdf", NotFound, "n'existe pas"),
        ("boucle", FileNotAccepted, "lien"),
    ],
)
def test_a_file_that_cannot_be_taken_has_its_sentence_and_nothing_is_left(
    tmp_path: Path, private: Path, name: str, error: type[ScorError], words: str
) -> None:
    good = tmp_path / "bon.pdf"
    good.write_bytes(b"bon")
    (tmp_path / "dossier").mkdir()
    os.mkfifo(tmp_path / "tube")
    (tmp_path / "vide.pdf").touch()
    (tmp_path / "boucle").symlink_to("boucle")
    with (tmp_path / "gros.pdf").open("wb") as handle:
        handle.truncate(50_000_001)
    with pytest.raises(error, match=words) as refused:
        GivenFiles([good, tmp_path / name]).scan(REQUEST, private)
    assert refused.value.remedy
    assert "\x1b" not in str(refused.value)
    assert list(private.iterdir()) == []


def test_a_stop_between_two_files_leaves_nothing(tmp_path: Path, private: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(b"x")
    cancel = threading.Event()
    files = GivenFiles([tmp_path / "a.pdf", tmp_path / "b.pdf"])
    with pytest.raises(ScannerFailed, match="Vous avez arrêté"):
        files.scan(REQUEST, private, lambda *_: cancel.set(), cancel)
    assert list(private.iterdir()) == []


def test_a_private_folder_that_refuses_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"x")
    with pytest.raises(ScannerFailed, match="dossier de travail"):
        GivenFiles([tmp_path / "a.pdf"]).scan(REQUEST, tmp_path / "absent")

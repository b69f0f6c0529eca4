"""The demonstration scanner gives the pages that were prepared for it, and says what it is."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PIL import Image

from scor_tui.domain.errors import NoScanner, ScannerFailed
from scor_tui.domain.ports import Scanner, ScanRequest
from scor_tui.scanners.demonstration import DEVICE, FEEDER, GLASS, DemonstrationScanner


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    for number in (2, 1, 3):
        Image.new("L", (40, 60), 255 if number < 3 else 128).save(folder / f"ordonnance-{number}.png")
    (folder / "LISEZMOI.txt").write_text("pas une page")
    return folder


@pytest.fixture
def private(tmp_path: Path) -> Path:
    folder = tmp_path / "prive"
    folder.mkdir(mode=0o700)
    return folder


def test_it_says_that_it_is_the_demonstration(images: Path) -> None:
    scanner: Scanner = DemonstrationScanner(images)
    (device,) = scanner.devices()
    assert (device.name, device.label) == (DEVICE, "Scanner de démonstration")
    assert device.sources == (GLASS, FEEDER)
    assert device.compatible


def test_the_feeder_gives_all_pages_in_order_each_time(images: Path, private: Path) -> None:
    scanner = DemonstrationScanner(images)
    expected = [path.read_bytes() for path in sorted(images.glob("*.png"))]
    for _ in range(2):
        pages = scanner.scan(ScanRequest(DEVICE, FEEDER, all_pages=True), private)
        assert [path.read_bytes() for path in pages.files] == expected
        assert pages.device == DEVICE
    assert len(list(private.iterdir())) == 6


def test_the_glass_gives_one_page_after_the_other_and_begins_again(images: Path, private: Path) -> None:
    scanner = DemonstrationScanner(images)
    request = ScanRequest(DEVICE, GLASS, all_pages=True)
    given = [scanner.scan(request, private).files for _ in range(4)]
    assert [len(files) for files in given] == [1, 1, 1, 1]
    first = sorted(images.glob("*.png"))[0].read_bytes()
    assert [files[0].read_bytes() == first for files in given] == [True, True, False, True]


def test_a_page_with_a_grey_foot_is_questioned_as_on_a_real_scanner(images: Path, private: Path) -> None:
    pages = DemonstrationScanner(images).scan(ScanRequest(DEVICE, FEEDER, all_pages=True), private)
    assert pages.incomplete == (2,)


def test_no_more_pages_leave_the_feeder_than_are_asked_for(images: Path, private: Path) -> None:
    request = ScanRequest(DEVICE, FEEDER, all_pages=True, at_most=2)
    assert len(DemonstrationScanner(images).scan(request, private).files) == 2


def test_stopping_keeps_the_pages_that_are_whole(images: Path, private: Path) -> None:
    cancel = threading.Event()
    scanner = DemonstrationScanner(images)
    request = ScanRequest(DEVICE, FEEDER, all_pages=True)
    pages = scanner.scan(request, private, lambda *_: cancel.set(), cancel)
    assert len(pages.files) == 1
    assert "arrêté" in pages.warning
    with pytest.raises(ScannerFailed, match="avant la fin de la première page"):
        scanner.scan(request, private, cancel=cancel)


def test_without_pages_or_with_a_wrong_source_it_says_so(images: Path, private: Path, tmp_path: Path) -> None:
    with pytest.raises(ScannerFailed, match="« Duplex »"):
        DemonstrationScanner(images).scan(ScanRequest(DEVICE, "Duplex"), private)
    for empty in (private, tmp_path / "absent"):
        with pytest.raises(NoScanner, match="démonstration"):
            DemonstrationScanner(empty).devices()

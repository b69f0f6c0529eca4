"""Following scanimage's chatter, however it is cut into pieces."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scor_tui.domain.ports import no_progress
from scor_tui.scanners.scan_log import ScanLog
from scor_tui.scanners.statuses import SaneStatus, failure

CHATTER = (
    "Scanning infinity pages, incrementing by 1, numbering from 1\nScanning page 1\n"
    "Progress: 12.5%\rProgress: 100.0%\rScanned page 1. (scanner status = 5)\n"
    "Scanning page 2\nProgress: 40.0%\rscanimage: sane_read: Document feeder jammed\n"
    "Scanned page 2. (scanner status = 6)\nBatch terminated, 1 page scanned"
)


@given(cuts=st.lists(st.integers(min_value=0, max_value=len(CHATTER)), max_size=12))
def test_the_cuts_between_pieces_do_not_matter(cuts: list[int]) -> None:
    log = ScanLog(no_progress)
    edges = [0, *sorted(cuts), len(CHATTER)]
    for start, stop in pairwise(edges):
        log.hear(CHATTER[start:stop])
    log.end()
    assert log.whole_pages == {1}
    assert log.percent == 40.0
    assert "scanimage: sane_read: Document feeder jammed" in log.lines
    assert (log.done, log.status) == (True, SaneStatus.JAMMED)


def test_progress_is_told_five_times_a_second_at_most() -> None:
    instant, heard = [0.0], []
    log = ScanLog(lambda *report: heard.append(report), lambda: instant[0])
    for tick in range(1000):
        instant[0] = tick / 100
        log.hear(f"Progress: {tick / 10:.1f}%\r")
    assert 45 <= len(heard) <= 51
    assert heard[0] == (0, 100, "scan.page")
    log.hear("Scanned page 1. (scanner status = 5)\n")
    assert heard[-1] == (100, 100, "scan.page"), "the end of a page is always told"


def test_a_driver_that_never_ends_its_line_does_not_fill_the_memory() -> None:
    log = ScanLog(no_progress)
    for _ in range(100):
        log.hear("x" * 10_000)
    log.end()
    assert sum(map(len, log.lines)) <= 100_000


@given(code=st.integers(min_value=-64, max_value=255), lines=st.lists(st.text(max_size=80), max_size=5))
def test_whatever_a_driver_says_becomes_a_clean_french_sentence(code: int, lines: list[str]) -> None:
    error = failure(code or 1, lines, "airscan:e0:\x1b[31m")
    assert error.cause.endswith(".")
    assert error.remedy.endswith(".")
    assert error.code
    assert "\x1b" not in str(error)


def test_a_network_driver_that_says_empty_may_mean_busy() -> None:
    assert "occupé" in failure(7, [], "airscan:e0:Invente").cause
    assert "capot" in failure(9, [], "airscan:e0:Invente").cause
    assert "occupé" not in failure(7, [], "epson2:libusb:001:004").cause

"""What `scanimage` says while it works: progress, pages that are whole, words that explain a failure."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable

from scor_tui.domain.ports import Progress
from scor_tui.scanners.statuses import SaneStatus

PAGE_PROGRESS = "scan.page"
"""Code of progress: `total` is 100 for each page so far, `done` the percents done of all of them."""

REPORTS_PER_SECOND = 5
_LINES_KEPT = 40

_PERCENT = re.compile(r"Progress: +(\d+(?:\.\d+)?)%")
_PAGE_STARTS = re.compile(r"Scanning page (\d+)")
_PAGE_ENDS = re.compile(r"Scanned page (\d+)\.(?: \(scanner status = (\d+)\))?")
_ALL_ENDS = re.compile(r"Batch terminated")
_ENDS_OF_LINE = re.compile(r"[\r\n]")


class ScanLog:
    """Follows the standard error of one run of `scanimage -p --batch`, handed over in pieces of any length.

    `status` is the SANE status of the last page that ended, `done` whether no other page will come.
    """

    def __init__(self, progress: Progress, clock: Callable[[], float] = time.monotonic) -> None:
        self.whole_pages: set[int] = set()
        self.lines: deque[str] = deque(maxlen=_LINES_KEPT)
        self.percent = 0.0
        self.done = False
        self.status: int | None = None
        self._page = 1
        self._progress = progress
        self._clock = clock
        self._next_report = clock()
        self._rest = ""

    def hear(self, text: str) -> None:
        """Take the next piece of text. Progress comes thousands of times, ended by carriage returns."""
        *lines, self._rest = _ENDS_OF_LINE.split((self._rest + text)[-100_000:])
        for line in lines:
            self._hear_line(line)

    def end(self) -> None:
        """Take what stands after the last end of line."""
        self._hear_line(self._rest)
        self._rest = ""

    @property
    def started(self) -> bool:
        """Whether any part of a page came."""
        return self.percent > 0 or bool(self.whole_pages)

    def _hear_line(self, line: str) -> None:
        if match := _PERCENT.search(line):
            self.percent = float(match.group(1))
            self._report()
        elif match := _PAGE_STARTS.match(line):
            self._page = int(match.group(1))
        elif match := _PAGE_ENDS.match(line):
            self._page_ended(int(match.group(1)), int(match.group(2) or SaneStatus.GOOD))
        elif _ALL_ENDS.match(line):
            self.done = True
        elif line.strip():
            self.lines.append(line)

    def _page_ended(self, page: int, status: int) -> None:
        self.status = SaneStatus.GOOD if status == SaneStatus.EOF else status
        if self.status != SaneStatus.GOOD:
            return
        self.whole_pages.add(page)
        self._progress(100 * page, 100 * page, PAGE_PROGRESS)

    def _report(self) -> None:
        now = self._clock()
        if now < self._next_report:
            return
        self._next_report = now + 1 / REPORTS_PER_SECOND
        done = min(int(self.percent), 100)
        self._progress(100 * (self._page - 1) + done, 100 * self._page, PAGE_PROGRESS)

"""The demonstration scanner: invented pages, prepared as images, come out of it as from a real one."""

from __future__ import annotations

from pathlib import Path

from scor_tui.domain.errors import NoScanner, ScannerFailed
from scor_tui.domain.ports import Cancel, Device, Progress, ScannedPages, ScanRequest, no_progress
from scor_tui.domain.text import clean
from scor_tui.scanners.capabilities import is_feeder
from scor_tui.scanners.copying import EXPECTED, copy_in
from scor_tui.scanners.pages import footless
from scor_tui.scanners.scan_log import PAGE_PROGRESS
from scor_tui.scanners.statuses import stopped_by_user

DEVICE = "demonstration"
GLASS = "Vitre"
FEEDER = "Chargeur (ADF)"


class DemonstrationScanner:
    """Takes its pages from the images of a folder, in the order of their names.

    The glass gives one page after the other and begins again after the last; so does the feeder when one page
    is asked for. All pages of the feeder are the whole folder, each time.
    """

    def __init__(self, images: Path) -> None:
        self._images = images
        self._next = 0

    def devices(self) -> tuple[Device, ...]:
        """Return the demonstration scanner; raises `NoScanner` when its folder holds no image."""
        self._stack()
        return (Device(DEVICE, "Scanner de démonstration", (GLASS, FEEDER)),)

    def scan(
        self,
        request: ScanRequest,
        folder: Path,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> ScannedPages:
        """Copy the next image, or all of them, into `folder`, at the resolution and size that they have.

        Raises `NoScanner` without images, `ScannerFailed` for an unknown source or when the user stops.
        """
        if request.source not in ("", GLASS, FEEDER):
            raise ScannerFailed(
                f"Ce scanner n'a pas de source « {clean(request.source)} ».",
                f"Choisissez parmi : « {GLASS} », « {FEEDER} ».",
                code="unknown-source",
            )
        copies: list[Path] = []
        stopped = False
        wanted = self._wanted(request)
        for image in wanted:
            stopped = cancel is not None and cancel.is_set()
            if stopped:
                break
            copies.append(copy_in(image, folder, follow_links=False))
            progress(100 * len(copies), 100 * len(wanted), PAGE_PROGRESS)
        if stopped and not copies:
            raise stopped_by_user()
        files = tuple(copies)
        warning = "Vous avez arrêté la numérisation : les pages déjà complètes sont gardées." if stopped else ""
        return ScannedPages(files, footless(files), warning, DEVICE)

    def _wanted(self, request: ScanRequest) -> tuple[Path, ...]:
        stack = self._stack()
        if request.all_pages and is_feeder(request.source):
            return stack[: request.at_most or None]
        page = stack[self._next % len(stack)]
        self._next += 1
        return (page,)

    def _stack(self) -> tuple[Path, ...]:
        try:
            stack = tuple(sorted(path for path in self._images.iterdir() if path.suffix.lower() in EXPECTED))
        except OSError:
            stack = ()
        if not stack:
            raise NoScanner(
                "Le scanner de démonstration n'a pas de page à numériser.",
                "Recréez la démonstration, ou utilisez un fichier.",
                code="none-found",
            )
        return stack

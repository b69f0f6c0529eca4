"""Files that the user names, taken as if a scanner had made them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scor_tui.domain.ports import Cancel, Device, Progress, ScannedPages, ScanRequest, no_progress
from scor_tui.scanners.copying import SIZE_LIMIT, copy_in
from scor_tui.scanners.statuses import stopped_by_user

FILE_PROGRESS = "scan.file"
"""Code of progress: files copied, of how many."""


class GivenFiles:
    """Images or PDFs given by name: copied into the private folder, all of them or none."""

    def __init__(self, paths: Sequence[Path], *, limit: int = SIZE_LIMIT) -> None:
        self._paths = tuple(paths)
        self._limit = limit

    def devices(self) -> tuple[Device, ...]:
        """Return the one device that stands for these files."""
        return (Device("fichiers", "Fichiers choisis"),)

    def scan(
        self,
        request: ScanRequest,
        folder: Path,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> ScannedPages:
        """Copy the files into `folder`, in the order given; links are followed, the originals are left alone.

        Nothing of the request applies to files that exist already. Raises `NotFound`, `FileNotAccepted`, or
        `ScannerFailed` when `folder` refuses them or the user stops.
        """
        copies: list[Path] = []
        try:
            for path in self._paths:
                if cancel is not None and cancel.is_set():
                    raise stopped_by_user()
                copies.append(copy_in(path, folder, limit=self._limit, follow_links=True))
                progress(len(copies), len(self._paths), FILE_PROGRESS)
        except BaseException:
            for copy in copies:
                copy.unlink(missing_ok=True)
            raise
        return ScannedPages(tuple(copies), device=request.device or "fichiers")

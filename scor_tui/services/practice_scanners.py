"""The scanners of a practice: those that SANE drives, and the demonstration's own in a demonstration."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from scor_tui.domain.errors import NoScanner, ScannerFailed
from scor_tui.domain.ports import Cancel, Device, Progress, ScannedPages, Scanner, ScanRequest, no_progress
from scor_tui.scanners.capabilities import is_feeder
from scor_tui.scanners.demonstration import DEVICE, DemonstrationScanner
from scor_tui.scanners.sane import SaneScanner
from scor_tui.services.cabinet import Cabinet

DEMONSTRATION_FOLDER = Path("demonstration", "scanner")


class PracticeScanners:
    """All that this practice can scan with, as one scanner."""

    def __init__(self, cabinet: Cabinet, sane: Scanner | None = None) -> None:
        self._sane: Scanner = sane or SaneScanner()
        images = cabinet.folder / DEMONSTRATION_FOLDER
        self._own = DemonstrationScanner(images) if cabinet.practice.demonstration and images.is_dir() else None

    def devices(self) -> Sequence[Device]:
        """List the scanners, the demonstration's first; raises `NoScanner` when there is none at all."""
        found: list[Device] = []
        if self._own is not None:
            with contextlib.suppress(NoScanner):
                found += self._own.devices()
        try:
            found += self._sane.devices()
        except ScannerFailed:
            if not found:
                raise
        return found

    def scan(
        self, request: ScanRequest, folder: Path, progress: Progress = no_progress, cancel: Cancel | None = None
    ) -> ScannedPages:
        """Scan with the device that is asked for; raises `ScannerFailed`."""
        scanner = self._own if self._own is not None and request.device == DEVICE else self._sane
        return scanner.scan(request, folder, progress, cancel)


def request_for(device: Device, source: str, dpi: int = 300) -> ScanRequest:
    """Return what to ask of a device: one page of a glass, all those of a feeder."""
    return ScanRequest(device.name, source, dpi, all_pages=is_feeder(source))


def usable(devices: Sequence[Device], preferred: str) -> Device:
    """Return the device to scan with: the preferred one, else the first that is compatible; raises `NoScanner`."""
    for device in devices:
        if device.name == preferred and device.compatible:
            return device
    for device in devices:
        if device.compatible:
            return device
    cause = f"{devices[0].label} : {devices[0].why_not}" if devices else "Aucun scanner n'est relié à ce poste."
    raise NoScanner(cause, "Utilisez un fichier ou le dossier du copieur (+).")

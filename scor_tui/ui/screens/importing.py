"""*Importer ordonnance*: the acquisition, opened on a file that was chosen first."""

from __future__ import annotations

from pathlib import Path

from scor_tui.domain.pieces import PieceType
from scor_tui.services import scanning
from scor_tui.ui.screens.acquisition import AcquisitionScreen


class ImportScreen(AcquisitionScreen):
    """An acquisition whose first pages are those of a file."""

    def __init__(self, kind: PieceType, prescription: str, facture: str, piece_id: int | None, path: Path) -> None:
        super().__init__(kind, prescription, facture, piece_id)
        self._path = path

    def on_mount(self) -> None:
        """Take the file, once the draft is begun."""
        self.call_after_refresh(lambda: self._take(lambda folder: scanning.take_file(self._path, folder)))

"""What screens with a dossier under their cursor share: the cells O D A F of its component, the piece to redo."""

from __future__ import annotations

from scor_tui.presentation.returned import to_redo
from scor_tui.services import dossiers
from scor_tui.ui.screens.sheet import Sheet


class DossierSheet(Sheet):
    """A screen with a dossier under its cursor."""

    @property
    def facture(self) -> str:
        """The facture of the dossier that the actions are about; empty when there is none."""
        return ""

    def tell(self, news: str) -> None:
        """Say what was done and read the records again."""
        self.say(news)
        self.reload()

    def do_numeriser(self) -> None:
        """Make again the piece that the caisse refused, or the one that is missing."""
        if self.facture:
            self.open_cell(to_redo(dossiers.row_of(dossiers.by_facture(self.facture)).cells))

    def do_piece_O(self) -> None:  # noqa: N802 - the letter of the cell
        """Open the ordonnance."""
        self.open_cell("O")

    def do_piece_D(self) -> None:  # noqa: N802 - the letter of the cell
        """Open the prescription of DSI."""
        self.open_cell("D")

    def do_piece_A(self) -> None:  # noqa: N802 - the letter of the cell
        """Open the other pieces."""
        self.open_cell("A")

    def do_piece_F(self) -> None:  # noqa: N802 - the letter of the cell
        """Open the care sheet."""
        self.open_cell("F")

    def open_cell(self, letter: str) -> None:
        """Open a cell of the component: its piece, or the acquisition where it is to be made."""
        from scor_tui.ui.cells import open_cell

        if self.facture and letter:
            open_cell(self.scor, self.facture, letter)

"""One dossier: its life so far, and the piece that is to be made again."""

from __future__ import annotations

from collections.abc import Iterator

from textual import on
from textual.widget import Widget

from scor_tui.domain.status import Status
from scor_tui.domain.words import status_word
from scor_tui.presentation import returned as words
from scor_tui.presentation.rows import component, rejection
from scor_tui.presentation.text import moment, wrapped
from scor_tui.services import dossiers, proof
from scor_tui.services.timeline import Moment, timeline
from scor_tui.ui.actions import Scope
from scor_tui.ui.fixed_source import FixedSource
from scor_tui.ui.saving import Made, save_as
from scor_tui.ui.screens.dossier_sheet import DossierSheet
from scor_tui.ui.widgets.bars import Rule
from scor_tui.ui.widgets.line_list import Column, LineList, Row
from scor_tui.ui.widgets.panel import Panel

HEAD_LINES = 8
COLUMNS = (Column("Quand", 11), Column("Quoi", 31), Column("Détail", 0))


class DossierScreen(DossierSheet):
    """The timeline of a facture; n reopens the piece that was refused, O D A F open theirs, i prints the proof."""

    SCOPE = Scope.DOSSIER
    HELP = (
        "La chronologie du dossier : FSE, pièces, lots, accusés de réception, NOEMIE, papier. "
        "n ou entrée : reprendre la pièce refusée ; O D A F : voir une pièce ; i : imprimer la preuve."
    )

    def __init__(self, facture: str) -> None:
        super().__init__()
        self._facture = facture
        self._source = FixedSource()
        self._head = ""

    @property
    def facture(self) -> str:
        """The facture."""
        return self._facture

    def body(self) -> Iterator[Widget]:
        """Yield what the dossier is, whole, and its life."""
        yield Panel(id="head")
        yield Rule()
        yield LineList(COLUMNS, self._source, "Rien ne s'est encore passé.", id="list")

    def on_mount(self) -> None:
        """Read the dossier, its newest event under the cursor."""
        self._read()
        self.list.call_after_refresh(self.list.action_edge, 1)

    def titles(self) -> tuple[str, str]:
        """Say which dossier, and its status."""
        row = self._row()
        return f"Dossier {row.facture} · {row.patient}", status_word(row.status)

    @property
    def list(self) -> LineList:
        """The list."""
        return self.query_one("#list", LineList)

    def reload(self) -> None:
        """Read the dossier again."""
        self._read()
        self.list.reload()
        self.redraw_bars()

    def why_not(self, name: str) -> str:
        """Say why nothing is to be made again."""
        row = self._row()
        if name in {"numeriser", "ouvrir"} and not (row.status in REDOABLE and words.to_redo(row.cells)):
            return f"« {status_word(row.status)} » : aucune pièce n'est à reprendre."
        return super().why_not(name)

    def do_ouvrir(self) -> None:
        """Do what n does."""
        self.do_numeriser()

    def do_imprimer(self) -> None:
        """Print the proof."""

        def make() -> Made:
            cabinet = self.scor.cabinet
            return proof.print_proof(cabinet, timeline(cabinet, self.facture)), f"Preuve de {self.facture}"

        save_as(self, f"preuve-{self.facture}.pdf", make, self.tell)

    @on(LineList.Moved)
    def _explain(self) -> None:
        row = self.list.row
        words = " : ".join(str(cell) for cell in row.cells[1:] if cell) if row else ""
        self.explain(words)

    def _read(self) -> None:
        row = self._row()
        found = timeline(self.scor.cabinet, self.facture)
        self._source.change([Row(rank, _cells(one)) for rank, one in enumerate(found.moments)])
        redo = words.redo_words(row.cells) if row.status in REDOABLE else ""
        said = [component(row.cells, ascii_only=self.scor.profile.ascii_only), found.status]
        said += [f"n : {redo}" if redo else "", f"lot {row.lot}, essai {row.essais or '-'}" if row.lot else ""]
        said += [row.alert, rejection(row.reject_label) if row.reject_label else ""]
        self._head = " · ".join(part for part in said if part)
        self._show_head()

    def on_resize(self) -> None:
        """Set what the dossier is on as many lines as it takes."""
        self._show_head()

    def _show_head(self) -> None:
        head = self.query_one("#head", Panel)
        lines = wrapped(self._head, max(1, self.size.width - 2), HEAD_LINES)
        head.styles.height = len(lines)
        head.show(lines)

    def _row(self) -> dossiers.ToSendRow:
        return dossiers.row_of(dossiers.by_facture(self.facture))


REDOABLE = frozenset({Status.A_TRANSMETTRE, Status.A_RECONSTITUER})


def _cells(one: Moment) -> tuple[str, ...]:
    return moment(one.at), one.event, one.detail

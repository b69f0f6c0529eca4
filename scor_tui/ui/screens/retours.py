"""SCOR › Retours: what came back of the dossiers that were sent, and what a hand does about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textual import on
from textual.widget import Widget

from scor_tui.domain.status import Status
from scor_tui.domain.text import fold
from scor_tui.domain.words import status_word
from scor_tui.presentation import returned as words
from scor_tui.presentation.text import counted
from scor_tui.services import lists, paging, returns
from scor_tui.services.places import Place
from scor_tui.services.returns import TRANSFERABLE, ReturnRow
from scor_tui.ui.actions import Scope
from scor_tui.ui.saving import Made, save_as
from scor_tui.ui.screens.dialogs import Ask, Choose
from scor_tui.ui.screens.retours_actions import ReturnActions
from scor_tui.ui.sources import PagedSource
from scor_tui.ui.widgets.line_list import Column, LineList, Row

WIDTHS = (3, 6, 9, 0, 6, 5, 9, 27, 28)
GIVES_WAY = {"Caisse": 1, "Libellé rejet": 2}
COLUMNS = tuple(
    Column(title, width, right=title == "Essai", gives_way=GIVES_WAY.get(title, 0), pressable=title == "Sél")
    for title, width in zip(words.TITLES, WIDTHS, strict=True)
)
EMPTY = "Aucun dossier ici : ils y viennent quand ils sont transmis (F6, puis t) ou mis hors SCOR."
ALL, ALERTS = "tous", "alertes"
NARROW = 100


@dataclass(frozen=True)
class Shown:
    """A row, and whether it is the first of its lot."""

    row: ReturnRow
    first: bool


class ReturnsScreen(ReturnActions):
    """The list « Retours »."""

    SCOPE = Scope.RETURNS
    HELP = (
        "Les dossiers transmis ou hors SCOR, groupés par lot. En rouge : ce qui demande une main. La ligne du bas "
        "donne le libellé de rejet en entier et la touche à presser. Entrée ouvre le dossier et sa chronologie."
    )

    def __init__(self) -> None:
        super().__init__()
        self._filter = ALL
        self._words = ""
        self._label = ""
        self.source = PagedSource(self._page, _place, self._draw)

    def body(self) -> Iterator[Widget]:
        """Yield the list."""
        yield LineList(COLUMNS, self.source, EMPTY, id="list")

    def titles(self) -> tuple[str, str]:
        """Say what is filtered and selected, and when the BAL was polled."""
        cabinet = self.scor.cabinet
        filtered = f"   filtre « {self._words} »" if self._words else ""
        polls = [who.polled for who in cabinet.practitioners() if who.mail_box]
        right = words.post_words(polls, cabinet.now(), demonstration=bool(cabinet.practice.demonstration))
        chosen = f"{counted(len(self.selected), 'sélectionné')} (y : au papier)" if self.selected else ""
        return f"SCOR › Retours   Statut [{self._label}]{filtered}", chosen or right

    @property
    def list(self) -> LineList:
        """The list."""
        return self.query_one("#list", LineList)

    @property
    def facts(self) -> ReturnRow | None:
        """The dossier under the cursor."""
        shown = self.source.facts(self.list.row)
        return shown.row if shown else None

    def reload(self) -> None:
        """Read the list and the bars again; what cannot go to paper any more is not selected."""
        self.selected &= returns.transferable() if self.selected else set()
        self._label = self._choices(alerts=self._filter == ALERTS)[self._filter]
        self.list.reload()
        self.redraw_bars()

    def why_not(self, name: str) -> str:
        """Say why an action cannot be done on the row under the cursor."""
        facts = self.facts
        if name in NEEDS_ROW and facts is None:
            return "Aucun dossier sous le curseur."
        if name == "transfert" and not self.selected:
            return "Aucun dossier sélectionné : espace sélectionne ceux qui doivent aller au papier."
        if facts is None:
            return super().why_not(name)
        if name == "selectionner" and facts.status not in TRANSFERABLE:
            return f"« {status_word(facts.status)} » : seul un dossier à reconstituer ou à traiter va au papier."
        if name == "numeriser" and facts.status is not Status.A_RECONSTITUER:
            return f"« {status_word(facts.status)} » : aucune pièce n'est à reprendre."
        if name == "remettre" and not (facts.hors_scor and facts.status is Status.COLLECTE_PAPIER):
            return "Ce dossier n'est pas hors SCOR : il n'y a rien à remettre."
        if name == "remettre" and facts.posted is not None:
            return "Ses pièces sont postées : il reste en collecte papier."
        if name == "alerte_lue" and not facts.alert:
            return "Cette ligne n'a pas d'alerte."
        return super().why_not(name)

    # --- selection and filters ---------------------------------------------------------------------------

    def do_selectionner(self) -> None:
        """Select or unselect the row."""
        facts, row = self.facts, self.list.row
        if facts is not None and row is not None:
            self.selected ^= {facts.facture}
            self.list.refresh_row(row.key)
            self.redraw_bars()

    @on(LineList.HeaderPressed)
    def do_selectionner_tout(self) -> None:
        """Select all that may go to paper, or nothing."""
        able = returns.transferable()
        self.selected = set() if self.selected >= able else able
        self.tell(f"{counted(len(self.selected), 'dossier')} au choix" if able else "Aucun dossier à transférer.")

    def do_statut(self) -> None:
        """Filter by status."""

        def go(choice: str | None) -> None:
            if choice is not None:
                self._filter = choice
                self._show_again()

        choices = list(self._choices(alerts=True).items())
        self.app.push_screen(Choose("Statut transmission lot", choices), go)

    def do_filtrer(self) -> None:
        """Filter on a patient or a number."""

        def go(said: str | None) -> None:
            if said is not None:
                self._words = fold(said)
                self._show_again()

        self.app.push_screen(Ask("Patient ou numéro de facture (vide : tous)", self._words), go)

    # --- opening and printing ----------------------------------------------------------------------------

    @on(LineList.Opened)
    def do_ouvrir(self) -> None:
        """Open the dossier."""
        from scor_tui.ui.screens.dossier import DossierScreen

        if self.facts is not None:
            self.app.push_screen(DossierScreen(self.facts.facture))

    def do_imprimer(self) -> None:
        """Print what the list shows, whole."""

        def make() -> Made:
            found = [self._draw(one) for one in self._page(None, EVERYTHING, backwards=False)]
            rows = [tuple(str(cell) for cell in row.cells[1:]) for row in found]
            pdf = lists.print_list(
                self.scor.cabinet, "SCOR, retours", words.TITLES[1:], rows, subtitle=f"Statut : {self._label}"
            )
            return pdf, f"Liste de {counted(len(rows), 'dossier')}"

        save_as(self, "retours.pdf", make, self.tell)

    # --- how ---------------------------------------------------------------------------------------------

    @on(LineList.Moved)
    def _explain(self) -> None:
        facts = self.facts
        self.explain(words.line(facts, self.scor.cabinet.silence) if facts else "")
        self.redraw_keys()

    def _show_again(self) -> None:
        self.list.change_source(self.source, self._empty())
        self.reload()

    def _empty(self) -> str:
        if self._filter == ALL and not self._words:
            return EMPTY
        return "Aucun dossier ne répond à ce filtre (s : statut, / : patient ou numéro)."

    def _choices(self, *, alerts: bool) -> dict[str, str]:
        """Return the choices of the filter with their counts; `alerts` counts those too, which reads every dossier."""
        found = returns.counts()
        choices = {ALL: f"tous · {sum(found.values())}"}
        choices |= {one.value: f"{status_word(one)} · {found[one]}" for one in Status if one in found}
        if alerts:
            choices[ALERTS] = f"avec alerte · {returns.with_alert()}"
        if self._filter not in choices:
            choices[self._filter] = f"{status_word(Status(self._filter))} · 0"
        return choices

    def _page(self, place: Place | None, count: int, backwards: bool) -> Sequence[Shown]:
        """Return rows that know whether they begin their lot: one more is read when what is above is not known."""
        status = None if self._filter in (ALL, ALERTS) else Status(self._filter)
        rows = paging.returned(
            self.scor.cabinet,
            place,
            count + backwards,
            backwards=backwards,
            status=status,
            alerts=self._filter == ALERTS,
            words=self._words,
        )
        above = place[0] if place is not None and not backwards else None
        if backwards and len(rows) > count:
            above = rows.pop(0).lot_id
        lots = [above, *(row.lot_id for row in rows)]
        return [Shown(row, row.lot_id != lot) for row, lot in zip(rows, lots, strict=False)]

    def _draw(self, shown: Shown) -> Row:
        row = shown.row
        short = self.app.size.width < NARROW
        cells = words.cells(row, first=shown.first, selected=row.facture in self.selected, short=short)
        return Row(_place(shown), cells, alarm=row.status in words.ALARMING, faint=row.status in words.SETTLED)


EVERYTHING = 100_000
NEEDS_ROW = frozenset(
    {"selectionner", "ouvrir", "numeriser", "remettre", "alerte_lue", "piece_O", "piece_D", "piece_A", "piece_F"}
)


def _place(shown: Shown) -> Place:
    return shown.row.lot_id, shown.row.dossier

"""SCOR › À transmettre: what may leave, what holds it back, and the ticks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual import on
from textual.widget import Widget

from scor_tui.domain.dossier import Hindrance, Tick
from scor_tui.domain.status import SENDABLE, Status
from scor_tui.domain.text import fold
from scor_tui.presentation.parts import Drawn, component_parts
from scor_tui.presentation.returned import short_name, to_redo
from scor_tui.presentation.rows import to_send_cells, to_send_line
from scor_tui.presentation.text import counted, moment
from scor_tui.services import dossiers, paging, ticks
from scor_tui.services.dossiers import ToSendRow
from scor_tui.services.places import Place
from scor_tui.ui import cells
from scor_tui.ui.actions import Scope
from scor_tui.ui.screens.dialogs import Ask, Confirm
from scor_tui.ui.screens.sheet import Sheet
from scor_tui.ui.sources import PagedSource
from scor_tui.ui.widgets.line_list import Column, LineList, Row

COLUMNS = (
    Column("A Trans.", 8, pressable=True),
    Column("Facture", 9),
    Column("Patient", 0),
    Column("Caisse", 6, gives_way=1),
    Column("ARL FSE", 13),
    Column("PJ", 12),
    Column("Montant", 9, right=True, gives_way=2),
)
PATIENT, PJ = 2, 5
NARROW = 100
PIECE_LETTERS = {f"piece_{letter}": letter for letter in "ODAF"}
EMPTY = "Aucun dossier : une facture entre ici quand sa FSE est transmise et acceptée (b relève la BAL)."


class ToSendScreen(Sheet):
    """The list « À transmettre »."""

    SCOPE = Scope.TO_SEND
    HELP = (
        "Les dossiers dont la FSE est acceptée, payée ou dégradée, et ceux qui reviennent. "
        "Une ligne rouge n'a aucune pièce. La ligne du bas dit ce qui retient le dossier."
    )

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self.source = PagedSource(self._page, _place, self._draw)

    def body(self) -> Iterator[Widget]:
        """Yield the list."""
        yield LineList(COLUMNS, self.source, EMPTY, id="list")

    def titles(self) -> tuple[str, str]:
        """Say where one is, and when the BAL was polled."""
        polls = [who.polled for who in self.scor.cabinet.practitioners() if who.mail_box]
        polled = f"BAL relevée {moment(min(polls))}" if polls and all(polls) else "BAL jamais relevée"
        mark = " · démonstration" if self.scor.cabinet.practice.demonstration else ""
        filtered = f"   filtre « {self._words} »" if self._words else ""
        return f"SCOR › À transmettre{filtered}", f"{polled}{mark}"

    @property
    def list(self) -> LineList:
        """The list."""
        return self.query_one("#list", LineList)

    @property
    def facts(self) -> ToSendRow | None:
        """The dossier under the cursor."""
        return self.source.facts(self.list.row)

    def reload(self) -> None:
        """Read the list and the bars again."""
        self.list.reload()
        self.redraw_bars()

    def why_not(self, name: str) -> str:
        """Say why an action cannot be done on the row under the cursor."""
        if name in {"cocher", "hors_scor", "numeriser"} and self.facts is None and not self.list.on_header:
            return "Aucun dossier sous le curseur."
        if name == "numeriser" and self.facts is not None and not to_redo(self.facts.cells):
            return "Aucune pièce ne manque à ce dossier : O D A F ouvrent celles qui sont là."
        if name in PIECE_LETTERS:
            return self._why_not_cell(PIECE_LETTERS[name])
        if name == "cocher" and self.facts is not None and self.facts.status not in SENDABLE:
            return "Ce dossier est en cours d'envoi : il ne se coche plus."
        if name == "hors_scor" and self.facts is not None and self.facts.status is not Status.A_TRANSMETTRE:
            return "Hors SCOR ne concerne qu'un dossier jamais transmis."
        return super().why_not(name)

    def do_cocher(self) -> None:
        """Tick the row, or all of them from the header."""
        if self.list.on_header:
            self.do_cocher_tout()
            return
        facts = self.facts
        if facts is not None:
            by_hand = Hindrance.REJECTED_DOSSIER in facts.hindrances  # ticked by itself: only a hand sends it again
            choice = Tick.OFF if facts.ticked and not by_hand else Tick.ON
            moved = ticks.tick(self.scor.cabinet, dossiers.by_facture(facts.facture), choice)
            if len(moved) == 1 and self.list.row is not None:
                self.list.refresh_row(self.list.row.key)
                self._explain()
            else:
                self.list.reload()

    @on(LineList.HeaderPressed)
    def do_cocher_tout(self) -> None:
        """Do what the header does."""
        moved = ticks.tick_all(self.scor.cabinet)
        nothing = "Aucune ligne ne peut partir : sur chacune, la ligne du bas dit ce qui manque."
        self.say(counted(moved, "ligne changée", "lignes changées") if moved else nothing)
        self.list.reload()

    def do_hors_scor(self) -> None:
        """Take the dossier out of SCOR, once confirmed."""
        facts = self.facts
        if facts is None:
            return

        def take_out() -> None:
            ticks.hors_scor(self.scor.cabinet, dossiers.by_facture(facts.facture))
            where = (
                "ses pièces sont au registre papier (g)" if any(cell.count for cell in facts.cells) else "sans pièce"
            )
            self.say(f"{facts.facture} : hors SCOR, {where}. Dans Retours (r), h l'y remet.")
            self.reload()

        def go(yes: bool | None) -> None:
            if yes:
                self.attempt(take_out)

        question = f"Sortir de SCOR le dossier {facts.facture} de {facts.patient} ? Ses pièces iront par la poste."
        self.app.push_screen(Confirm(question), go)

    def do_numeriser(self) -> None:
        """Scan the first missing or rejected piece of the dossier."""
        if self.facts is not None:
            cells.first_missing(self.scor, self.facts.facture)

    def do_piece_O(self) -> None:  # noqa: N802 - the letter of the cell
        """Open the ordonnance."""
        self._open_cell("O")

    def do_piece_D(self) -> None:  # noqa: N802 - the letter of the cell
        """Open the prescription of DSI."""
        self._open_cell("D")

    def do_piece_A(self) -> None:  # noqa: N802 - the letter of the cell
        """List the other pieces."""
        self._open_cell("A")

    def do_piece_F(self) -> None:  # noqa: N802 - the letter of the cell
        """Open the care sheet."""
        self._open_cell("F")

    def do_ouvrir(self) -> None:
        """Look at the first piece of the dossier, or make it."""
        facts = self.facts
        if facts is not None:
            held = [cell.type.letter for cell in facts.cells if cell.count]
            self._open_cell(held[0] if held else "O")

    def do_filtrer(self) -> None:
        """Filter on a patient or a number."""

        def go(words: str | None) -> None:
            if words is not None:
                self._words = fold(words)
                self.list.change_source(self.source)
                self.redraw_bars()

        self.app.push_screen(Ask("Patient ou numéro de facture (vide : tous)", self._words), go)

    def _open_cell(self, letter: str) -> None:
        if self.facts is not None:
            cells.open_cell(self.scor, self.facts.facture, letter)

    def _why_not_cell(self, letter: str) -> str:
        if self.facts is None:
            return "Aucun dossier sous le curseur."
        if letter == "F" and not self.facts.degraded:
            return "Facture sécurisée : elle ne porte pas de feuille de soins."
        return ""

    @on(LineList.Moved)
    def _explain(self) -> None:
        facts = self.facts
        self.explain(
            to_send_line(facts) if facts else "espace : cocher ou décocher tout" if self.list.on_header else ""
        )
        self.redraw_keys()

    def _page(self, place: Place | None, count: int, backwards: bool) -> Sequence[ToSendRow]:
        return paging.to_send(place, count, backwards=backwards, words=self._words)

    def _draw(self, facts: ToSendRow) -> Row:
        nothing = all(cell.count == 0 for cell in facts.cells)
        ascii_only = self.scor.profile.ascii_only
        words = to_send_cells(facts, ascii_only=ascii_only)
        component = component_parts(facts.cells, ascii_only=ascii_only)
        who = short_name(facts.patient) if self.app.size.width < NARROW else facts.patient
        piece = words[PJ] if nothing else component
        drawn: tuple[Drawn, ...] = (*words[:PATIENT], who, *words[PATIENT + 1 : PJ], piece, *words[PJ + 1 :])
        return Row(_place(facts), drawn, alarm=nothing, faint=facts.status is Status.EN_COURS)


def _place(facts: ToSendRow) -> Place:
    return facts.date, facts.facture

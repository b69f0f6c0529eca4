"""SCOR › Papier: what goes by post, ticked as it is put into envelopes, recorded once confirmed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from textual import on
from textual.widget import Widget

from scor_tui.domain.errors import ScorError
from scor_tui.domain.paper import PaperStatus
from scor_tui.domain.text import fold
from scor_tui.presentation import register as words
from scor_tui.presentation.returned import post_words
from scor_tui.presentation.text import counted, day
from scor_tui.services import lists, paging, posting
from scor_tui.services.paper import RegisterRow
from scor_tui.services.places import Place
from scor_tui.ui.actions import Scope
from scor_tui.ui.saving import Made, save_as
from scor_tui.ui.screens.dialogs import Ask, Telling
from scor_tui.ui.screens.papier_posting import PaperPosting
from scor_tui.ui.sources import PagedSource
from scor_tui.ui.widgets.line_list import Column, LineList, Row

WIDTHS = (3, 26, 9, 0, 6, 9, 10, 26)
COLUMNS = tuple(
    Column(title, width, gives_way=1 if title == "Libellé" else 0, pressable=title == "Sél")
    for title, width in zip(words.TITLES, WIDTHS, strict=True)
)
EMPTY = "Rien au registre : y entrent les pièces en envoi papier, les transferts et les dossiers hors SCOR."
NEEDS_ROW = frozenset({"poster", "date_postee", "ouvrir", "bordereau"})
NARROW, EVERYTHING = 100, 100_000


class PaperScreen(PaperPosting):
    """The paper register."""

    SCOPE = Scope.PAPER
    HELP = (
        "Une ligne par pièce à poster ou postée. Espace coche la pièce à la date du jour, h change cette date, s "
        "enregistre après confirmation. Rien n'est écrit avant. e imprime le bordereau du lot de factures."
    )

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self.source = PagedSource(self._page, _place, self._draw)

    def body(self) -> Iterator[Widget]:
        """Yield the list."""
        yield LineList(COLUMNS, self.source, EMPTY, id="list")

    def titles(self) -> tuple[str, str]:
        """Say what waits, and what is ticked and not recorded."""
        cabinet = self.scor.cabinet
        polls = [who.polled for who in cabinet.practitioners() if who.mail_box]
        unsaved = f"{counted(len(self.ticked), 'cochée')} à enregistrer (s)" if self.ticked else ""
        right = unsaved or post_words(polls, cabinet.now(), demonstration=bool(cabinet.practice.demonstration))
        return words.title(posting.counted(cabinet), words=self._words), right

    @property
    def list(self) -> LineList:
        """The list."""
        return self.query_one("#list", LineList)

    @property
    def facts(self) -> RegisterRow | None:
        """The piece under the cursor."""
        return self.source.facts(self.list.row)

    def reload(self) -> None:
        """Read the list and the bars again; a tick whose piece was posted or withdrawn meanwhile is gone."""
        if self.ticked:
            waiting = set(posting.to_post())
            self.take_ticks({row: posted for row, posted in self.ticked.items() if row in waiting})
        self.list.reload()
        self.redraw_bars()

    def why_not(self, name: str) -> str:
        """Say why an action cannot be done on the row under the cursor."""
        facts = self.facts
        if name == "poster" and self.list.on_header:
            return ""
        if name in NEEDS_ROW and facts is None:
            return "Aucune pièce sous le curseur."
        if name in {"poster", "date_postee"} and facts is not None and facts.status is PaperStatus.ENVOYE:
            return f"Postée le {day(facts.posted)} : le registre ne revient pas sur un envoi enregistré."
        if name == "enregistrer_papier" and not self.ticked:
            return "Rien à enregistrer : espace coche les pièces qui partent à la poste."
        if name == "bordereau" and facts is not None and not facts.lot_fse:
            return "Cette facture n'est dans aucun lot de factures."
        return super().why_not(name)

    # --- ticks -------------------------------------------------------------------------------------------

    def do_poster(self) -> None:
        """Tick the piece as posted today, or untick it."""
        if self.list.on_header:
            self.do_poster_tout()
            return
        facts = self.facts
        if facts is not None:
            self._tick(facts, None if facts.row in self.ticked else self.scor.cabinet.today())

    @on(LineList.HeaderPressed)
    def do_poster_tout(self) -> None:
        """Tick all that waits for the post, or nothing."""
        waiting = posting.to_post()
        today = self.scor.cabinet.today()
        whole = bool(waiting) and all(row in self.ticked for row in waiting)
        self.take_ticks({} if whole else {row: self.ticked.get(row, today) for row in waiting})
        self.tell("" if waiting else "Aucune pièce n'attend la poste.")

    def do_date_postee(self) -> None:
        """Ask for the date on which the piece was posted."""
        facts = self.facts
        if facts is None:
            return
        today = self.scor.cabinet.today()

        def go(said: str | None) -> None:
            if said is None:
                return
            try:
                posted = words.parse_day(said, today) if said.strip() else None
                if posted is not None:
                    posting.check(self.scor.cabinet, facts, posted)
            except ScorError as error:
                self.scor.tell_error(error)
            else:
                self._tick(facts, posted)

        question = f"{facts.patient}, {facts.label} : date postée (jj/mm/aaaa, vide : pas encore postée)"
        self.app.push_screen(Ask(question, day(self.ticked.get(facts.row, today))), go)

    # --- seeing and printing -----------------------------------------------------------------------------

    @on(LineList.Opened)
    def do_ouvrir(self) -> None:
        """Show the piece, or the envelope that stands for it."""
        facts = self.facts
        if facts is None:
            return
        if facts.pages:
            from scor_tui.ui.cells import open_piece

            open_piece(self.scor, facts.piece)
            return
        envelope = words.ENVELOPE_ASCII if self.scor.profile.ascii_only else words.ENVELOPE
        told = f"{envelope}\n\n{facts.label}\nCette pièce part par la poste ; elle n'a pas été numérisée."
        self.app.push_screen(Telling(f"Enveloppe · {facts.patient} · {facts.facture}", told))

    def do_imprimer(self) -> None:
        """Print the register as the list shows it, whole."""

        def make() -> Made:
            found = [self._draw(one) for one in self._page(None, EVERYTHING, backwards=False)]
            rows = [tuple(str(cell) for cell in row.cells[1:]) for row in found]
            found_counts = posting.counted(self.scor.cabinet)
            footer = f"à poster {found_counts.to_post}, postés {found_counts.posted} en 90 jours"
            pdf = lists.print_list(self.scor.cabinet, "SCOR, registre papier", words.TITLES[1:], rows, footer=footer)
            return pdf, f"Liste de {counted(len(rows), 'pièce')}"

        save_as(self, "registre-papier.pdf", make, self.tell)

    def do_filtrer(self) -> None:
        """Filter on a patient or a number."""

        def go(said: str | None) -> None:
            if said is not None:
                self._words = fold(said)
                empty = "Aucune pièce ne répond à ce filtre (/ : patient ou numéro)." if self._words else EMPTY
                self.list.change_source(self.source, empty)
                self.redraw_bars()

        self.app.push_screen(Ask("Patient ou numéro de facture (vide : tous)", self._words), go)

    # --- how ---------------------------------------------------------------------------------------------

    def _tick(self, facts: RegisterRow, posted: date | None) -> None:
        if posted is None:
            self.ticked.pop(facts.row, None)
            self.envelopes = posting.without_row(self.envelopes, facts.row)
        else:
            if facts.row not in self.ticked:
                self.envelopes = posting.with_row(self.envelopes, facts.row)
            self.ticked[facts.row] = posted
        self.list.refresh_row(_place(facts))
        self.redraw_bars()
        self._explain()

    @on(LineList.Moved)
    def _explain(self) -> None:
        facts = self.facts
        ticked = words.ticked_words(self.envelopes)
        here = words.line(facts) if facts else ""
        self.explain(" · ".join(part for part in (here, ticked) if part))
        self.redraw_keys()

    def _page(self, place: Place | None, count: int, backwards: bool) -> Sequence[RegisterRow]:
        return paging.register(place, count, backwards=backwards, words=self._words)

    def _draw(self, facts: RegisterRow) -> Row:
        short = self.app.size.width < NARROW
        posted = self.ticked.get(facts.row)
        cells = words.cells(facts, posted, ascii_only=self.scor.profile.ascii_only, short=short)
        return Row(_place(facts), cells, faint=facts.status is PaperStatus.ENVOYE)


def _place(facts: RegisterRow) -> Place:
    return facts.status, facts.row

"""The acquisition of a piece: scan or take pages, look at them, put them in order, name, confirm, save."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

from textual import on
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from scor_tui.domain.pieces import PieceType
from scor_tui.domain.ports import Progress
from scor_tui.domain.words import PIECE, rule_words
from scor_tui.presentation.draft_lines import draft_lines, draft_title, facts_of
from scor_tui.presentation.made_words import advice_words, fitting_words, settings_line, without_file
from scor_tui.presentation.page_words import sight_line, unseen_words
from scor_tui.presentation.text import counted, first_that_fits, width
from scor_tui.services import acquire, drafts, holdings, piece_facts
from scor_tui.services.acquire import Labels
from scor_tui.services.draft_files import TakenFile, WorkFolder
from scor_tui.services.drafts import Draft
from scor_tui.store.models import Piece
from scor_tui.ui.actions import Action, Scope
from scor_tui.ui.messages import PracticeChanged, WorkDone
from scor_tui.ui.screens.dialogs import Confirm
from scor_tui.ui.screens.draft_sheet import MAKING
from scor_tui.ui.screens.draft_ticks import DraftTicks
from scor_tui.ui.widgets.bars import Bar
from scor_tui.ui.widgets.page_view import PageView
from scor_tui.ui.widgets.pages_panel import PagesPanel

SAVING = "enregistrement"
_WIDE = 110
_FOOT = "le bas de cette page manque peut-être"
_DROPPED = "ces pages ne seront pas gardées"
_BEFORE = "en préparation ; ici, la page avant le réglage"
_NO_PAGE = (
    "Aucune page.",
    "",
    "n  numériser",
    "+  fichier, copieur ou dossier médical",
    "e  déclarer un envoi papier",
)


class AcquisitionScreen(DraftTicks):
    """A piece in the making. `piece_id` is the piece that it will replace."""

    SCOPE = Scope.ACQUISITION
    HELP = (
        "Numérisez ou prenez des fichiers, regardez chaque zone écrite (espace), cochez Lisible (l), enregistrez (s). "
        "Les pages montrées sont celles qui partiront, bit pour bit. Envoi papier (e) : la pièce ira par la poste. "
        "tab passe de la liste des pages à la page : là, les flèches déplacent, + et - changent le zoom."
    )

    def __init__(self, kind: PieceType, prescription: str = "", facture: str = "", piece_id: int | None = None) -> None:
        super().__init__()
        self._asked = (kind, prescription, facture, piece_id)
        self._sheet: tuple[TakenFile, int, int] | None = None
        """The file, index and turns of the page that shows."""
        self._saved = ""
        self._closed = False

    def body(self) -> Iterator[Widget]:
        """Yield the column and the page."""
        with Horizontal():
            yield PagesPanel(id="pages")
            with Vertical():
                yield self.new_view()
                yield Bar(id="sight")
                yield Bar(id="applied")

    def on_mount(self) -> None:
        """Begin a draft."""
        kind, prescription, facture, piece_id = self._asked
        piece = acquire.piece_of(piece_id) if piece_id is not None else None
        owner = (
            piece_facts.owner_of(piece)
            if piece is not None
            else acquire.owner_of(prescription=prescription, facture=facture, kind=kind)
        )
        if piece is not None:
            rejection = piece_facts.rejection_of(holdings.last_version(piece))
            self.note = f"refusée par la caisse : {rule_words(rejection)}" if rejection else ""
        said = Labels(piece.label, piece.annotation) if piece is not None else Labels()
        self._place = WorkFolder(self.scor.cabinet.folder)
        self.draft = Draft(owner, kind, self._place, piece, said)
        self.desk.open, self.desk.mode = self, self.scor.current_mode
        self.query_one(PagesPanel).focus()
        self.redraw_bars()
        self.redraw_draft()

    def on_unmount(self) -> None:
        """Throw the draft away."""
        self._closed = True
        self._place.discard()
        if self.desk.open is self:
            self.desk.open = None

    def after_work(self) -> None:
        """Leave nothing of work that ended after the screen."""
        if self._closed:
            self._place.discard()

    def on_resize(self) -> None:
        """Give the column more room on a wide terminal."""
        self.query_one(PagesPanel).styles.width = 36 if self.size.width >= _WIDE else 28
        self.redraw_bars()
        self.call_after_refresh(self.redraw_draft)

    def on_screen_resume(self) -> None:
        """Leave, when the draft was saved while another screen showed."""
        if self._saved:
            self._leave()

    def titles(self) -> tuple[str, str]:
        """Say what is scanned, for whom, and for what."""
        if not hasattr(self, "draft"):
            return "Numériser", ""
        draft = self.draft
        verb = "Remplacer" if draft.piece else "Numériser"
        mark = "démonstration" if self.scor.cabinet.practice.demonstration else ""
        who, what = piece_facts.patient_words(draft.owner), piece_facts.owner_words(draft.owner)
        room = self.size.width - width(mark) - (4 if mark else 2)
        return draft_title(verb, PIECE[draft.kind], who, what, room), mark

    # --- what can be done --------------------------------------------------------------------------------

    def available(self) -> Iterator[Action]:
        """Yield the actions that can be done, saving with how many pages."""
        for action in super().available():
            if action.id == "enregistrer_piece" and self.draft.pages:
                yield replace(action, label=f"enregistrer {counted(len(self.draft.pages), 'page')}")
            else:
                yield action

    # --- looking ------------------------------------------------------------------------------------------

    def do_plein_ecran(self) -> None:
        """Give the page the whole width, or back."""
        panel = self.query_one(PagesPanel)
        panel.display = not panel.display
        (panel if panel.display else self.view).focus()

    def after_last_zone(self) -> None:
        """Go on to the next page."""
        if self.draft.cursor + 1 < len(self.draft.pages):
            self.draft.go_to(self.draft.cursor + 1)
            self.redraw_draft()
            self.view.next_view(1)
        else:
            self.say("Dernière zone de la dernière page.")

    # --- the end -----------------------------------------------------------------------------------------

    def do_enregistrer_piece(self) -> None:
        """Save the piece."""
        draft, cabinet = self.draft, self.scor.cabinet

        def work(_progress: Progress, _cancel: threading.Event) -> Piece:
            return drafts.save(cabinet, draft)

        self.begin(SAVING, work)
        self.say("enregistrement")

    def do_retour(self) -> None:
        """Stop what is going on, else leave; asks when pages would be lost."""
        if self.work is not None and self.work.name != MAKING:
            self.stop()
            self.say(f"{self.work.name} : arrêt demandé")
            return
        if not self.draft.pages:
            self.app.pop_screen()
            return

        def go(yes: bool | None) -> None:
            if yes:
                self.app.pop_screen()

        count = counted(len(self.draft.pages), "page")
        self.app.push_screen(Confirm(f"Abandonner {count} sans enregistrer ? (non : revenir à l'acquisition)"), go)

    def _leave(self) -> None:
        self.app.pop_screen()
        self.scor.say(self._saved)

    # --- work ends ---------------------------------------------------------------------------------------

    @on(WorkDone)
    def _work_done(self, event: WorkDone) -> None:
        if event.work is self.work and isinstance(event.result, Piece):
            self.work = None
            self._end(event.result)

    def _end(self, piece: Piece) -> None:
        """Let go of the originals, tell the lists, leave."""
        for give_up in self.draft.give_up:
            self.attempt(give_up)
        self._saved = (
            f"Enregistré : {piece.type.letter} « {piece.label} » de {piece_facts.patient_words(self.draft.owner)}"
        )
        self.app.post_message(PracticeChanged())
        if self.is_current:
            self._leave()

    # --- drawing -----------------------------------------------------------------------------------------

    def redraw_draft(self) -> None:
        """Draw the column, the page and what is said of them."""
        if not hasattr(self, "draft") or not self.is_mounted:
            return
        shown, page = self.draft.shown, self.draft.page
        sheet = (page.file, page.index, page.settings.turns) if page is not None else None
        again = sheet == self._sheet
        if page is None:
            self.view.tell(*_NO_PAGE)
        elif shown is None and again and self.view.shows_page:
            pass  # what it gave before stays in sight while it is made with other settings
        elif shown is None:
            self.view.tell(f"page {self.draft.cursor + 1} en préparation")
        elif shown.picture is None:
            self.view.tell("Cette page ne peut pas être montrée.", without_file(shown.refusal))
        else:
            self.view.show(shown.picture.bits, shown.picture.dpi, again=again and self.view.shows_page)
        self._sheet = sheet
        panel = self.query_one(PagesPanel)
        room, facts = panel.size, facts_of(self.draft, *self.desk.words)
        panel.show(draft_lines(facts, room.width - 2, room.height, ascii_only=self.scor.profile.ascii_only))
        self._explain()
        self.redraw_keys()

    @on(PageView.Looked)
    def _explain(self) -> None:
        draft, shown = self.draft, self.draft.shown
        story, room = shown.story if shown else None, self.view.size.width - 2
        self.query_one("#sight", Bar).say(self._sight(room))
        self.query_one("#applied", Bar).say(settings_line(draft.page.settings, story, room) if draft.page else "")
        reason = without_file(self.why_not("enregistrer_piece"))
        pages = counted(len(draft.pages), "page") if draft.pages else "la pièce, sans page"
        notes = [self.note] if self.note else []
        notes += [_FOOT] if draft.page is not None and draft.page.incomplete else []
        notes += [advice_words(finding) for finding in (shown.advice if shown else ())]
        fitted = fitting_words(story) if story else ""
        notes += [f"page {draft.cursor + 1} : {fitted}"] if fitted else []
        notes += [_DROPPED] if draft.on_paper and draft.pages and (draft.piece or draft.made.pdf is None) else []
        can_do = f"{reason or f's enregistre {pages}'}{self._unseen()}"
        self.say(" · ".join([can_do, *notes] if draft.made.pdf is None else [*notes, can_do]))

    def _sight(self, columns: int) -> str:
        """Say how much of the page shows; how much ink it has gives way."""
        shown = self.draft.shown
        if not self.view.shows_page:
            return ""
        if shown is None:
            return _BEFORE
        sight = sight_line(self.view.sight, unseen=False)
        ink = shown.picture.ink if shown.picture else None
        inked = [f"{sight} · encre {100 * ink:.1f} %".replace(".", ",")] if ink is not None else []
        return first_that_fits([*inked, sight], columns)

    def _unseen(self) -> str:
        known = [self.draft.known.get(page) for page in self.draft.pages]
        pictures = [one.picture for one in known if one is not None and one.picture is not None]
        words = unseen_words(sum(self.view.unseen_of(picture.bits, picture.dpi) for picture in pictures))
        return f" ({words}, espace)" if words else ""

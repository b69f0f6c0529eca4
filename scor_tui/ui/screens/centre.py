"""Centre de télétransmission: what a poll or a sending is doing, what it did, and the accounts that were kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual import on
from textual.widget import Widget

from scor_tui.presentation import centre as words
from scor_tui.presentation.text import moment
from scor_tui.services import centre, dossiers, lists, paging
from scor_tui.services.reports import Account
from scor_tui.store.models import Report
from scor_tui.ui.actions import Scope
from scor_tui.ui.fixed_source import FixedSource
from scor_tui.ui.messages import CourseMoved
from scor_tui.ui.saving import Made, save_as
from scor_tui.ui.screens.dialogs import Confirm
from scor_tui.ui.screens.dossier import DossierScreen
from scor_tui.ui.screens.list_dialog import ListDialog
from scor_tui.ui.screens.sheet import Sheet
from scor_tui.ui.sources import PagedSource
from scor_tui.ui.widgets.line_list import Column, LineList, Row

COLUMNS = tuple(Column(title, width) for title, width in zip(words.TITLES, (22, 0), strict=True))
EMPTY = "Rien n'a encore été relevé ni transmis : b relève la BAL, t transmet ce qui est coché."
STOP = "Arrêter après ce message ? Ce qui est parti reste parti ; les autres dossiers reviennent à transmettre."
STOP_POLL = "Arrêter après ce message ? Ce qui est rangé le reste ; le reste de la BAL attend la prochaine relève."


class CentreScreen(Sheet):
    """The job of the post that runs, or an account: its stages, every message of the BAL, what was held back."""

    SCOPE = Scope.CENTRE
    HELP = (
        "Relève, constitution, signature et envoi, lot par lot ; puis chaque message pris dans la BAL. "
        "Échap demande l'arrêt après le message en cours, ou ferme. Les comptes rendus sont conservés (c)."
    )

    def __init__(self) -> None:
        super().__init__()
        self._past: Account | None = None
        self._lines: Sequence[words.Line] = ()
        self._source = FixedSource()

    def body(self) -> Iterator[Widget]:
        """Yield the one list of stages and messages."""
        yield LineList(COLUMNS, self._source, EMPTY, id="list")

    def on_mount(self) -> None:
        """Read what there is to show."""
        self._read()

    def titles(self) -> tuple[str, str]:
        """Say what is shown, and since when."""
        return words.title(self._course, self._account)

    @property
    def list(self) -> LineList:
        """The list."""
        return self.query_one("#list", LineList)

    @property
    def line(self) -> words.Line | None:
        """The line under the cursor."""
        row = self.list.row
        return self._lines[row.key] if row is not None and isinstance(row.key, int) else None

    def reload(self) -> None:
        """Show the job as it is now."""
        self._read()
        self.list.reload()
        self.redraw_bars()

    def on_course_moved(self, _event: CourseMoved) -> None:
        """Show how far the job is."""
        self.reload()

    def action_do(self, name: str) -> None:
        """Do an action; one that leads to another screen closes this one, and the job goes on."""
        if name in self.scor.MODES or name in {"transmettre", "tout_faire"}:
            self.scor.do_retour()
        super().action_do(name)

    def why_not(self, name: str) -> str:
        """Say why an action cannot be done now."""
        if name == "reprendre" and (self.line is None or not self.line.facture):
            return "Cette ligne ne nomme aucun dossier."
        if name == "imprimer_compte" and self._account is None:
            return "Le compte rendu s'imprime quand le travail est fini."
        return super().why_not(name)

    def do_arreter(self) -> None:
        """Ask to stop after this message, or close."""
        course = self._course
        job = self.scor.job
        if course is None or not course.running or course.stopping or job is None:
            self.scor.do_retour()
            return

        def go(yes: bool | None) -> None:
            if yes and course.running:
                job.cancel.set()
                course.stopping = True
                self.reload()

        self.app.push_screen(Confirm(STOP_POLL if course.kind == "releve" else STOP), go)

    @on(LineList.Opened)
    def do_reprendre(self) -> None:
        """Open the dossier of the line."""
        if self.line is not None and self.line.facture:
            self.app.push_screen(DossierScreen(dossiers.by_facture(self.line.facture).facture.number))

    def do_comptes(self) -> None:
        """List the accounts that were kept, to read one again."""

        def draw(row: Report) -> Row:
            account = centre.account(row.id)
            return Row((row.id,), (moment(row.begun), words.KIND.get(row.kind, row.kind), words.summary(account)))

        def go(key: object) -> None:
            if isinstance(key, tuple):
                self._past = centre.account(key[0])
                self.reload()

        source = PagedSource(
            lambda place, count, backwards: paging.accounts(place, count, backwards=backwards),
            lambda row: (row.id,),
            draw,
        )
        columns = (Column("Le", 11), Column("Quoi", 12), Column("Ce qui s'est passé", 0))
        dialog = ListDialog(
            "Comptes rendus",
            columns,
            source,
            "Aucun compte rendu : il en vient un à chaque relève et à chaque envoi.",
            explain=lambda row: str(row.cells[2]),
            keys="entrée : relire   échap : fermer",
        )
        self.app.push_screen(dialog, go)

    def do_imprimer_compte(self) -> None:
        """Print the account that is shown."""
        account = self._account
        if account is None:
            return

        def make() -> Made:
            _, what = words.title(None, account)
            rows = [(line.stage, line.words) for line in self._of(account)]
            title = f"Compte rendu, {what}"
            return lists.print_list(self.scor.cabinet, title, words.TITLES, rows), "Compte rendu"

        save_as(self, f"compte-rendu-{account.begun.astimezone():%Y-%m-%d-%H%M}.pdf", make, self._tell)

    # --- how ---------------------------------------------------------------------------------------------

    @property
    def _course(self) -> words.Course | None:
        """The job that runs or ran last, unless an older account is being read."""
        return None if self._past is not None else self.scor.course

    @property
    def _account(self) -> Account | None:
        if self._past is not None:
            return self._past
        return self._course.account if self._course is not None else centre.last_account()

    @property
    def _mark(self) -> words.Mark:
        return words.ASCII if self.scor.profile.ascii_only else words.GLYPHS

    def _read(self) -> None:
        course, account = self._course, self._account
        if account is not None:
            self._lines = self._of(account)
        elif course is not None:
            self._lines = words.course_lines(course, centre.lots_since(course.begun), self._mark)
        else:
            self._lines = []
        self._source.change(
            [Row(rank, (line.stage, line.words), alarm=line.alarm) for rank, line in enumerate(self._lines)]
        )

    def _of(self, account: Account) -> Sequence[words.Line]:
        return words.account_lines(account, centre.caisse_names(), self._mark)

    @on(LineList.Moved)
    def _explain(self) -> None:
        line, course = self.line, self._course
        if course is not None and course.running and course.stopping:
            self.say("Arrêt demandé : le message en cours se termine, aucun autre n'est pris ni envoyé.")
        elif line is not None:
            stage = f"{line.stage} : " if line.stage else ""
            self.explain(f"{stage}{line.words.strip()}{' (entrée : ouvrir le dossier)' if line.facture else ''}")
        self.redraw_keys()

    def _tell(self, news: str) -> None:
        self.say(news)
        self.reload()

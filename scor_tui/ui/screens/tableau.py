"""Tableau de bord: the work that waits, the prescriptions of a period, the patient under the cursor, two months."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Container
from textual.message import Message
from textual.widget import Widget

from scor_tui.domain.errors import ScorError
from scor_tui.presentation.agenda import card_lines, criteria_line, period_cells, prescription_line
from scor_tui.presentation.months import WIDTH, period, two_months
from scor_tui.presentation.work import work_lines
from scor_tui.services import agenda
from scor_tui.services.agenda import Criteria, PrescriptionRow
from scor_tui.services.places import Place
from scor_tui.store.engine import stamp
from scor_tui.ui import jobs
from scor_tui.ui.actions import Scope
from scor_tui.ui.jobs import Job
from scor_tui.ui.screens.criteria import AT_START, as_of, ask_criteria, ask_patient
from scor_tui.ui.screens.prescription_actions import BREAKPOINTS, PrescriptionSheet
from scor_tui.ui.sources import PagedSource
from scor_tui.ui.widgets.line_list import Column, LineList, Row
from scor_tui.ui.widgets.panel import Panel

if TYPE_CHECKING:
    from scor_tui.services.state import Work

COLUMNS = (
    Column("Patient", 0, least=16),
    Column("Ordonnance", 10),
    Column("Actes", 14),
    Column("Fin", 10, gives_way=2),
    Column("Pour", 4, gives_way=1),
    Column("Fact.", 5, right=True, gives_way=3),
    Column("SCOR", 9),
)
EMPTY = "Aucune prescription pour ces critères (s) ; « scor-tui importer » en fait entrer."


class Counted(Message):
    """What waits was counted, when the records were as `stamp` says."""

    def __init__(self, work: Work, stamp: object) -> None:
        super().__init__()
        self.work = work
        self.stamp = stamp


class TableauScreen(PrescriptionSheet):
    """What waits, and who is being treated."""

    SCOPE = Scope.TABLEAU
    HELP = (
        "La première ligne dit ce qui attend et la touche qui y mène ; en rouge, ce qui demande une main. "
        "Dessous, les prescriptions de la période avec leurs pièces O D A, puis le patient sous le curseur."
    )
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS
    DEFAULT_CSS = f"""
    TableauScreen {{
        #work, #criteria {{ height: 1; }}
        &.-narrow #body {{ layout: vertical; }}
        &.-narrow #side {{ layout: horizontal; height: 8; }}
        &.-narrow #months {{ width: {WIDTH + 1}; }}
        &.-wide #body {{ layout: horizontal; }}
        &.-wide #side {{ layout: vertical; width: {WIDTH + 2}; margin-left: 1; }}
        &.-wide #card {{ height: 10; }}
    }}
    """

    def __init__(self) -> None:
        super().__init__()
        self._work: Work | None = None
        self._stamp: object = None
        self._uncounted = ""
        self._asked = AT_START
        self.source = PagedSource(self._page, _place, self._draw)

    def body(self) -> Iterator[Widget]:
        """Yield what waits, the criteria, the prescriptions, the card and the months."""
        yield Panel(id="work")
        yield Panel(id="criteria")
        side = Container(Panel(titled=True, id="card"), Panel(titled=True, id="months"), id="side")
        yield Container(LineList(COLUMNS, self.source, EMPTY, id="list"), side, id="body")

    def titles(self) -> tuple[str, str]:
        """Say where one is, and the practice."""
        return "SCOR · Tableau de bord", self.practice_title()

    @property
    def list(self) -> LineList:
        """The prescriptions."""
        return self.query_one("#list", LineList)

    @property
    def prescription(self) -> PrescriptionRow | None:
        """The prescription under the cursor."""
        return self.source.facts(self.list.row)

    @property
    def asked(self) -> Criteria:
        """The criteria as of today."""
        return as_of(self.scor.cabinet.today(), self._asked)

    def reload(self) -> None:
        """Read the list, the bars and what waits again."""
        self.list.reload()
        self._show_criteria()
        self.redraw_bars()
        self.app.call_after_refresh(self._begin_to_count)

    # --- what waits --------------------------------------------------------------------------------------

    def _begin_to_count(self) -> None:
        """Count once the screen is drawn, if anything changed: a practitioner reads his list meanwhile."""
        now = stamp()
        if now != self._stamp:
            count = partial(self._count, now)
            self.run_worker(count, group="compte", exclusive=True, thread=True, exit_on_error=False)

    def _count(self, now: object) -> None:
        """Count in a thread: the rules are asked of each dossier that waits."""
        from scor_tui.domain.ports import no_progress
        from scor_tui.services.state import work

        cabinet = self.scor.cabinet
        try:
            found: Work = jobs.run(cabinet, Job("compte", lambda _progress, _cancel: work()), no_progress)
        except ScorError as error:
            self.app.call_from_thread(self._tell_uncounted, error)
        else:
            self.post_message(Counted(found, now))

    def _tell_uncounted(self, error: ScorError) -> None:
        """Tell once why what waits cannot be counted: it is counted again whenever the screen is shown."""
        if str(error) != self._uncounted:
            self._uncounted = str(error)
            self.scor.tell_error(error)

    @on(Counted)
    def _show_count(self, event: Counted) -> None:
        """Show what waits."""
        self._work, self._stamp, self._uncounted = event.work, event.stamp, ""
        self._show_work()

    def on_resize(self) -> None:
        """Set what waits on as many lines as it takes."""
        self._show_work()

    def _show_work(self) -> None:
        panel, lines = self.query_one("#work", Panel), work_lines(self._work, self.size.width - 2)
        if len(lines) != len(panel.lines):
            panel.styles.height = len(lines)
        panel.show(lines)

    def why_not(self, name: str) -> str:
        """Let `n` lead to the dossiers that wait for a piece when nothing is missing on the row."""
        if name == "numeriser" and self._work is not None and self._work.to_scan:
            return ""
        return super().why_not(name)

    def do_numeriser(self) -> None:
        """Scan what the row lacks, else show the dossiers that lack a piece."""
        if self.prescription is not None and self.prescription.to_scan:
            super().do_numeriser()
        else:
            self.scor.do_a_transmettre()

    # --- criteria ----------------------------------------------------------------------------------------

    def do_criteres(self) -> None:
        """Choose the practitioner, the type, the dates, the patient."""
        ask_criteria(self.scor, self.asked, self._asked, self._take)

    def do_filtrer(self) -> None:
        """Filter on the patient."""
        ask_patient(self.scor, self._asked, self._take)

    def _take(self, asked: Criteria) -> None:
        self._asked = asked
        self.list.change_source(self.source)
        self._show_criteria()

    def _show_criteria(self) -> None:
        people = {one.number: agenda.full_name(one) for one in self.scor.cabinet.practitioners()}
        asked = self.asked
        self.query_one("#criteria", Panel).show([criteria_line(asked, people.get(asked.practitioner, ""))])

    # --- the row -----------------------------------------------------------------------------------------

    @on(LineList.Moved)
    def _explain(self) -> None:
        row, today = self.prescription, self.scor.cabinet.today()
        card = agenda.card(row.patient_number, *period(today)) if row else None
        self.query_one("#card", Panel).show(list(card_lines(card, today, row)))
        invoiced = card.invoiced if card else ()
        months = two_months(today, invoiced, ascii_only=self.scor.profile.ascii_only)
        self.query_one("#months", Panel).show(list(months))
        self.explain(prescription_line(row) if row else "s : changer les critères")
        self.redraw_keys()

    @on(LineList.Opened)
    def _open(self) -> None:
        self.action_do("ouvrir")

    def _page(self, place: Place | None, count: int, backwards: bool) -> Sequence[PrescriptionRow]:
        return agenda.prescriptions(self.scor.cabinet, self.asked, place, count, backwards=backwards)

    def _draw(self, row: PrescriptionRow) -> Row:
        return Row(_place(row), period_cells(row, ascii_only=self.scor.profile.ascii_only))


def _place(row: PrescriptionRow) -> Place:
    return row.day, row.id

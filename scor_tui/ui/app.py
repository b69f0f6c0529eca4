"""The application: its modes, its jobs, and what it wires together. No rule, no query, no drawing."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from textual.screen import Screen
from textual.worker import Worker

from scor_tui.domain.errors import ScorError
from scor_tui.domain.ports import Progress
from scor_tui.presentation.centre import Course
from scor_tui.presentation.text import moment
from scor_tui.services import day, poll, transmit
from scor_tui.services.cabinet import Cabinet
from scor_tui.services.reports import Account
from scor_tui.ui import jobs
from scor_tui.ui.jobs import Job
from scor_tui.ui.messages import CourseMoved, JobDone, JobFailed, JobProgress, PracticeChanged
from scor_tui.ui.profile import Profile
from scor_tui.ui.screens.dialogs import Confirm, ErrorDialog
from scor_tui.ui.screens.sheet import Sheet
from scor_tui.ui.terminal import TerminalApp


def screen(name: str, *arguments: Any) -> Screen[Any]:
    """Return a new screen, its module imported only now: a screen that is never opened costs nothing at start."""
    module, kind = name.split(":")
    found: Screen[Any] = getattr(importlib.import_module(f"scor_tui.ui.screens.{module}"), kind)(*arguments)
    return found


class ScorApp(TerminalApp):
    """The interface on one open practice; `move_clock` moves the clock of a demonstration."""

    CSS_PATH = "styles/scor.tcss"
    ENABLE_COMMAND_PALETTE = False
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        "tableau": lambda: screen("tableau:TableauScreen"),
        "prescriptions": lambda: screen("prescriptions:PrescriptionsScreen"),
        "a_transmettre": lambda: screen("a_transmettre:ToSendScreen"),
        "retours": lambda: screen("retours:ReturnsScreen"),
        "papier": lambda: screen("papier:PaperScreen"),
    }
    DEFAULT_MODE = "tableau"

    def __init__(
        self, cabinet: Cabinet, profile: Profile, *, move_clock: Callable[[timedelta], None] | None = None
    ) -> None:
        super().__init__(profile)
        self.move_clock = move_clock
        self.cabinet = cabinet
        self.job: Job | None = None
        self.last_account: Account | None = None
        self.course: Course | None = None

    def on_mount(self) -> None:
        """Take the terminal's own colours."""
        self.theme = self.profile.theme

    # --- moving ------------------------------------------------------------------------------------------

    def open_mode(self, name: str) -> None:
        """Show one of the main screens."""
        if self.current_mode != name:
            self.switch_mode(name)

    def do_tableau(self) -> None:
        """Show the tableau de bord."""
        self.open_mode("tableau")

    def do_prescriptions(self) -> None:
        """Show patients and prescriptions."""
        self.open_mode("prescriptions")

    def do_a_transmettre(self) -> None:
        """Show « À transmettre »."""
        self.open_mode("a_transmettre")

    def do_retours(self) -> None:
        """Show « Retours »."""
        self.open_mode("retours")

    def do_papier(self) -> None:
        """Show the paper register."""
        self.open_mode("papier")

    def do_aide(self) -> None:
        """Show the help of the screen."""
        self.push_screen(screen("help:HelpScreen", self.screen))

    def do_palette(self) -> None:
        """Show every action that applies now."""
        self.push_screen(screen("palette:PaletteScreen", self.screen))

    def do_avancer_6(self) -> None:
        """Let six hours pass in the demonstration."""
        self._advance(6)

    def do_avancer_48(self) -> None:
        """Let two days pass in the demonstration."""
        self._advance(48)

    def _advance(self, hours: int) -> None:
        if self.move_clock is not None:
            self.move_clock(timedelta(hours=hours))
            self.on_practice_changed()
            self.say(f"Horloge de la démonstration avancée de {hours} h : {moment(self.cabinet.now())}.")

    def why_not(self, name: str) -> str:
        """Return why an action that is not a screen's own cannot be done now, or an empty string."""
        if name in {"avancer_6", "avancer_48"} and self.move_clock is None:
            return "Le temps n'avance que dans la démonstration."
        return "" if hasattr(self, f"do_{name}") else "Cette action n'existe pas sur cet écran."

    def open_centre(self) -> None:
        """Show the centre de télétransmission: the job that runs, or the last account."""
        from scor_tui.ui.screens.centre import CentreScreen

        if not isinstance(self.screen, CentreScreen):
            self.push_screen(CentreScreen())

    do_centre = open_centre

    def do_retour(self) -> None:
        """Go back one level."""
        if len(self.screen_stack) > 1:
            self.pop_screen()

    def do_quitter(self) -> None:
        """Quit; asks while a job runs."""
        if self.job is None:
            self.exit()
            return
        question = f"« {self.job.name} » est en cours. Quitter arrêtera ce travail au prochain endroit sûr. Quitter ?"
        self.push_screen(Confirm(question), self._quit_if)

    def _quit_if(self, yes: bool | None) -> None:
        if yes:
            if self.job is not None:
                self.job.cancel.set()
            self.exit()

    # --- jobs --------------------------------------------------------------------------------------------

    def do_relever(self) -> None:
        """Poll the BAL."""
        self.start(Job("retour NOEMIE", lambda progress, _cancel: poll.poll(self.cabinet, progress), "releve"))

    def do_transmettre(self) -> None:
        """Send what is ticked, after a confirmation that counts it."""
        if self.current_mode != "a_transmettre":
            self.open_mode("a_transmettre")
            return
        chosen, held_back = transmit.preview(self.cabinet)
        if not chosen:
            self.say("Aucun dossier coché ne peut partir : la ligne sous le curseur dit pourquoi.")
            return
        kept = f" {len(held_back)} cochés sont retenus." if held_back else ""
        question = f"Transmettre {len(chosen)} dossier(s) ?{kept} La BAL est relevée d'abord."

        def go(yes: bool | None) -> None:
            if yes:
                self.start(Job("transmission", self._transmission, "transmission"))

        self.push_screen(Confirm(question), go)

    def do_tout_faire(self) -> None:
        """Do the day."""
        self.start(Job("tout faire", self._whole_day, "transmission"))

    def start(self, job: Job) -> None:
        """Start a job, unless one runs."""
        if self.job is not None:
            self.say(f"« {self.job.name} » est en cours : attendez qu'il finisse.")
            return
        self.job = job
        self.say(f"{job.name} : en cours")
        if job.kind:
            self.course = Course(job.kind, self.cabinet.now())
            self.open_centre()
        self.run_worker(lambda: self._run(job), name=job.name, group="travail", thread=True, exit_on_error=False)

    def _transmission(self, progress: Progress, cancel: threading.Event) -> Account:
        return transmit.transmit(self.cabinet, progress=progress, cancel=cancel)

    def _whole_day(self, progress: Progress, cancel: threading.Event) -> Account:
        return day.whole_day(self.cabinet, progress, cancel).account

    def _run(self, job: Job) -> None:
        def progress(done: int, total: int, code: str) -> None:
            self.post_message(JobProgress(job.name, done, total, code))

        try:
            result = jobs.run(job, progress)
        except ScorError as error:
            self.post_message(JobFailed(job.name, error))
        else:
            self.post_message(JobDone(job.name, result))

    def on_job_progress(self, event: JobProgress) -> None:
        """Tell how far a job is."""
        count = f" {event.done}/{event.total}" if event.total else ""
        self.say(f"{event.job} : {event.code}{count}")
        if self.course is not None and self.job is not None and self.job.kind:
            self.course.note(event.code, event.done, event.total)
            for one in self.screen_stack:
                one.post_message(CourseMoved())

    def on_job_done(self, event: JobDone) -> None:
        """Tell what a job did and let the lists read again."""
        self.job = None
        if isinstance(event.result, Account):
            self.last_account = event.result
            if self.course is not None:
                self.course.account = event.result
        self.say(f"{event.job} : terminé")
        self.post_message(PracticeChanged())

    def on_job_failed(self, event: JobFailed) -> None:
        """Show a job's error."""
        if self.course is not None and self.job is not None and self.job.kind:
            self.course.error = event.error
        self.job = None
        self.tell_error(event.error)
        self.post_message(PracticeChanged())

    def on_practice_changed(self) -> None:
        """Let the screen that shows read the records again; the others do when they come back."""
        for screen in self.screen_stack:
            if isinstance(screen, Sheet):
                screen.reload()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Never lose a job's end, whatever happened in its thread."""
        if event.worker.group == "travail" and event.worker.is_finished and event.worker.error is not None:
            self.job = None

    # --- words -------------------------------------------------------------------------------------------

    def say(self, words: str) -> None:
        """Say something on the status line of the screen that shows."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, Sheet):
                screen.say(words)
                return

    def tell_error(self, error: ScorError) -> None:
        """Show an error and its remedy."""
        self.push_screen(ErrorDialog(error))

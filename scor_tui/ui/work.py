"""The work of the interface: one job at a time on the post, its progress, its end, and the words that tell them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

from textual.worker import Worker

from scor_tui.domain.errors import MailFailed, ScorError
from scor_tui.domain.ports import Progress
from scor_tui.presentation.centre import Course, summary
from scor_tui.presentation.text import counted
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


class WorkingApp(TerminalApp):
    """An application that runs use cases in a thread and answers meanwhile."""

    def __init__(
        self, cabinet: Cabinet, profile: Profile, *, move_clock: Callable[[timedelta], None] | None = None
    ) -> None:
        super().__init__(profile)
        self.move_clock = move_clock
        self.cabinet = cabinet
        self.job: Job | None = None
        self.last_account: Account | None = None
        self.course: Course | None = None

    def open_mode(self, name: str) -> None:
        """Show one of the main screens, once what the one that is left has not saved was asked about."""
        if self.current_mode == name:
            return

        def leave() -> None:
            self.switch_mode(name)

        for one in self.screen_stack:
            if isinstance(one, Sheet) and one.unsaved():
                one.ask_before_leaving(leave)
                return
        leave()

    def open_centre(self) -> None:
        """Show the centre de télétransmission: the job that runs, or the last account."""
        from scor_tui.ui.screens.centre import CentreScreen

        if not isinstance(self.screen, CentreScreen):
            self.push_screen(CentreScreen())

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
        held = counted(len(held_back), "coché est retenu", "cochés sont retenus")
        kept = f" {held} : la ligne dit pourquoi." if held_back else ""
        question = f"Transmettre {counted(len(chosen), 'dossier')} ?{kept} La BAL est relevée d'abord."

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
        if job.kind:
            self.course = Course(job.kind, self.cabinet.now())
            self.open_centre()
        else:
            self.say(f"{job.name} : en cours")
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
        told = summary(event.result) if isinstance(event.result, Account) else "terminé"
        self.say(f"{event.job} : {told}")
        self.post_message(PracticeChanged())

    def on_job_failed(self, event: JobFailed) -> None:
        """Show a job's error."""
        if self.course is not None and self.job is not None and self.job.kind:
            self.course.error = event.error
        sending = self.job is not None and self.job.kind == "transmission"
        self.job = None
        if sending and isinstance(event.error, MailFailed):
            self._ask_without_poll(event.error)
        else:
            self.tell_error(event.error)
        self.post_message(PracticeChanged())

    def _ask_without_poll(self, error: MailFailed) -> None:
        """Ask whether to send although the BAL could not be read; nothing is resent then (product, 3.3)."""

        def go(yes: bool | None) -> None:
            if yes:
                self.start(Job("transmission sans relève", self._without_poll, "transmission"))

        self.push_screen(Confirm(f"{error.cause} Envoyer sans relève ? Aucun second envoi ne partira."), go)

    def _without_poll(self, progress: Progress, cancel: threading.Event) -> Account:
        return transmit.transmit(self.cabinet, without_poll=True, progress=progress, cancel=cancel)

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

    def before_key(self) -> None:
        """Let what was said give way to what the key brings."""
        for screen in self.screen_stack:
            if isinstance(screen, Sheet):
                screen.key_pressed()

    def say(self, words: str) -> None:
        """Say something on the status line of the screen that shows."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, Sheet):
                screen.say(words)
                return

    def tell_error(self, error: ScorError) -> None:
        """Show an error and its remedy."""
        self.push_screen(ErrorDialog(error))

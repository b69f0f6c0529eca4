"""The work of the interface: one job at a time on the post, its progress, its end, and the words that tell them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from textual.worker import Worker

from scor_tui.domain.errors import MailFailed, ScorError
from scor_tui.services.cabinet import Cabinet
from scor_tui.ui import jobs
from scor_tui.ui.jobs import Job
from scor_tui.ui.messages import CourseMoved, JobDone, JobFailed, JobProgress, PracticeChanged
from scor_tui.ui.profile import Profile
from scor_tui.ui.screens.dialogs import Confirm, ErrorDialog
from scor_tui.ui.screens.sheet import Sheet
from scor_tui.ui.terminal import TerminalApp

if TYPE_CHECKING:
    from scor_tui.presentation.centre import Course
    from scor_tui.services.reports import Account


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
        from scor_tui.ui import post

        self.start(post.polling(self.cabinet))

    def do_transmettre(self) -> None:
        """Send what is ticked, after a confirmation that counts it."""
        if self.current_mode != "a_transmettre":
            self.open_mode("a_transmettre")
            return
        from scor_tui.ui import post

        question = post.question(self.cabinet)
        if not question:
            self.say("Aucun dossier coché ne peut partir : la ligne sous le curseur dit pourquoi.")
            return
        self.push_screen(Confirm(question), lambda yes: self.start(post.sending(self.cabinet)) if yes else None)

    def do_tout_faire(self) -> None:
        """Do the day."""
        from scor_tui.ui import post

        self.start(post.whole_day(self.cabinet))

    def start(self, job: Job) -> None:
        """Start a job, unless one runs."""
        if self.job is not None:
            self.say(f"« {self.job.name} » est en cours : attendez qu'il finisse.")
            return
        self.job = job
        if job.kind:
            from scor_tui.presentation.centre import Course

            self.course = Course(job.kind, self.cabinet.now())
            self.open_centre()
        else:
            self.say(f"{job.name} : en cours")
        self.run_worker(lambda: self._run(job), name=job.name, group="travail", thread=True, exit_on_error=False)

    def _run(self, job: Job) -> None:
        def progress(done: int, total: int, code: str) -> None:
            self.post_message(JobProgress(job.name, done, total, code))

        try:
            result = jobs.run(self.cabinet, job, progress)
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
        job, self.job = self.job, None
        told = "terminé"
        if self.course is not None and job is not None and job.kind:
            from scor_tui.presentation.centre import summary

            self.last_account = self.course.account = event.result
            told = summary(event.result)
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
        from scor_tui.ui import post

        def go(yes: bool | None) -> None:
            if yes:
                self.start(post.sending(self.cabinet, without_poll=True))

        self.push_screen(Confirm(f"{error.cause} Envoyer sans relève ? Aucun second envoi ne partira."), go)

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

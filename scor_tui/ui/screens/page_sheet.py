"""What the acquisition and the viewer share: a page to look at and its keys, and work in a thread of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from textual import on

from scor_tui.domain.errors import ScorError
from scor_tui.domain.ports import Progress
from scor_tui.ui import jobs
from scor_tui.ui.jobs import Job
from scor_tui.ui.messages import WorkDone, WorkFailed, WorkProgress
from scor_tui.ui.scan_desk import ScanDesk, desk_of
from scor_tui.ui.screens.sheet import Sheet
from scor_tui.ui.widgets.page_view import PageView

_LOOKING = frozenset({"zone_suivante", "zone_precedente", "loupe", "largeur", "dessin", "inverser"})


class PageSheet(Sheet):
    """A full screen with a `PageView` whose id is `page`."""

    work: Job | None = None

    @property
    def desk(self) -> ScanDesk:
        """What the session keeps about scanning."""
        return desk_of(self.scor)

    @property
    def view(self) -> PageView:
        """The page that shows."""
        return self.query_one("#page", PageView)

    def new_view(self) -> PageView:
        """Return the widget to put into the body."""
        return PageView(self.desk.drawing, id="page")

    # --- the page ----------------------------------------------------------------------------------------

    def why_not(self, name: str) -> str:
        """Say why the page cannot be asked this."""
        if name in _LOOKING and not self.view.shows_page:
            return "Aucune page à regarder."
        return super().why_not(name)

    def do_zone_suivante(self) -> None:
        """Go to the next inked zone."""
        if not self.view.next_view(1):
            self.after_last_zone()

    def do_zone_precedente(self) -> None:
        """Go to the inked zone before."""
        self.view.next_view(-1)

    def after_last_zone(self) -> None:
        """Say that the last zone of the page shows."""
        self.say("Dernière zone de la page.")

    def do_loupe(self) -> None:
        """Show the page pixel by pixel."""
        self.view.loupe()

    def do_largeur(self) -> None:
        """Show the page's width, then the whole page."""
        self.view.fit()

    def do_dessin(self) -> None:
        """Draw the page otherwise, here and from now on."""
        self.view.next_mode()
        self.desk.drawing = self.view.mode

    def do_inverser(self) -> None:
        """Draw white on black, or back."""
        self.view.invert()

    # --- work --------------------------------------------------------------------------------------------

    def begin(self, name: str, work: Callable[[Progress, threading.Event], Any]) -> Job:
        """Start work in a thread; what was going on is stopped. Its end comes as `WorkDone` or `WorkFailed`."""
        self.stop()
        job = self.work = Job(name, work)
        self.say_progress(f"{name} : en cours")
        self.run_worker(lambda: self._run(job), name=name, group="page", thread=True, exit_on_error=False)
        return job

    def stop(self) -> None:
        """Ask what is going on to stop at the next safe place."""
        if self.work is not None:
            self.work.cancel.set()

    def on_unmount(self) -> None:
        """Stop what is going on."""
        self.stop()

    @on(WorkProgress)
    def _tell_progress(self, event: WorkProgress) -> None:
        if event.work is self.work:
            self.say_progress(event.words)

    def say_progress(self, words: str) -> None:
        """Say how work goes on."""
        self.say(words)

    def _run(self, job: Job) -> None:
        def progress(done: int, total: int, code: str) -> None:
            count = f" {100 * done // total} %" if code.startswith("scan") and total else f", page {done}/{total}"
            self.post_message(WorkProgress(job, f"{job.name}{count if total else ''}"))

        try:
            result = jobs.run(self.scor.cabinet, job, progress)
        except ScorError as error:
            self.post_message(WorkFailed(job, error))
        else:
            self.post_message(WorkDone(job, result))
        finally:
            self.after_work()

    def after_work(self) -> None:
        """Tidy after work, in its thread; the screen may be gone."""

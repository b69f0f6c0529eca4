"""A draft and its pages: where they come from, their order, and the document that is made of them at each change."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from textual import on

from scor_tui.domain.errors import PasswordNeeded
from scor_tui.domain.ports import Device, Progress
from scor_tui.presentation.made_words import without_file
from scor_tui.services import drafts, piece_facts, scanning
from scor_tui.services.drafts import Draft, DraftPage, Made
from scor_tui.services.practice_scanners import request_for, usable
from scor_tui.ui.messages import WorkDone, WorkFailed
from scor_tui.ui.screens.dialogs import Ask, Choose
from scor_tui.ui.screens.file_picker import FilePicker
from scor_tui.ui.screens.page_sheet import PageSheet
from scor_tui.ui.widgets.pages_panel import PagesPanel

SCANNING, READING, MAKING = "numérisation", "lecture du fichier", "préparation des pages"
LOOKING_FOR = "recherche des scanners"
_ON_PAGES = frozenset({"oter_page", "tourner", "monter", "descendre"})
_TAKING = frozenset({"scanner", "ajouter", "appareil", "envoi_papier"})


@dataclass(frozen=True)
class Taken:
    """Pages that came in; what the device said; what lets go of the originals once all is saved."""

    pages: Sequence[DraftPage]
    warning: str = ""
    give_up: Callable[[], None] | None = None


@dataclass(frozen=True)
class MadeOf:
    """What these pages gave."""

    pages: tuple[DraftPage, ...]
    made: Made


class DraftSheet(PageSheet):
    """A full screen with a draft; a subclass draws it."""

    draft: Draft
    note = ""
    making = MAKING
    _retry: Callable[[str], None] | None = None

    def redraw_draft(self) -> None:
        """Draw the draft as it is now; the screen that shows it does more."""
        self.redraw_keys()

    def why_not(self, name: str) -> str:
        """Say why pages cannot come or change now."""
        busy = self.work.name if self.work else ""
        if name in _ON_PAGES | _TAKING and busy not in ("", MAKING):
            return f"{busy} en cours : échap l'arrête."
        if name in _ON_PAGES and not self.draft.pages:
            return "Aucune page : n numérise, + ajoute un fichier."
        return super().why_not(name)

    # --- pages come --------------------------------------------------------------------------------------

    def do_scanner(self) -> None:
        """Scan a page of the glass, or all those of the feeder."""
        desk, files = self.desk, self.draft.files

        def work(progress: Progress, cancel: threading.Event) -> Taken:
            desk.devices = desk.devices or tuple(desk.scanners.devices())
            device = usable(desk.devices, desk.device)
            if device.name != desk.device or desk.source not in device.sources:
                desk.choose(device)
            with files.arriving() as folder:
                got = desk.scanners.scan(request_for(device, desk.source), folder, progress, cancel)
                pages: list[DraftPage] = []
                for index, path in enumerate(got.files):
                    pages += drafts.take_scan(files, path, incomplete=index in got.incomplete)
            return Taken(pages, got.warning)

        self.begin(SCANNING, work)

    def do_appareil(self) -> None:
        """Look for scanners, then choose one and its source."""
        desk = self.desk
        self.begin(LOOKING_FOR, lambda _progress, _cancel: tuple(desk.scanners.devices()))

    def do_ajouter(self) -> None:
        """Choose where pages come from besides the scanner."""
        sources = [
            ("file", "un fichier image ou PDF"),
            ("watched", "le dossier que le copieur remplit"),
            ("record", "le dossier médical du patient"),
        ]
        answers = {"file": self._pick_file, "watched": self._take_watched, "record": self._pick_document}

        def go(chosen: str | None) -> None:
            if chosen is not None:
                answers[chosen]()

        self.app.push_screen(Choose("Ajouter des pages depuis", sources), go)

    def _pick_file(self) -> None:
        def go(chosen: Path | None) -> None:
            if chosen is not None:
                self.desk.folder = chosen.parent
                self._take(lambda folder: scanning.take_file(chosen, folder))

        self.app.push_screen(FilePicker(self.desk.folder), go)

    def _take_watched(self) -> None:
        cabinet, files = self.scor.cabinet, self.draft.files

        def work(_progress: Progress, _cancel: threading.Event) -> Taken:
            with files.arriving() as folder:
                taken = scanning.take_watched(cabinet, folder)
                pages = [page for path in taken.files for page in drafts.take_file(files, path)]
            return Taken(pages, "", taken.give_up)

        self.begin(READING, work)

    def _pick_document(self) -> None:
        found = piece_facts.documents_of(self.draft.owner)
        if not found:
            self.say("Le dossier médical de ce patient est vide : « numériser autre document » le remplit.")
            return
        cabinet = self.scor.cabinet

        def go(chosen: str | None) -> None:
            if chosen is not None:
                self._take(lambda folder: scanning.from_record(cabinet, int(chosen), folder))

        choices = [(str(number), label) for number, label in found]
        self.app.push_screen(Choose("Dossier médical", choices), go)

    def _take(self, bring: Callable[[Path], Path]) -> None:
        """Bring a file, count its pages, take it into the draft; a protected one is asked for its password."""
        files = self.draft.files

        def take(password: str) -> None:
            def work(_progress: Progress, _cancel: threading.Event) -> Taken:
                with files.arriving() as folder:
                    return Taken(drafts.take_file(files, bring(folder), password))

            self._retry = take
            self.draft.password = password
            self.begin(READING, work)

        take(self.draft.password)

    # --- pages change ------------------------------------------------------------------------------------

    def do_oter_page(self) -> None:
        """Take the page out."""
        self.draft.remove()
        self.make()

    def do_tourner(self) -> None:
        """Turn the page."""
        self.draft.turn()
        self.make()

    def do_monter(self) -> None:
        """Move the page up."""
        self._move(-1)

    def do_descendre(self) -> None:
        """Move the page down."""
        self._move(1)

    def _move(self, step: int) -> None:
        before = list(self.draft.pages)
        self.draft.move(step)
        if before != self.draft.pages:
            self.make()

    @on(PagesPanel.Asked)
    def _go_to(self, event: PagesPanel.Asked) -> None:
        self.draft.go_to(event.rank if event.rank is not None else self.draft.cursor + event.step)
        self.redraw_draft()

    def make(self) -> None:
        """Make the document of the pages as they are now."""
        self.stop()
        self.work = None
        pages, password = tuple(self.draft.pages), self.draft.password
        if pages:
            self.begin(MAKING, lambda progress, cancel: MadeOf(pages, drafts.make(pages, password, progress, cancel)))
        self.redraw_draft()

    @on(WorkDone)
    def _pages_done(self, event: WorkDone) -> None:
        result = event.result
        if event.work is not self.work or not isinstance(result, Taken | MadeOf | tuple):
            return
        self.work = None
        if isinstance(result, Taken):
            self.draft.add(result.pages)
            self.draft.give_up += [result.give_up] if result.give_up else []
            self.note = result.warning
            self.make()
        elif isinstance(result, MadeOf):
            self.draft.take(result.made, result.pages)
            self.redraw_draft()
        else:
            self.redraw_draft()
            self._choose_device(result)

    @on(WorkFailed)
    def _work_failed(self, event: WorkFailed) -> None:
        if event.work is not self.work:
            return
        self.work = None
        self.redraw_draft()
        error = event.error
        error.cause = without_file(error.cause)
        if isinstance(error, PasswordNeeded) and self._retry is not None:
            self.app.push_screen(Ask(f"{error.cause} Son mot de passe :", hidden=True), self._try_again)
        else:
            self.scor.tell_error(error)

    def _try_again(self, password: str | None) -> None:
        if password and self._retry is not None:
            self._retry(password)

    def _choose_device(self, devices: tuple[Device, ...]) -> None:
        desk = self.desk
        desk.devices = devices
        found = {
            f"{number}/{source}": (device, source)
            for number, device in enumerate(devices)
            for source in device.sources or ("",)
            if device.compatible
        }
        choices = [(key, f"{device.label}   {source}".rstrip()) for key, (device, source) in found.items()]
        refused = [f"{device.label} : {device.why_not}" for device in devices if not device.compatible]
        if not choices:
            self.say(" ; ".join(refused))
            return

        def go(chosen: str | None) -> None:
            if chosen is not None:
                desk.choose(*found[chosen])
                self.redraw_draft()

        self.app.push_screen(Choose("Appareil et source", choices), go)

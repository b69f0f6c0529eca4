"""The practice of tests/conftest.py with a clock that only a test moves, and page objects: what eyes and keys do.

async def test_…(open_app, clock, caisse):
    async with open_app("a_transmettre") as page:      # 80 x 24; open_app("retours", size=(120, 40), ascii_only=True)
        await page.go_to("ESQUISSE")                    # moves the cursor with the arrow keys
        await page.press("space")
        assert page.row.startswith("[ ]")
        await page.press("f9", "o")
        await page.wait_for_workers()
        caisse()                                        # the other end takes its mail and answers
        clock.advance(hours=49)
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from textual.pilot import Pilot

from scor_tui.commands.opening import at_home
from scor_tui.demo.caisse import Caisse, Report
from scor_tui.demo.cases import Variant
from scor_tui.demo.desk import Desk, Keys
from scor_tui.demo.layout import Layout
from scor_tui.demo.papers import Paper, scans
from scor_tui.demo.population import FUNDS, build
from scor_tui.demo.scenarios import Scenarios
from scor_tui.domain.pieces import PieceType
from scor_tui.domain.wire import Arl, ArlKind, DossierVerdict, Refusal, Sign
from scor_tui.mail.maildir import Maildir
from scor_tui.scanners.sane import SaneScanner
from scor_tui.services.cabinet import Cabinet, open_cabinet
from scor_tui.store.models import Dossier, Facture, Patient
from scor_tui.ui.app import ScorApp
from scor_tui.ui.jobs import Job
from scor_tui.ui.profile import Profile
from scor_tui.ui.widgets.bars import Bar
from scor_tui.ui.widgets.line_list import LineList


@dataclass
class SettableClock:
    """A clock that only a test moves."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def advance(self, **delta: float) -> None:
        """Let time pass: `hours=49`."""
        self.moment += timedelta(**delta)


# --- the practice ----------------------------------------------------------------------------------------


@pytest.fixture
def clock(evening: datetime) -> SettableClock:
    return SettableClock(evening)


@pytest.fixture
def cabinet(practice_folder: Path, clock: SettableClock) -> Iterator[Cabinet]:
    """The practice, open; it looks at the test's clock."""
    opened = open_cabinet(practice_folder, clock)
    at_home(opened)
    yield opened
    opened.close()


@pytest.fixture
def caisse(practice_folder: Path, clock: SettableClock) -> Callable[[], Report]:
    """Let the other end take its mail and answer, once."""
    return lambda: Caisse(practice_folder / "demonstration", clock).run_once()


@pytest.fixture
def glass(practice_folder: Path, evening: datetime, monkeypatch: pytest.MonkeyPatch) -> Callable[[Variant], None]:
    """Lay an ordonnance on the demonstration's scanner, its only one: good at first, or bad to the caisse alone."""
    monkeypatch.setattr(SaneScanner, "devices", lambda self: ())
    folder = Layout(practice_folder / "demonstration").scanner
    bill = build(7, evening.date()).by_case["prete-1"]
    assert bill.prescription is not None

    def lay(variant: Variant) -> None:
        shutil.rmtree(folder)
        folder.mkdir(mode=0o700)
        page = scans(Paper(PieceType.ORDN, variant, bill, bill.prescription, seed=11))[0]
        (folder / "page.jpg").write_bytes(page)

    lay(Variant.GOOD)
    return lay


@pytest.fixture
def caisse_says(cabinet: Cabinet, practice_folder: Path, clock: SettableClock) -> Callable[..., None]:
    """Put into the BAL an ARL of the last lot of a patient's dossier, `+` or `-`, signed by its caisse as it should be.

    `digest` is another one than that of what was sent.
    """
    layout = Layout(practice_folder / "demonstration")
    desk = Desk(Keys(layout, tuple(FUNDS)), Scenarios.load(layout.scenarios))

    def say(patient: str, sign: str, *, digest: str = "") -> None:
        name, _, first = patient.partition(" ")
        of_patient = (Patient.name == name) & Patient.first_name.startswith(first)
        query = Dossier.select().join(Facture).join(Patient).where(of_patient, Dossier.lot.is_null(False))
        dossier = query.order_by(Dossier.id.desc()).get()
        refusals = (Refusal("SO-IMG-BLANC", "image blanche", 1),) if sign == "-" else ()
        verdict = DossierVerdict(dossier.facture.number, Sign(sign), refusals)
        lot, number = dossier.lot, dossier.facture.practitioner.number
        digest_said = digest or lot.digest
        arl = Arl(ArlKind.SCOR, lot.uuid, digest_said, clock.now(), Sign(sign), lot.caisse.identifier, (verdict,))
        Maildir(layout.mailbox(number)).deliver(desk.plain_answer(arl, number, clock.now()).content)

    return say


# --- page objects ----------------------------------------------------------------------------------------


@dataclass
class Page:
    """The terminal as its user has it: keys go in, lines come out."""

    app: ScorApp
    pilot: Pilot[Any]

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other, each once the one before has done its work."""
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause()

    async def type(self, words: str) -> None:
        """Type words into the field that has the focus."""
        await self.pilot.press(*words)
        await self.pilot.pause()

    async def wait_for_workers(self) -> None:
        """Wait until no worker runs and what they said is on the screen."""
        while True:
            await self.pilot.pause()
            running = [worker for worker in self.app.workers if not worker.is_finished]
            if not running and self.app.job is None:
                break
            with contextlib.suppress(Exception):  # what a worker raises is told on the screen, and read there
                await self.app.workers.wait_for_complete(running)
        await self.pilot.pause()

    async def go_to(self, words: str) -> None:
        """Move the cursor, from the first row down, to the row that holds these words."""
        await self.press("home")
        before = None
        while words not in self.row:
            assert self.list.row != before, f"no row holds « {words} »: {self.rows}"
            before = self.list.row
            await self.press("down")

    # --- a practitioner's habits, each from wherever one is

    async def scan(self, words: str) -> None:
        """Scan the missing or refused ordonnance of a row of « À transmettre », look at it, save it."""
        await self.press("f6")
        await self.go_to(words)
        await self.press("f5")
        assert self.screen == "AcquisitionScreen", self.text
        await self.press("n")
        await self.wait_for_workers()
        await self.press("l", "s")
        await self.wait_for_workers()
        assert self.screen == "ToSendScreen", self.text

    async def send(self) -> None:
        """F9, yes, and back to the list once it is done."""
        await self.press("f6", "f9", "o")
        await self.wait_for_workers()
        await self.press("escape")

    async def poll(self) -> None:
        """Retour NOEMIE, and back."""
        await self.press("b")
        await self.wait_for_workers()
        await self.press("escape")

    async def returned(self, words: str) -> str:
        """Return the row of « Retours » for a patient, the cursor on it."""
        await self.press("f7")
        await self.go_to(words)
        return self.row

    async def listed(self, words: str) -> bool:
        """Whether a patient stands in « À transmettre »."""
        await self.press("f6", "home")
        return any(words in row for row in self.rows)

    async def registered(self, words: str) -> bool:
        """Whether a patient stands in « Papier »."""
        await self.press("f8", "home")
        return any(words in row for row in self.rows)

    async def do_job(self, job: Job) -> None:
        """Start a job of the test's own and wait for its end."""
        self.app.start(job)
        await self.wait_for_workers()

    @property
    def lines(self) -> list[str]:
        """What the terminal shows, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    @property
    def text(self) -> str:
        """What the terminal shows, whole."""
        return "\n".join(self.lines)

    @property
    def mode(self) -> str:
        """The main screen that is open."""
        return self.app.current_mode

    @property
    def screen(self) -> str:
        """The class of the screen on top: `ToSendScreen`, `Confirm`…"""
        return type(self.app.screen).__name__

    @property
    def title(self) -> str:
        """The left of the title bar."""
        return self._said("#title")

    @property
    def status(self) -> str:
        """What the status line says."""
        return self._said("#status")

    @property
    def keys(self) -> str:
        """What the key bar shows."""
        return self._said("#keys")

    @property
    def list(self) -> LineList:
        """The list that has the focus, else the first of the screen."""
        focused = self.app.screen.focused
        return focused if isinstance(focused, LineList) else self.app.screen.query(LineList).first()

    @property
    def rows(self) -> list[str]:
        """The rows of the list that show, each as the words of its cells joined by a space."""
        return [_words(row.cells) for row in self.list.rows]

    @property
    def row(self) -> str:
        """The row under the cursor; empty on the header and in an empty list."""
        return _words(self.list.row.cells) if self.list.row else ""

    def _said(self, selector: str) -> str:
        return self.app.screen.query_one(selector, Bar).said


def _words(cells: tuple[Any, ...]) -> str:
    return " ".join(cell if isinstance(cell, str) else "".join(words for words, _tone in cell) for cell in cells)


@pytest.fixture
def open_app(cabinet: Cabinet) -> Callable[..., contextlib.AbstractAsyncContextManager[Page]]:
    """Open the interface on the practice, on one of its main screens."""

    @contextlib.asynccontextmanager
    async def opened(
        mode: str = "a_transmettre", *, size: tuple[int, int] = (80, 24), **profile: Any
    ) -> AsyncIterator[Page]:
        with mock.patch.object(ScorApp, "DEFAULT_MODE", mode):
            app = ScorApp(cabinet, Profile(**profile))
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield Page(app, pilot)

    return opened

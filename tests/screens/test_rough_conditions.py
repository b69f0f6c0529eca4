"""What a day does to an interface: keys held, terminals resized, work that fails, others that do not answer."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from textual import events

from scor_tui.domain.status import Status
from scor_tui.scanners.sane import SaneScanner
from scor_tui.services import defects, dossiers, drafts, poll, state, transmit
from scor_tui.store import engine
from scor_tui.store.models import Dossier, Message
from scor_tui.ui import app as interface
from scor_tui.ui.jobs import Job
from scor_tui.ui.screens.dialogs import Ask

NAME = "DIXIÈME Rose 285019900000012"
HOLDER = """
import sys
from pathlib import Path
from scor_tui.store.engine import open_store
from scor_tui.store.models import database
open_store(Path(sys.argv[1]))
database.execute_sql("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def no_other_scanner(monkeypatch):
    """No scanner of this machine takes part."""
    monkeypatch.setattr(SaneScanner, "devices", lambda self: ())


# --- keys and terminals ----------------------------------------------------------------------------------


async def hold(page, key, times):
    """Hold a key: it comes again before the program has answered."""
    for _ in range(times):
        page.app.post_message(events.Key(key, None))
    await page.pilot.pause()
    await page.pilot.pause()


async def test_a_held_key_moves_as_often_as_it_comes_and_stops_with_it(open_app):
    async with open_app("retours") as page:
        await page.press("home", *["down"] * 9)
        there = page.row
        await page.press("home")
        await hold(page, "down", 9)
        assert page.row == there
        await page.press("up", "down")
        assert page.row == there


async def test_a_held_key_explains_the_row_where_it_stops_and_few_on_the_way(open_app, monkeypatch):
    told = []
    async with open_app("tableau") as page:
        await page.wait_for_workers()
        await page.press("end", "home")
        sheet = type(page.app.screen)
        explain = sheet.explain

        def counted(screen, words):
            told.append(words)
            explain(screen, words)

        monkeypatch.setattr(sheet, "explain", counted)
        await hold(page, "down", 5)
        assert told[-1] == page.status
        assert len(told) <= 3


@pytest.mark.parametrize("size", [(120, 40), (80, 30), (60, 20)])
async def test_a_dialogue_stays_usable_and_in_the_middle_of_a_terminal_that_changes(open_app, size):
    async with open_app("a_transmettre") as page:
        await page.press("slash")
        await page.type("ESQ")
        await page.pilot.resize_terminal(*size)
        await page.pilot.pause()
        box = page.app.screen.query_one(".dialog").region
        left, right = box.x, size[0] - box.right
        above, below = box.y, size[1] - box.bottom
        assert isinstance(page.app.screen, Ask)
        assert abs(left - right) <= 1
        assert abs(above - below) <= 1
        await page.type("UISSE")
        await page.pilot.resize_terminal(80, 24)
        await page.press("enter")
        assert page.screen == "ToSendScreen"
        assert all("ESQUISSE" in row for row in page.rows)


async def test_f6_over_its_own_list_closes_what_stands_over_it(open_app):
    async with open_app("retours") as page:
        await page.press("enter")
        assert page.screen == "DossierScreen"
        await page.press("f7")
        assert page.screen == "ReturnsScreen"
        assert len(page.app.screen_stack) == 1


async def test_f6_in_an_acquisition_opened_from_f6_shows_the_list_and_keeps_the_pages(open_app, cabinet):
    async with open_app("a_transmettre") as page:
        await page.go_to("DIXIÈME")
        await page.press("f5", "n")
        await page.wait_for_workers()
        pages = list(page.app.screen.draft.pages)
        await page.press("f6")
        assert page.screen == "ToSendScreen"
        await page.press("f7", "f6", "f5")
        assert "déjà ouverte" in page.text
        await page.press("o")
        assert page.screen == "AcquisitionScreen"
        assert page.app.screen.draft.pages == pages != []
        await page.press("f6", "q")
        assert "numérisation n'est pas enregistrée" in page.text
        await page.press("n", "f5", "o", "l", "s")
        await page.wait_for_workers()
        assert page.screen == "ToSendScreen"
        await page.press("f5")
        assert page.screen != "Confirm"
    assert list(cabinet.folder.glob("acquisition-*")) == []


async def test_ctrl_q_asks_before_it_throws_pages_away(open_app, cabinet):
    async with open_app("a_transmettre") as page:
        await page.go_to("DIXIÈME")
        await page.press("f5", "n")
        await page.wait_for_workers()
        await page.press("ctrl+q")
        assert "numérisation n'est pas enregistrée" in page.text
        await page.press("ctrl+q", "n")
        assert page.screen == "AcquisitionScreen"
        assert page.app.is_running
        await page.press("ctrl+q", "o")
    assert list(cabinet.folder.glob("acquisition-*")) == []


async def test_quitting_throws_an_acquisition_away_that_was_laid_aside(open_app, cabinet):
    async with open_app("a_transmettre") as page:
        await page.go_to("DIXIÈME")
        await page.press("f5", "n")
        await page.wait_for_workers()
        await page.press("f6", "q", "o")
    assert list(cabinet.folder.glob("acquisition-*")) == []


# --- a poll that is stopped ------------------------------------------------------------------------------


class AfterOne:
    """Wants the work to stop once one more message is kept."""

    def __init__(self):
        self._before = Message.select().count()

    def is_set(self):
        return Message.select().count() > self._before


@pytest.fixture
def two_answers(cabinet, caisse, clock):
    """Two messages in the BAL: what was sent is answered at once, and so is what was sent before it."""
    transmit.transmit(cabinet)
    caisse()
    assert len(waiting(cabinet)) >= 2


def waiting(cabinet):
    """What lies unread in the BAL."""
    return list((cabinet.folder / "demonstration" / "poste").glob("praticien-*/new/*"))


def test_a_poll_stops_after_the_message_in_hand_and_the_next_takes_the_others(cabinet, two_answers):
    before = waiting(cabinet)
    account = poll.poll(cabinet, cancel=AfterOne())
    assert (account.stopped, account.polled, len(account.received)) == (True, False, 1)
    assert len(waiting(cabinet)) == len(before) - 1
    rest = poll.poll(cabinet)
    assert rest.polled
    assert len(rest.received) == len(before) - 1
    assert waiting(cabinet) == []


def test_a_stopped_poll_blames_no_caisse_for_its_silence(cabinet, clock, two_answers):
    clock.advance(hours=60)
    silent = Dossier.select().where(Dossier.status == Status.TRANSMIS).count()
    assert silent
    stop = threading.Event()
    stop.set()
    account = poll.poll(cabinet, cancel=stop)
    assert account.stopped
    assert account.expired == []
    assert Dossier.select().where(Dossier.status == Status.TRANSMIS).count() == silent


def test_nothing_leaves_after_a_poll_that_was_stopped(cabinet, two_answers):
    stop = threading.Event()
    stop.set()
    account = transmit.transmit(cabinet, cancel=stop)
    assert (account.stopped, account.sent) == (True, [])


async def test_escape_stops_a_poll_from_the_centre(open_app, cabinet, two_answers):
    before, reached, go = waiting(cabinet), threading.Event(), threading.Event()

    def work(progress, cancel):
        def told(done, total, code):
            progress(done, total, code)
            reached.set()
            assert go.wait(60), "the test never let the job go on"

        return poll.poll(cabinet, told, cancel)

    async with open_app("retours") as page:
        page.app.start(Job("retour NOEMIE", work, "releve"))
        while not reached.is_set():
            await page.pilot.pause()
        await page.press("escape")
        assert "attend la prochaine relève" in page.text
        await page.press("o")
        assert "Arrêt demandé" in page.status
        go.set()
        await page.wait_for_workers()
        assert "arrêtée" in page.text
        assert len(waiting(cabinet)) == len(before)
        await page.press("escape", "b")
        await page.wait_for_workers()
        assert waiting(cabinet) == []


# --- work that fails -------------------------------------------------------------------------------------


async def test_a_defect_in_a_job_is_told_with_its_remedy_and_logged_without_its_values(open_app, cabinet):
    def defective(_progress, _cancel):
        raise KeyError(NAME)

    async with open_app("retours") as page:
        await page.do_job(Job("retour NOEMIE", defective, "releve"))
        assert page.screen == "ErrorDialog"
        assert "Défaut du programme" in page.text
        assert "KeyError" in page.text
        assert "Signalez ces mots" in page.text
        assert "DIXIÈME" not in page.text
        await page.press("escape", "f7", "b")
        await page.wait_for_workers()
        assert page.app.last_account.polled
    log = cabinet.folder / defects.LOG
    assert "retour NOEMIE : KeyError, ui/jobs.py:" in log.read_text()
    assert "DIXIÈME" not in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


async def test_a_defect_in_the_count_of_what_waits_leaves_the_list_usable(open_app, monkeypatch):
    def defective():
        raise ZeroDivisionError(NAME)

    monkeypatch.setattr(state, "work", defective)
    async with open_app("tableau") as page:
        await page.wait_for_workers()
        assert page.screen == "ErrorDialog"
        assert "ZeroDivisionError" in page.text
        first = page.app.screen
        await page.press("escape")
        await page.wait_for_workers()
        assert page.app.screen is not first
        await page.press("down")
        assert page.row


async def test_a_defect_while_pages_are_prepared_keeps_the_pages_and_the_acquisition(open_app, cabinet, monkeypatch):
    def defective(*_pages):
        raise LookupError(NAME)

    async with open_app("a_transmettre") as page:
        await page.go_to("DIXIÈME")
        make = drafts.make
        monkeypatch.setattr(drafts, "make", defective)
        await page.press("f5", "n")
        await page.wait_for_workers()
        assert page.screen == "ErrorDialog"
        assert "LookupError" in page.text
        await page.press("escape")
        assert page.screen == "AcquisitionScreen"
        assert page.app.screen.draft.pages
        monkeypatch.setattr(drafts, "make", make)
        await page.press("r")
        await page.wait_for_workers()
        assert page.app.screen.draft.made.pdf
    assert "LookupError" in (cabinet.folder / defects.LOG).read_text()


def test_the_log_of_defects_keeps_its_newest_lines(cabinet, monkeypatch):
    monkeypatch.setattr(defects, "KEPT", 3)
    for number in range(5):
        defects.note(cabinet, f"travail {number}", ValueError(NAME))
    lines = (cabinet.folder / defects.LOG).read_text().splitlines()
    assert [line.split(" : ")[0].split(" ", 1)[1] for line in lines] == ["travail 2", "travail 3", "travail 4"]


# --- records that another session holds ------------------------------------------------------------------


@pytest.fixture
def holder(practice_folder):
    """Another process that holds the records for writing until `release` is called."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(practice_folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"

    def release():
        process.stdin.close()
        assert process.wait(60) == 0

    yield release
    if process.poll() is None:
        process.kill()
    process.wait()
    process.stdout.close()


async def test_records_held_by_another_session_are_told_and_nothing_changes(open_app, holder, monkeypatch):
    monkeypatch.setattr(interface, "PATIENCE_MILLISECONDS", 50)
    async with open_app("a_transmettre") as page:
        before = page.row
        await page.press("space")
        assert page.screen == "ErrorDialog"
        assert "Une autre session tient la base" in page.text
        assert "recommencez" in page.text
        await page.press("escape")
        assert page.row == before
        await page.press("f7", "down", "f6")
        assert page.row == before
        holder()
        await page.press("space")
        assert page.row != before


async def test_a_job_that_finds_the_records_held_says_so_and_can_be_done_again(open_app, cabinet, holder, monkeypatch):
    monkeypatch.setattr(interface, "PATIENCE_MILLISECONDS", 50)

    def impatient(progress, cancel):
        engine.wait_at_most(50)
        return poll.poll(cabinet, progress, cancel)

    async with open_app("retours") as page:
        await page.do_job(Job("retour NOEMIE", impatient, "releve"))
        assert page.screen == "ErrorDialog"
        assert "Une autre session tient la base" in page.text
        await page.press("escape", "escape", "down")
        holder()
        await page.press("b")
        await page.wait_for_workers()
        assert page.app.last_account.polled


# --- a caisse that never answers -------------------------------------------------------------------------


async def test_a_caisse_that_never_answers_holds_no_screen_and_is_told_after_48_hours(open_app, clock):
    async with open_app("a_transmettre") as page:
        await page.press("f9", "o")
        await page.wait_for_workers()
        sent = next(one for one in page.app.last_account.sent if not one.again).factures[0]
        for mode in ("f2", "f3", "f6", "f8", "f7"):
            await page.press(mode, "down", "up")
        clock.advance(hours=49)
        await page.press("b")
        await page.wait_for_workers()
        assert sent in page.app.last_account.expired
        await page.press("escape", "f2")
        await page.wait_for_workers()
        assert "à retransmettre" in page.lines[2]
        assert dossiers.by_facture(sent).status is Status.A_RETRANSMETTRE
        await page.press("f9", "f9", "o")
        await page.wait_for_workers()
        again = [one for one in page.app.last_account.sent if one.again]
        assert any(sent in one.factures for one in again)

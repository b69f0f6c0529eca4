"""The centre de télétransmission: what is being done, what was done, how to stop it."""

from __future__ import annotations

import contextlib
import threading

import pytest

from scor_tui import system
from scor_tui.domain.status import Status
from scor_tui.domain.wire import Outcome
from scor_tui.presentation.centre import ASCII, GLYPHS, Course, account_lines, course_lines, received_words
from scor_tui.services import reports, transmit
from scor_tui.services.centre import LotNow
from scor_tui.services.reports import Account, HeldBack, Received, Sent
from scor_tui.store.engine import POST_LOCK_FILE
from scor_tui.store.models import Dossier
from scor_tui.ui.jobs import Job


class Held:
    """A transmission that waits for the test at one of its steps."""

    def __init__(self, cabinet, code):
        self.reached, self.go = threading.Event(), threading.Event()
        self._cabinet, self._code = cabinet, code

    def __call__(self, progress, cancel):
        def told(done, total, code):
            progress(done, total, code)
            if code == self._code and not self.reached.is_set():
                self.reached.set()
                assert self.go.wait(60), "the test never let the job go on"

        return transmit.transmit(self._cabinet, progress=told, cancel=cancel)


@contextlib.asynccontextmanager
async def held(page, cabinet, code):
    """Start a transmission and stop at a step of it; it goes on at the end, whatever happens."""
    job = Held(cabinet, code)
    page.app.start(Job("transmission", job, "transmission"))
    try:
        while not job.reached.is_set():
            await page.pilot.pause()
        await page.pilot.pause()
        yield job
    finally:
        job.go.set()
        await page.wait_for_workers()


async def test_polling_opens_the_centre_with_what_was_taken_from_the_bal(open_app, caisse, cabinet):
    transmit.transmit(cabinet)
    caisse()
    async with open_app("retours") as page:
        await page.press("b")
        await page.wait_for_workers()
        assert page.screen == "CentreScreen"
        received = next(reports.kept())
        account = reports.account_of(reports.read(received.id))
        assert account.received
        assert received_words(account.received) in page.text
        for one in account.received:
            await page.go_to(one.summary[:50])
        await page.press("escape")
        assert page.screen == "ReturnsScreen"


async def test_transmitting_tells_each_lot(open_app):
    async with open_app("a_transmettre") as page:
        await page.press("t", "o")
        await page.wait_for_workers()
        assert page.screen == "CentreScreen"
        account = page.app.last_account
        assert account.sent
        for sent in account.sent:
            assert f"✓ accepté : lot {sent.lot}" in page.text
        assert f"{len(account.sent)}\u00a0lots" in page.text
        assert "signature, scellement" in page.text


async def test_while_lots_leave_their_state_shows(open_app, cabinet):
    async with open_app("a_transmettre") as page, held(page, cabinet, "envoi"):
        assert page.screen == "CentreScreen"
        assert "en cours depuis" in page.lines[0]
        assert "relève de la BAL       ✓" in page.text
        assert "… en cours : lot" in page.text
        assert "p imprimer" not in page.keys


async def test_escape_stops_after_this_message_and_what_did_not_leave_comes_back(open_app, cabinet):
    async with open_app("a_transmettre") as page:
        async with held(page, cabinet, "constitution"):
            await page.press("escape")
            assert "Arrêter après ce message" in page.text
            await page.press("o")
            assert "Arrêt demandé" in page.status
        account = page.app.last_account
        assert not account.sent
        assert any("arrêté avant l'envoi" in one.reason for one in account.held_back)
        assert "arrêté avant l'envoi" in page.text
    assert not Dossier.select().where(Dossier.status == Status.EN_COURS).count()


async def test_another_screen_can_be_used_meanwhile(open_app, cabinet):
    async with open_app("a_transmettre") as page:
        async with held(page, cabinet, "constitution"):
            await page.press("f8")
            assert page.screen == "PaperScreen"
            await page.press("z")
            assert page.screen == "CentreScreen"
            await page.press("f6")
            assert page.screen == "ToSendScreen"
        assert page.app.last_account.sent


async def test_a_job_that_fails_is_told_with_its_remedy(open_app, cabinet):
    async with open_app("a_transmettre") as page:
        with system.locked(cabinet.folder / POST_LOCK_FILE) as taken:
            assert taken
            await page.press("b")
            await page.wait_for_workers()
        assert page.screen == "ErrorDialog"
        assert "Une autre session" in page.text
        await page.press("escape")
        assert page.screen == "CentreScreen"
        assert "× Une autre session" in page.text


async def test_past_accounts_are_read_again(open_app):
    async with open_app("retours") as page:
        await page.press("z", "c")
        assert page.screen == "ListDialog"
        await page.go_to("transmission")
        when = page.list.row.cells[0]
        await page.press("enter")
        assert page.screen == "CentreScreen"
        assert f"transmission du {when}" in page.lines[0]
        assert "✓ accepté : lot" in page.text


async def test_an_account_is_printed(open_app, tmp_path):
    target = tmp_path / "compte.pdf"
    async with open_app("retours") as page:
        await page.press("z", "p", "ctrl+u")
        await page.type(str(target))
        await page.press("enter")
        assert "Compte rendu" in page.status
    assert target.read_bytes().startswith(b"%PDF-")


async def test_enter_on_a_refusal_opens_its_dossier(open_app):
    row = next(one for one in reports.kept() if "à reconstituer" in one.content)
    refused = reports.account_of(reports.read(row.id))
    fact = next(fact for one in refused.received for fact in one.facts if "à reconstituer" in fact)
    async with open_app("retours", size=(80, 60)) as page:
        await page.press("z", "c")
        await page.go_to(f"{row.begun.astimezone():%d/%m %H:%M}")
        await page.press("enter")
        await page.go_to(fact[:40])
        assert "entrée : ouvrir le dossier" in page.status
        await page.press("enter")
        assert page.screen == "DossierScreen"
        assert fact[:9] in page.lines[0]


# --- the words -------------------------------------------------------------------------------------------


def test_messages_are_counted_by_kind_and_sign():
    received = [
        Received("arl_fse", "ARL FSE + du lot 012"),
        Received("arl_fse", "ARL FSE + du lot 013"),
        Received("arl_scor", "ARL SCOR - du lot 000230", needs_hand=True),
        Received("ecarte", "message écarté : signature", needs_hand=True),
    ]
    assert received_words(received) == "4\u00a0messages : 2 ARL FSE +, 1 ARL SCOR -, 1 écarté"


@pytest.mark.parametrize(("outcome", "said"), [(Outcome.NOT_SENT, "non parti"), (Outcome.UNKNOWN, "incertaine")])
def test_a_lot_that_did_not_surely_leave_stands_out(outcome, said, clock):
    account = Account("transmission", clock.now(), polled=True)
    account.sent = [Sent("scor", "000230", "01-996-0000", ("261120509",), 1, 20_000, outcome, "450 plus tard")]
    account.held_back = [HeldBack("261120510", "aucune pièce n'est attachée")]
    lines = account_lines(account, {"01-996-0000": "CPAM Essai"}, GLYPHS)
    sent = next(line for line in lines if "000230" in line.words)
    assert sent.alarm
    assert said in sent.words
    assert "CPAM Essai" in sent.words
    assert "450 plus tard" in sent.words
    assert any(line.facture == "261120510" for line in lines)


def test_the_stages_follow_the_progress_of_the_job_in_ascii_too(clock):
    course = Course("transmission", clock.now())
    words = [line.words for line in course_lines(course, [], ASCII)]
    assert words == ["...", "-", "-", "-"]
    course.note("envoi", 1, 2)
    lots = [LotNow("000234", "CPAM Essai", Outcome.SENT), LotNow("000235", "MSA Essai", None)]
    words = [line.words for line in course_lines(course, lots, ASCII)]
    assert words == ["ok", "ok", "ok", "ok accepté : lot 000234 CPAM Essai", "... en cours : lot 000235 MSA Essai"]

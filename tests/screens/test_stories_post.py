"""Stories of the post: what did not leave, what may have left, a BAL that does not answer, an old certificate."""

from __future__ import annotations

import errno
import os
from datetime import timedelta

import pytest

from scor_tui import system
from scor_tui.demo.layout import Layout, of_caisse
from scor_tui.exchange.authority import Authority
from scor_tui.exchange.certificates import Usage
from scor_tui.services import setup
from scor_tui.store.models import LotSCOR
from scor_tui.ui.widgets.bars import StatusLine

READY, SILENT, CPAM = "TROIS F.", "CROQUIS O.", "01-996-0000"


@pytest.fixture
def layout(practice_folder):
    return Layout(practice_folder / "demonstration")


@pytest.fixture
def disk_without_a_word(layout, monkeypatch):
    """Let the frontal's disk take a message and not say that it holds it: as a link cut after the final dot."""
    real = system.sync_folder

    def sync(folder):
        if folder == layout.inbox / "new":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(folder)

    monkeypatch.setattr(system, "sync_folder", sync)
    return monkeypatch.undo


async def test_what_certainly_did_not_leave_is_back_where_it_was_with_its_reason(open_app, layout):
    layout.inbox.rename(layout.inbox.with_name("ailleurs"))
    async with open_app() as page:
        await page.go_to(READY)
        before = page.row
        await page.send()
        await page.press("f6")
        await page.go_to(READY)
        assert page.row == before
        assert "non parti" in page.status


async def test_a_resend_that_did_not_leave_is_still_to_be_resent(open_app, layout):
    layout.inbox.rename(layout.inbox.with_name("ailleurs"))
    async with open_app() as page:
        before = await page.returned(SILENT)
        await page.send()
        assert await page.returned(SILENT) == before, "not an attempt"


async def test_an_uncertain_sending_waits_for_its_48_hours_then_leaves_again(
    open_app, disk_without_a_word, clock, caisse
):
    async with open_app() as page:
        await page.press("f9", "o")
        await page.wait_for_workers()
        assert "issue incertaine, pas de renvoi avant 48" in page.text
        await page.press("escape")
        disk_without_a_word()
        row = await page.returned(READY)
        assert "transmis (incertain)" in row
        assert " 1 " in row, "it counts as an attempt"
        assert "issue incertaine, transmis le" in page.status
        assert not await page.listed(READY), "nothing can be sent twice by mistake"
        clock.advance(hours=47)
        await page.poll()
        assert "transmis (incertain)" in await page.returned(READY)
        clock.advance(hours=1)
        await page.poll()
        assert "à retransmettre" in await page.returned(READY)
        await page.send()
        assert " 2 " in await page.returned(READY)
        caisse()
        await page.poll()
        assert "archivé" in await page.returned(READY)


async def test_an_uncertain_sending_that_had_arrived_is_archived_by_its_answer(open_app, disk_without_a_word, caisse):
    async with open_app() as page:
        await page.send()
        disk_without_a_word()
        assert "transmis (incertain)" in await page.returned(READY)
        caisse()
        await page.poll()
        row = await page.returned(READY)
        assert "archivé" in row
        assert "incertain" not in row


async def test_without_a_poll_nothing_is_resent_and_the_rest_only_when_asked(open_app, layout):
    for box in layout.inbox.parent.iterdir():
        if box != layout.inbox:
            box.rename(box.with_name(f"ailleurs-{box.name}"))
    async with open_app() as page:
        resent = await page.returned(SILENT)
        await page.press("f6", "f9", "o")
        await page.wait_for_workers()
        assert "Envoyer sans relève ? Aucun second envoi ne partira." in " ".join(page.text.split())
        await page.press("n", "escape")
        assert await page.listed(READY), "no is no"
        await page.press("f9", "o")
        await page.wait_for_workers()
        await page.press("o")
        await page.wait_for_workers()
        await page.press("escape")
        assert "transmis" in await page.returned(READY)
        assert await page.returned(SILENT) == resent


async def test_a_silent_lot_whose_certificate_has_expired_leaves_as_a_new_one(open_app, cabinet, layout, clock, caisse):
    renew(cabinet, layout, clock, days=2)
    async with open_app() as page:
        await page.send()
        first = (await page.returned(READY)).split()[0]
        before = LotSCOR.select().count()
        clock.advance(hours=60)
        renew(cabinet, layout, clock, days=400)
        await page.poll()
        assert "à retransmettre" in await page.returned(READY)
        await page.send()
        row = await page.returned(READY)
        assert "transmis" in row
        assert " 2 " in row
        assert first not in row
        assert LotSCOR.select().count() > before
        caisse()
        await page.poll()
        assert "archivé" in await page.returned(READY)


async def test_an_answer_about_something_else_than_what_was_sent_is_set_aside_and_shown(open_app, caisse_says):
    async with open_app() as page:
        before = await page.returned(SILENT)
        caisse_says("CROQUIS Olivier", "+", digest="0" * 64)
        await page.poll()
        assert await page.returned(SILENT) == before
        await page.press("e")
        said = page.app.screen.query_one("#explained", StatusLine).said
        assert "ne porte pas l'empreinte de ce qui a été envoyé" in said


def renew(cabinet, layout, clock, days):
    """Give the caisse a certificate to encrypt for, good for some days, and tell the practice."""
    root = Authority.load(*((layout.pki / f"racine.{part}").read_bytes() for part in ("key", "crt")))
    stem = layout.pki / f"{of_caisse(CPAM)}-chiffrement"
    key, chain = root.issue("Caisse de démonstration", Usage.ENCRYPT, clock.now() - timedelta(days=1), days + 1)
    stem.with_suffix(".key").write_bytes(key)
    stem.with_suffix(".crt").write_bytes(chain)
    setup.configure(cabinet, layout.folder / "cabinet.toml")

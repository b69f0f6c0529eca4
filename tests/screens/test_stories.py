"""The practitioner's stories, with the keyboard only: one for each row of the table of statuses (product, 3.3)."""

from __future__ import annotations

import shutil

import pytest

from scor_tui.demo.cases import Variant
from scor_tui.demo.papers import Paper, scans
from scor_tui.demo.population import build
from scor_tui.domain.pieces import PieceType
from scor_tui.scanners.sane import SaneScanner

RED, REFUSED, SILENT, SENT = "DIXIÈME", "GABARIT", "CROQUIS Olivier", "ESQUISSE"


@pytest.fixture(autouse=True)
def no_other_scanner(monkeypatch):
    """No scanner of this machine takes part."""
    monkeypatch.setattr(SaneScanner, "devices", lambda self: ())


@pytest.fixture
def glass(practice_folder, evening):
    """Lay an ordonnance on the demonstration's scanner: a good one, or one that only the caisse sees is bad."""
    folder = practice_folder / "demonstration" / "scanner"
    bill = build(7, evening.date()).by_case["prete-1"]

    def lay(variant=Variant.GOOD):
        shutil.rmtree(folder)
        folder.mkdir(mode=0o700)
        page = scans(Paper(PieceType.ORDN, variant, bill, bill.prescription, seed=11))[0]
        (folder / "page.jpg").write_bytes(page)

    lay()
    return lay


async def scan(page, words):
    """Scan the missing or refused ordonnance of a row of « À transmettre », look at it, save it."""
    await page.press("f6")
    await page.go_to(words)
    await page.press("f5")
    assert page.screen == "AcquisitionScreen"
    await page.press("n")
    await page.wait_for_workers()
    await page.press("l", "s")
    await page.wait_for_workers()
    assert page.screen == "ToSendScreen"


async def send(page):
    """F9, yes, and back to the list once it is done."""
    await page.press("f6", "f9", "o")
    await page.wait_for_workers()
    await page.press("escape")


async def poll(page):
    """Retour NOEMIE, and back."""
    await page.press("b")
    await page.wait_for_workers()
    await page.press("escape")


async def returned(page, words):
    """Return the row of « Retours » for a patient."""
    await page.press("f7")
    await page.go_to(words)
    return page.row


async def listed(page, words):
    """Whether a patient stands in « À transmettre »."""
    await page.press("f6", "home")
    return any(words in row for row in page.rows)


async def test_red_scanned_sent_acknowledged_archived(open_app, glass, caisse):
    async with open_app() as page:
        await page.go_to(RED)
        assert page.row.startswith("[ ]")
        assert "O○ aucune" in page.row
        await scan(page, RED)
        assert "O●" in page.row
        assert page.row.startswith("[x]"), "it is ticked by itself once it has its piece"
        await send(page)
        assert "transmis" in await returned(page, "DIXIÈME L.")
        assert not await listed(page, RED)
        caisse()
        await poll(page)
        assert "archivé" in await returned(page, "DIXIÈME L.")


async def test_refused_then_rebuilt_with_a_better_page_and_archived(open_app, glass, caisse):
    async with open_app() as page:
        await page.go_to(REFUSED)
        assert "reconstituer" in page.row
        assert "O×" in page.row
        await scan(page, REFUSED)
        assert "O●" in page.row
        await send(page)
        caisse()
        await poll(page)
        row = await returned(page, "GABARIT P.")
        assert "archivé" in row
        assert " 2 " in row, "the second attempt"


async def test_refused_twice_goes_to_paper_and_is_posted(open_app, glass, caisse):
    glass(Variant.PALE)
    async with open_app() as page:
        await scan(page, REFUSED)
        await send(page)
        caisse()
        await poll(page)
        assert "à traiter manuellement" in await returned(page, "GABARIT P.")
        await page.press("space", "y", "o")
        await page.wait_for_workers()
        assert "collecte papier" in await returned(page, "GABARIT P.")
        await page.press("f8")
        await page.go_to("GABARIT")
        assert page.row.startswith("[ ]")
        await page.press("space", "s", "o")
        await page.go_to("GABARIT")
        assert "justificatif papier envoyé" in page.row
        assert "posté" in await returned(page, "GABARIT P.")


async def test_a_refused_dossier_may_go_to_paper_at_once(open_app):
    async with open_app() as page:
        await returned(page, "GABARIT P.")
        await page.press("space", "y", "o")
        await page.wait_for_workers()
        assert "collecte papier" in await returned(page, "GABARIT P.")
        assert not await listed(page, REFUSED)


async def test_silent_for_48_hours_resent_as_it_was_and_archived(open_app, caisse):
    async with open_app() as page:
        assert "à retransmettre" in await returned(page, "CROQUIS O.")
        await send(page)
        row = await returned(page, "CROQUIS O.")
        assert "transmis" in row
        assert " 2 " in row
        caisse()
        await poll(page)
        assert "archivé" in await returned(page, "CROQUIS O.")


async def test_silent_twice_is_to_be_treated_by_hand_and_a_late_answer_archives_it(open_app, clock, caisse):
    async with open_app() as page:
        assert "transmis" in await returned(page, "ESQUISSE N.")
        clock.advance(hours=42)
        await poll(page)
        assert "transmis" in await returned(page, "ESQUISSE N."), "not before its 48 hours"
        clock.advance(hours=6)
        await poll(page)
        assert "à retransmettre" in await returned(page, "ESQUISSE N.")
        await send(page)
        clock.advance(hours=49)
        await poll(page)
        assert "à traiter manuellement" in await returned(page, "ESQUISSE N.")
        assert not await listed(page, SENT)
        caisse()
        await poll(page)
        assert "archivé" in await returned(page, "ESQUISSE N.")


async def test_an_answer_that_comes_after_48_hours_still_archives(open_app, clock, caisse):
    async with open_app() as page:
        clock.advance(hours=53)
        await poll(page)
        assert "à retransmettre" in await returned(page, "ESQUISSE N.")
        caisse()
        await poll(page)
        assert "archivé" in await returned(page, "ESQUISSE N.")


async def test_what_certainly_did_not_leave_is_back_where_it_was_with_its_reason(open_app, practice_folder):
    frontal = practice_folder / "demonstration" / "poste" / "frontal"
    frontal.rename(frontal.with_name("ailleurs"))
    async with open_app() as page:
        await page.go_to("TROIS")
        before = page.row
        await send(page)
        await page.press("f6")
        await page.go_to("TROIS")
        assert page.row == before
        assert "non parti" in page.status


async def test_hors_scor_and_back(open_app):
    async with open_app() as page:
        await page.go_to("TROIS")
        await page.press("h", "n")
        assert await listed(page, "TROIS"), "no is no"
        await page.go_to("TROIS")
        await page.press("h", "o")
        assert not await listed(page, "TROIS")
        row = await returned(page, "TROIS F.")
        assert "Hors SCOR" in row
        assert "collecte papier" in row
        await page.press("h", "o")
        await page.wait_for_workers()
        assert await listed(page, "TROIS")


async def test_the_whole_day_in_one_key(open_app, clock, caisse):
    async with open_app() as page:
        ready = [row for row in page.rows if row.startswith("[x]")]
        assert ready
        await page.press("f10")
        await page.wait_for_workers()
        await page.press("escape")
        caisse()
        await page.press("f10")
        await page.wait_for_workers()
        await page.press("escape")
        assert "archivé" in await returned(page, "TROIS F.")

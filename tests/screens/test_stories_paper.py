"""Stories of what goes by post or out of SCOR, and of verdicts that come when they change nothing any more."""

from __future__ import annotations

from scor_tui.demo.cases import Variant

REFUSED, BY_HAND, READY, OUT = "GABARIT P.", "QUATORZE N.", "TROIS F.", "D'ANNEXE H."


async def to_paper(page, words):
    """Move a row of « Retours » to paper."""
    await page.returned(words)
    await page.press("space", "y", "o")
    await page.wait_for_workers()
    return await page.returned(words)


async def post(page, words):
    """Tick the piece of a row of « Papier » and record it as posted."""
    await page.press("f8")
    await page.go_to(words)
    assert page.row.startswith("[ ]")
    await page.press("space", "s", "o")
    await page.go_to(words)
    assert "justificatif papier envoyé" in page.row


# --- to paper -----------------------------------------------------------------------------------------------


async def test_refused_twice_goes_to_paper_and_is_posted(open_app, glass, caisse):
    glass(Variant.PALE)
    async with open_app() as page:
        await page.scan(REFUSED)
        await page.send()
        caisse()
        await page.poll()
        assert "à traiter manuellement" in await page.returned(REFUSED)
        assert "collecte papier" in await to_paper(page, REFUSED)
        await post(page, "GABARIT")
        assert "posté" in await page.returned(REFUSED)


async def test_a_refused_dossier_may_go_to_paper_at_once(open_app):
    async with open_app() as page:
        assert "collecte papier" in await to_paper(page, REFUSED)
        assert not await page.listed(REFUSED)


async def test_an_acceptance_that_comes_before_the_post_archives_and_empties_the_register(open_app, caisse_says):
    async with open_app() as page:
        assert "à traiter manuellement" in await page.returned(BY_HAND)
        assert "collecte papier" in await to_paper(page, BY_HAND)
        assert await page.registered("QUATORZE")
        caisse_says("QUATORZE Noël", "+")
        await page.poll()
        assert "archivé" in await page.returned(BY_HAND)
        assert not await page.registered("QUATORZE")


async def test_an_acceptance_that_comes_after_the_post_changes_nothing_and_is_told(open_app, caisse_says):
    async with open_app() as page:
        await to_paper(page, BY_HAND)
        await post(page, "QUATORZE")
        caisse_says("QUATORZE Noël", "+")
        await page.poll()
        row = await page.returned(BY_HAND)
        assert "! collecte papier posté" in row
        assert "Alerte : ARL arrivé alors que le dossier part ou est parti par la poste (+ du " in page.status
        assert await page.registered("QUATORZE"), "what was posted stays in the register"


# --- out of SCOR --------------------------------------------------------------------------------------------


async def test_hors_scor_and_back(open_app):
    async with open_app() as page:
        await page.go_to(READY)
        await page.press("h", "n")
        assert await page.listed(READY), "no is no"
        await page.go_to(READY)
        await page.press("h", "o")
        assert not await page.listed(READY)
        row = await page.returned(READY)
        assert "Hors SCOR" in row
        assert "collecte papier" in row
        assert await page.registered("TROIS")
        await page.returned(READY)
        await page.press("h", "o")
        await page.wait_for_workers()
        assert await page.listed(READY)
        assert not await page.registered("TROIS")


async def test_hors_scor_stays_once_a_piece_is_posted(open_app):
    async with open_app() as page:
        row = await page.returned(OUT)
        assert "Hors SCOR collecte papier posté" in row
        await page.press("h")
        assert "Ses pièces sont postées : il reste en collecte papier." in page.status
        assert await page.returned(OUT) == row


# --- verdicts that contradict -------------------------------------------------------------------------------


async def test_a_refusal_after_an_acceptance_leaves_it_archived_and_is_told(open_app, caisse, caisse_says):
    async with open_app() as page:
        await page.send()
        caisse()
        await page.poll()
        assert "archivé" in await page.returned(READY)
        caisse_says("TROIS François", "-")
        await page.poll()
        assert "! archivé" in await page.returned(READY)
        assert "Alerte : ARL contraire au premier (- du " in page.status
        assert not await page.listed(READY), "nothing is to be sent again"
        await page.returned(READY)
        await page.press("u")
        await page.go_to(READY)
        assert "archivé" in page.row
        assert "!" not in page.row
        await page.press("enter")
        assert "ARL contraire au premier" in page.text, "its chronology keeps it"


async def test_an_acceptance_after_a_refusal_leaves_it_to_be_rebuilt_and_it_goes_on(
    open_app, glass, caisse, caisse_says
):
    async with open_app() as page:
        caisse_says("GABARIT Paul", "+")
        await page.poll()
        assert "! à reconstituer" in await page.returned(REFUSED)
        assert "Alerte : ARL contraire au premier (+ du " in page.status
        await page.scan(REFUSED)
        await page.send()
        caisse()
        await page.poll()
        assert "archivé" in await page.returned(REFUSED)


async def test_the_same_verdict_again_changes_nothing_and_alarms_nobody(open_app, caisse_says):
    async with open_app() as page:
        before = await page.returned(REFUSED)
        caisse_says("GABARIT Paul", "-")
        await page.poll()
        assert await page.returned(REFUSED) == before
        assert "Alerte" not in page.status

"""The practitioner's stories, with the keyboard only: one for each row of the table of statuses (product, 3.3).

| from | event | told by |
|---|---|---|
| à transmettre | handed over | `test_red_scanned_sent_acknowledged_archived` |
| à transmettre | *incertain* | `test_stories_post.py`, `…uncertain…` |
| en cours d'envoi | certainly not sent | `test_stories_post.py`, `…certainly_did_not_leave…` |
| transmis | positive ARL | `test_red_scanned_sent_acknowledged_archived` |
| à retransmettre | positive ARL, late | `test_an_answer_that_comes_after_48_hours_still_archives` |
| transmis (1) | 48 h of silence | `test_silent_twice_…` |
| transmis (1) | negative ARL | `test_refused_at_its_first_sending_…` |
| à retransmettre | negative ARL | `test_a_refusal_that_comes_after_48_hours_…` |
| à retransmettre | handed over (2), same lot | `test_silent_for_48_hours_resent_as_it_was_and_archived` |
| à retransmettre | rebuilt, certificates expired | `test_stories_post.py`, `…certificate…` |
| à reconstituer | handed over (2), new lot | `test_refused_then_rebuilt_with_a_better_page_and_archived` |
| transmis (2) | negative ARL | `test_stories_paper.py`, `test_refused_twice_…` |
| transmis (2) | 48 h of silence | `test_silent_twice_…` |
| à traiter, à reconstituer | *Transfert papier* | `test_stories_paper.py` |
| à transmettre | *Hors SCOR*, and back | `test_stories_paper.py` |
| à traiter, collecte papier | positive ARL, late | `test_silent_twice_…`; `test_stories_paper.py` |
| any | posted already, or a verdict that contradicts | `test_stories_paper.py` |
"""

from __future__ import annotations

from scor_tui.demo.cases import Variant

RED, REFUSED, SILENT, SENT = "DIXIÈME L.", "GABARIT P.", "CROQUIS O.", "ESQUISSE N."


async def test_red_scanned_sent_acknowledged_archived(open_app, glass, caisse):
    async with open_app() as page:
        await page.go_to(RED)
        assert page.row.startswith("[ ]")
        assert "O○ aucune" in page.row
        await page.scan(RED)
        assert page.status.startswith("Enregistré : O « Ordonnance"), "said until a key is pressed"
        assert "O●" in page.row
        assert page.row.startswith("[x]"), "it is ticked by itself once it has its piece"
        await page.send()
        assert "transmis" in await page.returned(RED)
        assert not await page.listed(RED)
        caisse()
        await page.poll()
        assert "archivé" in await page.returned(RED)


async def test_refused_at_its_first_sending_is_to_be_rebuilt_and_says_why(open_app, glass, caisse):
    glass(Variant.PALE)
    async with open_app() as page:
        await page.scan(RED)
        await page.send()
        caisse()
        await page.poll()
        row = await page.returned(RED)
        assert "à reconstituer" in row
        assert " 1 " in row
        assert "n : reprendre" in page.status
        assert "SO-IMG-" in page.status
        assert await page.listed(RED)
        await page.go_to(RED)
        assert "reconstituer" in page.row
        assert "O×" in page.row


async def test_refused_then_rebuilt_with_a_better_page_and_archived(open_app, glass, caisse):
    async with open_app() as page:
        before = (await page.returned(REFUSED)).split()[1]
        await page.press("f6")
        await page.go_to(REFUSED)
        assert "reconstituer" in page.row
        assert "O×" in page.row
        await page.scan(REFUSED)
        assert "O●" in page.row
        await page.send()
        assert before not in await page.returned(REFUSED), "a rebuilt dossier leaves in a new lot"
        caisse()
        await page.poll()
        row = await page.returned(REFUSED)
        assert "archivé" in row
        assert " 2 " in row, "the second attempt"


async def test_silent_for_48_hours_resent_as_it_was_and_archived(open_app, caisse):
    async with open_app() as page:
        row = await page.returned(SILENT)
        assert "à retransmettre" in row
        lot = row.split()[0]
        await page.press("f6")
        await page.go_to(SILENT)
        assert "t : renvoyer le même lot" in page.status
        await page.press("h")
        assert "Hors SCOR ne concerne qu'un dossier jamais transmis" in page.status
        await page.send()
        row = await page.returned(SILENT)
        assert "transmis" in row
        assert " 2 " in row
        assert lot in row
        caisse()
        await page.poll()
        assert "archivé" in await page.returned(SILENT)


async def test_silent_twice_is_to_be_treated_by_hand_and_a_late_answer_archives_it(open_app, clock, caisse):
    async with open_app() as page:
        assert "transmis" in await page.returned(SENT)
        clock.advance(hours=42)
        await page.poll()
        assert "transmis" in await page.returned(SENT), "not before its 48 hours"
        clock.advance(hours=6)
        await page.poll()
        assert "à retransmettre" in await page.returned(SENT)
        await page.send()
        clock.advance(hours=49)
        await page.poll()
        assert "à traiter manuellement" in await page.returned(SENT)
        assert not await page.listed(SENT)
        caisse()
        await page.poll()
        assert "archivé" in await page.returned(SENT)


async def test_an_answer_that_comes_after_48_hours_still_archives(open_app, clock, caisse):
    async with open_app() as page:
        clock.advance(hours=53)
        await page.poll()
        assert "à retransmettre" in await page.returned(SENT)
        caisse()
        await page.poll()
        assert "archivé" in await page.returned(SENT)


async def test_a_refusal_that_comes_after_48_hours_still_asks_for_the_piece_again(open_app, caisse_says):
    async with open_app() as page:
        assert "à retransmettre" in await page.returned(SILENT)
        caisse_says("CROQUIS Olivier", "-")
        await page.poll()
        assert "à reconstituer" in await page.returned(SILENT)
        assert "SO-IMG-BLANC" in page.status
        await page.press("f6")
        await page.go_to(SILENT)
        assert "O×" in page.row


async def test_the_whole_day_in_one_key(open_app, caisse):
    async with open_app() as page:
        assert any(row.startswith("[x]") for row in page.rows)
        await page.press("f10")
        await page.wait_for_workers()
        await page.press("escape")
        caisse()
        await page.press("f10")
        await page.wait_for_workers()
        await page.press("escape")
        assert "archivé" in await page.returned("TROIS F.")

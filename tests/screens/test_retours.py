"""What came back: read, filtered, reopened, moved to paper, with the keyboard only."""

from __future__ import annotations

import pytest

from scor_tui.domain.status import Status
from scor_tui.services import dossiers, paper, returns
from scor_tui.store.models import Dossier, JournalEntry
from scor_tui.ui.screens.retours import COLUMNS

LOT, FACTURE, STATUS = 1, 2, 7


def in_status(status):
    return sorted(one.facture.number for one in Dossier.select().where(Dossier.status == status))


def lots_shown(page):
    return {row.cells[FACTURE]: row.cells[LOT] for row in page.list.rows}


async def choose(page, words):
    """Choose a line of the dialogue that is open."""
    options = page.app.screen.query_one("OptionList")
    while words not in str(options.get_option_at_index(options.highlighted or 0).prompt):
        await page.press("down")
    await page.press("enter")


async def test_the_number_of_a_lot_stands_once_whichever_way_the_list_was_reached(open_app, cabinet):
    expected, last = {}, None
    for row in returns.returned(cabinet):
        expected.setdefault(row.lot_id, []).append(row.facture)
    async with open_app("retours") as page:
        downwards = lots_shown(page)
        while page.list.row != last:
            last = page.list.row
            await page.press("pagedown")
            downwards |= lots_shown(page)
        last, upwards = None, lots_shown(page)
        while page.list.row != last:
            last = page.list.row
            await page.press("pageup")
            upwards |= lots_shown(page)
    assert upwards == downwards
    numbered = [facture for facture, lot in downwards.items() if lot]
    assert len(downwards) == sum(len(members) for members in expected.values())
    assert len(numbered) == len(expected), "each lot is numbered, and once"


async def test_the_status_filter_counts_and_keeps_only_what_was_asked(open_app):
    refused = in_status(Status.A_RECONSTITUER)
    async with open_app("retours") as page:
        everything = len([one for one in Dossier.select() if one.status is not Status.A_TRANSMETTRE])
        assert f"Statut [tous · {everything}]" in page.title
        await page.press("s")
        assert f"à reconstituer · {len(refused)}" in page.text
        await choose(page, "à reconstituer")
        assert sorted(row.cells[FACTURE] for row in page.list.rows) == refused
        assert f"[à reconstituer · {len(refused)}]" in page.title


async def test_a_filter_that_finds_nothing_says_how_to_leave_it(open_app):
    async with open_app("retours") as page:
        await page.press("slash")
        await page.type("zzzz")
        await page.press("enter")
        assert page.rows == []
        assert "Aucun dossier ne répond à ce filtre" in page.text


async def test_the_refusal_is_told_in_full_and_stands_in_a_column_where_there_is_room(open_app):
    number = in_status(Status.A_RECONSTITUER)[0]
    label = dossiers.by_facture(number).reject_label
    async with open_app("retours") as page:
        await page.go_to(number)
        assert label[:40] in page.status
        assert "Libellé rejet" not in page.lines[2]
    async with open_app("retours", size=(120, 40)) as page:
        await page.go_to(number)
        assert "Libellé rejet" in page.lines[2]
        assert any(label[:20] in line for line in page.lines[3:-4])


async def test_silence_is_told_in_hours_and_grows(open_app, clock):
    number = in_status(Status.A_RETRANSMETTRE)[0]
    since = dossiers.by_facture(number).handed_over
    async with open_app("retours") as page:
        await page.go_to(number)
        hours = int((clock.now() - since).total_seconds() // 3600)
        assert f"à retransmettre ({hours}\u00a0h)" in page.row
        clock.advance(hours=5)
        await page.press("f6", "f7")
        assert f"à retransmettre ({hours + 5}\u00a0h)" in page.row


async def test_posted_and_hors_scor_rows_say_so(open_app):
    posted = next(one for one in Dossier.select().where(Dossier.status == Status.COLLECTE_PAPIER) if one.posted)
    taken_out = Dossier.get(Dossier.hors_scor)
    async with open_app("retours", size=(80, 60)) as page:
        await page.go_to(posted.facture.number)
        assert f"collecte papier posté {returns.posted_on(posted):%d/%m}" in page.row
        await page.go_to(taken_out.facture.number)
        assert "Hors SCOR" in page.row


async def test_only_what_may_go_to_paper_is_selected_and_the_selection_survives_a_filter(open_app):
    number, archived = in_status(Status.A_RECONSTITUER)[0], in_status(Status.ARCHIVE)[-1]
    async with open_app("retours", size=(80, 60)) as page:
        await page.go_to(archived)
        await page.press("space")
        assert "va au papier" in page.status
        assert "[x]" not in page.row
        await page.go_to(number)
        await page.press("space")
        assert page.row.startswith("[x]")
        await page.press("s")
        await choose(page, "archivé")
        assert "1\u00a0sélectionné (y : au papier)" in page.lines[0]
        await page.press("s")
        await choose(page, "tous")
        await page.go_to(number)
        assert page.row.startswith("[x]")


async def test_transfer_is_confirmed_with_a_count_then_the_pieces_are_in_the_register(open_app):
    chosen = sorted(in_status(Status.A_RECONSTITUER) + in_status(Status.A_TRAITER))
    async with open_app("retours") as page:
        await page.press("y")
        assert "Aucun dossier sélectionné" in page.status
        await page.press("asterisk", "y")
        assert page.screen == "Confirm"
        assert f"Passer {len(chosen)}\u00a0dossiers au papier" in page.text
        await page.press("n")
        assert all(dossiers.by_facture(number).status is not Status.COLLECTE_PAPIER for number in chosen)
        await page.press("y", "o")
        assert f"{len(chosen)}\u00a0dossiers au papier" in page.status
        assert "sélectionné" not in page.lines[0]
    assert {dossiers.by_facture(number).status for number in chosen} == {Status.COLLECTE_PAPIER}
    assert {row.facture for row in paper.register()} & set(chosen)


async def test_a_row_that_another_session_moved_meanwhile_is_refused_with_its_reason(open_app, cabinet):
    first, second = in_status(Status.A_RECONSTITUER)[:2]
    async with open_app("retours") as page:
        await page.press("asterisk")
        returns.to_paper(cabinet, dossiers.by_facture(first))
        await page.press("y", "o")
        assert page.screen == "Telling"
        assert f"{first} : On ne peut pas" in page.text
    assert dossiers.by_facture(second).status is Status.COLLECTE_PAPIER


async def test_enter_tells_the_life_of_the_dossier_and_n_reopens_the_refused_piece(open_app):
    number = next(
        one
        for one in in_status(Status.A_RECONSTITUER)
        if "SO-IMG" in dossiers.by_facture(one).reject_label or "SO-PDF" in dossiers.by_facture(one).reject_label
    )
    async with open_app("retours") as page:
        await page.go_to(number)
        await page.press("enter")
        assert page.screen == "DossierScreen"
        assert any("ARL SCOR - du lot" in row for row in page.rows)
        assert "à reprendre" in page.text
        await page.press("n")
        assert page.screen == "AcquisitionScreen"


async def test_nothing_is_to_be_made_again_in_an_archived_dossier(open_app):
    async with open_app("retours") as page:
        await page.go_to(in_status(Status.ARCHIVE)[-1])
        await page.press("n")
        assert page.screen == "ReturnsScreen"
        assert "aucune pièce n'est à reprendre" in page.status


async def test_hors_scor_is_undone_while_nothing_is_posted(open_app):
    able = next(one for one in Dossier.select().where(Dossier.hors_scor) if not one.posted)
    number = able.facture.number
    async with open_app("retours", size=(80, 60)) as page:
        await page.go_to(number)
        await page.press("h", "o")
        assert all(number not in row for row in page.rows)
    assert dossiers.by_facture(number).status is Status.A_TRANSMETTRE
    assert number not in {row.facture for row in paper.register()}


async def test_hors_scor_is_not_undone_once_posted(open_app):
    posted = next(one for one in Dossier.select().where(Dossier.hors_scor) if one.posted)
    async with open_app("retours", size=(80, 60)) as page:
        await page.go_to(posted.facture.number)
        await page.press("h")
        assert page.screen == "ReturnsScreen"
        assert "postées" in page.status


async def test_an_alert_is_seen_then_read(open_app):
    number = in_status(Status.ARCHIVE)[-1]
    dossier = dossiers.by_facture(number)
    dossier.alert = "ARL contraire au premier (- du 21/11/2026)"
    dossier.save()
    async with open_app("retours", size=(80, 60)) as page:
        await page.press("s")
        assert "avec alerte · 1" in page.text
        await choose(page, "avec alerte")
        assert "! archivé" in page.row
        assert "ARL contraire au premier" in page.status
        await page.press("u")
        assert page.rows == []
    assert dossiers.by_facture(number).alert == ""
    assert JournalEntry.select().where(JournalEntry.event == "alerte_lue", JournalEntry.facture == number).count() == 1


async def test_messages_set_aside_can_be_read(open_app):
    reason = next(iter(returns.set_aside())).reason
    async with open_app("retours") as page:
        assert "e écartés" in page.keys
        await page.press("e")
        assert reason[:50] in " ".join(page.text.split())
        await page.press("escape")
        assert page.screen == "ReturnsScreen"


async def test_the_list_is_printed_where_the_user_says(open_app, tmp_path):
    target = tmp_path / "liste.pdf"
    async with open_app("retours") as page:
        await page.press("i", "ctrl+u")
        await page.type(str(target))
        await page.press("enter")
        assert "Liste de" in page.status
    assert target.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(("size", "missing"), [((80, 24), {"Caisse", "Libellé rejet"}), ((120, 40), set())])
async def test_columns_give_way(open_app, size, missing):
    async with open_app("retours", size=size) as page:
        heads = page.lines[2]
    assert {column.title for column in COLUMNS if column.title not in heads} == missing

"""The post: tick what goes into the envelope, record it, print what goes with it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scor_tui.domain.errors import WrongUse
from scor_tui.domain.paper import PaperStatus
from scor_tui.domain.status import Status
from scor_tui.presentation.register import parse_day
from scor_tui.services import paper, posting, returns, ticks
from scor_tui.services.dossiers import by_facture, to_send
from scor_tui.store.models import Dossier, PaperRow

POSTED = 6


def waiting():
    return list(paper.register(PaperStatus.COLLECTE))


def fill(cabinet):
    """Put dossiers of both caisses into the register."""
    for one in Dossier.select().where(Dossier.status == Status.A_RECONSTITUER):
        returns.to_paper(cabinet, one)
    for row in list(to_send()):
        if row.status is Status.A_TRANSMETTRE:
            ticks.hors_scor(cabinet, by_facture(row.facture))
    return waiting()


async def test_nothing_is_written_before_it_is_confirmed(open_app, cabinet):
    row = waiting()[0]
    async with open_app("papier") as page:
        assert f"à poster {len(waiting())} ·" in page.title
        await page.press("space")
        assert page.row.startswith("[x]")
        assert f"{cabinet.today():%d/%m/%Y}" in page.row
        assert "1\u00a0cochée, s enregistre" in page.status
        assert [one.posted for one in waiting()] == [None] * len(waiting())
        await page.press("s", "n")
        assert row.row in {one.row for one in waiting()}
        assert page.row.startswith("[x]")
        await page.press("s", "o")
        assert "1\u00a0justificatif papier enregistré : " in page.status
        assert "justificatif papier envoyé" in page.row
    posted = PaperRow.get_by_id(row.row)
    assert (posted.status, posted.posted) == (PaperStatus.ENVOYE, cabinet.today())


async def test_unticking_clears_the_date(open_app):
    async with open_app("papier") as page:
        await page.press("space", "space")
        assert page.row.startswith("[ ]")
        assert page.list.row.cells[POSTED] == ""
        await page.press("s")
        assert page.screen == "PaperScreen"
        assert "Rien à enregistrer" in page.status


async def test_the_date_is_edited_but_never_in_the_future(open_app, cabinet):
    row = waiting()[0]
    tomorrow = cabinet.today() + timedelta(days=1)
    async with open_app("papier") as page:
        await page.press("h", "ctrl+u")
        await page.type(f"{tomorrow:%d/%m/%Y}")
        await page.press("enter")
        assert page.screen == "ErrorDialog"
        assert "est dans le futur" in page.text
        await page.press("escape")
        assert page.row.startswith("[ ]")
        await page.press("h", "ctrl+u")
        await page.type("32/13")
        await page.press("enter")
        assert "mal formée" in page.text
        await page.press("escape", "h", "ctrl+u")
        await page.type(f"{row.entered:%d/%m/%Y}")
        await page.press("enter")
        assert page.row.startswith("[x]")
        await page.press("s", "o")
    assert PaperRow.get_by_id(row.row).posted == row.entered


async def test_the_confirmation_counts_pieces_and_envelopes_of_each_caisse(open_app, cabinet):
    rows = fill(cabinet)
    names = {row.caisse_name for row in rows}
    assert len(names) > 1, "the story must have work for two caisses"
    async with open_app("papier") as page:
        await page.press("asterisk", "s")
        assert f"{len(rows)}\u00a0pièces" in page.text
        for name in names:
            pieces = sum(1 for row in rows if row.caisse_name == name)
            envelopes = sum(1 for one in posting.envelopes([row.row for row in rows]) if one.name == name)
            assert f"{name} : {pieces}\u00a0pièce" in page.text
            assert f"{envelopes}\u00a0enveloppe" in page.text
        await page.press("o")
    assert waiting() == []


async def test_what_is_posted_is_never_taken_back(open_app):
    async with open_app("papier") as page:
        await page.press("end")
        assert "justificatif papier envoyé" in page.row
        await page.press("space")
        assert "le registre ne revient pas" in page.status
        assert "[x]" not in page.text


async def test_a_tick_is_dropped_when_another_session_posted_the_piece(open_app, cabinet):
    row = waiting()[0]
    async with open_app("papier") as page:
        await page.press("space")
        paper.mark_posted(cabinet, [row.row])
        await page.press("s", "o")
        assert page.screen == "ErrorDialog"
        assert "déjà postée" in page.text
        await page.press("escape")
        assert "à enregistrer" not in page.text


async def test_those_to_post_come_first_then_the_newest(open_app):
    async with open_app("papier", size=(80, 60)) as page:
        statuses = [row.cells[1] for row in page.list.rows]
        keys = [row.key for row in page.list.rows]
        await page.press("end", "pageup", "home")
        assert [row.key for row in page.list.rows] == keys
    assert statuses == sorted(statuses)
    posted = [key[1] for key in keys if key[0] is PaperStatus.ENVOYE]
    assert posted == sorted(posted, reverse=True)


async def test_a_piece_without_pages_shows_as_an_envelope_and_a_scan_in_the_viewer(open_app):
    rows = list(paper.register())
    without, scanned = next(one for one in rows if not one.pages), next(one for one in rows if one.pages)
    async with open_app("papier") as page:
        await page.go_to(without.facture)
        await page.press("v")
        assert page.screen == "Telling"
        assert "Enveloppe" in page.text
        await page.press("escape")
        await page.go_to(scanned.facture)
        await page.press("v")
        assert page.screen == "ViewerScreen"


async def test_the_bordereau_goes_where_the_user_says_and_is_reprinted_identically(open_app, tmp_path):
    first, second = tmp_path / "un.pdf", tmp_path / "deux.pdf"
    async with open_app("papier") as page:
        await page.press("e", "ctrl+u")
        await page.type(str(first))
        await page.press("enter")
        assert "(impression)" in page.status
        assert str(first.name) in page.status
        await page.press("e", "ctrl+u")
        await page.type(str(second))
        await page.press("enter")
        assert "réimpression à l'identique" in page.status
    assert first.read_bytes().startswith(b"%PDF-")
    assert first.read_bytes() == second.read_bytes()


async def test_a_file_is_not_replaced_without_asking(open_app, tmp_path):
    target = tmp_path / "liste.pdf"
    target.write_bytes(b"mine")
    async with open_app("papier") as page:
        await page.press("i", "ctrl+u")
        await page.type(str(target))
        await page.press("enter")
        assert "existe déjà" in page.text
        await page.press("n")
        assert target.read_bytes() == b"mine"
        await page.press("i", "ctrl+u")
        await page.type(str(target))
        await page.press("enter", "o")
    assert target.read_bytes().startswith(b"%PDF-")


async def test_a_folder_that_cannot_be_written_is_told(open_app, tmp_path):
    async with open_app("papier") as page:
        await page.press("e", "ctrl+u")
        await page.type(str(tmp_path / "absent" / "b.pdf"))
        await page.press("enter")
        assert page.screen == "ErrorDialog"
        assert "ne peut pas être écrit" in page.text


async def test_there_is_a_label_for_each_envelope(open_app, cabinet, tmp_path):
    rows = fill(cabinet)
    senders = {one.row: PaperRow.get_by_id(one.row).dossier.facture.practitioner_id for one in rows}
    expected = len({(senders[one.row], one.caisse) for one in rows})
    target = tmp_path / "etiquettes.pdf"
    async with open_app("papier") as page:
        await page.press("u", "ctrl+u")
        await page.type(str(target))
        await page.press("enter")
        assert f"{expected}\u00a0étiquettes" in page.status
    assert target.read_bytes().startswith(b"%PDF-")


# --- the dates that a person types -----------------------------------------------------------------------


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_a_date_is_read_as_it_is_written(day):
    assert parse_day(f"{day:%d/%m/%Y}", date(2026, 11, 21)) == day
    assert parse_day(f" {day:%d/%m/%y} ", date(2026, 11, 21)) == day


@pytest.mark.parametrize(
    ("said", "meant"),
    [("20/11", date(2026, 11, 20)), ("22/11", date(2026, 11, 22)), ("5/1", date(2026, 1, 5))],
)
def test_a_date_without_its_year_is_of_this_year_so_that_tomorrow_is_refused(said, meant):
    assert parse_day(said, date(2026, 11, 21)) == meant


def test_in_january_december_was_last_year():
    assert parse_day("30/12", date(2026, 1, 4)) == date(2025, 12, 30)


@given(
    st.one_of(st.text(st.characters(exclude_categories=["Nd"])), st.from_regex(r"\d{1,3}(/\d+){3,4}", fullmatch=True))
)
def test_anything_else_is_refused_with_an_example(said):
    with pytest.raises(WrongUse) as refused:
        parse_day(said, date(2026, 11, 21))
    assert "jj/mm/aaaa" in refused.value.remedy

"""What the lines at the foot say and for how long, the keys they offer, and what is asked before something is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scor_tui.domain.status import Status
from scor_tui.domain.text import clean
from scor_tui.presentation.text import width, wrapped
from scor_tui.scanners.sane import SaneScanner
from scor_tui.services.paper import register
from scor_tui.store.models import Dossier, Patient, Piece
from scor_tui.ui.scan_desk import desk_of
from scor_tui.ui.widgets.bars import KeyBar, _fitting

REFUSED = "GABARIT P."
HOSTILE = "[bold]\x1b[2J\x1b]0;t\x07VIR\u202eGULE[/]\x9b31m\x00"


# --- what was said stays ------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["tableau", "prescriptions", "a_transmettre", "retours", "papier"])
async def test_what_was_said_stays_until_a_key_whatever_is_read_again(open_app, mode):
    async with open_app(mode) as page:
        await page.wait_for_workers()
        before = page.status
        page.app.say("Trois pièces enregistrées.")
        page.app.on_practice_changed()
        await page.wait_for_workers()
        assert page.status == "Trois pièces enregistrées."
        await page.press("end", "home")
        assert page.status == before


async def test_a_list_is_read_again_when_one_comes_back_to_it(open_app):
    async with open_app() as page:
        await page.go_to("TROIS F.")
        await page.press("h", "o")
        assert "hors SCOR, ses pièces sont au registre papier (g)" in page.status
        await page.returned("TROIS F.")
        await page.press("h", "o", "f6")
        assert any("TROIS F." in row for row in page.rows), "without a key that reads the list"


# --- the row in full ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["a_transmettre", "retours"])
async def test_a_refusal_too_long_for_its_two_lines_is_whole_in_the_menu_of_the_row(open_app, mode):
    label = " ; ".join(f"SO-IMG-CONTRASTE : page {page}, contraste insuffisant pour lire" for page in range(1, 8))
    dossier = next(one for one in Dossier.select() if one.facture.patient.name == "GABARIT" and one.reject_label)
    dossier.reject_label = label
    dossier.save()
    async with open_app(mode) as page:
        await page.go_to(REFUSED)
        assert "page 7" not in page.text
        await page.press("m")
        said = " ".join("".join(page.lines).replace("│", " ").split())
        assert " ".join(label.split()) in said
        assert "v Ouvrir la ligne" in said
        if mode == "retours":
            await page.press("escape", "enter")
            assert "page 7" in " ".join(page.lines[2:10]), "and whole at the head of the dossier"


async def test_the_menu_of_a_row_does_what_is_chosen_by_arrow_or_by_its_key(open_app):
    async with open_app("papier") as page:
        await page.press("m", "space")
        assert page.row.startswith("[x]")
        await page.press("m", "enter")
        assert page.row.startswith("[ ]"), "the first action, space again"
        await page.press("m", "escape")
        assert page.screen == "PaperScreen"


# --- the key bar --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["tableau", "prescriptions", "a_transmettre", "retours", "papier"])
@pytest.mark.parametrize("columns", [80, 100, 120, 200])
async def test_the_key_bar_has_whole_keys_only_and_ends_with_the_help(open_app, mode, columns):
    async with open_app(mode, size=(columns, 30)) as page:
        sheet = page.app.screen
        offered = [action.label for action in sheet.available() if action.rank]
        shown = page.keys.split("  ")
        assert all(any(one.endswith(f" {label}") for label in offered) for one in shown)
        everything = len(shown) == len(offered)
        assert page.lines[-1].rstrip().endswith(KeyBar.ALL if everything else KeyBar.SOME)
        assert any(one.endswith(" transmettre") for one in shown)


@given(
    st.lists(st.tuples(st.integers(1, 4), st.text("abc é", min_size=1, max_size=20)), max_size=12), st.integers(0, 90)
)
def test_keys_that_fit_are_chosen_by_rank_and_keep_their_order(offers, columns):
    kept = _fitting(offers, columns)
    assert width("  ".join(kept)) <= columns
    words = iter([words for _, words in offers])
    assert all(one in words for one in kept), "in their order"
    if offers and len(kept) < len(offers) and not kept:
        assert min(width(words) for _, words in offers) > columns


@given(st.text("ab :;«»?\u00a0", max_size=200), st.integers(8, 80))
def test_no_line_begins_with_what_french_sets_after_a_space(text, columns):
    lines = wrapped(f"a {text}", columns, 50)
    for line in lines[1:]:
        assert line[:2] not in {": ", "; ", "? ", "» "}


# --- what would be lost -------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["f2", "p", "f6", "r", "f9"])
async def test_leaving_the_register_asks_about_the_ticks_by_every_key(open_app, key):
    async with open_app("papier") as page:
        await page.press("space", key)
        assert page.screen == "Choose"
        assert "n'est pas enregistrée" in page.text
        await page.press("escape")
        assert page.mode == "papier"
        assert page.row.startswith("[x]")


async def test_ticks_may_stay_and_quitting_from_elsewhere_still_asks(open_app):
    async with open_app("papier") as page:
        await page.press("space", "f6", "enter")
        assert page.mode == "a_transmettre"
        await page.press("q")
        assert "Papier : 1\u00a0pièce cochée n'est pas enregistrée. Quitter ?" in page.text
        await page.press("n", "f8")
        assert page.row.startswith("[x]"), "they were kept"


async def test_ticks_may_be_recorded_or_taken_back_on_the_way_out(open_app):
    async with open_app("papier") as page:
        await page.press("space", "f6", "end", "enter")
        assert page.mode == "a_transmettre"
        await page.press("f8")
        assert page.row.startswith("[ ]")
        await page.press("space", "f6", "down", "enter")
        assert "Le registre ne revient pas" in page.text
        await page.press("n")
        assert page.mode == "papier"
        await page.press("f6", "down", "enter", "o")
        assert page.mode == "a_transmettre"
        assert not any(row.status.value == "collecte_papier" for row in register())
        await page.press("f7")
        assert page.screen == "ReturnsScreen", "nothing is asked any more"


# --- choices ------------------------------------------------------------------------------------------------


async def test_a_dossier_refused_whole_leaves_again_after_one_key(open_app, cabinet):
    async with open_app() as page:
        await page.go_to("SPÉCIMEN")
        assert "(espace : renvoyer)" in page.status
        await page.press("space")
        assert page.row.startswith("[x]")
        assert "(t : transmettre) : peut partir" in page.status
        await page.press("f9", "o")
        await page.wait_for_workers()
        await page.press("escape")
        assert "transmis" in await page.returned("SPÉCIMEN")
    assert Dossier.select().where(Dossier.status == Status.TRANSMIS, Dossier.essais == 2).exists()


async def test_importing_an_ordonnance_begins_with_its_file(open_app, tmp_path, practice_folder, monkeypatch):
    monkeypatch.setattr(SaneScanner, "devices", lambda self: ())
    page_file = next((practice_folder / "demonstration" / "scanner").iterdir())
    papers = tmp_path / "papiers"
    papers.mkdir()
    (papers / page_file.name).write_bytes(page_file.read_bytes())
    async with open_app("tableau") as page:
        await page.go_to("D'ANNEXE Inès")
        desk_of(page.app).folder = papers
        await page.press("m", "end", "enter")
        assert page.screen == "FilePicker"
        await page.press("enter")
        await page.wait_for_workers()
        assert page.screen == "ImportScreen"
        assert "Contrôlez les pages" in page.status
        await page.press("l", "s")
        await page.wait_for_workers()
        assert page.screen == "TableauScreen"
        assert page.status.startswith("Enregistré : O")
        assert "O●" in page.row


async def test_paper_for_a_piece_that_is_replaced_asks_before_it_drops_the_new_pages(open_app, glass):
    async with open_app() as page:
        await page.go_to(REFUSED)
        await page.press("f5", "n")
        await page.wait_for_workers()
        await page.press("e")
        assert page.screen == "Confirm"
        assert "ne sera pas gardée" in " ".join(page.text.replace("│", " ").split())
        await page.press("n")
        assert not page.app.screen.draft.on_paper
        await page.press("e", "o")
        assert page.app.screen.draft.on_paper
        await page.press("n")
        assert "de nouvelles pages ne seraient pas gardées" in page.status
        piece = page.app.screen.draft.piece.id
        versions = Piece.get_by_id(piece).versions.count()
        await page.press("s")
        await page.wait_for_workers()
        assert "O□" in page.row
    assert Piece.get_by_id(piece).versions.count() == versions


# --- names that are orders ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "keys", [("f2",), ("f3",), ("f6",), ("f6", "h"), ("f6", "m"), ("f6", "f5"), ("f7",), ("f8",), ("f6", "ctrl+p")]
)
async def test_a_hostile_name_is_shown_and_orders_nothing(open_app, keys, glass):
    Patient.update(name=HOSTILE, first_name=HOSTILE).execute()
    async with open_app() as page:
        await page.press(*keys)
        shown = "".join(page.lines)
        assert clean(shown, limit=len(shown)) == shown
        assert "[bold]" in shown or keys[-1] == "ctrl+p", "markup is words"

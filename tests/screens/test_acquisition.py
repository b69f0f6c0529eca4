"""Scanning a piece: pages come, are looked at, confirmed, saved; nothing is half done, and the bar says why not."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from scor_tui.scanners.sane import SaneScanner
from scor_tui.services import acquire, drafts, holdings, piece_facts, scanning
from scor_tui.services.draft_files import WorkFolder
from scor_tui.store.models import Facture, Patient, Piece
from scor_tui.ui.scan_desk import desk_of

WORDS = (
    "Docteur Camille EXEMPLE",
    "12, rue des Essais, 99999 VILLE-INVENTÉE",
    "20 séances de rééducation du genou droit,",
    "trois fois par semaine, à domicile.",
)


def drawn(path: Path, title: str = "Ordonnance", *, blank: bool = False) -> Path:
    """An invented ordonnance on the glass: grey, A4, 300 dpi."""
    page = Image.new("L", (2480, 3508), 238)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=52)
    for number, line in enumerate(() if blank else (title, *WORDS * 5)):
        pen.text((240, 300 + 130 * number), line, fill=35, font=font)
    page.save(path, dpi=(300, 300))
    return path


@pytest.fixture
def glass(practice_folder: Path) -> Path:
    """The folder of the demonstration scanner, with two pages; empty it to scan other ones."""
    folder = practice_folder / "demonstration" / "scanner"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    drawn(folder / "1.png", "Ordonnance")
    drawn(folder / "2.png", "Ordonnance, suite")
    return folder


@pytest.fixture(autouse=True)
def no_other_scanner(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """No scanner of this machine takes part."""
    if "real_scanner" not in request.fixturenames:
        monkeypatch.setattr(SaneScanner, "devices", lambda self: ())


@pytest.fixture
def red(cabinet) -> str:
    """The patient of a secured facture whose ordonnance is missing."""
    return "DIXIÈME"


def pages_in(cabinet) -> list[Path]:
    """The private folders of pages that are left in the practice's folder."""
    return list(cabinet.folder.glob("acquisition-*"))


def ordonnance_of(words: str) -> Piece | None:
    facture = Facture.select().join(Patient).where(Patient.name == words).order_by(Facture.id.desc()).first()
    return Piece.get_or_none(Piece.prescription == facture.prescription, Piece.deleted.is_null())


async def open_on(page, words: str) -> None:
    await page.go_to(words)
    await page.press("n")
    assert page.screen == "AcquisitionScreen"


async def scan(page) -> None:
    await page.press("n")
    await page.wait_for_workers()


async def test_red_scan_legible_save_green(open_app, glass, red, cabinet):
    async with open_app() as page:
        await page.go_to(red)
        assert "O○" in page.row
        await page.press("f5")
        assert red in page.title
        assert "ordonnance" in page.title
        await scan(page)
        assert "► 1 200 dpi" in page.text
        assert "Lisible" in page.status
        await page.press("l")
        assert "enregistrer 1" in page.keys
        await page.press("s")
        await page.wait_for_workers()
        assert page.screen == "ToSendScreen"
        assert "O●" in page.row
        assert page.row.startswith("[x]")
        saved = ordonnance_of(red)
        version = holdings.last_version(saved)
        assert acquire.check_norms(acquire.content_of(cabinet, version)).compliant
        assert version.legible_at is not None
    assert not pages_in(cabinet)


async def test_the_feeder_gives_all_its_pages_at_once_and_is_remembered(open_app, glass, red):
    async with open_app() as page:
        await open_on(page, red)
        await page.press("a")
        await page.wait_for_workers()
        await page.press("down", "enter")
        assert "Chargeur" in page.text
        await scan(page)
        assert "► 1 200 dpi" in page.text
        assert "  2 200 dpi" in page.text
        await page.press("l", "s")
        await page.wait_for_workers()
        assert holdings.last_version(ordonnance_of(red)).pages == 2
        await page.go_to("VIRGULE")
        await page.press("n")
        assert "Chargeur" in page.text


async def test_what_is_looked_at_is_what_is_saved(open_app, glass, red, cabinet):
    async with open_app() as page:
        await open_on(page, red)
        await scan(page)
        looked_at = page.app.screen.draft.made.pdf
        await page.press("l", "s")
        await page.wait_for_workers()
        assert acquire.content_of(cabinet, holdings.last_version(ordonnance_of(red))) == looked_at


async def test_the_bar_says_why_nothing_can_be_saved_yet(open_app, glass, red):
    async with open_app() as page:
        await open_on(page, red)
        await page.press("s")
        assert "Aucune page" in page.status
        assert "enregistrer" not in page.keys
        await page.press("l")
        assert "Aucune page à confirmer" in page.status
        await scan(page)
        await page.press("s")
        assert "Lisible" in page.status
        assert ordonnance_of(red) is None


async def test_the_zones_that_nobody_looked_at_are_told(open_app, glass, red):
    async with open_app() as page:
        await open_on(page, red)
        await scan(page)
        before = page.status
        assert "zones non vues" in before
        await page.press("space")
        assert "lisible · encre" in page.text
        assert page.status != before
        await page.press("l")
        assert "zones non vues" in page.status


async def test_a_page_that_is_made_otherwise_stays_in_sight_where_it_was(open_app, glass, red, monkeypatch):
    make, go_on = drafts.make, threading.Event()

    def waits(*asked):
        go_on.wait(30)
        return make(*asked)

    async with open_app() as page:
        await open_on(page, red)
        await scan(page)
        await page.press("space", "space")
        before = next(line for line in page.lines if "vue 2/" in line)
        monkeypatch.setattr(drafts, "make", waits)
        await page.press("greater_than_sign")
        assert page.app.screen.view.shows_page
        assert "la page avant le réglage" in page.text
        go_on.set()
        await page.wait_for_workers()
        assert "plus foncé" in page.text
        assert next(line for line in page.lines if "vue 2/" in line).split("·")[:2] == before.split("·")[:2]
        assert "la page avant le réglage" not in page.text


async def test_another_page_shows_from_its_head(open_app, glass, red):
    async with open_app() as page:
        await open_on(page, red)
        await scan(page)
        await page.press("space", "space", "space")
        await scan(page)
        assert page.app.screen.draft.cursor == 1
        assert page.app.screen.view._place == (0, 0)


async def test_nothing_of_the_title_is_cut_at_80_columns_the_acts_give_way(open_app, glass, red):
    async with open_app() as page:
        await open_on(page, red)
        assert "…" not in page.title
        assert "DIXIÈME Loïc · du " in page.title
    async with open_app(size=(120, 40)) as page:
        await open_on(page, red)
        assert len(page.title.partition(" · du ")[2].split(" · ")) == 2


async def test_pages_are_put_in_order_turned_and_taken_out(open_app, glass, red):
    async with open_app() as page:
        await open_on(page, red)
        await scan(page)
        await scan(page)
        draft = page.app.screen.draft
        first, second = (one.file for one in draft.pages)
        await page.press("u")
        await page.wait_for_workers()
        assert [one.file for one in draft.pages] == [second, first]
        await page.press("r")
        await page.wait_for_workers()
        assert draft.pages[0].settings.turns == 1
        assert len(draft.made.pdf) <= 250_000
        await page.press("2", "x")
        await page.wait_for_workers()
        assert [one.file for one in draft.pages] == [second]
        assert draft.made.pdf is not None


async def test_a_changed_page_has_to_be_confirmed_again(open_app, glass, red):
    async with open_app() as page:
        await open_on(page, red)
        await scan(page)
        await page.press("l")
        assert "[x] Lisible" in page.text
        await page.press("r")
        await page.wait_for_workers()
        assert "[ ] Lisible" in page.text
        assert "enregistrer" not in page.keys


async def test_a_page_is_made_lighter_darker_or_by_another_method_without_a_new_scan(open_app, glass, red):
    async with open_app() as page:
        await open_on(page, red)
        await scan(page)
        draft = page.app.screen.draft
        usual, file = draft.made.pdf, draft.page.file
        assert "trait normal · auto (usuelle)" in page.text
        await page.press("l", "greater_than_sign", "f")
        await page.wait_for_workers()
        assert "très foncé" in page.text
        assert "[ ] Lisible" in page.text
        darker = draft.made.pages[0].picture.ink
        await page.press("f")
        assert "déjà au plus foncé" in page.status
        await page.press("less_than_sign", "p", "p", "p")
        await page.wait_for_workers()
        assert "très clair" in page.text
        assert draft.made.pages[0].picture.ink < darker
        await page.press("f", "f", "h", "down", "down", "enter")
        await page.wait_for_workers()
        assert "trait normal · encre pâle" in page.text
        await page.press("h", "home", "enter")
        await page.wait_for_workers()
        assert draft.made.pdf == usual
        assert draft.page.file == file


async def test_a_leaning_page_is_straightened_shown_so_and_left_as_it_lay_on_demand(open_app, glass, red):
    with Image.open(glass / "1.png") as sheet:
        sheet.rotate(2, Image.Resampling.BICUBIC, fillcolor=238).save(glass / "1.png", dpi=(300, 300))
    async with open_app() as page:
        await open_on(page, red)
        await scan(page)
        assert "· redressée" in page.text
        await page.press("c")
        assert "Aucun cadrage à annuler" in page.status
        await page.press("v")
        await page.wait_for_workers()
        assert "· non redressée" in page.text
        await page.press("v")
        await page.wait_for_workers()
        assert "· redressée" in page.text


async def test_a_blank_page_is_named_and_can_be_taken_out(open_app, glass, red):
    drawn(glass / "2.png", blank=True)
    async with open_app() as page:
        await open_on(page, red)
        await scan(page)
        await scan(page)
        assert page.status.startswith("Page 2 :")
        assert "suppr" in page.status
        await page.press("l")
        assert "[ ] Lisible" in page.text
        await page.press("delete")
        await page.wait_for_workers()
        await page.press("l")
        assert "enregistrer 1" in page.keys


async def test_a_piece_goes_by_post_without_any_page(open_app, glass, red):
    async with open_app() as page:
        await open_on(page, red)
        await page.press("e", "s")
        await page.wait_for_workers()
        assert "O□" in page.row
        assert ordonnance_of(red).on_paper


async def test_the_name_and_the_annotation_are_the_users(open_app, glass, red):
    async with open_app() as page:
        await open_on(page, red)
        await page.press("t")
        page.app.screen.query_one("Input").value = ""
        await page.type("Prescription")
        await page.press("enter")
        await page.type("AMS")
        await page.press("enter")
        assert "Prescription" in page.text
        await page.press("e", "s")
        await page.wait_for_workers()
        assert (ordonnance_of(red).label, ordonnance_of(red).annotation) == ("Prescription", "AMS")


def told_in(cabinet, glass) -> list[str]:
    """The files of the practice, but for the glass, that are images or PDFs or hold a run of a page's bytes."""
    runs = [page.read_bytes()[start : start + 64] for page in glass.iterdir() for start in (0, 1000, 9000)]
    magic = (b"II*\0", b"MM\0*", b"\xff\xd8\xff", b"\x89PNG", b"%PDF")
    files = [path for path in cabinet.folder.rglob("*") if path.is_file() and glass not in path.parents]
    read = {path.name: path.read_bytes() for path in files}
    return [name for name, raw in read.items() if raw.startswith(magic) or any(run in raw for run in runs)]


async def test_while_it_is_open_no_page_lies_in_clear(open_app, glass, red, cabinet, tmp_path):
    shutil.copy(glass / "1.png", tmp_path / "copie.png")
    async with open_app() as page:
        await open_on(page, red)
        await scan(page)
        desk_of(page.app).folder = tmp_path
        await page.press("plus", "enter")
        while "copie" not in str(page.app.screen.query_one("OptionList").highlighted_option.prompt):
            await page.press("down")
        await page.press("enter")
        await page.wait_for_workers()
        first, second = page.app.screen.draft.pages
        (place,) = pages_in(cabinet)
        assert {first.file.sealed, second.file.sealed} == {path for path in place.iterdir() if path.stat().st_size}
        assert told_in(cabinet, glass) == []
        shutil.copy(glass / "1.png", place)
        assert told_in(cabinet, glass) == ["1.png"], "what looks for a page in clear finds one"


async def test_leaving_asks_before_pages_are_lost_and_leaves_nothing(open_app, glass, red, cabinet):
    async with open_app() as page:
        await open_on(page, red)
        await scan(page)
        assert pages_in(cabinet)
        await page.press("escape")
        assert page.screen == "Confirm"
        await page.press("n")
        assert page.screen == "AcquisitionScreen"
        await page.press("escape", "o")
        assert page.screen == "ToSendScreen"
        assert ordonnance_of(red) is None
    assert not pages_in(cabinet)


async def test_what_a_session_that_died_left_is_taken_away_and_what_another_holds_is_not(open_app, glass, red, cabinet):
    dead = cabinet.folder / "acquisition-morte"
    dead.mkdir()
    drawn(dead / "page-001.png")
    other = WorkFolder(cabinet.folder)
    assert not dead.exists()
    async with open_app() as page:
        await open_on(page, red)
        assert other.path in pages_in(cabinet)
        assert len(pages_in(cabinet)) == 2
    assert pages_in(cabinet) == [other.path]
    other.discard()


async def test_a_draft_is_kept_when_one_leaves_with_an_f_key_and_is_alone(open_app, glass, red):
    async with open_app() as page:
        await open_on(page, red)
        await scan(page)
        await page.press("f2")
        assert page.mode == "tableau"
        await page.press("f6")
        assert page.screen == "AcquisitionScreen"
        assert "► 1 200 dpi" in page.text
        await page.press("f2")
        await page.go_to("CHAPITRE")
        await page.press("O")
        assert page.screen == "Confirm"
        assert "déjà ouverte" in page.text
        await page.press("o")
        assert page.screen == "AcquisitionScreen"
        assert red in page.title


async def test_a_stopped_scan_leaves_no_page(open_app, glass, red, monkeypatch):
    from scor_tui.services.practice_scanners import PracticeScanners

    honest = PracticeScanners.scan

    def slow(self, request, folder, progress, cancel):
        cancel.wait(30)
        return honest(self, request, folder, progress, cancel)

    monkeypatch.setattr(PracticeScanners, "scan", slow)
    async with open_app() as page:
        await open_on(page, red)
        await page.press("n")
        await page.press("r")
        assert "numérisation en cours" in page.status
        await page.press("escape")
        await page.wait_for_workers()
        assert page.screen == "ErrorDialog"
        await page.press("enter")
        assert page.app.screen.draft.pages == []


async def test_a_file_is_chosen_by_a_name_that_orders_nothing(open_app, glass, red, tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    drawn(folder / "[red]ordo\x1b[31m.png")
    (folder / "notes.txt").write_text("rien")
    async with open_app() as page:
        await open_on(page, red)
        desk_of(page.app).folder = folder
        await page.press("plus", "enter")
        assert page.screen == "FilePicker"
        assert "[red]ordo\ufffd[31m.png" in page.text
        assert "notes.txt" not in page.text
        await page.press("enter")
        await page.wait_for_workers()
        assert "► 1 200 dpi" in page.text


async def test_letters_that_are_typed_keep_the_files_whose_names_hold_them(open_app, glass, red, tmp_path):
    for name in ("ordonnance.png", "Devis DURAND.png", "radio.png"):
        drawn(tmp_path / name)
    async with open_app() as page:
        await open_on(page, red)
        desk_of(page.app).folder = tmp_path
        await page.press("plus", "enter", *"durand")
        assert "filtre : durand" in page.text
        assert "ordonnance.png" not in page.text
        await page.press(*("backspace",) * 5)
        assert "ordonnance.png" in page.text
        await page.press("x")
        assert "aucune image" in page.text
        await page.press("backspace", "backspace", *"RAD")
        assert "radio.png" in page.text
        assert "ordonnance.png" not in page.text
        await page.press("enter")
        await page.wait_for_workers()
        assert "► 1 200 dpi" in page.text


async def test_a_refused_file_says_why_and_changes_nothing(open_app, glass, red, tmp_path):
    (tmp_path / "faux.pdf").write_bytes(b"%PDF-1.4 nothing more")
    async with open_app() as page:
        await open_on(page, red)
        desk_of(page.app).folder = tmp_path
        await page.press("plus", "enter")
        await page.press(*("down",) * 3)
        while "faux" not in str(page.app.screen.query_one("OptionList").highlighted_option.prompt):
            await page.press("down")
        await page.press("enter")
        await page.wait_for_workers()
        assert page.screen == "ErrorDialog"
        await page.press("enter")
        assert page.app.screen.draft.pages == []


async def test_a_document_of_the_medical_record_becomes_a_page(open_app, glass, red, cabinet, tmp_path):
    async with open_app() as page:
        await open_on(page, red)
        patient = piece_facts.patient_of(page.app.screen.draft.owner)
        scanning.add_to_record(cabinet, patient.number, drawn(tmp_path / "bilan.png"), "Bilan")
        await page.press("plus", "down", "down", "enter")
        assert "Bilan" in page.text
        await page.press("enter")
        await page.wait_for_workers()
        assert "► 1 200 dpi" in page.text


async def test_a_rejected_piece_is_made_again_as_a_new_version(open_app, glass, cabinet):
    async with open_app() as page:
        await page.go_to("GABARIT")
        assert "O×" in page.row
        await page.press("O")
        assert page.title.startswith("Remplacer")
        await scan(page)
        await page.press("l", "s")
        await page.wait_for_workers()
        assert "O●" in page.row


async def test_a_real_scanner_makes_a_page(open_app, glass, red, real_scanner):
    async with open_app() as page:
        await open_on(page, red)
        desk = desk_of(page.app)
        desk.scanners._sane = real_scanner
        await page.press("a")
        await page.wait_for_workers()
        assert page.screen == "Choose"
        await page.press("down", "down", "enter")
        await scan(page)
        draft = page.app.screen.draft
        assert len(draft.pages) == 1
        assert draft.pages[0].file.name == "page-001.tiff"
        assert draft.made.pages[0].picture is not None


@pytest.fixture
def real_scanner(sane_config) -> SaneScanner:
    """SANE's own test driver."""
    if shutil.which("scanimage") is None:
        pytest.skip("no scanner was driven in this test: scanimage (package sane-utils) is not installed")
    return SaneScanner(config_dir=sane_config())


async def test_many_pages_and_keys_at_once_leave_the_last_wish(open_app, glass, red):
    async with open_app() as page:
        await open_on(page, red)
        await scan(page)
        await scan(page)
        await page.pilot.press(*"ruduru")
        await page.wait_for_workers()
        draft = page.app.screen.draft
        assert [one.settings.turns for one in draft.pages] == [2, 0]
        assert draft.made.pdf is not None
        assert len(draft.made.pages) == 2


async def test_the_wide_terminal_gives_the_column_more_room(open_app, glass, red):
    async with open_app(size=(120, 40)) as page:
        await open_on(page, red)
        await scan(page)
        assert len(page.lines) == 40
        assert "Scanner de démonstration" in page.text


async def test_without_unicode_no_page_is_drawn_and_the_screen_says_so(open_app, glass, red):
    async with open_app(ascii_only=True) as page:
        await open_on(page, red)
        await scan(page)
        assert "aucun dessin" in page.text
        assert all(ord(char) < 0x2500 for line in page.lines[3:16] for char in line)
        await page.press("m")
        assert any(0x2800 < ord(char) < 0x2900 for char in page.text)

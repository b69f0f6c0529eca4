"""A piece as it travels: seen zone by zone, copied, replaced, deleted, moved to paper; never once it is locked."""

from __future__ import annotations

import stat

import pytest
from PIL import Image, ImageDraw, ImageFont

from scor_tui.domain.errors import ScorError
from scor_tui.domain.wire import Sign
from scor_tui.services import acquire, copies, holdings
from scor_tui.store.models import Facture, LotLine, LotPiece, Patient, Piece
from scor_tui.ui import cells
from scor_tui.ui.scan_desk import desk_of
from scor_tui.ui.widgets.page_view import PageView

FREE, TWO_PIECES, SECURED = "QUATORZE", "TROIS", "DIXIÈME"


def ordonnance_of(words: str) -> Piece:
    facture = Facture.select().join(Patient).where(Patient.name == words).order_by(Facture.id.desc()).first()
    return Piece.get(Piece.prescription == facture.prescription, Piece.type == "ORDN", Piece.deleted.is_null())


@pytest.fixture
def accepted(cabinet) -> Piece:
    """A piece that a caisse accepted."""
    return (
        LotPiece.select()
        .join(LotLine)
        .where(LotLine.sign == Sign.POSITIVE, LotPiece.version.is_null(False))
        .first()
        .piece
    )


async def view(page, words: str, key: str = "O") -> None:
    await page.go_to(words)
    await page.press(key)
    await page.wait_for_workers()
    assert page.screen == "ViewerScreen"


def drawn(page) -> str:
    """The part of the screen where the page is."""
    return "\n".join(page.lines[2:-4])


async def test_a_green_cell_opens_the_page_as_it_travels(open_app, cabinet):
    async with open_app() as page:
        await view(page, FREE)
        assert FREE in page.title
        assert "page 1/1 · version 1/1" in page.lines[0]
        assert "largeur" in page.status
        assert any("\u2801" <= char <= "\u28ff" for char in drawn(page))
        bits = page.app.screen.view._decoded
        facts = acquire.check_norms(acquire.content_of(cabinet, holdings.last_version(ordonnance_of(FREE)))).pages[0]
        assert bits.size == (facts.width_px, facts.height_px)


@pytest.fixture
def cut(cabinet, tmp_path) -> Piece:
    """A piece whose lines run off the sheet."""
    page = Image.new("L", (1654, 2339), 238)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=36)
    for number in range(20):
        pen.text((900, 1500 + 40 * number), "Vingt séances de rééducation du genou droit, à domicile", 35, font)
    page.save(tmp_path / "coupee.png", dpi=(200, 200))
    piece = ordonnance_of(FREE)
    acquire.replace(cabinet, piece, acquire.prepare([tmp_path / "coupee.png"]).pdf, legible=True)
    return piece


async def test_what_an_eye_should_look_at_again_is_said_beside_the_page(open_app, cut):
    async with open_app(size=(200, 50)) as page:
        await view(page, FREE)
        await page.wait_for_workers()
        assert "à vérifier : image tronquée au bord" in page.status
        assert page.app.screen.view.shows_page
        await page.press("v", "down", "enter")
        await page.wait_for_workers()
        await page.wait_for_workers()
        assert "version 1/2" in page.lines[0]
        assert "à vérifier" not in page.status


async def test_one_key_goes_from_zone_to_zone_until_all_are_seen(open_app):
    async with open_app(size=(200, 60)) as page:
        await view(page, FREE)
        await page.press("space")
        assert page.status.startswith("vue 1/")
        count = int(page.status.split("/")[1].split(" ")[0])
        seen = [drawn(page)]
        for _ in range(count - 1):
            await page.press("space")
            seen.append(drawn(page))
        assert len(set(seen)) == count
        assert "toutes les zones vues" in page.status
        await page.press("space")
        assert "Dernière zone" in page.status
        await page.press("b")
        assert page.status.startswith(f"vue {count - 1}/")


async def test_zoom_loupe_width_mode_and_colours(open_app):
    async with open_app() as page:
        await view(page, FREE)
        await page.press("o")
        assert "loupe 1:1" in page.status
        await page.press("minus")
        assert "zoom 3" in page.status
        await page.press("plus")
        assert "loupe 1:1" in page.status
        await page.press("w")
        assert "largeur" in page.status
        await page.press("w")
        assert "page entière" in page.status
        braille = drawn(page)
        await page.press("m")
        assert drawn(page) != braille
        assert desk_of(page.app).drawing == page.app.screen.view.mode
        await page.press("i")
        assert page.app.screen.view._inverted


async def test_arrows_move_by_most_of_a_window_and_never_off_the_page(open_app):
    async with open_app() as page:
        await view(page, FREE)
        await page.press("o", "home")
        viewer: PageView = page.app.screen.view
        await page.press("right")
        assert viewer._place == (60, 0)
        await page.press("left", "left", "up")
        assert viewer._place == (0, 0)
        await page.press(*("down",) * 100)
        bottom = viewer._place
        await page.press("down")
        assert viewer._place == bottom


async def test_a_move_costs_few_bytes(open_app):
    async with open_app() as page:
        await view(page, FREE)
        await page.press("space")
        strips = [page.app.screen.view.render_line(y) for y in range(18)]
        assert sum(len(segment.text.encode()) for strip in strips for segment in strip) < 5000
        assert max(len(list(strip)) for strip in strips) == 1


async def test_a_piece_without_pages_is_an_envelope(open_app, cabinet):
    async with open_app() as page:
        await page.go_to(SECURED)
        await page.press("n", "e", "s")
        await page.wait_for_workers()
        await page.press("O")
        assert page.screen == "ViewerScreen"
        assert "elle voyage dans une enveloppe" in drawn(page)
        assert "envoi papier" in page.status
        await page.press("c")
        assert "enveloppe" in page.status
        await page.press("e")
        assert "r la numérise" in page.status


async def test_the_pdf_is_copied_where_the_user_says_and_never_over_a_file(open_app, cabinet, tmp_path):
    async with open_app() as page:
        await view(page, FREE)
        desk_of(page.app).folder = tmp_path
        await page.press("c", "enter")
        target = tmp_path / f"piece-{ordonnance_of(FREE).id}.pdf"
        assert target.read_bytes() == acquire.content_of(cabinet, holdings.last_version(ordonnance_of(FREE)))
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        await page.press("c", "enter")
        assert page.screen == "ErrorDialog"
        assert "existe déjà" in page.text


async def test_no_window_no_outside_viewer(open_app, monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    async with open_app() as page:
        await view(page, FREE)
        await page.press("y")
        assert "Aucun bureau" in page.status


def test_what_another_program_shows_is_private_and_goes_when_the_piece_is_closed(monkeypatch, tmp_path):
    monkeypatch.setattr(copies, "VIEWER", "true")
    outside = copies.OutsideCopies({"XDG_RUNTIME_DIR": str(tmp_path)})
    path = outside.open(b"%PDF-1.4")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    outside.close()
    assert list(tmp_path.iterdir()) == []


async def test_to_paper_and_back_each_confirmed(open_app):
    async with open_app() as page:
        await view(page, FREE)
        await page.press("e", "n")
        assert not ordonnance_of(FREE).on_paper
        await page.press("e", "o")
        assert ordonnance_of(FREE).on_paper
        assert "envoi papier" in page.status
        await page.press("e", "o")
        assert not ordonnance_of(FREE).on_paper


async def test_a_deleted_piece_makes_the_row_red_again(open_app):
    async with open_app() as page:
        await view(page, FREE)
        await page.press("x")
        assert "Supprimer" in page.text
        await page.press("o")
        await page.wait_for_workers()
        assert page.screen == "ToSendScreen"
        assert "O○" in page.row


async def test_an_accepted_piece_is_seen_but_no_longer_touched(open_app, accepted):
    async with open_app() as page:
        cells.open_piece(page.app, accepted.id)
        await page.wait_for_workers()
        assert "remplacer" not in page.keys
        for key in ("x", "r", "e"):
            await page.press(key)
            assert page.screen == "ViewerScreen"
            assert "acceptée par la caisse" in page.status


async def test_every_version_can_be_read_again(open_app, cabinet):
    piece = ordonnance_of(FREE)
    other = acquire.content_of(cabinet, holdings.last_version(ordonnance_of(TWO_PIECES)))
    acquire.replace(cabinet, piece, other, legible=True)
    async with open_app() as page:
        await view(page, FREE)
        assert "version 2/2" in page.lines[0]
        newest = drawn(page)
        await page.press("v")
        assert "(remplacée)" in page.text
        await page.press("down", "enter")
        await page.wait_for_workers()
        assert "version 1/2" in page.lines[0]
        assert drawn(page) != newest


async def test_other_pieces_are_listed_with_one_more_to_create(open_app):
    async with open_app() as page:
        await page.go_to(TWO_PIECES)
        await page.press("A")
        assert page.screen == "Choose"
        assert "numérisée" in page.text
        assert "Créer" in page.text
        await page.press("down", "enter")
        assert page.screen == "AcquisitionScreen"
        assert "autre pièce" in page.title


async def test_a_secured_facture_has_no_care_sheet_and_says_so(open_app):
    async with open_app() as page:
        await page.go_to(SECURED)
        await page.press("F")
        assert "ne porte pas de feuille de soins" in page.status


async def test_nothing_missing_is_said(open_app):
    async with open_app() as page:
        await page.go_to(FREE)
        await page.press("n")
        assert "Aucune pièce ne manque" in page.status


async def test_a_damaged_file_is_told_in_the_place_of_the_page(open_app, cabinet):
    version = holdings.last_version(ordonnance_of(FREE))
    path = next(cabinet.store.files.folder.rglob(version.file))
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ScorError):
        acquire.content_of(cabinet, version)
    async with open_app() as page:
        await view(page, FREE)
        assert "altéré" in page.text

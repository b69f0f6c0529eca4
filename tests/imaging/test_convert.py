"""What a practitioner gives becomes one compliant PDF, or a refusal that says what to do."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from scor_tui.domain.errors import FileNotAccepted, NormsNotMet, PasswordNeeded, WrongUse
from scor_tui.imaging import ConvertOptions, Method, PageSettings, Step, convert, inspect
from scor_tui.imaging.pipeline import Context, convert_document
from scor_tui.imaging.sources import Greys, Source

RIGHT, WRONG = "sésame", "faux"


def rendered(pdf: bytes, folder: Path) -> Image.Image:
    """Return the only image of a PDF as poppler, not we, read it."""
    if shutil.which("pdfimages") is None:
        pytest.skip("pdfimages is not installed: the content of the PDF is NOT judged by another program")
    (folder / "judged.pdf").write_bytes(pdf)
    subprocess.run(["pdfimages", "-png", "judged.pdf", "judged"], cwd=folder, check=True)
    return Image.open(folder / "judged-000.png").convert("L")


def test_a_good_scan_becomes_a_compliant_page_at_the_200_dpi_that_it_needs(draw_page, save):
    made = convert([save(draw_page(300), "ordonnance.png")])
    assert made.report.compliant
    assert made.report.dpi == 200
    assert made.report.bytes == len(made.pdf) < 60_000
    page = made.pages[0]
    assert (page.source, page.index, page.source_dpi, page.dpi) == ("ordonnance.png", 0, 300.0, 200)
    assert inspect(made.pdf) == made.report


def test_small_letters_get_300_dpi_and_so_does_who_asks_for_it(draw_page, save):
    small = draw_page(300, repeat=8).resize((1240, 1754), Image.Resampling.LANCZOS)
    sheet = Image.new("L", (2480, 3508), 235)
    for place in ((0, 0), (1240, 0), (0, 1754), (1240, 1754)):
        sheet.paste(small, place)
    assert convert([save(sheet, "petit.png")]).report.dpi == 300
    large = save(draw_page(300), "grand.png")
    assert convert([large], ConvertOptions(finest=True)).report.dpi == 300
    assert convert([large], ConvertOptions(finest=True, dpi=250)).report.dpi == 250


def test_qpdf_and_poppler_agree_that_it_is_one_bit_g4(draw_page, save, tmp_path):
    if not (shutil.which("qpdf") and shutil.which("pdfimages")):
        pytest.skip("qpdf or pdfimages is not installed: no other program judges the PDF in this run")
    path = tmp_path / "out.pdf"
    path.write_bytes(convert([save(draw_page(300), "a.jpg", icc_profile=b"profile " * 40)]).pdf)
    subprocess.run(["qpdf", "--check", path], check=True, capture_output=True)
    listed = subprocess.run(["pdfimages", "-list", path], check=True, capture_output=True, text=True).stdout
    fields = listed.splitlines()[2].split()
    assert fields[5:9] == ["gray", "1", "1", "ccitt"]
    assert fields[12:14] == ["200", "200"]


def test_the_same_paper_gives_the_same_bytes(draw_page, save):
    path = save(draw_page(300), "a.png")
    assert convert([path]).pdf == convert([path]).pdf


def test_nothing_of_the_source_leaks_into_the_pdf(draw_page, save):
    exif = Image.Exif()
    exif[0x010E] = "note-privee-du-telephone"
    pdf = convert([save(draw_page(300), "a.jpg", exif=exif, comment="note-privee-du-telephone")]).pdf
    assert b"note-privee" not in pdf
    assert b"/Producer" not in pdf
    assert b"Date" not in pdf


@pytest.mark.parametrize("name", ["p.jpg", "p.png", "p.tif", "p.webp"])
def test_every_usual_format_is_taken_by_its_content_not_its_name(draw_page, save, name):
    path = save(draw_page(300), name)
    disguised = path.rename(path.with_name("fichier.pdf"))
    assert convert([disguised]).report.compliant


def test_a_fax_of_several_pages_keeps_them_all(draw_page, save):
    first = draw_page(200)
    others = [draw_page(200, ink=60), draw_page(200, ink=80)]
    path = save(first, "fax.tif", save_all=True, append_images=others, dpi=(200, 200))
    made = convert([path])
    assert [page.index for page in made.pages] == [0, 1, 2]
    assert len(made.report.pages) == 3


def test_files_are_joined_in_the_order_given(draw_page, save):
    paths = [save(draw_page(200), "recto.png", dpi=(200, 200)), save(draw_page(300), "verso.jpg")]
    made = convert(paths)
    assert [page.source for page in made.pages] == ["recto.png", "verso.jpg"]


def test_pages_can_be_chosen_and_turned(draw_page, save):
    pages = [draw_page(200), draw_page(200, width_mm=148, height_mm=210)]
    path = save(pages[0], "deux.tif", save_all=True, append_images=pages[1:], dpi=(200, 200))
    made = convert([path], ConvertOptions(pages=(1,), settings={1: PageSettings(turns=1)}))
    (page,) = made.report.pages
    assert (round(page.width_mm), round(page.height_mm)) == (210, 148)
    assert Step.ROTATED in made.pages[0].steps


def test_no_page_chosen_is_said(draw_page, save):
    with pytest.raises(FileNotAccepted, match="Aucune page n'est choisie"):
        convert([save(draw_page(200), "a.png")], ConvertOptions(pages=()))


def test_a_missing_page_is_said(draw_page, save):
    with pytest.raises(FileNotAccepted, match="La page 6 n'existe pas"):
        convert([save(draw_page(200), "a.png")], ConvertOptions(pages=(5,)))


def test_a_photo_taken_on_its_side_is_put_upright(draw_page, save, tmp_path):
    page = draw_page(300)
    ImageDraw.Draw(page).rectangle((0, 0, page.width, 150), fill=0)
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = page.transpose(Image.Transpose.ROTATE_90)
    made = convert([save(sideways, "photo.jpg", exif=exif)])
    assert Step.UPRIGHT in made.pages[0].steps
    shown = rendered(made.pdf, tmp_path)
    assert shown.height > shown.width
    assert shown.crop((70, 14, 1530, 86)).resize((1, 1)).getpixel((0, 0)) < 30, "the black band is at the top"


def test_a_receipt_is_centred_on_a_white_a5(draw_page, save, tmp_path):
    made = convert([save(draw_page(300, width_mm=75, height_mm=160), "ticket.png")])
    (page,) = made.report.pages
    assert (round(page.width_mm), round(page.height_mm)) == (148, 210)
    assert Step.CENTRED in made.pages[0].steps
    shown = rendered(made.pdf, tmp_path)
    left = shown.crop((0, 0, 400, shown.height))
    assert left.getextrema() == (255, 255)


def test_see_through_pictures_lie_on_white_paper(draw_page, save):
    page = draw_page(300, paper=255)
    see_through = Image.merge("LA", (Image.new("L", page.size, 0), page.point(lambda level: 255 - level)))
    made = convert([save(see_through, "logo.png")])
    assert made.report.pages[0].ink < 0.1


def test_a_sixteen_bit_scan_is_not_burnt_out(draw_page, save):
    deep = draw_page(300).convert("I").point(lambda level: level * 257).convert("I;16")
    made = convert([save(deep, "gris16.png")])
    assert 0.005 < made.report.pages[0].ink < 0.1


def test_black_and_white_at_200_dpi_is_left_as_it_is(draw_page, save, tmp_path):
    bits = draw_page(200).point(lambda level: 255 * (level > 128), "1")
    made = convert([save(bits, "fax.tif", compression="group4", dpi=(200, 200))])
    assert made.pages[0].steps == (Step.KEPT_BILEVEL,)
    assert rendered(made.pdf, tmp_path).tobytes() == bits.convert("L").tobytes()


def test_a_compliant_pdf_comes_back_pixel_by_pixel(draw_page, save, tmp_path):
    pdf = convert([save(draw_page(300), "a.png")]).pdf
    path = tmp_path / "deja.pdf"
    path.write_bytes(pdf)
    again = convert([path])
    assert rendered(pdf, tmp_path).tobytes() == rendered(again.pdf, tmp_path).tobytes()


def test_a_black_and_white_palette_in_a_pdf_is_left_as_it_is_too(scan_pdf, tmp_path):
    path = tmp_path / "palette.pdf"
    path.write_bytes(scan_pdf(colour_space=b"[/Indexed /DeviceRGB 1 <000000FFFFFF>]"))
    palette = convert([path])
    path.write_bytes(scan_pdf())
    assert palette.pages[0].steps == (Step.KEPT_BILEVEL,)
    assert rendered(palette.pdf, tmp_path).tobytes() == rendered(convert([path]).pdf, tmp_path).tobytes()


def test_a_stamp_put_on_a_scan_is_not_lost(scan_pdf, tmp_path):
    path = tmp_path / "tampon.pdf"
    plain, stamped = scan_pdf(), b"q 595.2 0 0 841.9 0 0 cm /Im0 Do Q 0 g 60 60 200 80 re f"
    path.write_bytes(plain)
    before = convert([path]).report.pages[0].ink
    path.write_bytes(scan_pdf(content=stamped))
    assert convert([path]).report.pages[0].ink > before + 0.02


def test_uneven_light_does_not_hide_the_text(draw_page, save):
    page = draw_page(300)
    shade = Image.linear_gradient("L").rotate(90).resize(page.size).point(lambda level: 90 + level * 165 // 255)
    dim = Image.composite(page, Image.new("L", page.size, 0), shade)
    plain = convert([save(page, "a.png")]).report.pages[0].ink
    shaded = convert([save(dim, "b.png")]).report.pages[0].ink
    assert shaded == pytest.approx(plain, rel=0.2)


def test_each_page_has_its_own_settings(draw_page, save):
    pages = [draw_page(200, ink=120) for _ in range(3)]
    path = save(pages[0], "trois.tif", save_all=True, append_images=pages[1:], dpi=(200, 200))
    own = {1: PageSettings(darkness=-2), 2: PageSettings(darkness=2, method=Method.PALE_INK)}
    made = convert([path], ConvertOptions(settings=own))
    usual, lighter, darker = (page.ink for page in made.report.pages)
    assert lighter < usual < darker
    assert [page.method for page in made.pages] == [Method.USUAL, Method.USUAL, Method.PALE_INK]


def test_pale_ink_stays_and_darkness_is_a_setting(draw_page, save):
    path = save(draw_page(300, ink=195, paper=240), "thermique.png")
    ink = [convert([path], ConvertOptions(usual=PageSettings(darkness=step))).report.pages[0].ink for step in (0, 1, 2)]
    strong = convert([save(draw_page(300), "net.png")]).report.pages[0].ink
    assert ink[0] > strong / 2
    assert ink[0] < ink[2]


def test_four_pages_of_grain_are_brought_under_the_limit(draw_page, save):
    pages = [noisy(draw_page(300), seed) for seed in range(4)]
    path = save(pages[0], "photocopies.tif", save_all=True, append_images=pages[1:])
    made = convert([path])
    assert made.report.bytes <= 250_000
    assert len(made.report.pages) == 4
    assert made.report.dpi >= 200
    assert any(page.fitted and page.bytes < page.first_bytes for page in made.pages)
    assert convert_without_room_for_greys([path]) == made.pdf


def convert_without_room_for_greys(paths: list[Path]) -> bytes:
    """Convert in this process, where no grey page may wait: each is read again for the fitting."""
    with tempfile.TemporaryDirectory() as folder:
        context = Context(Path(folder), ConvertOptions(), lambda done, total, code: None)
        context.greys = Greys(Path(folder), room=0)
        convert_document([Source(path, path.name) for path in paths], context)
        assert not list(Path(folder).glob("grey-*"))
        return (Path(folder) / "document.pdf").read_bytes()


def noisy(page: Image.Image, seed: int) -> Image.Image:
    """Cover a page with small dark marks, as a bad photocopy is."""
    import random

    chance, pen = random.Random(seed), ImageDraw.Draw(page)
    for _ in range(9_000):
        x, y = chance.randrange(page.width), chance.randrange(page.height)
        pen.ellipse((x, y, x + chance.randrange(3, 9), y + chance.randrange(3, 9)), fill=60)
    return page


def test_what_cannot_fit_is_to_be_split_with_the_weight_of_each_page(draw_page, save):
    noise = Image.effect_noise((1654, 2339), 90).point(lambda level: 255 * (level > 100), "1")
    sheet = Image.new("1", noise.size, 1)
    sheet.paste(noise.crop((0, 0, 1654, 600)), (0, 900))
    path = save(sheet, "neige.tif", save_all=True, append_images=[sheet] * 4, dpi=(200, 200))
    with pytest.raises(NormsNotMet, match=r"p\. 5 : \d+ Ko") as refusal:
        convert([path])
    assert refusal.value.code == "SO-PDF-POIDS"
    assert "en plusieurs documents : pages 1 à 2 ; pages 3 à 4 ; page 5." in refusal.value.remedy


def test_a_page_that_is_too_heavy_by_itself_is_named(draw_page, save):
    noise = Image.effect_noise((1654, 2339), 90).point(lambda level: 255 * (level > 100), "1")
    bits = draw_page(200).point(lambda level: 255 * (level > 128), "1")
    path = save(bits, "neige.tif", save_all=True, append_images=[noise], dpi=(200, 200))
    with pytest.raises(NormsNotMet) as refusal:
        convert([path])
    assert "à elle seule : page 2." in refusal.value.remedy


def test_a_poor_picture_is_refused_with_the_pixels_that_miss(draw_page, save):
    with pytest.raises(NormsNotMet, match=r"496 × 702 pixels, soit 60 dpi .* 1653 × 2340") as refusal:
        convert([save(draw_page(60), "vignette.png", dpi=(60, 60))])
    assert refusal.value.code == "SO-PDF-RESOLUTION"


def test_a_declared_resolution_that_makes_no_sense_is_not_believed(draw_page, save):
    made = convert([save(draw_page(250), "telephone.jpg", dpi=(72, 72))])
    assert made.pages[0].source_dpi == pytest.approx(250, abs=1)
    assert made.report.pages[0].width_mm == pytest.approx(210, abs=1)


def test_a_blank_page_is_named(draw_page, save):
    blank = Image.effect_noise((2480, 3508), 6).point(lambda level: level + 110)
    path = save(draw_page(300), "a.tif", save_all=True, append_images=[blank])
    with pytest.raises(NormsNotMet, match="Page 2 : la page est blanche") as refusal:
        convert([path])
    assert refusal.value.code == "SO-IMG-BLANC"


def test_a_black_page_is_named(save):
    black = Image.effect_noise((2480, 3508), 10).point(lambda level: max(0, level - 110))
    with pytest.raises(NormsNotMet, match="noire") as refusal:
        convert([save(black, "capot.png")])
    assert refusal.value.code == "SO-IMG-NOIR"


def test_a_drawn_pdf_is_rendered_and_a_colour_scan_thresholded(draw_page, scan_pdf, tmp_path):
    path = tmp_path / "lettre.pdf"
    text = b"BT /F1 24 Tf 72 700 Td (Ordonnance : vingt seances de reeducation) Tj ET 72 300 400 200 re f"
    path.write_bytes(scan_pdf(content=text))
    assert convert([path]).pages[0].source_dpi == 0
    path.write_bytes(scan_pdf(draw_page(200).convert("RGB"), colour_space=b"/DeviceRGB"))
    made = convert([path])
    assert made.pages[0].source_dpi == pytest.approx(200, abs=1)
    assert made.report.compliant


def test_a_scan_inside_a_pdf_is_not_enlarged_either(draw_page, scan_pdf, tmp_path):
    path = tmp_path / "flou.pdf"
    path.write_bytes(scan_pdf(draw_page(100)))
    with pytest.raises(NormsNotMet, match="soit 100 dpi"):
        convert([path])


def test_a_protected_pdf_asks_for_its_password_and_opens_with_it(scan_pdf, tmp_path):
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(scan_pdf())))
    writer.encrypt(RIGHT, algorithm="AES-256")
    path = tmp_path / "protege.pdf"
    writer.write(path)
    with pytest.raises(PasswordNeeded, match="il faut son mot de passe"):
        convert([path])
    with pytest.raises(PasswordNeeded, match="n'est pas le bon"):
        convert([path], ConvertOptions(password=WRONG))
    assert convert([path], ConvertOptions(password=RIGHT)).report.compliant


def test_nothing_to_convert_is_a_wrong_use():
    with pytest.raises(WrongUse):
        convert([])


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("inverted", [False, True])
def test_a_black_and_white_pdf_is_shown_as_a_reader_shows_it(scan_pdf, tmp_path, rotation, inverted):
    decode = b"/DeviceGray /Decode [1 0]" if inverted else b"/DeviceGray"
    path = tmp_path / "scan.pdf"
    path.write_bytes(scan_pdf(colour_space=decode, page=b"/Rotate %d" % rotation))
    if inverted:
        with pytest.raises(NormsNotMet, match="noire"):
            convert([path])
        return
    upright, turned = scan_pdf(), convert([path])
    (tmp_path / "upright.pdf").write_bytes(upright)
    by_hand = ConvertOptions(usual=PageSettings(turns=rotation // 90))
    again = convert([tmp_path / "upright.pdf"], by_hand)
    assert rendered(turned.pdf, tmp_path).tobytes() == rendered(again.pdf, tmp_path).tobytes()

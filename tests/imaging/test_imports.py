"""A PDF from elsewhere: its black-and-white pages travel as they came, the others are drawn again as they look."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from foreign_pdfs import (
    A4,
    CODINGS,
    PAINT,
    Book,
    assert_kept,
    assert_same_look,
    bare_fax,
    flate,
    g4,
    jbig2,
    jbig2_of_symbols,
    pixels,
    streams,
)
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw, ImageOps

from scor_tui.domain.errors import FileNotAccepted, NormsNotMet
from scor_tui.domain.norms import Rule
from scor_tui.imaging import Converted, Step, convert, inspect, page_bits

OWNER, USER = "propriétaire", "sésame"
HIDDEN_TEXT = b" BT /F1 12 Tf 3 Tr 72 700 Td (texte reconnu) Tj ET"


@pytest.fixture(scope="module")
def bits(draw_page) -> Image.Image:
    """A page in black and white whose four corners differ, so that no turn of it looks like another."""
    page = draw_page(200).point(lambda level: 255 * (level > 128), "1")
    pen = ImageDraw.Draw(page)
    pen.rectangle((100, 60, 900, 130), fill=0)
    pen.rectangle((60, 300, 90, 700), fill=0)
    return page


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.mark.parametrize("coding", CODINGS)
def test_every_coding_of_one_bit_is_kept_as_it_came(book, bits, tmp_path, coding):
    book.scan(bits, CODINGS[coding](bits))
    made = assert_kept(book.save(tmp_path / "a.pdf"), tmp_path)
    assert pixels(made, tmp_path).tobytes() == bits.tobytes()
    assert made.pages[0].steps == (Step.KEPT_BILEVEL,)


@pytest.mark.parametrize("shares", [False, True])
def test_jbig2_is_kept_with_the_segments_that_its_pages_share(book, bits, tmp_path, shares):
    """Pixels as pdfium decodes them: poppler 22.12 breaks faxes inside JBIG2, in the source as in the result."""
    coded = jbig2(bits)
    if shares:
        (data, facts), shared = jbig2_of_symbols(bits)
        coded = data, facts | {"/DecodeParms": {"/JBIG2Globals": book.pdf.make_stream(shared)}}
    book.scan(bits, coded)
    made = assert_kept(book.save(tmp_path / "a.pdf"), tmp_path)
    (png,) = page_bits(made.pdf)
    assert Image.open(io.BytesIO(png)).tobytes() == bits.tobytes()


def test_all_that_is_kept_may_be_archived(book, draw_page, tmp_path, assert_archival):
    page = draw_page(200, repeat=1).point(lambda level: 255 * (level > 128), "1")
    for coding in CODINGS.values():
        book.scan(page, coding(page))
    (data, facts), shared = jbig2_of_symbols(page)
    book.scan(page, (data, facts | {"/DecodeParms": {"/JBIG2Globals": book.pdf.make_stream(shared)}}))
    made = convert([book.save(tmp_path / "a.pdf")])
    assert len(set(streams(made.pdf))) == len(CODINGS) + 1
    assert_archival(made.pdf)


def test_a_negative_that_its_decode_array_puts_right_is_kept(book, bits, tmp_path):
    negative = ImageOps.invert(bits.convert("L")).convert("1", dither=Image.Dither.NONE)
    book.scan(negative, Image={"Decode": Array([1, 0])})
    made = assert_kept(book.save(tmp_path / "a.pdf"), tmp_path)
    assert made.report.pages[0].ink < 0.2


def test_a_protected_scan_is_kept_too_once_its_password_is_given(book, bits, tmp_path):
    book.scan(bits, g4(bits))
    encryption = pikepdf.Encryption(owner=OWNER, user=USER, R=6)
    path = book.save(tmp_path / "a.pdf", encryption=encryption)
    made = assert_kept(path, tmp_path, USER)
    assert b"/Encrypt" not in made.pdf


@pytest.mark.parametrize("where", ["on the page", "in a form"])
def test_hidden_text_of_a_recognition_is_dropped_and_the_image_kept(book, bits, tmp_path, where):
    if where == "on the page":
        book.scan(bits, g4(bits), after=HIDDEN_TEXT)
    else:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        layer = book.form(HIDDEN_TEXT, Font=Dictionary(F1=font))
        book.scan(bits, g4(bits), after=b" /Text Do", Forms={"/Text": layer})
    made = assert_kept(book.save(tmp_path / "a.pdf"), tmp_path)
    assert b"Font" not in made.pdf


def test_pages_that_share_their_resources_keep_each_its_own_image(book, bits, tmp_path):
    other = bits.transpose(Image.Transpose.ROTATE_180)
    both = [book.image(bits, g4(bits)), book.image(other, g4(other))]
    for name in (b"/Im0", b"/Im1"):
        book.page((PAINT % (*A4, 0, 0)).replace(b"/Im0", name), Images=both)
    made = convert([book.save(tmp_path / "a.pdf")])
    assert streams(made.pdf) == [g4(bits)[0], g4(other)[0]]


def test_a_page_whose_corner_is_not_at_zero_is_kept(book, bits, tmp_path):
    box = Array([108, 216, 108 + A4[0], 216 + A4[1]])
    book.page(PAINT % (*A4, 108, 216), Images=[book.image(bits, g4(bits))], MediaBox=box)
    assert_kept(book.save(tmp_path / "a.pdf"), tmp_path)


def test_a_page_that_is_a_hair_larger_than_its_image_is_kept_where_it_is(book, bits, tmp_path):
    book.page(PAINT % (*A4, 2, 3), size=(A4[0] + 4, A4[1] + 4), Images=[book.image(bits, g4(bits))])
    assert_kept(book.save(tmp_path / "a.pdf"), tmp_path)


def test_a_link_that_is_not_seen_does_not_count(book, bits, tmp_path):
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([50, 50, 90, 90]), Border=Array([0, 0, 0]))
    book.scan(bits, g4(bits), Annots=Array([book.pdf.make_indirect(link)]))
    made = assert_kept(book.save(tmp_path / "a.pdf"), tmp_path)
    assert b"Annots" not in made.pdf


def test_600_dpi_are_not_thrown_away(book, draw_page, tmp_path):
    fine = draw_page(600, repeat=1).point(lambda level: 255 * (level > 128), "1")
    book.scan(fine, g4(fine))
    made = assert_kept(book.save(tmp_path / "a.pdf"), tmp_path)
    assert made.report.dpi >= 595


def test_a_page_of_each_kind_in_one_document(book, bits, draw_page, tmp_path):
    book.scan(bits, g4(bits))
    colour = Image.merge("RGB", (draw_page(200), *[draw_page(200).point(lambda level: level * 9 // 10)] * 2))
    book.scan(colour, flate(colour))
    book.page(b"BT /F1 30 Tf 72 600 Td (Vingt seances) Tj ET 72 300 400 20 re f")
    path = book.save(tmp_path / "a.pdf")
    made = convert([path])
    assert streams(made.pdf)[0] == g4(bits)[0]
    assert [page.method == "kept" for page in made.pages] == [True, False, False]
    assert [page.source_dpi for page in made.pages] == [pytest.approx(200, abs=0.2), pytest.approx(200, abs=0.2), 0]
    for number in (1, 2, 3):
        assert_same_look(path, made, tmp_path, number)


def turned(page: Image.Image, degrees: int) -> Image.Image:
    """Turn clockwise."""
    return page.rotate(-degrees, expand=True)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_that_is_shown_turned_comes_out_upright_dot_for_dot(book, bits, tmp_path, degrees):
    book.scan(bits, g4(bits), Rotate=degrees)
    path = book.save(tmp_path / "a.pdf")
    made = convert([path])
    assert pixels(made, tmp_path).tobytes() == turned(bits, degrees).tobytes()
    assert_same_look(path, made, tmp_path)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_an_image_that_is_painted_turned_comes_out_as_it_is_seen_dot_for_dot(book, bits, tmp_path, degrees):
    wide, high = A4 if degrees == 180 else A4[::-1]
    matrix = {
        90: (0, -high, wide, 0, 0, high),
        180: (-wide, 0, 0, -high, wide, high),
        270: (0, high, -wide, 0, wide, 0),
    }
    content = b"q %f %f %f %f %f %f cm /Im0 Do Q" % matrix[degrees]
    book.page(content, size=(wide, high), Images=[book.image(bits, g4(bits))])
    path = book.save(tmp_path / "a.pdf")
    made = convert([path])
    assert pixels(made, tmp_path).tobytes() == turned(bits, degrees).tobytes()
    assert_same_look(path, made, tmp_path)


def test_an_image_that_is_painted_mirrored_comes_out_as_it_is_seen_dot_for_dot(book, bits, tmp_path):
    wide, high = A4
    book.page(b"q %f 0 0 %f %f 0 cm /Im0 Do Q" % (-wide, high, wide), Images=[book.image(bits, g4(bits))])
    book.page(b"q 0 %f %f 0 0 0 cm /Im0 Do Q" % (wide, high), (high, wide), Images=[book.image(bits, g4(bits))])
    path = book.save(tmp_path / "a.pdf")
    made = convert([path])
    assert pixels(made, tmp_path, 0).tobytes() == ImageOps.mirror(bits).tobytes()
    assert pixels(made, tmp_path, 1).tobytes() == bits.transpose(Image.Transpose.TRANSVERSE).tobytes()
    for number in (1, 2):
        assert_same_look(path, made, tmp_path, number)


def test_strips_are_put_together_dot_for_dot(book, bits, tmp_path):
    tops = list(range(0, bits.height, 500))
    strips = [bits.crop((0, top, bits.width, min(top + 500, bits.height))) for top in tops]
    dot = A4[1] / bits.height
    places = [
        (A4[0], strip.height * dot, 0, A4[1] - (top + strip.height) * dot)
        for top, strip in zip(tops, strips, strict=True)
    ]
    content = b" ".join((PAINT % place).replace(b"Im0", b"Im%d" % number) for number, place in enumerate(places))
    book.page(content, Images=[book.image(strip, g4(strip)) for strip in strips])
    made = convert([book.save(tmp_path / "a.pdf")])
    assert pixels(made, tmp_path).tobytes() == bits.tobytes()
    assert made.pages[0].source_dpi == pytest.approx(200, abs=0.2)


def test_a_page_that_is_cropped_shows_what_it_showed_dot_for_dot(book, bits, tmp_path):
    dot = A4[1] / bits.height
    left, top, right, bottom = 40, 30, 1600, 2200
    box = Array([left * dot, A4[1] - bottom * dot, right * dot, A4[1] - top * dot])
    book.scan(bits, g4(bits), CropBox=box)
    path = book.save(tmp_path / "a.pdf")
    made = convert([path])
    assert pixels(made, tmp_path).tobytes() == bits.crop((left, top, right, bottom)).tobytes()
    assert_same_look(path, made, tmp_path)


def test_an_image_inside_the_drawing_is_read_dot_for_dot(book, bits, tmp_path):
    head = b"q %f 0 0 %f 0 0 cm BI /W %d /H %d /BPC 1 /CS /G /F /Fl ID " % (*A4, *bits.size)
    book.page(head + flate(bits)[0] + b"\nEI Q")
    made = convert([book.save(tmp_path / "a.pdf")])
    assert pixels(made, tmp_path).tobytes() == bits.tobytes()


def test_a_small_sheet_on_a_large_page_keeps_its_dots_and_its_margins(book, draw_page, tmp_path):
    sheet = draw_page(300, 148, 210).point(lambda level: 255 * (level > 128), "1")
    wide, high = (side / 300 * 72 for side in sheet.size)
    book.page(PAINT % (wide, high, 72, 144), size=(595.2, 841.92), Images=[book.image(sheet, g4(sheet))])
    path = book.save(tmp_path / "a.pdf")
    made = convert([path])
    expected = Image.new("1", (2480, 3508), 1)
    expected.paste(sheet, (300, 3508 - 600 - sheet.height))
    assert pixels(made, tmp_path).tobytes() == expected.tobytes()


@pytest.mark.parametrize("coding", ["g4", "g3", "flate", "flate with predictor"])
@pytest.mark.parametrize("part", [0.5, 0.9])
def test_a_stream_that_stops_before_its_last_row_is_not_filled_up_in_silence(book, bits, tmp_path, coding, part):
    data, facts = CODINGS[coding](bits)
    book.scan(bits, (data[: int(len(data) * part)], facts))
    path = book.save(tmp_path / "a.pdf")
    with pytest.raises(FileNotAccepted, match="le bas de l'image manque"):
        convert([path])
    (finding,) = inspect(path.read_bytes()).findings
    assert finding.rule == Rule.PDF_INVALIDE
    assert "le bas de l'image manque" in finding.measured


def test_a_stream_without_its_checksum_or_its_end_mark_is_whole_all_the_same(book, bits, tmp_path):
    data, facts = flate(bits)
    book.scan(bits, (data[:-4], facts))
    book.scan(bits, (bare_fax(bits), g4(bits, black_is_1=False)[1]))
    made = convert([book.save(tmp_path / "a.pdf")])
    assert streams(made.pdf) == [data[:-4], bare_fax(bits)]


def seen_again(book: Book, tmp_path: Path) -> Converted:
    """A page that says more than one image: it is drawn again, as it looks."""
    path = book.save(tmp_path / "a.pdf")
    made = convert([path])
    assert made.report.compliant
    assert_same_look(path, made, tmp_path)
    return made


def stamp(book: Book, **more: object) -> Array:
    look = book.form(b"0 g 0 0 200 80 re f", (200, 80))
    facts = {"Type": Name.Annot, "Subtype": Name.Stamp, "Rect": Array([60, 60, 260, 140]), "F": 4}
    return Array([book.pdf.make_indirect(Dictionary(**facts, AP=Dictionary(N=look), **more))])


def test_a_stamp_laid_over_a_scan_is_seen(book, bits, tmp_path):
    book.scan(bits, g4(bits), Annots=stamp(book))
    assert seen_again(book, tmp_path).report.pages[0].ink > 0.04


def test_a_stamp_that_is_hidden_is_not(book, bits, tmp_path):
    annots = stamp(book)
    annots[0].F = 2
    book.scan(bits, g4(bits), Annots=annots)
    assert_kept(book.save(tmp_path / "a.pdf"), tmp_path)


@pytest.mark.parametrize("drawn", [True, False])
def test_what_was_typed_in_a_form_is_seen(book, bits, tmp_path, drawn):
    """With the field's own drawing, and without: then the reader draws it."""
    font = book.pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    fonts = Dictionary(Font=Dictionary(Helv=font))
    field = Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="nom", V="MMMMMMMMMM", F=4, DA="/Helv 60 Tf 0 g",
        Rect=Array([60, 60, 560, 140]),
    )  # fmt: skip
    if drawn:
        look = book.form(b"BT /Helv 60 Tf 0 g 4 18 Td (MMMMMMMMMM) Tj ET", (500, 80), Font=fonts.Font)
        field.AP = Dictionary(N=look)
    widget = book.pdf.make_indirect(field)
    form = {"Fields": Array([widget]), "DR": fonts, "DA": "/Helv 0 Tf 0 g"}
    book.pdf.Root.AcroForm = Dictionary(**form, NeedAppearances=not drawn)
    book.scan(bits, g4(bits), Annots=Array([widget]))
    seen_again(book, tmp_path)


@pytest.mark.parametrize("how", ["clipped", "layered out", "masked", "soft mask"])
def test_an_image_that_is_not_shown_whole_is_not_taken_for_what_it_stores(book, bits, tmp_path, how):
    whole = PAINT % (*A4, 0, 0)
    half = Image.new("1", bits.size, 1)
    half.paste(0, (0, 0, bits.width, bits.height // 2))
    if how == "clipped":
        book.page(b"0 0 595 500 re W n " + whole, Images=[book.image(bits, g4(bits))])
    elif how == "layered out":
        layer = book.pdf.make_indirect(Dictionary(Type=Name.OCG, Name="calque"))
        book.pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
        shows = Dictionary(Properties=Dictionary(L0=layer))
        black = b"/OC /L0 BDC 0 300 400 300 re f " + whole + b" EMC "
        book.page(
            black + b"BT /F1 40 Tf 72 600 Td (Texte seul) Tj ET",
            Images=[book.image(bits)],
            Resources={"Properties": shows.Properties},
        )
    elif how == "masked":
        mask = book.image(half, ColorSpace=None, ImageMask=True)
        book.page(whole, Images=[book.image(bits, g4(bits), Mask=mask)])
    else:
        mask = book.image(half.convert("L"), flate(half.convert("L")))
        book.page(whole, Images=[book.image(bits, g4(bits), SMask=mask)])
    seen_again(book, tmp_path)


def test_a_stencil_is_painted_with_its_ink(book, bits, tmp_path):
    stencil = book.image(bits, g4(bits), ColorSpace=None, ImageMask=True)
    book.page(b"0.1 0.1 0.4 rg " + PAINT % (*A4, 0, 0), Images=[stencil])
    made = seen_again(book, tmp_path)
    assert made.report.pages[0].ink > 0.01


def test_a_scan_that_is_laid_askew_is_shown_as_it_lies(book, bits, tmp_path):
    content = b"q 0.9986 0.0523 -0.0523 0.9986 20 -10 cm " + PAINT % (*A4, 0, 0) + b" Q"
    book.page(content, Images=[book.image(bits, g4(bits))])
    seen_again(book, tmp_path)


def test_the_resolution_is_that_of_the_page_as_it_is_painted(book, bits, tmp_path):
    half = [side / 2 for side in A4]
    book.page(PAINT % (*half, 0, 0), size=tuple(half), Images=[book.image(bits, g4(bits))])
    made = convert([book.save(tmp_path / "a5.pdf")])
    assert made.pages[0].source_dpi == pytest.approx(400, abs=0.5)
    twice = Book()
    double = [side * 2 for side in A4]
    twice.page(PAINT % (*double, 0, -A4[1]), Images=[twice.image(bits, g4(bits))])
    with pytest.raises(NormsNotMet, match="soit 100 dpi"):
        convert([twice.save(tmp_path / "loupe.pdf")])


def test_what_is_written_over_a_scan_is_not_lost(book, bits, tmp_path):
    book.scan(bits, g4(bits), after=b" BT /F1 60 Tf 72 72 Td (MMMMMMMM) Tj ET")
    seen_again(book, tmp_path)

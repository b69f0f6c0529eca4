"""Ink that has a colour stays, whatever the colour of its paper; and a page without colours is read as before."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from scor_tui.imaging import convert, page_bits
from scor_tui.imaging.colour import Way, tasted

WHITE, GREEN, PINK = (250, 249, 246), (176, 222, 178), (244, 182, 196)
PALE_CYAN, PALE_RED, BLACK = (160, 252, 255), (250, 158, 178), (35, 35, 38)


@pytest.fixture(scope="module")
def strokes() -> Image.Image:
    """Thin pen strokes (L, 255 on 0) over the foot of a page at 200 dpi."""
    ink = Image.new("L", (1654, 2339), 0)
    pen = ImageDraw.Draw(ink)
    for row in range(14):
        for letter in range(30):
            x, y = 160 + 44 * letter, 1250 + 70 * row
            pen.arc((x, y, x + 26, y + 36), 30 * (row + letter) % 360, 30 * (row + letter) % 360 + 250, 255, 3)
    return ink


@pytest.fixture(scope="module")
def print_(draw_page) -> Image.Image:
    """Black print (L, 255 on 0) over the head of a page at 200 dpi."""
    page = ImageChops.invert(draw_page(200, ink=0, paper=255))
    page.paste(0, (0, 1150, page.width, page.height))
    return page


def inked(paper, *inks) -> Image.Image:
    """Lay inks (colour, where) on a paper; each lets what is under it through."""
    page = Image.new("RGB", (1654, 2339), paper)
    for colour, where in inks:
        page = Image.composite(ImageChops.multiply(page, Image.new("RGB", page.size, colour)), page, where)
    return page


def recall(made: Image.Image, where: Image.Image) -> float:
    """Return the share of an ink that is black on the page."""
    heart = where.filter(ImageFilter.MinFilter(3)).point([0] * 200 + [255] * 56)
    return ImageChops.subtract(heart, made).histogram()[255] / heart.histogram()[255]


def black_and_white(page: Image.Image, save, name: str) -> Image.Image:
    (bits,) = page_bits(convert([save(page, name, dpi=(200, 200), quality=85)]).pdf)
    return Image.open(io.BytesIO(bits)).convert("L")


@pytest.mark.parametrize("paper", [WHITE, GREEN, PINK])
def test_a_pen_that_brightness_would_lose_is_kept(paper, print_, strokes, save):
    page = inked(paper, (BLACK, print_), (PALE_CYAN, strokes)).filter(ImageFilter.GaussianBlur(0.8))
    assert recall(black_and_white(page, save, "a.jpg"), strokes) > 0.97
    assert recall(black_and_white(page.convert("L"), save, "b.jpg"), strokes) < 0.80


def test_two_inks_that_no_one_channel_shows_both_are_kept(print_, strokes, save):
    left = strokes.copy()
    left.paste(0, (830, 0, *left.size))
    right = ImageChops.subtract(strokes, left)
    page = inked(WHITE, (BLACK, print_), (PALE_CYAN, left), (PALE_RED, right))
    made = black_and_white(page, save, "a.jpg")
    assert min(recall(made, left), recall(made, right)) > 0.97
    assert tasted(page, 200).way is Way.DARKEST
    for channel in page.split():
        other = black_and_white(channel, save, "b.jpg")
        assert min(recall(other, left), recall(other, right)) < 0.7


def test_a_see_through_picture_in_colour_keeps_its_pens_too(print_, strokes, save):
    page = inked((255, 255, 255), (BLACK, print_), (PALE_CYAN, strokes)).convert("RGBA")
    page.putalpha(ImageChops.lighter(print_, strokes).filter(ImageFilter.MaxFilter(3)))
    assert recall(black_and_white(page, save, "calque.png"), strokes) > 0.97


@pytest.mark.parametrize("palette", [False, True])
def test_a_colour_scan_in_a_pdf_keeps_its_pens_too(print_, strokes, save, palette):
    page = inked(GREEN, (BLACK, print_), (PALE_CYAN, strokes)).filter(ImageFilter.GaussianBlur(0.8))
    kept = black_and_white(page.quantize(64) if palette else page, save, "a.pdf")
    assert recall(kept, strokes) > 0.97
    assert recall(black_and_white(page.convert("L"), save, "b.pdf"), strokes) < 0.80


def test_black_print_on_any_paper_is_read_by_its_brightness(print_):
    for paper in (WHITE, GREEN, PINK):
        assert tasted(inked(paper, (BLACK, print_)), 200).way is Way.LUMINANCE


def test_a_yellow_marker_is_no_ink(print_):
    marked = Image.new("L", print_.size, 0)
    ImageDraw.Draw(marked).rectangle((120, 200, 1200, 260), fill=255)
    seen = tasted(inked(WHITE, (BLACK, print_), ((255, 245, 110), marked)), 200)
    assert (seen.way, seen.inked) == (Way.LUMINANCE, False)


def test_a_table_around_the_sheet_is_no_ink(print_):
    sheet = inked(WHITE, (BLACK, print_))
    photo = Image.new("RGB", (2100, 2800), (88, 66, 48))
    photo.paste(sheet, (200, 200))
    assert tasted(photo, 200).way is Way.LUMINANCE

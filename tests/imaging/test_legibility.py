"""What is written survives; and what an eye should look at again is said, without refusing anything."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from scor_tui.domain.norms import Rule
from scor_tui.imaging import ConvertOptions, Method, PageSettings, advise, convert, inspect, page_bits

ROOM = {"dpi": (200, 200)}


def named(path, **options) -> list[Rule]:
    return [finding.rule for finding in convert([path], ConvertOptions(**options)).advice]


@pytest.fixture
def page(draw_page) -> Image.Image:
    return draw_page(200)


def test_nothing_is_said_of_a_good_page(page, save):
    assert named(save(page, "bonne.png", **ROOM)) == []


def test_a_page_out_of_focus_is_said_to_be_hard_to_read(page, save):
    blurred = page.filter(ImageFilter.GaussianBlur(8))
    assert named(save(blurred, "floue.png", **ROOM)) == [Rule.IMG_CONTRASTE]


def test_broken_strokes_and_dust_are_seen(page, save):
    chance, pen = random.Random(3), ImageDraw.Draw(page)
    for _ in range(6000):
        x, y = chance.randrange(page.width), chance.randrange(page.height)
        pen.ellipse((x, y, x + 2, y + 2), fill=60)
    assert Rule.IMG_CONTRASTE in named(save(page, "sale.png", **ROOM))


def test_lines_that_run_off_the_glass_are_seen_even_on_a_leaning_page(page, save):
    leaning = page.rotate(1, Image.Resampling.BICUBIC, fillcolor=235)
    for name, each in (("droite", page), ("penchee", leaning)):
        cut = ImageChops.offset(each, -190, 0)
        cut.paste(235, (cut.width - 190, 0, cut.width, cut.height))
        made = convert([save(cut, f"{name}.png", **ROOM)])
        assert [finding.rule for finding in made.advice] == [Rule.IMG_TRONQUE]
        assert made.report.compliant, "it is advice, not a refusal"


def test_a_small_sheet_pushed_into_a_corner_is_said_to_be_shifted(page, save):
    small = page.crop((132, 0, 1100, page.height)).resize((560, 1350), Image.Resampling.LANCZOS)
    glass = Image.new("L", page.size, 235)
    glass.paste(small, (25, 150))
    assert named(save(glass, "coin.png", **ROOM)) == [Rule.IMG_DECALE]


def test_a_mostly_black_page_is_said_to_be(page, save):
    ImageDraw.Draw(page).rectangle((0, 900, page.width, page.height), fill=15)
    assert Rule.IMG_NOIR in named(save(page, "noire.png", **ROOM))


def test_advice_can_be_asked_of_a_pdf_too(page, save):
    glass = ImageChops.offset(page, -190, 0)
    glass.paste(235, (glass.width - 190, 0, glass.width, glass.height))
    pdf = convert([save(glass, "coupee.png", **ROOM)]).pdf
    assert inspect(pdf).compliant
    assert [(finding.page, finding.rule) for finding in advise(pdf)] == [(1, Rule.IMG_TRONQUE)]


def test_what_shines_through_from_the_back_is_left_out_and_pale_ink_is_not(draw_page, save):
    front = draw_page(200, paper=240)
    back = draw_page(200, ink=150, paper=240, repeat=2).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    through = ImageChops.darker(front, back.filter(ImageFilter.GaussianBlur(3)).point(lambda level: max(level, 178)))
    plain = convert([save(front, "recto.png", **ROOM)])
    shown = convert([save(through, "verso.png", **ROOM)])
    assert shown.pages[0].method == Method.SHOW_THROUGH
    assert shown.report.pages[0].ink == pytest.approx(plain.report.pages[0].ink, rel=0.1)
    pale = convert([save(draw_page(200, ink=196, paper=240), "pale.png", **ROOM)])
    assert pale.pages[0].method == Method.PALE_INK
    assert pale.report.pages[0].ink > plain.report.pages[0].ink / 2


def test_the_method_can_be_chosen(page, save):
    path = save(page, "a.png", **ROOM)
    assert convert([path]).pages[0].method == Method.USUAL
    assert (
        convert([path], ConvertOptions(usual=PageSettings(method=Method.PALE_INK))).pages[0].method == Method.PALE_INK
    )


@pytest.mark.parametrize(
    "box", [(0, 0, 700, 900), (0, 1750, 1654, 2339), (300, 600, 1300, 1700)], ids=["corner", "foot", "middle"]
)
def test_a_large_black_area_is_black_all_over_even_at_an_edge(page, save, box):
    ImageDraw.Draw(page).rectangle(box, fill=38)
    (bits,) = page_bits(convert([save(page, "noir.png", **ROOM)]).pdf)
    inside = Image.open(io.BytesIO(bits)).crop((box[0] + 3, box[1] + 3, box[2] - 3, box[3] - 3))
    assert inside.convert("L").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)) <= 1


def test_grain_is_smoothed_away(page, save):
    chance = random.Random(1)
    grain = Image.frombytes("L", page.size, chance.randbytes(page.width * page.height))
    grainy = ImageChops.add(page, grain.point(lambda level: 128 + (level - 128) // 5), 1, -128)
    clean, noisy = convert([save(page, "a.png", **ROOM)]), convert([save(grainy, "b.png", **ROOM)])
    assert len(noisy.pdf) < 1.6 * len(clean.pdf)

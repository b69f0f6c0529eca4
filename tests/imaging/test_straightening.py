"""A page that leans is turned, a photo is cut to its sheet; and neither is done to a page that is well."""

from __future__ import annotations

import io
from random import Random

import pytest
from PIL import Image, ImageDraw, ImageFilter

from scor_tui.imaging import ConvertOptions, PageSettings, Step, convert
from scor_tui.imaging.photo import find_sheet, laid_flat
from scor_tui.imaging.skew import lean


@pytest.fixture(scope="module")
def page(draw_page) -> Image.Image:
    return draw_page(200)


def test_the_angle_is_found_within_a_tenth_of_a_degree(page):
    chance = Random(4)
    angles = [chance.uniform(-5, 5) for _ in range(25)]
    found = [lean(page.rotate(-angle, Image.Resampling.BICUBIC, fillcolor=235)) for angle in angles]
    errors = sorted(abs(mine - given) for mine, given in zip(found, angles, strict=True) if abs(given) >= 0.35)
    assert errors[len(errors) // 2] <= 0.05
    assert errors[-1] <= 0.2


def test_a_straight_page_and_an_empty_one_are_left_alone(page):
    assert lean(page) == 0.0
    assert lean(Image.new("L", page.size, 240)) == 0.0
    assert lean(page.rotate(0.2, Image.Resampling.BICUBIC, fillcolor=235)) == 0.0


def test_a_leaning_scan_comes_out_straight_unless_told_not_to(page, save):
    leaning = save(page.rotate(-2, Image.Resampling.BICUBIC, fillcolor=235), "travers.png", dpi=(200, 200))
    assert Step.STRAIGHTENED in convert([leaning]).pages[0].steps
    assert (
        Step.STRAIGHTENED not in convert([leaning], ConvertOptions(usual=PageSettings(straighten=False))).pages[0].steps
    )


def on_a_table(page: Image.Image, corners: list[tuple[int, int]], size: tuple[int, int]) -> Image.Image:
    """Lay a page on dark wood, its corners where they are told."""
    (left, top), _, (right, bottom), _ = corners
    flat = page.resize((right - left, bottom - top), Image.Resampling.LANCZOS)
    table = Image.new("L", size, 70)
    table.paste(flat, (left, top))
    return table.rotate(3, Image.Resampling.BICUBIC, fillcolor=70).filter(ImageFilter.GaussianBlur(1))


@pytest.fixture(scope="module")
def photo(draw_page) -> Image.Image:
    corners = [(250, 300), (2770, 300), (2770, 3864), (250, 3864)]
    return on_a_table(draw_page(300), corners, (3024, 4132))


def test_the_sheet_is_found_on_a_table_and_laid_flat(photo):
    quad = find_sheet(photo)
    assert quad is not None
    flat = laid_flat(photo, quad, 4000)
    assert flat.size == pytest.approx((2520, 3564), rel=0.01)
    assert lean(flat) == 0.0


def test_a_photo_is_cut_to_its_sheet_and_it_can_be_undone(photo, tmp_path):
    path = tmp_path / "photo.jpg"
    photo.save(path, quality=85)
    cut, whole = convert([path]), convert([path], ConvertOptions(usual=PageSettings(find_sheet=False)))
    assert Step.SHEET_FOUND in cut.pages[0].steps
    assert Step.SHEET_FOUND not in whole.pages[0].steps
    assert cut.report.pages[0].width_mm == pytest.approx(210, abs=1)


def test_a_scan_is_never_cut_even_when_a_sheet_is_seen_on_it(photo, tmp_path):
    path = tmp_path / "scan.jpg"
    photo.save(path, quality=85, dpi=(360, 360))
    assert Step.SHEET_FOUND not in convert([path]).pages[0].steps


def test_no_sheet_is_imagined(draw_page):
    nothing = Image.new("L", (3000, 4000), 200)
    framed = draw_page(300)
    ImageDraw.Draw(framed).rectangle((100, 100, 2300, 3300), outline=0, width=9)
    round_thing = Image.new("L", (3000, 4000), 60)
    ImageDraw.Draw(round_thing).ellipse((300, 300, 2700, 3700), fill=240)
    half_out = Image.new("L", (3000, 4000), 60)
    half_out.paste(draw_page(300).crop((0, 0, 2000, 3000)), (1000, 1000))
    for picture in (nothing, framed, round_thing, half_out, draw_page(300)):
        assert find_sheet(picture) is None


def test_a_photo_whose_sheet_would_be_too_coarse_keeps_its_table(draw_page, tmp_path):
    corners = [(600, 700), (1900, 700), (1900, 2539), (600, 2539)]
    path = tmp_path / "loin.jpg"
    out = io.BytesIO()
    on_a_table(draw_page(200), corners, (2500, 3300)).save(out, "JPEG", quality=85)
    path.write_bytes(out.getvalue())
    assert Step.SHEET_FOUND not in convert([path]).pages[0].steps

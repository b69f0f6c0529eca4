"""A scan that stopped half way is seen by its foot, which repeats; paper, lids and drawings do not."""

from __future__ import annotations

import random

import pytest
from PIL import Image, ImageChops, ImageDraw

from scor_tui.domain.norms import Rule
from scor_tui.imaging import convert
from scor_tui.imaging.foot import repeated_part

HEIGHT, START = 2339, 1700


@pytest.fixture
def scan(draw_page) -> Image.Image:
    """A page with the grain of a scanner, at 200 dpi."""
    page = draw_page(200)
    grain = Image.frombytes("L", page.size, random.Random(7).randbytes(page.width * page.height))
    return ImageChops.add(page, grain.point([128 + (level - 128) // 24 for level in range(256)]), 1, -128)


def stopped(scan: Image.Image, rows: int) -> Image.Image:
    """Send the last rows before the stop again and again."""
    band = scan.crop((0, START - rows, scan.width, START))
    for top in range(START, HEIGHT, rows):
        scan.paste(band, (0, top))
    return scan


@pytest.mark.parametrize("rows", [1, 8, 64])
@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_rows_sent_again_and_again_are_said(scan, save, rows, name):
    made = convert([save(stopped(scan, rows), name, dpi=(200, 200), quality=85)])
    (finding,) = [each for each in made.advice if each.rule == Rule.IMG_TRONQUE]
    assert "du bas ne font que se répéter" in finding.measured


def test_the_part_that_misses_is_measured(scan):
    assert repeated_part(scan) == 0.0
    assert repeated_part(stopped(scan, 1)) == pytest.approx((HEIGHT - START) / HEIGHT, abs=0.002)


@pytest.mark.parametrize("level", [0, 64, 160])
def test_a_foot_of_one_dark_level_from_a_line_on_is_no_paper(scan, level):
    scan.paste(level, (0, START, scan.width, HEIGHT))
    assert repeated_part(scan) == pytest.approx((HEIGHT - START) / HEIGHT, abs=0.002)


def test_paper_that_is_burnt_out_or_drawn_is_no_repetition(scan, draw_page):
    drawn = draw_page(200, paper=235)
    pen = ImageDraw.Draw(drawn)
    for x in (100, 600, 1100, 1550):
        pen.line((x, 100, x, HEIGHT), fill=30, width=4)
    burnt = scan.point([min(255, level * 255 // 220) for level in range(256)])
    for page in (scan, drawn, burnt, draw_page(200, paper=255)):
        assert repeated_part(page) == 0.0


@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
@pytest.mark.parametrize(("height", "step"), [(HEIGHT, 180), (HEIGHT - 40, 60)])
@pytest.mark.parametrize("gap", [0, 60])
def test_the_rules_of_a_table_drawn_down_to_the_foot_are_no_repetition(draw_page, save, name, height, step, gap):
    drawn = draw_page(200, paper=255)
    pen = ImageDraw.Draw(drawn)
    for x in range(80, 1600, step):
        pen.line((x, 100, x, height), fill=30, width=3)
    for y in range(100, height if gap else 0, gap or 1):
        pen.line((80, y, 1580, y), fill=30, width=3)
    made = convert([save(drawn, name, dpi=(200, 200), quality=85)])
    assert made.advice == ()


@pytest.mark.parametrize("rows", [1, 16, 128])
def test_letters_sent_again_on_paper_without_grain_are_seen(draw_page, rows):
    drawn = draw_page(200, paper=255)
    ink = drawn.point([255] * 128 + [0] * 128).crop((0, 0, drawn.width, 1800)).getbbox()
    page = drawn.copy()
    for top in range(ink[3] - 4, HEIGHT, rows):
        page.paste(drawn.crop((0, ink[3] - 4 - rows, drawn.width, ink[3] - 4)), (0, top))
    assert repeated_part(page) > 0.2


def test_a_short_sheet_that_lies_askew_under_a_black_lid_is_whole(scan):
    glass = Image.new("L", scan.size, 0)
    glass.paste(scan.crop((0, 0, scan.width, 1700)).resize((1500, 1700)), (60, 0))
    assert repeated_part(glass) == 0.0
    assert repeated_part(glass.rotate(0.5, fillcolor=0)) == 0.0

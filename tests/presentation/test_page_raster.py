"""A page drawn as characters: what is on the paper is on the screen, at every zoom, wherever the window stands."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from scor_tui.presentation import page_raster
from scor_tui.presentation.page_raster import GREYS, InkMap, Mode, frame

GLYPHS = (Mode.BRAILLE, Mode.SEXTANT, Mode.QUADRANT)


def ink_of(*rows: str) -> Image.Image:
    """A tiny page from its rows: `#` is ink."""
    page = Image.new("L", (len(rows[0]), len(rows)), 0)
    page.putdata([255 if dot == "#" else 0 for row in rows for dot in row])
    return page


CROSS = ink_of("#..#", ".##.", ".##.", "#..#", "....", "....", "....", "...#")


def test_in_braille_the_loupe_shows_each_pixel_as_one_dot():
    assert frame(CROSS, Mode.BRAILLE, 2, (0, 0), (2, 2)).lines == ("⡱⢎", " ⢀")


def test_a_small_page_in_every_kind_of_characters():
    ink = ink_of("#.", ".#", "#.", "##")
    assert frame(ink, Mode.BRAILLE, 2, (0, 0), (1, 1)).lines == ("⣕",)
    assert frame(ink_of("##", "..", ".#"), Mode.SEXTANT, 2, (0, 0), (1, 1)).lines[0] != " "
    assert frame(ink_of("#.", "#.", ".#", ".#"), Mode.QUADRANT, 2, (0, 0), (1, 1)).lines == ("▚",)
    assert frame(ink_of("#", "."), Mode.HALF, 1, (0, 0), (1, 1)).greys == ((bytes([GREYS - 1]), bytes([0])),)
    assert frame(ink, Mode.NONE, 2, (0, 0), (1, 2)).lines == ("", "")


@pytest.mark.parametrize(
    ("dots", "glyph"),
    [
        ("11 11 11", "█"),
        ("10 10 10", "▌"),
        ("01 01 01", "▐"),
        ("10 00 00", "\N{BLOCK SEXTANT-1}"),
        ("00 00 01", "\N{BLOCK SEXTANT-6}"),
        ("01 11 10", "\N{BLOCK SEXTANT-2345}"),
        ("01 11 11", "\N{BLOCK SEXTANT-23456}"),
    ],
)
def test_sextants_stand_at_their_place(dots, glyph):
    rows = ["".join("###" if dot == "1" else "..." for dot in pair) for pair in dots.split()]
    page = ink_of(*(row for row in rows for _ in range(4)))
    assert frame(page, Mode.SEXTANT, 6, (0, 0), (1, 1)).lines == (glyph,)


def test_paper_is_spaces_also_beyond_the_edges_of_the_page():
    assert frame(Image.new("L", (40, 40), 0), Mode.BRAILLE, 4, (3, 2), (20, 5)).lines == (" " * 20,) * 5


@given(
    mode=st.sampled_from(GLYPHS),
    scale=st.floats(2, 10),
    at=st.integers(0, 150),
    upright=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_a_stroke_of_two_pixels_never_vanishes(mode, scale, at, upright):
    page = Image.new("L", (160, 320), 0)
    box = (at, 0, at + 1, 319) if upright else (0, 2 * at, 159, 2 * at + 1)
    ImageDraw.Draw(page).rectangle(box, fill=255)
    columns, rows = page_raster.cells_of(page.size, scale)
    lines = frame(page, mode, scale, (0, 0), (columns, rows)).lines
    if upright:
        whole = int(320 / (2 * scale))  # the last row may hold less page than cell
        assert all(line.strip() for line in lines[:whole])
    else:
        whole = int(160 / scale)
        assert any(line[:whole].strip() and " " not in line[:whole] for line in lines)


@given(
    mode=st.sampled_from(GLYPHS),
    scale=st.sampled_from(page_raster.SCALES),
    moved=st.tuples(st.integers(0, 12), st.integers(0, 6)),
    seed=st.integers(0, 5),
)
@settings(max_examples=60, deadline=None)
def test_the_same_place_of_the_page_looks_the_same_wherever_the_window_stands(mode, scale, moved, seed):
    page = Image.effect_noise((400, 400), 90 + seed).point(lambda level: 255 if level > 190 else 0)
    whole = frame(page, mode, scale, (0, 0), (24, 12)).lines
    part = frame(page, mode, scale, moved, (12, 6)).lines
    column, row = moved
    assert part == tuple(line[column : column + 12] for line in whole[row : row + 6])


def test_grey_halves_show_thin_print_as_more_than_paper():
    page = Image.new("L", (100, 100), 0)
    for line in range(0, 100, 20):
        ImageDraw.Draw(page).line((0, line, 99, line), fill=255)
    upper, _lower = frame(page, Mode.HALF, 20, (0, 0), (5, 1)).greys[0]
    assert min(upper) > 0


@pytest.mark.parametrize(("mode", "readable", "too_small"), [(Mode.BRAILLE, 5, 6), (Mode.QUADRANT, 3, 4)])
def test_what_can_be_judged_depends_on_the_characters_and_on_the_resolution(mode, readable, too_small):
    assert readable <= page_raster.coarsest_readable(mode, 200) < too_small
    assert page_raster.coarsest_readable(mode, 300) == 1.5 * page_raster.coarsest_readable(mode, 200)


# --- zones -------------------------------------------------------------------------------------------------


def page_with(*boxes: tuple[int, int, int, int]) -> InkMap:
    page = Image.new("L", (1600, 2400), 0)
    for box in boxes:
        ImageDraw.Draw(page).rectangle(box, fill=255)
    return InkMap(page)


def test_blank_zones_are_skipped_and_the_others_come_in_reading_order():
    head, foot = (100, 100, 500, 140), (900, 2000, 1500, 2050)
    views = page_with(head, foot).views(4, (80, 20))
    assert views == tuple(sorted(views, key=lambda place: (place[1], place[0])))
    assert all(row < 20 or row > 200 for _column, row in views)
    assert 2 <= len(views) <= 6


def test_every_spot_of_ink_is_in_a_zone():
    boxes = [(x, y, x + 30, y + 10) for x in (40, 700, 1500) for y in (60, 1200, 2300)]
    views = page_with(*boxes).views(4, (80, 20))
    for left, top, _right, _bottom in boxes:
        assert any(c * 4 <= left < (c + 80) * 4 and r * 8 <= top < (r + 20) * 8 for c, r in views)


def test_a_page_with_a_speck_has_no_zone():
    assert page_with((800, 1200, 800, 1201)).views(4, (80, 20)) == ()


def test_a_zone_is_seen_once_it_was_shown():
    found = page_with((100, 100, 500, 140), (900, 2000, 1500, 2050))
    views = found.views(4, (80, 20))
    assert found.unseen(views, 4, (80, 20)) == len(views)
    found.show(4, views[0], (80, 20))
    assert found.unseen(views, 4, (80, 20)) < len(views)
    for place in views:
        found.show(4, place, (80, 20))
    assert found.unseen(views, 4, (80, 20)) == 0


def test_a_page_is_decoded_to_its_very_bits():
    page = Image.new("1", (33, 17), 1)
    page.putpixel((5, 6), 0)
    kept = io.BytesIO()
    page.save(kept, "TIFF", compression="group4")
    ink = page_raster.opened(kept.getvalue())
    assert ink.getbbox() == (5, 6, 6, 7)


def test_pillow_is_not_loaded_before_a_page_is_drawn():
    code = "import sys, scor_tui.presentation.page_raster; sys.exit('PIL.Image' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""Pages for the viewer, one at a time, from any document."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from scor_tui.domain.errors import FileNotAccepted
from scor_tui.imaging import convert, page_images, render_page


def picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def test_a_page_of_a_piece_is_shown_at_the_resolution_asked_for(draw_page, save):
    pdf = convert([save(draw_page(300), "a.png")]).pdf
    shown = picture(render_page(pdf, 0, dpi=100))
    assert (shown.format, shown.mode) == ("PNG", "L")
    assert shown.size == pytest.approx((827, 1169), abs=1)


def test_an_image_is_shown_before_it_is_converted_whatever_its_quality(draw_page, save):
    path = save(draw_page(60), "vignette.png", dpi=(60, 60))
    assert picture(render_page(path, 0, dpi=100)).size == (496, 702)
    assert picture(render_page(path, 0, dpi=30)).size == (248, 351)


def test_all_pages_come_one_after_the_other(draw_page, save):
    pages = [draw_page(200), draw_page(200, 148, 210)]
    path = save(pages[0], "a.tif", save_all=True, append_images=pages[1:], dpi=(200, 200))
    sizes = [picture(png).size for png in page_images(path, dpi=50)]
    assert sizes == [pytest.approx(size, abs=1) for size in ((413, 585), (291, 413))]


def test_a_page_that_is_not_there_is_said(draw_page, save):
    pdf = convert([save(draw_page(300), "a.png")]).pdf
    with pytest.raises(FileNotAccepted, match="La page 2 n'existe pas"):
        render_page(pdf, 1)

"""Looking at what came out of a scanner: a cut page is questioned, paper is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from scor_tui.scanners.pages import PageState, collect, footless, look_at, next_page


def paper(*, foot: int, shade: int, height: int = 1000) -> Image.Image:
    """A page with lines of text, whose last `foot` rows are of one shade."""
    page = Image.new("L", (700, height), 255)
    draw = ImageDraw.Draw(page)
    for y in range(10, height - 5, 25):
        draw.text((30 + y % 60, y), "séances de rééducation du membre inférieur", fill=0)
    draw.rectangle((0, height - foot, 700, height), fill=shade)
    return page


@pytest.mark.parametrize(
    ("foot", "shade", "state"),
    [
        (500, 128, PageState.FOOTLESS),
        (31, 128, PageState.FOOTLESS),
        (31, 0, PageState.FOOTLESS),
        (30, 128, PageState.WHOLE),
        (500, 255, PageState.WHOLE),
        (500, 245, PageState.WHOLE),
    ],
)
def test_a_foot_of_one_shade_above_three_per_cent_looks_missing(
    tmp_path: Path, foot: int, shade: int, state: PageState
) -> None:
    paper(foot=foot, shade=shade).save(tmp_path / "page.tiff")
    assert look_at(tmp_path / "page.tiff") is state


def test_a_frame_drawn_down_a_white_page_is_paper(tmp_path: Path) -> None:
    page = paper(foot=200, shade=255)
    ImageDraw.Draw(page).line((20, 0, 20, 1000), fill=0, width=3)
    page.save(tmp_path / "page.png")
    assert look_at(tmp_path / "page.png") is PageState.WHOLE


def test_a_white_row_under_a_cut_foot_does_not_hide_it(tmp_path: Path) -> None:
    """sane-airscan ends a page so when its height is rounded up."""
    page = paper(foot=500, shade=128)
    ImageDraw.Draw(page).line((0, 999, 700, 999), fill=255)
    page.save(tmp_path / "page.tiff")
    assert look_at(tmp_path / "page.tiff") is PageState.FOOTLESS


def test_colour_pages_are_looked_at_too(tmp_path: Path) -> None:
    paper(foot=500, shade=128).convert("RGB").save(tmp_path / "page.tiff")
    assert footless((tmp_path / "page.tiff",)) == (0,)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(kept=st.integers(min_value=0, max_value=700_000))
def test_a_file_cut_anywhere_is_unreadable(tmp_path: Path, kept: int) -> None:
    whole, cut = tmp_path / "page.tiff", tmp_path / "cut.tiff"
    if not whole.exists():
        paper(foot=0, shade=255).save(whole)
    content = whole.read_bytes()
    cut.write_bytes(content[: min(kept, len(content) - 200)])
    assert look_at(cut) is PageState.UNREADABLE


def test_pages_that_cannot_be_read_are_counted_and_left_out(tmp_path: Path) -> None:
    work, folder = tmp_path / "work", tmp_path / "pages"
    work.mkdir()
    folder.mkdir()
    files = [work / f"page-{number:03d}.tiff" for number in (1, 2, 3)]
    paper(foot=0, shade=255).save(files[0])
    files[1].write_bytes(b"II*\x00")
    paper(foot=400, shade=128).save(files[2])
    pages = collect(files, folder)
    assert [path.name for path in pages.files] == ["page-001.tiff", "page-002.tiff"]
    assert (pages.incomplete, pages.unreadable) == ((1,), 1)


def test_names_go_on_after_the_highest(tmp_path: Path) -> None:
    for name in ("page-002.pdf", "page-999.tiff", "page-x.tiff", "autre.tiff"):
        (tmp_path / name).touch()
    assert next_page(tmp_path, ".tiff").name == "page-1000.tiff"
    (tmp_path / "page-1000.tiff").touch()
    assert next_page(tmp_path, ".pdf").name == "page-1001.pdf"

"""A PDF that is compliant already: its images travel as they came, in a new PDF that holds nothing else."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from scor_tui.imaging import ConvertOptions, PageSettings, Step, convert, inspect


def stored_bytes(pdf: bytes, page: int = 0) -> bytes:
    images = PdfReader(io.BytesIO(pdf)).pages[page]["/Resources"]["/XObject"]
    (image,) = (each.get_object() for each in images.values())
    return image._data


@pytest.fixture
def flate(scan_pdf, tmp_path) -> Path:
    path = tmp_path / "copieur.pdf"
    path.write_bytes(scan_pdf(catalog=b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"))
    return path


def test_the_image_travels_byte_for_byte_and_the_script_does_not(flate):
    made = convert([flate])
    assert stored_bytes(made.pdf) == stored_bytes(flate.read_bytes())
    assert b"JavaScript" not in made.pdf
    assert made.report.compliant
    assert made.pages[0].steps == (Step.KEPT_BILEVEL,)
    assert convert([flate]).pdf == made.pdf, "same input, same bytes"


def test_what_we_made_once_is_kept_as_it_is(draw_page, save, tmp_path):
    first = convert([save(draw_page(300), "a.png")]).pdf
    (tmp_path / "deja.pdf").write_bytes(first)
    again = convert([tmp_path / "deja.pdf"])
    assert stored_bytes(again.pdf) == stored_bytes(first)
    assert inspect(again.pdf) == again.report


def test_kept_and_new_pages_stand_side_by_side(flate, draw_page, save):
    made = convert([save(draw_page(200), "a.png", dpi=(200, 200)), flate])
    assert [page.method for page in made.pages] == ["usual", "kept"]
    assert stored_bytes(made.pdf, 1) == stored_bytes(flate.read_bytes())


def test_a_page_that_is_turned_by_hand_is_written_anew(flate):
    made = convert([flate], ConvertOptions(usual=PageSettings(turns=2)))
    assert stored_bytes(made.pdf) != stored_bytes(flate.read_bytes())
    assert Step.ROTATED in made.pages[0].steps


def test_too_heavy_streams_are_written_anew_in_g4(scan_pdf, draw_page, tmp_path):
    noise = Image.effect_noise((1240, 300), 60).point(lambda level: 255 * (level > 40), "1")
    page = draw_page(200).point(lambda level: 255 * (level > 128), "1")
    page.paste(noise, (200, 1500))
    for number in range(4):
        (tmp_path / f"{number}.pdf").write_bytes(scan_pdf(page))
    made = convert([tmp_path / f"{number}.pdf" for number in range(4)])
    assert made.report.bytes <= 250_000
    assert len(made.report.pages) == 4


def test_others_read_it(flate, tmp_path, assert_archival):
    if not shutil.which("qpdf"):
        pytest.skip("qpdf is not installed: kept streams are NOT judged by another program")
    path = tmp_path / "piece.pdf"
    path.write_bytes(convert([flate]).pdf)
    subprocess.run(["qpdf", "--check", path], check=True, capture_output=True)
    assert_archival(path.read_bytes())

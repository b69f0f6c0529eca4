"""A page is looked at as it is stored: the very bits, not a rendering of them."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from scor_tui import imaging
from scor_tui.domain.errors import FileNotAccepted


@pytest.fixture
def document(tmp_path: Path) -> bytes:
    page = Image.new("L", (1654, 2339), 240)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=36)
    for line in range(20):
        pen.text((150, 150 + 100 * line), f"ligne {line} d'une ordonnance inventée", fill=30, font=font)
    path = tmp_path / "page.png"
    page.save(path, dpi=(200, 200))
    return imaging.convert([path, path]).pdf


def test_every_page_comes_bit_for_bit_as_pdfimages_finds_it(document, tmp_path):
    if shutil.which("pdfimages") is None:
        pytest.skip("NOT JUDGED in this run: pdfimages not installed")
    (tmp_path / "d.pdf").write_bytes(document)
    subprocess.run(["pdfimages", "-png", str(tmp_path / "d.pdf"), str(tmp_path / "image")], check=True)
    pages = [Image.open(io.BytesIO(png)) for png in imaging.page_bits(document)]
    assert len(pages) == 2
    for number, page in enumerate(pages):
        assert page.mode == "1"
        judged = Image.open(tmp_path / f"image-{number:03}.png").convert("L")
        assert ImageChops.difference(page.convert("L"), judged).getbbox() is None


def test_a_foreign_pdf_has_no_bits_to_show():
    with pytest.raises(FileNotAccepted):
        list(imaging.page_bits(b"%PDF-1.4 nothing"))

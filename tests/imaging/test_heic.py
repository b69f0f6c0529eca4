"""Photos of recent phones: HEIC is read, upright; what only resembles it is refused by its name."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, features

from scor_tui.domain.errors import FileNotAccepted
from scor_tui.imaging import convert, page_bits, render_page
from scor_tui.imaging.opening import ImageDocument, kind_of

PHOTO = Path(__file__).parent / "data" / "ordonnance.heic"


@pytest.fixture
def photo(tmp_path) -> Path:
    return Path(shutil.copy(PHOTO, tmp_path))


def is_upright(page: Image.Image) -> bool:
    """Whether the page stands and the black band that it bears is at its top."""
    band = (0.15, 0.02, 0.85, 0.04)
    sides = (page.width, page.height) * 2
    left, top, right, bottom = (round(part * side) for part, side in zip(band, sides, strict=True))
    return page.height > page.width and page.convert("L").crop((left, top, right, bottom)).getextrema()[1] < 90


def test_a_photo_taken_on_its_side_is_converted_and_stands(photo):
    made = convert([photo])
    assert made.report.compliant
    (page,) = made.report.pages
    assert (page.width_px, page.height_px) == (1654, 2339)
    assert (round(page.width_mm), round(page.height_mm)) == (210, 297)
    (bits,) = page_bits(made.pdf)
    assert is_upright(Image.open(io.BytesIO(bits)))


def test_its_words_can_be_read(photo, tmp_path):
    if not (shutil.which("tesseract") and shutil.which("pdfimages")):
        pytest.skip("tesseract or pdfimages is not installed: legibility of the HEIC photo is NOT judged in this run")
    (tmp_path / "a.pdf").write_bytes(convert([photo]).pdf)
    subprocess.run(["pdfimages", "-png", "a.pdf", "a"], cwd=tmp_path, check=True)
    command = ["tesseract", "a-000.png", "-", "--dpi", "200"]
    read = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    for word in ("Docteur", "EXEMPLE", "Ordonnance", "Monsieur", "FICTIF", "Pansement"):
        assert word in read


def test_it_is_shown_before_it_is_converted(photo):
    assert is_upright(Image.open(io.BytesIO(render_page(photo, 0, 50))))


def test_it_is_taken_by_its_content_not_its_name(photo):
    assert convert([photo.rename(photo.with_suffix(".jpg"))]).report.compliant


@pytest.mark.parametrize("part", [0.02, 0.05, 0.3, 0.6, 0.95])
def test_a_photo_cut_short_is_refused(photo, part):
    content = photo.read_bytes()
    photo.write_bytes(content[: int(len(content) * part)])
    with pytest.raises(FileNotAccepted, match="abîmé ou incomplet"):
        convert([photo])


def test_a_poster_of_the_same_kind_is_not_a_page(photo):
    """A size larger than the pixels that are there, written into the file: nothing is made up."""
    content = photo.read_bytes()
    place = content.index(b"ispe") + 8
    huge = (60_000).to_bytes(4, "big")
    photo.write_bytes(content[:place] + huge + huge + content[place + 8 :])
    with pytest.raises(FileNotAccepted, match=r"abîmé ou incomplet|millions de pixels"):
        convert([photo])


def test_avif_is_refused_by_its_name(draw_page, tmp_path):
    if not features.check("avif"):
        pytest.skip("Pillow cannot write AVIF here: its refusal is NOT tested on a real file")
    path = tmp_path / "photo.heic"
    draw_page(200).save(path, "AVIF", quality=40)
    with pytest.raises(FileNotAccepted, match="AVIF") as refusal:
        convert([path])
    assert "JPEG" in refusal.value.remedy


def test_the_brands_of_a_file_say_what_it_is():
    def head(brand: bytes, *kin: bytes) -> bytes:
        box = b"ftyp" + brand + b"\0\0\0\0" + b"".join(kin)
        return (len(box) + 4).to_bytes(4, "big") + box + b"avif heic"

    assert kind_of(head(b"mif1", b"heic", b"miaf")) == ("HEIF",)
    assert kind_of(head(b"mif1", b"avif", b"miaf")) == ("AVIF",)
    assert kind_of(head(b"isom", b"mp42")) == ()


def test_where_nothing_reads_heic_the_remedy_says_so(photo, monkeypatch):
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    with pytest.raises(FileNotAccepted, match="HEIC") as refusal:
        ImageDocument(photo, photo.name, ("HEIF",))
    assert "pi-heif" in refusal.value.remedy

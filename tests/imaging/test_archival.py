"""What leaves is PDF/A-1b, judged by a program that is not ours."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys

import pytest

from scor_tui.imaging import convert
from scor_tui.imaging.icc import srgb_profile

CONVERT = (
    "import sys; from pathlib import Path; from scor_tui.imaging import convert;"
    "sys.stdout.buffer.write(convert([Path(name) for name in sys.argv[1:]]).pdf)"
)


def test_preflight_says_that_it_is_pdf_a(draw_page, save, assert_archival):
    made = convert([save(draw_page(300), "a.png"), save(draw_page(200), "b.jpg", dpi=(200, 200))])
    assert_archival(made.pdf)


def test_other_processes_zones_and_languages_give_the_same_bytes(draw_page, save, scan_pdf, tmp_path):
    (tmp_path / "scan.pdf").write_bytes(scan_pdf())
    files = [save(draw_page(300), "a.jpg"), tmp_path / "scan.pdf"]
    places = [
        {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "America/Lima", "LC_ALL": "fr_FR.UTF-8", "LANG": "fr_FR.UTF-8", "PYTHONHASHSEED": "2"},
        {"TZ": "Europe/Paris", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "random", "HOME": str(tmp_path)},
    ]
    common = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
    made = [
        subprocess.run(
            [sys.executable, "-c", CONVERT, *files], capture_output=True, check=True, env=common | place
        ).stdout
        for place in places
    ]
    assert made[0].startswith(b"%PDF-")
    assert len(set(made)) == 1


def test_the_profile_is_srgb_and_always_the_same():
    from PIL import Image, ImageCms

    ours = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))
    to_srgb = ImageCms.buildTransform(ours, ImageCms.createProfile("sRGB"), "RGB", "RGB")
    colours = [(0, 0, 0), (255, 255, 255), (120, 60, 200), (17, 130, 90)]
    for colour in colours:
        seen = ImageCms.applyTransform(Image.new("RGB", (1, 1), colour), to_srgb).getpixel((0, 0))
        assert max(abs(a - b) for a, b in zip(seen, colour, strict=True)) <= 1
    assert srgb_profile() == srgb_profile.__wrapped__()


def test_the_image_itself_carries_no_profile(draw_page, save, tmp_path):
    if shutil.which("pdfimages") is None:
        pytest.skip("pdfimages is not installed: the colour space is NOT judged by another program")
    path = tmp_path / "piece.pdf"
    path.write_bytes(convert([save(draw_page(300), "a.jpg", icc_profile=b"profil " * 40)]).pdf)
    listed = subprocess.run(["pdfimages", "-list", path], check=True, capture_output=True, text=True).stdout
    assert listed.splitlines()[2].split()[5] == "gray"

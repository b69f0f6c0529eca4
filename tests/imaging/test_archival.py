"""What leaves is PDF/A-1b, judged by a program that is not ours."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest

from scor_tui.imaging import convert
from scor_tui.imaging.icc import srgb_profile

JARS = Path("/usr/share/java")
JUDGE = "org.apache.pdfbox.preflight.Validator_A1b"


def test_preflight_says_that_it_is_pdf_a(draw_page, save, tmp_path):
    if shutil.which("java") is None or not (JARS / "preflight.jar").exists():
        pytest.skip("java or libpdfbox2-java is not installed: PDF/A-1b is NOT judged in this run")
    made = convert([save(draw_page(300), "a.png"), save(draw_page(200), "b.jpg", dpi=(200, 200))])
    path = tmp_path / "piece.pdf"
    path.write_bytes(made.pdf)
    judged = subprocess.run(
        ["java", "-cp", f"{JARS}/*", JUDGE, path], capture_output=True, text=True, check=False, timeout=120
    )
    assert "is a valid PDF/A-1b file" in judged.stdout, judged.stdout


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

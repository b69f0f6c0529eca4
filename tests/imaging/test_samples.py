"""Real papers: each has the verdict that was written down for it, and stays legible."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from scor_tui.domain.errors import NormsNotMet, PasswordNeeded
from scor_tui.imaging import Converted, ConvertOptions, convert, inspect


def test_every_sample_has_its_expected_verdict(samples):
    with (samples / "attendus.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter=";"))
    assert rows
    found = {row["fichier"]: verdict(samples / row["fichier"], row["raison"]) for row in rows}
    assert found == {row["fichier"]: (row["verdict"], row["raison"]) for row in rows}


def test_every_sample_that_passes_gives_pdf_a_and_the_same_bytes_twice(samples, assert_archival):
    with (samples / "attendus.csv").open(encoding="utf-8", newline="") as handle:
        names = [row["fichier"] for row in csv.DictReader(handle, delimiter=";") if row["verdict"] == "conforme"]
    for name in names:
        pdf = convert([samples / name]).pdf
        assert pdf == convert([samples / name]).pdf, name
        assert_archival(pdf)


def verdict(path: Path, expected_reason: str) -> tuple[str, str]:
    try:
        made = convert([path])
    except PasswordNeeded:
        return "refus", "mot de passe"
    except NormsNotMet as error:
        return "refus", error.code
    assert inspect(made.pdf).compliant, path
    pages = f"{len(made.pages)} pages"
    return "conforme", pages if expected_reason.endswith("pages") else ""


def test_four_pages_of_print_hold_in_one_document(samples):
    sheets = ["tp_btv1b525035025.jpg", "tp_btv1b530873615.jpg", "tp_eu21574_8.png", "n2_skewed.jpg"]
    made = convert([samples / name for name in sheets])
    assert made.report.bytes <= 250_000
    assert len(made.report.pages) == 4
    assert made.report.dpi >= 200


@pytest.mark.parametrize(("dpi", "least"), [(200, 0.75), (300, 0.75)])
def test_a_typewritten_page_can_still_be_read_by_a_machine(samples, tmp_path, dpi, least):
    if not (shutil.which("tesseract") and shutil.which("pdfimages")):
        pytest.skip("tesseract or pdfimages is not installed: legibility is NOT judged in this run")
    made = convert([samples / "tp_btv1b525035025.jpg"], ConvertOptions(dpi=dpi, finest=True))
    assert made.report.dpi == dpi
    assert word_f1(read_by_machine(made, tmp_path), written(samples / "tp_btv1b525035025.xml")) >= least


def read_by_machine(made: Converted, folder: Path) -> Counter[str]:
    (folder / "page.pdf").write_bytes(made.pdf)
    subprocess.run(["pdfimages", "-png", "page.pdf", "page"], cwd=folder, check=True)
    command = ["tesseract", "page-000.png", "-", "-l", "fra", "--dpi", str(made.report.dpi)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("tesseract has no French here: legibility is NOT judged in this run")
    return Counter(done.stdout.split())


def written(alto: Path) -> Counter[str]:
    tree = ElementTree.parse(alto)  # noqa: S314 - a file of the developer's own
    lines = (each.get("CONTENT") or "" for each in tree.iter() if each.tag.endswith("String"))
    return Counter(word for line in lines for word in line.split())


def word_f1(read: Counter[str], expected: Counter[str]) -> float:
    return 2 * (read & expected).total() / (read.total() + expected.total())

"""A page from SANE's test scanner becomes a piece of a prescription, at the command line."""

from __future__ import annotations

import shutil

import pytest

from scor_tui.store.models import Piece

SCANNER = """\
number_of_devices 1
mode Gray
depth 8
resolution_min 1.0
resolution_max 1200.0
resolution_quant 1.0
resolution 200.0
test-picture "Grid"
geometry_min 0.0
geometry_max 300.0
geometry_quant 1.0
tl_x 0.0
tl_y 0.0
br_x 80.0
br_y 100.0
"""


@pytest.fixture
def scanner(tmp_path, monkeypatch):
    if shutil.which("scanimage") is None:
        pytest.skip("scanimage est absent : la numérisation n'a PAS été essayée")
    folder = tmp_path / "sane"
    folder.mkdir()
    (folder / "dll.conf").write_text("test\n")
    (folder / "test.conf").write_text(SCANNER)
    monkeypatch.setenv("SANE_CONFIG_DIR", str(folder))


def test_a_scanned_page_becomes_a_piece(scor, practice, scanner):
    practice.prescription("A1")
    refused = scor("numeriser", "--prescription", "A1", "--dpi", "200")
    assert refused.code == 1
    assert "lisibilité" in refused.err
    told = scor("numeriser", "--prescription", "A1", "--dpi", "200", "--lisible", "--json")
    assert told.code == 0, told.all
    assert told.json["pages"] == 1
    assert Piece.get().prescription.number == "A1"
    assert list((practice.root / "cabinet").glob("pages-*")) == []


def test_a_scanner_or_a_source_that_is_not_there(scor, practice, scanner):
    practice.prescription("A1")
    told = scor("numeriser", "--prescription", "A1", "--appareil", "brother:9")
    assert told.code == 2
    assert "test:0" in told.err
    told = scor("numeriser", "--prescription", "A1", "--source", "cuvette")
    assert told.code == 2
    assert "Ses sources" in told.err
    assert not Piece.select().exists()

"""A page from SANE's test scanner becomes a piece of a prescription, at the command line."""

from __future__ import annotations

import shutil

import pytest

from scor_tui.store.models import Piece


@pytest.fixture
def scanner(sane_config, monkeypatch):
    if shutil.which("scanimage") is None:
        pytest.skip("scanimage est absent : la numérisation n'a PAS été essayée")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(sane_config()))


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

"""`scor-tui verifier`: each finding comes with its rule, its page, what was measured and what is allowed."""

from __future__ import annotations


def test_a_coarse_pdf_is_refused_with_its_measure_and_the_limit(ask, practice, world):
    path = practice.root / "fin.pdf"
    path.write_bytes(world.pdf_of("cent cinquante", 150))
    told = ask("verifier", path, "--json")
    assert told.code == 1
    assert told.json["conforme"] is False
    (finding,) = told.json["manquements"]
    assert finding == {"regle": "SO-PDF-RESOLUTION", "page": 1, "mesure": "150 dpi", "limite": "200 dpi"}
    lines = ask("verifier", path).out
    assert "SO-PDF-RESOLUTION page 1" in lines
    assert "(mesuré 150 dpi, limite 200 dpi)" in lines


def test_a_compliant_pdf_is_accepted(ask, practice, world):
    path = practice.root / "bon.pdf"
    path.write_bytes(world.pdf_of("deux cents", 200))
    told = ask("verifier", path, "--json")
    assert told.code == 0
    assert told.json["conforme"] is True
    assert told.json["manquements"] == []


def test_several_faults_are_all_told(ask, practice, world):
    path = practice.root / "lourd.pdf"
    path.write_bytes(world.pdf_of("cent cinquante", 150) + b"\n%" + b" " * 250_000 + b"\n%%EOF\n")
    rules = [each["regle"] for each in ask("verifier", path, "--json").json["manquements"]]
    assert rules[0] == "SO-PDF-POIDS"
    assert "SO-PDF-RESOLUTION" in rules


def test_a_file_without_end_is_not_read_to_its_end(ask):
    told = ask("verifier", "/dev/zero")
    assert told.code == 1
    assert "pèse 51 Mo" in told.err

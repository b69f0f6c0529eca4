"""Real papers through `convertir`: each gets the verdict that was written down for it."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

VARIABLE = "SCOR_TUI_ECHANTILLONS"
SILENT = f"REAL PAPERS ARE NOT JUDGED in this run: {VARIABLE} names no folder of samples with its attendus.csv"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def expected():
    folder = Path(os.environ.get(VARIABLE) or "absent")
    table = folder / "attendus.csv"
    if not table.is_file():
        pytest.skip(SILENT)
    with table.open(encoding="utf-8", newline="") as handle:
        return folder, list(csv.DictReader(handle, delimiter=";"))


def test_each_paper_gets_its_verdict_by_exit_code_and_json(scor, expected, tmp_path):
    folder, rows = expected
    found = {row["fichier"]: verdict(scor, folder / row["fichier"], row, tmp_path) for row in rows}
    assert len(found) >= 30
    assert found == {row["fichier"]: (row["verdict"], row["raison"]) for row in rows}


def verdict(scor, path, row, tmp_path):
    output = tmp_path / f"{path.name}.pdf"
    ran = scor("convertir", path, "-o", output, "--json", code=None)
    if ran.code == 0:
        facts = ran.json
        assert facts["conforme"]
        assert scor("verifier", output, "--json").json["conforme"]
        assert output.stat().st_size == facts["octets"] <= 250_000
        return "conforme", f"{facts['pages']} pages" if row["raison"].endswith("pages") else ""
    error = ran.json["erreur"]
    assert ran.code == 1, (path.name, error)
    assert not output.exists()
    assert error["cause"] in ran.err
    assert error["remede"] in ran.err
    needs_password = error["titre"] == "PDF protégé" and "mot de passe" in f"{error['cause']} {error['remede']}"
    return "refus", "mot de passe" if needs_password else error.get("code", "")

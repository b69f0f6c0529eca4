"""A stack in the feeder of SANE's test scanner becomes one compliant document; what goes wrong is told."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

# the test driver of sane-backends 1.2.1 deadlocks now and then between two pages: such a scan is tried again
pytestmark = pytest.mark.flaky(reruns=2)


@pytest.fixture
def scanner(sane_config, reading):
    """SANE's configuration with its test scanners alone, as a user would set it."""
    reading.needed("scanimage")
    return {"SANE_CONFIG_DIR": str(sane_config())}


@pytest.fixture
def ailing(tmp_path, scanner):
    """Put a `scanimage` in front of the real one, whose scanner answers every reading with a SANE status."""

    def answer(status: str) -> dict[str, str]:
        folder = tmp_path / "bin"
        folder.mkdir()
        program = folder / "scanimage"
        real = shutil.which("scanimage")
        option = f"--read-return-value=SANE_STATUS_{status}"
        # only a scan gets the option: a search names no device
        program.write_text(
            f'#!/bin/sh\ncase "$*" in *--resolution*) exec {real} "$@" {option} ;; *) exec {real} "$@" ;; esac\n'
        )
        program.chmod(stat.S_IRWXU)
        return {**scanner, "PATH": f"{folder}:{Path(real or '/').parent}:/usr/bin:/bin"}

    return answer


def test_three_pages_of_the_feeder_make_one_compliant_document(scor, scanner, judge, tmp_path):
    output = tmp_path / "trois pages.pdf"
    made = scor("numeriser", "--source", "chargeur", "--pages", "3", "-o", output, "--json", **scanner).json
    assert (made["conforme"], made["pages"], made["avertissement"]) == (True, 3, "")
    verified = scor("verifier", output, "--json").json
    assert (verified["conforme"], verified["pages"], verified["manquements"]) == (True, 3, [])
    assert judge(["qpdf", "--check", output]).returncode == 0
    images = [line.split() for line in judge(["pdfimages", "-list", output]).stdout.splitlines()[2:]]
    assert [(image[7], image[8], image[12]) for image in images] == [("1", "ccitt", "300")] * 3
    said = judge(["pdfinfo", output]).stdout
    assert "Pages:           3" in said
    assert "(A4)" in said


def test_without_a_number_the_feeder_is_emptied(scor, scanner, tmp_path):
    output = tmp_path / "pile.pdf"
    made = scor("numeriser", "--source", "chargeur", "--dpi", "200", "-o", output, "--json", **scanner).json
    assert (made["conforme"], made["pages"], made["avertissement"]) == (True, 10, "")


def test_the_glass_gives_one_page(scor, scanner, tmp_path):
    output = tmp_path / "une page.pdf"
    assert scor("numeriser", "--source", "vitre", "-o", output, "--json", **scanner).json["pages"] == 1


@pytest.mark.parametrize(
    ("status", "told", "to_do"),
    [
        ("JAMMED", "Une feuille est coincée dans le chargeur.", "Dégagez-la"),
        ("COVER_OPEN", "Le capot du scanner est ouvert.", "Refermez-le"),
        ("NO_DOCS", "Le chargeur est vide.", "Placez les feuilles"),
        ("ACCESS_DENIED", "L'accès au scanner est refusé à cet utilisateur.", "groupe « scanner »"),
        ("IO_ERROR", "La liaison avec le scanner a été perdue.", "Vérifiez qu'il est allumé"),
    ],
)
def test_what_the_scanner_says_is_told_and_nothing_is_written(scor, ailing, tmp_path, status, told, to_do):
    output = tmp_path / "jamais.pdf"
    ran = scor("numeriser", "--source", "chargeur", "-o", output, "--json", code=3, **ailing(status))
    assert (ran.json["erreur"]["cause"], ran.json["erreur"]["code"]) == (told, status.lower().replace("_", "-"))
    assert to_do in ran.err
    assert not output.exists()


def test_a_source_that_the_scanner_lacks_is_named_with_those_it_has(scor, scanner, tmp_path):
    ran = scor("numeriser", "--source", "tambour", "-o", tmp_path / "x.pdf", code=2, **scanner)
    assert "tambour" in ran.err
    assert "Flatbed" in ran.err


def test_a_computer_without_scanner_is_told_what_else_to_do(scor, scanner, tmp_path):
    (Path(scanner["SANE_CONFIG_DIR"]) / "dll.conf").write_text("")
    ran = scor("numeriser", "--source", "chargeur", "-o", tmp_path / "x.pdf", code=3, **scanner)
    assert "Aucun scanner n'a été trouvé." in ran.err
    assert "un fichier" in ran.err

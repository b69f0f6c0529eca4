"""A practice with twelve dossiers for two caisses, made once by its commands and put back before each test."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from scor_tui import system

PRACTITIONER, MODEL_NUMBER = "993456788", "991234561"
CPAM, MSA = "01-996-0000", "09-761-0000"
TODAY = datetime.now(UTC).astimezone().date()
FACTURES = tuple(f"{TODAY:%y%m%d}{rank:03d}" for rank in range(1, 13))
"""The odd ones are for the CPAM, the even ones for the MSA."""
WITH_PAGES = (FACTURES[0], *FACTURES[4::3], FACTURES[11])
"""The others go by post: the first two of the CPAM are one of each."""


@dataclass(frozen=True)
class House:
    """The practice, and the other end inside its folder; `scor` runs a command on it."""

    folder: Path
    temporary: Path
    scor: Callable[..., Any]

    factures = FACTURES

    def run(self, *arguments: object, code: int | None = 0) -> Any:
        return self.scor(*arguments, "--dossier", self.folder, "--json", code=code, **self.own_places)

    @property
    def own_places(self) -> dict[str, str]:
        """Where commands put what they keep a moment: in this test's own folder, whether in memory or not."""
        return {"TMPDIR": str(self.temporary), "XDG_RUNTIME_DIR": str(self.temporary)}

    def caisse(self) -> None:
        """Let the other end take its mail and answer."""
        self.scor("caisse", "--dossier", self.other_end, "--une-fois")

    def pass_hours(self, hours: int) -> None:
        clock = self.other_end / "horloge"
        seconds = json.loads(clock.read_text())["decalage_secondes"]
        clock.write_text(json.dumps({"decalage_secondes": seconds + hours * 3600}))

    @property
    def other_end(self) -> Path:
        return self.folder / "demonstration"

    @property
    def statuses(self) -> dict[str, str]:
        rows = [*self.run("retours").json["dossiers"], *self.run("a-transmettre").json["dossiers"]]
        return {row["facture"]: row["status"] for row in rows}

    @property
    def verdicts(self) -> dict[str, list[str]]:
        """What the caisse knows: the signs that it gave about each facture, one for each lot that it counts."""
        with sqlite3.connect(self.other_end / "caisse" / "registre.db") as registry:
            rows = registry.execute("SELECT facture, sign FROM dossier d JOIN lot l ON l.uuid = d.lot ORDER BY l.rowid")
            found: dict[str, list[str]] = {}
            for facture, sign in rows:
                found.setdefault(facture, []).append(sign)
        registry.close()
        return found

    def leftovers(self) -> list[str]:
        """Name what killed sessions left half done, after the next command had its chance to clear it."""
        places = [self.folder / "fichiers", *(self.other_end / "poste").glob("*/tmp"), self.temporary]
        for path in (one for place in places for one in place.rglob("*")):
            os.utime(path, (0, 0))
        self.run("relever")
        self.caisse()
        self.scor("verifier", self.folder / "cle", code=None, **self.own_places)
        half = [*self.folder.rglob("*.partial"), *(self.other_end / "poste").glob("*/tmp/*"), *self.temporary.iterdir()]
        return [str(path) for path in half]

    def faults(self) -> list[str]:
        """Return what `diagnostic` says is damaged."""
        checks = self.run("diagnostic", code=None).json["controles"]
        assert {"base", "journal"} <= {check["name"] for check in checks}, checks
        return [check["said"] for check in checks if check["damaged"]]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, scor: Callable[..., Any]) -> Path:
    """Make the practice, send its FSEs, attach its pieces; every dossier is unticked by hand."""
    base = tmp_path_factory.mktemp("pannes")
    cabinet, other_end = base / "cabinet", base / "cabinet" / "demonstration"
    other_end.mkdir(parents=True, mode=0o700)
    cabinet.chmod(0o700)
    (other_end / "horloge").write_text('{"decalage_secondes": 0}')
    scor("caisse", "--dossier", other_end, "--initialiser", PRACTITIONER)
    (other_end / "cabinet.toml").write_text(_settings(scor("creer", "--modele").out), encoding="utf-8")
    here = ("--dossier", cabinet)
    scor("creer", other_end / "cabinet.toml", *here, "--adherer-scor")
    (base / "cabinet.json").write_text(json.dumps(_records()), encoding="utf-8")
    scor("importer", base / "cabinet.json", *here)
    scor("transmettre-fse", *here)
    scor("caisse", "--dossier", other_end, "--une-fois")
    scor("relever", *here)
    page = _page(base / "ordonnance.png")
    for rank, facture in enumerate(FACTURES, start=1):
        how = (page, "--lisible") if facture in WITH_PAGES else ("--papier",)
        scor("piece", "ajouter", *how, "--prescription", f"O{rank}", *here)
    scor("cocher", "--non", *FACTURES, *here)
    shutil.copytree(cabinet, base / "cliche")
    return base


@pytest.fixture
def house(built: Path, scor: Callable[..., Any]) -> Iterator[House]:
    """The practice as it was made, whatever the test before did to it."""
    shutil.rmtree(built / "cabinet")
    shutil.copytree(built / "cliche", built / "cabinet")
    with tempfile.TemporaryDirectory(dir=next(iter(system.memory_places()), None)) as temporary:
        yield House(built / "cabinet", Path(temporary), scor)


def _settings(model: str) -> str:
    """Return the model of `creer` with this practice's number, its start, and a second caisse."""
    text = model.replace(MODEL_NUMBER, PRACTITIONER)
    text = text.replace("# debut_scor = 2026-11-01", f"debut_scor = {TODAY - timedelta(days=30)}")
    head, mark, rest = text.partition("[[caisses]]")
    first, authorities, end = rest.partition("[autorites]")
    second = first.replace(CPAM, MSA).replace("CPAM Essai", "MSA Essai")
    return f"{head}{mark}{first}{mark}{second}{authorities}{end}"


def _records() -> dict[str, Any]:
    patients = [
        {"numero": f"P{rank}", "nom": name, "prenom": "Alex", "naissance": "1985-01-12", "nir": nir, "caisse": caisse}
        for rank, (name, nir, caisse) in enumerate(
            (("ESSAI", _nir("2850199123456"), CPAM), ("TÉMOIN", _nir("1850199654321"), MSA)), start=1
        )
    ]
    prescriptions, factures = [], []
    for index, number in enumerate(FACTURES):
        patient = patients[index % 2]
        common = {"patient": patient["numero"], "praticien": PRACTITIONER}
        prescriptions.append(
            {
                "numero": f"O{index + 1}",
                **common,
                "date": str(TODAY - timedelta(days=9)),
                "prescripteur": "INCONNU",
                "actes": "10 AMS 7,5",
            }
        )
        factures.append(
            {
                "numero": number,
                **common,
                "prescription": f"O{index + 1}",
                "date": str(TODAY),
                "mode": "securisee",
                "caisse": patient["caisse"],
                "total": "61,29",
                "amo": "36,78",
            }
        )
    return {
        "format": "scor-tui-import",
        "version": 1,
        "patients": patients,
        "prescriptions": prescriptions,
        "factures": factures,
    }


def _nir(number: str) -> str:
    return f"{number}{97 - int(number) % 97:02d}"


def _page(path: Path) -> Path:
    page = Image.new("L", (1654, 2339), 238)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=36)
    for number in range(24):
        pen.text(
            (160, 200 + 78 * number), "Vingt séances de rééducation du genou droit, à domicile", fill=35, font=font
        )
    page.save(path, dpi=(200, 200))
    return path

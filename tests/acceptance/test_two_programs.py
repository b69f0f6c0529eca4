"""A practice and a caisse, two programs: certificates and a Maildir are all that they share."""

from __future__ import annotations

import shutil
import signal
from datetime import UTC, datetime, timedelta

import pytest

pytestmark = pytest.mark.slow

PRACTITIONER = "993456788"
CPAM = "01-996-0000"
MODEL_NUMBER = "991234561"
TODAY = datetime.now(UTC).astimezone().date()
FACTURES = [f"{TODAY:%y%m%d}{rank:03d}" for rank in (1, 2, 3)]


def csv_of(kind: str, *rows: dict[str, str]) -> str:
    head = ";".join(rows[0])
    return "\n".join([f"#scor-tui-import;1;{kind}", head, *(";".join(row.values()) for row in rows), ""])


def nir(number: str) -> str:
    return f"{number}{97 - int(number) % 97:02d}"


@pytest.fixture(scope="module")
def places(tmp_path_factory, scor):
    """The caisse's folder, and what a practitioner is given of it: public certificates, and a pair of his own."""
    base = tmp_path_factory.mktemp("deux")
    caisse, given = base / "caisse", base / "remis"
    scor("caisse", "--dossier", caisse, "--initialiser", PRACTITIONER)
    given.mkdir()
    public = [path for path in (caisse / "pki").glob("*.crt") if not path.name.startswith("inconnu")]
    for path in [*public, *(caisse / "pki").glob(f"praticien-{PRACTITIONER}-*.key")]:
        shutil.copy(path, given)
    return base, caisse, given


@pytest.fixture(scope="module")
def settings(places, scor):
    """The model of `creer`, with this practice's values."""
    base, caisse, given = places
    text = scor("creer", "--modele").out
    changes = {
        MODEL_NUMBER: PRACTITIONER,
        "pki/": f"{given.name}/",
        '"poste/': f'"{caisse.name}/poste/',
        "Cabinet des Tilleuls": "Cabinet des Deux Programmes",
        "# debut_scor = 2026-11-01": f"debut_scor = {TODAY - timedelta(days=30)}",
    }
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    path = base / "cabinet.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def imports(places):
    """Three CSV files: two patients, two prescriptions, three factures of which two are one series."""
    base, _, _ = places
    people = [("P1", "ESSAI", "Nathalie", nir("2850199123456")), ("P2", "TÉMOIN", "Rémy", nir("1520199654321"))]
    patients = [
        {"numero": n, "nom": name, "prenom": first, "naissance": "1985-01-12", "nir": key, "caisse": CPAM}
        for n, name, first, key in people
    ]
    prescriptions = [
        {
            "numero": f"O{rank}",
            "patient": f"P{rank}",
            "praticien": PRACTITIONER,
            "date": str(TODAY - timedelta(days=9)),
            "prescripteur": "INCONNU",
            "actes": "10 AMS 7,5",
        }
        for rank in (1, 2)
    ]
    factures = [
        {
            "numero": number,
            "patient": patient,
            "prescription": prescription,
            "praticien": PRACTITIONER,
            "date": str(TODAY),
            "mode": "securisee",
            "caisse": CPAM,
            "total": "61,29",
            "amo": "36,78",
            "amc": "24,51",
        }
        for number, patient, prescription in zip(FACTURES, ("P1", "P2", "P2"), ("O1", "O2", "O2"), strict=True)
    ]
    written = []
    for kind, rows in (("patients", patients), ("prescriptions", prescriptions), ("factures", factures)):
        written.append(base / f"{kind}.csv")
        written[-1].write_text(csv_of(kind, *rows), encoding="utf-8")
    return written


def statuses(scor, dossier) -> dict[str, str]:
    return {row["facture"]: row["status"] for row in scor("retours", "--dossier", dossier, "--json").json["dossiers"]}


def test_from_an_empty_folder_to_archived_without_sharing_anything_else(
    places, settings, imports, scor, start, listen, paper, opened_at, reading, tmp_path
):
    base, caisse_folder, _ = places
    cabinet = base / "cabinet"
    refused = scor("creer", settings, "--dossier", cabinet, code=1)
    assert "--adherer-scor" in refused.err
    assert not cabinet.exists()
    scor("creer", settings, "--dossier", cabinet, "--adherer-scor")
    scor("importer", *imports, "--dossier", cabinet)
    again = scor("importer", *imports, "--dossier", cabinet, "--json").json["imports"]
    assert [one["resultat"]["new"] for one in again] == [0, 0, 0]

    caisse = start("caisse", "--dossier", caisse_folder, "--pause", "0.2")
    hear = listen(caisse)
    sent = scor("transmettre-fse", "--dossier", cabinet, "--json").json["sent"]
    assert sorted(number for lot in sent for number in lot["factures"]) == FACTURES
    hear("lot FSE")
    scor("relever", "--dossier", cabinet)

    into = ("--dossier", cabinet, "--lisible")
    scor("piece", "ajouter", paper("Ordonnance de Nathalie ESSAI"), "--prescription", "O1", *into)
    scor("piece", "ajouter", paper("Ordonnance de Rémy TÉMOIN"), "--prescription", "O2", *into)
    waiting = scor("a-transmettre", "--dossier", cabinet, "--json").json["dossiers"]
    assert [row["facture"] for row in waiting if row["leaves"]]

    first = scor("transmettre", "--tout", "--dossier", cabinet, "--json").json
    assert [held["facture"] for held in first["held_back"]] == FACTURES[2:]  # the series waits for its first verdict
    assert "2/2 accepté(s)" in hear("lot SCOR")
    scor("relever", "--dossier", cabinet)
    assert statuses(scor, cabinet) == dict.fromkeys(FACTURES[:2], "archive")

    second = scor("transmettre", "--tout", "--dossier", cabinet, "--json").json
    assert [lot["factures"] for lot in second["sent"]] == [FACTURES[2:]]
    assert "1/1 accepté(s)" in hear("lot SCOR")
    scor("relever", "--dossier", cabinet)
    assert statuses(scor, cabinet) == dict.fromkeys(FACTURES, "archive")

    caisse.send_signal(signal.SIGTERM)
    hear("Caisse arrêtée.")
    assert caisse.wait(timeout=30) == 0
    reference_instead_of_pages(opened_at(caisse_folder), reading)
    assert not (cabinet / "demonstration").exists()
    assert not any(path.suffix in {".db", ".toml"} for path in (caisse_folder / "poste").rglob("*"))


def reference_instead_of_pages(other_end, reading):
    """The second lot refers to the ordonnance that the first one carried, and carries no page."""
    first, second = other_end.lots
    index = reading.index(dict(reading.parts(other_end.entity(second)))["lot.xml"])
    (reference,) = index.iter("reference")
    assert reference.get("lot") in first.subject
    assert reference.get("facture") == FACTURES[1]
    assert len(reading.parts(other_end.entity(second))) == 1

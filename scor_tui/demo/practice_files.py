"""The files of the invented practice, as a user gives them: the TOML of `creer`, the JSON of `importer`."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from scor_tui.demo.people import Practitioner
from scor_tui.demo.population import FUNDS, PRACTICE, Facture, Population, Prescription

IMPORT_FORMAT = "scor-tui-import"
IMPORT_VERSION = 1
MAIL_LIMIT = 10_000_000


def practice_toml(population: Population) -> str:
    """Write the TOML of `creer`; its paths are relative to the folder of the demonstration."""
    blocks = [
        _table("cabinet", {"nom": PRACTICE, "demonstration": True}),
        *(_practitioner(person, population.scor_start) for person in population.practitioners),
        *(
            _table(
                "[remplacants]",
                {"numero": s.number, "nom": s.surname, "prenom": s.first_name, "titulaire": s.holder},
            )
            for s in population.substitutes
        ),
        *(_caisse(identifier) for identifier in FUNDS),
        _table("autorites", {"racines": ["pki/racine.crt"]}),
        _table("delais", {"sans_arl_heures": 48}),
    ]
    return "\n".join(blocks)


def import_json(population: Population, until: date | None = None) -> str:
    """Write the import file: everybody, and what was written up to `until` (everything when None)."""
    document = {
        "format": IMPORT_FORMAT,
        "version": IMPORT_VERSION,
        "patients": [
            {
                "numero": p.number,
                "nom": p.surname,
                "prenom": p.first_name,
                "naissance": p.born.isoformat(),
                "nir": p.nir,
                "assure_nir": p.insured_nir,
                "caisse": p.caisse,
                "telephone": p.phone,
                "medecin": p.doctor,
                "exoneration": p.exemption,
                "tiers_payant": _yes(p.third_party),
            }
            for p in population.patients
        ],
        "prescriptions": [_prescription(p) for p in population.prescriptions if until is None or p.day <= until],
        "factures": [_facture(f) for f in population.factures if until is None or f.day <= until],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def amount(cents: int) -> str:
    """Write cents as euros: `61,29`."""
    return f"{cents // 100},{cents % 100:02d}"


def _prescription(prescription: Prescription) -> dict[str, str]:
    return {
        "numero": prescription.number,
        "patient": prescription.patient.number,
        "praticien": prescription.practitioner.number,
        "date": prescription.day.isoformat(),
        "prescripteur": prescription.prescriber.number,
        "prescripteur_nom": prescription.prescriber.name,
        "actes": prescription.acts.label,
        "debut": prescription.start.isoformat(),
        "fin": prescription.end.isoformat(),
        "dsi": _yes(prescription.dsi),
        "motif": prescription.acts.reason,
    }


def _facture(facture: Facture) -> dict[str, str]:
    return {
        "numero": facture.number,
        "patient": facture.patient.number,
        "prescription": facture.prescription.number if facture.prescription else "",
        "praticien": facture.practitioner.number,
        "remplacant": facture.substitute.number if facture.substitute else "",
        "date": facture.day.isoformat(),
        "mode": "degradee" if facture.case.degraded else "securisee",
        "flux": facture.flux,
        "caisse": facture.patient.caisse,
        "total": amount(facture.total),
        "amo": amount(facture.amo),
        "amc": amount(facture.amc),
        "assure": amount(facture.insured),
        "fse_lot": "",
    }


def _practitioner(person: Practitioner, scor_start: date) -> str:
    stem = f"pki/praticien-{person.number}"
    return "\n".join(
        (
            _table(
                "[praticiens]",
                {
                    "numero": person.number,
                    "nom": person.surname,
                    "prenom": person.first_name,
                    "profession": person.profession,
                    "adresse": person.address,
                    "debut_scor": scor_start,
                },
            ),
            _table(
                "praticiens.certificats",
                {
                    "signature_cle": f"{stem}-signature.key",
                    "signature": f"{stem}-signature.crt",
                    "chiffrement_cle": f"{stem}-chiffrement.key",
                    "chiffrement": f"{stem}-chiffrement.crt",
                },
            ),
            _table(
                "praticiens.courrier",
                {
                    "type": "maildir",
                    "adresse": f"praticien-{person.number}@poste.invalid",
                    "boite": f"poste/praticien-{person.number}",
                    "envoi": "poste/frontal",
                },
            ),
        )
    )


def _caisse(identifier: str) -> str:
    name, address = FUNDS[identifier]
    return _table(
        "[caisses]",
        {
            "identifiant": identifier,
            "nom": name,
            "adresse_postale": address,
            "courrier": f"caisse-{identifier}@poste.invalid",
            "certificat": f"pki/caisse-{identifier}-chiffrement.crt",
            "signature": f"pki/caisse-{identifier}-signature.crt",
            "frontal": "pki/frontal-chiffrement.crt",
            "frontal_signature": "pki/frontal-signature.crt",
            "taille_max": MAIL_LIMIT,
        },
    )


def _table(name: str, entries: dict[str, Any]) -> str:
    return "\n".join((f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in entries.items()), ""))


def _toml(value: object) -> str:
    """Write one value: JSON's strings, numbers, booleans and lists of strings are TOML's; a date is bare."""
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


def _yes(value: bool) -> str:
    return "oui" if value else "non"

"""The import schema `scor-tui-import`, version 1: its columns, once, for the readers and for the user.

`IMPORT_SCHEMA` is the French description that a command prints; it is made from the same table as the checks.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

FORMAT: Final = "scor-tui-import"
VERSION: Final = 1


class Kind(StrEnum):
    """What a CSV file holds, or a list of a JSON file."""

    PATIENTS = "patients"
    PRESCRIPTIONS = "prescriptions"
    FACTURES = "factures"


@dataclass(frozen=True)
class Column:
    """One column: its name in the file, what it holds (French), whether a row may leave it empty."""

    name: str
    meaning: str
    required: bool = True


COLUMNS: Final[dict[Kind, tuple[Column, ...]]] = {
    Kind.PATIENTS: (
        Column("numero", "numéro au cabinet, 20 caractères au plus"),
        Column("nom", "nom de famille"),
        Column("prenom", "prénom"),
        Column("naissance", "date de naissance"),
        Column("nir", "NIR et clé, 15 caractères ; vide si assure_nir y est", required=False),
        Column("assure_nir", "NIR et clé de l'assuré, si ce n'est pas le patient", required=False),
        Column("caisse", "régime, caisse et centre, comme 01-996-0000"),
        Column("telephone", "téléphone", required=False),
        Column("medecin", "médecin traitant", required=False),
        Column("exoneration", "exonération, comme ALD", required=False),
        Column("tiers_payant", "oui ou non ; non si vide", required=False),
    ),
    Kind.PRESCRIPTIONS: (
        Column("numero", "numéro au cabinet, 20 caractères au plus"),
        Column("patient", "numéro du patient"),
        Column("praticien", "numéro du praticien qui exécute, 9 chiffres"),
        Column("date", "date de la prescription"),
        Column("prescripteur", "RPPS (11 chiffres), numéro (9 chiffres) ou INCONNU"),
        Column("prescripteur_nom", "nom du prescripteur", required=False),
        Column("actes", "comme 10 AMS 7,5 ; 120 caractères au plus"),
        Column("debut", "premier jour des soins", required=False),
        Column("fin", "dernier jour des soins", required=False),
        Column("dsi", "oui ou non ; non si vide", required=False),
        Column("motif", "motif des soins", required=False),
    ),
    Kind.FACTURES: (
        Column("numero", "numéro de la facture, 9 chiffres"),
        Column("patient", "numéro du patient"),
        Column("prescription", "numéro de la prescription", required=False),
        Column("praticien", "numéro du praticien titulaire, 9 chiffres"),
        Column("remplacant", "numéro du remplaçant, 9 chiffres", required=False),
        Column("date", "date de la facture"),
        Column("mode", "securisee ou degradee"),
        Column("flux", "FSE ou DRE ; FSE si vide", required=False),
        Column("caisse", "régime, caisse et centre, comme 01-996-0000"),
        Column("total", "montant total"),
        Column("amo", "part de l'assurance maladie obligatoire"),
        Column("amc", "part de la complémentaire ; 0 si vide", required=False),
        Column("assure", "part de l'assuré ; 0 si vide", required=False),
        Column("fse_lot", "numéro du lot FSE, 3 chiffres", required=False),
        Column("fse_envoyee_le", "jour, ou jour et heure, de l'envoi de la FSE", required=False),
        Column("fse_arl", "+ ou -, signe de l'ARL du lot FSE", required=False),
        Column("fse_arl_le", "jour de cet ARL", required=False),
        Column("noemie_payee_le", "jour du paiement annoncé par NOEMIE", required=False),
    ),
}


def _described() -> str:
    """Return the schema in French, as plain text for a terminal."""
    parts = [
        f"""Schéma d'import {FORMAT}, version {VERSION}

Trois sortes d'objets : patients, prescriptions, factures. Un fichier est repris
en entier ou pas du tout ; chaque erreur est donnée avec sa ligne. Importer deux
fois le même fichier ne crée rien en double : les numéros désignent les mêmes
objets.

CSV : en UTF-8, séparé par des points-virgules, une sorte par fichier.
  première ligne    #{FORMAT};{VERSION};patients
                    (ou prescriptions, ou factures)
  deuxième ligne    les noms des colonnes, dans l'ordre que l'on veut
  ensuite           une ligne par objet ; une cellule qui contient ; ou "
                    s'écrit entre guillemets

JSON : en UTF-8, toutes les sortes dans un fichier, chacune facultative.
  {{"format": "{FORMAT}", "version": {VERSION},
   "patients": [{{…}}], "prescriptions": [{{…}}], "factures": [{{…}}]}}
  Les champs ont les noms des colonnes ; true et false valent oui et non.

Dates : 2026-11-05 ou 05/11/2026. Heures : 2026-11-05 14:05, à l'heure du
cabinet, ou avec leur décalage. Montants en euros : 61,29 ou 61.29.
Les colonnes marquées * sont obligatoires.
"""
    ]
    for kind, columns in COLUMNS.items():
        rows = [f"  {'*' if c.required else ' '} {c.name:<16} {c.meaning}" for c in columns]
        parts.append("\n".join([kind.value, *rows]) + "\n")
    return "\n".join(parts)


IMPORT_SCHEMA: Final = _described()

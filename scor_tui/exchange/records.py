"""Import of patients, prescriptions and factures from CSV and JSON: schema `scor-tui-import`, version 1.

The schema is described in `records_schema.IMPORT_SCHEMA`. A file is taken whole or not at all; every error is
told with its line (CSV) or its index in its list (JSON), and none repeats a patient's data.
"""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path
from typing import Final

from scor_tui.domain.errors import ImportRefused
from scor_tui.exchange.records_csv import csv_rows
from scor_tui.exchange.records_facts import (
    ImportBatch,
    ImportedFacture,
    ImportedPatient,
    ImportedPrescription,
)
from scor_tui.exchange.records_json import json_rows
from scor_tui.exchange.records_rows import Errors, batch_of
from scor_tui.exchange.records_schema import FORMAT, IMPORT_SCHEMA, VERSION

__all__ = [
    "FORMAT",
    "IMPORT_SCHEMA",
    "VERSION",
    "ImportBatch",
    "ImportedFacture",
    "ImportedPatient",
    "ImportedPrescription",
    "parse_records",
    "read_records",
]

MAX_BYTES: Final = 50_000_000
MAX_ERRORS: Final = 200
_REMEDY: Final = "Corrigez le fichier, puis recommencez."


def read_records(path: Path, *, zone: tzinfo | None = None) -> ImportBatch:
    """Read an import file; raises `ImportRefused` with all its errors. See `parse_records`."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ImportRefused("Le fichier dépasse 50 Mo.", "Partagez-le en plusieurs fichiers.")
        content = path.read_bytes()
    except OSError as error:
        raise ImportRefused(
            f"Le fichier ne peut pas être lu ({error.strerror}).", "Vérifiez son nom et ses droits."
        ) from None
    return parse_records(content, zone=zone)


def parse_records(content: bytes, *, zone: tzinfo | None = None) -> ImportBatch:
    """Read the bytes of an import file, CSV or JSON by their first character.

    `zone` is the time zone of hours without an offset (None: the machine's). Raises `ImportRefused`, whose
    `lines` give each error as (line or index, sentence), the first 200 of them.
    """
    text = _decoded(content)
    errors = Errors()
    is_json = text.lstrip()[:1] in ("{", "[")
    rows = json_rows(text, errors) if is_json else csv_rows(text, errors)
    batch = batch_of(rows, errors, zone)
    if errors.found:
        raise _refused(errors.found) if is_json else _refused_lines(errors.found)
    return batch


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        sentence = f"Cette ligne n'est pas en UTF-8 (octet {content[error.start]:02X})."
        raise ImportRefused(
            f"Le fichier n'est pas en UTF-8 : voyez la ligne {line}.",
            "Enregistrez-le en « CSV UTF-8 », puis recommencez.",
            lines=[(line, sentence)],
        ) from None


def _refused_lines(errors: list[tuple[int, str]]) -> ImportRefused:
    ordered = sorted(errors, key=lambda error: error[0])
    return _refused(ordered, where=f"Ligne {ordered[0][0]} : ")


def _refused(errors: list[tuple[int, str]], where: str = "") -> ImportRefused:
    count = "une erreur" if len(errors) == 1 else f"{len(errors)} erreurs"
    return ImportRefused(
        f"Le fichier a {count} ; rien n'a été repris. {where}{errors[0][1]}",
        _REMEDY,
        lines=errors[:MAX_ERRORS],
    )

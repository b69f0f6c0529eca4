"""The CSV side of the import schema: first line the format, second the columns, then one row an object."""

from __future__ import annotations

import csv
import io

from scor_tui.domain.text import clean
from scor_tui.exchange.records_rows import Errors, RawRow, check_names
from scor_tui.exchange.records_schema import FORMAT, VERSION, Kind


def csv_rows(text: str, errors: Errors) -> list[RawRow]:
    """Return the rows of a CSV text, their line being where they begin; what is wrong goes to `errors`."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    lines: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            lines.append((line, _trimmed(cells)))
            line = reader.line_num + 1
    except csv.Error:
        errors.add(line, "Cette ligne est mal formée : vérifiez ses guillemets.")
        return []
    return _rows(lines, errors)


def _trimmed(cells: list[str]) -> list[str]:
    """Trim cells, and drop the empty ones that spreadsheets leave at the end of a line."""
    trimmed = [cell.strip() for cell in cells]
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return trimmed


def _rows(lines: list[tuple[int, list[str]]], errors: Errors) -> list[RawRow]:
    kind = _kind(lines[0][1] if lines else [], errors)
    if kind is None:
        return []
    if len(lines) < 2:
        errors.add(2, "Les noms des colonnes manquent.")
        return []
    number, names = lines[1]
    if not _columns_are_right(kind, names, number, errors):
        return []
    rows = []
    for line, cells in lines[2:]:
        if len(cells) > len(names):
            errors.add(line, f"Cette ligne a {len(cells)} cellules pour {len(names)} colonnes.")
        elif cells:
            rows.append(RawRow(kind, line, dict(zip(names, cells, strict=False))))
    return rows


def _kind(first: list[str], errors: Errors) -> Kind | None:
    expected = f"#{FORMAT};{VERSION};patients (ou prescriptions, ou factures)"
    if len(first) != 3 or first[0] != f"#{FORMAT}":
        errors.add(1, f"La première ligne doit être {expected}.")
        return None
    if not version_is_read(first[1], 1, errors):
        return None
    if first[2] not in Kind.__members__.values():
        errors.add(1, f"« {clean(first[2], limit=40)} » n'est pas une sorte connue : {expected}.")
        return None
    return Kind(first[2])


def version_is_read(version: str, line: int, errors: Errors) -> bool:
    """Whether the version of a file is the one that is read; otherwise say so."""
    if version == str(VERSION):
        return True
    if version.isascii() and version.isdigit() and len(version) < 10 and int(version) > VERSION:
        told = f"Ce fichier suit la version {int(version)} du schéma ; ce programme lit la version {VERSION}."
        errors.add(line, f"{told} Installez une version plus récente du programme.")
    else:
        errors.add(line, f"La version du schéma doit être {VERSION}.")
    return False


def _columns_are_right(kind: Kind, names: list[str], line: int, errors: Errors) -> bool:
    unknown, twice, missing = check_names(kind, names)
    for name in unknown:
        errors.add(line, f"La colonne « {clean(name, limit=40)} » n'existe pas pour les {kind.value}.")
    for name in twice:
        errors.add(line, f"La colonne {name} vient deux fois.")
    for name in missing:
        errors.add(line, f"La colonne {name} manque.")
    return not (unknown or twice or missing)

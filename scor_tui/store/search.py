"""Finding the rows whose words hold a string: an index of every three characters, which only SQLite has here."""

from __future__ import annotations

from typing import Any

from peewee import SqliteDatabase

from scor_tui.store.models import Facture, Patient, database

SHORTEST = 3
"""The index knows strings of three characters and more; for shorter ones the names and numbers alone are read."""


def patients(words: str, limit: int) -> list[int] | None:
    """Return the ids of the patients whose folded name holds `words`, or None when more than `limit` do."""
    return _limited(_holding(Patient.folded, words, limit), limit)


def factures(words: str, limit: int) -> list[int] | None:
    """Return the ids of the factures whose number or patient holds `words`, or None when more than `limit` do."""
    found = patients(words, limit)
    numbered = _limited(_holding(Facture.number, words, limit) if words.isdigit() else [], limit)
    if found is None or numbered is None:
        return None
    if found:
        theirs: Any = Facture.select(Facture.id).where(Facture.patient.in_(found)).limit(limit + 1)
        numbered = list({*numbered, *(row[0] for row in theirs.tuples())})
    return _limited(numbered, limit)


def _holding(column: Any, words: str, limit: int) -> list[int]:
    model = column.model
    if len(words) < SHORTEST or not isinstance(database.obj, SqliteDatabase):
        read = model.select(model.id).where(column.contains(words)).limit(limit + 1)
        return [row[0] for row in read.tuples()]
    table = f"{model._meta.table_name}_search"
    phrase = '"' + words.replace('"', '""') + '"'
    asked = f"SELECT rowid FROM {table} WHERE {table} MATCH ? LIMIT ?"  # noqa: S608 - the table is ours
    return [row[0] for row in database.execute_sql(asked, (phrase, limit + 1))]


def _limited(found: list[int], limit: int) -> list[int] | None:
    return found if len(found) <= limit else None

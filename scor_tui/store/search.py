"""Finding the rows whose words hold a string: an index of every three characters, which only SQLite has here."""

from __future__ import annotations

from peewee import SqliteDatabase

from scor_tui.store.models import Facture, Patient, database

SHORTEST = 3
"""The index knows strings of three characters and more."""


def holding(words: str, model: type[Patient] | type[Facture], limit: int) -> list[int] | None:
    """Return the ids of the patients (folded name) or factures (number) that hold `words`, if `limit` or fewer do.

    None when they are more, or when `words` is too short for the index: such words are soon met in any list.
    """
    if len(words) < SHORTEST or not isinstance(database.obj, SqliteDatabase):
        return None
    table = f"{model._meta.table_name}_search"
    phrase = '"' + words.replace('"', '""') + '"'
    asked = f"SELECT rowid FROM {table} WHERE {table} MATCH ? LIMIT ?"  # noqa: S608 - the table is ours
    found = [row[0] for row in database.execute_sql(asked, (phrase, limit + 1))]
    return found if len(found) <= limit else None

"""The first schema: tables, then what the engine itself refuses, keeps true and finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from peewee import SqliteDatabase

_HERE = Path(__file__).parent
_SQLITE = {"id": "INTEGER NOT NULL PRIMARY KEY", "blob": "BLOB", "bool": "INTEGER", "strict": "STRICT"}
_POSTGRES = {"id": "SERIAL NOT NULL PRIMARY KEY", "blob": "BYTEA", "bool": "BOOLEAN", "strict": ""}


def up(migrator: Any, db: Any) -> None:  # noqa: ARG001 - the shape of a migration
    """Create the schema of version 0.1."""
    sqlite = isinstance(db, SqliteDatabase)
    words = _SQLITE if sqlite else _POSTGRES
    schema = (_HERE / "0001_tables.sql").read_text(encoding="utf-8")
    for word, value in words.items():
        schema = schema.replace("{" + word + "}", value)
    _run(db, schema)
    if sqlite:
        for name in ("guards", "kept", "search"):
            _run(db, (_HERE / f"0001_{name}_sqlite.sql").read_text(encoding="utf-8"))


def _run(db: Any, script: str) -> None:
    for statement in script.split("\n\n"):
        if statement.strip():
            db.execute_sql(statement)

"""What all tables share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from peewee import SQL, Check, DatabaseProxy, ForeignKeyField, Model

database = DatabaseProxy()
"""Bound by `store.engine` when a practice is opened; one practice a process."""


class Record(Model):  # type: ignore[misc]  # peewee is untyped
    """A row of the practice's records."""

    id: int

    class Meta:
        """STRICT tables, named by their model."""

        database = database
        strict_tables = True
        legacy_table_names = False


def one_of(column: str, values: Iterable[str]) -> Any:
    """Return a CHECK that a column holds one of the values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return Check(f"{column} IN ({listed})")


def exactly_one(*columns: str) -> Any:
    """Return a CHECK that exactly one of the columns is set."""
    total = " + ".join(f"({column} IS NOT NULL)" for column in columns)
    return Check(f"({total}) = 1") if len(columns) != 2 else Check(f"({columns[0]} IS NULL) <> ({columns[1]} IS NULL)")


def link(model: Any, **kwargs: Any) -> Any:
    """Return a foreign key that forbids the deletion of what it names."""
    return ForeignKeyField(model, on_delete="RESTRICT", **kwargs)


__all__ = ["SQL", "Check", "Record", "database", "exactly_one", "link", "one_of"]

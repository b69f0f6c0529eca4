"""What all tables share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from peewee import SQL, Check, DatabaseProxy, ForeignKeyField, Model

database = DatabaseProxy()
"""Bound by `store.engine` when a practice is opened; one practice a process."""


class Record(Model):
    """A row of the practice's records."""

    id: Any

    if TYPE_CHECKING:
        # peewee adds the columns of foreign keys and the back references when it makes the class

        def __getattr__(self, name: str) -> Any: ...

    @classmethod
    def ensure(cls, defaults: dict[str, Any] | None = None, **known: Any) -> tuple[Self, bool]:
        """Return the row that has the `known` values, made with the `defaults` when missing, and whether it was."""
        row, made = cls.get_or_create(defaults=defaults or {}, **known)  # type: ignore[no-untyped-call]  # peewee
        return row, made

    class Meta:
        """STRICT tables, named by their model; a row saves what it changed and nothing else."""

        database = database
        strict_tables = True
        legacy_table_names = False
        only_save_dirty = True


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


def index_where(model: Any, name: str, columns: str, condition: str, *, unique: bool = False) -> None:
    """Give a model an index of the rows that meet a condition: it is as long as they are many."""
    kind = "UNIQUE INDEX" if unique else "INDEX"
    model.add_index(SQL(f"CREATE {kind} {name} ON {model._meta.table_name} ({columns}) WHERE {condition}"))


__all__ = ["SQL", "Check", "Record", "database", "exactly_one", "index_where", "link", "one_of"]

"""A page of any ordered list: the rows around a row's place in the order, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peewee import Tuple

Place = tuple[Any, ...]
"""Where a row stands in the order of its list."""


def around(query: Any, columns: Sequence[Any], place: Place | None, count: int, *, backwards: bool) -> list[Any]:
    """Return at most `count` rows after (or before) a place, in the list's order; `columns` ascend."""
    order = [column.desc() if backwards else column.asc() for column in columns]
    if place is not None:
        values = Tuple(*(column.db_value(value) for column, value in zip(columns, place, strict=True)))
        query = query.where(Tuple(*columns) < values if backwards else Tuple(*columns) > values)
    found = list(query.order_by(*order).limit(count))
    return found[::-1] if backwards else found

"""A page of any ordered list: the rows around a row's place in the order and no others; patients by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peewee import Tuple

from scor_tui.services.unchanged import while_unchanged
from scor_tui.store import search
from scor_tui.store.models import Patient

Place = tuple[Any, ...]
"""Where a row stands in the order of its list."""

FEW = 2000
"""How many patients or factures a filter may find for their rows to be looked up one by one."""

_patients = while_unchanged(search.patients)
"""A filter is asked again for each page that is read."""


def around(query: Any, columns: Sequence[Any], place: Place | None, count: int, *, backwards: bool) -> list[Any]:
    """Return at most `count` rows after (or before) a place, in the list's order; `columns` ascend."""
    order = [column.desc() if backwards else column.asc() for column in columns]
    if place is not None:
        values = Tuple(*(column.db_value(value) for column, value in zip(columns, place, strict=True)))
        query = query.where(Tuple(*columns) < values if backwards else Tuple(*columns) > values)
    found = list(query.order_by(*order).limit(count))
    return found[::-1] if backwards else found


def named(words: str) -> Any:
    """Return the condition that a patient's folded name holds a string."""
    patients = _patients(words, FEW)
    return Patient.folded.contains(words) if patients is None else Patient.id.in_(patients)

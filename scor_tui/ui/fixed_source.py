"""Rows that are all known: a short list that needs no query."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from scor_tui.ui.widgets.line_list import Row


class FixedSource:
    """A source of a few rows, in their order."""

    def __init__(self, rows: Sequence[Row] = ()) -> None:
        self.change(rows)

    def change(self, rows: Sequence[Row]) -> None:
        """Take other rows."""
        self._rows = list(rows)
        self._ranks = {row.key: rank for rank, row in enumerate(self._rows)}

    def after(self, key: Hashable | None, count: int) -> Sequence[Row]:
        """Return the rows that follow a key."""
        first = 0 if key is None else self._ranks.get(key, len(self._rows) - 1) + 1
        return self._rows[first : first + count]

    def before(self, key: Hashable | None, count: int) -> Sequence[Row]:
        """Return the rows that come before a key."""
        last = len(self._rows) if key is None else self._ranks.get(key, 0)
        return self._rows[max(0, last - count) : last]

    def at(self, key: Hashable) -> Row | None:
        """Return a row."""
        rank = self._ranks.get(key)
        return None if rank is None else self._rows[rank]

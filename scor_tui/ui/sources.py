"""Pages of the practice's lists as rows of the line list."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from scor_tui.services.places import Place
from scor_tui.ui.widgets.line_list import Row

F = TypeVar("F")


@dataclass
class PagedSource(Generic[F]):
    """A source of rows made of a paging function, a row's place in the order, and its drawing.

    Keeps the facts of the rows that were read last, so that a screen finds those of the row under its cursor.
    """

    page: Callable[[Place | None, int, bool], Sequence[F]]
    place: Callable[[F], Place]
    draw: Callable[[F], Row]
    kept: int = 200

    def __post_init__(self) -> None:
        self._facts: dict[Hashable, F] = {}

    def after(self, key: Hashable | None, count: int) -> Sequence[Row]:
        """Return the rows that follow a place."""
        return self._rows(self.page(_place(key), count, False))

    def before(self, key: Hashable | None, count: int) -> Sequence[Row]:
        """Return the rows that come before a place."""
        return self._rows(self.page(_place(key), count, True))

    def at(self, key: Hashable) -> Row | None:
        """Return the row of a place, read afresh: the one that follows what comes just before it."""
        before = self.page(_place(key), 1, True)
        found = self.page(self.place(before[0]) if before else None, 1, False)
        rows = self._rows(found)
        return rows[0] if rows and rows[0].key == key else None

    def facts(self, row: Row | None) -> F | None:
        """Return the facts behind a row."""
        return self._facts.get(row.key) if row else None

    def _rows(self, found: Sequence[F]) -> list[Row]:
        rows = [self.draw(one) for one in found]
        self._facts.update((row.key, one) for row, one in zip(rows, found, strict=True))
        while len(self._facts) > self.kept:
            del self._facts[next(iter(self._facts))]
        return rows


def _place(key: Any) -> Place | None:
    return key if key is None or isinstance(key, tuple) else (key,)

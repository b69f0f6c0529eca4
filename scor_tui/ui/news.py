"""What was just done, said on the status line until the cursor goes to another row."""

from __future__ import annotations

from collections.abc import Hashable


class News:
    """Words that stay while the cursor does: a list that is read again moves nothing."""

    def __init__(self) -> None:
        self._words = ""
        self._key: Hashable | None = None
        self._placed = True

    def tell(self, words: str) -> None:
        """Take new words; they belong to the row where the cursor will be found next."""
        self._words, self._placed = words, False

    def at(self, key: Hashable | None) -> str:
        """Return the words while the cursor is on their row, or an empty string."""
        if not self._placed:
            self._key, self._placed = key, True
        if key != self._key:
            self._words = ""
        return self._words

"""Fields of one NOEMIE entity, by position and length as the format counts them: from 1."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from scor_tui.domain.text import clean

Warn = Callable[[str, int], None]
"""Called with a French sentence and the position of the entity in the file, from 0."""

_SIGNS = {"P": 1, "N": -1}


class Fields:
    """One entity's text: what is unreadable gives None and a warning; what is blank, None or ''."""

    def __init__(self, raw: str, position: int, warn: Warn) -> None:
        self.raw = raw
        self.position = position
        self._warn = warn

    def text(self, start: int, length: int) -> str:
        """Return a text, trimmed and cleaned."""
        return clean(self._slice(start, length), limit=length)

    def count(self, start: int, length: int) -> int | None:
        """Return an unsigned whole number, or None without a warning."""
        return _whole(self._slice(start, length))

    def amount(self, start: int, length: int) -> int | None:
        """Return an unsigned amount in cents."""
        text = self._slice(start, length)
        value = _whole(text)
        if value is None and text:
            self._odd("Un montant", text)
        return value

    def signed(self, start: int, length: int, sign_at: int) -> int | None:
        """Return an amount in cents with its sign (P or N) beside it; an unsigned zero is zero."""
        value, letter = self.amount(start, length), self._slice(sign_at, 1)
        if not value:
            return value
        if letter not in _SIGNS:
            self._odd("Le signe d'un montant", letter)
            return None
        return value * _SIGNS[letter]

    def date(self, start: int) -> date | None:
        """Return a date AAMMJJ of this century; blank or 000000 is None."""
        text = self._slice(start, 6)
        if text.strip("0") == "":
            return None
        value = _whole(text)
        try:
            if value is not None and len(text) == 6:
                return date(2000 + value // 10000, value // 100 % 100, value % 100)
        except ValueError:
            pass
        self._odd("Une date", text)
        return None

    def _slice(self, start: int, length: int) -> str:
        return self.raw[start - 1 : start - 1 + length].strip()

    def _odd(self, what: str, text: str) -> None:
        code = clean(self.raw[:3])
        self._warn(f"{what} de l'entité {code} est illisible : « {clean(text)} ».", self.position)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None

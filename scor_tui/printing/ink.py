"""Text that the standard fonts of a PDF can show, and the way dates and amounts are printed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from scor_tui.domain.numbers import NBSP, euros
from scor_tui.domain.text import clean

_STAND_INS = {
    "\u202f": NBSP, "\u2009": " ", "\u2010": "-", "\u2011": "-", "\u2212": "-", "→": "->", "←": "<-", "⇒":
    "=>", "✓": "x", "✗": "x", "○": "o", "●": "*", "□": "[]", "≥": ">=", "≤": "<=", "≠": "/=", "ﬁ": "fi", "ﬂ":
    "fl", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Ħ": "H", "ħ": "h", "ı": "i",
}  # fmt: skip


def inked(text: str, limit: int = 500) -> str:
    """Return `text` cleaned, in WinAnsi only: accents that it lacks are dropped, other signs become « ? »."""
    return "".join(_sign(char) for char in clean(text, limit=limit))


def _sign(char: str) -> str:
    if _is_winansi(char):
        return char
    if char in _STAND_INS:
        return _STAND_INS[char]
    bare = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    return "".join(c if _is_winansi(c) else "?" for c in bare) or "?"


def _is_winansi(char: str) -> bool:
    try:
        char.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def day_text(day: date) -> str:
    """Write `05/11/2026`."""
    return f"{day:%d/%m/}{day.year:04d}"


def moment_text(moment: date | datetime) -> str:
    """Write `05/11/2026 14:05`, or a day alone; the hour is printed as it is given."""
    if isinstance(moment, datetime):
        return f"{day_text(moment)} {moment:%H:%M}"
    return day_text(moment)


def amount_text(amount: int) -> str:
    """Write cents as `1 234,56 €`, with spaces that do not break."""
    return f"{euros(amount)}{NBSP}€"


def counted(number: int, singular: str, plural: str = "") -> str:
    """Write `1 pièce`, `3 pièces`; zero is singular in French."""
    return f"{number}{NBSP}{singular if abs(number) < 2 else plural or singular + 's'}"


@dataclass(frozen=True)
class PostalBlock:
    """A name and the lines of a postal address under it."""

    name: str
    address: tuple[str, ...] = ()


@dataclass(frozen=True)
class PractitionerBlock:
    """A practitioner as he is printed: number of 9 digits, profession in words, postal address."""

    name: str
    number: str
    profession: str = ""
    address: tuple[str, ...] = ()

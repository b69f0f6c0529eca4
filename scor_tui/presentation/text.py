"""Amounts, dates, sizes and tables as text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

NBSP = "\u00a0"
_HELD_TOGETHER = re.compile(r" (?=[:;?»·](?: |$))|(?<=«) ")


def amount(cents: int) -> str:
    """Return `1 234,56` with a non-breaking space between thousands."""
    sign, units = ("-" if cents < 0 else ""), abs(cents)
    return f"{sign}{units // 100:,}".replace(",", NBSP) + f",{units % 100:02d}"


def day(when: date | None) -> str:
    """Return `jj/mm/aaaa`, or an empty string."""
    return f"{when:%d/%m/%Y}" if when else ""


def moment(when: datetime | None) -> str:
    """Return `jj/mm hh:mm` in the machine's own time, or an empty string."""
    return f"{when.astimezone():%d/%m %H:%M}" if when else ""


def hours(length: timedelta | None) -> str:
    """Return `51 h`, or an empty string."""
    return f"{int(length.total_seconds() // 3600)}{NBSP}h" if length is not None else ""


def kilobytes(size: int) -> str:
    """Return `45 Ko`: thousands of bytes, rounded up, as the limit of 250 Ko is read."""
    return f"{-(-size // 1000)}{NBSP}Ko"


def counted(number: int, one: str, many: str = "") -> str:
    """Return `1 dossier`, `3 dossiers`."""
    return f"{number}{NBSP}{one if number < 2 else many or one + 's'}"


def table(titles: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """Return aligned lines under their titles; the columns whose index is in `right` are set right."""
    body = [tuple(titles), *(tuple(row) for row in rows)]
    widths = [max(width(line[column]) for line in body) for column in range(len(titles))]
    return ["  ".join(_set(cell, widths[i], i in right) for i, cell in enumerate(line)).rstrip() for line in body]


def width(text: str) -> int:
    """Return how many terminal columns a text takes."""
    if text.isascii():
        return len(text)
    wide = sum(1 for char in text if unicodedata.east_asian_width(char) in "WF")
    combining = sum(1 for char in text if unicodedata.combining(char))
    return len(text) + wide - combining


def _set(cell: str, columns: int, to_right: bool) -> str:
    blank = " " * (columns - width(cell))
    return blank + cell if to_right else cell + blank


def fit(text: str, columns: int) -> str:
    """Return a text cut to a number of terminal columns, with an ellipsis when something is lost."""
    if width(text) <= columns:
        return text
    kept = ""
    for char in text:
        if width(kept + char) > columns - 1:
            break
        kept += char
    return f"{kept}…" if columns > 0 else ""


def first_that_fits(wordings: Sequence[str], columns: int) -> str:
    """Return the first wording that fits in a number of terminal columns, else the last; the fullest comes first."""
    return next((words for words in wordings if width(words) <= columns), wordings[-1])


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """Return a text of exactly that many terminal columns, cut or filled."""
    shown = fit(text, columns)
    return _set(shown, columns, right)


def wrapped(text: str, columns: int, lines: int) -> list[str]:
    """Return a text on at most that many lines of `columns`, broken between words, the last cut with an ellipsis.

    No line begins with what French sets after a space (`:`, `;`, `?`, `»`), and none ends with `«`.
    """
    found: list[str] = []
    rest = _HELD_TOGETHER.sub(NBSP, text).split(" ")
    while rest and len(found) < lines:
        line = rest.pop(0)
        last = len(found) == lines - 1
        while rest and (last or width(f"{line} {rest[0]}") <= columns):
            line += f" {rest.pop(0)}"
        found.append(fit(line, columns))
    return found

"""Two months as text, side by side: today between brackets, the days of an invoice behind a dot."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Collection, Iterator
from datetime import date, timedelta

from scor_tui.presentation.parts import Drawn, Part, Tone, joined

WIDTH = 45
"""The columns that two months take."""
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_DAYS = " lu ma me je ve sa di "
_WEEKS = 6


def period(today: date) -> tuple[date, date]:
    """Return the first and the last day that the two months show: this month and the next."""
    first = today.replace(day=1)
    after = _next(_next(first))
    return first, after - timedelta(days=1)


def two_months(today: date, invoiced: Collection[date], *, ascii_only: bool = False) -> Iterator[Drawn]:
    """Yield the title of the two months, then their eight lines."""
    first, _ = period(today)
    months = (first, _next(first))
    titles = [f"{MONTHS[month.month - 1]} {month.year}" for month in months]
    yield f"{titles[0]} {'─' * (WIDTH - 3 - len(titles[0]) - len(titles[1]) - 3)} {titles[1]}"
    yield joined(*[((_DAYS, Tone.DIM),) for _ in months])
    drawn = [list(_weeks(month, today, invoiced, "*" if ascii_only else "•")) for month in months]
    yield from (joined(*line) for line in zip(*drawn, strict=True))


def _weeks(month: date, today: date, invoiced: Collection[date], dot: str) -> Iterator[Drawn]:
    """Yield six lines of 22 columns, empty where the month has no more weeks."""
    weeks = Calendar().monthdatescalendar(month.year, month.month)
    for week in weeks:
        yield tuple(_days(week, month, today, invoiced, dot))
    for _ in range(_WEEKS - len(weeks)):
        yield " " * len(_DAYS)


def _days(week: list[date], month: date, today: date, invoiced: Collection[date], dot: str) -> Iterator[Part]:
    before = " "
    for one in week:
        here = one.month == month.month
        if here and one == today:
            yield f"[{one.day:2}]", Tone.STRONG
            before = ""
            continue
        billed = here and one in invoiced
        shown = f"{one.day:2}" if here else "  "
        lead = dot if billed and before else before
        yield f"{lead}{shown}", Tone.STRONG if billed else Tone.DIM if one.weekday() == 6 else Tone.PLAIN
        before = " "
    yield before, Tone.PLAIN


def _next(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)

"""The two months of the tableau de bord."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scor_tui.presentation.months import WIDTH, period, two_months
from scor_tui.presentation.parts import text_of
from scor_tui.presentation.text import width

TODAY = date(2026, 11, 21)


def lines(today=TODAY, invoiced=(), **how):
    return [text_of(line) for line in two_months(today, invoiced, **how)]


def test_this_month_and_the_next_stand_side_by_side():
    title, days, first, *_, last = lines()
    assert title.startswith("novembre 2026 ─")
    assert title.endswith("─ décembre 2026")
    assert days == " lu ma me je ve sa di   lu ma me je ve sa di "
    assert first.split() == ["1", "1", "2", "3", "4", "5", "6"]
    assert last.split() == ["30"]


def test_today_stands_between_brackets_and_an_invoiced_day_behind_a_dot():
    week = next(line for line in lines(invoiced={date(2026, 11, 17)}) if "[21]" in line)
    assert week.startswith(" 16•17 18 19 20[21]22 ")
    assert " 16*17 18" in "\n".join(lines(invoiced={date(2026, 11, 17)}, ascii_only=True))


def test_the_invoices_of_another_month_mark_nothing():
    assert lines(invoiced={date(2026, 10, 31), date(2027, 1, 1)}) == lines()


def test_the_period_is_what_shows():
    assert period(TODAY) == (date(2026, 11, 1), date(2026, 12, 31))
    assert period(date(2026, 12, 31)) == (date(2026, 12, 1), date(2027, 1, 31))


@given(today=st.dates(date(1990, 1, 1), date(2090, 1, 1)), back=st.integers(0, 40))
def test_every_day_of_both_months_shows_once_in_the_same_room(today, back):
    title, _, *weeks = lines(today, {today - timedelta(days=back)})
    first, last = period(today)
    assert len(weeks) == 6
    assert {width(line) for line in weeks} <= {WIDTH}
    assert width(title) <= WIDTH
    shown = "".join(weeks).replace("[", " ").replace("]", " ").replace("•", " ").split()
    assert len(shown) == (last - first).days + 1

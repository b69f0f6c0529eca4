"""The paper register: its dates, and that a posted row is never reset."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scor_tui.domain.errors import RuleRefused, StepRefused
from scor_tui.domain.paper import PaperStatus, check_posting_date, refuse_if_posted

days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def test_a_piece_is_not_posted_tomorrow() -> None:
    with pytest.raises(RuleRefused, match=r"03/03/2026.* dans le futur"):
        check_posting_date(date(2026, 3, 3), date(2026, 3, 2))


def test_a_piece_is_not_posted_before_it_entered_the_register() -> None:
    with pytest.raises(RuleRefused, match=r"01/03/2026.* précède .*02/03/2026"):
        check_posting_date(date(2026, 3, 1), date(2026, 3, 5), date(2026, 3, 2))


@given(posted=days, today=days, since=st.none() | days)
def test_any_other_day_is_accepted(posted: date, today: date, since: date | None) -> None:
    if posted <= today and (since is None or since <= posted):
        check_posting_date(posted, today, since)
    else:
        with pytest.raises(RuleRefused):
            check_posting_date(posted, today, since)


def test_a_posted_row_is_final() -> None:
    refuse_if_posted(PaperStatus.COLLECTE)
    with pytest.raises(StepRefused, match="déjà postée"):
        refuse_if_posted(PaperStatus.ENVOYE)

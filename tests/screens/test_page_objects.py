"""The practice of these tests and the page objects do what the other tests rest on."""

from __future__ import annotations

from scor_tui.domain.status import Status
from scor_tui.services import state


def test_a_dossier_stands_in_every_state_that_lasts(cabinet):
    counts = state.state(cabinet).statuses
    assert {name for name, number in counts.items() if not number} <= {Status.EN_COURS.value}


async def test_keys_go_in_and_lines_come_out(open_app):
    async with open_app("a_transmettre") as page:
        assert page.title == "SCOR › À transmettre"
        assert any("[x]" in row for row in page.rows)
        first = page.row
        await page.press("down")
        assert page.row != first
        assert page.lines[0].startswith(" SCOR › À transmettre")
        assert len(page.lines) == 24


async def test_a_job_is_waited_for(open_app):
    async with open_app("a_transmettre") as page:
        before = page.title, page.app.last_account
        await page.press("b")
        await page.wait_for_workers()
        assert page.app.last_account is not None
        assert page.app.last_account is not before[1]

"""The tableau de bord: what waits and the key that leads there, the prescriptions of a period, the patient."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scor_tui.services import state
from scor_tui.store.models import Patient, Prescription
from scor_tui.ui.widgets.panel import Panel


def words(page, panel):
    lines = page.app.screen.query_one(panel, Panel).lines
    return "\n".join(line if isinstance(line, str) else "".join(text for text, _ in line) for line in lines)


async def opened(page):
    await page.wait_for_workers()
    return page


async def test_the_first_line_counts_what_waits_as_the_state_does(open_app, cabinet):
    waiting = state.state(cabinet)
    async with open_app("tableau") as page:
        await opened(page)
        assert f"{waiting.to_scan} à numériser n" in words(page, "#work")
        assert f"{waiting.ready} prêts a" in words(page, "#work")
        assert "à reconstituer r" in words(page, "#work")


async def test_work_that_needs_a_hand_is_red(open_app):
    async with open_app("tableau", size=(120, 40)) as page:
        await opened(page)
        (line,) = page.app.screen.query_one("#work", Panel).lines
        tones = {text.split(" ", 1)[-1]: tone for text, tone in line}
        assert (tones["à numériser"], tones["prêts"]) == ("alarm", "good")


@pytest.mark.parametrize(
    ("key", "mode"), [("a", "a_transmettre"), ("r", "retours"), ("g", "papier"), ("p", "prescriptions")]
)
async def test_each_count_is_a_jump(open_app, key, mode):
    async with open_app("tableau") as page:
        await opened(page)
        await page.press(key)
        assert page.mode == mode


async def test_n_leads_to_what_waits_when_the_row_lacks_nothing(open_app):
    async with open_app("tableau") as page:
        await opened(page)
        await page.go_to("O=")
        await page.press("n")
        assert page.mode == "a_transmettre"


async def test_the_practice_is_said_to_be_a_demonstration_with_its_clock(open_app, clock):
    async with open_app("tableau") as page:
        await opened(page)
        assert f"démonstration  {clock.now().astimezone():%d/%m %H:%M}" in page.lines[0]


async def test_the_card_and_the_calendar_follow_the_cursor(open_app, cabinet):
    async with open_app("tableau") as page:
        await opened(page)
        for _ in range(2):
            patient = next(one for one in Patient.select() if page.row.startswith(f"{one.name} {one.first_name} "))
            assert patient.name in words(page, "#card").split("\n")[0]
            assert patient.phone in words(page, "#card")
            await page.press("down")
        assert f"[{cabinet.today().day:2}]" in words(page, "#months")


async def test_card_and_calendar_stand_below_when_narrow_and_at_the_side_when_wide(open_app):
    async with open_app("tableau") as page:
        await opened(page)
        assert not any("lu ma me je ve sa di" in line for line in page.lines[:10])
    async with open_app("tableau", size=(120, 40)) as page:
        await opened(page)
        first = next(line for line in page.lines if "Ordonnance" in line)
        assert "ans ─" in first


async def test_unfinished_prescriptions_until_all_are_asked_for(open_app, cabinet):
    old = Prescription.select().order_by(Prescription.date).first()
    Prescription.update(ends=cabinet.today() - timedelta(days=1)).where(Prescription.id == old.id).execute()
    number = f"{old.date:%d/%m/%Y}"
    async with open_app("tableau", size=(120, 100)) as page:
        await opened(page)
        before = len(page.rows)
        await page.press("s", "down", "enter")
        assert len(page.rows) == before + 1
        assert number in page.rows[-1]


async def test_a_practitioner_is_chosen(open_app, cabinet):
    second = cabinet.practitioners()[1]
    async with open_app("tableau", size=(120, 100)) as page:
        await opened(page)
        await page.press("s", "enter", "down", "down", "enter")
        assert f"[{second.name} {second.first_name}]" in words(page, "#criteria")
        assert page.rows
        assert {row.split(" O")[0].split()[-1] for row in page.rows} <= {"1", "2", "-"}
        assert len(page.rows) == Prescription.select().where(Prescription.practitioner == second).count()


async def test_a_date_that_is_none_is_told(open_app):
    async with open_app("tableau") as page:
        await opened(page)
        await page.press("s", "down", "down", "enter", "9", "enter")
        assert page.screen == "ErrorDialog"


async def test_an_empty_period_says_why_and_what_would_fill_it(open_app):
    async with open_app("tableau") as page:
        await opened(page)
        await page.press("slash", *"zzz", "enter")
        assert page.rows == []
        assert "Aucune prescription pour ces critères (s)" in page.text
        await page.press("n" if "à numériser" not in words(page, "#work") else "O")
        assert page.status == "Aucune prescription sous le curseur."


async def test_a_care_sheet_is_not_a_prescription_s(open_app):
    async with open_app("tableau") as page:
        await opened(page)
        await page.press("F")
        assert "facture dégradée" in page.status


async def test_each_cell_has_the_tone_of_its_state(open_app):
    async with open_app("tableau", size=(120, 100)) as page:
        await opened(page)
        seen = {text[-1]: tone for row in page.list.rows for text, tone in row.cells[-1] if text.strip()}
        assert seen == {"○": "alarm", "●": "good", "=": "settled", "×": "redo", "□": "good"}


async def test_a_hostile_name_moves_nothing_on_the_screen(open_app, cabinet):
    first = Prescription.select().order_by(Prescription.date.desc(), Prescription.id.desc()).first()
    Patient.update(name="\x1b[2J[red]ÉVIL\x07").where(Patient.id == first.patient_id).execute()
    async with open_app("tableau") as page:
        await opened(page)
        assert "\x1b" not in page.text
        assert "\x07" not in page.text
        assert "[red]ÉVIL" in page.text

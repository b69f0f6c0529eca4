"""F1 says what every key does here and why some do nothing; the palette finds and does what applies."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scor_tui.demo import clock as demonstration_clock
from scor_tui.demo.clock import ShiftedClock
from scor_tui.ui.actions import Scope, of_scope

MODES = ("tableau", "prescriptions", "a_transmettre", "retours", "papier")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("key", ["f1", "question_mark"])
async def test_help_opens_on_every_screen_lists_its_own_keys_and_closes(open_app, mode, key):
    async with open_app(mode, size=(80, 60)) as page:
        sheet = page.app.screen
        own = [action for action in of_scope(sheet.SCOPE) if action.scope is sheet.SCOPE and sheet.knows(action.id)]
        await page.press(key)
        assert page.screen == "HelpScreen"
        shown = " ".join(page.lines)
        assert sheet.HELP.split(".")[0][:40] in shown
        assert [action.label for action in own if action.label not in shown] == []
        await page.press("escape")
        assert page.app.screen is sheet


async def test_help_says_why_a_key_does_nothing_now(open_app):
    async with open_app("a_transmettre") as page:
        await page.go_to("retransmettre")
        await page.press("f1", "down", "down", "down")
        assert "hors SCOR" in page.row
        assert "Pas maintenant : Hors SCOR ne concerne qu'un dossier jamais transmis." in page.status


async def test_the_palette_finds_an_action_by_a_few_letters_and_does_it_on_the_screen_below(open_app):
    async with open_app("a_transmettre") as page:
        await page.press("ctrl+p")
        await page.type("registre")
        await page.press("enter")
        assert page.mode == "papier"


async def test_the_palette_leaves_out_what_cannot_be_done_now(open_app):
    async with open_app("a_transmettre", size=(100, 60)) as page:
        await page.go_to("retransmettre")
        await page.press("colon")
        assert not any("hors SCOR" in line for line in page.lines)
        assert any("Cocher ou décocher la ligne" in line for line in page.lines)
        await page.press("escape")
        assert page.mode == "a_transmettre"


async def test_the_palette_of_a_real_practice_cannot_move_time(open_app):
    async with open_app("a_transmettre", size=(100, 60)) as page:
        await page.press("colon")
        await page.type("avancer")
        assert not any("48" in line for line in page.lines)


async def test_the_palette_of_a_demonstration_moves_its_clock(open_app, practice_folder, cabinet):
    path = practice_folder / "demonstration" / "horloge"
    cabinet.clock = ShiftedClock(path)
    async with open_app("a_transmettre", size=(100, 60)) as page:
        page.app.move_clock = lambda delta: demonstration_clock.advance(path, delta)
        before = cabinet.now()
        await page.press("colon")
        await page.type("avancer 48")
        await page.press("enter")
        assert timedelta(hours=48) <= cabinet.now() - before < timedelta(hours=49)


def test_the_actions_that_only_the_palette_has_are_on_every_list():
    keyless = {action.id for action in of_scope(Scope.TO_SEND) if not action.keys}
    assert keyless == {"avancer_6", "avancer_48"}

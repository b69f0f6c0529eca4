"""Every screen and the main dialogues as a terminal shows them, in four kinds of terminal, kept as text to be read.

A screen that changes on purpose is written again, then looked at before it is kept:

    SCOR_TUI_SNAPSHOTS=ecrire pytest tests/screens/test_snapshots.py
    git diff tests/screens/snapshots

`80x24` and `120x40` are the characters alone. `sans-couleur` (NO_COLOR) has under each line what stands out in it
without any colour: `^` in reverse, `+` bold, `-` dim. `ascii` is what a terminal that does not read UTF-8 is sent.
What a page drawn in dots looks like, and what it weighs, is told by other tests: here dots and figures are blotted out.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from scor_tui.commands.opening import at_home
from scor_tui.demo import clock as demonstration_clock
from scor_tui.demo.layout import Layout
from scor_tui.scanners.sane import SaneScanner
from scor_tui.services.cabinet import open_cabinet
from scor_tui.ui.app import ScorApp
from scor_tui.ui.profile import Profile
from scor_tui.ui.terminal import plain
from scor_tui.ui.widgets.line_list import LineList
from scor_tui.ui.widgets.page_view import PageView

FOLDER = Path(__file__).parent / "snapshots"
WRITE = os.environ.get("SCOR_TUI_SNAPSHOTS") == "ecrire"
WAIT = "…"
"""In a list of keys: wait until no worker runs. A word in capitals: move to the row that holds it."""
SCREENS: dict[str, tuple[str, ...]] = {
    "tableau": (WAIT,),
    "prescriptions": ("f3", "down", WAIT),
    "a-transmettre": ("f6",),
    "a-transmettre-rouge": ("f6", "DIXIÈME"),
    "a-transmettre-refus": ("f6", "GABARIT"),
    "retours": ("f7", "GABARIT", "space"),
    "papier": ("f8", "space"),
    "dossier": ("f7", "GABARIT", "enter", WAIT),
    "centre": ("f6", "z", WAIT),
    "numerisation": ("f6", "DIXIÈME", "f5", "n", WAIT, "l"),
    "visionneuse": ("f6", "TROIS", "O", WAIT),
    "aide": ("f6", "f1"),
    "palette": ("f6", "ctrl+p"),
    "menu": ("f7", "GABARIT", "m"),
    "gerer-scan": ("f3", "down", "m"),
    "confirmation": ("f6", "f9"),
    "erreur": ("f8", "h", "ctrl+u", *"31/12", "enter"),
    "quitter-sans-enregistrer": ("f8", "space", "f6"),
}
PROFILES = {"80x24": (80, 24), "120x40": (120, 40), "sans-couleur": (80, 24), "ascii": (80, 24)}
MEASURED = re.compile(
    r"\d[\d,]*(?=\s(?:Ko|%|dpi|octets|zones? non))|\d+ / (?=250)|\d+(?=%)|(?<=p\., )\d+|(?<=SHA-256 )[0-9a-f]+"
    r"|(?<=\d\d:)\d\d"
)


@pytest.fixture(scope="module")
def evening_practice(played_practice, tmp_path_factory, evening):
    """The practice on its evening, which does not pass; nothing here writes into it. Its times are those of Paris."""
    folder = Path(shutil.copytree(played_practice, tmp_path_factory.mktemp("instantanes") / "cabinet"))
    demonstration_clock.set_to(Layout(folder / "demonstration").clock, evening)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Europe/Paris")
        time.tzset()
        patch.setattr(SaneScanner, "devices", lambda self: ())
        cabinet = open_cabinet(folder, _Fixed(evening))
        at_home(cabinet)
        yield cabinet
        cabinet.close()
    time.tzset()


class _Fixed:
    def __init__(self, moment):
        self._moment = moment

    def now(self):
        return self._moment


@pytest.fixture
def show(evening_practice, monkeypatch):
    """Return the strips of a screen, as the terminal of a profile is sent them, and where a page is drawn."""

    async def shown(screen, profile):
        if profile == "sans-couleur":
            monkeypatch.setenv("NO_COLOR", "1")
        ascii_only = profile == "ascii"
        app = ScorApp(evening_practice, Profile(ascii_only=ascii_only, utf8=not ascii_only))
        async with app.run_test(size=PROFILES[profile]) as pilot:
            await _settled(pilot)
            for key in SCREENS[screen]:
                await _press(pilot, key)
            drawn = None if ascii_only else _drawn_page(app)
            return list(app.screen._compositor.render_strips()), drawn

    return shown


async def _press(pilot, key):
    if key == WAIT:
        await _settled(pilot)
    elif key.isupper() and len(key) > 1:
        found = pilot.app.screen.query_one(LineList)
        while not any(isinstance(cell, str) and key in cell for cell in found.row.cells):
            before = found.row
            await pilot.press("down")
            assert found.row != before, f"no row holds {key}"
    else:
        await pilot.press({"/": "slash"}.get(key, key))
        await pilot.pause()


async def _settled(pilot):
    await pilot.pause()
    while running := [worker for worker in pilot.app.workers if not worker.is_finished]:
        await pilot.app.workers.wait_for_complete(running)
        await pilot.pause()
    await pilot.pause()


def _drawn_page(app):
    """Return where a page is drawn on the screen that shows."""
    return next((view.region for view in app.screen.query(PageView) if view.shows_page), None)


def _blotted(strip, y, region):
    """Return a line with dots all over the page that is drawn there."""
    if region is None or not region.y <= y < region.bottom:
        return strip
    left, _, right = strip.divide([region.x, region.right, strip.cell_length])
    return Strip([*left, Segment("⠿" * region.width), *right])


def characters(strip, profile):
    """Return the characters of a line, less how a page was thresholded and the minute at which the practice played."""
    text = "".join(segment.text for segment in strip)
    text = MEASURED.sub(lambda found: re.sub(r"[\da-f]", "0", found[0]), text)
    return (plain(text, letters=False) if profile == "ascii" else text).rstrip()


def marks(strip):
    """Return under each character how it stands out; nothing under a rule or a blank."""
    told = "".join(_mark(segment.style or Style()) * len(segment.text) for segment in strip)
    text = "".join(segment.text for segment in strip)
    return told.rstrip() if text.strip(" ─") else ""


def _mark(style):
    return "^" if style.reverse else "+" if style.bold else "-" if style.dim else " "


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("screen", SCREENS)
async def test_a_screen_shows_what_it_showed(show, screen, profile):
    lines = []
    strips, drawn = await show(screen, profile)
    for strip in (_blotted(strip, y, drawn) for y, strip in enumerate(strips)):
        lines.append(characters(strip, profile))
        under = marks(strip) if profile == "sans-couleur" else ""
        lines += [under] if under else []
    shown = "\n".join(lines) + "\n"
    path = FOLDER / profile / f"{screen}.txt"
    if WRITE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert path.exists(), "never looked at: see how to write it at the head of this module"
    assert shown == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("screen", SCREENS)
async def test_no_color_is_obeyed(show, screen):
    strips, _ = await show(screen, "sans-couleur")
    for strip in strips:
        for segment in strip:
            for colour in (segment.style and segment.style.color, segment.style and segment.style.bgcolor):
                assert colour is None or colour.is_default, (colour, segment.text)


@pytest.mark.parametrize("screen", SCREENS)
def test_no_line_is_wider_than_its_terminal_and_ascii_is_ascii(screen):
    for profile, (columns, rows) in PROFILES.items():
        text = (FOLDER / profile / f"{screen}.txt").read_text(encoding="utf-8")
        assert max(map(len, text.splitlines())) <= columns
        assert profile == "sans-couleur" or len(text.splitlines()) == rows
        assert profile != "ascii" or text.isascii()


def test_no_snapshot_is_left_of_a_screen_that_is_gone():
    kept = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.txt")}
    assert kept == {f"{profile}/{screen}.txt" for profile in PROFILES for screen in SCREENS}

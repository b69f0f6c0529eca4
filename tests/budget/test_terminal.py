"""What a terminal gets to draw, in bytes: a poor line over SSH is what the interface is made for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

MOVE, SWITCH, IDLE_SECONDS = 650, 15_000, float(os.environ.get("SCOR_TUI_SECONDES_AU_REPOS", "3"))
SCREENS = {"d": "Tableau de bord", "p": "Prescriptions", "a": "transmettre", "r": "Retours", "g": "Papier"}
MODULES = 520
SERVICES = {f"scor_tui.services.{name}" for name in ("agenda", "cabinet", "places", "shelves", "strip", "unchanged")}
"""What the first screen asks; the rest is loaded when it is first used."""
DOWN, UP, PAGE_DOWN, HOME = b"\x1b[B", b"\x1b[A", b"\x1b[6~", b"\x1b[H"


@pytest.fixture
def interface(terminal, practice_folder):
    """The program on the practice, its first screen drawn."""

    def run(**settings):
        opened = terminal("--dossier", practice_folder, **settings)
        opened.wait_for("Tableau de bord")
        opened.read(3.0)
        return opened

    return run


def test_a_cursor_move_costs_little_on_every_list(interface):
    opened = interface()
    worst = {}
    for key in SCREENS:
        opened.send(key.encode())
        moves = [len(opened.send(DOWN)) for _ in range(3)] + [len(opened.send(UP)) for _ in range(2)]
        worst[SCREENS[key]] = max(moves)
    print(f"\nbytes a cursor move: {worst}")  # noqa: T201 - figures for whoever runs it with -s
    assert {name: size for name, size in worst.items() if size > MOVE} == {}


def test_switching_screens_costs_little_the_first_time_and_after(interface):
    opened = interface()
    costs: dict[str, list[int]] = {}
    for key in [*SCREENS, *SCREENS]:
        drawn = opened.send(key.encode())
        costs.setdefault(SCREENS[key], []).append(len(drawn))
    print(f"\nbytes a screen switch: {costs}")  # noqa: T201 - figures for whoever runs it with -s
    assert {name: sizes for name, sizes in costs.items() if max(sizes) > SWITCH} == {}


def test_nothing_is_sent_while_nobody_does_anything(interface):
    opened = interface()
    for key in SCREENS:
        opened.send(key.encode())
        assert opened.idle(IDLE_SECONDS) == b"", SCREENS[key]


def test_the_star_key_ticks_all_or_none_and_so_does_a_click_on_the_header(interface, ticked):
    before = ticked()
    assert before
    opened = interface()
    opened.send(b"a")
    opened.send(b"*")
    after_key = ticked()
    opened.send(b"\x1b[<0;4;3M\x1b[<0;4;3m")  # SGR: left button down, then up, on « A Trans. »
    after_click = ticked()
    assert after_key != before
    assert after_key == set() or before < after_key
    assert after_click not in (after_key, set()) or after_key != set()
    assert (after_key == set()) != (after_click == set())


def test_moves_of_the_mouse_are_never_asked_for_and_clicks_are(interface):
    opened = interface()
    modes = opened.seen
    assert modes.rindex(b"\x1b[?1003l") > modes.rindex(b"\x1b[?1003h")
    assert modes.rindex(b"\x1b[?1000h") > modes.rindex(b"\x1b[?1003l")
    assert b"\x1b[?1006h" in modes


def test_without_a_mouse_the_terminal_keeps_its_own_selection(terminal, practice_folder):
    opened = terminal("--dossier", practice_folder, "--souris", "non")
    opened.wait_for("Tableau de bord")
    assert b"\x1b[?1000h" not in opened.seen
    assert b"\x1b[?1003h" not in opened.seen


def test_something_can_be_read_before_the_interface_is_loaded(interface):
    assert interface().seen.startswith("scor-tui : ouverture du cabinet…".encode())


def test_q_leaves_and_the_terminal_is_as_it_was(interface):
    opened = interface()
    opened.send(b"q")
    assert opened.process.wait(30) == 0
    assert b"\x1b[?1049l" in opened.seen
    assert b"\x1b[?25h" in opened.seen


def test_the_terminal_s_own_colours_are_used(interface):
    """No 24-bit colour: the user's palette rules, and a screen costs half."""
    opened = interface(COLORTERM="truecolor")
    opened.send(b"a")
    assert b"38;2;" not in opened.seen
    assert b"48;2;" not in opened.seen


def test_a_terminal_that_cannot_draw_is_refused_in_a_sentence(terminal, practice_folder):
    opened = terminal("--dossier", practice_folder, TERM="dumb")
    said = opened.wait_for("dumb")
    assert opened.process.wait(30) == 2
    assert b"ne sait pas dessiner" in said
    assert b"\x1b" not in said


def test_a_terminal_of_60_columns_says_so_and_its_keys_work(terminal, practice_folder):
    opened = terminal("--dossier", practice_folder, columns=60, rows=20)
    opened.wait_for("Terminal trop petit")
    opened.send(b"q")
    assert opened.process.wait(30) == 0


def test_without_utf8_every_character_is_ascii(terminal, practice_folder):
    opened = terminal("--dossier", practice_folder, LANG="C")
    opened.wait_for("Tableau de bord")
    opened.send(b"a")
    drawn = opened.seen.decode("utf-8", "replace")
    assert sorted({char for char in drawn.partition("[?1049h")[2] if not char.isascii()}) == []


def test_the_first_paint_loads_no_more_modules_than_it_needs(practice_folder):
    play = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from scor_tui.commands.opening import clock_of\n"
        "from scor_tui.services.cabinet import open_cabinet\n"
        "from scor_tui.ui.app import ScorApp\n"
        "from scor_tui.ui.profile import Profile\n"
        "folder = Path(sys.argv[1])\n"
        "ScorApp.on_ready = lambda app: loaded.extend(sys.modules)\n"
        "loaded = []\n"
        "app = ScorApp(open_cabinet(folder, clock_of(folder)), Profile())\n"
        "async def first_paint():\n"
        "    async with app.run_test(size=(80, 24)) as pilot:\n"
        "        await pilot.pause()\n"
        "asyncio.run(first_paint())\n"
        "print(*loaded)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", play, str(practice_folder)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    loaded = done.stdout.split()
    print(f"\n{len(loaded)} modules at the first paint")  # noqa: T201 - figures for whoever runs it with -s
    assert len(loaded) <= MODULES
    assert {name for name in loaded if name.startswith("scor_tui.services.")} == SERVICES
    assert {name.split(".")[1] for name in loaded if name.startswith("scor_tui.")}.isdisjoint(
        {"exchange", "mail", "scanners", "printing"}
    )
    assert not {"cryptography.x509", "asn1crypto", "xml", "numpy", "reportlab", "pypdf", "PIL"} & set(loaded)


def test_a_key_held_for_two_seconds_is_drawn_far_less_often_than_it_comes(interface):
    """Sixty keys at once, as a line that was cut gives them: the cursor is where they lead, and nothing comes after."""
    opened = interface()
    opened.send(b"r")
    opened.send(HOME)
    alone = len(opened.send(DOWN))
    opened.send(HOME)
    one_by_one = [opened.send(DOWN) for _ in range(8)][-1]
    opened.send(HOME)
    held = opened.send(DOWN * 8)
    assert cursor_line(held) == cursor_line(one_by_one)
    assert len(held) < 4 * alone
    held = opened.send((DOWN * 5 + UP * 5) * 6)
    assert len(held) < 20 * alone
    assert opened.idle(1.0) == b""


def cursor_line(drawn: bytes) -> str:
    """The last line that was drawn under the cursor."""
    return re.findall(rb"\x1b\[(?:\d+;)*7m([^\x1b]*)", drawn)[-1].decode()

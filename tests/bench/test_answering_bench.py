"""How soon a key is answered while a feeder is scanned and the post is polled and sent: against a quiet interface.

Real terminal, test scanner of SANE, post and caisse of the demonstration. Figures: `pytest -s tests/bench`.
"""

from __future__ import annotations

import shutil
import time

import pytest

pytestmark = pytest.mark.slow

UP, DOWN, ENTER, F2, F6, F7, F9 = b"\x1b[A", b"\x1b[B", b"\r", b"\x1b[12~", b"\x1b[17~", b"\x1b[18~", b"\x1b[20~"
CURSOR = b"7m "
FEEDER = 3
"""Its rank among the sources: after the demonstration's two and the glass."""
HELD_SECONDS, A_SECOND = 3, 30
KEYS, EVERY, SHEETS = 150, 0.1, 10


def test_keys_are_answered_while_a_feeder_is_scanned_and_the_post_works(
    in_terminal, practice_folder, sane_config, tmp_path
):
    if shutil.which("scanimage") is None:
        pytest.skip("scanimage (package sane-utils) is not installed")
    program = in_terminal(
        "-m",
        "scor_tui",
        "demo",
        "--dossier",
        str(practice_folder),
        SANE_CONFIG_DIR=str(sane_config()),
        HOME=str(tmp_path),
    )
    program.until("numériser")
    program.during(2)
    program.press(F7)
    program.until("Retours")
    quiet = _answers(program)
    _begin_to_scan(program)
    program.press(F6)
    program.until("transmettre")
    program.press(F9)
    program.until("oui")
    program.press(b"o")
    program.until("Centre")
    program.press(F7)
    program.until("Retours")
    loaded = _answers(program, lambda: _poll(program))
    program.press(F2)
    program.until(f"2 Pages{SHEETS:>18}")
    _tell("quiet", quiet)
    _tell("scan, send and poll", loaded)
    for percent in (50, 95):
        _told(f"  percentile {percent}: {_at(loaded, percent) / _at(quiet, percent):.2f} times the quiet one")


@pytest.mark.parametrize(("key", "screen"), [(b"d", "Tableau"), (b"a", "transmettre"), (b"r", "Retours")])
def test_a_cursor_stops_with_the_key_that_was_held(in_terminal, practice_folder, key, screen):
    program = in_terminal("-m", "scor_tui", "--dossier", str(practice_folder))
    program.until("numériser")
    program.press(b"g" + key)
    program.until(screen)
    program.during(2)
    for number in range(HELD_SECONDS * A_SECOND):
        program.press(DOWN if number // 15 % 2 == 0 else UP)
        program.during(1 / A_SECOND)
    program.press(DOWN)
    _told(f"{screen}: last byte {program.settled() * 1000:.0f} ms after a key was held for {HELD_SECONDS} s")


def _begin_to_scan(program):
    """Open the acquisition of the first prescription, which lacks a piece; scan all that the feeder of SANE's holds."""
    program.press(b"d")
    program.until("Tableau")
    program.during(1)
    program.press(b"n")
    program.until("Aucune page")
    program.press(b"a")
    program.until("Automatic")
    program.during(0.5)
    program.press(DOWN * FEEDER)
    program.during(0.5)
    program.press(ENTER)
    program.until("Automatic")
    program.press(b"n")
    program.until("num")


def _poll(program):
    program.press(b"b")
    program.during(0.3)
    program.press(F7)
    program.during(0.3)


def _answers(program, between=lambda: None):
    found = []
    for number in range(KEYS):
        if number % 50 == 25:
            between()
        begun = time.monotonic()
        found.append(program.answer(UP if number % 2 else DOWN, CURSOR))
        program.during(max(0.0, EVERY - (time.monotonic() - begun)))
    return sorted(found)


def _at(found, percent):
    return found[min(len(found) - 1, len(found) * percent // 100)] * 1000


def _tell(what, found):
    median, most, worst = _at(found, 50), _at(found, 95), _at(found, 100)
    _told(f"key to first byte, {what}: median {median:.0f} ms, 95th {most:.0f}, worst {worst:.0f}")


def _told(line: str) -> None:
    print(f"\n{line}", end="", flush=True)  # noqa: T201 - figures for whoever runs it with -s

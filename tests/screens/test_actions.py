"""The table of keys: no key means two things on a screen, AZERTY has them all, and no F-key stands alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from scor_tui.ui.actions import ACTIONS, OWN_LETTERS, Scope, of_scope
from scor_tui.ui.key_table import BEGIN, END, key_table

README = Path(__file__).parents[2] / "README.md"
SCREENS = [scope for scope in Scope if scope not in {Scope.GLOBAL, Scope.LIST, Scope.DIALOG}]
NOT_ON_AZERTY = {
    "circumflex_accent", "tilde", "left_square_bracket", "right_square_bracket", "left_curly_bracket",
    "right_curly_bracket", "vertical_line", "backslash", "at", "number_sign", "grave_accent",
}  # fmt: skip
SWALLOWED = {"f1", "f10", "f11", "f12"}
"""Keys that terminals and desktops take for themselves."""


@pytest.mark.parametrize("scope", SCREENS)
def test_a_key_means_one_thing_on_a_screen(scope):
    meanings = Counter(key for action in of_scope(scope) for key in action.keys)
    assert {key for key, times in meanings.items() if times > 1} == set()


@pytest.mark.parametrize("scope", SCREENS)
def test_an_identifier_is_asked_for_once_on_a_screen(scope):
    named = Counter(action.id for action in of_scope(scope))
    assert {name for name, times in named.items() if times > 1} == set()


@pytest.mark.parametrize("scope", SCREENS)
def test_caps_lock_never_asks_for_something_else(scope):
    """Of a letter and its capital one means nothing, but for O D A F, which only open a piece."""
    pieces = {"piece_O", "piece_D", "piece_A", "piece_F"}
    by_letter = defaultdict(set)
    for action in of_scope(scope):
        for key in action.keys:
            if len(key) == 1 and action.id not in pieces:
                by_letter[key.lower()].add(action.id)
    assert {letter: names for letter, names in by_letter.items() if len(names) > 1} == {}


def test_every_key_is_on_an_azerty_keyboard():
    keys = {key for action in ACTIONS for key in action.keys}
    assert keys & NOT_ON_AZERTY == set()
    assert {key for key in keys if key.startswith(("alt+", "shift+f"))} == set()
    assert {key for key in keys if key.isdigit()} == set()
    assert {key for key in keys if len(key) == 1 and not key.isascii()} == set()


@pytest.mark.parametrize("scope", SCREENS)
def test_an_f_key_has_a_twin_that_no_terminal_takes(scope):
    own_letters = scope in OWN_LETTERS  # there the letters are the screen's, and F-keys are the way out
    for action in of_scope(scope):
        f_keys = [key for key in action.keys if key[0] == "f" and key[1:].isdigit()]
        if f_keys and not (own_letters and action.scope is Scope.GLOBAL):
            assert set(action.keys) - set(f_keys), f"{action.id} is on {f_keys} only"
        if f_keys and set(f_keys) & SWALLOWED and own_letters:
            assert action.id in {"aide", "tout_faire"} or set(action.keys) - SWALLOWED


def test_every_action_has_words():
    assert [action.id for action in ACTIONS if not (action.label and action.help.endswith("."))] == []


def test_the_readme_shows_the_table_as_it_is():
    """Write it again with `python -m scor_tui.ui.key_table README.md`."""
    text = README.read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
    assert text.partition(BEGIN)[2].partition(END)[0].strip() == key_table().strip()

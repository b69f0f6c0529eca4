"""No foreign string reaches a terminal as anything but letters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scor_tui.domain.text import REPLACEMENT, clean, fold

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ZERO_WIDTH = "\u00ad\u034f\u115f\u1160\u180b\u200b\u200c\u200d\u2060\u3164\ufe0f\ufeff\uffa0\U000e0100"
FORBIDDEN = (
    {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0), *range(0xE0000, 0xE0080), *range(0xD800, 0xE000))}
    | set(BIDI)
    | set(ZERO_WIDTH)
    | set("\u2028\u2029\ufff9\ufffa\ufffb")
)
anything = st.text(st.characters(exclude_categories=())) | st.text(
    st.sampled_from([*sorted(FORBIDDEN), "a", "é", "e", "́"])
)


@given(anything)
def test_nothing_that_commands_a_terminal_or_hides_gets_through(text: str) -> None:
    assert not FORBIDDEN & set(clean(text))


@given(anything, st.integers(min_value=1, max_value=40))
def test_cleaning_twice_is_cleaning_once_and_keeps_the_length(text: str, limit: int) -> None:
    once = clean(text, limit=limit)
    assert clean(once, limit=limit) == once
    assert len(once) <= limit


@given(anything)
def test_what_is_cleaned_can_be_written_anywhere(text: str) -> None:
    assert clean(text).encode("utf-8").decode() == clean(text)
    assert len(clean(text).splitlines()) <= 1


@pytest.mark.parametrize("hostile", sorted(FORBIDDEN, key=ord)[:65] + list(BIDI + ZERO_WIDTH))
def test_each_of_them_leaves_a_visible_trace(hostile: str) -> None:
    assert clean(f"a{hostile}b") == f"a{REPLACEMENT}b"


def test_a_clipboard_write_hidden_in_a_file_name_becomes_text() -> None:
    assert clean("ord\x1b]52;c;Y3VybA==\x07.pdf") == f"ord{REPLACEMENT}]52;c;Y3VybA=={REPLACEMENT}.pdf"
    assert clean("\x9b2Jeffacé") == f"{REPLACEMENT}2Jeffacé"


def test_french_survives_composed_and_untouched() -> None:
    sentence = "« Élève Œuvré » — l'ordonnance n° 12 : 3 séances à 16,13 €, déjà reçue…"
    assert clean(sentence) == sentence
    assert clean(unicodedata.normalize("NFD", sentence)) == sentence


def test_a_long_text_is_cut_with_an_ellipsis_and_never_read_whole() -> None:
    assert clean("x" * 501) == "x" * 499 + "…"
    assert clean("x" * 500) == "x" * 500
    assert len(clean("x" * 10_000_000, limit=20)) == 20


def test_a_filter_finds_a_name_however_it_is_typed() -> None:
    assert fold("  LÉVÊQUE\u00a0 Anne-Zoé ") == "leveque anne-zoe"
    assert fold("Groß") == fold("GROSS")


@given(st.text())
@example("İ")
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)

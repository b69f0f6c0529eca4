"""Cells in several tones: exact widths, safe words, one tone for each state of a cell."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scor_tui.domain.pieces import Cell, CellState, PieceType
from scor_tui.presentation.parts import Tone, changed, component_parts, joined, set_parts, text_of
from scor_tui.presentation.text import width

TONED = st.lists(st.tuples(st.text(max_size=12), st.sampled_from(list(Tone))), max_size=6).map(tuple)


@given(drawn=st.one_of(st.text(max_size=40), TONED), columns=st.integers(2, 40), right=st.booleans())
def test_a_cell_takes_its_columns_exactly_whatever_it_says(drawn, columns, right):
    assert width(text_of(set_parts(drawn, columns, right=right))) == columns


def test_what_is_cut_shows_it():
    assert text_of(set_parts((("ordonnance", Tone.GOOD), (" F", Tone.DIM)), 6)) == "ordon…"


def test_words_from_outside_give_the_terminal_no_order():
    assert "\x1b" not in text_of(set_parts("\x1b[2Jbonjour", 20))


def test_the_component_says_each_state_by_glyph_and_by_tone():
    cells = (
        Cell(PieceType.ORDN, CellState.MISSING),
        Cell(PieceType.DSIP, CellState.NOT_APPLICABLE),
        Cell(PieceType.AUTP, CellState.PAPER, 2),
        Cell(PieceType.FSNC, CellState.REJECTED, 1),
    )
    parts = component_parts(cells)
    assert text_of(parts) == "O○ A2□ F×"
    assert [tone for text, tone in parts if text.strip()] == [Tone.ALARM, Tone.GOOD, Tone.REDO]
    assert text_of(component_parts(cells, ascii_only=True)) == "O! A2@ Fx"


def test_what_the_caisse_already_has_is_set_back():
    (part,) = component_parts((Cell(PieceType.ORDN, CellState.REFERENCED, 1),))
    assert part == ("O=", Tone.SETTLED)


def test_cells_are_joined_with_their_tones():
    assert joined("a", (("b", Tone.ALARM),), by="  ") == (("a", Tone.PLAIN), ("  ", Tone.PLAIN), ("b", Tone.ALARM))


@given(old=st.one_of(st.text(max_size=30), TONED), new=st.one_of(st.text(max_size=30), TONED), room=st.integers(2, 30))
def test_drawing_only_what_changed_gives_the_new_line(old, new, room):
    first, count = changed(old, new, room)
    assert 0 <= first <= first + count <= room
    was, now = in_columns(old, room), in_columns(new, room)
    assert [*was[:first], *now[first : first + count], *was[first + count :]] == now
    if count:
        assert was[first] != now[first]
        assert was[first + count - 1] != now[first + count - 1]


def in_columns(drawn, room):
    """What a terminal holds in each column of a line."""
    held = []
    for text, tone in set_parts(drawn, room):
        for char in text:
            if width(char) == 0 and held:
                held[-1] = (held[-1][0] + char, held[-1][1])
            held += [(char, tone)] * width(char)
    return held


def test_a_date_that_changes_its_day_is_drawn_by_its_day():
    assert changed("dernière facture 21/11/2026", "dernière facture 20/11/2026", 40) == (18, 1)
    assert changed("même", "même", 40) == (0, 0)
    assert changed((("a", Tone.PLAIN),), (("a", Tone.ALARM),), 3) == (0, 1)

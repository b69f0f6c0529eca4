"""Cells in several tones: exact widths, safe words, one tone for each state of a cell."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scor_tui.domain.pieces import Cell, CellState, PieceType
from scor_tui.presentation.parts import Tone, component_parts, joined, set_parts, text_of
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

"""Every status, code and state has its French words, once."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import pytest

from scor_tui.domain import words
from scor_tui.domain.dossier import Caution, Gate, Hindrance
from scor_tui.domain.norms import Rule
from scor_tui.domain.paper import PaperReason, PaperStatus
from scor_tui.domain.pieces import CellState, PieceType, Support
from scor_tui.domain.status import Alert, Status
from scor_tui.domain.text import clean

TABLES: list[tuple[type[Enum], Mapping[Any, str]]] = [
    (PieceType, words.PIECE),
    (Support, words.SUPPORT),
    (CellState, words.CELL_WORD),
    (CellState, words.CELL_GLYPH),
    (CellState, words.CELL_ASCII),
    (PaperStatus, words.PAPER_STATUS),
    (PaperReason, words.PAPER_REASON),
    (Rule, words.RULE),
    (Gate, words.GATE),
    (Hindrance, words.HINDRANCE),
    (Caution, words.CAUTION),
    (Alert, words.ALERT),
    (Status, {status: words.status_word(status) for status in Status}),
]


@pytest.mark.parametrize(("members", "table"), TABLES)
def test_every_member_has_its_own_words(members: type[Enum], table: Mapping[Any, str]) -> None:
    assert set(table) == set(members)
    assert len(set(table.values())) == len(table), "two members that read the same cannot be told apart"
    assert all(text and clean(text) == text for text in table.values())


def test_a_cell_is_told_by_its_glyph_alone_without_colour_or_unicode() -> None:
    for table in (words.CELL_GLYPH, words.CELL_ASCII):
        assert all(len(glyph) == 1 for glyph in table.values())
    assert all(glyph.isascii() for glyph in words.CELL_ASCII.values())


@pytest.mark.parametrize("status", Status)
def test_a_status_is_found_by_its_words_its_code_or_without_accents(status: Status) -> None:
    word = words.status_word(status)
    assert words.status_of(word) is status
    assert words.status_of(word.upper()) is status
    assert words.status_of(status.value) is status
    assert words.status_of(word.replace("à", "a").replace("é", "e").replace(" ", "-")) is status


def test_an_unknown_status_is_said_to_be_unknown() -> None:
    with pytest.raises(KeyError):
        words.status_of("perdu")


def test_a_code_of_the_caisse_that_is_not_ours_is_shown_as_it_came() -> None:
    assert words.rule_words("SO-PDF-POIDS") == "document de plus de 250 Ko"
    assert words.rule_words("X-42") == "X-42"

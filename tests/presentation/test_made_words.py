"""What is said of a page that was made."""

from __future__ import annotations

import itertools

import pytest

from scor_tui.domain.norms import Finding, Rule
from scor_tui.imaging.model import ConvertedPage, Method, PageSettings, Step
from scor_tui.presentation.made_words import advice_words, fitting_words, settings_line, without_file
from scor_tui.presentation.text import width

BESIDE = 49
"""The columns that are left beside the column of an acquisition."""


def story(**facts: object) -> ConvertedPage:
    usual = {
        "source": "a.png", "index": 0, "source_dpi": 300.0, "dpi": 200, "bytes": 46_000, "first_dpi": 300,
        "first_bytes": 71_000, "method": Method.USUAL, "steps": (), "fitted": True,
    }  # fmt: skip
    return ConvertedPage(**(usual | facts))  # type: ignore[arg-type]  # the test's own keywords


def test_fitting_is_told_and_a_page_that_was_not_fitted_says_nothing():
    assert fitting_words(story()) == "300 → 200 dpi, 71 → 46\xa0Ko"
    assert fitting_words(story(first_dpi=200)) == "71 → 46\xa0Ko"
    assert fitting_words(story(fitted=False, steps=(Step.RESAMPLED,))) == ""


def test_what_is_asked_and_what_was_done_stand_side_by_side():
    done = story(steps=(Step.SHEET_FOUND, Step.STRAIGHTENED))
    assert settings_line(PageSettings(darkness=1), done, 80) == "plus foncé · auto (usuelle) · cadrée · redressée"
    undone = PageSettings(find_sheet=False, straighten=False, method=Method.PALE_INK)
    assert settings_line(undone, story(), 80) == "trait normal · encre pâle · ni cadrée ni redressée"
    assert "gardée" in settings_line(PageSettings(), story(method=Method.KEPT), 80)


def test_where_columns_are_few_what_is_usual_is_left_unsaid_then_what_auto_chose():
    done = story(steps=(Step.SHEET_FOUND, Step.STRAIGHTENED), method=Method.SHOW_THROUGH)
    said = [settings_line(PageSettings(), done, columns) for columns in (80, 55, 40, 25)]
    assert said == [
        "trait normal · auto (transparence du verso) · cadrée · redressée",
        "auto (transparence du verso) · cadrée · redressée",
        "auto (verso) · cadrée · redressée",
        "auto · cadrée · redressée",
    ]


@pytest.mark.parametrize("method", [Method.AUTO, Method.USUAL, Method.PALE_INK, Method.SHOW_THROUGH])
def test_every_setting_is_said_whole_beside_the_column_of_an_80_column_terminal(method):
    for darkness, find_sheet, straighten in itertools.product(range(-2, 3), (True, False), (True, False)):
        settings = PageSettings(darkness=darkness, method=method, find_sheet=find_sheet, straighten=straighten)
        for chosen in (Method.USUAL, Method.PALE_INK, Method.SHOW_THROUGH):
            done = story(steps=(Step.SHEET_FOUND, Step.STRAIGHTENED), method=chosen)
            assert width(settings_line(settings, done, BESIDE)) <= BESIDE


def test_the_name_that_only_the_draft_knows_is_not_told():
    assert without_file("Page 2 : « page-004.jpg », page 1 : 1152 × 2048 pixels") == "Page 2 : 1152 × 2048 pixels"
    assert without_file("« page-006.pdf » est protégé.") == "Ce fichier est protégé."
    assert without_file("« ordonnance.pdf » est protégé.") == "« ordonnance.pdf » est protégé."


def test_advice_says_what_to_do():
    words = advice_words(Finding(Rule.IMG_CONTRASTE, 1, "netteté de 5 %", "12 % au moins"))
    assert "netteté de 5 %" in words
    assert "plus foncé (>)" in words

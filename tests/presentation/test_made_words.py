"""What is said of a page that was made."""

from __future__ import annotations

from scor_tui.domain.norms import Finding, Rule
from scor_tui.imaging.model import ConvertedPage, Method, PageSettings, Step
from scor_tui.presentation.made_words import advice_words, fitting_words, settings_line


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
    assert settings_line(PageSettings(darkness=1), done) == "plus foncé · auto (usuelle) · cadrée · redressée"
    undone = PageSettings(find_sheet=False, straighten=False, method=Method.PALE_INK)
    assert settings_line(undone, story()) == "trait normal · encre pâle · sans cadrage · non redressée"
    assert "gardée" in settings_line(PageSettings(), story(method=Method.KEPT))


def test_advice_says_what_to_do():
    words = advice_words(Finding(Rule.IMG_CONTRASTE, 1, "netteté de 5 %", "12 % au moins"))
    assert "netteté de 5 %" in words
    assert "plus foncé (>)" in words

"""How large a page is, and whether it is fine and large enough to travel."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scor_tui.domain.norms import (
    A3_LONG_MM,
    A4_LONG_MM,
    A6_LONG_MM,
    Finding,
    NormsReport,
    PageFacts,
    Rule,
    is_fine_enough,
    is_large_enough,
    paper_size,
)

pixels = st.integers(min_value=1, max_value=20_000)
resolutions = st.floats(min_value=0, max_value=10_000, allow_nan=False)


def test_a_scan_that_declares_300_dpi_is_believed() -> None:
    size = paper_size(2480, 3508, (300, 300))
    assert size.declared
    assert size.dpi == 300
    assert (round(size.width_mm), round(size.height_mm)) == (210, 297)


def test_a_photo_that_declares_72_dpi_counts_as_an_a4_sheet() -> None:
    size = paper_size(3024, 4032, (72, 72))
    assert not size.declared
    assert size.height_mm == pytest.approx(A4_LONG_MM)
    assert size.dpi == pytest.approx(4032 / 11.693, rel=1e-3)


def test_the_declaration_is_believed_from_a6_to_a3_both_included() -> None:
    assert paper_size(1, 1480, (254, 254)).declared
    assert paper_size(4200, 1, (254, 254)).declared
    assert not paper_size(1, 1479, (254, 254)).declared
    assert not paper_size(4201, 1, (254, 254)).declared


def test_a_fax_with_two_resolutions_is_as_coarse_as_its_coarser_side() -> None:
    size = paper_size(1728, 1143, (204, 98))
    assert size.dpi == 98
    assert not is_fine_enough(size.dpi)


@given(pixels, pixels, st.none() | st.tuples(resolutions, resolutions))
def test_a_page_is_always_between_a6_and_a3_and_measures_what_its_pixels_and_dpi_say(
    width: int, height: int, declared: tuple[float, float] | None
) -> None:
    size = paper_size(width, height, declared)
    longest = max(size.width_mm, size.height_mm)
    assert A6_LONG_MM <= longest <= A3_LONG_MM
    assert size.declared or longest == pytest.approx(A4_LONG_MM)
    assert not size.declared or (declared is not None and size.dpi == min(declared))
    horizontal, vertical = declared if size.declared and declared else (size.dpi, size.dpi)
    assert size.width_mm == pytest.approx(width / horizontal * 25.4)
    assert size.height_mm == pytest.approx(height / vertical * 25.4)


@given(pixels, pixels, resolutions)
def test_turning_a_page_turns_its_size_and_keeps_its_resolution(width: int, height: int, dpi: float) -> None:
    upright, turned = paper_size(width, height, (dpi, dpi)), paper_size(height, width, (dpi, dpi))
    assert (turned.width_mm, turned.height_mm) == (upright.height_mm, upright.width_mm)
    assert turned.dpi == upright.dpi


def test_200_dpi_are_read_with_one_percent_of_tolerance() -> None:
    assert is_fine_enough(200)
    assert is_fine_enough(198)
    assert not is_fine_enough(197.9)


def test_a5_is_the_least_either_way_round_give_or_take_a_scanners_millimetre() -> None:
    assert is_large_enough(148, 210)
    assert is_large_enough(210, 148)
    assert is_large_enough(147, 209)
    assert not is_large_enough(105, 148)
    assert not is_large_enough(146, 210)
    assert not is_large_enough(148, 208)
    assert not is_large_enough(400, 146)


def test_a_report_is_compliant_without_findings_and_as_coarse_as_its_coarsest_page() -> None:
    fine = PageFacts(2480, 3508, 300, 210, 297, 40_000, 0.05)
    coarse = PageFacts(1654, 2339, 199.6, 210, 297, 40_000, 0.05)
    assert NormsReport(80_000, (fine, coarse)).dpi == 200
    assert NormsReport(0, ()).dpi == 0
    assert NormsReport(80_000, (fine,)).compliant
    assert not NormsReport(80_000, (fine,), (Finding(Rule.IMG_BLANC, 1, "0", "1"),)).compliant


def test_no_code_of_ours_is_dressed_as_an_official_one() -> None:
    assert all(rule.value.startswith("SO-") for rule in Rule)

"""Reading what scanners of several makers say that they can do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scor_tui.scanners.capabilities import Capabilities, is_duplex, is_feeder, parse

BRACKETS = """\
All options specific to device `invented:net1;dev0':
    Mode:
    --mode Black & White|Gray[Error Diffusion]|True Gray|24bit Color[Fast] [24bit Color[Fast]]
        Select the scan mode
    --resolution auto|100|150|200|300|600dpi [200] [advanced]
        Sets the resolution of the scanned image.
    --source FlatBed|Document Feeder(left aligned)|Document Feeder(left aligned,Duplex) [FlatBed]
        Selects the scan source (such as a document-feeder).
    --brightness -50..50% (in steps of 1) [inactive]
        Controls the brightness of the acquired image.
    -x 0..215.9mm (in steps of 0.0999908) [215.88]
        Width of scan-area.
"""

NO_DEPTH = """\
    --resolution 75|100|150|200|300|600dpi [300]
    --mode Color|Gray [Color]
    --source Flatbed|ADF|ADF Duplex [Flatbed]
    -x 0..215.9mm [215.9]
    -y 0..297.011mm [297.011]
"""


def test_values_may_hold_brackets_spaces_and_parentheses() -> None:
    able = parse(BRACKETS)
    assert able.sources == (
        "FlatBed",
        "Document Feeder(left aligned)",
        "Document Feeder(left aligned,Duplex)",
    )
    assert able.default_source == "FlatBed"
    assert able.options["--mode"].current == "24bit Color[Fast]"
    assert able.options["-x"].highest == 215.9
    assert not able.has("--brightness"), "an inactive option cannot be set"
    assert able.why_not == ""


def test_plain_grey_is_preferred_to_a_dithered_one() -> None:
    assert parse(BRACKETS).gray_mode == "True Gray"
    assert parse(NO_DEPTH).gray_mode == "Gray"
    assert parse("    --mode Gray16|Halftone Gray [Gray16]").gray_mode == ""
    assert parse("    --mode Lineart|Grayscale|Color [Color]").gray_mode == "Grayscale"


@pytest.mark.parametrize(("wanted", "chosen"), [(200, 200), (240, 300), (300, 300), (1200, 600)])
def test_the_resolution_is_never_below_the_one_wanted_if_there_is_one(wanted: int, chosen: int) -> None:
    assert parse(BRACKETS).dpi_for(wanted) == chosen


@pytest.mark.parametrize(("wanted", "chosen"), [(50, 75), (300, 300), (1200, 600)])
def test_a_range_of_resolutions_is_kept_to(wanted: int, chosen: int) -> None:
    assert parse("    --resolution 75..600dpi (in steps of 1) [75]").dpi_for(wanted) == chosen


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "gris"),
        ("    --mode Lineart|Color [Color]\n    --resolution 300dpi [300]", "gris"),
        ("    --mode Gray [Gray]", "200 dpi"),
        ("    --mode Gray [Gray]\n    --resolution 75|150dpi [75]", "200 dpi"),
    ],
)
def test_a_scanner_that_cannot_meet_the_norms_says_why(text: str, reason: str) -> None:
    assert reason in parse(text).why_not


@pytest.mark.parametrize(
    ("source", "feeder", "duplex"),
    [
        ("Automatic Document Feeder", True, False),
        ("ADF", True, False),
        ("ADF Duplex", True, True),
        ("Duplex", True, True),
        ("Flatbed", False, False),
        ("Auto", False, False),
        ("AUTO", False, False),
        ("", False, False),
    ],
)
def test_feeders_and_duplex_are_known_by_their_names(source: str, feeder: bool, duplex: bool) -> None:
    assert (is_feeder(source), is_duplex(source)) == (feeder, duplex)


OPTION_LINES = st.lists(
    st.text(alphabet=" -|[]()=.0123456789abcdpimx…\n\t\x1b", max_size=60) | st.text(max_size=40), max_size=6
)


@given(lines=OPTION_LINES)
def test_nothing_that_a_driver_prints_stops_the_program(lines: list[str]) -> None:
    text = "\n".join(f"    --{line}" for line in [*lines, *(f"resolution {line}" for line in lines)])
    able = parse(text)
    assert isinstance(able, Capabilities)
    assert able.dpi_for(300) > -1e12
    assert isinstance(able.why_not, str)


VALUES = st.lists(
    st.text(alphabet="AbcGray &()[],0123", min_size=1, max_size=12).filter(lambda v: v == v.strip() and " [" not in v),
    min_size=2,
    max_size=5,
    unique=True,
)


@given(values=VALUES, data=st.data())
def test_any_list_of_sources_is_read_back(values: list[str], data: st.DataObject) -> None:
    current = data.draw(st.sampled_from(values))
    able = parse(f"    --source {'|'.join(values)} [{current}]\n")
    assert able.sources == tuple(values)
    assert able.default_source == current

"""What goes into a conversion and what comes out of it, and both as plain JSON for the child."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from scor_tui.domain.errors import RuleRefused
from scor_tui.domain.norms import Finding, NormsReport, PageFacts, Rule

START_DPI = 300
FLOOR_DPI = 200
LIGHTEST, DARKEST = -2, 2


class ConversionCancelled(RuleRefused):
    """The user stopped the conversion; nothing was kept."""

    title: ClassVar[str] = "Conversion interrompue"


class Method(StrEnum):
    """How a page is made black and white; AUTO is for the page itself to say."""

    AUTO = "auto"
    USUAL = "usual"
    PALE_INK = "pale_ink"
    SHOW_THROUGH = "show_through"
    KEPT = "kept"


class Step(StrEnum):
    """What was done to a page, in order; words are the front end's business."""

    UPRIGHT = "upright"
    SHEET_FOUND = "sheet_found"
    ROTATED = "rotated"
    STRAIGHTENED = "straightened"
    KEPT_BILEVEL = "kept_bilevel"
    RESAMPLED = "resampled"
    DESPECKLED = "despeckled"
    SOFTER = "softer"
    LIGHTER = "lighter"
    SMOOTHED = "smoothed"
    CENTRED = "centred_a5"


@dataclass(frozen=True)
class PageSettings:
    """How one page is to be made: all of it can be changed without scanning again.

    `turns`: quarter turns clockwise. `darkness`: -2 (lighter) to 2 (darker). `method`: how to make it black and white.
    `find_sheet`: cut the table away around the sheet on a photo. `straighten`: turn a grey page that leans.
    """

    turns: int = 0
    darkness: int = 0
    method: Method = Method.AUTO
    find_sheet: bool = True
    straighten: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return the settings for the child's request."""
        return asdict(self)

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> PageSettings:
        """Read the settings back; values out of range are brought into it."""
        return cls(
            turns=int(facts["turns"]) % 4,
            darkness=min(max(int(facts["darkness"]), LIGHTEST), DARKEST),
            method=Method(facts["method"]),
            find_sheet=bool(facts["find_sheet"]),
            straighten=bool(facts["straighten"]),
        )


AS_USUAL = PageSettings()


@dataclass(frozen=True)
class ConvertOptions:
    """How to convert. Page numbers count from 0 through all the inputs, in order.

    `dpi`: the finest (200 to 300) for a page with small letters; a page that reads as well at 200 dpi is made so,
    unless `finest` asks for `dpi` wherever the source allows it. `pages`: the pages to keep, in that order; None for
    all. `settings`: how to make a page, by its number; `usual` for those that are not named.
    """

    password: str = field(default="", repr=False)
    dpi: int = START_DPI
    finest: bool = False
    pages: tuple[int, ...] | None = None
    usual: PageSettings = AS_USUAL
    settings: Mapping[int, PageSettings] = field(default_factory=dict)

    def of(self, number: int) -> PageSettings:
        """Return how to make a page."""
        return self.settings.get(number, self.usual)

    def as_json(self) -> dict[str, Any]:
        """Return the options for the child's request."""
        return {
            "password": self.password,
            "dpi": self.dpi,
            "finest": self.finest,
            "pages": self.pages,
            "usual": self.usual.as_json(),
            "settings": {str(number): one.as_json() for number, one in self.settings.items()},
        }

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> ConvertOptions:
        """Read the options back; values out of range are brought into it."""
        pages = facts["pages"]
        return cls(
            password=str(facts["password"]),
            dpi=min(max(int(facts["dpi"]), FLOOR_DPI), START_DPI),
            finest=bool(facts["finest"]),
            pages=None if pages is None else tuple(int(page) for page in pages),
            usual=PageSettings.from_json(facts["usual"]),
            settings={int(page): PageSettings.from_json(one) for page, one in facts["settings"].items()},
        )


@dataclass(frozen=True)
class ConvertedPage:
    """What became of one page: where it comes from, its resolution, its weight, how it was made.

    `source`: file name, cleaned. `index`: page in that file, from 0. `source_dpi`: 0 for a page that was
    drawn (vector PDF). `bytes`: of its G4 strip; `first_bytes` and `first_dpi`: before it had to be fitted under
    the weight of a document, `fitted`: whether it had to. `method`: how it was made black and white.
    """

    source: str
    index: int
    source_dpi: float
    dpi: int
    bytes: int
    first_dpi: int
    first_bytes: int
    method: str
    steps: tuple[Step, ...]
    fitted: bool = False


@dataclass(frozen=True)
class Converted:
    """One compliant PDF, the proof that it is one, the story of its pages, and what an eye should look at again."""

    pdf: bytes = field(repr=False)
    report: NormsReport
    pages: tuple[ConvertedPage, ...]
    advice: tuple[Finding, ...] = ()


def page_from_json(facts: Mapping[str, Any]) -> ConvertedPage:
    """Read a converted page from the child's answer; raises KeyError, TypeError, ValueError."""
    return ConvertedPage(**{**facts, "steps": tuple(Step(step) for step in facts["steps"])})


def report_as_json(report: NormsReport) -> dict[str, Any]:
    """Return a report for the child's answer."""
    return asdict(report)


def report_from_json(facts: Mapping[str, Any]) -> NormsReport:
    """Read a report from the child's answer; raises KeyError, TypeError, ValueError."""
    return NormsReport(
        bytes=int(facts["bytes"]),
        pages=tuple(PageFacts(**page) for page in facts["pages"]),
        findings=findings_from_json(facts["findings"]),
    )


def findings_from_json(facts: Sequence[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """Read findings from the child's answer; raises KeyError, TypeError, ValueError."""
    return tuple(Finding(**{**finding, "rule": Rule(finding["rule"])}) for finding in facts)

"""What a conversion did to each page, and what a check found, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from scor_tui.domain.norms import NormsReport
from scor_tui.domain.words import rule_words
from scor_tui.imaging.model import Converted, ConvertedPage, Step
from scor_tui.presentation.made_words import advice_words, fitting_words
from scor_tui.presentation.text import counted, kilobytes

_STEP = {
    Step.SHEET_FOUND: "cadrée sur la feuille",
    Step.STRAIGHTENED: "redressée",
    Step.RESAMPLED: "résolution réduite",
    Step.DESPECKLED: "dépoussiérée",
    Step.SOFTER: "adoucie",
    Step.LIGHTER: "éclaircie",
    Step.SMOOTHED: "lissée",
    Step.CENTRED: "centrée sur un A5",
}


def converted_lines(done: Converted, output: str = "") -> Iterator[str]:
    """Yield what became of each page, and the whole."""
    for number, page in enumerate(done.pages, start=1):
        yield f"page {number} : {page_line(page)}"
    for finding in done.advice:
        yield f"page {finding.page}, {advice_words(finding)}"
    where = f" → {output}" if output else ""
    yield f"conforme : {counted(len(done.pages), 'page')}, {done.report.dpi} dpi, {kilobytes(len(done.pdf))}{where}"


def page_line(page: ConvertedPage) -> str:
    """Return the story of a page: where it comes from, its resolution, its weight, what fitting cost."""
    steps = [_STEP[step] for step in page.steps if step in _STEP]
    told = f", {', '.join(steps)}" if steps else ""
    weight = fitting_words(page) or kilobytes(page.bytes)
    weight = weight if "dpi" in weight else f"{page.dpi} dpi, {weight}"
    return f"{page.source}, {weight}{told}"


def report_lines(report: NormsReport) -> Iterator[str]:
    """Yield the verdict on a PDF: each broken rule with its measure and its limit."""
    for finding in report.findings:
        where = f"page {finding.page} : " if finding.page else ""
        yield f"{finding.rule} {where}{rule_words(finding.rule)} (mesuré {finding.measured}, limite {finding.limit})"
    facts = f"{counted(len(report.pages), 'page')}, {report.dpi} dpi, {kilobytes(report.bytes)}"
    yield f"{'conforme' if report.compliant else 'non conforme'} : {facts}"

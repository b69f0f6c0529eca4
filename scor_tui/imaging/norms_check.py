"""The strict check of a PDF: every norm of a piece, with what was measured and what is allowed.

Source: product 3.1; TOPAZE notice (seed 1), II a; kiné convention, annexe 4, art. 2.7.3 for what is to be
seen. The thresholds of sight are for gross cases only: no page that the converter makes of a good source
breaks them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from scor_tui.domain.errors import FileNotAccepted
from scor_tui.domain.norms import (
    MAX_BYTES,
    MIN_DPI,
    MM_PER_INCH,
    Finding,
    NormsReport,
    PageFacts,
    Rule,
    is_fine_enough,
    is_large_enough,
)
from scor_tui.domain.ports import Progress, no_progress
from scor_tui.imaging import limits, visible
from scor_tui.imaging.legibility import advice, measure
from scor_tui.imaging.painted import POINTS_PER_INCH, PageContent, Painted
from scor_tui.imaging.pdfs import PdfDocument
from scor_tui.imaging.structure import foreign_parts

BLACK_INK = 0.70
MUDDY_INK = 0.50
DITHERED_SPECKS = 0.50
CUT_RUNS_PER_CM = 6.0
_NO_FACTS = PageFacts(0, 0, 0.0, 0.0, 0.0, 0, 0.0)


def check(path: Path, password: str = "", progress: Progress = no_progress) -> NormsReport:
    """Return the verdict on a PDF file; whatever is wrong with it is a finding, nothing is raised for it."""
    size = path.stat().st_size
    whole = list(_whole(path, size))
    try:
        document = PdfDocument(path, "document", password)
    except FileNotAccepted as error:
        return NormsReport(size, (), (Finding(Rule.PDF_INVALIDE, 0, error.cause, "un PDF lisible"), *whole))
    if document.count > limits.MAX_PAGES:
        whole.append(Finding(Rule.PDF_INVALIDE, 0, f"{document.count} pages", f"{limits.MAX_PAGES} pages au plus"))
        return NormsReport(size, (), tuple(whole))
    pages = []
    for number in range(document.count):
        pages.append(_page(document, number))
        progress(number + 1, document.count, "check")
    findings = [finding for _, found in pages for finding in found]
    return NormsReport(size, tuple(facts for facts, _ in pages), (*whole, *findings))


def advice_on(path: Path, password: str = "", progress: Progress = no_progress) -> list[Finding]:
    """Return what should be looked at again on a PDF of black-and-white pages; raises `FileNotAccepted`."""
    document = PdfDocument(path, "document", password)
    found: list[Finding] = []
    for index in range(min(document.count, limits.MAX_PAGES)):
        content = document.painted(index)
        if _not_one_image(content, index + 1) is None:
            image = content.painted[0]
            found += advice(measure(document.bits(index, image), image.dpi), index + 1)
        progress(index + 1, document.count, "advise")
    return found


def _whole(path: Path, size: int) -> Iterator[Finding]:
    if size > MAX_BYTES:
        yield Finding(Rule.PDF_POIDS, 0, f"{size} octets", f"{MAX_BYTES} octets")
    for part in foreign_parts(path):
        yield Finding(Rule.PDF_INVALIDE, 0, f"le PDF contient {part}", "des pages et rien d'autre")


def _page(document: PdfDocument, index: int) -> tuple[PageFacts, list[Finding]]:
    number = index + 1
    try:
        content = document.painted(index)
        wrong = _not_one_image(content, number)
        if wrong is not None:
            return _size_only(content), [wrong]
        image = content.painted[0]
        bits = document.bits(index, image)
    except FileNotAccepted as error:
        return _NO_FACTS, [Finding(Rule.PDF_INVALIDE, number, error.cause, "une page lisible")]
    facts = _facts(content, image, visible.ink_share(bits))
    return facts, [*_measures(facts, number), *_sight(bits, facts, number)]


def _not_one_image(content: PageContent, number: int) -> Finding | None:
    """Return why the page is not one black-and-white image that fills it, or None."""
    images = [each for each in content.painted if each.is_image]
    for image in images:
        if image.depth != 1:
            return Finding(Rule.PDF_COULEUR, number, f"{image.depth} bits par pixel", "1 bit par pixel")
        if not image.is_gray:
            measured = "1 bit par pixel, mais par une palette, un profil ou un pochoir de couleur"
            return Finding(Rule.PDF_COULEUR, number, measured, "noir et blanc sans couleur")
    if len(images) != len(content.painted):
        return Finding(Rule.PDF_INVALIDE, number, "du texte ou des tracés", "une image en noir et blanc")
    if len(images) != 1 or images[0].nested:
        return Finding(Rule.PDF_INVALIDE, number, f"{len(images)} images sur la page", "une image par page")
    if not images[0].fills(content.box):
        return Finding(Rule.PDF_INVALIDE, number, "l'image ne couvre pas la page", "une image qui couvre la page")
    return None


def _facts(content: PageContent, image: Painted, ink: float) -> PageFacts:
    width_mm, height_mm = _millimetres(content)
    return PageFacts(
        image.width_px, image.height_px, round(image.dpi, 1), width_mm, height_mm, image.weight, round(ink, 5)
    )


def _size_only(content: PageContent) -> PageFacts:
    width_mm, height_mm = _millimetres(content)
    return PageFacts(0, 0, 0.0, width_mm, height_mm, 0, 0.0)


def _millimetres(content: PageContent) -> tuple[float, float]:
    width, height = (round(points / POINTS_PER_INCH * MM_PER_INCH, 1) for points in content.size)
    return width, height


def _measures(page: PageFacts, number: int) -> Iterator[Finding]:
    if not is_fine_enough(page.dpi):
        yield Finding(Rule.PDF_RESOLUTION, number, f"{page.dpi:.0f} dpi", f"{MIN_DPI:.0f} dpi")
    if not is_large_enough(page.width_mm, page.height_mm):
        measured = f"{page.width_mm:.0f} × {page.height_mm:.0f} mm"
        yield Finding(Rule.PDF_INVALIDE, number, measured, "A5 au moins (148 × 210 mm)")


def _sight(bits: Image.Image, page: PageFacts, number: int) -> Iterator[Finding]:
    if page.ink < visible.BLANK_INK:
        yield visible.blank(page.ink, number)
        return
    if page.ink > BLACK_INK:
        yield Finding(
            Rule.IMG_NOIR,
            number,
            f"{visible.percent(page.ink)} d'encre",
            f"{visible.percent(BLACK_INK)} au plus",
        )
        return
    specks = visible.speck_share(bits)
    if page.ink > MUDDY_INK:
        yield Finding(
            Rule.IMG_CONTRASTE,
            number,
            f"{visible.percent(page.ink)} d'encre",
            f"{visible.percent(MUDDY_INK)} au plus",
        )
    elif specks > DITHERED_SPECKS:
        measured = f"{visible.percent(specks)} de l'encre en points isolés (image tramée)"
        yield Finding(Rule.IMG_CONTRASTE, number, measured, f"{visible.percent(DITHERED_SPECKS)} au plus")
    cut = max(visible.cut_runs(bits, page.dpi))
    limit = CUT_RUNS_PER_CM
    if cut > limit:
        measured = f"{cut:.1f} traits coupés par centimètre de bord"
        yield Finding(Rule.IMG_TRONQUE, number, measured, f"{limit:.0f} au plus")

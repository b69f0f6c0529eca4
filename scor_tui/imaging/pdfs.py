"""Opens a PDF with pdfium: what its pages are made of, and their rendering. No script is ever run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from scor_tui.domain.norms import A3_LONG_MM, A4_LONG_MM, MM_PER_INCH, PaperSize, is_fine_enough
from scor_tui.imaging import limits, refusals
from scor_tui.imaging.colour import TASTE_DPI, Colours, tasted
from scor_tui.imaging.grey import flatten
from scor_tui.imaging.model import START_DPI
from scor_tui.imaging.opening import SourcePage, guarded
from scor_tui.imaging.painted import POINTS_PER_INCH, PageContent, Painted, content_of
from scor_tui.imaging.stored import plain_page, stored_page
from scor_tui.imaging.threshold import plain_threshold
from scor_tui.imaging.whole import ends_early

if TYPE_CHECKING:
    from scor_tui.imaging.kept import KeptStream

_TAIL_BYTES = 2048
_BILEVEL_MAX_DPI = 600.0
_SCAN_COVER = 0.5
"""A page half covered by images, or made of nothing else, is a scan …"""

_LETTER_TEXTS = 10
"""… unless it shows this many pieces of text."""

_BLACK = 64


class PdfDocument:
    """A PDF file; see `opening.Document`."""

    def __init__(self, path: Path, name: str, password: str = "") -> None:
        self.name, self._path, self._password = name, path, password
        if _is_cut_short(path):
            raise refusals.unreadable(name)
        try:
            self._pdf = pypdfium2.PdfDocument(path, password=password or None)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
                raise refusals.password_needed(name, given=bool(password)) from None
            raise refusals.unreadable(name) from None
        if self._pdf.get_formtype() != pdfium.FORMTYPE_NONE:
            # what was typed in a form without being drawn is drawn by the reader
            self._pdf.init_forms()
        self.count = len(self._pdf)
        if self.count == 0:
            raise refusals.unreadable(name)

    def page(self, index: int, dpi: int) -> SourcePage:
        """Render one page; a scan at its own resolution at most, a drawn page at `dpi`."""
        with guarded(self.name):
            page = self._page(index)
            content = content_of(page)
            self._check_pixels(content)
            paper, scans = self._paper(content), _scans(content)
            if not scans:
                return SourcePage(self.name, index, flatten(self._render(page, paper, dpi)), paper, [], drawn=True)
            paper = _as_scanned(paper, content, scans)
            if not is_fine_enough(paper.dpi):
                best = max(scans, key=lambda image: image.dpi)
                raise refusals.too_coarse(self.name, index + 1, best.width_px, best.height_px, paper)
            self._check_whole(scans, index)
            if all(scan.depth == 1 for scan in scans) and paper.dpi <= _BILEVEL_MAX_DPI:
                bits = self._stored(content)
                if bits is not None:
                    stored = self._kept(content, paper, index)
                    return SourcePage(self.name, index, bits, paper, [], stored=stored)
                if len(content.painted) == 1 and scans[0].is_gray and not _has_annotations(page):
                    seen = self._render(page, paper, paper.dpi)
                    if any(seen.histogram()[:_BLACK]):
                        return SourcePage(self.name, index, plain_threshold(seen), paper, [])
            width = _pixels_across(paper, min(float(dpi), paper.dpi))
            colours = self._colours(page, paper) if any(scan.may_have_colours for scan in scans) else Colours()
            seen = self._render_wide(page, width, colour=not colours.is_plain)
            return SourcePage(self.name, index, flatten(seen, colours), paper, [], inked=colours.inked)

    def preview(self, index: int, dpi: int) -> Image.Image:
        """Render one page at a chosen resolution; see `Document`."""
        with guarded(self.name):
            page = self._page(index)
            return self._render(page, self._paper(content_of(page)), dpi)

    def painted(self, index: int) -> PageContent:
        """Return what a page is made of; raises `FileNotAccepted`."""
        with guarded(self.name):
            return content_of(self._page(index))

    def bits(self, index: int, image: Painted) -> Image.Image:
        """Return a page that is one 1-bit image, pixel by pixel as it is stored, upright."""
        with guarded(self.name):
            content = content_of(self._page(index))
            self._check_pixels(content)
            self._check_whole([each for each in content.painted if each.is_image], index)
            return plain_page(content) or self._stored(content) or self._rendered_bits(content.page, image)

    def _page(self, index: int) -> Any:
        if not 0 <= index < self.count:
            raise refusals.no_such_page(index, self.count)
        try:
            return self._pdf[index]
        except pypdfium2.PdfiumError:
            raise refusals.unreadable(self.name) from None

    def _paper(self, content: PageContent) -> PaperSize:
        """Return a page's size as it declares it; over A3 its longer side counts as A4's (product, 3.1)."""
        width, height = (points / POINTS_PER_INCH * MM_PER_INCH for points in content.size)
        if min(width, height) <= 0 or not math.isfinite(width * height):
            raise refusals.unreadable(self.name)
        shrink = A4_LONG_MM / max(width, height) if max(width, height) > A3_LONG_MM * 1.01 else 1.0
        return PaperSize(float(START_DPI), width * shrink, height * shrink, declared=shrink == 1.0)

    def _check_pixels(self, content: PageContent) -> None:
        if any(each.width_px * each.height_px > limits.MAX_IMAGE_PIXELS for each in content.painted):
            raise refusals.too_many_pixels(self.name, limits.MAX_IMAGE_PIXELS)

    def _check_whole(self, images: Sequence[Painted], index: int) -> None:
        if any(ends_early(image) for image in images):
            raise refusals.cut_short(self.name, index + 1)

    def _stored(self, content: PageContent) -> Image.Image | None:
        def render(width_px: int, *, annotations: bool = True) -> Image.Image:
            return self._render_wide(content.page, width_px, annotations=annotations)

        return stored_page(content, render)

    def _kept(self, content: PageContent, paper: PaperSize, index: int) -> KeptStream | None:
        """Return the stream of the image that a page shows and nothing else, upright; else None."""
        image = content.painted[0]
        alone = len(content.painted) == 1 and image.fills(content.box)
        if not alone or image.turn is not None or content.page.get_rotation() != 0:
            return None
        from scor_tui.imaging.kept import Place, kept_stream

        points_a_mm = POINTS_PER_INCH / MM_PER_INCH
        shrink = paper.width_mm * points_a_mm / content.size[0]
        left, bottom, right, top = image.box
        place = Place(
            paper.width_mm * points_a_mm,
            paper.height_mm * points_a_mm,
            ((right - left) * shrink, (top - bottom) * shrink),
            ((left - content.box[0]) * shrink, (bottom - content.box[1]) * shrink),
        )
        return kept_stream(self._path, self._password, index, image.encoded(), place)

    def _rendered_bits(self, page: Any, image: Painted) -> Image.Image:
        """Render a page as wide in pixels as its image is."""
        sideways = page.get_rotation() in (90, 270)
        return plain_threshold(self._render_wide(page, image.seen_px[sideways]))

    def _render(self, page: Any, paper: PaperSize, dpi: float) -> Image.Image:
        return self._render_wide(page, _pixels_across(paper, dpi))

    def _colours(self, page: Any, paper: PaperSize) -> Colours:
        """Look at the colours of a page on a small rendering."""
        return tasted(self._render_wide(page, _pixels_across(paper, TASTE_DPI), colour=True), TASTE_DPI)

    def _render_wide(self, page: Any, width_px: int, *, annotations: bool = True, colour: bool = False) -> Image.Image:
        width, height = page.get_size()
        # pdfium rounds up: half a pixel less gives `width_px` exactly
        scale = (width_px - 0.5) / width
        if width_px * (height * scale + 1) > limits.MAX_RENDERED_PIXELS:
            raise refusals.too_many_pixels(self.name, limits.MAX_RENDERED_PIXELS)
        bitmap = page.render(scale=scale, grayscale=not colour, draw_annots=annotations, may_draw_forms=annotations)
        image: Image.Image = bitmap.to_pil()
        return image if colour and image.mode == "RGB" else image.convert("RGB" if colour else "L")


def _pixels_across(paper: PaperSize, dpi: float) -> int:
    return max(1, round(paper.width_mm / MM_PER_INCH * dpi))


def _scans(content: PageContent) -> list[Painted]:
    """Return the images that make a page a scan, or nothing when it is drawn."""
    left, bottom, right, top = content.box
    images = [each for each in content.painted if each.is_image and each.area > 0]
    covered = sum(image.area for image in images) >= _SCAN_COVER * (right - left) * (top - bottom)
    if not images or not (covered or len(images) == len(content.painted)):
        return []
    if sum(each.is_text for each in content.painted) >= _LETTER_TEXTS:
        return []
    largest = max(image.area for image in images)
    return [image for image in images if image.area >= largest / 2]


def _as_scanned(paper: PaperSize, content: PageContent, scans: list[Painted]) -> PaperSize:
    enlarged = max(content.size) / POINTS_PER_INCH * MM_PER_INCH / max(paper.width_mm, paper.height_mm)
    dpi = max(image.dpi for image in scans) * enlarged
    return PaperSize(dpi, paper.width_mm, paper.height_mm, paper.declared)


def _has_annotations(page: Any) -> bool:
    return bool(pdfium.FPDFPage_GetAnnotCount(page.raw) > 0)


def _is_cut_short(path: Path) -> bool:
    """Whether a PDF's end is missing: pdfium would show what is left of it without a word."""
    with path.open("rb") as handle:
        size = handle.seek(0, 2)
        handle.seek(max(0, size - _TAIL_BYTES))
        tail = handle.read()
    return b"startxref" not in tail and b"%%EOF" not in tail

"""Opens a PDF with pdfium: what its pages are made of, and their rendering in grey. No script is ever run."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from scor_tui.domain.norms import A3_LONG_MM, A4_LONG_MM, MM_PER_INCH, PaperSize, is_fine_enough
from scor_tui.imaging import limits, refusals
from scor_tui.imaging.grey import flatten, is_bilevel
from scor_tui.imaging.model import START_DPI
from scor_tui.imaging.opening import SourcePage, guarded
from scor_tui.imaging.threshold import plain_threshold

POINTS_PER_INCH = 72.0
_MAX_OBJECTS = 20_000
_MAX_DEPTH = 6
_TAIL_BYTES = 2048
_BILEVEL_MAX_DPI = 600.0
_SCAN_COVER = 0.5
"""A page half covered by images is a scan …"""

_LETTER_TEXTS = 10
"""… unless it shows this many pieces of text."""

_SLANT = 1e-4
_COVER_TOLERANCE = 0.01
_PAGE_TURNS = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
_IMAGE: int = pdfium.FPDF_PAGEOBJ_IMAGE
_TEXT: int = pdfium.FPDF_PAGEOBJ_TEXT
_FORM: int = pdfium.FPDF_PAGEOBJ_FORM
_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True)
class Painted:
    """One thing on a page: `kind` as pdfium's constant; of an image its box in points, pixels and depth.

    `depth` is in bits per pixel, `colours` its colour space as pdfium's constant, `bytes` its stream's length.
    `across` and `along` are the lengths in points of the image's sides; `upright` when it is neither turned,
    slanted nor mirrored.
    """

    kind: int
    box: tuple[float, float, float, float]
    nested: bool = False
    width_px: int = 0
    height_px: int = 0
    depth: int = 0
    colours: int = pdfium.FPDF_COLORSPACE_UNKNOWN
    bytes: int = 0
    across: float = 0.0
    along: float = 0.0
    upright: bool = False

    @property
    def is_image(self) -> bool:
        """Whether it is an image."""
        return self.kind == _IMAGE

    @property
    def is_text(self) -> bool:
        """Whether it is a text."""
        return self.kind == _TEXT

    @property
    def is_gray(self) -> bool:
        """Whether an image is plain grey or black and white: no palette, no stencil, no profile."""
        return self.colours in (pdfium.FPDF_COLORSPACE_DEVICEGRAY, pdfium.FPDF_COLORSPACE_CALGRAY)

    @property
    def is_stencil(self) -> bool:
        """Whether an image is a mask through which a colour is painted."""
        return bool(self.colours == pdfium.FPDF_COLORSPACE_UNKNOWN)

    @property
    def area(self) -> float:
        """The area of its box in square points."""
        left, bottom, right, top = self.box
        return max(0.0, right - left) * max(0.0, top - bottom)

    @property
    def dpi(self) -> float:
        """The resolution of an image at the size at which it is painted: the lower of both directions."""
        if min(self.across, self.along) <= 0:
            return 0.0
        return POINTS_PER_INCH * min(self.width_px / self.across, self.height_px / self.along)

    def fills(self, page_box: tuple[float, float, float, float]) -> bool:
        """Whether its box is the page's, within 1 % of the page's longer side."""
        left, bottom, right, top = page_box
        slack = _COVER_TOLERANCE * max(right - left, top - bottom)
        return all(abs(mine - its) <= slack for mine, its in zip(self.box, page_box, strict=True))


@dataclass(frozen=True)
class PageContent:
    """A page: its size in points as it is shown (turned), its box as it is stored, all that it paints."""

    size: tuple[float, float]
    box: tuple[float, float, float, float]
    painted: tuple[Painted, ...]


class PdfDocument:
    """A PDF file; see `opening.Document`."""

    def __init__(self, path: Path, name: str, password: str = "") -> None:
        self.name, self._path = name, path
        if _is_cut_short(path):
            raise refusals.unreadable(name)
        try:
            self._pdf = pypdfium2.PdfDocument(path, password=password or None)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD:
                raise refusals.password_needed(name, given=bool(password)) from None
            raise refusals.unreadable(name) from None
        self.count = len(self._pdf)
        if self.count == 0:
            raise refusals.unreadable(name)

    def page(self, index: int, dpi: int) -> SourcePage:
        """Render one page; a scan at its own resolution at most, a drawn page at `dpi`."""
        with guarded(self.name):
            page = self._page(index)
            paper, scans = self._paper(page), self._scans(page)
            if not scans:
                return SourcePage(self.name, index, flatten(self._render(page, paper, dpi)), paper, [], drawn=True)
            paper = self._as_scanned(paper, page, scans)
            if not is_fine_enough(paper.dpi):
                best = max(scans, key=lambda image: image.dpi)
                raise refusals.too_coarse(self.name, index + 1, best.width_px, best.height_px, paper)
            if len(scans) == 1 and scans[0].depth == 1 and paper.dpi <= _BILEVEL_MAX_DPI:
                bits = self._bits(page, scans[0], paper)
                if bits is not None:
                    alone = page.get_rotation() == 0 and bits.size == (scans[0].width_px, scans[0].height_px)
                    stored = self._path if alone and self._stored(page, scans[0]) is not None else None
                    return SourcePage(self.name, index, bits, paper, [], stored=stored)
            grey = self._render(page, paper, min(float(dpi), paper.dpi))
            return SourcePage(self.name, index, flatten(grey), paper, [])

    def preview(self, index: int, dpi: int) -> Image.Image:
        """Render one page at a chosen resolution; see `Document`."""
        with guarded(self.name):
            page = self._page(index)
            return self._render(page, self._paper(page), dpi)

    def painted(self, index: int) -> PageContent:
        """Return what a page is made of; raises `FileNotAccepted`."""
        with guarded(self.name):
            page = self._page(index)
            return PageContent(page.get_size(), page.get_bbox(), tuple(_walk(page)))

    def bits(self, index: int, image: Painted) -> Image.Image:
        """Return a page that is one 1-bit image, pixel by pixel as it is stored, upright."""
        with guarded(self.name):
            page = self._page(index)
            return self._stored(page, image) or self._rendered_bits(page, image)

    def _page(self, index: int) -> Any:
        if not 0 <= index < self.count:
            raise refusals.no_such_page(index, self.count)
        try:
            return self._pdf[index]
        except pypdfium2.PdfiumError:
            raise refusals.unreadable(self.name) from None

    def _paper(self, page: Any) -> PaperSize:
        """Return a page's size as it declares it; over A3 its longer side counts as A4's (product, 3.1)."""
        width, height = (points / POINTS_PER_INCH * MM_PER_INCH for points in page.get_size())
        if min(width, height) <= 0 or not math.isfinite(width * height):
            raise refusals.unreadable(self.name)
        shrink = A4_LONG_MM / max(width, height) if max(width, height) > A3_LONG_MM * 1.01 else 1.0
        return PaperSize(float(START_DPI), width * shrink, height * shrink, declared=shrink == 1.0)

    def _scans(self, page: Any) -> list[Painted]:
        """Return the images that make a page a scan, or nothing when it is drawn."""
        width, height = page.get_size()
        painted = list(_walk(page))
        images = [each for each in painted if each.is_image and each.area > 0]
        if sum(image.area for image in images) < _SCAN_COVER * width * height:
            return []
        if sum(each.is_text for each in painted) >= _LETTER_TEXTS:
            return []
        largest = max(image.area for image in images)
        return [image for image in images if image.area >= largest / 2]

    def _as_scanned(self, paper: PaperSize, page: Any, scans: list[Painted]) -> PaperSize:
        enlarged = max(page.get_size()) / POINTS_PER_INCH * MM_PER_INCH / max(paper.width_mm, paper.height_mm)
        dpi = max(image.dpi for image in scans) * enlarged
        return PaperSize(dpi, paper.width_mm, paper.height_mm, paper.declared)

    def _stored(self, page: Any, image: Painted) -> Image.Image | None:
        """Return the stored pixels of an upright black-and-white image that is alone on its page, else None.

        pdfium resamples when it renders, even at the image's own size.
        """
        alone = pdfium.FPDFPage_CountObjects(page.raw) == 1 and pdfium.FPDFPage_GetAnnotCount(page.raw) == 0
        if not alone or not image.upright or image.is_stencil or not image.fills(page.get_bbox()):
            return None
        if image.width_px * image.height_px > limits.MAX_IMAGE_PIXELS:
            raise refusals.too_many_pixels(self.name, limits.MAX_IMAGE_PIXELS)
        try:
            (only,) = page.get_objects(max_depth=1)
            stored = only.get_bitmap(render=False).to_pil().convert("L")
        except (pypdfium2.PdfiumError, ValueError):
            return None
        if not is_bilevel(stored):
            return None
        turn = _PAGE_TURNS.get(page.get_rotation())
        return plain_threshold(stored.transpose(turn) if turn is not None else stored)

    def _bits(self, page: Any, scan: Painted, paper: PaperSize) -> Image.Image | None:
        """Return a page that is black and white already, at its own resolution; None for a coloured bit."""
        stored = self._stored(page, scan)
        if stored is None and scan.is_gray:
            return plain_threshold(self._render(page, paper, paper.dpi))
        return stored

    def _rendered_bits(self, page: Any, image: Painted) -> Image.Image:
        """Render a page as wide in pixels as its image is."""
        width, _ = page.get_size()
        sideways = abs(width - image.across) > abs(width - image.along)
        return plain_threshold(self._render_wide(page, image.height_px if sideways else image.width_px))

    def _render(self, page: Any, paper: PaperSize, dpi: float) -> Image.Image:
        return self._render_wide(page, max(1, round(paper.width_mm / MM_PER_INCH * dpi)))

    def _render_wide(self, page: Any, width_px: int) -> Image.Image:
        width, height = page.get_size()
        # pdfium rounds up: half a pixel less gives `width_px` exactly
        scale = (width_px - 0.5) / width
        if width_px * (height * scale + 1) > limits.MAX_RENDERED_PIXELS:
            raise refusals.too_many_pixels(self.name, limits.MAX_RENDERED_PIXELS)
        bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
        image: Image.Image = bitmap.to_pil().convert("L")
        return image


def _is_cut_short(path: Path) -> bool:
    """Whether a PDF's end is missing: pdfium would show what is left of it without a word."""
    with path.open("rb") as handle:
        size = handle.seek(0, 2)
        handle.seek(max(0, size - _TAIL_BYTES))
        tail = handle.read()
    return b"startxref" not in tail and b"%%EOF" not in tail


def _walk(page: Any) -> Iterator[Painted]:
    """Yield what a page paints, forms opened, invisible text left out."""
    left = _MAX_OBJECTS
    raw = page.raw
    stack = [
        (pdfium.FPDFPage_GetObject(raw, number), _IDENTITY, 0)
        for number in reversed(range(min(left, pdfium.FPDFPage_CountObjects(raw))))
    ]
    while stack and left > 0:
        left -= 1
        item, outer, depth = stack.pop()
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == _FORM and depth < _MAX_DEPTH:
            inner = _times(_matrix(item), outer)
            count = min(left, pdfium.FPDFFormObj_CountObjects(item))
            stack += [
                (pdfium.FPDFFormObj_GetObject(item, number), inner, depth + 1) for number in reversed(range(count))
            ]
        elif kind == _IMAGE:
            yield _image(page, item, outer, nested=depth > 0)
        elif kind != _TEXT or not _is_invisible(item):
            yield Painted(kind, (0.0, 0.0, 0.0, 0.0), nested=depth > 0)


def _image(page: Any, item: Any, outer: _Matrix, *, nested: bool) -> Painted:
    facts = pdfium.FPDF_IMAGEOBJ_METADATA()
    pdfium.FPDFImageObj_GetImageMetadata(item, page.raw, facts)
    a, b, c, d, e, f = _times(_matrix(item), outer)
    xs, ys = (e, e + a, e + c, e + a + c), (f, f + b, f + d, f + b + d)
    return Painted(
        _IMAGE,
        (min(xs), min(ys), max(xs), max(ys)),
        nested,
        int(facts.width),
        int(facts.height),
        int(facts.bits_per_pixel),
        int(facts.colorspace),
        int(pdfium.FPDFImageObj_GetImageDataRaw(item, None, 0)),
        math.hypot(a, b),
        math.hypot(c, d),
        a > 0 and d > 0 and abs(b) < _SLANT * a and abs(c) < _SLANT * d,
    )


def _is_invisible(text: Any) -> bool:
    return bool(pdfium.FPDFTextObj_GetTextRenderMode(text) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)


def _matrix(item: Any) -> _Matrix:
    values = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, values):
        return _IDENTITY
    return (values.a, values.b, values.c, values.d, values.e, values.f)


def _times(first: _Matrix, then: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)

"""What a page of a PDF paints, as pdfium sees it: forms opened, invisible text left out."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

POINTS_PER_INCH = 72.0
_MAX_OBJECTS = 20_000
_MAX_DEPTH = 6
_SLANT = 1e-4
_COVER_TOLERANCE = 0.01
_IMAGE: int = pdfium.FPDF_PAGEOBJ_IMAGE
_TEXT: int = pdfium.FPDF_PAGEOBJ_TEXT
_FORM: int = pdfium.FPDF_PAGEOBJ_FORM

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points, the vertical axis pointing up."""

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

_TURNS: dict[tuple[int, int, int, int], Image.Transpose | None] = {
    (1, 0, 0, 1): None,
    (-1, 0, 0, 1): Image.Transpose.FLIP_LEFT_RIGHT,
    (1, 0, 0, -1): Image.Transpose.FLIP_TOP_BOTTOM,
    (-1, 0, 0, -1): Image.Transpose.ROTATE_180,
    (0, 1, -1, 0): Image.Transpose.ROTATE_90,
    (0, -1, 1, 0): Image.Transpose.ROTATE_270,
    (0, 1, 1, 0): Image.Transpose.TRANSVERSE,
    (0, -1, -1, 0): Image.Transpose.TRANSPOSE,
}
"""How the unit square of an image lies on the page: the signs of its matrix, and how to turn its pixels."""


@dataclass(frozen=True)
class Painted:
    """One thing on a page: `kind` as pdfium's constant; of an image its box in points, pixels and depth.

    `depth` is in bits per pixel, `colours` its colour space as pdfium's constant, `weight` its stream in bytes.
    `across` and `along` are the lengths in points of the image's sides; `square` when it lies along the page's
    sides, and then `turn` says how its pixels are turned or mirrored (None for as they are stored).
    """

    kind: int
    box: Box = (0.0, 0.0, 0.0, 0.0)
    nested: bool = False
    width_px: int = 0
    height_px: int = 0
    depth: int = 0
    colours: int = pdfium.FPDF_COLORSPACE_UNKNOWN
    weight: int = 0
    across: float = 0.0
    along: float = 0.0
    square: bool = False
    turn: Image.Transpose | None = None
    item: Any = field(default=None, repr=False, compare=False)

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
    def may_have_colours(self) -> bool:
        """Whether an image has more than one channel, or a palette."""
        return self.depth > 8 or self.colours == pdfium.FPDF_COLORSPACE_INDEXED

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

    @property
    def seen_px(self) -> tuple[int, int]:
        """The pixels of an image across and down the page as it is stored, once they are turned."""
        wide = self.box[2] - self.box[0]
        sideways = abs(wide - self.along) < abs(wide - self.across)
        return (self.height_px, self.width_px) if sideways else (self.width_px, self.height_px)

    def encoded(self) -> bytes:
        """Return an image's bytes as they are stored, decrypted but not decoded."""
        buffer = (ctypes.c_ubyte * self.weight)()
        pdfium.FPDFImageObj_GetImageDataRaw(self.item, buffer, self.weight)
        return bytes(buffer)

    def fills(self, page_box: Box) -> bool:
        """Whether its box is the page's, within 1 % of the page's longer side."""
        left, bottom, right, top = page_box
        slack = _COVER_TOLERANCE * max(right - left, top - bottom)
        return all(abs(mine - its) <= slack for mine, its in zip(self.box, page_box, strict=True))


@dataclass(frozen=True)
class PageContent:
    """A page: its size in points as it is shown (turned), its box as it is stored, all that it paints.

    It holds pypdfium2's `page`, without which nothing painted can be asked for more.
    """

    size: tuple[float, float]
    box: Box
    painted: tuple[Painted, ...]
    page: Any = field(repr=False, compare=False)


def content_of(page: Any) -> PageContent:
    """Return what a page of pypdfium2 is made of."""
    return PageContent(page.get_size(), page.get_bbox(), tuple(_walk(page)), page)


def pixels_of(image: Painted) -> Image.Image | None:
    """Return an image's pixels as they are stored, in grey, without its mask; None when they cannot be decoded."""
    raw = pdfium.FPDFImageObj_GetBitmap(image.item)
    if not raw:
        return None
    stored: Image.Image = pypdfium2.PdfBitmap.from_raw(raw).to_pil().convert("L")
    return stored if stored.size == (image.width_px, image.height_px) else None


def _walk(page: Any) -> Iterator[Painted]:
    left = _MAX_OBJECTS
    raw = page.raw
    stack = [
        (pdfium.FPDFPage_GetObject(raw, number), IDENTITY, 0)
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
            yield Painted(kind, nested=depth > 0)


def _image(page: Any, item: Any, outer: Matrix, *, nested: bool) -> Painted:
    facts = pdfium.FPDF_IMAGEOBJ_METADATA()
    pdfium.FPDFImageObj_GetImageMetadata(item, page.raw, facts)
    a, b, c, d, e, f = _times(_matrix(item), outer)
    xs, ys = (e, e + a, e + c, e + a + c), (f, f + b, f + d, f + b + d)
    lies = _lies(a, b, c, d)
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
        lies in _TURNS,
        _TURNS.get(lies),
        item,
    )


def _lies(a: float, b: float, c: float, d: float) -> tuple[int, int, int, int]:
    """Return the signs of a matrix whose smaller entries are next to nothing; all zero for one that is slanted."""
    across, along = max(abs(a), abs(b)), max(abs(c), abs(d))
    slack = (_SLANT * across, _SLANT * across, _SLANT * along, _SLANT * along)
    values = (a, b, c, d)
    signs = [0 if abs(value) <= least else (1 if value > 0 else -1) for value, least in zip(values, slack, strict=True)]
    return signs[0], signs[1], signs[2], signs[3]


def _is_invisible(text: Any) -> bool:
    return bool(pdfium.FPDFTextObj_GetTextRenderMode(text) == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)


def _matrix(item: Any) -> Matrix:
    values = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, values):
        return IDENTITY
    return (values.a, values.b, values.c, values.d, values.e, values.f)


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)

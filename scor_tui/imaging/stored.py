"""The pixels of a black-and-white page as its PDF stores them: pdfium resamples when it renders, even at 1:1."""

from __future__ import annotations

from typing import Any, Protocol

import pypdfium2.raw as pdfium
from PIL import Image, ImageChops

from scor_tui.imaging import limits
from scor_tui.imaging.grey import is_bilevel
from scor_tui.imaging.painted import PageContent, Painted, pixels_of
from scor_tui.imaging.threshold import plain_threshold

_SAME_SCALE = 0.002
_LOOK_PX = 8
"""A page is compared with its rendering by squares of this many pixels …"""

_LOOK_LEVELS = 80
"""… that may differ by this many grey levels: half a pixel of shift makes 40 on the finest print."""

_ANNOTATION_PX = 1000
_PAGE_TURNS = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


class Renderer(Protocol):
    """Renders a page upright, in grey, at a width in pixels."""

    def __call__(self, width_px: int, *, annotations: bool = True) -> Image.Image:
        """Raises `FileNotAccepted` when that would be too many pixels."""
        ...


def stored_page(content: PageContent, render: Renderer) -> Image.Image | None:
    """Put the black-and-white images of a page together, dot for dot, upright, 1-bit; None when that is not its look.

    None for anything but images that lie square at one resolution, and for a page that shows more or less than
    these images store: a clip, a mask, transparency, a hidden layer, an annotation.
    """
    if not _only_bits(content) or _annotations_are_seen(content, render):
        return None
    laid = _laid(content)
    if laid is None:
        return None
    upright = _upright(laid, content.page)
    return plain_threshold(upright) if _agrees(upright, render) else None


def plain_page(content: PageContent) -> Image.Image | None:
    """Return what `stored_page` does at a fifth of its cost, for a page that is one plain image; else None.

    The image's own mask is not looked for: `structure` refuses one.
    """
    page = content.page
    if len(content.painted) != 1 or pdfium.FPDFPage_CountObjects(page.raw) != 1 or not _only_bits(content):
        return None
    (image,) = content.painted
    clipped = pdfium.FPDFClipPath_CountPaths(pdfium.FPDFPageObj_GetClipPath(image.item)) > 0
    veiled = pdfium.FPDFPageObj_HasTransparency(image.item) or pdfium.FPDFPageObj_CountMarks(image.item) > 0
    if clipped or veiled or pdfium.FPDFPage_GetAnnotCount(page.raw) > 0:
        return None
    laid = _laid(content)
    return plain_threshold(_upright(laid, page)) if laid is not None else None


def _upright(laid: Image.Image, page: Any) -> Image.Image:
    turn = _PAGE_TURNS.get(page.get_rotation())
    return laid.transpose(turn) if turn is not None else laid


def _only_bits(content: PageContent) -> bool:
    each_is = (
        each.is_image and each.depth == 1 and each.square and not each.is_stencil and each.area > 0
        for each in content.painted
    )
    pixels = sum(each.width_px * each.height_px for each in content.painted)
    return bool(content.painted) and all(each_is) and pixels <= limits.MAX_IMAGE_PIXELS


def _laid(content: PageContent) -> Image.Image | None:
    """Lay the images on a white sheet as large as the page, at their own resolution, in grey."""
    first = max(content.painted, key=lambda image: image.area)
    across, down = _dots_a_point(first)
    if any(not _near(scale, own) for each in content.painted for scale, own in
           zip((across, down), _dots_a_point(each), strict=True)):  # fmt: skip
        return None
    left, bottom, right, top = content.box
    wide, high = round((right - left) * across), round((top - bottom) * down)
    if len(content.painted) == 1 and first.fills(content.box) and first.seen_px == (wide, high):
        return _pixels(first)
    if min(wide, high) < 1 or wide * high > limits.MAX_RENDERED_PIXELS:
        return None
    sheet = Image.new("L", (wide, high), 255)
    for each in content.painted:
        pixels = _pixels(each)
        if pixels is None:
            return None
        sheet.paste(pixels, (round((each.box[0] - left) * across), round((top - each.box[3]) * down)))
    return sheet


def _dots_a_point(image: Painted) -> tuple[float, float]:
    """Return the pixels a point of an image, across and down the page."""
    wide, high = image.seen_px
    return wide / (image.box[2] - image.box[0]), high / (image.box[3] - image.box[1])


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= _SAME_SCALE * one


def _pixels(image: Painted) -> Image.Image | None:
    """Return the pixels of an image as it lies on the page, in grey; None for one that is not black and white."""
    stored = pixels_of(image)
    if stored is None or not is_bilevel(stored):
        return None
    return stored.transpose(image.turn) if image.turn is not None else stored


def _annotations_are_seen(content: PageContent, render: Renderer) -> bool:
    if pdfium.FPDFPage_GetAnnotCount(content.page.raw) == 0:
        return False
    return render(_ANNOTATION_PX).tobytes() != render(_ANNOTATION_PX, annotations=False).tobytes()


def _agrees(bits: Image.Image, render: Renderer) -> bool:
    """Whether a page looks as its rendering does, from a distance.

    pdfium moves an image to whole dots of what it renders: a small rendering is enough when it fills the page.
    """
    small = (max(1, bits.width // _LOOK_PX), max(1, bits.height // _LOOK_PX))
    seen_from_afar = bits.resize(small, Image.Resampling.BOX)
    for width in (small[0], bits.width):
        seen = render(width).resize(small, Image.Resampling.BOX)
        most = max(each for each, count in enumerate(ImageChops.difference(seen, seen_from_afar).histogram()) if count)
        if most <= _LOOK_LEVELS:
            return True
    return False

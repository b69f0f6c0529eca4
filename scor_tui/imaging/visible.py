"""What can be seen on a page: how much ink, how many specks, what touches the edges. Pillow only."""

from __future__ import annotations

import re

from PIL import Image, ImageChops, ImageFilter

from scor_tui.domain.norms import MM_PER_INCH, Finding, Rule

BORDER = 0.02
"""Part of each side that is not looked at: shadows of lids and punch holes live there."""

_BAND = 64
"""Rows that are looked at together: a few lines of text have more."""

_RUN = re.compile(b"\xff+")
BLANK_INK = 0.0015
"""Under this share of ink a page is blank: blank scans have up to 0.0007, nearly empty ones 0.0031."""

_BLACK_PAGE_WHITEST = 64
_ALL_DARK = 0.95
_RULE_MM, _MOST_RULES = 12.0, 12
"""A stroke so long is a rule of a table, no letter; more of them than a table has are a row that is sent again."""

_COUNT = ImageFilter.Kernel((3, 3), [1] * 9, scale=9)
_ONE = 255 / 9
"""What one black pixel among nine weighs in a count."""


def inner(page: Image.Image, border: float = BORDER) -> Image.Image:
    """Return the page without a border of `border` times each side."""
    dx, dy = int(page.width * border), int(page.height * border)
    return page.crop((dx, dy, page.width - dx, page.height - dy))


def ink_share(page: Image.Image) -> float:
    """Return the share (0..1) of black on a black-and-white page, outside its border."""
    histogram = inner(page).histogram()
    return sum(histogram[:128]) / max(1, sum(histogram))


def blank(ink: float, page: int) -> Finding:
    """Return the finding of a blank page, of which `ink` is the share."""
    return Finding(Rule.IMG_BLANC, page, f"{percent(ink)} d'encre", f"{percent(BLANK_INK)} au moins")


def percent(share: float) -> str:
    """Return a share (0..1) as French shows it."""
    return f"{100 * share:.2f} %".replace(".", ",")


def speck_share(page: Image.Image) -> float:
    """Return the share (0..1) of the ink that stands in specks of one or two pixels.

    A dithered page is made of them. Measured on one band in five.
    """
    total = clustered = 0
    looked = inner(page)
    for top in range(0, looked.height, 5 * _BAND):
        ink = ink_of(looked.crop((0, top, looked.width, min(top + _BAND, looked.height))))
        total += ink.histogram()[255]
        clustered += _clustered(ink, 2).histogram()[255]
    return 1 - clustered / total if total else 0.0


def without_specks(page: Image.Image) -> Image.Image:
    """Return a 1-bit page without its black specks of one or two pixels."""
    return _paper(_clustered(ink_of(page), 2))


def smoothed(page: Image.Image) -> Image.Image:
    """Return a 1-bit page where each pixel is what most of its 3 x 3 neighbourhood is."""
    return _paper(ink_of(page).filter(_COUNT).point(_above(4)))


def is_black(grey: Image.Image) -> bool:
    """Whether a grey page is all dark: 95 % of its inside is under grey level 64 of 255."""
    return black_share(grey) >= _ALL_DARK


def black_share(grey: Image.Image) -> float:
    """Return the share (0..1) of a grey page's inside that is under grey level 64 of 255."""
    histogram = inner(grey.reduce(4)).histogram()
    return sum(histogram[:_BLACK_PAGE_WHITEST]) / max(1, sum(histogram))


def cut_runs(page: Image.Image, dpi: float) -> tuple[float, float, float, float]:
    """Return how many strokes run off each edge (left, top, right, bottom), per centimetre of edge.

    A stroke is a black run 0.2 to 3 mm long on the edge's own line of pixels that is still there half a
    millimetre inside: letters that were cut make many, a shadow or a lid makes one. The rules of a table do not count.
    """
    deep = max(2, round(0.5 / MM_PER_INCH * dpi))
    width, height = page.size
    far = min(round(_RULE_MM / MM_PER_INCH * dpi), width, height)
    sides = (
        page.crop((0, 0, far, height)).transpose(Image.Transpose.TRANSPOSE),
        page.crop((0, 0, width, far)),
        page.crop((width - far, 0, width, height)).transpose(Image.Transpose.ROTATE_90),
        page.crop((0, height - far, width, height)).transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    )
    left, top, right, bottom = (_cut_per_cm(ink_of(side), deep, dpi) for side in sides)
    return left, top, right, bottom


def _cut_per_cm(side: Image.Image, deep: int, dpi: float) -> float:
    """Return the strokes a centimetre, `deep` pixels long at least, that leave by the upper edge of a strip of ink."""
    edge, inside, all_along = (
        side.crop((0, first, side.width, last)).resize((side.width, 1), Image.Resampling.BOX).tobytes()
        for first, last in ((0, 1), (deep, deep + 1), (0, side.height))
    )
    least, most = (mm / MM_PER_INCH * dpi for mm in (0.2, 3.0))
    runs = [match.span() for match in _RUN.finditer(edge)]
    strokes = [(start, end) for start, end in runs if least <= end - start <= most and 255 in inside[start:end]]
    rules = sum(max(all_along[start:end]) == 255 for start, end in strokes)
    centimetres = len(edge) / dpi * MM_PER_INCH / 10
    return (len(strokes) - (rules if rules <= _MOST_RULES else 0)) / centimetres if centimetres else 0.0


def ink_of(page: Image.Image) -> Image.Image:
    """Ink as 255 on 0, mode L."""
    return ImageChops.invert(page.convert("L"))


def _paper(ink: Image.Image) -> Image.Image:
    return ImageChops.invert(ink).point(lambda level: 255 if level >= 128 else 0, "1")


def _clustered(ink: Image.Image, speck: int) -> Image.Image:
    """Return the ink that has more than `speck` black pixels in its 3 x 3 neighbourhood, itself included."""
    return ImageChops.darker(ink, ink.filter(_COUNT).point(_above(speck)))


def _above(count: int) -> list[int]:
    return [255 if level > (count + 0.5) * _ONE else 0 for level in range(256)]

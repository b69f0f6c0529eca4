"""From colour to the grey that parts ink from paper best, chosen on a small copy of the page. Pillow only.

Ink is what is darker than the paper around it in red or in green: every pen and stamp that can be read is, and what
is dark in blue alone (a marker's yellow, foxing) is no ink. Brightness is right for most pages, and the quietest; it
is left for a single channel, or for the darker of red and green, where a patch of the page would lose its ink.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from PIL import Image, ImageChops, ImageStat

from scor_tui.domain.norms import MM_PER_INCH
from scor_tui.imaging.paper import lightest, paper_level, stretched

TASTE_DPI = 50
"""Enough to see what is ink and what colour it has; a JPEG is decoded so for a third of the time."""

_COARSER = 5
_STROKE_MM = 4.0
_LEAST_COLOUR = 14
"""Grey levels by which ink differs in red and in green, the paper's own colour left out: less is no colour."""

_COLOURED_MM2 = 6.0
_COLOURED_PART = 0.04
_PALE = range(20, 110)
"""Of what is pale and away from dark ink, the part that has a colour when pale pens or stamps are on the page."""

_LEAST_INK = 20
_ENOUGH = 55
"""Ink that is so many grey levels under white paper is dark enough in any channel."""

_PATCH_MM = 12.0
_PATCH_INK = 2.0
_LEAST_KEPT, _WELL_KEPT = 0.69, 0.85
"""Shares of its ink: a patch that keeps less than the first needs another way, one that keeps the second is well."""

_WHITE = 240
_SHEET = 0.7
"""What is darker than this part of the usual paper is a table, or a shadow."""


class Way(StrEnum):
    """How to make a colour page grey; DARKEST is the darker of red and green, pixel by pixel."""

    LUMINANCE = "luminance"
    RED = "red"
    GREEN = "green"
    DARKEST = "darkest"


@dataclass(frozen=True)
class Colours:
    """What was seen of a page's colours: the best way to grey, and whether some of its ink has a colour.

    `paper`: levels of the bare paper in red and in green, by which these two are evened before they are compared.
    """

    way: Way = Way.LUMINANCE
    inked: bool = False
    paper: tuple[int, int] = (255, 255)

    @property
    def is_plain(self) -> bool:
        """Whether the page's brightness is right for it."""
        return self.way is Way.LUMINANCE

    def grey(self, image: Image.Image) -> Image.Image:
        """Return a picture as grey (L); only one in RGB or RGBA is made so in another way than by its brightness."""
        if self.is_plain or image.mode not in ("RGB", "RGBA"):
            return image.convert("L")
        if self.way is not Way.DARKEST:
            return image.getchannel("R" if self.way is Way.RED else "G")
        least = min(self.paper)
        red, green = (
            image.getchannel(band).point([min(255, value * least // level) for value in range(256)])
            for band, level in zip("RG", self.paper, strict=True)
        )
        return ImageChops.darker(red, green)


def look_at(small: Image.Image, dpi: float) -> Colours:
    """Look at a copy (RGB) of a page at about `TASTE_DPI`."""
    channels = [small.getchannel(band) for band in "RG"]
    if _coloured_mm2(_unlike(*channels), dpi) < _COLOURED_MM2:
        return Colours()
    red, green = (_Ink.on(channel, dpi) for channel in channels)
    on_sheet = stretched(ImageChops.darker(red.sheet, green.sheet), small)
    difference = ImageChops.darker(ImageChops.difference(red.depth, green.depth), on_sheet)
    if _coloured_mm2(difference, dpi) < _COLOURED_MM2:
        return Colours()
    deepest = ImageChops.darker(ImageChops.lighter(red.depth, green.depth), on_sheet)
    away = lightest(deepest, 1)
    pale = difference.histogram(away.point([255 * (level in _PALE) for level in range(256)]))
    inked = sum(pale[_LEAST_COLOUR:]) > _COLOURED_PART * sum(pale)
    return Colours(_chosen(small, red, green, deepest, dpi), inked, (red.paper, green.paper))


def _unlike(red: Image.Image, green: Image.Image) -> Image.Image:
    """Return by how much red and green differ when both are evened on what most of the page is."""
    usual = [max(1, ImageStat.Stat(channel).median[0]) for channel in (red, green)]
    evened = green.point([min(255, level * usual[0] // usual[1]) for level in range(256)])
    return ImageChops.difference(red, evened)


def _coloured_mm2(difference: Image.Image, dpi: float) -> float:
    return sum(difference.histogram()[_LEAST_COLOUR:]) * (MM_PER_INCH / dpi) ** 2


def _chosen(small: Image.Image, red: _Ink, green: _Ink, deepest: Image.Image, dpi: float) -> Way:
    every = _patches(deepest, deepest, dpi)

    def kept(depth: Image.Image) -> float:
        return _least_kept(_patches(depth, deepest, dpi), every)

    if kept(_Ink.on(small.convert("L"), dpi).depth) >= _LEAST_KEPT:
        return Way.LUMINANCE
    best, way = max((kept(red.depth), Way.RED), (kept(green.depth), Way.GREEN))
    return way if best >= _WELL_KEPT else Way.DARKEST


def tasted(image: Image.Image, dpi: float) -> Colours:
    """Look at a loaded picture of any mode, which is at `dpi`."""
    if image.mode in _GREY_MODES or image.mode.startswith("I"):
        return Colours()
    factor = max(1, int(dpi / TASTE_DPI))
    if image.mode == "P":
        small = image.resize((-(-image.width // factor), -(-image.height // factor)), Image.Resampling.NEAREST)
    else:
        small = image.reduce(factor)
    return look_at(on_white(small), dpi / factor)


def on_white(image: Image.Image) -> Image.Image:
    """Return a picture as RGB, on white paper where it can be seen through."""
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    sheet = Image.new("RGB", image.size, "white")
    clear = image.convert("RGBA")
    sheet.paste(clear, mask=clear.getchannel("A"))
    return sheet


_GREY_MODES = frozenset({"1", "L", "LA", "La", "F"})


@dataclass(frozen=True)
class _Ink:
    """One way to grey, looked at: `depth` (L) of the ink under the paper as if that were white; `paper`: its level.

    `sheet` (L, coarser): 255 well inside what is as bright as paper.
    """

    depth: Image.Image
    paper: int
    sheet: Image.Image

    @classmethod
    def on(cls, grey: Image.Image, dpi: float) -> _Ink:
        around = paper_level(grey.reduce(_COARSER), _STROKE_MM, dpi / _COARSER)
        paper = max(1, ImageStat.Stat(around).median[0])
        white = [min(255, level * _WHITE // paper) for level in range(256)]
        sheet = around.point([255 * (level >= _SHEET * paper) for level in range(256)])
        depth = ImageChops.subtract(stretched(around, grey), grey).point(white)
        return cls(depth, paper, ImageChops.invert(lightest(ImageChops.invert(sheet), 1)))


def _patches(depth: Image.Image, deepest: Image.Image, dpi: float) -> list[float]:
    """Return how much ink each patch of the page keeps of that which is deep enough to be ink somewhere."""
    ink = deepest.point([0] * _LEAST_INK + [255] * (256 - _LEAST_INK))
    kept = ImageChops.darker(depth, ink).point([min(level, _ENOUGH) for level in range(256)]).convert("F")
    across, along = (max(1, round(side / dpi * MM_PER_INCH / _PATCH_MM)) for side in depth.size)
    return list(cast(tuple[float, ...], kept.resize((across, along), Image.Resampling.BOX).get_flattened_data()))


def _least_kept(kept: list[float], every: list[float]) -> float:
    """Return the share (0..1) that the worst patch but one keeps of its ink."""
    shares = sorted(mine / whole for mine, whole in zip(kept, every, strict=True) if whole >= _PATCH_INK)
    return shares[min(1, len(shares) - 1)] if shares else 1.0

"""Grey to black and white: a local mean, capped by the paper. Pillow only, never dithering.

A pixel is ink when it is darker than the mean of its surroundings and than a part of the paper's level. The
first finds pale ink in uneven light; the second keeps grain, show-through and empty paper white. A light blur
before makes the page a fifth smaller and reads better; a page asked for at its darkest goes without, which
keeps thin strokes (measured on typewritten French pages against their transcription: word F1 0.85 at 200
dpi).
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

from scor_tui.domain.norms import MM_PER_INCH
from scor_tui.imaging.model import DARKEST, LIGHTEST

WINDOW_MM = 6.0
"""Side of the square whose mean is taken: wider than a letter, narrower than a shadow."""

BELOW_MEAN = 0.96
BLUR_PX = 0.6
STROKE_MM = 4.0
"""The widest stroke that the paper's level must not follow."""

PAPER_BLUR_MM = 7.0
SOLID_MM = 40.0
SOLID = 0.35
"""A black area up to 40 mm wide, under 35 % of the paper around it, is ink all over, not only at its rim."""

_CAPS = {-2: 0.80, -1: 0.84, 0: 0.88, 1: 0.91, 2: 0.94}


@dataclass(frozen=True)
class CappedMean:
    """The method and its settings: `cap` as a part of the paper's level (0..1), `blur` in pixels."""

    cap: float
    blur: float
    name: str = "capped_mean"

    @classmethod
    def at(cls, darkness: int) -> CappedMean:
        """Return the settings for a darkness of -2 to 2."""
        darkness = min(max(darkness, LIGHTEST), DARKEST)
        return cls(_CAPS[darkness], 0.0 if darkness == DARKEST else BLUR_PX)


def threshold(grey: Image.Image, dpi: float, method: CappedMean) -> Image.Image:
    """Return the 1-bit page of a grey (mode L) page of at least 16 x 16 pixels at `dpi`."""
    if method.blur:
        grey = grey.filter(ImageFilter.GaussianBlur(method.blur))
    half, small = grey.reduce(2), grey.reduce(8)
    surface = half.filter(ImageFilter.BoxBlur(WINDOW_MM / MM_PER_INCH * dpi / 4)).point(_times(BELOW_MEAN))
    cap = paper_level(small, STROKE_MM, dpi / 8).point(_times(method.cap))
    solid = paper_level(small.reduce(4), SOLID_MM, dpi / 32).point(_times(SOLID))
    surface = ImageChops.darker(surface, _stretched(cap, half))
    surface = _stretched(ImageChops.lighter(surface, _stretched(solid, half)), grey)
    return ImageChops.subtract(surface, grey).point(_INK_WHERE_POSITIVE, "1")


def plain_threshold(grey: Image.Image, level: int = 128) -> Image.Image:
    """Return the 1-bit page of a page that was black and white already: ink under grey `level`."""
    return grey.point([0 if value < level else 255 for value in range(256)], "1")


def paper_level(grey: Image.Image, widest_mm: float, dpi: float) -> Image.Image:
    """Return the level of the paper under ink that is at most `widest_mm` wide: a closing, then a blur."""
    side = max(3, int(widest_mm / MM_PER_INCH * dpi) | 1)
    closed = grey.filter(ImageFilter.MaxFilter(side)).filter(ImageFilter.MinFilter(side))
    return closed.filter(ImageFilter.GaussianBlur(PAPER_BLUR_MM / MM_PER_INCH * dpi))


def _stretched(surface: Image.Image, over: Image.Image) -> Image.Image:
    return surface.resize(over.size, Image.Resampling.BILINEAR)


_INK_WHERE_POSITIVE = [255] + [0] * 255


def _times(factor: float) -> list[int]:
    return [int(level * factor) for level in range(256)]

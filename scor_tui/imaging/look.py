"""What a grey page is made of, measured before it is made black and white: grain, pale ink, show-through, letters.

Half the resolution is enough, and no rank filter is used at full size: Pillow takes half a second for one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter, ImageStat

from scor_tui.domain.norms import MM_PER_INCH
from scor_tui.imaging.paper import paper_level, stretched, times

DARK, MIDDLE, PALE = 0.60, 0.70, 0.88
"""Ink under 0.60 of the paper's level is dark; from 0.70 to 0.88 it is pale."""

SMALL_LETTER_MM = 1.6
"""Letters up to this height (about 13 pixels at 200 dpi) read better at 300 dpi; larger ones do not (measured)."""

_CLEAN_GRAIN, _WRITTEN = 1.2, 0.01
_BORDER = 0.06
_AWAY_MM = 1.0
_COLUMNS = 96
_RUN = re.compile(b"[\x20-\xff]+")
_STROKE_MM = 4.0
_LEAST_LETTERS = 60


@dataclass(frozen=True)
class Look:
    """What was measured on a page, its borders left out.

    `grain`: grey levels between neighbours on bare paper. `dark`, `middle`, `pale`: shares (0..1) of the page, the
    last two away from dark ink. `softness`: how sharp pale ink is against dark (1: as sharp, 0: a mere shade).
    `sharpness`: how much of its contrast ink keeps against its neighbours. `letter_mm`: usual height of a letter; 0
    when there are too few.
    """

    grain: float
    dark: float
    middle: float
    pale: float
    softness: float
    sharpness: float
    letter_mm: float

    @property
    def is_clean(self) -> bool:
        """Whether the page is written on, and its paper has next to no grain."""
        return self.grain < _CLEAN_GRAIN and self.dark + self.middle + self.pale > _WRITTEN

    @property
    def small_letters(self) -> bool:
        """Whether 200 dpi would draw the letters with too few pixels."""
        return 0 < self.letter_mm <= SMALL_LETTER_MM


def look(grey: Image.Image, dpi: float) -> Look:
    """Measure a grey page (mode L) at `dpi`; its borders, where lids leave shadows, are not looked at."""
    dx, dy = (int(side * _BORDER) for side in grey.size)
    grey = grey.crop((dx, dy, grey.width - dx, grey.height - dy))
    half = grey.reduce(2)
    small = half.reduce(4)
    paper = stretched(stretched(paper_level(small, _STROKE_MM, dpi / 8), half.reduce(2)), half)
    below = {part: _under(half, paper, part) for part in (DARK, MIDDLE, PALE)}
    near_dark, near_ink = (_around(below[part], _AWAY_MM / MM_PER_INCH * dpi / 2) for part in (DARK, PALE))
    middle = ImageChops.subtract(below[MIDDLE], near_dark)
    pale = ImageChops.subtract(ImageChops.subtract(below[PALE], below[MIDDLE]), near_dark)
    edges = ImageChops.difference(half, half.filter(ImageFilter.BoxBlur(1)))
    contrast = ImageChops.subtract(paper, half)
    sharp_dark, sharp_pale = _sharpness(edges, contrast, below[DARK]), _sharpness(edges, contrast, pale)
    return Look(
        grain=_grain(grey, ImageChops.invert(near_ink)),
        dark=_share(below[DARK]),
        middle=_share(middle),
        pale=_share(pale),
        softness=sharp_pale / sharp_dark if sharp_dark else 1.0,
        sharpness=_sharpness(edges, contrast, below[PALE]),
        letter_mm=_letter_mm(below[PALE], dpi / 2),
    )


def _under(half: Image.Image, paper: Image.Image, part: float) -> Image.Image:
    """Return as 255 what is darker than a part of the paper's level."""
    return ImageChops.subtract(paper.point(times(part)), half).point([0] + [255] * 255)


def _around(mask: Image.Image, radius: float) -> Image.Image:
    """Return a mask (255 on 0) widened by a radius in pixels, drawn at half the resolution."""
    wider = mask.reduce(2).filter(ImageFilter.BoxBlur(radius / 2)).point([0] + [255] * 255)
    return wider.resize(mask.size, Image.Resampling.NEAREST)


def _share(mask: Image.Image) -> float:
    return mask.histogram()[255] / (mask.width * mask.height)


def _sharpness(edges: Image.Image, contrast: Image.Image, where: Image.Image) -> float:
    if where.getbbox() is None:
        return 0.0
    return float(ImageStat.Stat(edges, where).mean[0] / max(1.0, ImageStat.Stat(contrast, where).mean[0]))


def _grain(grey: Image.Image, bare: Image.Image) -> float:
    """Return how much a pixel of bare paper differs from its neighbours, in the middle of the page."""
    left, top, right, bottom = (side * part // 10 for side, part in zip(grey.size * 2, (2, 4, 8, 6), strict=True))
    band = grey.crop((left, top, right, bottom))
    mask = bare.crop((left // 2, top // 2, right // 2, bottom // 2)).resize(band.size, Image.Resampling.NEAREST)
    if mask.getbbox() is None:
        return 0.0
    return float(ImageStat.Stat(ImageChops.difference(band, band.filter(ImageFilter.BoxBlur(1))), mask).mean[0])


def _letter_mm(ink: Image.Image, dpi: float) -> float:
    """Return the median height of what stands on the lines, in millimetres."""
    content = ink.resize((_COLUMNS, ink.height), Image.Resampling.BOX).transpose(Image.Transpose.ROTATE_90)
    heights = sorted(len(run.group()) for run in _RUN.finditer(content.tobytes()) if len(run.group()) >= 3)
    return heights[len(heights) // 2] / dpi * MM_PER_INCH if len(heights) >= _LEAST_LETTERS else 0.0

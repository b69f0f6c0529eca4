"""How far a page leans, from the profile of its lines; Pillow only.

Leaning is nearly a shear: the page is averaged into a few columns, which are slid against each other instead of
turning the whole page. Lines of text are straight when the profile of the rows is at its sharpest.
"""

from __future__ import annotations

import math
from statistics import median

from PIL import Image, ImageChops

LEAST_DEGREES = 0.3
"""A page that leans less is left alone: turning costs some sharpness."""

MOST_DEGREES = 10.0
LEAST_GAIN = 1.10
LEAST_PEAK = 3.0
"""How much sharper the lines must get than as they are, and than at most angles, or what was found is no text."""

_ROWS = 1200
_COLUMNS = 64
_BORDER = 0.06
_COARSE, _FINE, _FINEST = 0.5, 0.1, 0.025
_PAPER_PART = 0.85


def lean(grey: Image.Image) -> float:
    """Return by how many degrees a grey page must be turned counter-clockwise to stand straight; 0.0 for none."""
    columns = _averaged_ink(grey)
    slope = columns.width / _COLUMNS * grey.width * columns.height / (grey.height * columns.width)
    sharpness = {0.0: _sharpness(columns, 0.0, slope)}

    def best(centre: float, reach: float, step: float) -> float:
        for number in range(-round(reach / step), round(reach / step) + 1):
            angle = round(centre + number * step, 3)
            if angle not in sharpness and abs(angle) <= MOST_DEGREES:
                sharpness[angle] = _sharpness(columns, angle, slope)
        return max(sharpness, key=lambda angle: (sharpness[angle], -abs(angle)))

    coarse = best(0.0, MOST_DEGREES, _COARSE)
    usual = median(sharpness.values())
    angle = best(best(coarse, _COARSE, _FINE), _FINE, _FINEST)
    clear = sharpness[angle] >= max(LEAST_GAIN * sharpness[0.0], LEAST_PEAK * usual, 1e-9)
    return angle if clear and LEAST_DEGREES <= abs(angle) < MOST_DEGREES else 0.0


def straightened(grey: Image.Image, degrees: float) -> Image.Image:
    """Turn a grey page counter-clockwise about its middle, its size kept, its corners filled as its paper is."""
    histogram = grey.reduce(8).histogram()
    paper = max(range(256), key=lambda level: histogram[level])
    return grey.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=paper)


def _averaged_ink(grey: Image.Image) -> Image.Image:
    """Return the share of ink (L) of a page's inside, 1200 rows by 64 columns."""
    dx, dy = round(grey.width * _BORDER), round(grey.height * _BORDER)
    factor = max(1, grey.height // (2 * _ROWS))
    inner = grey.crop((dx, dy, grey.width - dx, grey.height - dy)).reduce(factor)
    small = inner.reduce(4)
    paper = small.resize((32, 44), Image.Resampling.BOX).point([int(level * _PAPER_PART) for level in range(256)])
    ink = ImageChops.subtract(paper.resize(inner.size, Image.Resampling.BILINEAR), inner)
    strong = ink.point([min(255, 8 * level) for level in range(256)])
    return strong.resize((_COLUMNS, _ROWS), Image.Resampling.BOX)


def _sharpness(columns: Image.Image, degrees: float, slope: float) -> float:
    """Return how sharp the lines are when the columns are slid as a turn by `degrees` would."""
    shift = math.tan(math.radians(degrees)) * slope
    slid = columns.transform(
        columns.size,
        Image.Transform.AFFINE,
        (1, 0, 0, shift, 1, -shift * columns.width / 2),
        Image.Resampling.BILINEAR,
    )
    profile = slid.resize((1, columns.height), Image.Resampling.BOX)
    down = ImageChops.offset(profile, 0, 1)
    histogram = ImageChops.difference(profile, down).histogram()
    return float(sum(level * level * count for level, count in enumerate(histogram)))

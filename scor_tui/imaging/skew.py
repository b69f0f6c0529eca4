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

_MOST_SLID = 4.0
_STEP = 0.5
"""Up to 4 degrees a turn is two shears, by steps of half a pixel: the same letters, at half the time."""

_ROWS = 1200
_COLUMNS = 32
_BORDER = 0.06
_COARSE, _FINE, _FINEST = 0.5, 0.1, 0.025
_PAPER_PART = 0.93


def lean(grey: Image.Image) -> float:
    """Return by how many degrees a grey page must be turned counter-clockwise to stand straight; 0.0 for none."""
    columns = _averaged_ink(grey)
    # as high as wide pixels: a turn of one slides a column by so many rows
    slope = grey.width / grey.height * _ROWS / _COLUMNS
    coarse = columns.reduce((1, 2))
    seen = {angle: _sharpness(coarse, angle, slope / 2) for angle in _around(0.0, MOST_DEGREES, _COARSE)}
    usual = median(seen.values())
    angle = max(seen, key=lambda each: (seen[each], -abs(each)))
    if seen[angle] < max(LEAST_PEAK * usual, 1e-9) or abs(angle) >= MOST_DEGREES:
        return 0.0
    angle = _sharpest(coarse, _around(angle, _COARSE, _FINE), slope / 2)[0]
    if abs(angle) < LEAST_DEGREES - _FINE:
        return 0.0
    angle, sharpest = _sharpest(columns, _around(angle, _FINE, _FINEST), slope)
    straight = _sharpness(columns, 0.0, slope)
    return angle if abs(angle) >= LEAST_DEGREES and sharpest >= LEAST_GAIN * straight else 0.0


def _sharpest(columns: Image.Image, angles: list[float], slope: float) -> tuple[float, float]:
    """Return the angle at which the lines are at their sharpest, and how sharp; of equals the one nearest to none."""
    seen = {each: _sharpness(columns, each, slope) for each in angles}
    angle = max(seen, key=lambda each: (seen[each], -abs(each)))
    return angle, seen[angle]


def _around(centre: float, reach: float, step: float) -> list[float]:
    steps = round(reach / step)
    return [round(centre + number * step, 3) for number in range(-steps, steps + 1)]


def straightened(grey: Image.Image, degrees: float) -> Image.Image:
    """Turn a grey page counter-clockwise about its middle, its size kept, its corners filled as its paper is."""
    histogram = grey.reduce(8).histogram()
    paper = max(range(256), key=lambda level: histogram[level])
    if abs(degrees) > _MOST_SLID:
        return grey.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=paper)
    slope = math.tan(math.radians(degrees))
    level = _slid(grey, slope, paper).transpose(Image.Transpose.TRANSPOSE)
    return _slid(level, -slope, paper).transpose(Image.Transpose.TRANSPOSE)


def _slid(grey: Image.Image, slope: float, paper: int) -> Image.Image:
    """Slide columns up by `slope` times their distance from the middle, strip by strip: moving one is nearly free."""
    wide = max(1, round(_STEP / abs(slope)))
    slid = Image.new("L", grey.size, paper)
    for left in range(0, grey.width, wide):
        right = min(left + wide, grey.width)
        whole, rest = divmod(slope * ((left + right) / 2 - grey.width / 2), 1)
        size = (right - left, grey.height - 1)
        strip = grey.crop((left, 0, right, grey.height))
        strip = strip.resize(size, Image.Resampling.BICUBIC, box=(0, rest, size[0], size[1] + rest))
        slid.paste(strip, (left, -int(whole)))
    return slid


def _averaged_ink(grey: Image.Image) -> Image.Image:
    """Return the share of ink (L) of a page's inside, 1200 rows by 32 columns."""
    dx, dy = round(grey.width * _BORDER), round(grey.height * _BORDER)
    factor = max(1, round(grey.height / _ROWS))
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

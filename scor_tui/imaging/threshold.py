"""Grey to black and white: a local mean, capped by the paper, chosen page by page. Pillow only, never dithering.

A pixel is ink when it is darker than the mean of its surroundings and than a part (the cap) of the paper's level.
The first finds pale ink in uneven light; the second keeps grain, show-through and empty paper white. How high the
cap is depends on what was measured on the page (`look`): high for pale ink, which is never erased; low only for
soft shades beside ink that is all dark. A light smoothing before saves bytes on a grainy page and costs thin
strokes on a clean one: both are tried, and the lighter page wins when it is lighter by a good part.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PIL import Image, ImageChops, ImageFilter

from scor_tui.domain.norms import MM_PER_INCH
from scor_tui.imaging.compose import as_g4
from scor_tui.imaging.look import Look
from scor_tui.imaging.model import DARKEST, LIGHTEST, Method
from scor_tui.imaging.paper import paper_level, stretched, times

WINDOW_MM = 6.0
"""Side of the square whose mean is taken: wider than a letter, narrower than a shadow."""

BELOW_MEAN = 0.91
_BELOW_MEAN_CLEAN = 0.94
"""Pale ink on paper without grain can be taken nearer to the mean."""

STROKE_MM = 4.0
"""The widest stroke that the paper's level must not follow."""

SOLID_MM = 40.0
SOLID = 0.35
"""A black area up to 40 mm wide, under 35 % of the paper around it, is ink all over, not only at its rim."""

_BLACK, _PAPER_SHARE = 0.20, 0.10
"""However large an area is, it is ink under 20 % of the level that the lightest tenth of the page reaches …"""

_MOSTLY_BLACK = 0.30
"""… but where that would blacken a third of the page: it is a lid, or the dark."""

_SMOOTHING = ImageFilter.Kernel((3, 3), (6, 25, 6, 25, 100, 25, 6, 25, 6))
"""A bell of 0.6 pixel, at a third of the time of Pillow's own."""

_WORTH_SMOOTHING, _WORTH_MORE = 1.10, 1.15
"""A page that is 10 % heavier without smoothing is grainy; 15 % where no grain was seen, or where it was sharpened."""


_CAPS = {Method.USUAL: 0.88, Method.PALE_INK: 0.94, Method.SHOW_THROUGH: 0.70}
_CAP_STEPS = {-2: -0.08, -1: -0.04, 0: 0.0, 1: 0.03, 2: 0.06}
_MEAN_STEPS = {-2: -0.06, -1: -0.03, 0: 0.0, 1: 0.02, 2: 0.05}
_HIGHEST_CAP = 0.96

_LEAST_DARK = 0.004
_SEEN_PALE, _SEEN_SOFT, _VALLEY = 0.08, 0.85, 0.03
"""Show-through: pale area of 8 % of the dark one, softer than it, and next to nothing between the two."""

_MOSTLY_PALE, _PALE_SOFT = 2.2, 0.5


_SOFT, _TOO_SOFT = 0.30, 0.22
"""A soft page is sharpened; softer still, it was enlarged once, and there is nothing to bring back."""

_CLEANED, _QUIET = 0.5, 2.2
"""Its paper has some grain, or the scanner smoothed it with the edges; and little, as grain is sharpened too."""

_SHARPENED_PX, _SHARPENED_BY = 0.6, 2.0
"""How far pixels of half the size count, and how much of the difference from them is kept: an unsharp mask."""


@dataclass(frozen=True)
class Inking:
    """A method and its settings: parts (0..1) of the paper's level and of the mean.

    `smooth`: None to try with and without, and `worth_smoothing`: how many times lighter the page must get. `sharpen`:
    whether the page is to be sharpened first.
    """

    method: Method
    cap: float
    below_mean: float = BELOW_MEAN
    smooth: bool | None = None
    sharpen: bool = False
    worth_smoothing: float = _WORTH_SMOOTHING

    def suited(self, seen: Look) -> Inking:
        """Return the same for the grain and the sharpness of a page."""
        sharpen = is_to_be_sharpened(seen)
        worth = _WORTH_MORE if sharpen or seen.grain < _CLEANED else _WORTH_SMOOTHING
        return replace(self, sharpen=sharpen, worth_smoothing=worth)

    def darker(self, steps: int) -> Inking:
        """Return the same, darker (1, 2) or lighter (-1, -2); the darkest is never smoothed."""
        steps = min(max(steps, LIGHTEST), DARKEST)
        cap, below = min(self.cap + _CAP_STEPS[steps], _HIGHEST_CAP), self.below_mean + _MEAN_STEPS[steps]
        return replace(self, cap=cap, below_mean=below, smooth=False if steps == DARKEST else self.smooth)


def method_for(seen: Look, *, inked: bool = False) -> Method:
    """Return the method that suits a page; what is pale and `inked` in colour does not show through from the back."""
    soft = not inked and seen.softness < _SEEN_SOFT and seen.middle < _VALLEY * seen.pale
    if seen.dark > _LEAST_DARK and seen.pale > _SEEN_PALE * seen.dark and soft:
        return Method.SHOW_THROUGH
    if seen.middle + seen.pale > _MOSTLY_PALE * seen.dark and seen.softness >= _PALE_SOFT:
        return Method.PALE_INK
    return Method.USUAL


def is_to_be_sharpened(seen: Look) -> bool:
    """Whether a page is a little out of focus, and quiet enough to be sharpened."""
    return _TOO_SOFT <= seen.sharpness < _SOFT and _CLEANED <= seen.grain < _QUIET


def inking(method: Method, darkness: int = 0, *, clean: bool = False) -> Inking:
    """Return the settings of a method (USUAL, PALE_INK or SHOW_THROUGH) for a darkness of -2 to 2.

    `clean`: whether the paper has next to no grain.
    """
    nearer = clean and method is Method.PALE_INK
    return Inking(method, _CAPS[method], _BELOW_MEAN_CLEAN if nearer else BELOW_MEAN).darker(darkness)


def threshold(grey: Image.Image, dpi: float, how: Inking) -> Image.Image:
    """Return the 1-bit page of a grey (mode L) page of at least 16 x 16 pixels at `dpi`."""
    if how.sharpen:
        blurred = stretched(grey.reduce(2).filter(ImageFilter.BoxBlur(_SHARPENED_PX)), grey)
        grey = Image.blend(blurred, grey, _SHARPENED_BY)
    surface = _surface(grey, dpi, how)
    smooth = _gain(surface, grey) > how.worth_smoothing if how.smooth is None else how.smooth
    return _under(surface, grey.filter(_SMOOTHING) if smooth else grey)


def _gain(surface: Image.Image, grey: Image.Image) -> float:
    """Return how many times lighter smoothing makes the middle quarter of a page."""
    middle = (0, grey.height * 3 // 8, grey.width, grey.height * 5 // 8)
    surface, grey = surface.crop(middle), grey.crop(middle)
    return _weight(_under(surface, grey)) / _weight(_under(surface, grey.filter(_SMOOTHING)))


def _surface(grey: Image.Image, dpi: float, how: Inking) -> Image.Image:
    """Return the level under which each pixel is ink."""
    quarter = grey.reduce(4)
    small = quarter.reduce(2)
    mean = quarter.filter(ImageFilter.BoxBlur(WINDOW_MM / MM_PER_INCH * dpi / 8)).point(times(how.below_mean))
    capped = paper_level(small, STROKE_MM, dpi / 8).point(times(how.cap))
    solid = _solid_level(small.reduce(4), dpi / 32)
    surface = ImageChops.darker(mean, stretched(capped, quarter))
    surface = ImageChops.lighter(surface, stretched(solid, quarter))
    # the level is smooth: beyond half the size nobody sees that it is not drawn finer
    half = surface.resize((-(-grey.width // 2), -(-grey.height // 2)), Image.Resampling.BILINEAR)
    return half.resize(grey.size, Image.Resampling.NEAREST)


def _solid_level(coarse: Image.Image, dpi: float) -> Image.Image:
    """Return the level under which a pixel is ink even where no paper is near, on a coarse copy of the page."""
    histogram = coarse.histogram()
    paper = next(level for level in range(255, -1, -1) if sum(histogram[level:]) >= _PAPER_SHARE * sum(histogram))
    near, black = paper_level(coarse, SOLID_MM, dpi).point(times(SOLID)), int(_BLACK * paper)
    if sum(histogram[:black]) > _MOSTLY_BLACK * sum(histogram):
        return near
    return near.point([max(level, black) for level in range(256)])


def _under(surface: Image.Image, grey: Image.Image) -> Image.Image:
    return ImageChops.subtract(surface, grey).point(_INK_WHERE_POSITIVE, "1")


def _weight(page: Image.Image) -> int:
    return len(as_g4(page, 0))


def plain_threshold(grey: Image.Image, level: int = 128) -> Image.Image:
    """Return the 1-bit page of a page that was black and white already: ink under grey `level`."""
    return grey.point([0 if value < level else 255 for value in range(256)], "1")


_INK_WHERE_POSITIVE = [255] + [0] * 255

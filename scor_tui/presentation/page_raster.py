"""A black-and-white page as characters: braille, sextants, quadrants, grey half blocks. Pillow only, no terminal.

Ink is kept: a dot is dark as soon as it holds what a thin stroke would leave in it, so that no stroke vanishes when
the page is made smaller; seen at 1:1 (`LOUPE`, braille) a dot is one scanned pixel. The sampling is anchored to the
page: the same place of the page gives the same dots wherever the window stands. `scale` is source pixels per terminal
column; a cell is `scale` wide and twice as high.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

LOUPE = 2.0
"""The scale at which a braille dot is one pixel of the page."""

SCALES = (LOUPE, 3.0, 4.0, 5.0, 6.0, 7.5, 10.0, 15.0, 20.0, 30.0)
"""The zoom levels, finest first; under them come the page's width and the whole page."""

GREYS = 6
"""How many levels of grey the half blocks have, 0 is paper."""

_STROKE = 2
"""The stroke, in pixels, that must never vanish."""

_FAINTEST, _PLAIN = 0.10, 0.50
_GAIN = 4.0
"""A page of text is 3 % ink: its greys are raised before they are shown."""

_REFERENCE_DPI = 200.0


class Mode(StrEnum):
    """How a page is drawn, by the name under which the choice is kept."""

    BRAILLE = "braille"
    SEXTANT = "sextants"
    QUADRANT = "quadrants"
    HALF = "demi-blocs"
    NONE = "aucun"


_DOTS = {Mode.BRAILLE: (2, 4), Mode.SEXTANT: (2, 3), Mode.QUADRANT: (2, 2), Mode.HALF: (1, 2)}
_READABLE = {Mode.BRAILLE: 5.0, Mode.SEXTANT: 4.0, Mode.QUADRANT: 3.0, Mode.HALF: 3.0, Mode.NONE: 0.0}
"""The coarsest scale at which 10-point print at 200 dpi can be judged (measured with OCR and by eye)."""

_BRAILLE_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_SEXTANT_BITS = ((1, 2), (4, 8), (16, 32))
_QUADRANT_BITS = ((1, 2), (4, 8))
_QUADRANTS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"


def _sextants() -> str:
    blocks = iter(range(0x1FB00, 0x1FB3C))
    shared = {0: " ", 21: "▌", 42: "▐", 63: "█"}
    return "".join(shared.get(code) or chr(next(blocks)) for code in range(64))


_BITS = {Mode.BRAILLE: _BRAILLE_BITS, Mode.SEXTANT: _SEXTANT_BITS, Mode.QUADRANT: _QUADRANT_BITS}
_GLYPHS = {
    # an empty cell is a space: one byte instead of three, and the same to the eye
    Mode.BRAILLE: " " + "".join(chr(0x2800 + code) for code in range(1, 256)),
    Mode.SEXTANT: _sextants(),
    Mode.QUADRANT: _QUADRANTS,
}


@dataclass(frozen=True)
class Frame:
    """Lines of characters; for half blocks the grey (0 to GREYS-1) of the upper and lower half of each cell."""

    lines: tuple[str, ...]
    greys: tuple[tuple[bytes, bytes], ...] = ()


def opened(picture: bytes) -> Image.Image:
    """Return a page (an image file, kept as small as can be) as ink: mode L, 255 for ink and 0 for paper."""
    from PIL import Image, ImageChops

    with Image.open(io.BytesIO(picture)) as page:
        return ImageChops.invert(page.convert("L"))


def coarsest_readable(mode: Mode, dpi: float) -> float:
    """Return the coarsest scale at which a page of that resolution can be judged."""
    return _READABLE[mode] * max(dpi, _REFERENCE_DPI) / _REFERENCE_DPI


def scale_of_width(page_width: int, columns: int) -> float:
    """Return the scale at which a page is as wide as the window."""
    return max(LOUPE, page_width / max(1, columns))


def scale_of_page(page_width: int, page_height: int, columns: int, rows: int) -> float:
    """Return the scale at which the whole page shows."""
    return max(scale_of_width(page_width, columns), page_height / (2 * max(1, rows)))


def cells_of(page_size: tuple[int, int], scale: float) -> tuple[int, int]:
    """Return how many columns and rows a page takes."""
    return math.ceil(page_size[0] / scale), math.ceil(page_size[1] / (2 * scale))


def threshold(scale: float, mode: Mode) -> float:
    """Return the share of ink from which a dot is dark: what a stroke that straddles two dots leaves in one."""
    across, down = _DOTS[mode]
    largest = math.ceil(max(scale / across, 2 * scale / down) - 1e-9)
    return min(_PLAIN, max(_FAINTEST, _STROKE / (2 * largest)))


def frame(ink: Image.Image, mode: Mode, scale: float, place: tuple[int, int], size: tuple[int, int]) -> Frame:
    """Draw the window of `size` (columns, rows) that stands at `place` (column, row of the page's cells)."""
    columns, rows = size
    if mode is Mode.NONE or columns < 1 or rows < 1:
        return Frame(("",) * max(0, rows))
    dots = _sampled(ink, _DOTS[mode], scale, place, size)
    if mode is Mode.HALF:
        return _grey(dots, size)
    limit = math.floor(255 * threshold(scale, mode)) - 1
    dark = dots.point([1 if level >= max(1, limit) else 0 for level in range(256)])
    return Frame(_glyph_lines(dark.tobytes(), _BITS[mode], _GLYPHS[mode], columns, rows))


def _sampled(
    ink: Image.Image, dots: tuple[int, int], scale: float, place: tuple[int, int], size: tuple[int, int]
) -> Image.Image:
    """Return the share of ink (0 to 255) of each dot of a window, the grid starting at the page's corner."""
    from PIL import Image

    across, down = dots
    left, top = place[0] * scale, place[1] * 2 * scale
    right, bottom = left + size[0] * scale, top + size[1] * 2 * scale
    box = (math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom))
    part = ink.crop(box)
    inside = (left - box[0], top - box[1], right - box[0], bottom - box[1])
    return part.resize((size[0] * across, size[1] * down), Image.Resampling.BOX, box=inside)


def _glyph_lines(
    dots: bytes, bits: tuple[tuple[int, int], ...], glyphs: str, columns: int, rows: int
) -> tuple[str, ...]:
    """Return the characters of dots (one byte each, 0 or 1): a cell's code is the sum of its dots' weights."""
    width, found = 2 * columns, []
    for row in range(rows):
        codes = 0
        for line, weights in enumerate(bits):
            start = (row * len(bits) + line) * width
            for side, weight in enumerate(weights):
                # a cell is a byte of a long number: weights add up to 255 at most, and never carry
                codes += int.from_bytes(dots[start + side : start + width : 2], "big") * weight
        found.append("".join(map(glyphs.__getitem__, codes.to_bytes(columns, "big"))))
    return tuple(found)


def _grey(dots: Image.Image, size: tuple[int, int]) -> Frame:
    levels = [round((GREYS - 1) * math.sqrt(min(1.0, _GAIN * level / 255))) for level in range(256)]
    shown, columns = dots.point(levels).tobytes(), size[0]
    halves = [shown[start : start + columns] for start in range(0, len(shown), columns)]
    return Frame(("▀" * columns,) * size[1], tuple(zip(halves[::2], halves[1::2], strict=True)))


# --- what is inked, and what was seen of it ----------------------------------------------------------------

_BLOCK = 16
"""Pixels of the side of a block of the ink map."""

_INKED = 5
"""Mean ink (of 255) above which a block holds more than a speck."""

_OVERLAP = 0.12


class InkMap:
    """Where a page is inked, block by block, and which of it was shown large enough to be judged."""

    def __init__(self, ink: Image.Image) -> None:
        self.size = ink.size
        self._blocks = ink.reduce(_BLOCK).point([255 if level >= _INKED else 0 for level in range(256)])
        self._unseen: Image.Image = self._blocks.copy()

    def views(self, scale: float, size: tuple[int, int]) -> tuple[tuple[int, int], ...]:
        """Return the places of the windows that cover the ink, in reading order, the blank ones left out."""
        inked = self._blocks.getbbox()
        if inked is None:
            return ()
        left, top, right, bottom = (edge * _BLOCK for edge in inked)
        places = [
            (column, row)
            for row in _steps(top / (2 * scale), bottom / (2 * scale), size[1])
            for column in _steps(left / scale, right / scale, size[0])
        ]
        return tuple(place for place in places if self._holds(self._blocks, scale, place, size))

    def show(self, scale: float, place: tuple[int, int], size: tuple[int, int]) -> None:
        """Note that a window was shown at a scale at which it can be judged."""
        self._unseen.paste(0, self._box(scale, place, size))

    def unseen(self, views: Iterable[tuple[int, int]], scale: float, size: tuple[int, int]) -> int:
        """Return how many of these windows hold ink that was not shown."""
        return sum(self._holds(self._unseen, scale, place, size) for place in views)

    def _holds(self, blocks: Image.Image, scale: float, place: tuple[int, int], size: tuple[int, int]) -> bool:
        return blocks.crop(self._box(scale, place, size)).getbbox() is not None

    def _box(self, scale: float, place: tuple[int, int], size: tuple[int, int]) -> tuple[int, int, int, int]:
        """Return the blocks that lie in a window: those that it cuts are in it, for its neighbour overlaps."""
        left, top = place[0] * scale / _BLOCK, place[1] * 2 * scale / _BLOCK
        right, bottom = left + size[0] * scale / _BLOCK, top + size[1] * 2 * scale / _BLOCK
        rounded = (math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom))
        return (max(0, rounded[0]), max(0, rounded[1]), rounded[2], rounded[3])


def _steps(first: float, last: float, window: int) -> list[int]:
    """Return where windows start to cover a length, evenly, with some overlap."""
    start, length = math.floor(first), last - math.floor(first)
    if length <= window:
        return [max(0, start)]
    count = math.ceil((length - window) / (window * (1 - _OVERLAP))) + 1
    return [max(0, start + round(number * (length - window) / (count - 1))) for number in range(count)]

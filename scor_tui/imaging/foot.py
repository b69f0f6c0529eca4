"""The foot of a scan that was not finished: what drivers and decoders put where the paper should go on.

They fill with one level, or send again the last rows that they have. Paper never repeats: its grain differs from row
to row, and where it has none, being burnt out or drawn, its rows are white, or crossed by rules that come from above.
"""

from __future__ import annotations

from PIL import Image, ImageChops, ImageStat

LEAST_PART = 0.03
"""Of the height: as much as a driver leaves out, more than a picture repeats by chance."""

_DECODER_GREY = range(126, 131)
_LONGEST_BAND = 256
_LEAST_CHANGES = 0.006
"""Share of the pixels that differ from the one before and from those far above: grain, or letters, but no rules."""

_FAR_ABOVE = (0.03, 0.05)
"""Of the height: farther than a letter; twice, as a rule may be crossed by another at one of them."""

_LAST_BLOCK = 16
"""Rows at the very foot that JPEG draws in another way than those above."""

_FLAT = 2
_DARKER_THAN_PAPER = 0.85
_ABOVE_ROWS = (16, 8)
_BRIGHTER, _ALL_ACROSS = 24, 0.97


def is_never_received(grey: Image.Image) -> bool:
    """Whether the foot is the flat grey with which decoders fill what is missing."""
    height = max(8, int(grey.height * LEAST_PART))
    low, high = grey.crop((0, grey.height - height, grey.width, grey.height)).getextrema()
    return low in _DECODER_GREY and high in _DECODER_GREY


def repeated_part(grey: Image.Image) -> float:
    """Return the share (0..1) of a scan's height (mode L, its own pixels) that the foot repeats; 0.0 for paper."""
    rows, period = _repeated(grey)
    if not rows:
        return 0.0
    start = grey.height - rows
    foot = grey.crop((0, start, grey.width, grey.height - _LAST_BLOCK))
    low, high = foot.getextrema()
    if int(high) - int(low) <= _FLAT:  # type: ignore[arg-type]  # one band, one number
        suspect = _is_dark_from_a_line(grey, start, int(high))  # type: ignore[arg-type]  # likewise
    else:
        suspect = _changes(grey, start, period) >= _LEAST_CHANGES
    return rows / grey.height if suspect else 0.0


def _repeated(grey: Image.Image) -> tuple[int, int]:
    """Return how many rows at the foot are those of some rows before them, and how many before; (0, 0) for none."""
    content, width, height = memoryview(grey.tobytes()), grey.width, grey.height
    if height < 2 * _LAST_BLOCK:
        return 0, 0

    def is_again(row: int, period: int) -> bool:
        start = row * width
        return content[start : start + width] == content[start - period * width : start + (1 - period) * width]

    last = height - 1 - _LAST_BLOCK
    for period in range(1, min(_LONGEST_BAND, height // 2)):
        if is_again(last, period):
            row = last
            while row > period and is_again(row - 1, period):
                row -= 1
            if height - row >= max(period, LEAST_PART * height):
                return height - row, period
    return 0, 0


def _is_dark_from_a_line(grey: Image.Image, start: int, level: int) -> bool:
    """Whether a flat foot is darker than paper and begins all across the page at once, as no lid does."""
    small = grey.reduce(8)
    if level >= _DARKER_THAN_PAPER * ImageStat.Stat(small).median[0]:
        return False
    far, near = _ABOVE_ROWS
    above = grey.crop((0, max(0, start - far), grey.width, max(1, start - near)))
    across = above.resize((grey.width, 1), Image.Resampling.BOX).histogram()
    return sum(across[min(255, level + _BRIGHTER) :]) >= _ALL_ACROSS * grey.width


def _changes(grey: Image.Image, start: int, period: int) -> float:
    """Return the share (0..1) of new pixels in the band over `start`: unlike the one before and those far above."""
    band = (0, start - period, grey.width, start)
    rows = grey.crop(band)
    new = _unlike(rows, ImageChops.offset(rows, 1, 0))
    for part in _FAR_ABOVE:
        higher = -(-int(part * grey.height) // period) * period
        if start - period >= higher:
            above = grey.crop((0, band[1] - higher, grey.width, start - higher))
            new = ImageChops.darker(new, _unlike(rows, above))
    return new.histogram()[255] / (rows.width * rows.height)


def _unlike(one: Image.Image, other: Image.Image) -> Image.Image:
    return ImageChops.difference(one, other).point([0] + [255] * 255)

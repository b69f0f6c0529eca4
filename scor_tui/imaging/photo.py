"""A sheet of paper on a darker table: found by its four straight sides, and laid flat. Pillow only.

Cutting into a document is worse than leaving the table around it, so the sheet must pass every guard: one bright
piece that fills its four straight sides, in the frame, on something darker. Measured: no false crop on the samples.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import median

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from scor_tui.domain.norms import A4_LONG_MM, A4_SHORT_MM

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
"""Corners in pixels: top left, top right, bottom right, bottom left."""

_LONG_SIDE = 480
_COARSER = 4
_STRAY_PX = 2.5
_STRAIGHT_PART = 0.90
_FILL = (0.96, 1.04)
_AREA = (0.15, 0.95)
_EDGE_PART = 0.012
_CORNERS_AT_EDGE = 1
_LEAST_STEP = 40
"""Grey levels between the sheet and the table, at least."""

_ANGLES = (62.0, 118.0)
_A4_RATIO = A4_LONG_MM / A4_SHORT_MM
_RATIO_SLACK = 0.07


def find_sheet(grey: Image.Image) -> Quad | None:
    """Return the corners of the sheet of paper on a photo (mode L), or None when there is any doubt."""
    factor = max(1, round(max(grey.size) / _LONG_SIDE))
    small = grey.reduce(factor).filter(ImageFilter.MedianFilter(3))
    sheet = _bright_piece(small)
    quad = _four_sides(sheet) if sheet is not None else None
    if sheet is None or quad is None or not _is_sheet(quad, sheet, small):
        return None
    return tuple((x * factor, y * factor) for x, y in quad)  # type: ignore[return-value]  # four of four


def laid_flat(grey: Image.Image, quad: Quad, longest: int) -> Image.Image:
    """Return the sheet seen from above, with as many pixels as it had, `longest` at most; nearly A4 becomes A4."""
    top_left, top_right, bottom_right, bottom_left = quad
    width = (math.dist(top_left, top_right) + math.dist(bottom_left, bottom_right)) / 2
    height = (math.dist(top_left, bottom_left) + math.dist(top_right, bottom_right)) / 2
    ratio = max(width, height) / min(width, height)
    if abs(ratio / _A4_RATIO - 1) <= _RATIO_SLACK:
        width, height = (width, width * _A4_RATIO) if height > width else (height * _A4_RATIO, height)
    shrink = min(1.0, longest / max(width, height))
    size = (round(width * shrink), round(height * shrink))
    flat: Quad = ((0, 0), (size[0], 0), (size[0], size[1]), (0, size[1]))
    return grey.transform(size, Image.Transform.PERSPECTIVE, _projective(flat, quad), Image.Resampling.BILINEAR)


def _bright_piece(small: Image.Image) -> Image.Image | None:
    """Return the bright piece around the middle as 255 on 0, or None when the middle is dark."""
    level = otsu_level(small.histogram())
    bright = small.point([255 if value > level else 0 for value in range(256)])
    coarse = bright.reduce(_COARSER).point([255 if value > 127 else 0 for value in range(256)])
    middle = (coarse.width // 2, coarse.height // 2)
    around = [(middle[0] + dx * 3, middle[1] + dy * 3) for dx in (0, -1, 1, -2, 2) for dy in (0, -1, 1, -2, 2)]
    seed = next((place for place in around if coarse.getpixel(place) == 255), None)
    if seed is None:
        return None
    ImageDraw.floodfill(coarse, seed, 128)
    piece = coarse.point([255 if value == 128 else 0 for value in range(256)]).filter(ImageFilter.MaxFilter(3))
    return ImageChops.darker(bright, piece.resize(bright.size, Image.Resampling.NEAREST))


def _four_sides(sheet: Image.Image) -> Quad | None:
    """Fit a line to each side of a piece; None when a side is not straight."""
    rows, columns = _spans(sheet), _spans(sheet.transpose(Image.Transpose.TRANSPOSE))
    outline = [(x, y) for y, span in rows for x in span] + [(x, y) for x, span in columns for y in span]
    if len(rows) < 40 or len(columns) < 40:
        return None
    corners = [_extreme(outline, key) for key in _DIAGONALS]
    top_left, top_right, bottom_right, bottom_left = corners
    left = _line([(y, span[0]) for y, span in rows], top_left[1], bottom_left[1])
    right = _line([(y, span[1]) for y, span in rows], top_right[1], bottom_right[1])
    top = _line([(x, span[0]) for x, span in columns], top_left[0], top_right[0])
    bottom = _line([(x, span[1]) for x, span in columns], bottom_left[0], bottom_right[0])
    if left is None or right is None or top is None or bottom is None:
        return None
    return _meet(left, top), _meet(right, top), _meet(right, bottom), _meet(left, bottom)


_DIAGONALS: tuple[Callable[[Point], float], ...] = (
    lambda point: -point[0] - point[1],
    lambda point: point[0] - point[1],
    lambda point: point[0] + point[1],
    lambda point: point[1] - point[0],
)


def _extreme(points: Sequence[Point], key: Callable[[Point], float]) -> Point:
    return max(points, key=key)


def _spans(mask: Image.Image) -> list[tuple[int, tuple[int, int]]]:
    """Return (row, (first, last)) of the white pixels of each row that has some."""
    content, width = mask.tobytes(), mask.width
    spans = []
    for row in range(mask.height):
        line = content[row * width : (row + 1) * width]
        first = line.find(b"\xff")
        if first >= 0:
            spans.append((row, (first, line.rfind(b"\xff"))))
    return spans


def _line(points: Sequence[tuple[float, float]], first: float, last: float) -> tuple[float, float] | None:
    """Return (slope, offset) of the line through the inner points of a side; None when they do not follow one."""
    low, high = sorted((first, last))
    margin = 0.06 * (high - low)
    inner = [point for point in points if low + margin <= point[0] <= high - margin]
    if len(inner) < 24:
        return None
    half = len(inner) // 2
    slope = median((inner[i + half][1] - inner[i][1]) / (inner[i + half][0] - inner[i][0]) for i in range(half))
    offset = median(value - slope * place for place, value in inner)
    straight = sum(abs(value - slope * place - offset) <= _STRAY_PX for place, value in inner)
    return (slope, offset) if straight >= _STRAIGHT_PART * len(inner) else None


def _meet(upright: tuple[float, float], flat: tuple[float, float]) -> Point:
    """Return where x = a y + b and y = c x + d cross."""
    (a, b), (c, d) = upright, flat
    x = (a * d + b) / (1 - a * c)
    return x, c * x + d


def _is_sheet(quad: Quad, sheet: Image.Image, small: Image.Image) -> bool:
    frame = sheet.width * sheet.height
    area = abs(sum(p[0] * q[1] - q[0] * p[1] for p, q in _sides(quad))) / 2
    covered = sum(last - first + 1 for _, (first, last) in _spans(sheet))
    slack = _EDGE_PART * max(sheet.size)
    at_edge = sum(not (slack < x < sheet.width - slack and slack < y < sheet.height - slack) for x, y in quad)
    return (
        _AREA[0] * frame <= area <= _AREA[1] * frame
        and _FILL[0] <= covered / max(area, 1) <= _FILL[1]
        and at_edge <= _CORNERS_AT_EDGE
        and all(_ANGLES[0] <= angle <= _ANGLES[1] for angle in _angles(quad))
        and _stands_out(quad, small)
    )


def _stands_out(quad: Quad, small: Image.Image) -> bool:
    """Whether what is around the sheet is clearly darker than the sheet."""
    inside = Image.new("L", small.size, 0)
    ImageDraw.Draw(inside).polygon([(round(x), round(y)) for x, y in quad], fill=255)
    outside = ImageChops.invert(inside.filter(ImageFilter.MaxFilter(7)))
    return bool(ImageStat.Stat(small, inside).mean[0] - ImageStat.Stat(small, outside).mean[0] >= _LEAST_STEP)


def _sides(quad: Quad) -> list[tuple[Point, Point]]:
    return list(zip(quad, (*quad[1:], quad[0]), strict=True))


def _angles(quad: Quad) -> list[float]:
    angles = []
    for before, corner, after in zip((quad[3], *quad[:3]), quad, (*quad[1:], quad[0]), strict=True):
        first = math.atan2(before[1] - corner[1], before[0] - corner[0])
        second = math.atan2(after[1] - corner[1], after[0] - corner[0])
        turn = abs(math.degrees(first - second)) % 360
        angles.append(min(turn, 360 - turn))
    return angles


def otsu_level(histogram: Sequence[int]) -> int:
    """Return the level that parts a histogram in two at best."""
    total, weighted = sum(histogram), sum(level * count for level, count in enumerate(histogram))
    below = below_weighted = 0
    best, at = -1.0, 127
    for level, count in enumerate(histogram):
        below += count
        below_weighted += level * count
        if 0 < below < total:
            spread = (weighted * below - below_weighted * total) ** 2 / (below * (total - below))
            if spread > best:
                best, at = spread, level
    return at


def _projective(flat: Quad, seen: Quad) -> list[float]:
    """Return the eight numbers of the map from `flat` to `seen`: linear equations solved by elimination."""
    rows = []
    for (x, y), (u, v) in zip(flat, seen, strict=True):
        rows.append([x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u])
        rows.append([0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v])
    for column in range(8):
        pivot = max(range(column, 8), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for row in range(8):
            if row != column:
                factor = rows[row][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return [row[8] for row in rows]

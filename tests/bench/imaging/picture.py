"""The bench's rows as a picture for the README: a row of bars for each program, a column for each measure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from .table import US

_OURS, _THEIRS, _INK, _FAINT, _PAPER = (18, 110, 90), (176, 184, 190), (30, 34, 38), (110, 118, 124), (255, 255, 255)
_LEFT, _TOP, _ROW, _NAMES, _COLUMN, _GAP = 24, 122, 44, 152, 182, 16
_OUTLIER = 3.0
"""A bar this many times longer than the next is cut, and marked so."""


@dataclass(frozen=True)
class Measure:
    """A column: what it says, of which rows, how a mean is written; `most` when more is better."""

    title: str
    hint: str
    value: Callable[[Any], float]
    text: str
    of: Callable[[Any], bool] = lambda row: True
    most: bool = False


def _measures(rows: Sequence[Any]) -> list[Measure]:
    known, other = (len({row.page for row in rows if row.known is truth}) for truth in (True, False))
    return [
        Measure("words read right", f"F1, {known} pages", lambda row: row.score, "{:.3f}", lambda row: row.known, True),
        Measure(
            "words read surely", f"a page, {other} pages", lambda row: row.score, "{:.0f}",
            lambda row: not row.known, True,
        ),
        Measure("weight", "KB a page", lambda row: row.bytes / 1000, "{:.0f}"),
        Measure("processor", "seconds a page", lambda row: row.cpu, "{:.2f}"),
        Measure("memory", "MB at most", lambda row: row.peak_mb, "{:.0f}"),
    ]  # fmt: skip


def draw(rows: Sequence[Any], path: Path) -> None:
    """Draw the means of every program (memory: the worst page) over the pages that all of them made."""
    programs = list(dict.fromkeys(row.program for row in rows))
    shared = set.intersection(*({row.page for row in rows if row.program == name} for name in programs))
    rows = [row for row in rows if row.page in shared]
    measures = [each for each in _measures(rows) if any(each.of(row) for row in rows)]
    size = (_LEFT * 2 + _NAMES + len(measures) * (_COLUMN + _GAP), _TOP + _ROW * len(programs) + 26)
    image = Image.new("RGB", size, _PAPER)
    pen = ImageDraw.Draw(image)
    pen.text((_LEFT, 18), f"The same {len(shared)} pages, made black and white at 200 dpi or more", _INK, _font(22))
    pen.text(
        (_LEFT, 48), "mean of the pages; read by tesseract; ocrmypdf keeps the colours, which no piece may", _FAINT,
        _font(15),
    )  # fmt: skip
    for column, measure in enumerate(measures):
        _column(pen, _LEFT + _NAMES + column * (_COLUMN + _GAP), measure, programs, rows)
    for number, name in enumerate(programs):
        pen.text((_LEFT, _TOP + _ROW * number + 8), name, _OURS if name == US else _INK, _font(18))
    image.quantize(32).save(path, optimize=True)


def _column(pen: ImageDraw.ImageDraw, x: int, measure: Measure, programs: Sequence[str], rows: Sequence[Any]) -> None:
    pen.text((x, 78), measure.title, _INK, _font(16))
    pen.text((x, 97), f"{measure.hint}, {'more' if measure.most else 'less'} is better", _FAINT, _font(12))
    means = []
    for name in programs:
        values = [measure.value(row) for row in rows if row.program == name and measure.of(row)]
        means.append(max(values) if measure.hint.endswith("at most") else mean(values))
    *_, next_longest, longest = sorted(means)
    scale = next_longest * 1.15 if longest > _OUTLIER * next_longest else longest
    best = max(means) if measure.most else min(means)
    for number, (name, value) in enumerate(zip(programs, means, strict=True)):
        y = _TOP + _ROW * number
        wide = round((_COLUMN - 60) * min(1.0, value / scale))
        pen.rectangle((x, y + 8, x + max(2, wide), y + 30), fill=_OURS if name == US else _THEIRS)
        if value > scale:
            pen.polygon(
                ((x + wide - 12, y + 31), (x + wide - 6, y + 31), (x + wide, y + 7), (x + wide - 6, y + 7)), _PAPER
            )
        pen.text((x + wide + 6, y + 9), measure.text.format(value), _INK, _font(17 if value == best else 15))


def _font(size: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    return ImageFont.load_default(size=size)

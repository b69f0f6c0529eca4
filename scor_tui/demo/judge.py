"""The caisse's eye: every PDF is opened, checked against the norms, drawn, and looked at.

The norms are those of every door (`imaging.inspect`). What is measured here is stricter, as a caisse is that
must read: specks and broken strokes, ink that runs over an edge, content pushed against a margin (kiné
convention, annexe 4, art. 2.7.3). Nothing else decides a refusal for an image: no scenario, no file name.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from PIL import Image, ImageChops, ImageFilter, ImageStat

from scor_tui.domain.errors import FileNotAccepted
from scor_tui.domain.norms import Finding, NormsReport, Rule
from scor_tui.imaging import inspect, page_images

SIGHT_DPI = 200
BLACK_BELOW = 128
WINDOW_RADIUS = 10
"""A pixel is alone when hardly any other ink stands within 1.3 mm of it."""
ALONE_AT_MOST = 24
"""Ink pixels in that window, itself included: a full stop has more, dust has less."""
MAX_SPECKS = 0.06
EDGE_MM = 0.8
MAX_CUT = 0.1
"""Share of the lines' height that may be cut at an edge."""
STROKE_MM = 8.0
"""What touches an edge for longer is a shadow of the lid, not a letter that was cut."""
PUSHED_MM = 6.0
MAX_OPPOSITE = 0.33
"""Share of the page's width or height that may stay empty opposite a margin under `PUSHED_MM`."""


@dataclass(frozen=True)
class Sight:
    """What the caisse sees of a page: shares from 0 to 1, margins in mm (left, top, right, bottom)."""

    specks: float
    cut: float
    margins_mm: tuple[float, float, float, float]
    width_mm: float
    height_mm: float


def judge_pdf(pdf: bytes) -> tuple[Finding, ...]:
    """Return what the caisse refuses in a document: the norms' findings if any, else what its eye finds.

    Never raises for what the document is: one that brings its reader down is `SO-PDF-INVALIDE`.
    """
    try:
        report = inspect(pdf)
        return report.findings or tuple(_seen(pdf, report))
    except FileNotAccepted as error:
        rule = Rule(error.code) if error.code in {rule.value for rule in Rule} else Rule.PDF_INVALIDE
        return (Finding(rule, 0, error.cause, ""),)


def _seen(pdf: bytes, report: NormsReport) -> Iterator[Finding]:
    for number, (png, facts) in enumerate(zip(page_images(pdf, SIGHT_DPI), report.pages, strict=True), 1):
        with Image.open(io.BytesIO(png), formats=("PNG",)) as page:
            sight = look(page, facts.width_mm, facts.height_mm)
        yield from (Finding(rule, number, measured, limit) for rule, measured, limit in defects(sight))


def look(page: Image.Image, width_mm: float, height_mm: float) -> Sight:
    """Measure one page, drawn in grey; `width_mm` and `height_mm` are its size on paper."""
    ink = page.convert("L").point(lambda value: 255 if value < BLACK_BELOW else 0)
    box = _without_dust(ink).getbbox()
    if box is None:
        return Sight(1.0, 0.0, (width_mm, height_mm, 0.0, 0.0), width_mm, height_mm)
    px_per_mm = ink.width / width_mm
    left, top, right, bottom = box
    margins = (left, top, ink.width - right, ink.height - bottom)
    return Sight(
        specks=_specks(ink),
        cut=max(_cuts(ink, px_per_mm)),
        margins_mm=(
            margins[0] / px_per_mm,
            margins[1] / px_per_mm,
            margins[2] / px_per_mm,
            margins[3] / px_per_mm,
        ),
        width_mm=width_mm,
        height_mm=height_mm,
    )


def defects(sight: Sight) -> Iterator[tuple[Rule, str, str]]:
    """Yield (rule, what was measured, what is allowed) for everything that a page is refused for."""
    if sight.specks > MAX_SPECKS:
        yield Rule.IMG_CONTRASTE, f"{_percent(sight.specks)} de l'encre en points isolés", _percent(MAX_SPECKS)
    if sight.cut > MAX_CUT:
        yield Rule.IMG_TRONQUE, f"{_percent(sight.cut)} des lignes coupées par un bord", _percent(MAX_CUT)
    elif _is_pushed(sight):
        nearest = min(sight.margins_mm)
        yield Rule.IMG_DECALE, f"contenu à {nearest:.0f} mm d'un bord, vide en face", f"{PUSHED_MM:.0f} mm"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _is_pushed(sight: Sight) -> bool:
    """Tell content slipped to one side; short documents leave the foot of a page empty, and rightly."""
    left, top, right, bottom = sight.margins_mm
    across = sight.width_mm * MAX_OPPOSITE
    pushed_aside = (left < PUSHED_MM and right > across) or (right < PUSHED_MM and left > across)
    return pushed_aside or (bottom < PUSHED_MM and top > sight.height_mm * MAX_OPPOSITE)


def _specks(ink: Image.Image) -> float:
    total = _area(ink)
    return _area(_alone(ink)) / total if total else 1.0


def _alone(ink: Image.Image) -> Image.Image:
    """Return the ink pixels that have at most `ALONE_AT_MOST` ink pixels around them."""
    side = 2 * WINDOW_RADIUS + 1
    limit = ALONE_AT_MOST * 255 / side**2
    around = ink.filter(ImageFilter.BoxBlur(WINDOW_RADIUS))
    return ImageChops.multiply(ink, around.point(lambda value: 255 if value <= limit else 0))


def _without_dust(ink: Image.Image) -> Image.Image:
    return ImageChops.subtract(ink, _alone(ink))


def _area(ink: Image.Image) -> float:
    return ImageStat.Stat(ink).sum[0] / 255


def _cuts(ink: Image.Image, px_per_mm: float) -> Iterator[float]:
    """Yield, for each edge, the share of what faces it (rows or columns with ink) that is cut there."""
    width, height = ink.size
    depth, stroke = max(1, round(EDGE_MM * px_per_mm)), STROKE_MM * px_per_mm
    columns, rows = ink.getprojection()
    for strip in (ink.crop((0, 0, depth, height)), ink.crop((width - depth, 0, width, height))):
        yield _strokes(strip.getprojection()[1], stroke) / max(1, sum(rows))
    for strip in (ink.crop((0, 0, width, depth)), ink.crop((0, height - depth, width, height))):
        yield _strokes(strip.getprojection()[0], stroke) / max(1, sum(columns))


def _strokes(line: Sequence[int], longest: float) -> int:
    """Return how many pixels of a line are in runs of ink not longer than `longest`."""
    runs = ((inked, sum(1 for _ in run)) for inked, run in groupby(line, key=bool))
    return sum(length for inked, length in runs if inked and length <= longest)

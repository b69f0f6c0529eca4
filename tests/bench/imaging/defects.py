"""The indicators and the straightening, judged on mock pages whose defect or angle is known."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random
from statistics import median

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from scor_tui.domain.errors import ScorError
from scor_tui.domain.norms import Rule
from scor_tui.imaging import ConvertOptions
from scor_tui.imaging.pipeline import Context, Source, convert_document
from scor_tui.imaging.skew import lean

from .corpus import TRAITS
from .mock import sheet

DPI = 200
_PAPER = 244


def good(page: Image.Image, chance: Random) -> Image.Image:
    """A scan as they are; one in five of a short sheet under a black lid."""
    if chance.random() > 0.2:
        return page
    ink = _ink_box(page)
    glass = Image.new("L", page.size, chance.randrange(0, 30))
    glass.paste(page.crop((0, 0, page.width, min(page.height * 9 // 10, ink[3] + 40))))
    return glass.rotate(chance.uniform(-0.6, 0.6), Image.Resampling.BICUBIC, fillcolor=glass.getpixel((5, 5)))


def too_white(page: Image.Image, chance: Random) -> Image.Image:
    """The back of the sheet, or one that was hardly printed."""
    return Image.blend(Image.new("L", page.size, _PAPER), page, chance.choice((0.0, 0.0, 0.02, 0.03)))


def too_black(page: Image.Image, chance: Random) -> Image.Image:
    """A lamp that failed, or a thick black area over most of the sheet."""
    if chance.random() < 0.5:
        return page.point([round(level * chance.uniform(0.05, 0.2)) for level in range(256)])
    black = page.copy()
    left, top = (round(side * chance.uniform(0.0, 0.12)) for side in page.size)
    ImageDraw.Draw(black).rectangle((left, top, page.width * 9 // 10, page.height * 9 // 10), fill=12)
    return black


def unreadable(page: Image.Image, chance: Random) -> Image.Image:
    """Out of focus, worn away, or drowned in dust."""
    kind = chance.randrange(3)
    if kind == 0:
        return page.filter(ImageFilter.GaussianBlur(chance.uniform(6, 9)))
    if kind == 1:
        size = (page.width // 3, page.height // 3)
        worn = Image.frombytes("L", size, chance.randbytes(size[0] * size[1])).resize(page.size)
        return ImageChops.lighter(page, worn.point(lambda level: _PAPER if level > 90 else 0))
    dusty = page.copy()
    pen = ImageDraw.Draw(dusty)
    for _ in range(chance.randrange(5000, 9000)):
        x, y = chance.randrange(page.width), chance.randrange(page.height)
        pen.ellipse((x, y, x + chance.randrange(1, 4), y + chance.randrange(1, 4)), fill=60)
    return dusty


def _ink_box(page: Image.Image) -> tuple[int, int, int, int]:
    level = page.getpixel((5, 5)) * 9 // 10
    return page.point([255] * level + [0] * (256 - level)).getbbox() or (0, 0, *page.size)


def cut_off(page: Image.Image, chance: Random) -> Image.Image:
    """A sheet that lay beside the glass: the beginning, the end or the head of the text is missing."""
    ink = _ink_box(page)
    moved = Image.new("L", page.size, page.getpixel((5, 5)))
    side = chance.choice(("left", "right", "left", "right", "top"))
    deep = round(chance.uniform(8, 20) / 25.4 * DPI)
    far, line = round(chance.uniform(45, 70) / 25.4 * DPI), round(chance.uniform(1.0, 2.0) / 25.4 * DPI)
    shift = {"left": (-ink[0] - deep, 0), "right": (page.width - ink[2] + far, 0), "top": (0, -ink[1] - line)}[side]
    moved.paste(page, shift)
    return moved


def shifted(page: Image.Image, chance: Random) -> Image.Image:
    """A small sheet pushed into a corner of the glass, its margin over the rim."""
    ink = _ink_box(page)
    small = page.crop(ink).resize(
        (round((ink[2] - ink[0]) * 0.6), round((ink[3] - ink[1]) * 0.6)), Image.Resampling.LANCZOS
    )
    moved = Image.new("L", page.size, page.getpixel((5, 5)))
    gap = round(chance.uniform(1.5, 4.5) / 25.4 * DPI)
    x = gap if chance.random() < 0.5 else page.width - small.width - gap
    moved.paste(small, (x, round(chance.uniform(15, 80) / 25.4 * DPI)))
    return moved


def untouched(page: Image.Image, chance: Random) -> Image.Image:
    """A sheet to which nothing happened before it was scanned."""
    return page


def as_scanned(page: Image.Image, chance: Random) -> Image.Image:
    """The whole of what a scanner sends; some burn the paper out, so that it has no grain."""
    return page.point([min(255, level * 255 // 235) for level in range(256)]) if chance.random() < 0.3 else page


def unfinished(page: Image.Image, chance: Random) -> Image.Image:
    """A scan that stopped: its foot is one level, the last row again and again, or the last band.

    What is sent again holds letters or grain: a white row or band is an empty foot, and leaves no trace to be found.
    """
    page = as_scanned(page, chance)
    start = page.height - round(page.height * chance.uniform(0.05, 0.5))
    kind = chance.choice(("row", "row", "band", "band", "black", "grey"))
    if kind in ("black", "grey"):
        page.paste(0 if kind == "black" else chance.choice((64, 96, 128, 160)), (0, start, *page.size))
        return page
    rows = 1 if kind == "row" else chance.choice((8, 16, 64, 128))
    start = _written_row(page, start)
    band = page.crop((0, start - rows, page.width, start))
    for top in range(start, page.height, rows):
        page.paste(band, (0, top))
    return page


def _written_row(page: Image.Image, start: int) -> int:
    """Return the last row over one that has letters or grain."""
    rows = (row for row in range(start, 1, -1) if len(set(page.crop((0, row - 1, page.width, row)).tobytes())) > 9)
    return next(rows, start)


DEFECTS: dict[str, tuple[Callable[[Image.Image, Random], Image.Image], frozenset[str]]] = {
    "bonne": (good, frozenset()),
    "trop blanche": (too_white, frozenset({Rule.IMG_BLANC})),
    "trop noire": (too_black, frozenset({Rule.IMG_NOIR})),
    # pale ink that is worn away leaves a white page
    "illisible": (unreadable, frozenset({Rule.IMG_CONTRASTE, Rule.IMG_BLANC})),
    "tronquée": (cut_off, frozenset({Rule.IMG_TRONQUE})),
    "décalée": (shifted, frozenset({Rule.IMG_DECALE})),
    "inachevée": (untouched, frozenset({Rule.IMG_TRONQUE, Rule.PDF_INVALIDE})),
}
AT_LAST = {"bonne": as_scanned, "inachevée": unfinished}
"""What is done to a page by the scanner, once it has its blur and its grain."""


def found_on(defect: str, seed: int) -> set[str]:
    """Make a page with a defect, scan it, and return the rules that are named, refused or advised."""
    chance = Random(f"{defect}/{seed}")
    traits = TRAITS[seed % len(TRAITS)]
    if traits.show_through and defect in ("tronquée", "décalée"):
        # the back of the sheet fills the page: nothing is cut or shifted
        traits = TRAITS[0]
    page = sheet(traits, 5000 + seed).image.convert("L").resize((1654, 2339), Image.Resampling.LANCZOS)
    page = page.rotate(chance.uniform(-1.2, 1.2), Image.Resampling.BICUBIC, fillcolor=page.getpixel((5, 5)))
    page = DEFECTS[defect][0](page, chance)
    page = page.filter(ImageFilter.GaussianBlur(chance.uniform(0.2, 0.9)))
    grain = Image.frombytes("L", page.size, chance.randbytes(page.width * page.height))
    strength = chance.uniform(0.01, 0.08)
    page = ImageChops.add(page, grain.point([round((level - 128) * strength) + 128 for level in range(256)]), 1, -128)
    if defect in AT_LAST:
        page = AT_LAST[defect](page, chance)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / chance.choice(("page.jpg", "page.png"))
        page.save(path, quality=85, dpi=(DPI, DPI))
        context = Context(Path(folder), ConvertOptions(), lambda done, total, code: None)
        try:
            report, _, advice = convert_document([Source(path, path.name)], context)
        except ScorError as error:
            return {error.code}
        return {finding.rule for finding in (*report.findings, *advice)}


def print_indicators(number: int) -> None:
    """Print, for each defect, how often it was found, and what was found beside it."""
    each = -(-number // (len(DEFECTS) + 1))
    wanted = [(name, seed) for name in DEFECTS for seed in range(2 * each if name == "bonne" else each)]
    with ProcessPoolExecutor(2) as pool:
        found = list(pool.map(found_on, *zip(*wanted, strict=True), chunksize=4))
    _say(f"{'page':14}{'pages':>7}{'named':>9}  rules named")
    for name, (_, rules) in DEFECTS.items():
        mine = [(seed, told) for (defect, seed), told in zip(wanted, found, strict=True) if defect == name]
        wrong = [seed for seed, told in mine if (told if not rules else not rules & told)]
        counts = dict(Counter(code for _, told in mine for code in told))
        share = 100 * (len(wrong) if not rules else len(mine) - len(wrong)) / len(mine)
        told = ", ".join(f"{code} {count}" for code, count in sorted(counts.items()))
        _say(f"{name:14}{len(mine):7}{share:8.1f}%  {told}")
        if wrong:
            _say(f"{'':32}{'missed' if rules else 'false alarms'}: {wrong[:12]}")


def print_skew() -> None:
    """Print the errors of the angle over 100 known rotations, and what one costs."""
    chance, errors, spent = Random(5), [], 0.0
    for number in range(100):
        page = sheet(TRAITS[number % len(TRAITS)], number).image.convert("L").resize((1654, 2339))
        angle = chance.choice((-1, 1)) * chance.uniform(0.35, 6.0)
        leaning = page.rotate(-angle, Image.Resampling.BICUBIC, fillcolor=page.getpixel((5, 5)))
        start = time.process_time()
        errors.append(abs(lean(leaning) - angle))
        spent += time.process_time() - start
    errors.sort()
    _say(f"angle, 100 rotations: median error {median(errors):.3f}°, p90 {errors[90]:.3f}°, worst {errors[-1]:.3f}°, "
         f"{10 * spent:.0f} ms each")  # fmt: skip


def _say(line: str) -> None:
    print(line)  # noqa: T201 - a command

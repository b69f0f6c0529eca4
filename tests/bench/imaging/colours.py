"""Coloured papers under coloured inks: how much of each ink, and which words, are left by each way to grey.

Every page has black print and a stamp or a pen over it; what each ink covers is known pixel by pixel.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import mean

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from scor_tui.domain.norms import paper_size
from scor_tui.imaging.colour import Colours, tasted
from scor_tui.imaging.fitting import LADDER, make
from scor_tui.imaging.model import ConvertOptions
from scor_tui.imaging.opening import SourcePage
from scor_tui.imaging.pipeline import prepare

from .corpus import normal, word_f1
from .damage import Capture, caught
from .judge import read
from .mock import ACTS, PRINT, Colour, font, px

PAPERS: Mapping[str, Colour] = {
    "blanc": (250, 249, 246),
    "jaune": (246, 228, 120),
    "rose": (244, 182, 196),
    "vert": (176, 222, 178),
    "bleu": (168, 200, 236),
    "carbone": (250, 240, 214),
}
INKS: Mapping[str, Colour] = {
    "noir": (35, 35, 38),
    "stylo bleu": (70, 90, 190),
    "bleu clair": (120, 175, 240),
    "cyan pâle": (150, 215, 235),
    "vert pâle": (150, 215, 160),
    "stylo vert": (60, 160, 90),
    "tampon rouge": (215, 50, 70),
    "rouge pâle": (245, 170, 180),
    "violet pâle": (190, 175, 225),
    "surligneur": (255, 245, 110),
}
PAIRS = (
    ("noir", "stylo bleu"),
    ("noir", "bleu clair"),
    ("noir", "tampon rouge"),
    ("noir", "rouge pâle"),
    ("noir", "cyan pâle"),
    ("noir", "vert pâle"),
    ("noir", "violet pâle"),
    ("stylo vert", "tampon rouge"),
    ("cyan pâle", "rouge pâle"),
    ("noir", "surligneur"),
)
WAYS = ("luminance", "rouge", "vert", "bleu", "choix")
_BANDS = {"rouge": 0, "vert": 1, "bleu": 2}
_CAPTURES = (
    Capture("mou", blur=1.6, noise=6),
    Capture("scan-200", dpi=200, quality=75, noise=6),
    Capture("bruite", noise=12, quality=70),
)


@dataclass(frozen=True)
class Written:
    """A page in colour at 300 dpi, its words, and what each ink covers (L, 255 on 0)."""

    image: Image.Image
    words: tuple[str, ...]
    inks: Mapping[str, Image.Image]


def written(paper: str, inks: tuple[str, str], seed: int) -> Written:
    """Write a page in two inks, the second over the first at the foot: as a real ink, each lets the other through."""
    chance = Random(f"colour/{paper}/{inks}/{seed}")
    size = (px(210), px(297))
    first, second, words = Image.new("L", size, 0), Image.new("L", size, 0), []
    body = chance.choice(PRINT)
    acts = chance.sample(ACTS, 14)
    for number, act in enumerate(acts[:8]):
        ImageDraw.Draw(first).text((px(22), px(30 + 13 * number)), act, font=font(body, px(4.2)), fill=255)
        words += act.split()
    marker = inks[1] == "surligneur"
    for number, act in enumerate(acts[8:]):
        y = 145 + 16 * number
        if marker:
            ImageDraw.Draw(first).text((px(25), px(y)), act, font=font(body, px(4.2)), fill=255)
            ImageDraw.Draw(second).rectangle((px(22), px(y), px(150), px(y + 5.5)), fill=255)
        else:
            ImageDraw.Draw(second).text((px(25), px(y)), act, font=font(body, px(3.8)), fill=255)
        words += act.split()
    page = Image.new("RGB", size, PAPERS[paper])
    for name, where in zip(inks, (first, second), strict=True):
        inked = ImageChops.multiply(page, Image.new("RGB", size, INKS[name]))
        page = Image.composite(inked, page, where)
    known = {inks[0]: first} if marker else dict(zip(inks, (first, second), strict=True))
    return Written(page, tuple(words), known)


def recall(made: Image.Image, ink: Image.Image) -> float:
    """Return the share (0..1) of the heart of an ink's strokes that is black on a 1-bit page."""
    heart = ink.filter(ImageFilter.MinFilter(3)).resize(made.size, Image.Resampling.BOX)
    heart = heart.point([0] * 200 + [255] * 56)
    total = heart.histogram()[255]
    return ImageChops.subtract(heart, made.convert("L")).histogram()[255] / total if total else 1.0


def _tried(paper: str, inks: tuple[str, str], seed: int, cache: Path) -> dict[str, tuple[float, float, str]]:
    """Return, for each way, the word F1, the recall of the ink that is kept least, and the way that it was."""
    page = written(paper, inks, seed)
    with Image.open(io.BytesIO(caught(page.image, _CAPTURES[seed % len(_CAPTURES)], seed))) as file:
        picture = file.convert("RGB")
        size = paper_size(*picture.size, file.info["dpi"])
    found = {}
    for name in WAYS:
        seen = tasted(picture, size.dpi) if name == "choix" else Colours(inked=name != "luminance")
        grey = picture.getchannel(_BANDS[name]) if name in _BANDS else seen.grey(picture)
        source = SourcePage(name, 0, grey, size, [], inked=seen.inked)
        ready = prepare(source, ConvertOptions(dpi=200, straighten=False))
        made = make(source.image, size, ready.how, LADDER[0], 200)
        least = min(recall(made.pixels(), ink) for ink in page.inks.values())
        found[name] = word_f1(read(made.pixels(), 200, cache).words, normal(page.words)), least, seen.way.value
    return found


def print_colours(seeds: int, cache: Path) -> None:
    """Print, for each paper and pair of inks, the word F1 and the recall of the ink that is kept least."""
    cases = [(paper, inks, seed) for paper in PAPERS for inks in PAIRS for seed in range(seeds)]
    with ProcessPoolExecutor(2) as pool:
        tried = list(pool.map(_tried, *zip(*cases, strict=True), [cache] * len(cases)))
    _say("paper / inks".ljust(36) + "".join(name.rjust(16) for name in WAYS))
    for (paper, inks, _), found in zip(cases, tried, strict=True):
        cells = "".join(f"{found[name][0]:.3f} {found[name][1]:.2f}".rjust(16) for name in WAYS)
        _say(f"{paper}: {', '.join(inks)}"[:35].ljust(36) + cells + f"   {found['choix'][2]}")
    singles = [max(each[name][0] for name in _BANDS) for each in tried]
    _say(f"the best single channel of each page: mean F1 {mean(singles):.3f}")
    for what, at, how in (("mean F1", 0, mean), ("mean recall", 1, mean), ("least recall", 1, min)):
        _say(what.ljust(36) + "".join(f"{how(each[name][at] for each in tried):.3f}".rjust(16) for name in WAYS))


def _say(line: str) -> None:
    print(line)  # noqa: T201 - a command

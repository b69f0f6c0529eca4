"""What each rung of the fitting ladder costs the reader and saves in bytes, alone, from a page at 300 dpi.

The pages are the same for every rung, so costs are compared page by page; a mean is told with the interval in which
95 of 100 drawings of as many pages would put it (bootstrap), and an order is claimed only where that leaves out zero.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import mean

from scor_tui.imaging import ConvertOptions, Method
from scor_tui.imaging.fitting import Rung, make
from scor_tui.imaging.opening import ImageDocument, kind_of
from scor_tui.imaging.pipeline import prepare

from .corpus import Page, mock_pages, normal, word_f1
from .judge import read

FIRST = "300 dpi"
ALONE = {
    FIRST: Rung(300),
    "softer": Rung(300, softer=True),
    "200 dpi": Rung(200),
    "despeckled": Rung(300, despeckled=True),
    "lighter": Rung(300, lighter=True),
    "smoothed": Rung(300, smoothed=True),
}
"""In the order of the ladder."""

_DRAWINGS = 4000


@dataclass(frozen=True)
class Made:
    """A page on a rung: word F1, bytes."""

    score: float
    bytes: int


def _made(page: Page, cache: Path) -> dict[str, Made]:
    formats = kind_of(page.path.read_bytes()[:1024])
    found = ImageDocument(page.path, page.name, formats).page(0, 300)
    ready = prepare(found, ConvertOptions(finest=True))
    # a page that is smoothed by itself would hide what the rung does
    how = replace(ready.how, method=Method.USUAL, smooth=False)
    made = {name: make(found.image, found.paper, how, rung, ready.dpi) for name, rung in ALONE.items()}
    return {
        name: Made(word_f1(read(each.pixels(), each.dpi, cache).words, normal(page.words)), each.bytes)
        for name, each in made.items()
    }


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return where the mean of such values lies, 95 times of 100."""
    chance = Random(len(values))
    means = sorted(mean(chance.choices(values, k=len(values))) for _ in range(_DRAWINGS))
    return means[round(0.025 * _DRAWINGS)], means[round(0.975 * _DRAWINGS)]


def print_ladder(number: int, jobs: int, cache: Path) -> None:
    """Print what each rung costs in word F1 and leaves of the bytes, then which neighbours can be told apart."""
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(jobs) as pool:
        pages = [page for page in mock_pages(Path(folder), number, 3000) if not page.photo]
        made = list(pool.map(_made, pages, [cache] * len(pages)))
    _say(f"{'rung':12}{'F1':>8}{'cost':>8}{'95 % of drawings':>20}{'bytes':>8}   on {len(pages)} mock pages")
    costs = {name: [each[FIRST].score - each[name].score for each in made] for name in ALONE}
    for name in ALONE:
        low, high = interval(costs[name])
        weight = sum(each[name].bytes for each in made) / sum(each[FIRST].bytes for each in made)
        score = mean(each[name].score for each in made)
        _say(f"{name:12}{score:8.3f}{mean(costs[name]):8.3f}{f'{low:+.3f} … {high:+.3f}':>20}{weight:8.2f}")
    _say()
    for above, below in pairwise(name for name in ALONE if name != FIRST):
        more = [dearer - dear for dear, dearer in zip(costs[above], costs[below], strict=True)]
        low, high = interval(more)
        verdict = "in this order" if low > 0 else "in the OTHER order" if high < 0 else "cannot be told apart"
        _say(f"{above} before {below}: {mean(more):+.3f} ({low:+.3f} … {high:+.3f}), {verdict}")


def _say(line: str = "") -> None:
    print(line)  # noqa: T201 - a command

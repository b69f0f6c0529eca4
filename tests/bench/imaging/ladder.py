"""What each rung of the fitting ladder costs the reader and saves in bytes, alone, from a page at 300 dpi."""

from __future__ import annotations

import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from statistics import mean

from scor_tui.imaging import ConvertOptions, Method
from scor_tui.imaging.fitting import Rung, make
from scor_tui.imaging.opening import ImageDocument, kind_of
from scor_tui.imaging.pipeline import prepare

from .corpus import Page, mock_pages, normal, word_f1
from .judge import read

ALONE = {
    "300 dpi": Rung(300),
    "softer": Rung(300, softer=True),
    "200 dpi": Rung(200),
    "despeckled": Rung(300, despeckled=True),
    "lighter": Rung(300, lighter=True),
    "smoothed": Rung(300, smoothed=True),
}


def _costs(page: Page, cache: Path) -> dict[str, tuple[float, int]]:
    formats = kind_of(page.path.read_bytes()[:1024])
    found = ImageDocument(page.path, page.name, formats).page(0, 300)
    ready = prepare(found, ConvertOptions(finest=True))
    # a page that is smoothed by itself would hide what the rung does
    how = replace(ready.how, method=Method.USUAL, smooth=False)
    costs = {}
    for name, rung in ALONE.items():
        made = make(found.image, found.paper, how, rung, ready.dpi)
        costs[name] = word_f1(read(made.pixels(), made.dpi, cache).words, normal(page.words)), made.bytes
    return costs


def print_ladder(number: int, cache: Path) -> None:
    """Print the mean word F1 and the mean bytes of each rung, the cheapest for the reader first."""
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(2) as pool:
        pages = [page for page in mock_pages(Path(folder), number, 3000) if not page.photo]
        costs = list(pool.map(_costs, pages, [cache] * len(pages)))
    first = "300 dpi"
    _say(f"{'rung':12}{'F1':>8}{'cost':>8}{'bytes':>8}   on {len(pages)} mock pages")
    for name in ALONE:
        score = mean(each[name][0] for each in costs)
        weight = sum(each[name][1] for each in costs) / sum(each[first][1] for each in costs)
        _say(f"{name:12}{score:8.3f}{mean(each[first][0] for each in costs) - score:8.3f}{weight:8.2f}")


def _say(line: str) -> None:
    print(line)  # noqa: T201 - a command

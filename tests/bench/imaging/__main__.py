"""`python -m tests.bench.imaging`: what each program makes of the same pages, in one run, as a table.

    python -m tests.bench.imaging [--mocks 48] [--samples FOLDER] [--only "IM -lat"] [--csv OUT.csv] [--picture OUT.png]

Needs tesseract (fra) and pdfimages; ImageMagick, unpaper and ocrmypdf (or OCRMYPDF=/path) are compared when they
are there. Instead of that: `--indicators N` judges the indicators on N mock pages, `--skew` the straightening,
`--ladder N` the steps of the fitting, and `--colours N` what is left of coloured inks on coloured papers.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scor_tui.domain.errors import ScorError

from .corpus import Page, mock_pages, normal, sample_pages, word_f1
from .judge import read
from .ours import made_by_us, warm
from .rivals import rivals

US = "scor_tui"


@dataclass(frozen=True)
class Row:
    """One page by one program: `score` is a word F1, or a number of surely read words when the text is unknown."""

    page: str
    program: str
    known: bool
    score: float
    bytes: int
    cpu: float
    peak_mb: float
    warm_cpu: float = 0.0
    floor_cpu: float = 0.0


def judged(page: Page, wanted: Sequence[str], cache: Path) -> list[Row]:
    """Have every program make a page, and read what they made."""
    programs = {US: made_by_us, **{name: work for name, work in rivals().items() if not wanted or name in wanted}}
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, work in programs.items():
            try:
                made = work(page.path, Path(folder))
            except (OSError, ValueError, RuntimeError, ScorError, subprocess.SubprocessError) as error:
                print(f"{page.name}: {name}: {error}", file=sys.stderr)  # noqa: T201 - a command
                continue
            seen = read(made.image, made.dpi, cache)
            score = word_f1(seen.words, normal(page.words)) if page.words else float(seen.sure)
            timed = warm(page.path) if name == US else None
            rows.append(
                Row(page.name, name, bool(page.words), score, made.bytes, made.cost.cpu, made.cost.peak_mb,
                    timed.page if timed else 0.0, timed.floor if timed else 0.0)
            )  # fmt: skip
    return rows


def main() -> None:
    """Run the bench."""
    asked = _arguments()
    if asked.colours:
        from .colours import print_colours

        print_colours(asked.colours, Path(asked.cache))
        return
    if asked.skew or asked.indicators:
        from .defects import print_indicators, print_skew

        print_skew() if asked.skew else print_indicators(asked.indicators)
        return
    cache = Path(asked.cache)
    cache.mkdir(parents=True, exist_ok=True)
    if asked.ladder:
        from .ladder import print_ladder

        print_ladder(asked.ladder, cache)
        return
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(asked.jobs) as pool:
        pages = list(mock_pages(Path(folder), asked.mocks, asked.seed))
        pages += sample_pages(Path(asked.samples)) if asked.samples else []
        work = [pool.submit(judged, page, asked.only, cache) for page in pages]
        rows = [row for each in work for row in each.result()]
    from .table import draw, print_table

    print_table(rows)
    if asked.csv:
        with Path(asked.csv).open("w", newline="", encoding="utf-8") as handle:
            writer = csv.writer(handle)
            writer.writerow(Row.__dataclass_fields__)
            writer.writerows([getattr(row, name) for name in Row.__dataclass_fields__] for row in rows)
    if asked.picture:
        draw(rows, Path(asked.picture))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.imaging", description=__doc__.split("\n")[0])
    parser.add_argument("--mocks", type=int, default=48, help="how many mock prescriptions")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--samples", default="", help="a folder of sample pages")
    parser.add_argument("--only", action="append", default=[], help="a program to compare with (several times)")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--cache", default=str(Path(tempfile.gettempdir()) / "scor-tui-bench"))
    parser.add_argument("--csv", default="")
    parser.add_argument("--picture", default="")
    parser.add_argument("--indicators", type=int, default=0, metavar="N")
    parser.add_argument("--ladder", type=int, default=0, metavar="N")
    parser.add_argument("--colours", type=int, default=0, metavar="N")
    parser.add_argument("--skew", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()

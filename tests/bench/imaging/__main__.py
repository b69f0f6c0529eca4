"""`python -m tests.bench.imaging`: what each program makes of the same pages, in one run, as a table and a picture.

    python -m tests.bench.imaging --mocks 12 --samples FOLDER --ocrmypdf E/bin/ocrmypdf --csv ROWS.csv
    python -m tests.bench.imaging --again ROWS.csv --picture OUT.png

Needs tesseract (fra) and pdfimages; a rival that is not here is said loudly, before and after. Instead of that:
`--indicators N` judges the indicators on N mock pages, `--skew` the straightening, `--ladder N` the steps of the
fitting, and `--colours N` what is left of coloured inks on coloured papers.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
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

    @classmethod
    def of(cls, cells: Mapping[str, str]) -> Row:
        """Read a row back from its cells."""
        words = cells["page"], cells["program"], cells["known"] == "True"
        numbers = (float(cells[name]) for name in list(cls.__dataclass_fields__)[5:])
        return cls(*words, float(cells["score"]), int(cells["bytes"]), *numbers)


def judged(page: Page, wanted: Sequence[str], ocrmypdf: str, cache: Path) -> list[Row]:
    """Have every program make a page, and read what they made."""
    here, _ = rivals(ocrmypdf)
    programs = {US: made_by_us, **{name: work for name, work in here.items() if not wanted or name in wanted}}
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

        print_ladder(asked.ladder, asked.jobs, cache)
        return
    missing = [] if asked.only or asked.again else rivals(asked.ocrmypdf)[1]
    _warn(missing)
    rows = _read_again(Path(asked.again)) if asked.again else _measured(asked, cache)
    from .table import print_table

    print_table(rows)
    _warn(missing)
    if asked.csv:
        _keep(rows, Path(asked.csv))
    if asked.picture:
        from .picture import draw

        draw(rows, Path(asked.picture))


def _measured(asked: argparse.Namespace, cache: Path) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(asked.jobs) as pool:
        pages = list(mock_pages(Path(folder), asked.mocks, asked.seed))
        pages += sample_pages(Path(asked.samples), Path(folder)) if asked.samples else []
        work = [pool.submit(judged, page, asked.only, asked.ocrmypdf, cache) for page in pages]
        return [row for each in work for row in each.result()]


def _warn(missing: Sequence[str]) -> None:
    for each in missing:
        print(f"NOT COMPARED: {each}", file=sys.stderr)  # noqa: T201 - a command


def _keep(rows: Sequence[Row], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(Row.__dataclass_fields__)
        writer.writerows([getattr(row, name) for name in Row.__dataclass_fields__] for row in rows)


def _read_again(path: Path) -> list[Row]:
    with path.open(newline="", encoding="utf-8") as handle:
        return [Row.of(cells) for cells in csv.DictReader(handle)]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.imaging", description=__doc__.split("\n")[0])
    parser.add_argument("--mocks", type=int, default=48, help="how many mock prescriptions")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--samples", default="", help="a folder of sample pages")
    parser.add_argument("--ocrmypdf", default="", help="its path, in an environment of its own")
    parser.add_argument("--again", default="", metavar="CSV", help="print and draw the rows of an earlier run")
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

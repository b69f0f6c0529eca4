"""The bench's rows as a table on the terminal and as a picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median
from typing import Any

from PIL import Image, ImageDraw, ImageFont

US, RIVAL = "scor_tui", "IM -lat"
_WIDE = 20


def print_table(rows: Sequence[Any]) -> None:
    """Print every page, the means, and what the room must show against ImageMagick's -lat."""
    programs = list(dict.fromkeys(row.program for row in rows))
    pages = list(dict.fromkeys(row.page for row in rows))
    found = {(row.page, row.program): row for row in rows}
    _say("page".ljust(44) + "".join(name.rjust(_WIDE) for name in programs))
    for page in pages:
        cells = [_cell(found.get((page, name))) for name in programs]
        _say(page[:43].ljust(44) + "".join(cell.rjust(_WIDE) for cell in cells))
    _say()
    for name in programs:
        mine = [row for row in rows if row.program == name]
        known = [row.score for row in mine if row.known]
        sure = [row.score for row in mine if not row.known]
        _say(
            f"{name:16} F1 {mean(known) if known else 0:.3f}   sure words {sum(sure):6.0f}   "
            f"{mean(row.bytes for row in mine) / 1000:7.1f} KB   CPU {median(row.cpu for row in mine):6.2f} s   "
            f"peak {max(row.peak_mb for row in mine):6.0f} MB   pages {len(mine)}"
        )
    _say()
    _must_show(found, pages)


def _must_show(found: dict[tuple[str, str], Any], pages: Sequence[str]) -> None:
    both = [(found[page, US], found[page, RIVAL]) for page in pages if {(page, US), (page, RIVAL)} <= found.keys()]
    if not both:
        return
    worse = [us for us, lat in both if us.score < (lat.score - 0.01 if us.known else 0.95 * lat.score)]
    ours = [us for us, _ in both]
    part = [us.warm_cpu / lat.cpu for us, lat in both]
    floors = [us.warm_cpu / us.floor_cpu for us in ours]
    _say(f"less legible than {RIVAL}: {len(worse)} of {len(both)} pages {[row.page for row in worse]}")
    _say(f"bytes: {sum(us.bytes for us, _ in both) / sum(lat.bytes for _, lat in both):.2f} of its bytes")
    _say(
        f"CPU, whole cold command: {median(us.cpu for us in ours):.2f} s, at most {max(us.cpu for us in ours):.2f} s, "
        f"{median(us.cpu / lat.cpu for us, lat in both):.2f} of its CPU"
    )
    _say(
        f"CPU, warm: {median(us.warm_cpu for us in ours):.3f} s, {median(part):.2f} of its CPU "
        f"(at most {max(part):.2f}), {median(floors):.1f} x (decode + G4), at most {max(floors):.1f}"
    )
    _say(f"memory: {max(us.peak_mb for us in ours):.0f} MB at most")


def _cell(row: Any) -> str:
    if row is None:
        return "-"
    score = f"{row.score:.3f}" if row.known else f"{row.score:.0f} w"
    return f"{score} {row.bytes / 1000:5.0f}K {row.cpu:5.2f}s"


def draw(rows: Sequence[Any], path: Path) -> None:
    """Draw legibility against weight, one dot a program: the upper left corner is where to be."""
    image = Image.new("RGB", (900, 520), "white")
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(size=18)
    pen.line((80, 40, 80, 440, 860, 440), fill="black", width=2)
    pen.text((80, 455), "bytes a page (KB, mean), logarithmic", fill="black", font=font)
    pen.text((10, 8), "words read right (F1, mean)", fill="black", font=font)
    for name in dict.fromkeys(row.program for row in rows):
        mine = [row for row in rows if row.program == name and row.known]
        if not mine:
            continue
        weight, score = mean(row.bytes for row in mine) / 1000, mean(row.score for row in mine)
        # 8 KB to 4 MB from left to right
        x, y = 80 + 780 * min(1.0, max(0.0, math.log(weight / 8, 500))), 440 - 400 * score
        pen.ellipse((x - 7, y - 7, x + 7, y + 7), fill="black" if name == US else "gray")
        pen.text((x + 12, y - 11), f"{name} {score:.2f}, {weight:.0f} KB", fill="black", font=font)
    image.save(path)


def _say(line: str = "") -> None:
    print(line)  # noqa: T201 - a command

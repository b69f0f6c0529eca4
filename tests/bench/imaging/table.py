"""The bench's rows as a table on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean, median
from typing import Any

US, RIVAL = "scor_tui", "IM -lat"
_WIDE = 20


def print_table(rows: Sequence[Any]) -> None:
    """Print every page, the means of those that every program made, and what must be shown against -lat."""
    programs = list(dict.fromkeys(row.program for row in rows))
    pages = list(dict.fromkeys(row.page for row in rows))
    found = {(row.page, row.program): row for row in rows}
    _say("page".ljust(44) + "".join(name.rjust(_WIDE) for name in programs))
    for page in pages:
        cells = [_cell(found.get((page, name))) for name in programs]
        _say(page[:43].ljust(44) + "".join(cell.rjust(_WIDE) for cell in cells))
    _say()
    shared = [page for page in pages if all((page, name) in found for name in programs)]
    for name in programs if shared else ():
        mine = [found[page, name] for page in shared]
        known = [row.score for row in mine if row.known]
        sure = [row.score for row in mine if not row.known]
        _say(
            f"{name:16} F1 {mean(known) if known else 0:.3f}   sure words {sum(sure):6.0f}   "
            f"{mean(row.bytes for row in mine) / 1000:7.1f} KB   CPU {mean(row.cpu for row in mine):6.2f} s   "
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


def _say(line: str = "") -> None:
    print(line)  # noqa: T201 - a command

"""Pages in the private folder: their names, and whether each is whole."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from scor_tui.domain.errors import ScannerFailed

FOOT_SHARE = 0.03
"""A foot of identical rows higher than this is not paper: drivers fill a cut image with grey (measured)."""

EDGE_SHARE = 0.01
"""The rows at the very foot that tell nothing."""

_NAME = re.compile(r"page-(\d{3,})\b")
_WHITE = bytes(1 if value >= 240 else 0 for value in range(256))
_WHITE_SHARE = 0.98


class PageState(StrEnum):
    """What a look at a scanned page tells."""

    WHOLE = "whole"
    FOOTLESS = "footless"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Collected:
    """Pages in their folder, the indices of those whose foot looks missing, how many were unreadable."""

    files: tuple[Path, ...]
    incomplete: tuple[int, ...] = ()
    unreadable: int = 0


def next_page(folder: Path, suffix: str) -> Path:
    """Return the name of the next page of a folder: `page-001.tiff`, `page-002.tiff` and so on."""
    numbers = [int(match.group(1)) for path in folder.iterdir() if (match := _NAME.match(path.name))]
    return folder / f"page-{max(numbers, default=0) + 1:03d}{suffix}"


def look_at(path: Path) -> PageState:
    """Decode a page and look at its foot.

    A driver may end without an error and leave an image without rows, or one whose foot it filled itself:
    both are silent losses of what the paper said.
    """
    from PIL import Image

    try:
        with Image.open(path) as image:
            gray = image.convert("L")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return PageState.UNREADABLE
    rows = _identical_foot(gray.tobytes(), gray.width, gray.height)
    return PageState.FOOTLESS if rows > FOOT_SHARE * gray.height else PageState.WHOLE


def footless(files: tuple[Path, ...]) -> tuple[int, ...]:
    """Return the indices of the pages whose foot looks missing."""
    return tuple(index for index, path in enumerate(files) if look_at(path) is PageState.FOOTLESS)


def collect(found: Iterable[Path], folder: Path) -> Collected:
    """Move the pages that can be read into `folder`, in order; raises `ScannerFailed` when it refuses."""
    files: list[Path] = []
    incomplete: list[int] = []
    unreadable = 0
    for path in found:
        state = look_at(path)
        if state is PageState.UNREADABLE:
            unreadable += 1
            continue
        if state is PageState.FOOTLESS:
            incomplete.append(len(files))
        try:
            files.append(path.rename(next_page(folder, path.suffix)))
        except OSError as error:
            raise folder_refuses() from error
    return Collected(tuple(files), tuple(incomplete), unreadable)


def folder_refuses() -> ScannerFailed:
    """Return the error of a folder where pages cannot be written."""
    return ScannerFailed(
        "La page numérisée ne peut pas être écrite dans le dossier de travail.",
        "Vérifiez la place libre sur le disque et les droits du dossier de données, puis recommencez.",
        code="folder",
    )


def _identical_foot(pixels: bytes, width: int, height: int) -> int:
    """Count the identical rows around the one just above the edge; none when that row is white.

    The very last rows tell nothing: sane-airscan pads an image with a white row (measured).
    """
    reference = height - 1 - int(EDGE_SHARE * height)

    def row(number: int) -> bytes:
        return pixels[number * width : (number + 1) * width]

    sample = row(reference)
    if sample.translate(_WHITE).count(1) >= _WHITE_SHARE * width:
        return 0
    top = bottom = reference
    while top and row(top - 1) == sample:
        top -= 1
    while bottom < height - 1 and row(bottom + 1) == sample:
        bottom += 1
    return bottom - top + 1

"""Pages to look at: a compliant document pixel by pixel as stored, any other file as nearly as can be."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scor_tui import imaging
from scor_tui.domain.norms import Finding

_SOURCE_DPI = 150


@dataclass(frozen=True)
class Picture:
    """A page, black and white: a G4 TIFF (20 to 50 KB), so that many can be kept; its resolution in dots per inch.

    `ink` is its share of ink (0 to 1), None when it was not measured.
    """

    bits: bytes = field(repr=False)
    dpi: float
    ink: float | None = None


def of_document(pdf: bytes) -> Iterator[Picture]:
    """Yield the pages of a compliant PDF as pictures of the very bits that travel; raises `FileNotAccepted`."""
    facts = imaging.inspect(pdf).pages
    for png, page in zip(imaging.page_bits(pdf), facts, strict=False):
        yield Picture(_as_g4(png), page.dpi, page.ink)


def advice_on(pdf: bytes) -> tuple[Finding, ...]:
    """Return what an eye should look at again on a document; raises `FileNotAccepted`."""
    return imaging.advise(pdf)


def of_source(path: Path, index: int, password: str = "") -> Picture:
    """Return a page of a file that could not be made compliant, to see why; raises `FileNotAccepted`."""
    return Picture(_as_g4(imaging.render_page(path, index, _SOURCE_DPI, password)), _SOURCE_DPI)


def count_pages(path: Path, password: str = "") -> int:
    """Return how many pages a file has; raises `FileNotAccepted`, `PasswordNeeded`."""
    return sum(1 for _ in imaging.page_images(path, dpi=1, password=password))


def _as_g4(png: bytes) -> bytes:
    from PIL import Image

    with Image.open(io.BytesIO(png)) as page:
        bits = page if page.mode == "1" else page.convert("L").point(lambda level: 255 if level >= 128 else 0, "1")
        kept = io.BytesIO()
        bits.save(kept, "TIFF", compression="group4")
    return kept.getvalue()

"""One strip of CCITT G4 a page, copied as it is into a PDF without metadata: same pages, same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

_ROWS_PER_STRIP = 278


def as_g4(page: Image.Image, dpi: int) -> bytes:
    """Return a 1-bit page as a TIFF with a single G4 strip at `dpi`, and nothing else in it."""
    bare = page.copy()
    bare.info.clear()
    out = io.BytesIO()
    bare.save(out, "TIFF", compression="group4", dpi=(dpi, dpi), tiffinfo={_ROWS_PER_STRIP: bare.height})
    return out.getvalue()


def as_pdf(strips: Sequence[bytes]) -> bytes:
    """Wrap G4 pages into one PDF, each page as large as its pixels at its dpi."""
    import img2pdf

    pdf: bytes = img2pdf.convert(*strips, engine=img2pdf.Engine.internal, nodate=True, producer="")
    return pdf

"""One strip of CCITT G4 a page, copied as it is into a PDF/A-1b that tells nothing else: same pages, same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from scor_tui.imaging.icc import srgb_profile

_ROWS_PER_STRIP = 278


def as_g4(page: Image.Image, dpi: int) -> bytes:
    """Return a 1-bit page as a TIFF with a single G4 strip at `dpi`, and nothing else in it."""
    bare = page.copy()
    bare.info.clear()
    out = io.BytesIO()
    bare.save(out, "TIFF", compression="group4", dpi=(dpi, dpi), tiffinfo={_ROWS_PER_STRIP: bare.height})
    return out.getvalue()


def as_pdf(strips: Sequence[bytes], folder: Path) -> bytes:
    """Wrap G4 pages into one PDF/A-1b (ISO 19005-1), each page as large as its pixels at its dpi.

    `folder` is a private one, for the profile, which img2pdf reads from a file.
    """
    import img2pdf

    profile = folder / "srgb.icc"
    profile.write_bytes(srgb_profile())
    engine = img2pdf.Engine.internal
    pdf: bytes = img2pdf.convert(*strips, engine=engine, nodate=True, producer="", pdfa=str(profile))
    return pdf

"""The level of the bare paper under the ink, and small helpers on surfaces of grey. Pillow only."""

from __future__ import annotations

from PIL import Image, ImageFilter

from scor_tui.domain.norms import MM_PER_INCH

PAPER_BLUR_MM = 7.0


def paper_level(grey: Image.Image, widest_mm: float, dpi: float) -> Image.Image:
    """Return the level of the paper under ink that is at most `widest_mm` wide: a closing, then a blur."""
    side = max(3, int(widest_mm / MM_PER_INCH * dpi) | 1)
    closed = grey.filter(ImageFilter.MaxFilter(side)).filter(ImageFilter.MinFilter(side))
    return closed.filter(ImageFilter.GaussianBlur(PAPER_BLUR_MM / MM_PER_INCH * dpi))


def stretched(surface: Image.Image, over: Image.Image) -> Image.Image:
    """Return a surface as large as the image that it is laid over."""
    return surface.resize(over.size, Image.Resampling.BILINEAR)


def times(factor: float) -> list[int]:
    """Return the table that multiplies grey levels by a factor of at most 1."""
    return [int(level * factor) for level in range(256)]

"""Grey levels: any picture flattened on white paper, and brought to a resolution; never enlarged."""

from __future__ import annotations

from typing import cast

from PIL import Image

from scor_tui.imaging.colour import Colours

_ALPHA = frozenset({"LA", "La", "PA", "RGBA", "RGBa"})


def flatten(image: Image.Image, colours: Colours | None = None) -> Image.Image:
    """Return a loaded picture of any mode as grey (L) or 1-bit (1) on white paper, without its metadata.

    `colours` say how; by its brightness when they do not.
    """
    flat = _flattened(image, colours or Colours())
    flat.info.clear()
    return flat.convert("1", dither=Image.Dither.NONE) if flat.mode == "L" and is_bilevel(flat) else flat


def is_bilevel(grey: Image.Image) -> bool:
    """Whether a grey page holds nothing but pure black and pure white; its middle row nearly always tells."""
    row = grey.crop((0, grey.height // 2, grey.width, grey.height // 2 + 1))
    return all(_is_extreme(part.histogram()) for part in (row, grey))


def _is_extreme(histogram: list[int]) -> bool:
    return histogram[0] + histogram[255] == sum(histogram)


def at_size(page: Image.Image, width: int, height: int) -> Image.Image:
    """Return a page as grey, reduced to `width` by `height` pixels; a 1-bit page is averaged, not sampled."""
    grey = page.convert("L")
    if grey.size == (width, height):
        return grey
    return grey.resize((width, height), Image.Resampling.LANCZOS)


def _flattened(image: Image.Image, colours: Colours) -> Image.Image:
    if image.mode == "1":
        return image.copy()
    if image.mode in _ALPHA or "transparency" in image.info:
        return _on_white(image, colours)
    if image.mode.startswith("I") or image.mode == "F":
        return _from_deep(image)
    if image.mode in ("L", "RGB") or (image.mode == "P" and colours.is_plain):
        return colours.grey(image)
    return colours.grey(image.convert("RGB"))


def _on_white(image: Image.Image, colours: Colours) -> Image.Image:
    """Composite on white; the colours are reduced to grey first, which takes a third of the memory."""
    if image.mode not in ("LA", "RGBA"):
        image = image.convert("RGBA")
    alpha = image.getchannel("A")
    grey = colours.grey(image)
    if alpha.getextrema() == (255, 255):
        return grey
    sheet = Image.new("L", image.size, 255)
    sheet.paste(grey, mask=alpha)
    return sheet


def _from_deep(image: Image.Image) -> Image.Image:
    """Bring 16 or 32 bits to 8: whole numbers count to 65 535, real ones from their least to their most."""
    if image.mode == "F":
        low, high = cast(tuple[float, float], image.getextrema())
        scale = 255 / (high - low) if high > low else 1.0
        return image.point(lambda value: value * scale - low * scale).convert("L")
    return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")

"""A sheet of paper at 300 dpi in grey: text, rules, boxes, signatures and stamps, measured in millimetres.

Letters are Bitstream Vera, as reportlab carries it: Pillow's own scalable font has no accents.
"""

from __future__ import annotations

import importlib.util
import io
import math
from functools import cache
from pathlib import Path
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFont

DPI = 300
PX_PER_MM = DPI / 25.4
PAPER = 246
INK = 48
A4_MM = (210.0, 297.0)
A5_MM = (148.0, 210.0)
JPEG_QUALITY = 82
_NOISE_TILE = 512


def px(mm: float) -> int:
    """Return millimetres as pixels."""
    return round(mm * PX_PER_MM)


@cache
def face(size_mm: float, style: str = "") -> ImageFont.FreeTypeFont:
    """Return Vera at a body of `size_mm`; `style` is empty, `Bd` (bold) or `It` (italic)."""
    spec = importlib.util.find_spec("reportlab")
    if spec is None or spec.origin is None:  # pragma: no cover - reportlab is a core dependency
        raise FileNotFoundError("reportlab")
    return ImageFont.truetype(str(Path(spec.origin).parent / "fonts" / f"Vera{style}.ttf"), px(size_mm))


class Sheet:
    """One side of a sheet, drawn from the top left corner in millimetres; `ink` is the grey of its print."""

    def __init__(self, size_mm: tuple[float, float] = A4_MM, ink: int = INK) -> None:
        self.size_mm = size_mm
        self.ink = ink
        self.image = Image.new("L", (px(size_mm[0]), px(size_mm[1])), PAPER)
        self._draw = ImageDraw.Draw(self.image)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 4.2,
        style: str = "",
        anchor: str = "la",
        grey: int = 0,
    ) -> None:
        """Write one line; `anchor` as Pillow's (`la` left, `ma` middle, `ra` right, from the ascender)."""
        self._draw.text((px(x), px(y)), words, font=face(size, style), fill=grey or self.ink, anchor=anchor)

    def rule(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.25, grey: int = 0) -> None:
        """Draw a line."""
        self._draw.line((px(x0), px(y0), px(x1), px(y1)), fill=grey or self.ink, width=max(2, px(width)))

    def box(self, x: float, y: float, width: float, height: float, line: float = 0.25) -> None:
        """Draw an empty box."""
        self._draw.rectangle((px(x), px(y), px(x + width), px(y + height)), outline=self.ink, width=max(2, px(line)))

    def comb(self, x: float, y: float, characters: str, cell: float = 4.6, size: float = 4.0) -> None:
        """Write characters one a cell, as forms want numbers."""
        for index, character in enumerate(characters):
            left = x + index * cell
            self.rule(left, y + size * 0.7, left, y + size * 1.5, 0.2)
            self.rule(left, y + size * 1.5, left + cell, y + size * 1.5, 0.2)
            self.text(left + cell / 2, y, character, size, anchor="ma")
        end = x + len(characters) * cell
        self.rule(end, y + size * 0.7, end, y + size * 1.5, 0.2)

    def signature(self, x: float, y: float, random: Random, width: float = 42.0) -> None:
        """Scribble a signature with a pen that hesitates."""
        phase, turns = random.uniform(0, 3), random.uniform(4.0, 6.5)
        points = []
        for step in range(160):
            t = step / 159
            swing = math.sin(t * turns * math.tau + phase) * (1 - 0.6 * t) + 0.35 * math.sin(t * 23 + 2 * phase)
            points.append(
                (
                    px(x + t * width + 2.2 * math.cos(t * turns * math.tau)),
                    px(y - 6.0 * swing * (1 - 0.4 * t)),
                )
            )
        self._draw.line(points, fill=max(self.ink, 70), width=px(0.45), joint="curve")
        self._draw.line((points[-1], (px(x), px(y + 5))), fill=max(self.ink, 70), width=px(0.4))

    def stamp(self, x: float, y: float, lines: tuple[str, ...], random: Random) -> None:
        """Press a stamp: a frame with lines of text, a little askew."""
        width, height = 58.0, 5.5 + 4.6 * len(lines)
        pad = Image.new("L", (px(width), px(height)), 255)
        draw = ImageDraw.Draw(pad)
        draw.rectangle((4, 4, pad.width - 5, pad.height - 5), outline=95, width=5)
        for index, line in enumerate(lines):
            draw.text((pad.width // 2, px(3.0 + 4.6 * index)), line, font=face(3.1, "Bd"), fill=95, anchor="ma")
        turned = pad.rotate(random.uniform(-5, 5), Image.Resampling.BICUBIC, expand=True, fillcolor=255)
        where = (px(x), px(y))
        under = self.image.crop((*where, where[0] + turned.width, where[1] + turned.height))
        self.image.paste(ImageChops.darker(under, turned), where)


@cache
def _noise(seed: int) -> Image.Image:
    """Return a tile of paper grain, the same for a seed."""
    return Image.frombytes("L", (_NOISE_TILE, _NOISE_TILE), Random(seed).randbytes(_NOISE_TILE**2)).point(
        lambda value: value // 22
    )


def scanned(image: Image.Image, random: Random) -> Image.Image:
    """Return what a flatbed makes of a sheet: a little askew, grainy, edges soft."""
    askew = image.rotate(random.uniform(-0.35, 0.35), Image.Resampling.BILINEAR, fillcolor=PAPER)
    tile = _noise(random.randrange(4))
    grain = Image.new("L", askew.size)
    for top in range(0, askew.height, _NOISE_TILE):
        for left in range(0, askew.width, _NOISE_TILE):
            grain.paste(tile, (left, top))
    return ImageChops.subtract(askew, grain)


def jpeg(image: Image.Image) -> bytes:
    """Encode a scan as a grey JPEG that declares its 300 dpi."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=JPEG_QUALITY, dpi=(DPI, DPI))
    return out.getvalue()

"""What scanners, phones and copiers do to a sheet, in the order in which they do it; seeded."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageChops, ImageFilter

_TABLE = (88, 66, 48)


@dataclass(frozen=True)
class Capture:
    """How a page was caught. `dpi` of the file; `photo`: a phone, on a table, askew; the rest in their own units.

    `skew` in degrees, `blur` in pixels at 300 dpi, `shade` 0..1 of the light lost in the dark corner, `noise` in
    grey levels, `contrast` 0..1 of the ink that is left, `quality` of the JPEG (0: PNG).
    """

    name: str
    dpi: int = 300
    photo: bool = False
    skew: float = 0.0
    blur: float = 0.5
    shade: float = 0.0
    noise: float = 4.0
    contrast: float = 1.0
    quality: int = 85
    folds: int = 0


def caught(page: Image.Image, how: Capture, seed: int) -> bytes:
    """Return the file (JPEG or PNG) that a scanner or a phone makes of a page drawn at 300 dpi."""
    chance = Random(f"capture/{how.name}/{seed}")
    paper = page.getpixel((3, 3))
    image = page
    if how.contrast < 1:
        image = Image.blend(Image.new("RGB", page.size, paper), page, how.contrast)
    for _ in range(how.folds):
        image = _folded(image, chance)
    if how.photo:
        image = _on_a_table(image, chance)
    elif how.skew:
        image = image.rotate(how.skew, Image.Resampling.BICUBIC, fillcolor=paper)
    if how.shade:
        image = ImageChops.multiply(image, _light(image.size, how.shade, chance))
    if how.blur:
        image = image.filter(ImageFilter.GaussianBlur(how.blur))
    if not how.photo and how.dpi != 300:
        size = (round(image.width * how.dpi / 300), round(image.height * how.dpi / 300))
        image = image.resize(size, Image.Resampling.BICUBIC)
    if how.noise:
        image = _noisy(image, how.noise, chance)
    out = io.BytesIO()
    dpi = {} if how.photo else {"dpi": (how.dpi, how.dpi)}
    if how.quality:
        image.save(out, "JPEG", quality=how.quality, **dpi)
    else:
        image.save(out, "PNG", compress_level=1, **dpi)
    return out.getvalue()


def _folded(image: Image.Image, chance: Random) -> Image.Image:
    """Fold across: a dark line with a light one beside it."""
    y = round(image.height * chance.uniform(0.2, 0.8))
    shadow = Image.new("L", (1, image.height), 255)
    for dy in range(-14, 15):
        shadow.putpixel((0, min(max(y + dy, 0), image.height - 1)), 255 - round(70 * math.exp(-(dy * dy) / 40)))
    return ImageChops.multiply(image, shadow.resize(image.size).convert("RGB"))


def _light(size: tuple[int, int], lost: float, chance: Random) -> Image.Image:
    """Light that falls from one side, in a smooth slope."""
    angle = chance.uniform(0, 360)
    small = Image.linear_gradient("L").rotate(angle, Image.Resampling.BICUBIC, fillcolor=128).crop((38, 38, 218, 218))
    slope = small.point(lambda level: 255 - round(lost * level)).filter(ImageFilter.GaussianBlur(6))
    return slope.resize(size, Image.Resampling.BILINEAR).convert("RGB")


def _noisy(image: Image.Image, levels: float, chance: Random) -> Image.Image:
    """Add grain of about `levels` grey levels (standard deviation), the same on the three channels."""
    size = image.size
    count = size[0] * size[1]
    first = Image.frombytes("L", size, chance.randbytes(count))
    second = Image.frombytes("L", size, chance.randbytes(count))
    bell = ImageChops.add(first, second, 2).filter(ImageFilter.BoxBlur(0.5))
    # the mean of two even draws, lightly blurred, spreads by about 28 levels
    factor = levels / 28
    grain = bell.point(lambda level: 128 + round((level - 128) * factor))
    parts = [ImageChops.add(channel, grain, 1, -128) for channel in image.split()]
    return Image.merge("RGB", parts)


def _on_a_table(page: Image.Image, chance: Random) -> Image.Image:
    """See the page from a phone: 12 million pixels, in perspective, on dark wood."""
    width, height = 3024, 4032
    inset = [(chance.uniform(0.05, 0.10), chance.uniform(0.04, 0.09)) for _ in range(4)]
    corners = [
        (width * inset[0][0], height * inset[0][1]),
        (width * (1 - inset[1][0]), height * inset[1][1]),
        (width * (1 - inset[2][0]), height * (1 - inset[2][1])),
        (width * inset[3][0], height * (1 - inset[3][1])),
    ]
    corner_of_page = [(0, 0), (page.width, 0), (page.width, page.height), (0, page.height)]
    numbers = projective(corners, corner_of_page)
    seen = page.transform((width, height), Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BICUBIC)
    mask = Image.new("L", page.size, 255).transform(
        (width, height), Image.Transform.PERSPECTIVE, numbers, Image.Resampling.BILINEAR
    )
    wood = Image.frombytes("L", (63, 8), chance.randbytes(504)).resize((width, height), Image.Resampling.BICUBIC)
    grain = Image.merge("RGB", [wood.point(lambda level, base=base: base + level // 10) for base in _TABLE])
    return Image.composite(seen, grain, mask)


def projective(there: list[tuple[float, float]], here: list[tuple[float, float]]) -> list[float]:
    """Return the eight numbers of the projective map that takes four points `there` to four points `here`."""
    rows = []
    for (x, y), (u, v) in zip(there, here, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for column in range(8):
        pivot = max(range(column, 8), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column][column]
        rows[column] = [value / head for value in rows[column]]
        for row in range(8):
            if row != column:
                factor = rows[row][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return [row[8] for row in rows]

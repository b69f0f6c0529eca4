"""Opens an image file, judged on its content: formats, caps, one grey page at a time, upright."""

from __future__ import annotations

import math
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PIL import Image

from scor_tui.domain.norms import PaperSize, is_fine_enough, paper_size
from scor_tui.imaging import limits, refusals
from scor_tui.imaging.colour import TASTE_DPI, Colours, tasted
from scor_tui.imaging.grey import flatten
from scor_tui.imaging.model import Step

if TYPE_CHECKING:
    from scor_tui.imaging.kept import KeptStream

Image.MAX_IMAGE_PIXELS = limits.MAX_IMAGE_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)

HEAD_BYTES = 1024
_ORIENTATION = 274
_EXIF_IFD, _EXPOSURE_TIME = 0x8769, 0x829A
_MANY_PIXELS = 10_000_000
"""About A4 at 300 dpi: three channels of it take 40 MB."""

_SUBFILE_TYPE = 254
_REDUCED = 1
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
DAMAGE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    RuntimeError,
    struct.error,
)
"""What decoders raise on a damaged file."""


@dataclass
class SourcePage:
    """One page as it was found, upright: `image` is grey (L) or, when it was black and white already, 1-bit.

    `paper` says its size and its own resolution; a `drawn` page (vector PDF) has no resolution of its own. A
    `photo` comes from a camera, or says nothing sane about its size. `inked`: some of its pale ink has a colour.
    `stored`: the stream of a PDF's page that is nothing but this 1-bit image.
    """

    name: str
    index: int
    image: Image.Image
    paper: PaperSize
    steps: list[Step]
    drawn: bool = False
    photo: bool = False
    inked: bool = False
    stored: KeptStream | None = None


class Document(Protocol):
    """A file that was opened: its pages, each read when it is asked for."""

    name: str
    count: int

    def page(self, index: int, dpi: int) -> SourcePage:
        """Read page `index` (from 0) for an output at `dpi`: it may come out finer, it is never enlarged.

        Raises `NormsNotMet` under 200 dpi, `FileNotAccepted`.
        """
        ...

    def preview(self, index: int, dpi: int) -> Image.Image:
        """Read page `index` as grey at `dpi` or less, whatever its resolution; raises `FileNotAccepted`."""
        ...


@contextmanager
def guarded(name: str) -> Iterator[None]:
    """Turn what decoders raise into `FileNotAccepted`."""
    try:
        yield
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise refusals.too_many_pixels(name, limits.MAX_IMAGE_PIXELS) from None
    except MemoryError:
        raise refusals.too_much_memory() from None
    except DAMAGE as error:
        raise refusals.unreadable(name) from error


def kind_of(head: bytes) -> tuple[str, ...]:
    """Return Pillow's formats (or "PDF") that the first 1024 bytes of a file announce; () for none."""
    if b"%PDF-" in head:
        return ("PDF",)
    if head.startswith(b"\xff\xd8\xff"):
        return ("JPEG", "MPO")
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return ("PNG",)
    if head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return ("TIFF",)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return ("WEBP",)
    brands = _brands(head)
    if brands & _AVIF_BRANDS:
        return ("AVIF",)
    return ("HEIF",) if brands & _HEIF_BRANDS else ()


def _brands(head: bytes) -> set[bytes]:
    """Return what a file of boxes (ISO/IEC 14496-12, 4.3) says that it is: its brand and those it is akin to."""
    if head[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(head[:4], "big"), len(head))
    return {head[8:12], *(head[place : place + 4] for place in range(16, end - 3, 4))}


class ImageDocument:
    """An image file; only a TIFF has several pages (thumbnails are none).

    It is opened anew for each page, so that no decoded picture outlives its use.
    """

    def __init__(self, path: Path, name: str, formats: tuple[str, ...]) -> None:
        self.name = name
        self._path, self._formats = path, formats
        if formats == ("AVIF",):
            raise refusals.avif(name)
        if formats == ("HEIF",):
            _learn_heif(name)
        with guarded(name), Image.open(path, formats=formats) as image:
            self._frames = _frames(image) if formats == ("TIFF",) else [0]
        self.count = len(self._frames)

    def page(self, index: int, dpi: int) -> SourcePage:
        """Read one page; see `Document`."""
        with self._at(index) as image:
            paper = paper_size(image.width, image.height, declared_dpi(image))
            if not is_fine_enough(paper.dpi):
                raise refusals.too_coarse(self.name, index + 1, image.width, image.height, paper)
            photo = not paper.declared or _from_camera(image)
            colours = self._drafted(index, paper.dpi) if _is_quickly_tasted(image) else None
            upright, turned, colours = _read(image, min(1.0, dpi / paper.dpi), paper.dpi, colours)
        steps = [Step.UPRIGHT] if turned else []
        paper = _along(paper, upright)
        return SourcePage(self.name, index, upright, paper, steps, photo=photo, inked=colours.inked)

    def preview(self, index: int, dpi: int) -> Image.Image:
        """Read one page at a lower resolution; see `Document`."""
        with self._at(index) as image:
            factor = min(1.0, dpi / paper_size(image.width, image.height, declared_dpi(image)).dpi)
            longest = max(1, round(max(image.size) * factor))
            upright, _, _ = _read(image, factor, 0.0, Colours())
        grey = upright.convert("L")
        grey.thumbnail((longest, longest))
        return grey

    def _drafted(self, index: int, dpi: float) -> Colours:
        """Look at the colours of a JPEG page, which can be decoded small."""
        factor = min(1.0, TASTE_DPI / dpi)
        with self._at(index) as image:
            whole = image.width
            if image.mode == "RGB":
                image.draft("RGB", (int(image.width * factor), int(image.height * factor)))
            return tasted(image, dpi * image.width / whole)

    @contextmanager
    def _at(self, index: int) -> Iterator[Image.Image]:
        """Open the file at a page, not yet decoded."""
        if not 0 <= index < self.count:
            raise refusals.no_such_page(index, self.count)
        with guarded(self.name), Image.open(self._path, formats=self._formats) as image:
            if self._frames[index]:
                image.seek(self._frames[index])
            if image.width * image.height > limits.MAX_IMAGE_PIXELS:
                raise refusals.too_many_pixels(self.name, limits.MAX_IMAGE_PIXELS)
            yield image


def _learn_heif(name: str) -> None:
    """Have Pillow read HEIC; raises `FileNotAccepted` when the library for it is not there."""
    try:
        import pi_heif
    except ImportError:
        raise refusals.no_heic_reader(name) from None
    pi_heif.register_heif_opener(thumbnails=False)


def _is_jpeg(image: Image.Image) -> bool:
    return image.format in ("JPEG", "MPO")


def _is_quickly_tasted(image: Image.Image) -> bool:
    """Whether it is a JPEG of which a small copy costs little, or whose pixels are too many in colour."""
    return _is_jpeg(image) and (not image.info.get("progressive") or image.width * image.height > _MANY_PIXELS)


def _read(image: Image.Image, factor: float, dpi: float, colours: Colours | None) -> tuple[Image.Image, bool, Colours]:
    """Decode a page upright, at least `factor` of its size; say whether it was turned, and its colours.

    `colours`: what is known of them; None to look at them at its `dpi`.
    """
    if _is_jpeg(image) and colours is not None:
        mode = "L" if colours.is_plain else "RGB"
        image.draft(mode, (math.ceil(image.width * factor), math.ceil(image.height * factor)))
    image.load()
    if colours is None:
        colours = tasted(image, dpi)
    turn = _TURNS.get(_orientation(image))
    page = flatten(image, colours)
    return (page.transpose(turn) if turn is not None else page), turn is not None, colours


def _frames(image: Image.Image) -> list[int]:
    """Return the numbers of a TIFF's pages, one more than are allowed at most."""
    frames = [0]
    for number in range(1, limits.MAX_PAGES + 2):
        try:
            image.seek(number)
        except EOFError:
            break
        kind = getattr(image, "tag_v2", {}).get(_SUBFILE_TYPE, 0)
        if not (isinstance(kind, int) and kind & _REDUCED):
            frames.append(number)
    return frames


def declared_dpi(image: Image.Image) -> tuple[float, float] | None:
    """Return the declared resolution (horizontal, vertical), or None when the file says nothing sane."""
    try:
        horizontal, vertical = (float(value) for value in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None
    return (horizontal, vertical) if math.isfinite(horizontal) and math.isfinite(vertical) else None


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 to 8; damaged EXIF says nothing."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except DAMAGE:
        return 1
    return value if isinstance(value, int) else 1


def _from_camera(image: Image.Image) -> bool:
    """Whether the EXIF tells how long the shutter was open, as no scanner does."""
    try:
        return _EXPOSURE_TIME in image.getexif().get_ifd(_EXIF_IFD)
    except DAMAGE:
        return False


def _along(paper: PaperSize, image: Image.Image) -> PaperSize:
    """Turn the paper as the image was turned."""
    if (image.width > image.height) == (paper.width_mm > paper.height_mm):
        return paper
    return PaperSize(paper.dpi, paper.height_mm, paper.width_mm, paper.declared)

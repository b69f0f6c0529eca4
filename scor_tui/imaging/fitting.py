"""Under 250 000 bytes a document, by steps in the order of what they cost to the eye.

The document climbs down rung by rung; on each rung its heaviest page goes first, and it stops as soon as it
fits. Nothing under 200 dpi, no page is ever dropped.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PIL import Image

from scor_tui.domain.norms import A5_LONG_MM, A5_SHORT_MM, MAX_BYTES, MM_PER_INCH, PaperSize, is_large_enough
from scor_tui.imaging import visible
from scor_tui.imaging.compose import as_g4
from scor_tui.imaging.grey import at_size
from scor_tui.imaging.model import FLOOR_DPI, START_DPI, Method, Step
from scor_tui.imaging.threshold import Inking, plain_threshold, threshold

if TYPE_CHECKING:
    from scor_tui.imaging.kept import KeptStream

_DOCUMENT_OVERHEAD, _PAGE_OVERHEAD = 3500, 500
_LIGHTER_BY = 2
_AVERAGED_INK = 176
"""Under this grey an averaged pixel of a reduced 1-bit page is ink: over half, so that thin strokes stay."""


@dataclass(frozen=True)
class Rung:
    """One step down: the finest dpi that it allows, and what else it does."""

    finest_dpi: int | None
    softer: bool = False
    lighter: bool = False
    despeckled: bool = False
    smoothed: bool = False

    def would_change(self, page: MadePage) -> bool:
        """Whether this rung makes anything of a page that it is not yet."""
        coarser = self.finest_dpi is not None and self.finest_dpi < page.dpi
        softened = self.softer and page.method != Method.KEPT and Step.SOFTER not in page.steps
        return page.stream is not None or coarser or softened or self.despeckled or self.lighter or self.smoothed


LADDER = (
    Rung(None),
    Rung(START_DPI),
    Rung(START_DPI, softer=True),
    Rung(FLOOR_DPI, softer=True),
    Rung(FLOOR_DPI, softer=True, despeckled=True),
    Rung(FLOOR_DPI, softer=True, despeckled=True, smoothed=True),
    Rung(FLOOR_DPI, softer=True, despeckled=True, smoothed=True, lighter=True),
)


@dataclass(frozen=True)
class MadePage:
    """A page as it would travel: its G4 TIFF, resolution, method, steps and share of ink.

    `stream`: what travels in the place of the G4 strip, as it came.
    """

    g4: bytes = field(repr=False)
    dpi: int
    method: Method
    steps: tuple[Step, ...]
    ink: float
    stream: KeptStream | None = field(default=None, repr=False)

    def pixels(self) -> Image.Image:
        """Return the page as its readers will see it, 1-bit."""
        with Image.open(io.BytesIO(self.g4), formats=("TIFF",)) as image:
            return image.convert("1")

    @property
    def bytes(self) -> int:
        """The weight of the page's TIFF, which is its strip and about 200 bytes; or of the stream that is kept."""
        return len(self.stream.data) if self.stream is not None else len(self.g4)


def make(image: Image.Image, paper: PaperSize, how: Inking, rung: Rung, start_dpi: int) -> MadePage:
    """Make a grey or 1-bit page black and white, as one rung of the ladder wants it; it starts at `start_dpi`."""
    bilevel = image.mode == "1"
    finest = start_dpi if rung.finest_dpi is None else min(start_dpi, rung.finest_dpi)
    dpi = round(min(paper.dpi, finest))
    steps: list[Step] = []
    grey = at_dpi(image, paper, dpi)
    if grey.size != image.size:
        steps.append(Step.RESAMPLED)
    if bilevel:
        page, method = plain_threshold(grey, _AVERAGED_INK if steps else 128), Method.KEPT
        steps.insert(0, Step.KEPT_BILEVEL)
    else:
        settings = how.darker(-_LIGHTER_BY) if rung.lighter else how
        page, method = threshold(grey, dpi, replace(settings, smooth=True) if rung.softer else settings), how.method
        steps += [Step.SOFTER] if rung.softer else []
        steps += [Step.LIGHTER] if rung.lighter else []
    if rung.despeckled:
        page = visible.without_specks(page)
        steps.append(Step.DESPECKLED)
    if rung.smoothed:
        page = visible.smoothed(page)
        steps.append(Step.SMOOTHED)
    if not is_large_enough(paper.width_mm, paper.height_mm):
        page = centred_on_a5(page, dpi)
        steps.append(Step.CENTRED)
    return MadePage(as_g4(page, dpi), dpi, method, tuple(steps), visible.ink_share(page))


def at_dpi(image: Image.Image, paper: PaperSize, dpi: float) -> Image.Image:
    """Return a page as grey at `dpi`, square pixels; within half a percent it stays pixel by pixel."""
    width, height = (round(side / MM_PER_INCH * dpi) for side in (paper.width_mm, paper.height_mm))
    if abs(width - image.width) <= 0.005 * image.width and abs(height - image.height) <= 0.005 * image.height:
        return image.convert("L")
    return at_size(image, min(width, image.width), min(height, image.height))


def centred_on_a5(page: Image.Image, dpi: int) -> Image.Image:
    """Return a 1-bit page in the middle of a white page that is A5 at least."""
    long, short = (-(-side * dpi // MM_PER_INCH) for side in (A5_LONG_MM, A5_SHORT_MM))
    needed = (short, long) if page.height >= page.width else (long, short)
    width, height = (max(side, int(least)) for side, least in zip(page.size, needed, strict=True))
    sheet = Image.new("1", (width, height), 1)
    sheet.paste(page, ((width - page.width) // 2, (height - page.height) // 2))
    return sheet


def fit(pages: list[MadePage], make_page: Callable[[int, int], MadePage]) -> list[MadePage]:
    """Bring a document under its weight; `make_page(index, rung)` makes a page on another rung of `LADDER`.

    Returns the lightest pages there are when nothing fits: `weight` tells.
    """
    for number, rung in enumerate(LADDER[1:], start=1):
        for index in sorted(range(len(pages)), key=lambda place: (-pages[place].bytes, place)):
            if weight(pages) <= MAX_BYTES:
                return pages
            if not rung.would_change(pages[index]):
                continue
            lighter = make_page(index, number)
            if lighter.bytes < pages[index].bytes:
                pages = [*pages[:index], lighter, *pages[index + 1 :]]
    return pages


def split(weights: Sequence[int]) -> list[range]:
    """Return which pages (from 0) go together into as few documents as fit, in their order.

    `weights` are those of the pages as `MadePage.bytes`. A page that is too heavy by itself stands alone.
    """
    documents: list[range] = []
    room = 0
    for place, page in enumerate(weights):
        needed = page + _PAGE_OVERHEAD
        if not documents or needed > room:
            documents.append(range(place, place))
            room = MAX_BYTES - _DOCUMENT_OVERHEAD
        documents[-1] = range(documents[-1].start, place + 1)
        room -= needed
    return documents


def weight(pages: list[MadePage]) -> int:
    """Return what a PDF of these pages weighs at most."""
    return _DOCUMENT_OVERHEAD + sum(page.bytes + _PAGE_OVERHEAD for page in pages)

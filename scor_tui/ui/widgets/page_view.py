"""A page to look at: drawn as characters, moved by large steps, zone after zone, each frame drawn once.

Pages are kept compressed by whoever gives them; only the one that shows is decoded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from scor_tui.domain.text import clean
from scor_tui.presentation import page_raster
from scor_tui.presentation.page_raster import Frame, InkMap, Mode
from scor_tui.presentation.page_words import Sight
from scor_tui.presentation.text import padded, width, wrapped

if TYPE_CHECKING:
    from PIL import Image

INK_ON_PAPER = Style(color="black", bgcolor="bright_white")
PAPER_ON_INK = Style(color="bright_white", bgcolor="black")
_GREYS = ("color(231)", "color(252)", "color(248)", "color(243)", "color(238)", "color(16)")
_STEP = 0.75
_WORD_LINES = 4
"""Part of the window that one arrow moves: every move draws the whole window, so few and large."""


class PageView(Widget, can_focus=True):
    """A window on a page."""

    DEFAULT_CSS = "PageView { width: 1fr; height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "pan(0, -1)", show=False),
        Binding("down", "pan(0, 1)", show=False),
        Binding("left", "pan(-1, 0)", show=False),
        Binding("right", "pan(1, 0)", show=False),
        Binding("home", "corner", show=False),
        Binding("plus", "zoom(-1)", show=False),
        Binding("equals_sign", "zoom(-1)", show=False),
        Binding("minus", "zoom(1)", show=False),
    ]

    class Looked(Message):
        """Another part of the page shows, or shows otherwise."""

    def __init__(self, mode: Mode = Mode.BRAILLE, *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self.mode = mode
        self._inverted = False
        self._words: tuple[str, ...] = ()
        self._page: bytes | None = None
        self._dpi = 0.0
        self._decoded: Image.Image | None = None
        self._map: InkMap | None = None
        self._maps: dict[bytes, InkMap] = {}
        self._scale: float | None = None
        self._whole = False
        self._place = (0, 0)
        self._views: tuple[tuple[float, tuple[int, int]], tuple[tuple[int, int], ...]] | None = None
        self._frame: Frame | None = None

    # --- what it shows -----------------------------------------------------------------------------------

    def show(self, page: bytes, dpi: float, *, again: bool = False) -> None:
        """Show a page (as `page_raster.compressed` keeps it); the zoom stays, the window goes to the page's head.

        It stays where it was on a page that shows `again`, made otherwise.
        """
        if page == self._page:
            return
        before, scale = self._page_size, self._current_scale
        self._page, self._dpi, self._words = page, dpi, ()
        self._decoded = page_raster.opened(page)
        self._map = self._maps.setdefault(page, InkMap(self._decoded))
        self._place, self._views = self._same_place(before, scale) if again else (0, 0), None
        self._changed()

    def tell(self, *words: str) -> None:
        """Show words, or a drawing, in the place of a page."""
        self._page, self._decoded, self._map, self._views = None, None, None, None
        self._words = tuple(clean(line) for line in words)
        self._changed()

    @property
    def shows_page(self) -> bool:
        """Whether a page shows."""
        return self._page is not None

    @property
    def sight(self) -> Sight:
        """What is to be said of what shows."""
        views = self._all_views()
        index = views.index(self._place) + 1 if self._place in views else 0
        unseen = self.unseen_of(self._page, self._dpi) if self._page is not None else 0
        fitted = "page entière" if self._scale is None and self._whole else "largeur" if self._scale is None else ""
        return Sight(self.mode, self._current_scale, self._readable, index, len(views), unseen, fitted)

    def unseen_of(self, page: bytes, dpi: float) -> int:
        """Return how many zones of a page, shown or not, were never shown large enough to be judged."""
        scale = page_raster.coarsest_readable(self.mode, dpi)
        if page not in self._maps:
            self._maps[page] = InkMap(page_raster.opened(page))
        found = self._maps[page]
        return found.unseen(found.views(scale, self._room), scale, self._room) if scale else 0

    # --- moving ------------------------------------------------------------------------------------------

    def action_pan(self, across: int, down: int) -> None:
        """Move the window by most of its size."""
        columns, rows = self._room
        self._go((self._place[0] + round(across * columns * _STEP), self._place[1] + round(down * rows * _STEP)))

    def action_corner(self) -> None:
        """Go to the head of the page."""
        self._go((0, 0))

    def action_zoom(self, step: int) -> None:
        """Show larger (-1) or smaller (1), around the middle of the window."""
        now, levels = self._current_scale, page_raster.SCALES
        finer, coarser = [one for one in levels if one < now], [one for one in levels if one > now]
        fitted = page_raster.scale_of_width(self._page_size[0], self._room[0])
        if step < 0 and finer:
            self._zoom_to(finer[-1])
        elif step > 0:
            self._zoom_to(coarser[0] if coarser and coarser[0] < fitted else None)

    def fit(self) -> None:
        """Show the page's width; once more, the whole page."""
        self._whole = not self._whole if self._scale is None else False
        self._zoom_to(None)

    def loupe(self) -> None:
        """Show the page pixel by pixel; once more, at the scale where it reads best."""
        at_loupe = self._scale == page_raster.LOUPE
        self._zoom_to(self._readable_scale if at_loupe else page_raster.LOUPE)

    def next_view(self, step: int) -> bool:
        """Go to the next inked view (or the one before) at a scale that can be judged; False at the end."""
        if self._map is None:
            return False
        if not self._readable and self.mode is not Mode.NONE:
            self._scale, self._views, self._place = self._readable_scale, None, (-1, -1)
        views = self._all_views()
        rank = [(row, column) for column, row in views]
        here = (self._place[1], self._place[0])
        after = [place for place, key in zip(views, rank, strict=True) if key > here]
        before = [place for place, key in zip(views, rank, strict=True) if key < here]
        target = (after[:1] if step > 0 else before[-1:]) or ([] if self._place != (-1, -1) else list(views[:1]))
        if not target:
            self._place = (max(0, self._place[0]), max(0, self._place[1]))
            return False
        self._place = target[0]
        self._changed()
        return True

    def next_mode(self) -> None:
        """Draw with the next kind of characters."""
        modes = tuple(Mode)
        self.mode = modes[(modes.index(self.mode) + 1) % len(modes)]
        self._changed()

    def invert(self) -> None:
        """Draw white on black, or black on white again."""
        self._inverted = not self._inverted
        self._changed()

    # --- drawing -----------------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """Draw a line of the window."""
        columns = self.size.width
        if self._decoded is None or self.mode is Mode.NONE:
            return Strip([Segment(self._word_line(y), Style(dim=True))], columns)
        if self._frame is None:
            self._frame = page_raster.frame(self._decoded, self.mode, self._current_scale, self._place, self._room)
        style = PAPER_ON_INK if self._inverted else INK_ON_PAPER
        if self._frame.greys:
            return Strip(_grey_line(*self._frame.greys[y], inverted=self._inverted), columns)
        return Strip([Segment(self._frame.lines[y], style)], columns)

    def on_resize(self) -> None:
        """Draw for the new size."""
        self._views = None
        self._changed()

    def _word_line(self, y: int) -> str:
        told = self._words or ("aucun dessin de la page dans ce mode : m en choisit un autre",)
        words = [line for one in told for line in _folded(one, self.size.width)]
        top = max(0, (self.size.height - len(words)) // 2)
        line = words[y - top] if 0 <= y - top < len(words) else ""
        left = max(0, (self.size.width - max(map(width, words))) // 2)
        return padded(" " * left + line, self.size.width)

    def _changed(self) -> None:
        self._frame = None
        if self._map is not None:
            self._place = self._kept_inside(self._place)
            if self._readable:
                self._map.show(self._current_scale, self._place, self._room)
        self.refresh()
        self.post_message(self.Looked())

    def _go(self, place: tuple[int, int]) -> None:
        kept = self._kept_inside(place)
        if kept != self._place and self._decoded is not None:
            self._place = kept
            self._changed()

    def _zoom_to(self, scale: float | None) -> None:
        if self._decoded is None:
            return
        old, (columns, rows) = self._current_scale, self._room
        middle = ((self._place[0] + columns / 2) * old, (self._place[1] + rows / 2) * old)
        self._scale, self._views = scale, None
        new = self._current_scale
        self._place = (round(middle[0] / new - columns / 2), round(middle[1] / new - rows / 2))
        self._changed()

    def _same_place(self, size: tuple[int, int], scale: float) -> tuple[int, int]:
        """Return where the window is when the page was of another size, in pixels, and at another scale."""
        now, was = page_raster.cells_of(self._page_size, self._current_scale), page_raster.cells_of(size, scale)
        return round(self._place[0] * now[0] / was[0]), round(self._place[1] * now[1] / was[1])

    def _kept_inside(self, place: tuple[int, int]) -> tuple[int, int]:
        across, down = page_raster.cells_of(self._page_size, self._current_scale)
        columns, rows = self._room
        return min(max(0, place[0]), max(0, across - columns)), min(max(0, place[1]), max(0, down - rows))

    def _all_views(self) -> tuple[tuple[int, int], ...]:
        if self._map is None:
            return ()
        key = (self._current_scale, self._room)
        if self._views is None or self._views[0] != key:
            found = self._map.views(*key)
            self._views = (key, tuple(dict.fromkeys(self._kept_inside(place) for place in found)))
        return self._views[1]

    @property
    def _room(self) -> tuple[int, int]:
        return max(1, self.size.width), max(1, self.size.height)

    @property
    def _page_size(self) -> tuple[int, int]:
        return self._map.size if self._map else (1, 1)

    @property
    def _current_scale(self) -> float:
        if self._scale is not None:
            return self._scale
        fitted = page_raster.scale_of_page if self._whole else None
        return (
            fitted(*self._page_size, *self._room)
            if fitted
            else page_raster.scale_of_width(self._page_size[0], self._room[0])
        )

    @property
    def _readable_scale(self) -> float:
        """The coarsest level at which the page can be judged: the fewest views."""
        coarsest = page_raster.coarsest_readable(self.mode, self._dpi)
        return max((one for one in page_raster.SCALES if one <= coarsest), default=page_raster.LOUPE)

    @property
    def _readable(self) -> bool:
        return self._current_scale <= page_raster.coarsest_readable(self.mode, self._dpi)


def _folded(line: str, columns: int) -> list[str]:
    """Return a line that is too long on several; a drawing's line that fits stays as it is."""
    return [line] if width(line) <= columns else wrapped(line, columns, _WORD_LINES)


def _grey_line(upper: bytes, lower: bytes, *, inverted: bool) -> list[Segment]:
    """Return a line of half blocks, the same greys side by side in one segment."""
    shades = _GREYS[::-1] if inverted else _GREYS
    found: list[Segment] = []
    start = 0
    pairs = list(zip(upper, lower, strict=True))
    for index in range(1, len(pairs) + 1):
        if index == len(pairs) or pairs[index] != pairs[start]:
            above, below = pairs[start]
            glyph = " " if above == below else "▀"
            style = Style(color=shades[above], bgcolor=shades[below])
            found.append(Segment(glyph * (index - start), style))
            start = index
    return found

"""The one-line bars: title, status, keys. They draw their line and never lay the screen out again."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from scor_tui.domain.text import clean
from scor_tui.presentation.parts import changed
from scor_tui.presentation.text import fit, padded, width, wrapped

BOLD, DIM, PLAIN = Style(bold=True), Style(dim=True), Style()
REVERSED = Style(reverse=True)


class Bar(Widget):
    """A bar of one line: `left` words, `right` words, in one style."""

    DEFAULT_CSS = "Bar { height: 1; }"
    style = PLAIN

    def __init__(self, left: str = "", right: str = "", *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(id=id)
        self._left, self._right = clean(left), clean(right)

    def say(self, left: str, right: str | None = None) -> None:
        """Change the words; draws only when they are new."""
        new = (clean(left), self._right if right is None else clean(right))
        if new != (self._left, self._right):
            self._left, self._right = new
            self.refresh()

    @property
    def said(self) -> str:
        """The words on the left."""
        return self._left

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - one line
        """Draw the line."""
        room = self.size.width
        right = fit(self._right, max(0, room - 2))
        left = fit(self._left, max(0, room - width(right) - (4 if right else 2)))
        gap = max(0, room - width(left) - width(right) - 2)
        return Strip([Segment(f" {left}{' ' * gap}{right} ", self.style)])


class TitleBar(Bar):
    """Where one is, and the practice."""

    style = REVERSED


class StatusLine(Bar):
    """What is to be said of the row under the cursor, or of what was just done: two lines, always the same place."""

    DEFAULT_CSS = "StatusLine { height: 2; }"

    def say(self, left: str, right: str | None = None) -> None:
        """Change the words; draws what differs, no more."""
        if right is not None:
            super().say(left, right)
            return
        old, self._left = self._set(), clean(left)
        for y, (was, now) in enumerate(zip(old, self._set(), strict=True)):
            first, count = changed(f" {was}", f" {now}", self.size.width)
            if count:
                self.refresh(Region(first, y, count, 1))

    def render_line(self, y: int) -> Strip:
        """Draw one of the two lines."""
        return Strip([Segment(padded(f" {self._set()[y]}", self.size.width), self.style)])

    def _set(self) -> list[str]:
        return [*wrapped(self._left, max(1, self.size.width - 2), 2), "", ""][:2]


class KeyBar(Bar):
    """The keys that do something here, now: whole ones, the most useful first to find room."""

    style = DIM
    ALL, SOME = "? aide", ": autres  ? aide"
    """How it ends: when every key shows, and when the palette has others."""

    def __init__(self, left: str = "", right: str = "", *, id: str | None = None) -> None:  # noqa: A002 - textual's word
        super().__init__(left, right, id=id)
        self._offers: tuple[tuple[int, str], ...] = ()

    def offer(self, keys: Sequence[tuple[int, str]]) -> None:
        """Show keys as (rank, words), in their order; those of rank 1 are the last to be left out."""
        self._offers = tuple(keys)
        everything = _KEY_GAP.join(words for _, words in keys)
        if width(everything) <= self._room(self.ALL):
            self.say(everything, self.ALL)
        else:
            self.say(_KEY_GAP.join(_fitting(keys, self._room(self.SOME))), self.SOME)

    def on_resize(self) -> None:
        """Choose again what there is room for."""
        if self._offers:
            self.offer(self._offers)

    def _room(self, right: str) -> int:
        return self.size.width - width(right) - 4


_KEY_GAP = "  "


def _fitting(keys: Sequence[tuple[int, str]], columns: int) -> list[str]:
    """Return the keys that fit, in their order, chosen by rank."""
    kept: set[int] = set()
    for index in sorted(range(len(keys)), key=lambda one: keys[one][0]):
        longer = kept | {index}
        if sum(width(keys[one][1]) + len(_KEY_GAP) for one in longer) - len(_KEY_GAP) <= columns:
            kept = longer
    return [keys[index][1] for index in sorted(kept)]


class Rule(Widget):
    """A horizontal rule."""

    DEFAULT_CSS = "Rule { height: 1; }"

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - one line
        """Draw the rule."""
        return Strip([Segment(f" {'─' * max(0, self.size.width - 2)} ", DIM)])

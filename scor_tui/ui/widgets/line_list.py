"""The list of all lists: rows over a paged source, a cursor, a header cell; nothing per row in memory but what shows.

A cursor move draws two lines, other rows only those that changed; a jump of half a page, at an edge, draws the list.
Selection is an identity: the row's key, never an index.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from scor_tui.presentation.parts import Drawn, Part, Tone, set_parts
from scor_tui.presentation.text import padded
from scor_tui.ui.widgets.tones import strip_of

HEADER_ROW = -1


@dataclass(frozen=True)
class Column:
    """A column: title, width in terminal columns (0 takes what is left, `least` or more), set right, when it gives way.

    The columns with the highest `gives_way` leave first when the list is too narrow; 0 never leaves. `pressable`
    titles can be reached with the cursor and clicked.
    """

    title: str
    width: int
    right: bool = False
    gives_way: int = 0
    pressable: bool = False
    least: int = 8


@dataclass(frozen=True)
class Row:
    """A row: its identity, its cells (words, or parts in tones), how it stands out: `alarm` red whole, `faint` dim."""

    key: Hashable
    cells: tuple[Drawn, ...]
    alarm: bool = False
    faint: bool = False


class Source(Protocol):
    """Rows in an order, asked for around a key; None asks from the beginning or from the end."""

    def after(self, key: Hashable | None, count: int) -> Sequence[Row]:
        """Return at most `count` rows that follow `key`."""
        ...

    def before(self, key: Hashable | None, count: int) -> Sequence[Row]:
        """Return at most `count` rows that come before `key`, in the list's order."""
        ...

    def at(self, key: Hashable) -> Row | None:
        """Return a row afresh, or None when it has left the list."""
        ...


class LineList(Widget, can_focus=True):
    """A list of rows."""

    DEFAULT_CSS = "LineList { width: 1fr; height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(-1)", show=False),
        Binding("end", "edge(1)", show=False),
    ]

    class Moved(Message):
        """The cursor is on another row, or on the header (`row` is None)."""

        def __init__(self, control: LineList, row: Row | None) -> None:
            super().__init__()
            self.lines = control
            self.row = row

        @property
        def control(self) -> LineList:
            """The list, for a screen that has several."""
            return self.lines

        def can_replace(self, message: Message) -> bool:
            """Let the newest place stand alone: a held key is explained where it stops."""
            return isinstance(message, LineList.Moved) and message.lines is self.lines

    class Opened(Message):
        """The row was clicked again."""

        def __init__(self, control: LineList, row: Row) -> None:
            super().__init__()
            self.lines = control
            self.row = row

        @property
        def control(self) -> LineList:
            """The list, for a screen that has several."""
            return self.lines

    class HeaderPressed(Message):
        """A pressable title was clicked."""

    def __init__(self, columns: Sequence[Column], source: Source, empty: str, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._source = source
        self._empty = empty
        self._rows: list[Row] = []
        self._cursor = 0
        self._shown: dict[int, object] = {}

    # --- what it shows -----------------------------------------------------------------------------------

    @property
    def row(self) -> Row | None:
        """The row under the cursor, None on the header or in an empty list."""
        return self._rows[self._cursor] if 0 <= self._cursor < len(self._rows) else None

    @property
    def on_header(self) -> bool:
        """Whether the cursor is on the header."""
        return self._cursor == HEADER_ROW

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that show."""
        return tuple(self._rows)

    def change_source(self, source: Source, empty: str | None = None) -> None:
        """Show other rows, from their beginning."""
        self._source = source
        self._empty = empty or self._empty
        self._rows = list(source.after(None, self._room))
        self._cursor = 0
        self._settle()

    def reload(self) -> None:
        """Read the rows that show again; the cursor stays on its row, or on the nearest that is left."""
        if not self.size.height:  # it has no place yet: it reads once when it is given one
            return
        here, top = self.row, self._rows[0].key if self._rows else None
        first = self._source.at(top) if top is not None else None
        if first is not None:
            self._rows = [first, *self._source.after(first.key, self._room - 1)]
        else:
            self._rows = list(self._source.after(top, self._room)) or list(self._source.before(None, self._room))
        if len(self._rows) < self._room and self._rows:
            self._rows = [*self._source.before(self._rows[0].key, self._room - len(self._rows)), *self._rows]
        keys = [row.key for row in self._rows]
        if here is not None and here.key in keys:
            self._cursor = keys.index(here.key)
        elif not self.on_header:
            self._cursor = max(0, min(self._cursor, len(self._rows) - 1))
        self._settle()

    def refresh_row(self, key: Hashable) -> None:
        """Read one row again and draw its line alone."""
        for index, row in enumerate(self._rows):
            fresh = self._source.at(key) if row.key == key else None
            if fresh is not None and fresh != row:
                self._rows[index] = fresh
                self._draw(index)

    def render_line(self, y: int) -> Strip:
        """Draw the header, a row, or nothing."""
        self._shown[y] = self._look(y)
        if y == 0:
            return self._header()
        index = y - 1
        if index < len(self._rows):
            return self._line(index)
        words = self._empty if not self._rows and index == 1 else ""
        return Strip([Segment(padded(f" {words}", self.size.width), Style(dim=True))])

    # --- keys and clicks ---------------------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        """Move the cursor one row; above the first it reaches the header."""
        target = self._cursor + step
        if target >= len(self._rows):
            self._jump_down()
        elif target < 0 <= self._cursor and self._jump_up():
            pass
        elif target >= 0 or self._has_header_cell:
            self._put(max(target, HEADER_ROW))

    def action_page(self, step: int) -> None:
        """Move by a page."""
        if not self._rows:
            return
        room = self._room
        fetched = (
            self._source.after(self._rows[-1].key, room) if step > 0 else self._source.before(self._rows[0].key, room)
        )
        if not fetched:
            self._put(len(self._rows) - 1 if step > 0 else 0)
            return
        joined = [*self._rows, *fetched][-room:] if step > 0 else [*fetched, *self._rows][:room]
        self._rows = joined
        self._cursor = len(joined) - 1 if step > 0 else 0
        self._settle()

    def action_edge(self, step: int) -> None:
        """Go to the first or to the last row."""
        self._rows = list(self._source.before(None, self._room) if step > 0 else self._source.after(None, self._room))
        self._cursor = len(self._rows) - 1 if step > 0 else 0
        self._settle()

    def on_click(self, event: events.Click) -> None:
        """Move to the clicked row, open it when the cursor is on it; press a title."""
        if event.y == 0:
            if self._title_at(event.x):
                self.post_message(self.HeaderPressed())
            return
        index = event.y - 1
        if index < len(self._rows):
            if index == self._cursor:
                self.post_message(self.Opened(self, self._rows[index]))
            self._put(index)

    def on_resize(self) -> None:
        """Read as many rows as there is room for."""
        if self._rows:
            self.reload()
        else:
            self.change_source(self._source)

    # --- how ---------------------------------------------------------------------------------------------

    @property
    def _room(self) -> int:
        return max(1, self.size.height - 1)

    @property
    def _has_header_cell(self) -> bool:
        return any(column.pressable for column in self._columns)

    def _jump_down(self) -> None:
        """At the foot, move the window half a page: holding Down then draws once in many keys."""
        fresh = self._source.after(self._rows[-1].key, max(1, self._room // 2)) if self._rows else ()
        if fresh:
            self._cursor += 1
            joined = [*self._rows, *fresh]
            gone = max(0, len(joined) - self._room)
            self._rows, self._cursor = joined[gone:], self._cursor - gone
            self._settle()

    def _jump_up(self) -> bool:
        fresh = self._source.before(self._rows[0].key, max(1, self._room // 2)) if self._rows else ()
        if not fresh:
            return False
        self._cursor = len(fresh) - 1
        self._rows = [*fresh, *self._rows][: self._room]
        self._settle()
        return True

    def _put(self, index: int) -> None:
        if index != self._cursor:
            old, self._cursor = self._cursor, index
            self._draw(old)
            self._draw(index)
            self.post_message(self.Moved(self, self.row))

    def _draw(self, index: int) -> None:
        self.refresh(Region(0, index + 1, self.size.width, 1))

    def _settle(self) -> None:
        stale = [y for y in range(self.size.height) if self._shown.get(y) != self._look(y)]
        if len(stale) > self.size.height // 2:
            self.refresh()
        elif stale:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in stale))
        self.post_message(self.Moved(self, self.row))

    def _look(self, y: int) -> object:
        """Return what decides how a line looks."""
        index = y - 1
        row = self._rows[index] if 0 <= index < len(self._rows) else self._empty if not self._rows else None
        return row, index == self._cursor

    def _header(self) -> Strip:
        style = Style(bold=True, reverse=self.on_header and self.has_focus)
        return self._set(tuple(column.title for column in self._columns), style)

    def _line(self, index: int) -> Strip:
        """Draw a row; under the cursor in reverse, or marked `>` while another list has the focus."""
        row, here = self._rows[index], index == self._cursor
        elsewhere = here and not self.has_focus
        style = Style(
            color="red" if row.alarm else None, dim=row.faint, bold=elsewhere or None, reverse=here and self.has_focus
        )
        return self._set(row.cells, style, lead=">" if elsewhere else " ")

    def _set(self, cells: tuple[Drawn, ...], style: Style, lead: str = " ") -> Strip:
        blank = (" ", Tone.PLAIN)
        parts: list[Part] = [(lead, Tone.PLAIN)]
        for index, wide in self._widths().items():
            parts += [*set_parts(cells[index], wide, right=self._columns[index].right), blank]
        return strip_of(tuple(parts[:-1]), self.size.width, style)

    def _widths(self) -> dict[int, int]:
        """Return the width of each column that shows, by its index; those that give way leave first."""
        room = self.size.width - 1
        shown = dict(enumerate(self._columns))

        def needed() -> int:
            return sum((column.width or column.least) + 1 for column in shown.values())

        for index in sorted(shown, key=lambda i: -self._columns[i].gives_way):
            if needed() <= room or not self._columns[index].gives_way:
                break
            del shown[index]
        spare = room - sum(column.width + 1 for column in shown.values())
        return {index: column.width or max(column.least, spare) for index, column in shown.items()}

    def _title_at(self, x: int) -> bool:
        left = 1
        for index, wide in self._widths().items():
            if left <= x < left + wide:
                return self._columns[index].pressable
            left += wide + 1
        return False

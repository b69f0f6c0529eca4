"""The one adapter for what the terminal needs and Textual keeps to itself; no other module names its private parts."""

from __future__ import annotations

import sys
import unicodedata
from typing import Any

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.reactive import Reactive
from textual.screen import Screen

from scor_tui.ui.profile import LOWEST, NARROWEST, Profile

TOO_SMALL = "-too-small"
"""The class that the application bears while its terminal is smaller than what the screens are drawn for."""


_DRAWN_AS = {
    **dict.fromkeys("─━╌", "-"), **dict.fromkeys("│┃", "|"), **dict.fromkeys("…·•░", "."), **dict.fromkeys("›►→", ">"),
    "←": "<", "●": "*", "○": "!", "□": "@", "×": "x", "✓": "v", "╱": "/", "╲": "\\",
}  # fmt: skip
_BOXES, _BLOCKS, _BRAILLE = range(0x2500, 0x2580), range(0x2580, 0x25A0), range(0x2800, 0x2900)


def plain(text: str, *, letters: bool) -> str:
    """Return what is drawn in characters that any terminal has, one for one; `letters` keeps those of Latin-1."""
    if text.isascii():
        return text
    return "".join(char if char.isascii() or (letters and char <= "ÿ") else _plain(char) for char in text)


def _plain(char: str) -> str:
    if char in _DRAWN_AS:
        return _DRAWN_AS[char]
    code = ord(char)
    if code in _BRAILLE:
        return " .:oO#"[-(-(code & 0xFF).bit_count() * 5 // 8)]
    if code in _BOXES or code in _BLOCKS:
        return "+" if code in _BOXES else "#"
    bare = unicodedata.normalize("NFKD", char)[:1]
    return bare if bare.isascii() else {"«": '"', "»": '"', "°": "o", "’": "'"}.get(char, "?")


class TerminalApp(App[None]):
    """An application that asks the terminal for clicks only, knows when it is too small, and tells no trace."""

    theme = Reactive("ansi-dark")
    """The terminal's own colours from before the first paint: with others NO_COLOR gives greys, and dim words break."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        super().__init__()

    def get_driver_class(self) -> type[Driver]:
        """Return the driver of this system; mouse moves are never asked for (134 KB sent per hundred of them)."""
        if sys.platform == "win32":
            return super().get_driver_class()
        from textual.drivers.linux_driver import LinuxDriver

        profile = self.profile

        class Adapted(LinuxDriver):
            def write(self, data: str) -> None:
                super().write(plain(data, letters=profile.utf8) if profile.ascii_only else data)

            def _enable_mouse_support(self) -> None:
                super()._enable_mouse_support()
                if self._mouse:
                    self.write("\x1b[?1003l\x1b[?1000h")  # motion off; some terminals then need clicks asked again

        return Adapted

    async def on_event(self, event: events.Event) -> None:
        """Tell `before_key` of each key and click, then let Textual have it."""
        if isinstance(event, events.Key | events.MouseDown) and not event.is_forwarded:
            self.before_key()
        await super().on_event(event)

    def before_key(self) -> None:
        """Do what comes before a key or a click."""

    def _load_screen_css(self, screen: Screen[Any]) -> None:
        """Load a new screen's styles; none is stale yet, and Textual would parse every sheet again for it (3 ms)."""
        super()._load_screen_css(screen)
        screen._css_update_count = self._css_update_count

    def on_resize(self, event: events.Resize) -> None:
        """Let the notice « trop petit » show, or hide it again."""
        self.set_class(event.size.width < NARROWEST or event.size.height < LOWEST, TOO_SMALL)

    @property
    def crash(self) -> Exception | None:
        """What made the application stop by itself, once it has."""
        return self._exception

    def _fatal_error(self) -> None:
        """Leave without the trace that Textual prints: it shows local variables, hence patients' names."""
        self._close_messages_no_wait()

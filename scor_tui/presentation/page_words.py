"""What is said of a page that shows: zoom, whether it can be judged, which zone of how many, what was not seen."""

from __future__ import annotations

from dataclasses import dataclass

from scor_tui.domain.norms import MAX_BYTES
from scor_tui.presentation.page_raster import LOUPE, Mode
from scor_tui.presentation.text import NBSP, counted, moment
from scor_tui.services.piece_facts import VersionFacts


@dataclass(frozen=True)
class Sight:
    """What shows of a page: scale in pixels per column, the rank of the view (0: between two) of how many.

    `unseen` counts the views that were never shown at a scale that can be judged; `fitted` says to what it fits.
    """

    mode: Mode
    scale: float
    readable: bool
    view: int = 0
    views: int = 0
    unseen: int = 0
    fitted: str = ""


ENVELOPE = (
    "┌──────────────────────────────────────┐",
    "│ ╲                                  ╱ │",
    "│   ╲                              ╱   │",
    "│     ╲                          ╱     │",
    "│       ╲                      ╱       │",
    "│         ╲__________________╱         │",
    "│                                      │",
    "│                                      │",
    "└──────────────────────────────────────┘",
)
_ASCII_FRAME = str.maketrans("┌┐└┘─│╲╱", "++++-|\\/")


def envelope(*, ascii_only: bool = False) -> tuple[str, ...]:
    """Return the drawing of a piece that has no page: it travels in an envelope."""
    words = ("", "Cette pièce n'a pas de page :", "elle voyage dans une enveloppe.")
    drawn = tuple(line.translate(_ASCII_FRAME) for line in ENVELOPE) if ascii_only else ENVELOPE
    return (*drawn, *words)


def sight_line(sight: Sight, *, unseen: bool = True) -> str:
    """Return `vue 3/17 · zoom 6 px, lisible · 14 zones non vues`; the last part when `unseen` is wanted."""
    if sight.mode is Mode.NONE:
        return "aucun dessin"
    parts = [f"vue {sight.view}/{sight.views}"] if sight.readable and sight.view else []
    if not sight.views:
        parts.append("rien d'écrit sur cette page")
    parts.append(_zoom(sight))
    if unseen and sight.views and sight.readable:
        parts.append(unseen_words(sight.unseen) or "toutes les zones vues")
    return " · ".join(parts)


def unseen_words(unseen: int) -> str:
    """Return `14 zones non vues`, or nothing."""
    return f"{counted(unseen, 'zone')} non vue{'s' if unseen > 1 else ''}" if unseen else ""


def _zoom(sight: Sight) -> str:
    exact = " 1:1" if sight.scale == LOUPE and sight.mode is Mode.BRAILLE else ""
    pixels = f"{sight.scale:.1f}".rstrip("0").rstrip(".").replace(".", ",")
    level = f"loupe{exact}" if sight.scale == LOUPE else sight.fitted or f"zoom {pixels}{NBSP}px"
    return f"{level}, lisible" if sight.readable else f"{level} : trop petit pour juger (espace)"


def weight_bar(size: int, columns: int, *, ascii_only: bool = False) -> str:
    """Return `45 / 250 Ko ▓▓░░░░`, filled as the document is."""
    words = f"{-(-size // 1000)} / {MAX_BYTES // 1000}{NBSP}Ko "
    room = max(0, columns - len(words))
    full = min(room, -(-room * size // MAX_BYTES))
    filled, empty = ("#", ".") if ascii_only else ("▓", "░")
    return words + filled * full + empty * (room - full)


def tick_box(ticked: bool, words: str) -> str:
    """Return `[x] Lisible`."""
    return f"[{'x' if ticked else ' '}] {words}"


def version_line(version: VersionFacts, *, last: bool) -> str:
    """Return what a version of a piece is, and who confirmed that it is legible."""
    when = version.legible_at
    confirmed = f"lisible selon {version.legible_by}, {moment(when)}" if when else "lisibilité non confirmée"
    pages = f"{counted(version.pages, 'page')}, {version.dpi} dpi"
    return f"version {version.number} : {pages}, {confirmed}{'' if last else ' (remplacée)'}"

"""Foreign strings: nothing from a file, a mail or a certificate reaches a terminal uncleaned."""

from __future__ import annotations

import re
import unicodedata

REPLACEMENT = "\ufffd"
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""What is drawn as nothing though its category says letter or mark: fillers, variation selectors, joiners."""
_SPACES = re.compile(r"[ \u00a0\u202f]+")


def clean(text: str, *, limit: int = 500) -> str:
    """Return `text` safe for one line of a terminal, a log, a mail header or a CSV cell.

    Normalised to NFC; control characters (C0, DEL, C1), bidirectional and zero-width marks, invisible fillers and
    variation selectors, line and paragraph separators, tag characters, surrogates and private or unassigned code
    points become U+FFFD;
    cut at `limit` characters with an ellipsis.
    """
    if text.isascii() and text.isprintable():
        return text if len(text) <= limit else text[: limit - 1] + "…"
    normal = unicodedata.normalize("NFC", text[: 4 * limit])
    safe = "".join(REPLACEMENT if _is_unsafe(char) else char for char in normal)
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


def _is_unsafe(char: str) -> bool:
    category = unicodedata.category(char)
    return category in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} or _BLANK.match(char) is not None


def fold(text: str) -> str:
    """Return `text` for comparison in a filter: no accents, lower case, single spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _SPACES.sub(" ", bare).strip().casefold()

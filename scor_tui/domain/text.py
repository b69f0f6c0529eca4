"""Foreign strings: nothing from a file, a mail or a certificate reaches a terminal uncleaned."""

from __future__ import annotations

import re
import unicodedata

REPLACEMENT = "\ufffd"
_SPACES = re.compile(r"[ \u00a0\u202f]+")


def clean(text: str, *, limit: int = 500) -> str:
    """Return `text` safe for one line of a terminal, a log, a mail header or a CSV cell.

    Normalised to NFC; control characters (C0, DEL, C1), bidirectional and zero-width marks, line and
    paragraph separators, tag characters, surrogates and private or unassigned code points become U+FFFD;
    cut at `limit` characters with an ellipsis.
    """
    normal = unicodedata.normalize("NFC", text[: 4 * limit])
    safe = "".join(REPLACEMENT if _is_unsafe(char) else char for char in normal)
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


def _is_unsafe(char: str) -> bool:
    return char != " " and unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def fold(text: str) -> str:
    """Return `text` for comparison in a filter: no accents, lower case, single spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _SPACES.sub(" ", bare).strip().casefold()

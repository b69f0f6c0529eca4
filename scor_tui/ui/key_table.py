"""The README's table of keys, made from the table of actions: `python -m scor_tui.ui.key_table README.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from scor_tui.ui.actions import ACTIONS, Scope

BEGIN, END = "<!-- touches : début -->", "<!-- touches : fin -->"
_SHOWN = {
    "question_mark": "?", "asterisk": "*", "slash": "/", "colon": ":", "plus": "+", "minus": "-", "space": "espace",
    "enter": "entrée", "escape": "échap", "delete": "suppr", "pagedown": "page suiv.", "pageup": "page préc.",
    "less_than_sign": "<", "greater_than_sign": ">",
}  # fmt: skip


def key_table() -> str:
    """Return the table of every key, in Markdown, a group of rows a scope."""
    return "\n".join(_lines())


def rewritten(text: str) -> str:
    """Return a text with the table between its two marks as it is now."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{key_table()}\n{END}{rest.partition(END)[2]}"


def _lines() -> Iterator[str]:
    yield "| où | touches | action | ce qu'elle fait |"
    yield "|---|---|---|---|"
    for scope in Scope:
        for action in ACTIONS:
            if action.scope is scope:
                keys = " ".join(f"`{_shown(key)}`" for key in action.keys) or "palette"
                yield f"| {scope.value} | {keys} | {action.label} | {action.help} |"


def _shown(key: str) -> str:
    return _SHOWN.get(key, key.upper() if key[0] == "f" and key[1:].isdigit() else key)


if __name__ == "__main__":
    readme = Path(sys.argv[1])
    readme.write_text(rewritten(readme.read_text(encoding="utf-8")), encoding="utf-8")

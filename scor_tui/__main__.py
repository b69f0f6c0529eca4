"""The entry of `scor-tui`: standard library only until it is known what is asked."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    from scor_tui import system
    from scor_tui.commands.run import run

    system.harden()
    return run(sys.argv[1:] if arguments is None else list(arguments))


if __name__ == "__main__":
    sys.exit(main())

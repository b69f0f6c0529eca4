"""Facts to words and cells: pure functions, used by the screens, the commands and the printing alike."""

from __future__ import annotations

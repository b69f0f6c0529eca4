"""Where pages come from: SANE, a watched folder, files, the demonstration scanner."""

from __future__ import annotations

"""One widget a file; each draws lines and knows no practice."""

from __future__ import annotations

"""One screen a file: it asks services and draws rows."""

from __future__ import annotations

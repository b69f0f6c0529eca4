"""SCOR: scan, send and follow the justificatives of electronic invoices."""

from __future__ import annotations

__version__ = "0.1.0"

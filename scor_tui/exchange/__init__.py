"""What travels: SCOR-Ouvert 1 at both ends, and the readers of NOEMIE, B2, CSV and JSON."""

from __future__ import annotations

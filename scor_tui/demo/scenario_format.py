"""The name and version of `scenarios.json`, for who writes it and who reads it."""

from __future__ import annotations

SCENARIOS_FORMAT = "scor-tui-scenarios"
SCENARIOS_VERSION = 1

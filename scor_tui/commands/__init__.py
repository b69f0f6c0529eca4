"""The use cases from the shell, for cron and SSH: French verbs, JSON, exit codes."""

from __future__ import annotations

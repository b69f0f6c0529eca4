"""The floors of the house: each room knows only those below it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"


def test_every_contract_between_the_rooms_is_kept() -> None:
    pytest.importorskip("importlinter", reason="import-linter n'est pas installé : les étages ne sont pas vérifiés")
    environment = os.environ | {"COLUMNS": "200", "NO_COLOR": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", _LINT], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "0 broken" in ran.stdout
    assert "0 kept" not in ran.stdout

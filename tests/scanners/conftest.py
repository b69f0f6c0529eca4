"""SANE's own `test` scanners, as a driver of the real thing, with a configuration folder of their own."""

from __future__ import annotations

import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scor_tui.scanners.child import Patience
from scor_tui.scanners.sane import SaneScanner

SILENT_TEST = "no scanner was driven in this test: scanimage (package sane-utils) is not installed"


@pytest.fixture
def scanimage() -> str:
    program = shutil.which("scanimage")
    if program is None:
        pytest.skip(SILENT_TEST)
    return program


@pytest.fixture
def sane(scanimage: str, sane_config: Callable[..., Path]) -> Callable[..., SaneScanner]:
    """Make a scanner over the `test` driver: options of the driver, patience, another program."""

    def make(*extra: str, program: str = scanimage, patience: Patience | None = None) -> SaneScanner:
        return SaneScanner(
            config_dir=sane_config(), program=program, extra_options=extra, patience=patience or Patience()
        )

    return make


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], str]:
    """Write a small program that stands before scanimage: what no test driver can do (a jam on page 3…)."""

    def write(source: str) -> str:
        path = tmp_path / "devant-scanimage"
        path.write_text(f"#!{sys.executable}\nimport os, signal, subprocess, sys, time\n{source}\n")
        path.chmod(stat.S_IRWXU)
        return str(path)

    return write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The private folder where pages go, under a name that would break a careless command line."""
    path = tmp_path / "pages à 100 %d"
    path.mkdir(mode=0o700)
    return path

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

TEST_DEVICES = """\
number_of_devices 2
mode {mode}
depth 8
resolution_min 1.0
resolution_max {best}
resolution_quant 1.0
resolution {usual}
test-picture "Grid"
geometry_min 0.0
geometry_max 300.0
geometry_quant 1.0
tl_x 0.0
tl_y 0.0
br_x 80.0
br_y 100.0
"""

SILENT_TEST = "no scanner was driven in this test: scanimage (package sane-utils) is not installed"


@pytest.fixture
def scanimage() -> str:
    program = shutil.which("scanimage")
    if program is None:
        pytest.skip(SILENT_TEST)
    return program


@pytest.fixture
def sane_config(tmp_path: Path) -> Callable[..., Path]:
    """Write a SANE configuration folder: the `test` driver with this best resolution, or another driver."""

    def write(driver: str = "test", *, mode: str = "Gray", best: float = 1200.0) -> Path:
        folder = tmp_path / "sane"
        folder.mkdir(exist_ok=True)
        (folder / "dll.conf").write_text(f"{driver}\n")
        text = TEST_DEVICES.format(mode=mode, best=best, usual=min(best, 200.0))
        (folder / "test.conf").write_text(text)
        return folder

    return write


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

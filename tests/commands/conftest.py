"""The commands as they are typed: arguments in, words, JSON and an exit code out. The practice is that of services."""

from __future__ import annotations

import importlib.util
import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scor_tui.commands.folders import DEMONSTRATION
from scor_tui.commands.run import run
from scor_tui.demo.clock import set_to
from scor_tui.demo.layout import Layout
from scor_tui.domain.text import clean

_stories = Path(__file__).parents[1] / "services" / "conftest.py"
_spec = importlib.util.spec_from_file_location("practice_stories", _stories)
assert _spec is not None
assert _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = _module
_spec.loader.exec_module(_module)
region, measured_once, layout, clock = _module.region, _module.measured_once, _module.layout, _module.clock
practice, world = _module.practice, _module.world


@dataclass(frozen=True)
class Told:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def all(self) -> str:
        return self.out + self.err


Ask = Callable[..., Told]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Type a command; whatever it answers is safe for a terminal, and never a trace."""

    def typed(*arguments: object, stdin: str = "") -> Told:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        code = run([str(one) for one in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        for text in (out, err):
            raw = {char for char in text if char != "\n" and clean(char) != char}
            assert not raw, raw
        return Told(code, out, err)

    return typed


@pytest.fixture
def home(practice: Any) -> Path:
    """The data folder of the practice, whose commands follow the test's clock."""
    folder: Path = practice.root / "cabinet"
    (folder / DEMONSTRATION).mkdir(mode=0o700)
    follow(practice, folder)
    return folder


def follow(practice: Any, folder: Path) -> None:
    set_to(Layout(folder / DEMONSTRATION).clock, practice.clock.moment)


@pytest.fixture
def scor(ask: Ask, home: Path, practice: Any) -> Ask:
    """Type a command on the practice; what is said of JSON holds for each."""

    def typed(command: str, *arguments: object, stdin: str = "") -> Told:
        follow(practice, home)
        return ask(command, *arguments, "--dossier", home, stdin=stdin)

    return typed


@pytest.fixture
def moved(practice: Any, home: Path) -> Callable[[Path], None]:
    """Let the commands on another data folder follow the test's clock too."""

    def let(folder: Path) -> None:
        (folder / DEMONSTRATION).mkdir(mode=0o700, exist_ok=True)
        follow(practice, folder)

    return let

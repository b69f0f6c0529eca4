"""What importing a room really loads: measured in a fresh interpreter, not read in the sources."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"PIL", "img2pdf", "pypdf", "pypdfium2", "pi_heif", "reportlab", "textual", "cryptography", "asn1crypto",
         "peewee", "playhouse", "sqlcipher3", "platformdirs"}  # fmt: skip
ROOMS = {
    "store",
    "imaging",
    "scanners",
    "exchange",
    "mail",
    "printing",
    "services",
    "presentation",
    "commands",
    "demo",
    "ui",
}
_DUMP = "import json, sys; print('\\n' + json.dumps(sorted(sys.modules)))"


@cache
def loaded(statement: str) -> frozenset[str]:
    """The modules that a fresh interpreter holds after a statement, without those it starts with."""
    return _after(statement) - _after("pass")


@cache
def _after(statement: str) -> frozenset[str]:
    ran = subprocess.run(
        [sys.executable, "-c", f"{statement}\n{_DUMP}"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return frozenset(json.loads(ran.stdout.splitlines()[-1]))


def heavy(modules: frozenset[str]) -> set[str]:
    """Which heavy libraries are among them."""
    return {name.partition(".")[0] for name in modules} & HEAVY


def rooms(modules: frozenset[str]) -> set[str]:
    """Which rooms of ours are among them."""
    return {name.split(".")[1] for name in modules if name.startswith("scor_tui.")} & ROOMS


def foreign(modules: frozenset[str]) -> set[str]:
    """What is neither ours nor Python's."""
    known = set(sys.stdlib_module_names) | {"scor_tui", "_distutils_hack"}
    return {name for name in {module.partition(".")[0] for module in modules} if name not in known}


def every_module_of(room: str) -> str:
    """A statement that imports every module of a room."""
    folder = ROOT / "scor_tui" / room
    names = [f"scor_tui.{room}.{path.stem}" for path in sorted(folder.glob("*.py")) if path.stem != "__init__"]
    return "import " + ", ".join([f"scor_tui.{room}", *names])


def test_the_rules_load_nothing_but_python_and_themselves() -> None:
    modules = loaded(every_module_of("domain"))
    assert foreign(modules) == set()
    assert {name.split(".")[1] for name in modules if name.startswith("scor_tui.")} == {"domain"}


def test_what_is_unix_only_loads_nothing_but_python() -> None:
    modules = loaded("import scor_tui.system")
    assert foreign(modules) == set()
    assert {name for name in modules if name.startswith("scor_tui")} == {"scor_tui", "scor_tui.system"}


@pytest.mark.parametrize("room", ["imaging", "scanners", "exchange", "mail", "printing", "services", "presentation",
                                  "commands", "demo"])  # fmt: skip
def test_naming_a_room_costs_nothing_heavy(room: str) -> None:
    modules = loaded(f"import scor_tui.{room}")
    assert heavy(modules) == set()
    assert rooms(modules) == {room}


MAY_LOAD = {
    "store": {"peewee", "playhouse", "sqlcipher3", "cryptography"},
    "scanners": {"PIL"},
    "exchange": {"cryptography", "asn1crypto"},
    "mail": {"cryptography"},
    "printing": set(),
}
"""What the modules of a room load at once; what they do not is loaded when it is used."""


@pytest.mark.parametrize("room", MAY_LOAD)
def test_the_modules_of_a_room_load_what_the_room_is_for_and_no_other_room(room: str) -> None:
    modules = loaded(every_module_of(room))
    assert heavy(modules) <= MAY_LOAD[room]
    assert rooms(modules) == {room}


def test_what_a_screen_needs_of_a_document_does_not_load_the_libraries_that_open_it() -> None:
    assert heavy(loaded("from scor_tui.imaging import ConvertOptions, convert, inspect")) == set()


def test_presentation_is_words_and_cells_and_loads_no_screen() -> None:
    modules = loaded(every_module_of("presentation"))
    assert heavy(modules) & {"textual", "PIL", "pypdf", "reportlab"} == set()
    assert "ui" not in rooms(modules)


def test_the_demonstration_never_loads_the_practices_records() -> None:
    assert not rooms(loaded(every_module_of("demo"))) & {"store", "services", "presentation", "ui", "commands"}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["transmettre", "--help"]])
def test_asking_for_help_loads_no_library(arguments: list[str]) -> None:
    play = (
        f"import contextlib, io, runpy, sys; sys.argv = ['scor-tui', *{arguments!r}]\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()) as said:\n"
        "    runpy.run_module('scor_tui', run_name='__main__')\n"
        "assert 'scor-tui' in said.getvalue()"
    )
    modules = loaded(play)
    assert heavy(modules) == set()
    assert foreign(modules) == set()
    assert rooms(modules) == {"commands"}

"""What every module of the program keeps to, read in its source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "scor_tui"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
CLOCKS = {"services/cabinet.py", "demo/clock.py"}
OF_FILES = {"mail/maildir.py": {"time.time", "time.time_ns"}}
"""A Maildir's file names begin with the time to be unique, and a file's age is told by the clock that dates files."""
NAMESPACES = ("http://www.w3.org/", "http://relaxng.org/", "http://ns.adobe.com/", "http://purl.org/")
_HOST = re.compile(r"""https?://[^\s"'<>)\\]+""")
_MAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)*)")


@cache
def source(path: Path) -> str:
    """The text of a module."""
    return path.read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """Its syntax."""
    return ast.parse(source(path))


def name(path: Path) -> str:
    """How a module is named here."""
    return path.relative_to(PACKAGE).as_posix()


def dotted(node: ast.expr) -> str:
    """`datetime.now` for the expression `datetime.now`."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def imported(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (module, name) of every import, wherever it stands."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def offenders(wrong: Iterator[str]) -> str:
    """The offenders as one text, empty when there are none."""
    return "\n".join(wrong)


def test_there_is_something_to_read() -> None:
    assert len(MODULES) > 50


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {name(path): len(source(path).splitlines()) for path in MODULES}
    assert not {module: length for module, length in lengths.items() if length > 400}


def test_every_module_says_what_it_is_and_postpones_its_annotations() -> None:
    def wrong() -> Iterator[str]:
        for path in MODULES:
            if not ast.get_docstring(tree(path)):
                yield f"{name(path)}: no docstring"
            says_something = len(tree(path).body) > 1
            if says_something and ("__future__", "annotations") not in set(imported(path)):
                yield f"{name(path)}: no postponed annotations"

    assert not offenders(wrong())


def test_time_is_told_by_the_clock_that_was_given() -> None:
    forbidden = re.compile(r"(?:^|\.)(?:datetime\.(?:now|utcnow|today)|date\.today|time\.time(?:_ns)?)$")

    def wrong() -> Iterator[str]:
        for path in MODULES:
            for node in ast.walk(tree(path)):
                if not (isinstance(node, ast.Attribute) and forbidden.search(dotted(node))):
                    continue
                if name(path) not in CLOCKS and dotted(node) not in OF_FILES.get(name(path), set()):
                    yield f"{name(path)}:{node.lineno} {dotted(node)}"
            if ("time", "time") in set(imported(path)) and name(path) not in CLOCKS:
                yield f"{name(path)}: from time import time"

    assert not offenders(wrong())


def test_what_is_unix_only_stands_behind_one_module() -> None:
    unix = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog"}
    calls = {"os.fork", "os.killpg", "os.setsid", "os.setpgrp", "os.umask", "os.sync"}

    def wrong() -> Iterator[str]:
        for path in MODULES:
            if name(path) == "system.py":
                continue
            yield from (f"{name(path)}: {module}" for module, _ in imported(path) if module in unix)
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.Attribute) and dotted(node) in calls:
                    yield f"{name(path)}:{node.lineno} {dotted(node)}"

    assert not offenders(wrong())


def test_every_change_of_the_practice_stands_in_write() -> None:
    methods = {"atomic", "manual_commit", "savepoint"}

    def wrong() -> Iterator[str]:
        for path in MODULES:
            if name(path) == "store/engine.py":
                continue
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in methods:
                    yield f"{name(path)}:{node.lineno} {dotted(node.func)}"

    assert not offenders(wrong())


def texts() -> Iterator[tuple[Path, str]]:
    """Every file of the package that is text."""
    for path in sorted(PACKAGE.rglob("*")):
        if path.is_file() and path.suffix in {".py", ".rng", ".xsd", ".sql", ".toml", ".tcss", ".txt", ".md", ".json"}:
            yield path, source(path)


def test_the_program_names_no_host_of_the_world() -> None:
    def wrong() -> Iterator[str]:
        for path, text in texts():
            for url in _HOST.findall(text):
                host = re.sub(r"^https?://", "", url).split("/")[0].split(":")[0]
                ours = host == "localhost" or host.endswith(".invalid") or host.startswith(("{", "127."))
                if not (ours or url.startswith(NAMESPACES)):
                    yield f"{name(path)}: {url}"

    assert not offenders(wrong())


def test_every_mail_address_is_invented() -> None:
    def wrong() -> Iterator[str]:
        for path, text in texts():
            for found in _MAIL.finditer(text):
                host = found.group(1)
                if "." in host and not host.endswith(".invalid"):
                    yield f"{name(path)}: {found.group()}"

    assert not offenders(wrong())


@pytest.mark.parametrize(
    "trace", ["/work" + "/", "." + "library", "NotImplemented" + "Error", "TO" + "DO", "FIX" + "ME"]
)
def test_no_workshop_trace_is_left_in_the_program(trace: str) -> None:
    assert not offenders(name(path) for path, text in texts() if trace in text)


def test_a_type_or_lint_exception_gives_its_code() -> None:
    loose = re.compile(r"#\s*(?:type:\s*ignore(?!\[)|noqa(?!:))")
    assert not offenders(
        f"{name(path)}: {loose.findall(source(path))}" for path in MODULES if loose.search(source(path))
    )

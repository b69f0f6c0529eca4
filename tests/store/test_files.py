"""The encrypted files: complete or absent, one a content, and never another's in its place."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scor_tui import system
from scor_tui.domain.errors import ExitCode, FileDamaged
from scor_tui.store.files import EncryptedFiles
from scor_tui.store.keys import Keys

SCAN = b"%PDF-1.4 une ordonnance inventee" * 100


@pytest.fixture
def keys() -> Keys:
    """A practice's keys, drawn for this test."""
    return Keys(secrets.token_bytes(32))


@pytest.fixture
def files(tmp_path: Path, keys: Keys) -> EncryptedFiles:
    """An empty folder of encrypted files."""
    (tmp_path / "fichiers").mkdir()
    return EncryptedFiles(tmp_path / "fichiers", keys)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=5000))
def test_what_is_stored_comes_back_and_cannot_be_read_from_outside(files: EncryptedFiles, content: bytes) -> None:
    name = files.put(content)
    assert files.get(name) == content
    assert len(content) < 8 or content not in files.path_of(name).read_bytes()


def test_the_same_content_has_one_file_and_storing_it_again_writes_nothing(files: EncryptedFiles) -> None:
    name = files.put(SCAN)
    before = files.path_of(name).stat()
    assert files.put(SCAN) == name
    assert list(files.names()) == [name]
    assert files.path_of(name).stat().st_ino == before.st_ino


def test_a_name_tells_an_outsider_nothing(files: EncryptedFiles, tmp_path: Path) -> None:
    other = EncryptedFiles(tmp_path / "fichiers", Keys(secrets.token_bytes(32)))
    assert files.put(SCAN) != other.put(SCAN), "another practice's name for the same content is another"


def test_another_practices_key_reads_nothing(files: EncryptedFiles) -> None:
    name = files.put(SCAN)
    stranger = EncryptedFiles(files.folder, Keys(secrets.token_bytes(32)))
    with pytest.raises(FileDamaged):
        stranger.get(name)


def damage(path: Path, how: str, other: Path) -> None:
    """Do to a file what disks and people do."""
    raw = path.read_bytes()
    if how == "missing":
        path.unlink()
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "cut":
        path.write_bytes(raw[:-1])
    elif how == "longer":
        path.write_bytes(raw + b"\0")
    elif how == "swapped":
        path.write_bytes(other.read_bytes())
    else:
        at = {"header": 0, "nonce": 5, "content": 40, "seal": len(raw) - 1}[how]
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])


@pytest.mark.parametrize("how", ["missing", "empty", "cut", "longer", "swapped", "header", "nonce", "content", "seal"])
def test_a_damaged_file_is_refused_and_the_remedy_is_the_last_backup(files: EncryptedFiles, how: str) -> None:
    name, other = files.put(SCAN), files.put(b"une autre")
    damage(files.path_of(name), how, files.path_of(other))
    with pytest.raises(FileDamaged) as caught:
        files.get(name)
    assert caught.value.exit_code is ExitCode.DATA_DAMAGED
    assert "sauvegarde" in caught.value.remedy
    assert files.get(other) == b"une autre"


def test_a_renamed_file_is_refused(files: EncryptedFiles) -> None:
    name = files.put(SCAN)
    renamed = name[:-1] + ("0" if name[-1] != "0" else "1")
    files.path_of(name).rename(files.path_of(renamed))
    with pytest.raises(FileDamaged, match="altéré"):
        files.get(renamed)


STEPS = ("open", "fdopen", "fsync", "replace")


class FailingDisk:
    """Counts the steps on the disk and fails at one of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fail_at: int, *, killed: bool) -> None:
        self.left = fail_at
        self.failed = ""
        self.killed = killed
        for step in STEPS:
            monkeypatch.setattr(os, step, self._counted(step, getattr(os, step)))

    def _counted(self, step: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            if step == "fdopen":
                return _FailingHandle(real(*arguments, **options), self)
            self.step(step)
            return real(*arguments, **options)

        return call

    def step(self, name: str) -> None:
        """Count one step, and fail if it is the one."""
        self.left -= 1
        if self.left == -1:
            self.failed = name
            raise KeyboardInterrupt if self.killed else OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class _FailingHandle:
    """A file that writes half and then says that the disk is full."""

    def __init__(self, handle: Any, disk: FailingDisk) -> None:
        self._handle, self._disk = handle, disk

    def __enter__(self) -> _FailingHandle:
        return self

    def __exit__(self, *_: object) -> None:
        self._handle.close()

    def write(self, content: bytes) -> int:
        """Write a first half, then all."""
        self._handle.write(content[: len(content) // 2])
        self._disk.step("write")
        return int(self._handle.write(content[len(content) // 2 :]))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handle, name)


@pytest.mark.parametrize("killed", [False, True], ids=["disk full", "interrupted"])
def test_a_file_is_complete_or_absent_wherever_writing_it_fails(
    files: EncryptedFiles, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    first = files.put(b"la premiere")
    failed = []
    for number in range(100):
        with monkeypatch.context() as patch:
            disk = FailingDisk(patch, number, killed=killed)
            content = SCAN + bytes([number])
            try:
                name = files.put(content)
            except (OSError, KeyboardInterrupt):
                failed.append(disk.failed)
            else:
                assert not disk.failed, "a failure is never swallowed"
                break
        stored = {path for path in files.folder.rglob("*") if path.is_file()}
        assert not [path for path in stored if ".partial" in path.name], f"left over after {disk.failed}"
        for one in files.names():
            files.get(one)
        again = files.put(content)
        assert files.get(again) == content, "and trying again works"
    assert set(failed) >= {"open", "write", "fsync", "replace"}
    assert files.get(name) == content
    assert files.get(first) == b"la premiere"


def test_a_file_is_durable_before_it_has_its_name_and_its_name_before_put_returns(
    files: EncryptedFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    for step in ("fsync", "replace"):
        real = getattr(os, step)
        monkeypatch.setattr(os, step, lambda *a, _s=step, _r=real: (done.append(_s), _r(*a))[1])
    files.put(SCAN)
    assert done == ["fsync", "replace", "fsync", "fsync"], "the content, its name, its folder, the folder above"


def test_what_a_dead_session_left_half_written_is_not_a_file(files: EncryptedFiles) -> None:
    name = files.put(SCAN)
    path = files.path_of(name)
    path.with_name(f".{name}.0badcafe.partial").write_bytes(b"SCV1")
    assert list(files.names()) == [name]


def test_a_link_planted_where_a_file_is_written_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victime"
    victim.write_bytes(b"a garder")
    (tmp_path / "cible").symlink_to(victim)
    system.write_durably(tmp_path / "cible", b"nouveau")
    assert victim.read_bytes() == b"a garder"
    assert (tmp_path / "cible").read_bytes() == b"nouveau"

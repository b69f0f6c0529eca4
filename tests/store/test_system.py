"""What the program asks of Unix: private files, locks, bounded children, durable writes."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scor_tui import system

if os.name != "posix":
    pytest.skip("ces garanties sont celles d'Unix", allow_module_level=True)


def in_a_child(code: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run a few lines in an interpreter of their own."""
    return subprocess.run(  # type: ignore[call-overload, no-any-return]  # options are passed through
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60, **options
    )


def test_after_the_start_new_files_are_private_and_a_crash_leaves_no_memory_on_disk(tmp_path: Path) -> None:
    done = in_a_child(
        "import resource; from scor_tui import system; system.harden(); open('f', 'w').close();"
        "print(resource.getrlimit(resource.RLIMIT_CORE))",
        cwd=tmp_path,
    )
    assert done.stdout.strip() == "(0, 0)", done.stderr
    assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == 0o600


def test_a_child_that_opens_a_hostile_file_has_so_much_memory_and_no_more() -> None:
    limit = system.limiter(512 * 1024 * 1024, 10)
    assert in_a_child("bytearray(50_000_000)", preexec_fn=limit).returncode == 0
    assert "MemoryError" in in_a_child("bytearray(900_000_000)", preexec_fn=limit).stderr


def test_a_child_that_never_ends_is_ended_by_its_processor_time() -> None:
    done = in_a_child("while True: pass", preexec_fn=system.limiter(2**30, 1))
    assert done.returncode in (-signal.SIGXCPU, -signal.SIGKILL)


def test_one_signal_ends_a_child_and_what_it_started() -> None:
    child = subprocess.Popen(
        ["sh", "-c", "sleep 600 & echo pret; wait"], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "pret\n"
    system.signal_group(child.pid, system.SIGKILL)
    assert child.wait(30) == -signal.SIGKILL
    assert child.stdout.read() == "", "the grandchild closed the pipe too"
    child.stdout.close()
    system.signal_group(child.pid, system.SIGKILL)


def test_a_lock_is_held_by_one_and_falls_with_its_holder(tmp_path: Path) -> None:
    lock = tmp_path / "verrou"
    code = (
        "import sys; from pathlib import Path; from scor_tui import system\n"
        f"with system.locked(Path({str(lock)!r})) as held: print(held, flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "True\n"
    with system.locked(lock) as held:
        assert not held
    child.kill()
    child.communicate()
    with system.locked(lock, wait_seconds=30) as held:
        assert held
    assert stat.S_IMODE(lock.stat().st_mode) == 0o600


def test_the_disk_under_a_folder_is_the_one_mounted_nearest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / "mon cabinet" / "scor"
    deep.mkdir(parents=True)
    escaped = str(deep.parent).replace(" ", "\\040")
    mounts = f"/dev/a / ext4 rw 0 0\nserveur:/x {escaped} nfs4 rw 0 0\n/dev/b {deep}x cifs rw 0 0\n"
    monkeypatch.setattr(Path, "read_text", lambda self, **_: mounts)
    assert system.file_system_of(deep) == "nfs4"
    assert system.file_system_of(tmp_path) == "ext4"


def test_a_file_is_replaced_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "cle"
    path.write_bytes(b"ancienne, plus longue")
    path.chmod(0o644)
    system.write_durably(path, b"nouvelle")
    assert path.read_bytes() == b"nouvelle"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_two_writers_of_one_file_never_mix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, real = tmp_path / "f", os.fsync
    nested: list[bool] = []

    def fsync(descriptor: int) -> None:
        if not nested:
            nested.append(True)
            system.write_durably(path, b"B" * 10)
            assert path.read_bytes() == b"B" * 10
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    system.write_durably(path, b"A" * 10)
    assert path.read_bytes() == b"A" * 10
    assert list(tmp_path.iterdir()) == [path]

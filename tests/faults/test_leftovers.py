"""What a killed session leaves half done, pages in clear maybe, goes with the next one; a living one keeps its own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from scor_tui import system
from scor_tui.mail.maildir_transport import MaildirTransport


@pytest.fixture
def dead():
    """The number of a process that is no more."""
    done = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    return int(done.stdout)


def test_pages_in_clear_of_a_dead_session_go_and_those_of_a_living_one_stay(tmp_path, dead):
    for number in (dead, os.getppid()):
        folder = tmp_path / f"pages-{number}-abc"
        folder.mkdir()
        (folder / "page.png").write_bytes(b"un nom")
    with system.private_folder("pages-", tmp_path) as own:
        assert own.stat().st_mode & 0o077 == 0
        assert {path.name for path in tmp_path.iterdir()} == {f"pages-{os.getppid()}-abc", own.name}
    assert not own.exists()


def test_a_link_or_another_program_s_folder_is_left_alone(tmp_path, dead):
    (tmp_path / "ailleurs").mkdir()
    (tmp_path / "ailleurs" / "photo.jpg").write_bytes(b"x")
    (tmp_path / f"pages-{dead}-lien").symlink_to(tmp_path / "ailleurs")
    (tmp_path / "pages-de-garde").mkdir()
    with system.private_folder("pages-", tmp_path):
        assert (tmp_path / "ailleurs" / "photo.jpg").exists()
        assert (tmp_path / "pages-de-garde").exists()


def test_a_half_written_file_of_a_dead_session_goes(tmp_path, dead):
    left = tmp_path / f".abcd.{dead}-0123abcd.partial"
    kept = [tmp_path / f".abcd.{os.getppid()}-0123abcd.partial", tmp_path / "abcd", tmp_path / ".autre.partial"]
    for path in (left, *kept):
        path.write_bytes(b"x")
    system.sweep_partials(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted(kept)


def test_a_write_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def refuse(_: int) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="full"):
        system.write_durably(tmp_path / "piece", b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_poll_clears_what_was_abandoned_in_the_mailbox_and_nothing_that_is_being_written(tmp_path):
    for name in ("new", "cur", "tmp"):
        (tmp_path / "bal" / name).mkdir(parents=True)
    old, fresh = tmp_path / "bal" / "tmp" / "vieux", tmp_path / "bal" / "tmp" / "en-cours"
    for path in (old, fresh):
        path.write_bytes(b"moiti")
    os.utime(old, (0, 0))
    assert list(MaildirTransport(tmp_path / "envoi", tmp_path / "bal").poll()) == []
    assert (old.exists(), fresh.exists()) == (False, True)

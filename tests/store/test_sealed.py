"""What a session seals: only that session reads it, and no chunk of it can be changed, moved or left out."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest

from scor_tui.domain.errors import FileDamaged
from scor_tui.store.sealed import CHUNK, Seal

HEAD, TAG = 11, 16
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK)


def sealed(seal: Seal, folder: Path, content: bytes, name: str = "001") -> Path:
    (folder / "clair").write_bytes(content)
    seal.close(folder / "clair", folder / name)
    return folder / name


@pytest.mark.parametrize("size", SIZES)
def test_what_is_sealed_comes_back_and_its_clear_file_is_gone(tmp_path: Path, size: int) -> None:
    seal, content = Seal(), os.urandom(size)
    path = sealed(seal, tmp_path, content)
    assert [left.name for left in tmp_path.iterdir()] == ["001"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert size < 16 or content[:16] not in path.read_bytes()
    seal.open(path, tmp_path / "rendu")
    assert (tmp_path / "rendu").read_bytes() == content
    assert (tmp_path / "rendu").stat().st_mode & 0o777 == 0o600


def test_the_same_content_is_never_sealed_twice_alike(tmp_path: Path) -> None:
    seal = Seal()
    assert (
        sealed(seal, tmp_path, b"x" * 40, "a").read_bytes()[HEAD:]
        != sealed(seal, tmp_path, b"x" * 40, "b").read_bytes()[HEAD:]
    )


def chunks(raw: bytes) -> tuple[bytes, list[bytes]]:
    size = CHUNK + TAG
    return raw[:HEAD], [raw[start : start + size] for start in range(HEAD, len(raw), size)]


def test_another_session_s_key_another_name_and_any_change_are_refused(tmp_path: Path) -> None:
    seal = Seal()
    path = sealed(seal, tmp_path, os.urandom(3 * CHUNK))
    raw = path.read_bytes()
    head, (one, two, three) = chunks(raw)
    changed = {
        "header": b"X" + raw[1:],
        "nonce": raw[:5] + bytes([raw[5] ^ 1]) + raw[6:],
        "content": raw[:50] + bytes([raw[50] ^ 1]) + raw[51:],
        "cut": raw[:-1],
        "longer": raw + b"\0",
        "empty": b"",
        "headless": raw[:7],
        "last chunk left out": head + one + two,
        "first chunk left out": head + two + three,
        "swapped": head + two + one + three,
        "twice": head + one + two + three + three,
        "no chunk": head,
    }
    for how, content in changed.items():
        path.write_bytes(content)
        with pytest.raises(FileDamaged):
            seal.open(path, tmp_path / "rendu")
        assert not (tmp_path / "rendu").exists(), how
    path.write_bytes(raw)
    (tmp_path / "002").write_bytes(raw)
    for key, place in ((Seal(), path), (seal, tmp_path / "002"), (seal, tmp_path / "absent")):
        with pytest.raises(FileDamaged):
            key.open(place, tmp_path / "rendu")
    seal.open(path, tmp_path / "rendu")


def test_of_a_large_file_a_few_chunks_are_in_memory(tmp_path: Path) -> None:
    with (tmp_path / "clair").open("wb") as handle:
        handle.truncate(40 * CHUNK)
    seal = Seal()
    tracemalloc.start()
    try:
        seal.close(tmp_path / "clair", tmp_path / "001")
        seal.open(tmp_path / "001", tmp_path / "rendu")
        assert tracemalloc.get_traced_memory()[1] < 6 * CHUNK
    finally:
        tracemalloc.stop()
    assert (tmp_path / "rendu").stat().st_size == 40 * CHUNK


def test_a_file_that_cannot_be_sealed_stays_and_leaves_nothing_half_made(tmp_path: Path) -> None:
    seal = Seal()
    sealed(seal, tmp_path, b"une page")
    (tmp_path / "clair").write_bytes(b"une autre")
    with pytest.raises(FileExistsError):
        seal.close(tmp_path / "clair", tmp_path / "001")
    assert (tmp_path / "clair").read_bytes() == b"une autre"
    seal.open(tmp_path / "001", tmp_path / "rendu")
    assert (tmp_path / "rendu").read_bytes() == b"une page"

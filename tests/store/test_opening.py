"""A practice opens for its owner, on his machine, with its key; anything else is refused and nothing is changed."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scor_tui import system
from scor_tui.domain.errors import (
    DatabaseNewer,
    DatabaseUnreadable,
    ExitCode,
    FolderNotPrivate,
    RuleRefused,
    ScorError,
)
from scor_tui.store import models as m
from scor_tui.store.engine import BASE_FILE, Store, check_integrity, create_store, open_store
from scor_tui.store.keys import KEY_FILE, read_keys

Contents = Callable[[Path], dict[str, bytes]]


@pytest.fixture
def closed(store: Store, filled: Any) -> Path:
    """The folder of a practice that nobody has open."""
    store.close()
    return store.folder


def refused(folder: Path, kind: type[ScorError], says: str, contents: Contents) -> ScorError:
    """Open `folder`, be refused, and find it as it was."""
    before = contents(folder)
    with pytest.raises(kind, match=says) as caught:
        open_store(folder)
    assert contents(folder) == before, "a refusal changes nothing"
    assert not list(folder.glob("*-wal")), "a refusal leaves no connection open"
    assert caught.value.remedy
    return caught.value


def test_a_practice_is_found_again_as_it_was(closed: Path) -> None:
    reopened = open_store(closed)
    assert m.Patient.get().name == "INVENTEUX"
    assert reopened.files.get(m.LotSCOR.get().file) == b"lot scelle"
    assert check_integrity() == []
    reopened.close()


def test_a_practice_is_not_made_over_another(closed: Path, contents: Contents) -> None:
    before = contents(closed)
    with pytest.raises(RuleRefused, match="déjà un cabinet"):
        create_store(closed)
    assert contents(closed) == before


def test_a_creation_that_died_before_its_first_page_can_be_taken_up_again(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    (folder / BASE_FILE).touch()
    create_store(folder).close()
    open_store(folder).close()


def test_everything_in_the_folder_is_for_its_owner_alone_even_while_it_is_open(store: Store, filled: Any) -> None:
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in store.folder.rglob("*") if path.is_file()}
    assert f"{BASE_FILE}-wal" in found, "the write-ahead log holds patients' data too"
    assert set(found.values()) == {0o600}
    folders = [store.folder, *(path for path in store.folder.rglob("*") if path.is_dir())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}


def test_no_name_and_no_nir_can_be_read_in_any_file(store: Store, filled: Any) -> None:
    secrets = (b"INVENTEUX", "Zénobie".encode(), b"269054958815780", b"260302001", b"inventee", b"lot scelle")
    for path in store.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(secret in content or secret in path.name.encode() for secret in secrets), path.name


def test_the_key_is_in_no_word_about_the_practice(store: Store) -> None:
    key = json.loads((store.folder / KEY_FILE).read_bytes())["cases"][0]["cle"]
    derived = store.keys.derive("base").hex()
    for said in (repr(store), repr(store.keys), repr(vars(m.database.obj))):
        assert key not in said
        assert derived not in said


def test_a_folder_that_others_can_read_is_refused(closed: Path, contents: Contents) -> None:
    closed.chmod(0o750)
    error = refused(closed, FolderNotPrivate, "d'autres utilisateurs", contents)
    assert error.exit_code is ExitCode.DATA_DAMAGED
    assert "chmod 700" in error.remedy


def test_a_link_to_a_practice_is_refused(closed: Path, tmp_path: Path, contents: Contents) -> None:
    link = tmp_path / "lien"
    link.symlink_to(closed)
    refused(link, FolderNotPrivate, "lien symbolique", contents)


def test_a_file_or_nothing_is_no_folder(tmp_path: Path, contents: Contents) -> None:
    (tmp_path / "fichier").touch(mode=0o600)
    for name, says in (("fichier", "pas un dossier"), ("absent", "n'existe pas")):
        with pytest.raises(FolderNotPrivate, match=says):
            open_store(tmp_path / name)


def test_a_network_disk_is_refused(closed: Path, monkeypatch: pytest.MonkeyPatch, contents: Contents) -> None:
    monkeypatch.setattr(system, "file_system_of", lambda folder: "nfs4")
    refused(closed, FolderNotPrivate, r"disque réseau \(nfs4\)", contents)


def test_a_folder_of_somebody_else_is_refused(
    closed: Path, monkeypatch: pytest.MonkeyPatch, contents: Contents
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    refused(closed, FolderNotPrivate, "autre utilisateur", contents)


def test_an_empty_folder_holds_no_practice_and_gets_none(tmp_path: Path, contents: Contents) -> None:
    (tmp_path / "vide").mkdir(mode=0o700)
    error = refused(tmp_path / "vide", DatabaseUnreadable, "pas de cabinet", contents)
    assert "scor-tui creer" in error.remedy
    assert not list((tmp_path / "vide").iterdir())


def test_without_its_key_a_practice_stays_closed(closed: Path, contents: Contents) -> None:
    (closed / KEY_FILE).unlink()
    refused(closed, DatabaseUnreadable, "clé manque", contents)


def test_a_key_that_others_can_read_is_refused(closed: Path, contents: Contents) -> None:
    (closed / KEY_FILE).chmod(0o640)
    error = refused(closed, DatabaseUnreadable, "peut être lu par d'autres", contents)
    assert "chmod 600" in error.remedy


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"null", b"[]", b'{"cases": []}', b'{"cases": [{"type": "clair", "cle": "00"}]}',
     b'{"cases": ["clair"]}', b'{"cases": [{"type": "clair", "cle": 7}]}', b'{"cases": [{"type": "phrase"}]}'],
)  # fmt: skip
def test_a_damaged_key_is_said_to_be_damaged(closed: Path, contents: Contents, content: bytes) -> None:
    (closed / KEY_FILE).write_bytes(content)
    refused(closed, DatabaseUnreadable, "clé.*endommagé", contents)


def test_another_practices_key_opens_nothing(closed: Path, tmp_path: Path, contents: Contents) -> None:
    create_store(tmp_path / "autre").close()
    (closed / KEY_FILE).write_bytes((tmp_path / "autre" / KEY_FILE).read_bytes())
    refused(closed, DatabaseUnreadable, "ne s'ouvre pas avec la clé", contents)


@pytest.mark.parametrize("place", ["first page", "cut", "zeroes"])
def test_a_damaged_database_is_said_to_be_damaged(closed: Path, contents: Contents, place: str) -> None:
    base = closed / BASE_FILE
    content = bytearray(base.read_bytes())
    if place == "first page":
        content[100] ^= 1
    elif place == "cut":
        del content[5000:]
    else:
        content[:] = bytes(len(content))
    base.write_bytes(content)
    refused(closed, DatabaseUnreadable, "base", contents)


def test_one_bit_turned_anywhere_in_the_database_is_found_by_the_diagnostic(closed: Path) -> None:
    base = closed / BASE_FILE
    whole = base.read_bytes()
    for page in range(2, len(whole) // 4096, 9):
        base.write_bytes(whole[: page * 4096 + 7] + bytes([whole[page * 4096 + 7] ^ 1]) + whole[page * 4096 + 8 :])
        try:
            opened = open_store(closed)
        except DatabaseUnreadable:
            continue
        assert check_integrity() != [], page
        opened.close()


def test_an_emptied_database_is_never_taken_for_a_new_practice(closed: Path, contents: Contents) -> None:
    (closed / BASE_FILE).write_bytes(b"")
    refused(closed, DatabaseUnreadable, "vide", contents)


def test_a_database_of_a_later_version_is_left_alone(closed: Path, contents: Contents) -> None:
    opened = open_store(closed)
    m.database.execute_sql("INSERT INTO schema_migration (name, applied) VALUES ('9999_later', '2030-01-01')")
    m.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    opened.close()
    error = refused(closed, DatabaseNewer, "plus récente", contents)
    assert "Mettez scor-tui à jour" in error.remedy


def test_what_is_derived_from_the_key_differs_by_purpose_and_by_practice(closed: Path, tmp_path: Path) -> None:
    other = create_store(tmp_path / "autre")
    other.close()
    keys = {k.derive(use) for k in (read_keys(closed), other.keys) for use in ("base", "pieces", "noms", "journal")}
    assert len(keys) == 8
    assert {len(key) for key in keys} == {32}
    assert read_keys(closed).derive("base") == read_keys(closed).derive("base")

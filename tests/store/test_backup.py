"""Backups: verified when made, verified when used, and a restored practice knows that it was restored."""

from __future__ import annotations

import json
import os
import stat
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scor_tui.domain.errors import DataDamaged, ExitCode, FolderNotPrivate, RuleRefused
from scor_tui.store import backup
from scor_tui.store import models as m
from scor_tui.store.engine import BASE_FILE, FILES_FOLDER, Store, check_integrity, open_store, raw_connection, write
from scor_tui.store.journal import Journal
from scor_tui.store.keys import KEY_FILE

Contents = Callable[[Path], dict[str, bytes]]


@pytest.fixture
def made(store: Store, filled: Any, tmp_path: Path, now: datetime) -> backup.BackupFacts:
    """A backup of a practice with one dossier."""
    return backup.back_up(store, tmp_path / "cle usb", now)


def rows() -> dict[str, list[dict[str, Any]]]:
    """Everything that the open practice knows."""
    return {table.__name__: list(table.select().dicts()) for table in m.TABLES}


def test_a_restored_practice_is_the_one_that_was_saved_but_for_the_note_that_it_was_restored(
    store: Store, made: backup.BackupFacts, filled: Any, tmp_path: Path, now: datetime
) -> None:
    before = rows()
    contents = {name: store.files.get(name) for name in filled.files}
    store.close()
    told = backup.restore(made.folder, tmp_path / "retour", now + timedelta(days=1))
    again = open_store(tmp_path / "retour")
    assert m.Practice.get().restored == now + timedelta(days=1)
    m.Practice.update(restored=None).execute()
    assert rows() == before
    assert {name: again.files.get(name) for name in again.files.names()} == contents
    assert check_integrity() == []
    assert list(Journal(again.keys).broken()) == []
    assert (told.made, told.rows, told.files) == (now.isoformat(), made.rows, made.files)
    again.close()


def test_a_backup_counts_its_rows_and_files(made: backup.BackupFacts) -> None:
    assert made.rows == sum(table.select().count() for table in m.TABLES)
    assert made.files == 2 + len((BASE_FILE, KEY_FILE))
    assert made.folder.name == "scor-20260302-180000"


def test_a_backup_and_what_comes_of_it_are_for_their_owner_alone(
    made: backup.BackupFacts, tmp_path: Path, now: datetime
) -> None:
    for path in made.folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)  # as a memory stick gives them back
    backup.restore(made.folder, tmp_path / "retour", now)
    for folder in (tmp_path / "retour", *(tmp_path / "retour").rglob("*")):
        assert stat.S_IMODE(folder.stat().st_mode) == (0o700 if folder.is_dir() else 0o600), folder


def test_no_name_can_be_read_in_a_backup(made: backup.BackupFacts) -> None:
    content = b"".join(path.read_bytes() for path in made.folder.rglob("*") if path.is_file())
    assert not any(secret in content for secret in (b"INVENTEUX", b"269054958815780", b"inventee"))


def test_a_backup_made_while_another_session_writes_is_whole(
    store: Store, filled: Any, tmp_path: Path, now: datetime
) -> None:
    first_page, stop = threading.Event(), threading.Event()

    def write_on() -> None:
        other = raw_connection(store.folder / BASE_FILE, store.keys)
        number = 0
        while not stop.is_set():
            number += 1
            other.execute("BEGIN IMMEDIATE")
            other.execute("INSERT INTO prescriber (number, name) VALUES ('A', ?)", (f"a{number}",))
            other.execute("INSERT INTO prescriber (number, name) VALUES ('B', ?)", (f"b{number}",))
            other.execute("COMMIT")
            first_page.set()
        other.close()

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        assert first_page.wait(30)
        made = backup.back_up(store, tmp_path / "cle usb", now)
    finally:
        stop.set()
        writer.join()
    copy = raw_connection(made.folder / BASE_FILE, store.keys)
    asked = "SELECT count(*) FROM prescriber WHERE number = ?"
    counts = [copy.execute(asked, (number,)).fetchone()[0] for number in "AB"]
    copy.close()
    assert counts[0] == counts[1] > 0, "a commit is in the copy whole or not at all"


@pytest.mark.parametrize("what", ["base.db", "cle", "fichiers"])
@pytest.mark.parametrize("how", ["altered", "missing", "cut"])
def test_a_damaged_backup_is_refused_and_makes_nothing(
    made: backup.BackupFacts, tmp_path: Path, now: datetime, what: str, how: str
) -> None:
    victim = made.folder / what
    victim = next(path for path in victim.rglob("*") if path.is_file()) if victim.is_dir() else victim
    raw = victim.read_bytes()
    if how == "missing":
        victim.unlink()
    else:
        victim.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]) if how == "altered" else raw[:-1])
    with pytest.raises(DataDamaged, match=r"1 fichier\(s\)") as caught:
        backup.restore(made.folder, tmp_path / "retour", now)
    assert caught.value.exit_code is ExitCode.DATA_DAMAGED
    assert not (tmp_path / "retour").exists()


@pytest.mark.parametrize(
    "manifest", [None, b"", b"[]", b'{"fait": "x", "lignes": 1}', b'{"fait": 1, "lignes": "x", "fichiers": {}}']
)
def test_a_folder_that_is_no_backup_is_refused(
    made: backup.BackupFacts, tmp_path: Path, now: datetime, manifest: bytes | None
) -> None:
    path = made.folder / backup.MANIFEST
    if manifest is None:
        path.unlink()
    else:
        path.write_bytes(manifest)
    with pytest.raises(DataDamaged, match="n'est pas une sauvegarde"):
        backup.restore(made.folder, tmp_path / "retour", now)


def test_a_manifest_that_forgets_the_database_verifies_nothing(made: backup.BackupFacts) -> None:
    path = made.folder / backup.MANIFEST
    manifest = json.loads(path.read_bytes())
    del manifest["fichiers"][BASE_FILE]
    path.write_text(json.dumps(manifest))
    with pytest.raises(DataDamaged):
        backup.verify(made.folder)


@pytest.mark.parametrize("left", [BASE_FILE, f"{BASE_FILE}-wal", KEY_FILE, FILES_FOLDER])
def test_a_practice_or_what_is_left_of_one_is_never_restored_over(
    store: Store, made: backup.BackupFacts, contents: Contents, tmp_path: Path, now: datetime, left: str
) -> None:
    store.close()
    there = tmp_path / "ancien"
    there.mkdir()
    source = store.folder / left
    (there / left).mkdir() if source.is_dir() else (there / left).write_bytes(b"ancien")
    before = contents(there)
    with pytest.raises(RuleRefused, match="contient déjà un cabinet"):
        backup.restore(made.folder, there, now)
    assert contents(there) == before
    assert {path.name for path in there.iterdir()} == {left}


def test_a_backup_is_not_restored_where_others_can_read(
    made: backup.BackupFacts, tmp_path: Path, now: datetime
) -> None:
    (tmp_path / "ouvert").mkdir(mode=0o755)
    (tmp_path / "ouvert").chmod(0o755)
    with pytest.raises(FolderNotPrivate):
        backup.restore(made.folder, tmp_path / "ouvert", now)
    assert not list((tmp_path / "ouvert").iterdir())


def test_other_things_in_the_folder_are_left_as_they_were(
    made: backup.BackupFacts, tmp_path: Path, now: datetime
) -> None:
    there = tmp_path / "retour"
    there.mkdir()
    (there / "notes.txt").write_text("à moi")
    (there / "notes.txt").chmod(0o640)
    backup.restore(made.folder, there, now)
    assert stat.S_IMODE((there / "notes.txt").stat().st_mode) == 0o640


def test_a_restoration_that_dies_never_leaves_a_practice_that_believes_it_may_send(
    made: backup.BackupFacts, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "retour"
    real = os.rename
    for number in range(10):
        calls = []

        def rename(source: Any, target: Any, number: int = number, calls: list[Any] = calls) -> None:
            calls.append(target)
            if len(calls) > number:
                raise OSError("panne")
            real(source, target)

        with monkeypatch.context() as patch:
            patch.setattr(os, "rename", rename)
            try:
                backup.restore(made.folder, there, now)
            except OSError:
                assert not (there / BASE_FILE).exists(), "without its database it is no practice"
            else:
                break
        for path in sorted(there.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    assert number == 3
    again = open_store(there)
    assert m.Practice.get().restored == now
    again.close()


def test_a_backup_that_fails_leaves_no_half_of_itself(
    store: Store, filled: Any, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("shutil.copyfile", _disk_full)
        with pytest.raises(OSError, match="plein"):
            backup.back_up(store, tmp_path / "cle usb", now)
    assert not list((tmp_path / "cle usb").iterdir())
    backup.back_up(store, tmp_path / "cle usb", now)


def _disk_full(*_: object) -> None:
    raise OSError(28, "plein")


@pytest.mark.parametrize("which", [0, 1], ids=["a piece", "a sealed lot"])
@pytest.mark.parametrize("how", ["missing", "altered"])
def test_a_file_that_the_practice_lost_is_named_and_the_rest_is_saved(
    store: Store, filled: Any, tmp_path: Path, now: datetime, which: int, how: str
) -> None:
    name = filled.files[which]
    path = store.files.path_of(name)
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    made = backup.back_up(store, tmp_path / "cle usb", now)
    assert made.lost == (name,)
    assert backup.verify(made.folder).rows == made.rows


def test_the_manifest_anchors_the_head_of_the_journal(store: Store, filled: Any, tmp_path: Path, now: datetime) -> None:
    made = backup.back_up(store, tmp_path / "cle usb", now)
    last = m.JournalEntry.select().order_by(m.JournalEntry.id.desc()).first()
    assert json.loads((made.folder / backup.MANIFEST).read_bytes())["journal"] == (last.chain if last else "")


def test_every_column_that_names_a_file_is_known_to_the_backup() -> None:
    named = {(t._meta.table_name, f.column_name) for t in m.TABLES for f in t._meta.sorted_fields}
    gone = {("purged_file", "file")}
    assert {pair for pair in named if pair[1] in ("file", "sealed")} - gone == {
        (model._meta.table_name, column) for model, column in m.FILE_COLUMNS
    }


def test_a_piece_that_was_purged_after_its_90_days_does_not_hinder_the_backup(
    store: Store, filled: Any, tmp_path: Path, now: datetime
) -> None:
    name = filled.files[0]
    with write():
        m.PurgedFile.create(file=name, at=now)
    store.files.path_of(name).unlink()
    made = backup.back_up(store, tmp_path / "cle usb", now)
    assert backup.verify(made.folder) == made


def test_a_damaged_database_is_not_called_saved(store: Store, filled: Any, tmp_path: Path, now: datetime) -> None:
    store.close()
    base = store.folder / BASE_FILE
    raw = base.read_bytes()
    base.write_bytes(raw[: 9 * 4096 + 7] + bytes([raw[9 * 4096 + 7] ^ 1]) + raw[9 * 4096 + 8 :])
    opened = open_store(store.folder)
    with pytest.raises(DataDamaged, match="saine"):
        backup.back_up(opened, tmp_path / "cle usb", now)
    assert not list((tmp_path / "cle usb").iterdir())
    opened.close()


def test_two_backups_of_one_second_do_not_mix(store: Store, made: backup.BackupFacts, now: datetime) -> None:
    with pytest.raises(RuleRefused, match="même instant"):
        backup.back_up(store, made.folder.parent, now)
    later = backup.back_up(store, made.folder.parent, now + timedelta(seconds=1))
    assert backup.verify(made.folder) == backup.BackupFacts(made.folder, made.made, made.files, made.rows)
    assert backup.verify(later.folder).rows == made.rows

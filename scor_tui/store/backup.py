"""Backup and restoration: a verified copy that names only files it holds, and back.

A backup is a folder: the database (same key), the encrypted files, the key file and a manifest of SHA-256. The key
is in it: it must be kept as safe as the practice itself.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from scor_tui import system
from scor_tui.domain.errors import DataDamaged, FileDamaged, RuleRefused
from scor_tui.store.engine import BASE_FILE, FILES_FOLDER, Store, faults, make_private, raw_connection
from scor_tui.store.fields import UtcDateTime
from scor_tui.store.files import EncryptedFiles
from scor_tui.store.keys import KEY_FILE, Keys, read_keys
from scor_tui.store.models import FILE_COLUMNS, TABLES, database

MANIFEST = "manifeste.json"
_PRACTICE = (KEY_FILE, FILES_FOLDER, f"{BASE_FILE}-wal", f"{BASE_FILE}-shm", BASE_FILE)
"""What makes a practice, the database last. A write-ahead log left alone would be played into another database."""


@dataclass(frozen=True)
class BackupFacts:
    """A backup: where it is, when it was made, how many files and rows it holds.

    `lost` names the files that the practice itself had lost, or that had changed: the rest is saved all the same.
    """

    folder: Path
    made: str
    files: int
    rows: int
    lost: tuple[str, ...] = ()


def back_up(store: Store, target: Path, now: datetime) -> BackupFacts:
    """Copy the practice into a new folder under `target`, verify the copy, and only then give it its name."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    final = target / f"scor-{now:%Y%m%d-%H%M%S}"
    if final.exists():
        raise RuleRefused("Une sauvegarde du même instant existe déjà.", "Attendez une seconde et recommencez.")
    partial = target / f".{final.name}.en-cours"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700)
    try:
        _copy_all(store, partial)
        rows, lost, head = _check_copy(store, partial)
        files = _digests(partial)
        facts = {"version": 1, "fait": now.isoformat(), "lignes": rows, "journal": head, "fichiers": files}
        system.write_durably(partial / MANIFEST, json.dumps(facts, indent=1).encode())
        system.sync_all()
        partial.rename(final)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    system.sync_folder(target)
    return BackupFacts(final, now.isoformat(), len(files), rows, lost)


def restore(backup: Path, folder: Path, now: datetime) -> BackupFacts:
    """Make `folder` the practice of a verified backup; it must not hold a practice.

    Dossiers may have left since the backup: the practice remembers that it was restored, and sends nothing until a
    person has confirmed it.
    """
    facts = verify(backup)
    make_private(folder)
    if any((folder / name).exists() for name in _PRACTICE):
        raise RuleRefused(
            "Ce dossier contient déjà un cabinet, ou ce qu'il en reste.",
            "Restaurez dans un dossier vide, ou mettez l'ancien de côté.",
        )
    partial = folder / ".restauration.en-cours"
    shutil.rmtree(partial, ignore_errors=True)
    try:
        shutil.copytree(backup, partial, ignore=shutil.ignore_patterns(MANIFEST))
        for path in (partial, *partial.rglob("*")):
            path.chmod(0o700 if path.is_dir() else 0o600)
        with contextlib.closing(raw_connection(partial / BASE_FILE, read_keys(partial))) as copy:
            copy.execute("UPDATE practice SET restored = ?", (UtcDateTime().db_value(now),))
        system.sync_all()
        for name in _PRACTICE:  # the database last: without it there is no practice
            if (partial / name).exists():
                (partial / name).rename(folder / name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    system.sync_folder(folder)
    return facts


def verify(backup: Path) -> BackupFacts:
    """Check every file of a backup against its manifest; raises `DataDamaged`."""
    try:
        manifest: dict[str, Any] = json.loads((backup / MANIFEST).read_bytes())
        expected = dict(manifest["fichiers"])
        facts = BackupFacts(backup, str(manifest["fait"]), len(expected), int(manifest["lignes"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataDamaged(
            "Ce dossier n'est pas une sauvegarde, ou son manifeste est endommagé.",
            "Choisissez un dossier « scor-… » fait par scor-tui sauvegarder.",
        ) from error
    found = _digests(backup)
    wrong = [name for name, digest in expected.items() if found.get(name) != digest]
    wrong += [name for name in (BASE_FILE, KEY_FILE) if name not in expected]
    if wrong:
        raise DataDamaged(
            f"La sauvegarde est endommagée : {len(wrong)} fichier(s) manquent ou ont changé.",
            "Choisissez une sauvegarde plus ancienne.",
        )
    return facts


def copy_database(target: Path, keys: Keys) -> None:
    """Copy the open database, encrypted under the same key, while it is used; raises `DataDamaged`."""
    from sqlcipher3 import dbapi2

    target.unlink(missing_ok=True)
    try:
        with contextlib.closing(raw_connection(target, keys)) as destination:
            database.connection().backup(destination)
            destination.execute("PRAGMA journal_mode = delete")
    except dbapi2.DatabaseError as error:
        raise _unsound(str(error)) from error


def _copy_all(store: Store, partial: Path) -> None:
    """Copy the database first: the files come after, so that none that it names can be missing."""
    copy_database(partial / BASE_FILE, store.keys)
    for name in store.files.names():
        copied = partial / FILES_FOLDER / name[:2] / name
        copied.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(store.files.path_of(name), copied)
    system.write_durably(partial / KEY_FILE, (store.folder / KEY_FILE).read_bytes())


def _check_copy(store: Store, partial: Path) -> tuple[int, tuple[str, ...], str]:
    """Open the copy by itself and check it; returns its rows, the files that are lost, the head of its journal."""
    with contextlib.closing(raw_connection(partial / BASE_FILE, store.keys)) as copy:
        wrong = faults(copy)
        if wrong:
            raise _unsound("; ".join(wrong))
        tables = [model._meta.table_name for model in TABLES]
        rows: int = sum(copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in tables)  # noqa: S608
        named = {
            row[0]
            for model, column in FILE_COLUMNS
            for row in copy.execute(f"SELECT {column} FROM {model._meta.table_name}")  # noqa: S608
            if row[0]
        }
        gone = {row[0] for row in copy.execute("SELECT file FROM purged_file")}
        last = copy.execute("SELECT chain FROM journal ORDER BY id DESC LIMIT 1").fetchone()
    copied = EncryptedFiles(partial / FILES_FOLDER, store.keys)
    lost = tuple(name for name in sorted(named - gone) if not _is_whole(copied, name))
    return rows, lost, last[0] if last else ""


def _is_whole(files: EncryptedFiles, name: str) -> bool:
    try:
        files.get(name)
    except FileDamaged:
        return False
    return True


def _unsound(why: str) -> DataDamaged:
    return DataDamaged(f"La copie n'est pas saine ({why}).", "Lancez scor-tui diagnostic avant toute autre chose.")


def _digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != MANIFEST)
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

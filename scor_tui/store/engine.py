"""The database engine: open, migrate, write. What differs between engines stands here and nowhere else."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from peewee import DatabaseError, IntegrityError, OperationalError, SqliteDatabase
from playhouse.migrations import Runner
from playhouse.sqlcipher_ext import SqlCipherDatabase

from scor_tui import system
from scor_tui.domain.errors import Busy, DatabaseNewer, DatabaseUnreadable, FolderNotPrivate, RuleRefused
from scor_tui.store.files import EncryptedFiles
from scor_tui.store.keys import KEY_FILE, Keys, create_keys, read_keys
from scor_tui.store.models import TABLES, database

BASE_FILE, FILES_FOLDER, LOCK_FILE, POST_LOCK_FILE = "base.db", "fichiers", "verrou", "verrou-envoi"
MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MILLISECONDS = 10_000

_PRAGMAS = (
    ("journal_mode", "wal"),
    ("synchronous", "full"),
    ("foreign_keys", 1),
    ("busy_timeout", BUSY_MILLISECONDS),
    ("temp_store", "memory"),
    ("secure_delete", 1),
)

_CHECKS = (("integrity_check", ""), ("foreign_key_check", "clé étrangère : "), ("cipher_integrity_check", ""))


class _RawKeyDatabase(SqlCipherDatabase):
    """SQLCipher under a raw key: a passphrase would run its derivation at every connection (0.4 s)."""

    def _connect(self) -> Any:
        connection = raw_connection(Path(self.database), self.connect_params["keys"])
        try:
            self._add_conn_hooks(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def raw_connection(path: Path, keys: Keys) -> Any:
    """Return a bare connection to an encrypted database file."""
    from sqlcipher3 import dbapi2

    connection = dbapi2.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA cipher_log_level = NONE")  # it would scribble on the screen
    connection.execute(f"PRAGMA key = \"x'{keys.derive('base').hex()}'\"")
    return connection


@dataclass
class Store:
    """An open practice: its folder, its encrypted files, its keys. The models are bound to its database."""

    folder: Path
    keys: Keys = field(repr=False)
    files: EncryptedFiles = field(repr=False)

    def close(self) -> None:
        """Close this thread's connection."""
        if database.obj is not None and not database.is_closed():
            database.close()


def create_store(folder: Path) -> Store:
    """Make an empty practice in `folder` (made 0700 when absent); raises when one is there already."""
    make_private(folder)
    with system.locked(folder / LOCK_FILE, wait_seconds=5) as held:
        if not held:
            raise _busy()
        if _size(folder / BASE_FILE):
            raise RuleRefused("Ce dossier contient déjà un cabinet.", "Choisissez un autre dossier (--dossier).")
        keys = read_keys(folder) if (folder / KEY_FILE).exists() else create_keys(folder)
    return _opened(folder, keys)


def open_store(folder: Path) -> Store:
    """Open the practice in `folder`, migrating it first; raises `DataDamaged` errors, `Busy`."""
    check_private(folder)
    if not (folder / BASE_FILE).exists():
        raise DatabaseUnreadable(
            "Il n'y a pas de cabinet dans ce dossier.",
            "Créez-en un (scor-tui creer FICHIER.toml) ou regardez la démonstration (scor-tui demo).",
        )
    if not _size(folder / BASE_FILE):
        raise DatabaseUnreadable(
            "Le fichier de la base est vide.", "Restaurez la dernière sauvegarde (scor-tui restaurer)."
        )
    return _opened(folder, read_keys(folder))


def make_private(folder: Path) -> None:
    """Make `folder` for this user alone, or refuse one that others can read."""
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
    check_private(folder)


def check_private(folder: Path) -> None:
    """Refuse a folder that must not hold patients' data."""
    try:
        reason = system.why_not_private(folder)
    except FileNotFoundError:
        reason = "il n'existe pas"
    if reason:
        raise FolderNotPrivate(
            f"Le dossier de données ne convient pas : {reason}.",
            "Utilisez un dossier local à vous seul : chmod 700 sur ce dossier, ou un autre avec --dossier.",
        )


@contextlib.contextmanager
def write() -> Iterator[None]:
    """One durable change: every write of the program stands in this.

    The transaction takes its lock at once: a deferred one that reads and then writes fails under several sessions
    whatever the time-out (measured: 88 % of them at six processes).
    """
    with told(), database.atomic("IMMEDIATE"):
        yield


def wait_at_most(milliseconds: int) -> None:
    """Let this thread's connection wait no longer than this for another session that writes; then it is `Busy`."""
    if isinstance(database.obj, SqliteDatabase):
        database.execute_sql(f"PRAGMA busy_timeout = {milliseconds:d}")


def stamp() -> tuple[Any, int, int]:
    """Return what is another as soon as this connection or any other session has changed the database."""
    connection = database.connection()
    version = connection.execute("PRAGMA data_version").fetchone()[0]
    return connection, version, connection.total_changes


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Turn what the database says of itself into a sentence: held, full, damaged."""
    try:
        yield
    except IntegrityError:
        raise  # a rule of the schema: a defect of the program, not of the data
    except OperationalError as error:
        raise _told(error) from error
    except DatabaseError as error:
        raise DatabaseUnreadable(
            "Une page de la base est endommagée.", "Lancez scor-tui diagnostic, puis restaurez la dernière sauvegarde."
        ) from error


@contextlib.contextmanager
def exclusive_post(folder: Path) -> Iterator[None]:
    """Hold the practice's post: one session polls or sends at a time; raises `Busy`."""
    with system.locked(folder / POST_LOCK_FILE) as held:
        if not held:
            raise Busy(
                "Une autre session relève ou transmet en ce moment.",
                "Attendez qu'elle ait fini, puis recommencez.",
            )
        yield


def check_integrity() -> list[str]:
    """Return what the database says is wrong with itself; empty when all is well."""
    return faults(database.connection())


def faults(connection: Any) -> list[str]:
    """Return what a bare connection finds wrong with its database; a page that cannot be read is one of them."""
    from sqlcipher3 import dbapi2

    found = []
    for check, words in _CHECKS:
        try:
            rows = connection.execute(f"PRAGMA {check}").fetchall()
        except dbapi2.DatabaseError as error:
            found.append(str(error))
        else:
            found += [f"{words}{row[0]}" for row in rows if row[0] != "ok"]
    return found


def bind(path: Path, keys: Keys) -> None:
    """Bind the models to the database at `path`."""
    opened = _RawKeyDatabase(str(path), pragmas=_PRAGMAS, keys=keys)
    if database.obj is not None and not database.is_closed():
        database.close()
    for model in TABLES:
        model._meta.strict_tables = isinstance(opened, SqliteDatabase)
    database.initialize(opened)


def migrate(folder: Path, keys: Keys) -> list[str]:
    """Bring the schema up to date under a lock; returns the migrations that ran."""
    with system.locked(folder / LOCK_FILE, wait_seconds=30) as held:
        if not held:
            raise _busy()
        runner = Runner(database.obj, str(MIGRATIONS))
        states = runner.status()
        if any(state.path is None for state in states):
            raise DatabaseNewer(
                "La base a été écrite par une version plus récente du programme.",
                "Mettez scor-tui à jour, ou ouvrez une sauvegarde de l'ancienne version.",
            )
        pending = [state for state in states if state.applied is None]
        if pending and len(pending) < len(states):
            from scor_tui.store.backup import copy_database

            copy_database(folder / "avant-migration.db", keys)
        done = list(runner.up())
        wrong = check_integrity() if done else []
        if wrong:
            raise DatabaseUnreadable(
                f"La mise à jour de la base l'a laissée incohérente ({wrong[0]}).",
                "Une copie d'avant est dans « avant-migration.db ». Signalez-le à l'éditeur.",
            )
        return done


def _opened(folder: Path, keys: Keys) -> Store:
    bind(folder / BASE_FILE, keys)
    try:
        _connect(folder, keys)
    except BaseException:
        database.close()
        raise
    files = folder / FILES_FOLDER
    files.mkdir(mode=0o700, exist_ok=True)
    store = Store(folder, keys, EncryptedFiles(files, keys))
    store.files.sweep()
    return store


def _connect(folder: Path, keys: Keys) -> None:
    write_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        database.connect(reuse_if_open=True)
        migrate(folder, keys)
    except OperationalError as error:
        raise _told(error) from error
    except DatabaseError as error:
        raise DatabaseUnreadable(
            "La base ne s'ouvre pas avec la clé de ce dossier.",
            "Restaurez la dernière sauvegarde (scor-tui restaurer).",
        ) from error
    finally:
        sys.dont_write_bytecode = write_bytecode


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _told(error: OperationalError) -> Exception:
    text = " ".join(_said(error))
    if "locked" in text or "busy" in text:
        return _busy()
    if "full" in text:
        return Busy("Le disque est plein : rien n'a été enregistré.", "Libérez de la place, puis recommencez.")
    return DatabaseUnreadable("La base ne répond pas comme elle devrait.", "Lancez scor-tui diagnostic.")


def _said(error: BaseException | None) -> Iterator[str]:
    """Yield what was said first and since: a full disk rolls back by itself, and the rollback then fails too."""
    while error is not None:
        yield str(error)
        error = error.__context__


def _busy() -> Busy:
    return Busy("Une autre session tient la base.", "Attendez quelques secondes, puis recommencez.")

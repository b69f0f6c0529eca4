"""Several sessions on one practice: nothing is lost, nothing is half done."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from peewee import OperationalError

from scor_tui import system
from scor_tui.domain.errors import Busy, DatabaseUnreadable, ExitCode, RuleRefused
from scor_tui.store import models as m
from scor_tui.store.engine import (
    BASE_FILE,
    LOCK_FILE,
    MIGRATIONS,
    Store,
    create_store,
    exclusive_post,
    open_store,
    write,
)
from scor_tui.store.journal import Journal
from scor_tui.store.keys import create_keys

_SPAWN = multiprocessing.get_context("spawn")
SESSIONS, TURNS = 4, 50


def _take_numbers(folder: Path, gate: Barrier) -> None:
    """One session: read the next lot number and write the one after it, again and again."""
    system.harden()
    store = open_store(folder)
    journal = Journal(store.keys)
    gate.wait(60)
    for _ in range(TURNS):
        with write():
            who = m.Practitioner.get()
            who.next_lot += 1
            who.save()
            journal.add(who.polled, "numero", numero=who.next_lot)
    store.close()


def _play(target: Callable[..., None], *arguments: Any) -> list[int | None]:
    players = [_SPAWN.Process(target=target, args=arguments, daemon=True) for _ in range(SESSIONS)]
    for player in players:
        player.start()
    for player in players:
        player.join(60)
    return [player.exitcode for player in players]


def test_four_sessions_at_once_lose_no_change_and_break_no_chain(store: Store, filled: Any, now: Any) -> None:
    with write():
        m.Practitioner.update(next_lot=0, polled=now).execute()
    assert _play(_take_numbers, store.folder, _SPAWN.Barrier(SESSIONS)) == [0] * SESSIONS
    assert m.Practitioner.get().next_lot == SESSIONS * TURNS
    assert m.JournalEntry.select().where(m.JournalEntry.event == "numero").count() == SESSIONS * TURNS
    assert list(Journal(store.keys).broken()) == []


def _open(folder: Path, gate: Barrier) -> None:
    system.harden()
    gate.wait(60)
    open_store(folder).close()


def test_openers_that_arrive_together_migrate_once(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    keys = create_keys(folder)
    from scor_tui.store.engine import raw_connection

    empty = raw_connection(folder / BASE_FILE, keys)
    empty.execute("PRAGMA journal_mode = wal")
    empty.close()
    assert _play(_open, folder, _SPAWN.Barrier(SESSIONS)) == [0] * SESSIONS
    opened = open_store(folder)
    applied = m.database.execute_sql("SELECT name FROM schema_migration ORDER BY name").fetchall()
    assert [name for (name,) in applied] == sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))
    assert m.Patient.select().count() == 0
    opened.close()


def _change_and_fail(error: Exception) -> None:
    m.Patient.update(name="AUTRE").execute()
    m.Prescriber.create(number="X")
    raise error


def _change_in_a_change_and_fail() -> None:
    with write():
        m.Patient.update(name="AUTRE").execute()
    raise RuleRefused("Non.", "Rien.")


def test_a_change_that_fails_leaves_nothing_of_itself(filled: Any) -> None:
    with pytest.raises(RuleRefused), write():
        _change_and_fail(RuleRefused("Non.", "Rien."))
    assert m.Patient.get().name == "INVENTEUX"
    assert m.Prescriber.select().count() == 1


def test_a_change_inside_a_change_is_one_change(filled: Any) -> None:
    with pytest.raises(RuleRefused), write():
        _change_in_a_change_and_fail()
    assert m.Patient.get().name == "INVENTEUX"


def test_a_change_takes_its_lock_before_it_reads(store: Store, filled: Any) -> None:
    second = _second(store)
    with write(), pytest.raises(second.OperationalError, match="locked"):
        second.execute("BEGIN IMMEDIATE")
    second.execute("BEGIN IMMEDIATE")
    second.close()


def test_a_session_that_waits_in_vain_is_told_so(store: Store, filled: Any) -> None:
    m.database.execute_sql("PRAGMA busy_timeout = 1")
    other = _second(store)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy, match="Une autre session tient la base") as caught, write():
        m.Patient.update(name="AUTRE").execute()
    assert caught.value.exit_code is ExitCode.OTHER_END_FAILED
    other.close()
    with write():
        m.Patient.update(name="AUTRE").execute()


def _second(store: Store) -> Any:
    from scor_tui.store.engine import raw_connection

    connection = raw_connection(store.folder / BASE_FILE, store.keys)
    connection.execute("PRAGMA busy_timeout = 1")
    return connection


@pytest.mark.parametrize(
    ("said", "kind", "says"),
    [
        ("database or disk is full", Busy, "Le disque est plein"),
        ("disk I/O error", DatabaseUnreadable, "ne répond pas"),
        ("attempt to write a readonly database", DatabaseUnreadable, "ne répond pas"),
    ],
)
def test_what_the_engine_says_is_told_in_words(filled: Any, said: str, kind: type[Exception], says: str) -> None:
    with pytest.raises(kind, match=says), write():
        _change_and_fail(OperationalError(said))
    assert m.Patient.get().name == "INVENTEUX"


def test_a_full_disk_refuses_the_change_and_the_practice_goes_on(store: Store, filled: Any) -> None:
    pages = m.database.execute_sql("PRAGMA page_count").fetchone()[0]
    m.database.execute_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Busy, match="disque est plein"), write():
        m.Report.create(kind="x", begun=filled.piece.created, ended=filled.piece.created, content="x" * 100_000)
    assert m.Report.select().count() == 0
    m.database.execute_sql("PRAGMA max_page_count = 1000000")
    with write():
        m.Report.create(kind="x", begun=filled.piece.created, ended=filled.piece.created, content="x" * 100_000)


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000), ("secure_delete", 1),
     ("temp_store", 2)],
)  # fmt: skip
def test_every_connection_keeps_the_same_promises(store: Store, pragma: str, value: Any) -> None:
    answers = [m.database.execute_sql(f"PRAGMA {pragma}").fetchone()[0]]

    def ask() -> None:
        answers.append(m.database.execute_sql(f"PRAGMA {pragma}").fetchone()[0])
        store.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert answers == [value, value]


def test_only_one_session_at_a_time_holds_the_post(store: Store) -> None:
    with (
        exclusive_post(store.folder),
        pytest.raises(Busy, match="relève ou transmet"),
        exclusive_post(store.folder),
    ):
        pytest.fail("two sessions would send the same lots")
    with exclusive_post(store.folder):
        pass


def test_a_practice_is_not_made_while_another_session_makes_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir(mode=0o700)
    monkeypatch.setattr(system, "_try_lock", lambda descriptor, wait_seconds: False)
    with pytest.raises(Busy, match="Une autre session"):
        create_store(folder)
    assert {path.name for path in folder.iterdir()} <= {LOCK_FILE}


def test_the_database_is_not_plain_sqlite(store: Store) -> None:
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        sqlite3.connect(store.folder / BASE_FILE).execute("SELECT * FROM sqlite_master")

"""The journal: who did what, chained so that nobody can rewrite it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from scor_tui.domain.errors import RuleRefused
from scor_tui.store import models as m
from scor_tui.store.engine import Store, create_store, write
from scor_tui.store.journal import Journal, who_is_there


@pytest.fixture
def journal(store: Store, filled: Any, now: Any) -> Journal:
    """A journal of six entries."""
    journal = Journal(store.keys)
    with write():
        for number in range(5):
            journal.add(
                now + timedelta(minutes=number), "statut", dossier=1, facture="260302001", vers=f"étape {number}"
            )
    return journal


def behind_our_back(statement: str) -> None:
    """Change the journal as somebody who has the key of the database and drops the triggers."""
    for (name,) in m.database.execute_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        m.database.execute_sql(f"DROP TRIGGER {name}")
    m.database.execute_sql(statement)


def test_an_honest_journal_holds(journal: Journal) -> None:
    assert m.JournalEntry.select().count() == 6
    assert list(journal.broken()) == []


def test_the_chain_goes_on_in_the_next_session(journal: Journal, store: Store, now: Any) -> None:
    later = Journal(store.keys)
    with write():
        later.add(now, "autre_session")
    assert list(later.broken()) == []


@pytest.mark.parametrize(
    "column", ["who = 'x'", "event = 'x'", "facture = ''", "detail = '{}'", "dossier = 2", "dossier = NULL",
               "at = '2020-01-01T00:00:00Z'"],
)  # fmt: skip
def test_an_entry_changed_behind_our_back_is_found(journal: Journal, column: str) -> None:
    behind_our_back(f"UPDATE journal SET {column} WHERE id = 3")  # noqa: S608
    assert list(journal.broken()) == [3]


def test_an_entry_taken_out_is_found_at_the_next_one(journal: Journal) -> None:
    behind_our_back("DELETE FROM journal WHERE id = 3")
    assert list(journal.broken()) == [4]


def test_two_entries_exchanged_are_found(journal: Journal) -> None:
    behind_our_back("UPDATE journal SET id = CASE id WHEN 3 THEN -4 ELSE -3 END WHERE id IN (3, 4)")
    m.database.execute_sql("UPDATE journal SET id = -id WHERE id < 0")
    assert 3 in set(journal.broken())


def test_a_chain_made_again_without_the_key_is_found(journal: Journal, tmp_path: Any) -> None:
    forger = Journal(create_keys_of(tmp_path))
    entry = m.JournalEntry.get_by_id(6)
    before = m.JournalEntry.get_by_id(5)
    entry.detail = "{}"
    behind_our_back(f"UPDATE journal SET detail = '{{}}', chain = '{forger._link(before.chain, entry)}' WHERE id = 6")  # noqa: S608
    assert list(journal.broken()) == [6]


def create_keys_of(folder: Any) -> Any:
    """The keys of a stranger."""
    from scor_tui.store.keys import create_keys

    return create_keys(folder)


def test_an_entry_stands_or_falls_with_the_change_that_it_tells(journal: Journal, now: Any) -> None:
    with pytest.raises(RuleRefused), write():
        _told_and_undone(journal, now)
    assert m.JournalEntry.select().count() == 6
    assert list(journal.broken()) == []


def _told_and_undone(journal: Journal, now: Any) -> None:
    journal.add(now, "jamais")
    raise RuleRefused("Non.", "Rien.")


def test_another_practice_checks_its_own_chain(journal: Journal, store: Store, tmp_path: Any, now: Any) -> None:
    store.close()
    other = create_store(tmp_path / "autre")
    own = Journal(other.keys)
    with write():
        own.add(now, "cree")
    assert list(own.broken()) == []
    assert list(journal.broken()) == [1]
    other.close()


def test_the_person_behind_a_shared_account_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "scor")
    monkeypatch.delenv("SUDO_USER", raising=False)
    monkeypatch.delenv("SSH_USER", raising=False)
    assert who_is_there() == "scor"
    monkeypatch.setenv("SSH_USER", "remplacante\x1b]52;c;eA==\x07")
    assert who_is_there().startswith("remplacante")
    assert who_is_there().endswith("(scor)")
    assert "\x1b" not in who_is_there()
    monkeypatch.setenv("SUDO_USER", "secretaire")
    assert who_is_there() == "secretaire (scor)"


def test_an_account_without_a_name_is_told_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", unknown)
    monkeypatch.delenv("SUDO_USER", raising=False)
    monkeypatch.delenv("SSH_USER", raising=False)
    assert who_is_there().startswith("uid ")

"""The caisse may die at any instant: it takes each lot once, and gives each message the same answer."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time

import pytest

from scor_tui.demo.caisse import Caisse
from scor_tui.demo.layout import Layout
from scor_tui.demo.registry import Registry
from scor_tui.domain.wire import Sign
from scor_tui.mail.maildir import Maildir

FACTURES = [f"2611215{index:02d}" for index in range(8)]

RUN = """
import sys
from datetime import datetime
from pathlib import Path
from scor_tui.demo.caisse import Caisse
class Clock:
    def now(self):
        return datetime.fromisoformat(sys.argv[2])
caisse = Caisse(Path(sys.argv[1]), Clock())
print("prete", flush=True)
caisse.run_once()
"""


class DiedError(Exception):
    """The power went."""


def fill(client, pieces):
    """Post FSEs and one lot for each; returns what each facture's lot should become."""
    for facture in FACTURES:
        client.send_fse(facture)
    lots = {}
    for index, facture in enumerate(FACTURES):
        piece = (
            pieces.by_post()
            if index % 2 == 0
            else pieces.referring("3f0c7a52-6a38-4f0e-9a5d-0d6f5c1b2a90", "261100000")
        )
        lot, _ = client.send_lot({facture: [piece]})
        lots[facture] = (lot.uuid, Sign.POSITIVE if index % 2 == 0 else Sign.NEGATIVE)
    return lots


def settled(caisse, client, lots):
    """Whether everything was taken once, and each lot answered by one and the same ARL, however often."""
    caisse.run_once()
    assert Maildir(client.layout.inbox).waiting() == ()
    assert caisse.verdicts() == {facture: (lot,) for facture, lot in lots.items()}
    facts = caisse.count_facts()
    assert (facts.lots, facts.fse, facts.receptions) == (len(FACTURES), len(FACTURES), 2 * len(FACTURES))
    arls = {}
    for answer in client.answers():
        arls.setdefault((answer.kind, answer.lot), set()).add(answer)
    assert len(arls) == 2 * len(FACTURES)
    assert all(len(same) == 1 for same in arls.values())


@pytest.mark.parametrize("step", ["add_reception", "add_scor_lot", "add_fse_lot", "mark_delivered"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_it_dies_at_each_step_of_its_registry(client, folder, clock, pieces, monkeypatch, step, when):
    lots = fill(client, pieces)
    real, calls = getattr(Registry, step), []

    def dies(self, *args, **kwargs):
        calls.append(1)
        if when == "before" and len(calls) == 3:
            raise DiedError
        result = real(self, *args, **kwargs)
        if when == "after" and len(calls) == 3:
            raise DiedError
        return result

    monkeypatch.setattr(Registry, step, dies)
    with pytest.raises(DiedError):
        Caisse(folder, clock).run_once()
    monkeypatch.undo()
    settled(Caisse(folder, clock), client, lots)


def test_it_dies_between_its_commit_and_the_move_of_the_message(client, folder, clock, pieces, monkeypatch):
    lots = fill(client, pieces)

    def dies(self, key):
        raise DiedError

    for _ in range(3):
        with monkeypatch.context() as patch:
            patch.setattr(Maildir, "take", dies)
            with pytest.raises(DiedError):
                Caisse(folder, clock).run_once()
    settled(Caisse(folder, clock), client, lots)


@pytest.mark.slow
def test_it_is_killed_at_random_moments(client, folder, clock, pieces):
    lots = fill(client, pieces)
    chance, kills = random.Random(7), 0
    for _ in range(12):
        run = subprocess.Popen(
            [sys.executable, "-c", RUN, str(folder), clock.now().isoformat()], stdout=subprocess.PIPE
        )
        assert run.stdout is not None
        run.stdout.readline()
        deadline = time.monotonic() + chance.uniform(0.0, 0.5)
        while time.monotonic() < deadline and run.poll() is None:
            pass
        if run.poll() is None:
            run.kill()
            kills += 1
        run.wait()
        run.stdout.close()
    assert kills
    settled(Caisse(folder, clock), client, lots)


def test_the_registry_is_written_through(caisse, client, folder):
    client.send_fse(FACTURES[0])
    caisse.run_once()
    with Registry(Layout(folder).registry) as registry:
        assert registry._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert registry._db.execute("PRAGMA synchronous").fetchone() == (2,)
    with sqlite3.connect(Layout(folder).registry) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)

"""`scor-tui demo` on a practice that is there: its caisse answers within seconds, and goes when the interface goes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

SECONDS = 60


def answers(folder: Path) -> list[Path]:
    """What lies unread in the practitioners' BAL."""
    return list((folder / "demonstration" / "poste").glob("praticien-*/new/*"))


def caisses_of(folder: Path) -> list[str]:
    """The processes that are a caisse of this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = process.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"caisse" in words and str(folder / "demonstration").encode() in words:
            found.append(process.parent.name)
    return found


def statuses(folder: Path) -> dict[str, str]:
    command = [sys.executable, "-m", "scor_tui", "retours", "--json", "--dossier", str(folder)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=SECONDS)
    return {row["facture"]: row["status"] for row in json.loads(done.stdout)["dossiers"]}


def test_what_is_sent_is_answered_within_seconds_by_another_process(terminal, practice_folder):
    before = statuses(practice_folder)
    (waiting,) = [facture for facture, status in before.items() if status == "transmis"]
    opened = terminal("demo", "--dossier", practice_folder)
    opened.wait_for("Tableau de bord")
    end = time.monotonic() + SECONDS
    while not answers(practice_folder):
        assert time.monotonic() < end, "the caisse never answered"
        opened.idle(0.5)
    assert len(caisses_of(practice_folder)) == 1
    opened.send(b"b")
    while statuses(practice_folder)[waiting] != "archive":
        assert time.monotonic() < end, opened.seen[-1500:]
        opened.idle(0.5)
    opened.send(b"\x1b")
    opened.send(b"q")
    assert opened.process.wait(SECONDS) == 0
    assert caisses_of(practice_folder) == []


def test_the_caisse_goes_even_when_the_interface_is_killed(terminal, practice_folder):
    opened = terminal("demo", "--dossier", practice_folder)
    opened.wait_for("Tableau de bord")
    assert caisses_of(practice_folder)
    opened.process.kill()
    end = time.monotonic() + SECONDS
    while caisses_of(practice_folder):
        assert time.monotonic() < end, "the caisse outlived the interface"
        opened.read(0.5, until_quiet=None)

"""The power may fail at any step of sending, polling or saving a piece: nothing is lost, nothing is done twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import scor_tui

pytestmark = pytest.mark.slow

DRIVER = Path(__file__).with_name("driver.py")


@pytest.fixture
def deaths(house):
    """Kill a use case at each of its durable steps in turn; returns what came of each death."""

    def play(use_case: str, *factures: str) -> list[dict[str, object]]:
        snapshot = house.folder.with_name("cliche")
        command = [sys.executable, str(DRIVER), str(house.folder), str(snapshot), use_case, *factures]
        environment = {
            **os.environ,
            "PYTHONPATH": str(Path(scor_tui.__file__).parent.parent),
            **house.own_places,
        }
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        found = [json.loads(line) for line in done.stdout.splitlines()]
        assert found[-1]["mort"] == ""
        assert all(one["mort"] for one in found[:-1])
        return found

    return play


@pytest.mark.parametrize(("use_case", "least"), [("transmettre", 12), ("relever", 6), ("ajouter", 5)])
def test_whenever_it_dies_both_dossiers_are_archived_once_and_the_records_hold(house, deaths, use_case, least):
    pair = house.factures[0], house.factures[2]
    found = deaths(use_case, *pair)
    assert len(found) >= least
    assert {one["mort"] for one in found} >= {"fsync", "replace", "commit", ""}
    for one in found:
        told = f"{use_case}, dead at step {one['pas']} ({one['mort']}): {one}"
        assert one["statuts"] == dict.fromkeys(pair, "archive"), told
        assert one["caisse"] == {facture: ["+"] for facture in pair}, told
        assert max(one["essais"].values()) <= 2, told
        assert one["pieces"] == [True, True], told
        assert (one["integrite"], one["journal"], one["restes"]) == ([], [], []), told
    undisturbed = found[-1]
    assert (undisturbed["heures"], set(undisturbed["essais"].values()), undisturbed["lots"]) == (0, {1}, 1)

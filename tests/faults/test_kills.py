"""Thirty kills at random moments of `transmettre --tout` and `relever`: practice and caisse agree in the end."""

from __future__ import annotations

import json
import random
import subprocess
import time
from email import message_from_bytes

import pytest

pytestmark = pytest.mark.slow

KILLS, SEED = 30, 7
COMMANDS = (("transmettre", "--tout"), ("relever",))
NOT_OVER = {"en_cours", "transmis"}
KNOWS_NOTHING = {"a_transmettre", "a_retransmettre", "a_traiter_manuellement"}


@pytest.fixture
def kill(house, start):
    """Start a command and kill it at a moment drawn within what it takes undisturbed; tells whether it was."""
    chance, seconds = random.Random(SEED), {}

    def play(*command: str) -> bool:
        if command not in seconds:
            begun = time.monotonic()
            house.run(*command)
            seconds[command] = time.monotonic() - begun
        process = start(*command, "--dossier", house.folder, **house.own_places)
        try:
            process.communicate(timeout=chance.uniform(0.0, seconds[command]))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return True
        return False

    return play


def behave(house, **manners: dict[str, object]) -> None:
    document = {"format": "scor-tui-scenarios", "version": 1, "factures": manners}
    (house.other_end / "caisse" / "scenarios.json").write_text(json.dumps(document))


def settle(house) -> None:
    """What a practitioner does in the days after: poll, transmit, wait for the caisse."""
    for _ in range(4):
        house.run("transmettre", "--tout")
        house.caisse()
        house.run("relever")
        house.pass_hours(49)
        house.caisse()
        house.run("relever")
        if set(house.statuses.values()) <= {"archive", "a_traiter_manuellement"}:
            break


def test_no_dossier_is_lost_nor_accepted_twice_and_both_sides_agree(house, kill):
    behave(house, **{house.factures[3]: {"scor": "double"}, house.factures[4]: {"scor": "tardive", "heures": 60}})
    waiting = [house.factures[rank : rank + 2] for rank in range(0, 12, 2)]
    kills = 0
    for turn in range(3 * KILLS):
        if turn % 4 == 0 and waiting:
            house.run("cocher", *waiting.pop())
        kills += kill(*COMMANDS[turn % 3 == 2])
        if kills == KILLS:
            break
        if turn % 5 == 4:
            house.caisse()
        if turn % 9 == 8:
            house.pass_hours(49)
    assert kills == KILLS
    for left in waiting:
        house.run("cocher", *left)
    settle(house)

    statuses, verdicts = house.statuses, house.verdicts
    assert set(statuses) == set(house.factures)
    assert not set(statuses.values()) & NOT_OVER
    assert {facture: signs for facture, signs in verdicts.items() if signs.count("+") > 1} == {}
    for facture, status in statuses.items():
        known = verdicts.get(facture, [])
        assert (status == "archive") == ("+" in known), (facture, status, known)
        assert known or status in KNOWS_NOTHING, (facture, status)
    assert "archive" in statuses.values()
    the_caisse_counts_each_lot_once(house)
    each_paper_piece_is_registered_once(house)
    assert house.faults() == []
    assert house.leftovers() == []


def the_caisse_counts_each_lot_once(house) -> None:
    mails = (house.other_end / "poste" / "frontal" / "cur").iterdir()
    subjects = [message_from_bytes(path.read_bytes())["Subject"] for path in mails]
    lots = [subject for subject in subjects if subject.startswith("SCOR-OUVERT/1 LOT ")]
    assert sum(map(len, house.verdicts.values())) >= len(set(lots)) > 0
    facts = json.loads(house.scor("caisse", "--dossier", house.other_end, "--une-fois", "--json").out)["registre"]
    assert facts["lots"] == len(set(lots))
    assert facts["receptions"] == len(subjects)


def each_paper_piece_is_registered_once(house) -> None:
    rows = house.run("papier").json["lignes"]
    factures = [row["facture"] for row in rows]
    assert len(factures) == len(set(factures))

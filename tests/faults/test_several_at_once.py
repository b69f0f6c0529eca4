"""Several sessions transmit at once: one sends, the others say that it is being done, nothing leaves twice."""

from __future__ import annotations

import fcntl
import os

import pytest

pytestmark = pytest.mark.slow

SESSIONS = 4


@pytest.fixture
def post(house):
    """Hold the practice's post, as a session that is sending does."""
    descriptor = os.open(house.folder / "verrou-envoi", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    yield
    os.close(descriptor)


def test_one_sends_and_the_others_say_so(house, start):
    house.run("cocher", *house.factures)
    sessions = [start("transmettre", "--tout", "--dossier", house.folder, "--json") for _ in range(SESSIONS)]
    ended = [(*session.communicate(timeout=120), session.returncode) for session in sessions]
    assert {code for _, _, code in ended} <= {0, 3}, ended
    assert [code for _, _, code in ended].count(0) >= 1
    for _, errors, code in ended:
        if code == 3:
            assert "Une autre session relève ou transmet en ce moment. Attendez" in errors

    house.caisse()
    house.run("relever")
    assert house.statuses == dict.fromkeys(house.factures, "archive")
    assert house.verdicts == {facture: ["+"] for facture in house.factures}
    assert len(list((house.other_end / "poste" / "frontal" / "cur").glob("*"))) == 4  # two lots of FSEs, two lots SCOR
    assert house.faults() == []


@pytest.mark.parametrize("command", [("transmettre", "--tout"), ("relever",), ("transmettre-fse",), ("tout-faire",)])
def test_while_the_post_is_held_nothing_is_polled_nor_sent(house, post, command):
    house.run("cocher", *house.factures[:2])
    before = house.statuses
    ran = house.run(*command, code=3)
    assert ran.json["erreur"]["cause"] == "Une autre session relève ou transmet en ce moment."
    assert ran.json["erreur"]["remede"]
    assert house.statuses == before
    assert not any((house.other_end / "poste" / "frontal" / "new").iterdir())


def test_looking_and_ticking_go_on_while_another_session_sends(house, post):
    house.run("cocher", house.factures[0])
    assert [row["facture"] for row in house.run("a-transmettre").json["dossiers"] if row["ticked"]] == [
        house.factures[0]
    ]

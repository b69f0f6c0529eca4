"""The invented practice: the same for the same seed, valid to the last key, and visibly invented."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from scor_tui.demo.cases import CASES
from scor_tui.demo.population import build
from scor_tui.demo.practice_files import import_json, practice_toml
from scor_tui.exchange.records import parse_records

DAY = date(2026, 11, 21)


@pytest.mark.parametrize("make", [import_json, practice_toml])
def test_the_same_seed_gives_the_same_files(make):
    assert make(build(7, DAY)) == make(build(7, DAY))
    assert import_json(build(7, DAY)) != import_json(build(8, DAY))


@pytest.mark.parametrize("seed", range(1, 30))
def test_every_nir_has_its_key_and_is_nobodys(seed):
    people = build(seed, DAY).patients
    assert len(people) == 60
    assert len({p.nir for p in people}) == len({p.number for p in people}) == len({p.name for p in people}) == 60
    for person in people:
        number, key = person.nir[:13], int(person.nir[13:])
        value = int(number.replace("2A", "19").replace("2B", "18")) if number[6] in "AB" else int(number)
        assert (value + key) % 97 == 0
        assert number[1:5] == f"{person.born:%y%m}"
        assert number[7:10] >= "990"
    assert {p.nir[5:7] for p in people} == {"99", "2A", "2B"}
    assert any(p.insured_nir != p.nir for p in people)
    assert {p.insured_nir for p in people} <= {p.nir for p in people}


def test_amounts_add_up_and_factures_bear_their_date(population):
    assert len({f.number for f in population.factures}) == len(CASES) == len(population.factures)
    for facture in population.factures:
        assert facture.total == facture.amo + facture.amc + facture.insured
        assert min(facture.amo, facture.amc, facture.insured) >= 0
        assert facture.number.startswith(f"{facture.day:%y%m%d}")
        assert facture.prescription is None or facture.prescription.day <= facture.day


def test_every_situation_is_there(population):
    factures = population.factures
    assert {f.flux for f in factures} == {"FSE", "DRE"}
    assert any(f.day < population.scor_start for f in factures)
    assert any(f.substitute for f in factures)
    assert any(f.prescription is None for f in factures)
    assert any(f.prescription and f.prescription.prescriber.number == "INCONNU" for f in factures)
    assert any(f.prescription and f.prescription.dsi for f in factures)
    assert any(f.case.degraded for f in factures)
    assert {f.patient.caisse for f in factures} == {"01-996-0000", "09-761-0000"}
    assert all(f.case.caisse == f.patient.caisse for f in factures)
    with_prescription = {p.patient.number for p in population.prescriptions}
    assert len(with_prescription) < len(population.patients)


def test_the_importer_takes_the_file_whole(population):
    batch = parse_records(import_json(population).encode(), zone=ZoneInfo("Europe/Paris"))
    assert (len(batch.patients), len(batch.prescriptions), len(batch.factures)) == (
        60,
        len(population.prescriptions),
        len(population.factures),
    )


def test_a_file_up_to_a_day_holds_nothing_later(population):
    until = population.factures[10].day
    document = json.loads(import_json(population, until))
    assert document["factures"]
    assert all(f["date"] <= until.isoformat() for f in document["factures"] + document["prescriptions"])
    numbers = {p["numero"] for p in document["prescriptions"]}
    assert all(f["prescription"] in numbers | {""} for f in document["factures"])


def test_the_practice_file_names_only_files_that_the_demonstration_makes(population, folder):
    practice = tomllib.loads(practice_toml(population))
    assert practice["cabinet"]["demonstration"] is True
    assert [p["profession"] for p in practice["praticiens"]] == ["26", "24"]
    named = re.findall(r'"((?:pki|poste)/[^"]+)"', practice_toml(population))
    assert len(named) > 20
    assert [path for path in named if not (folder / path).exists()] == []

"""Imports: idempotent on the numbers, all or nothing, errors told with their line."""

from __future__ import annotations

import json

import pytest

from scor_tui.domain.errors import ImportRefused
from scor_tui.domain.status import Status
from scor_tui.services import importing
from scor_tui.store.models import Dossier, Facture, Patient, Prescription


def counts():
    return [model.select().count() for model in (Patient, Prescription, Facture, Dossier)]


def patient(world, number="P9", **facts):
    row = {"numero": number, "nom": "AULNE", "prenom": "Zoé", "naissance": "1980-01-02", "nir": world.nir_of(9)}
    return row | {"caisse": world.CPAM} | facts


def test_the_same_file_twice_creates_nothing(practice, world):
    rows = world.table("patients", [patient(world)])
    first = practice.import_text(rows)
    second = practice.import_text(rows)
    assert (first.new, second.new, second.known) == (1, 0, 1)
    assert counts()[0] == 4


def test_a_patient_is_brought_up_to_date(practice, world):
    practice.import_text(world.table("patients", [patient(world)]))
    done = practice.import_text(world.table("patients", [patient(world, nom="AULNE-VERT", caisse=world.MSA)]))
    assert done.updated == 1
    row = Patient.get(Patient.number == "P9")
    assert (row.name, row.caisse.identifier) == ("AULNE-VERT", world.MSA)
    assert "aulne-vert" in row.folded


def test_a_facture_that_says_something_else_is_refused_and_nothing_of_the_file_is_taken(practice, world):
    number = practice.facture(arl="")
    before = counts()
    row = {"numero": number, "patient": "P1", "praticien": world.KINE, "date": "2026-11-20", "mode": "securisee"}
    row |= {"caisse": world.CPAM, "total": "99,99", "amo": "36,78"}
    new = row | {"numero": "261120777"}
    with pytest.raises(ImportRefused) as told:
        practice.import_text(world.table("factures", [new, row]))
    ((line, sentence),) = told.value.lines
    assert line == 4
    assert "total" in sentence
    assert counts() == before
    assert Facture.get(Facture.number == number).total == 6129


def test_the_arl_of_a_known_facture_comes_by_the_next_import(practice):
    number = practice.facture(arl="")
    assert number not in practice.rows()
    practice._fse_lots -= 1
    practice.facture(number=number)
    assert practice.rows()[number].status is Status.A_TRANSMETTRE
    practice._fse_lots -= 1
    practice.facture(number=number, arl="-")
    assert Facture.get(Facture.number == number).arl_sign == "+"


def test_unknown_references_are_all_told_at_once(practice, world):
    row = {"numero": "261120500", "patient": "P404", "praticien": "990000000", "caisse": "02-111-000"}
    row |= {"prescription": "X404", "remplacant": "990000001", "date": "2026-11-20", "mode": "securisee"}
    row |= {"total": "10", "amo": "5"}
    before = counts()
    with pytest.raises(ImportRefused) as told:
        practice.import_text(world.table("factures", [row]))
    said = " ".join(sentence for _, sentence in told.value.lines)
    for what in (
        "Patient P404",
        "Praticien 990000000",
        "Caisse 02-111-000",
        "Prescription X404",
        "Remplaçant 990000001",
    ):
        assert what in said
    assert {line for line, _ in told.value.lines} == {3}
    assert counts() == before


def test_the_prescription_of_another_patient_is_refused(practice, world):
    practice.prescription("A1", "P2")
    with pytest.raises(ImportRefused, match="autre patient"):
        practice.facture("A1", patient="P1")
    assert counts()[2] == 0


def test_a_dre_has_no_dossier_an_fse_has_one(practice):
    practice.facture(flux="DRE")
    practice.facture()
    assert counts()[2:] == [2, 1]


def test_json_holds_all_kinds(practice, world):
    document = {"format": "scor-tui-import", "version": 1, "patients": [patient(world)]}
    document["prescriptions"] = [
        {"numero": "J1", "patient": "P9", "praticien": world.KINE, "date": "2026-11-02", "prescripteur": "INCONNU"}
        | {"actes": "10 AMS 7,5 + 2 AMK 6"}
    ]
    document["factures"] = [
        {"numero": "261120600", "patient": "P9", "prescription": "J1", "praticien": world.KINE, "date": "2026-11-20"}
        | {"mode": "degradee", "caisse": world.CPAM, "total": "12,00", "amo": "7,20"}
    ]
    done = practice.import_text(json.dumps(document), "tout.json")
    assert done.new == 3
    acts = Prescription.get(Prescription.number == "J1").actes
    assert [act.label for act in acts] == ["10 AMS 7,5", "2 AMK 6"]
    assert importing.import_file(practice.cabinet, practice.root / "tout.json").known == 3


def test_a_file_that_is_not_there_is_told(practice):
    with pytest.raises(ImportRefused, match=r"absent\.csv"):
        importing.import_file(practice.cabinet, practice.root / "absent.csv")
    with pytest.raises(ImportRefused):
        importing.import_file(practice.cabinet, practice.root)


def test_hostile_names_are_cleaned_at_the_door(practice, world):
    practice.import_text(
        world.table("patients", [patient(world, nom='"\x1b]52;c;aGk=\x07AULNE\u202e"', prenom="[red]Z")])
    )
    row = Patient.get(Patient.number == "P9")
    assert not set("\x1b\x07\u202e") & set(row.name + row.folded)
    assert row.first_name == "[red]Z"

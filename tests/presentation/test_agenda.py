"""Patients, prescriptions and what waits, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from scor_tui.domain.pieces import Cell, CellState, PieceType
from scor_tui.domain.status import Status
from scor_tui.presentation import agenda
from scor_tui.presentation.parts import Tone, text_of
from scor_tui.presentation.text import NBSP
from scor_tui.presentation.work import work_lines
from scor_tui.services.agenda import Criteria, DocumentRow, PatientCard, PrescriptionRow
from scor_tui.services.state import State

TODAY = date(2026, 11, 21)
ROW = PrescriptionRow(
    id=1,
    number="P0042",
    patient="CARTIER Benjamin",
    patient_number="0007",
    day=date(2026, 11, 12),
    begins=date(2026, 11, 13),
    ends=date(2027, 1, 12),
    acts=("10 AMS 7,5", "IFD"),
    reason="rééducation de l'épaule",
    prescriber="Rose ATTELLE",
    pour="MASSEUR Honoré",
    factures=0,
    cells=(Cell(PieceType.ORDN, CellState.MISSING), Cell(PieceType.DSIP, CellState.SCANNED, 1)),
)
CARD = PatientCard(
    number="0007",
    name="CARTIER Benjamin",
    birth=date(1982, 11, 22),
    phone="06 39 98 00 00",
    caisse="01-996-0000",
    caisse_name="CPAM Essai",
    doctor="",
    exemption="ALD",
    tiers_payant=False,
    last_invoiced=None,
    invoiced=frozenset(),
)
STATE = State(
    practice="Cabinet inventé",
    demonstration=True,
    now=datetime(2026, 11, 21, tzinfo=UTC),
    statuses={status.value: 0 for status in Status},
    to_scan=0,
    ready=0,
    held_back=0,
    to_post=0,
    fse_to_send=0,
    alerts=0,
    aside=0,
    purgeable=0,
    polled=None,
    deadlines=(),
    restored=False,
)


def test_a_prescription_of_the_period():
    cells = [text_of(cell) for cell in agenda.period_cells(ROW)]
    assert cells == ["CARTIER Benjamin", "12/11/2026", "10 AMS 7,5 + IFD", "12/01/2027", "MH", "-", "O○ D●"]


def test_a_prescription_of_a_patient():
    cells = [text_of(cell) for cell in agenda.prescription_cells(replace(ROW, factures=2), ascii_only=True)]
    assert cells == ["12/11/2026", "10 AMS 7,5 + IFD", "13/11/2026", "12/01/2027", "MH", "O! D*", "2"]


def test_the_line_below_says_what_is_missing_and_the_next_key():
    assert agenda.prescription_line(ROW) == "P0042 par Rose ATTELLE : O manquante, D numérisée ; n : numériser"
    whole = replace(ROW, cells=(Cell(PieceType.ORDN, CellState.REFERENCED, 1),))
    assert agenda.prescription_line(whole) == "P0042 par Rose ATTELLE : O référencée"


def test_a_rejected_piece_is_to_be_scanned_too():
    assert replace(ROW, cells=(Cell(PieceType.DSIP, CellState.REJECTED, 1),)).to_scan == "D"


def test_each_act_stands_with_its_reason():
    assert list(agenda.acts_lines(ROW)) == [
        "Prescription du 12/11/2026 par Rose ATTELLE",
        "- 10 AMS 7,5 - rééducation de l'épaule",
        "- IFD - rééducation de l'épaule",
        "du 13/11/2026 au 12/01/2027",
    ]


def test_a_paper_document_has_no_pages():
    row = DocumentRow(9, "A", CellState.PAPER, "Accord", "", 0, 0, TODAY, "261121001")
    assert [text_of(cell) for cell in agenda.document_cells(row)] == [
        "A□", "Accord (facture 261121001)", "-", "-", "21/11/2026",
    ]  # fmt: skip
    assert agenda.document_line(row) == "autre pièce « Accord », papier, sans page, facture 261121001"


def test_the_card_says_what_is_known_and_nothing_else():
    lines = [text_of(line) for line in agenda.card_lines(CARD, TODAY, ROW)]
    assert lines == [
        f"CARTIER Benjamin · 43{NBSP}ans",
        "né(e) 22/11/1982 · 06 39 98 00 00",
        "01 996 0000 CPAM Essai",
        "sans médecin déclaré",
        "ALD · pas de tiers payant",
        "jamais facturé",
        "du 13/11/2026 au 12/01/2027",
        "rééducation de l'épaule",
    ]


@pytest.mark.parametrize(("today", "years"), [(date(2026, 11, 21), 43), (date(2026, 11, 22), 44)])
def test_one_is_older_on_one_s_birthday(today, years):
    assert agenda.age(CARD.birth, today) == years


def test_the_criteria_say_what_was_chosen():
    asked = Criteria(date(2024, 11, 21), TODAY)
    assert text_of(agenda.criteria_line(asked, "")) == (
        "Prescriptions de [tous]  Type [non terminées]  du 21/11/2024 au 21/11/2026"
    )
    chosen = replace(asked, unfinished=False, words="car")
    assert text_of(agenda.criteria_line(chosen, "MASSEUR Honoré")).endswith("2026   patient « car »")


def test_what_waits_is_counted_with_its_key_and_what_does_not_wait_is_not_there():
    (line,) = work_lines(replace(STATE, to_scan=3, ready=1, to_post=2), 78)
    assert text_of(line) == "À faire  3 à numériser n  1 prêt a  2 à poster g"
    tones = dict(line)
    assert (tones["3 à numériser"], tones["1 prêt"], tones["2 à poster"]) == (Tone.ALARM, Tone.GOOD, Tone.ALARM)


def test_what_waits_takes_a_second_line_rather_than_be_cut():
    busy = replace(STATE, statuses=dict.fromkeys(STATE.statuses, 12), to_scan=12, ready=12, to_post=12)
    lines = [text_of(line) for line in work_lines(busy, 78)]
    assert len(lines) == 2
    assert max(map(len, lines)) <= 78
    assert "12 à traiter r" in " ".join(lines)


def test_nothing_waits():
    assert work_lines(STATE, 78) == ["À faire  rien n'attend."]

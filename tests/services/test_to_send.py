"""« À transmettre »: when a dossier stands there, its tick, whether it may leave, Hors SCOR (product, 3.2)."""

from __future__ import annotations

import pytest

from scor_tui.domain.dossier import Caution, Gate, Hindrance, Tick
from scor_tui.domain.errors import NotFound, StepRefused
from scor_tui.domain.paper import PaperReason, PaperStatus
from scor_tui.domain.pieces import CellState
from scor_tui.domain.status import Status
from scor_tui.presentation.rows import explanation, to_send_cells
from scor_tui.services import dossiers, paper, returns, ticks, transmit
from scor_tui.store.models import Dossier


def tick(practice, facture, choice=Tick.OFF):
    return ticks.tick(practice.cabinet, practice.dossier(facture), choice)


# --- the three cases ----------------------------------------------------------------------------------------


def test_the_three_cases_open_the_list(practice):
    by_arl = practice.facture()
    by_payment = practice.facture(arl="", paid=True)
    degraded = practice.facture(degraded=True)
    gates = {number: row.gate for number, row in practice.rows().items()}
    assert gates == {by_arl: Gate.ARL, by_payment: Gate.NOEMIE, degraded: Gate.DEGRADED}


def test_payment_opens_a_dossier_whose_arl_was_negative(practice):
    facture = practice.facture(arl="-", paid=True)
    assert practice.rows()[facture].gate is Gate.NOEMIE


@pytest.mark.parametrize(
    "facts",
    [
        {"arl": ""},
        {"arl": "-"},
        {"sent": False},
        {"sent": False, "degraded": True},
        {"day": "2026-10-31"},
    ],
    ids=["sans ARL", "ARL négatif", "non transmise", "dégradée non transmise", "avant le démarrage"],
)
def test_closed_gates_keep_a_dossier_out(practice, facts):
    facture = practice.facture(**facts)
    assert facture not in practice.rows()
    with pytest.raises(NotFound, match=facture):
        transmit.preview(practice.cabinet, [facture])


def test_a_dre_never_has_a_dossier(practice):
    facture = practice.facture(flux="DRE")
    with pytest.raises(NotFound, match="DRE"):
        dossiers.by_facture(facture)


def test_the_refused_fse_of_a_degraded_facture_is_shown_and_holds_it_back(practice):
    facture = practice.facture(practice.prescription("A1"), degraded=True, arl="-")
    practice.scan("F", to=facture)
    row = practice.rows()[facture]
    assert row.gate is Gate.ARL_NEGATIVE
    assert not row.leaves
    assert to_send_cells(row)[4].startswith("- ")
    assert "ARL FSE négatif" in explanation(row)
    practice.transmit()
    assert practice.mails() == []


def test_the_day_of_the_start_counts(practice):
    assert practice.facture(day="2026-11-01") in practice.rows()


# --- the tick -----------------------------------------------------------------------------------------------


def test_a_dossier_is_ticked_by_itself_as_soon_as_it_has_a_piece(practice):
    practice.prescription("A1")
    facture = practice.facture("A1")
    row = practice.rows()[facture]
    assert not row.ticked
    assert row.cells[0].state is CellState.MISSING
    assert "aucune" in to_send_cells(row)[5]
    practice.scan("A", to=facture, paper=True, pages=False)
    assert practice.rows()[facture].ticked


def test_a_degraded_one_only_once_its_care_sheet_is_there(practice):
    facture = practice.facture(practice.prescription("A1"), degraded=True)
    practice.scan("O", to="A1")
    row = practice.rows()[facture]
    assert not row.ticked
    assert row.hindrances == (Hindrance.NO_CARE_SHEET,)
    practice.scan("F", to=facture)
    assert practice.rows()[facture].leaves


def test_one_without_ordonnance_may_leave_with_a_warning(practice):
    facture = practice.facture(practice.prescription("A1", dsi=True))
    practice.scan("A", to=facture)
    row = practice.rows()[facture]
    assert row.leaves
    assert row.cautions == (Caution.NO_ORDONNANCE, Caution.NO_DSI)
    assert "sans ordonnance" in explanation(row)


@pytest.mark.parametrize("choice", [Tick.OFF, Tick.ON])
def test_the_choice_of_a_hand_survives_everything(practice, choice):
    practice.prescription("A1")
    facture = practice.facture("A1")
    if choice is Tick.OFF:
        practice.scan("O", to="A1")
    tick(practice, facture, choice)
    practice.poll()
    if choice is Tick.OFF:
        practice.scan("A", to=facture)
        practice.transmit()
    practice.reopen()
    row = practice.rows()[facture]
    assert practice.dossier(facture).tick is choice
    assert row.ticked is (choice is Tick.ON)
    assert practice.mails() == []


def test_an_empty_dossier_ticked_by_hand_is_held_back_with_the_reason(practice):
    facture = practice.facture()
    tick(practice, facture, Tick.ON)
    account = practice.transmit()
    assert [(held.facture, held.reason) for held in account.held_back] == [(facture, "aucune pièce n'est attachée")]
    assert practice.mails() == []


def test_back_to_the_automatic_rule(practice):
    facture = practice.ready()
    tick(practice, facture)
    tick(practice, facture, Tick.AUTO)
    assert practice.rows()[facture].ticked


def test_the_header_ticks_all_that_may_leave_then_unticks_all(practice):
    one, two, empty = practice.ready(), practice.ready(), practice.facture()
    tick(practice, one)
    ticks.tick_all(practice.cabinet)
    assert {number: row.ticked for number, row in practice.rows().items()} == {one: True, two: True, empty: False}
    ticks.tick_all(practice.cabinet)
    assert not any(row.ticked for row in practice.rows().values())
    ticks.tick_all(practice.cabinet)
    assert practice.rows()[one].leaves


def test_unticking_all_leaves_a_dossier_that_is_still_empty_to_the_automatic_rule(practice):
    full, empty = practice.ready(), practice.facture(practice.prescription("A1"))
    assert ticks.tick_all(practice.cabinet) == 1
    practice.scan("O", to="A1")
    assert practice.rows()[empty].ticked
    assert not practice.rows()[full].ticked


def test_the_header_does_nothing_to_a_list_that_is_still_all_red(practice):
    facture = practice.facture(practice.prescription("A1"))
    assert ticks.tick_all(practice.cabinet) == 0
    practice.scan("O", to="A1")
    assert practice.rows()[facture].ticked


def test_a_dossier_that_left_cannot_be_ticked(practice):
    facture = practice.ready()
    practice.transmit()
    with pytest.raises(StepRefused, match="n'est pas à transmettre"):
        tick(practice, facture)


def test_rows_of_a_silent_lot_tick_together(practice):
    one, two = practice.ready(), practice.ready()
    alone = practice.ready("P2")
    practice.transmit()
    practice.wait_for_silence()
    moved = tick(practice, one)
    assert {dossier.facture.number for dossier in moved} == {one, two}
    rows = practice.rows()
    assert not rows[one].ticked
    assert not rows[two].ticked
    assert rows[alone].ticked


# --- Hors SCOR ----------------------------------------------------------------------------------------------


def test_hors_scor_gives_a_lot_number_and_sends_the_pieces_to_the_register(practice):
    facture = practice.ready()
    lot = ticks.hors_scor(practice.cabinet, practice.dossier(facture))
    assert lot.number == "000001"
    assert practice.status(facture) is Status.COLLECTE_PAPIER
    (row,) = returns.returned(practice.cabinet)
    assert (row.facture, row.lot, row.hors_scor) == (facture, "000001", True)
    assert [entry.reason for entry in practice.register().values()] == [PaperReason.HORS_SCOR]
    assert facture not in practice.rows()
    practice.transmit()
    assert practice.mails() == []


def test_a_dossier_without_pieces_adds_no_row(practice):
    facture = practice.facture()
    ticks.hors_scor(practice.cabinet, practice.dossier(facture))
    assert practice.register() == {}


def test_hors_scor_is_undone_while_nothing_is_posted(practice):
    facture = practice.ready()
    ticks.hors_scor(practice.cabinet, practice.dossier(facture))
    ticks.back_into_scor(practice.cabinet, practice.dossier(facture))
    assert practice.status(facture) is Status.A_TRANSMETTRE
    assert practice.register() == {}
    assert practice.rows()[facture].leaves
    ticks.hors_scor(practice.cabinet, practice.dossier(facture))
    paper.mark_posted(practice.cabinet, [row.id for row in practice.register().values()])
    with pytest.raises(StepRefused, match="déjà postée"):
        ticks.back_into_scor(practice.cabinet, practice.dossier(facture))
    assert practice.status(facture) is Status.COLLECTE_PAPIER
    assert [row.status for row in practice.register().values()] == [PaperStatus.ENVOYE]


def test_hors_scor_is_refused_once_sent_and_before_the_list(practice):
    sent, closed = practice.ready(), practice.facture(arl="")
    practice.transmit()
    with pytest.raises(StepRefused, match="transmis"):
        ticks.hors_scor(practice.cabinet, practice.dossier(sent))
    practice.wait_for_silence()
    with pytest.raises(StepRefused, match="à retransmettre"):
        ticks.hors_scor(practice.cabinet, practice.dossier(sent))
    with pytest.raises(StepRefused, match="n'est pas dans « À transmettre »"):
        ticks.hors_scor(practice.cabinet, practice.dossier(closed))
    with pytest.raises(StepRefused, match="pas hors SCOR"):
        ticks.back_into_scor(practice.cabinet, practice.dossier(closed))
    assert practice.register() == {}
    assert Dossier.get(Dossier.facture == practice.dossier(closed).facture).lot is None

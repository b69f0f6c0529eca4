"""Several factures of one prescription: the ordonnance travels once (product, 3.1; CSS R. 161-48)."""

from __future__ import annotations

import pytest

from scor_tui.domain.dossier import Hindrance
from scor_tui.domain.pieces import CellState, Support
from scor_tui.domain.status import Status
from scor_tui.presentation.rows import explanation
from scor_tui.services import acquire, paper, ticks
from scor_tui.store.models import Piece


@pytest.fixture
def series(practice):
    """Two factures of one prescription, its ordonnance scanned; both may leave."""
    practice.prescription("S1")
    practice.scan("O", to="S1")
    return practice.facture("S1"), practice.facture("S1")


def entries(practice, number=-1):
    return {entry.facture: entry.pieces for entry in practice.opened(number).content.dossiers}


def test_two_that_are_ready_at_once_do_not_send_it_twice(practice, series):
    first, second = series
    account = practice.transmit()
    assert practice.status(first) is Status.TRANSMIS
    assert practice.status(second) is Status.A_TRANSMETTRE
    (held,) = account.held_back
    assert held.facture == second
    assert first in held.reason


def test_the_second_waits_for_the_first_and_says_for_which(practice, series):
    first, second = series
    practice.transmit()
    row = practice.rows()[second]
    assert row.hindrances == (Hindrance.WAITS,)
    assert row.waits_for == first
    assert first in explanation(row)
    account = practice.transmit()
    assert [first in held.reason for held in account.held_back] == [True]
    assert len(practice.mails()) == 1


def test_after_acceptance_the_second_carries_a_reference(practice, series):
    first, second = series
    practice.transmit()
    lot = practice.lot(first)
    practice.arl(first)
    practice.poll()
    row = practice.rows()[second]
    assert row.cells[0].state is CellState.REFERENCED
    assert row.leaves
    practice.transmit()
    (piece,) = entries(practice)[second]
    assert piece.support is Support.REFERENCE
    assert (piece.reference.lot, piece.reference.facture) == (lot.uuid, first)
    assert not piece.reference.posted
    assert piece.pdf == b""


def test_after_a_refusal_the_second_no_longer_waits(practice, series):
    first, second = series
    practice.transmit()
    practice.arl(first, "-", whole=True)
    practice.poll()
    assert practice.rows()[second].leaves


def test_the_user_can_attach_it_again(practice, series):
    first, second = series
    practice.transmit()
    ticks.attach_again(practice.cabinet, practice.dossier(second), again=True)
    assert practice.rows()[second].leaves
    practice.transmit()
    (piece,) = entries(practice)[second]
    assert piece.support is Support.NUMERIQUE
    ticks_back = practice.facture("S1")
    ticks.attach_again(practice.cabinet, practice.dossier(ticks_back), again=True)
    ticks.attach_again(practice.cabinet, practice.dossier(ticks_back), again=False)
    assert practice.rows()[ticks_back].hindrances == (Hindrance.WAITS,)
    assert first != second


def test_once_posted_the_reference_says_that_it_went_by_post(practice, series):
    first, second = series
    ticks.hors_scor(practice.cabinet, practice.dossier(first))
    lot = practice.lot(first)
    paper.mark_posted(practice.cabinet, [row.id for row in practice.register().values()])
    assert practice.rows()[second].cells[0].state is CellState.REFERENCED
    practice.transmit()
    (piece,) = entries(practice)[second]
    assert piece.reference.posted
    assert (piece.reference.lot, piece.reference.date) == (lot.uuid, practice.cabinet.today())
    assert len(practice.register()) == 1


def test_another_caisse_gets_it_whole_and_at_once(practice, world):
    practice.prescription("S1")
    practice.scan("O", to="S1")
    here, there = practice.facture("S1"), practice.facture("S1", caisse=world.MSA)
    account = practice.transmit()
    assert account.held_back == []
    assert {len(practice.opened(number).content.pieces[0].pdf) > 0 for number in (0, 1)} == {True}
    practice.arl(here)
    practice.poll()
    later = practice.facture("S1", caisse=world.MSA)
    assert practice.rows()[later].waits_for == there


def test_the_autre_piece_of_a_prescription_is_carried_once(practice):
    practice.prescription("S1")
    practice.scan("A", to="S1")
    first, second = practice.facture("S1"), practice.facture("S1")
    own = practice.scan("A", to=second, text="à elle seule")
    account = practice.transmit()
    assert account.held_back == []
    assert len(entries(practice)[first]) == 1
    (piece,) = entries(practice)[second]
    assert piece.sha256 == own.versions[0].sha256
    third = practice.facture("S1")
    assert practice.rows()[third].cells[2].count == 0


def test_a_dsi_travels_like_an_ordonnance(practice):
    practice.prescription("S1", dsi=True)
    practice.scan("D", to="S1")
    first, second = practice.facture("S1"), practice.facture("S1")
    practice.transmit()
    practice.arl(first)
    practice.poll()
    assert practice.rows()[second].cells[1].state is CellState.REFERENCED


def test_an_accepted_ordonnance_is_locked_for_the_whole_series(practice, series, world):
    practice.transmit()
    practice.arl(series[0])
    practice.poll()
    practice.transmit()
    with pytest.raises(acquire.PieceLocked):
        acquire.replace(practice.cabinet, Piece.get(), world.pdf_of("autre"), legible=True)


def test_hors_scor_of_a_dossier_that_waits_leaves_the_shared_ordonnance_to_its_first_sending(practice):
    prescription = practice.prescription("R1")
    first, second = practice.facture(prescription), practice.facture(prescription)
    ordonnance = practice.scan("O", to=prescription)
    other = practice.scan("A", to=second)
    practice.transmit(first)
    ticks.hors_scor(practice.cabinet, practice.dossier(second))
    assert set(practice.register()) == {other.id}
    practice.arl(first)
    practice.poll()
    assert practice.status(first) is Status.ARCHIVE
    assert not ordonnance.on_paper

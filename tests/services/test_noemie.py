"""NOEMIE returns: a payment opens a dossier that never had its ARL (product, 3.2)."""

from __future__ import annotations

import pytest

from scor_tui.domain.dossier import Gate
from scor_tui.store.models import NoemieLine


def received(account):
    return [one.kind for one in account.received]


def test_a_payment_opens_a_dossier_that_never_had_its_arl(practice):
    facture = practice.facture(arl="")
    assert facture not in practice.rows()
    practice.noemie(facture)
    account = practice.poll()
    assert received(account) == ["noemie"]
    assert "non certifiée" in account.received[0].summary
    assert practice.rows()[facture].gate is Gate.NOEMIE
    assert len(practice.journal("noemie_paye")) == 1


@pytest.mark.parametrize("state", ["R", "D"])
def test_a_rejection_or_a_delay_opens_nothing(practice, state):
    facture = practice.facture(arl="")
    practice.noemie(facture, state=state, paid=0)
    practice.poll()
    assert facture not in practice.rows()
    assert NoemieLine.get().facture.number == facture


def test_a_payment_by_another_caisse_opens_nothing(practice, world):
    facture = practice.facture(arl="")
    practice.noemie(facture, caisse=world.MSA)
    account = practice.poll()
    assert "inconnue du cabinet" in account.received[0].facts[-1]
    assert facture not in practice.rows()


def test_the_same_return_read_twice_counts_once(practice):
    facture = practice.facture(arl="")
    content = practice.noemie(facture)
    practice.poll()
    practice.import_text(content, "retour.noe")
    practice.import_text(content, "retour.noe")
    assert NoemieLine.select().count() == 1
    assert len(practice.journal("noemie_paye")) == 1

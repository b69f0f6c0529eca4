"""Silence: 48 hours without ARL, the same bytes again, then by hand (product, 3.3)."""

from __future__ import annotations

import pytest

from scor_tui.domain.errors import MailFailed
from scor_tui.domain.status import Status
from scor_tui.exchange.certificates import Usage
from scor_tui.services import returns
from scor_tui.store.models import LotSCOR


def test_a_silent_lot_leaves_again_with_the_same_bytes(practice):
    facture = practice.ready()
    practice.transmit()
    account = practice.wait_for_silence()
    assert account.expired == [facture]
    assert practice.status(facture) is Status.A_RETRANSMETTRE
    practice.transmit()
    first, second = practice.envelopes()
    assert first == second
    one, two = (practice.opened(number) for number in (0, 1))
    assert one.received.signed_digest == two.received.signed_digest
    assert one.received.message_id != two.received.message_id
    assert practice.dossier(facture).essais == 2


def test_a_second_silence_goes_by_hand_then_to_paper_then_to_the_post(practice):
    facture = practice.ready()
    practice.transmit()
    practice.wait_for_silence()
    practice.transmit()
    practice.wait_for_silence()
    assert practice.status(facture) is Status.A_TRAITER
    assert facture not in practice.rows()
    practice.transmit()
    assert len(practice.mails()) == 2
    assert returns.to_paper(practice.cabinet, practice.dossier(facture)) == 1
    assert practice.status(facture) is Status.COLLECTE_PAPIER


def test_naming_one_facture_of_a_silent_lot_resends_the_lot_whole(practice):
    one, two = practice.ready(), practice.ready()
    practice.transmit()
    practice.wait_for_silence()
    practice.transmit(one)
    assert (practice.dossier(one).essais, practice.dossier(two).essais) == (2, 2)
    practice.transmit()
    assert len(practice.mails()) == 2


def test_the_delay_is_a_setting(practice):
    facture = practice.ready()
    practice.configure("[delais]\nsans_arl_heures = 72")
    practice.transmit()
    practice.wait_for_silence()
    assert practice.status(facture) is Status.TRANSMIS
    practice.clock.advance(hours=23)
    practice.poll()
    assert practice.status(facture) is Status.A_RETRANSMETTRE


def test_a_failed_poll_notices_no_silence(practice):
    facture = practice.ready()
    practice.transmit()
    practice.clock.advance(hours=60)
    practice.break_bal()
    with pytest.raises(MailFailed):
        practice.poll()
    assert practice.status(facture) is Status.TRANSMIS


def test_a_resend_whose_certificates_have_expired_is_rebuilt_as_a_new_lot(practice, world):
    name = world.of_caisse(world.CPAM)
    practice.short_certificate(name, Usage.ENCRYPT, 2)
    practice.configure(world.caisse_toml(practice.layout, world.CPAM))
    facture = practice.ready()
    practice.transmit()
    before = practice.lot(facture).uuid
    practice.clock.advance(hours=60)
    practice.short_certificate(name, Usage.ENCRYPT, 400)
    practice.configure(world.caisse_toml(practice.layout, world.CPAM))
    practice.transmit()
    dossier = practice.dossier(facture)
    assert (dossier.status, dossier.essais) == (Status.TRANSMIS, 2)
    assert dossier.lot.uuid != before
    assert LotSCOR.select().count() == 2


def test_a_damaged_lot_is_told_and_the_others_leave(practice):
    silent = practice.ready()
    practice.transmit()
    practice.wait_for_silence()
    path = practice.cabinet.store.files.path_of(practice.lot(silent).file)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    other = practice.ready("P2")
    account = practice.transmit()
    assert practice.status(other) is Status.TRANSMIS
    assert practice.status(silent) is Status.A_RETRANSMETTRE
    assert len(account.errors) == 1
    assert [held.facture for held in account.held_back] == [silent]

"""Transmettre: what leaves, in which lots, what becomes of it when the post fails (product, 3.3)."""

from __future__ import annotations

import pytest

from scor_tui.domain.dossier import Tick
from scor_tui.domain.errors import Busy, MailFailed, NotFound
from scor_tui.domain.ports import Handed
from scor_tui.domain.status import Status
from scor_tui.domain.wire import Outcome
from scor_tui.exchange.certificates import Usage
from scor_tui.mail.maildir import DeliveryUncertain, Maildir
from scor_tui.mail.maildir_transport import MaildirTransport
from scor_tui.services import acquire, fse, outbox, reports, ticks, transmit
from scor_tui.services.constitution import build
from scor_tui.store.engine import exclusive_post
from scor_tui.store.models import Attempt, AttemptState, Caisse, LotSCOR, LotState, Piece, Practitioner


def lots(practice):
    return [practice.opened(number).content for number in range(len(practice.mails()))]


# --- what leaves --------------------------------------------------------------------------------------------


def test_only_what_is_ticked_and_may_leave_leaves(practice):
    leaves, unticked, empty = practice.ready(), practice.ready(), practice.facture()
    ticks.tick(practice.cabinet, practice.dossier(unticked), Tick.OFF)
    account = practice.transmit()
    (lot,) = lots(practice)
    assert [dossier.facture for dossier in lot.dossiers] == [leaves]
    assert practice.status(leaves) is Status.TRANSMIS
    assert practice.status(unticked) is practice.status(empty) is Status.A_TRANSMETTRE
    assert [sent.factures for sent in account.sent] == [(leaves,)]


def test_named_factures_leave_alone(practice):
    one, two = practice.ready(), practice.ready()
    practice.transmit(two)
    assert practice.status(one) is Status.A_TRANSMETTRE
    assert practice.status(two) is Status.TRANSMIS


def test_one_unticked_by_hand_does_not_leave_even_named(practice):
    facture = practice.ready()
    ticks.tick(practice.cabinet, practice.dossier(facture), Tick.OFF)
    account = practice.transmit(facture)
    assert [held.reason for held in account.held_back] == ["décoché à la main"]
    assert practice.mails() == []


def test_a_lot_is_for_one_practitioner_one_caisse_one_remplacant(practice, world):
    practice.ready()
    practice.ready()
    practice.ready("P2")
    practice.ready(remplacant=world.SUBSTITUTE)
    practice.ready(practitioner=world.NURSE)
    practice.transmit()
    told = {(lot.sender.number, lot.sender.remplacant, str(lot.recipient)): len(lot.dossiers) for lot in lots(practice)}
    assert told == {
        (world.KINE, "", world.CPAM): 2,
        (world.KINE, world.SUBSTITUTE, world.CPAM): 1,
        (world.KINE, "", world.MSA): 1,
        (world.NURSE, "", world.CPAM): 1,
    }


def test_a_lot_names_its_lots_of_factures(practice):
    practice.ready()
    practice.ready()
    practice.transmit()
    (lot,) = lots(practice)
    assert [(group.fse_lot, len(group.dossiers)) for group in lot.groups] == [("001", 1), ("002", 1)]
    assert [piece.number for piece in lot.pieces] == [1, 2]


def test_work_above_the_limit_becomes_several_lots_and_a_dossier_is_never_split(practice, world):
    limit = 62_000
    practice.configure(world.caisse_toml(practice.layout, world.CPAM, limit=limit))
    for _ in range(4):
        practice.ready()
    practice.transmit()
    assert len(practice.mails()) > 1
    assert all(len(mail) <= limit for mail in practice.mails())
    assert sum(len(lot.dossiers) for lot in lots(practice)) == 4


def test_a_dossier_above_the_limit_is_held_back_alone(practice, world):
    practice.configure(world.caisse_toml(practice.layout, world.CPAM, limit=20_000))
    large, other = practice.ready(), practice.ready("P2")
    account = practice.transmit()
    assert [held.facture for held in account.held_back] == [large]
    assert practice.status(other) is Status.TRANSMIS


def test_nothing_says_a_name_outside_the_encrypted_bytes(practice):
    practice.ready()
    practice.transmit()
    (mail,) = practice.mails()
    head = mail.partition(b"\r\n\r\n")[0]
    assert b"TILLEUL" not in head
    assert b"SCOR-OUVERT/1 LOT" in head


# --- certificates -------------------------------------------------------------------------------------------


def test_a_caisse_without_certificate_holds_back_its_own_dossiers_only(practice, world):
    Caisse.update(content_certificate=b"").where(Caisse.identifier == world.MSA).execute()
    here, there = practice.ready(), practice.ready("P2")
    account = practice.transmit()
    assert practice.status(here) is Status.TRANSMIS
    assert practice.status(there) is Status.A_TRANSMETTRE
    (error,) = account.errors
    assert "n'a pas tous ses certificats" in error
    assert "configurer" in error
    assert [held.facture for held in account.held_back] == [there]


def test_a_caisse_with_an_expired_certificate_likewise(practice, world):
    practice.short_certificate(world.of_caisse(world.MSA), Usage.ENCRYPT, 1)
    practice.configure(world.caisse_toml(practice.layout, world.MSA))
    here, there = practice.ready(), practice.ready("P2")
    practice.clock.advance(days=2)
    account = practice.transmit()
    assert (practice.status(here), practice.status(there)) == (Status.TRANSMIS, Status.A_TRANSMETTRE)
    assert len(account.errors) == 1


@pytest.mark.parametrize("column", ["address", "mail_address", "mail_out"])
def test_a_missing_address_holds_back_its_own_lot_and_the_others_leave(practice, world, column):
    here, there = practice.ready(), practice.ready("P2", practitioner=world.NURSE)
    if column == "address":
        Caisse.update(address="").where(Caisse.identifier == world.MSA).execute()
    else:
        changes = {column: ""} | ({"mail_box": ""} if column == "mail_out" else {})
        Practitioner.update(**changes).where(Practitioner.number == world.NURSE).execute()
    account = practice.transmit()
    assert (practice.status(here), practice.status(there)) == (Status.TRANSMIS, Status.A_TRANSMETTRE)
    assert len(account.errors) == 1
    assert not Attempt.select().where(Attempt.state == AttemptState.CLAIMED).exists()


# --- the BAL cannot be read ---------------------------------------------------------------------------------


def test_when_no_poll_succeeds_nothing_leaves(practice, world):
    facture = practice.ready()
    for who in (world.KINE, world.NURSE):
        practice.break_bal(who)
    with pytest.raises(MailFailed, match="rien n'a été envoyé"):
        practice.transmit()
    assert practice.status(facture) is Status.A_TRANSMETTRE
    assert practice.mails() == []


def test_a_bal_that_fails_holds_back_its_own_practitioner_and_the_others_send(practice, world):
    his = practice.ready()
    hers = practice.ready(practitioner=world.NURSE)
    practice.break_bal()
    account = practice.transmit()
    assert (practice.status(his), practice.status(hers)) == (Status.A_TRANSMETTRE, Status.TRANSMIS)
    assert [held.facture for held in account.held_back] == [his]
    assert account.unpolled == [world.KINE]
    assert not account.polled


def test_sending_without_a_poll_resends_nothing(practice):
    silent = practice.ready()
    practice.transmit()
    practice.wait_for_silence()
    new = practice.ready()
    practice.break_bal()
    account = practice.transmit(without_poll=True)
    assert practice.status(silent) is Status.A_RETRANSMETTRE
    assert practice.status(new) is Status.TRANSMIS
    assert [(held.facture, held.reason) for held in account.held_back] == [
        (silent, "un second envoi demande une relève réussie")
    ]


def test_an_arl_that_is_already_there_is_never_ignored(practice):
    facture = practice.ready()
    practice.transmit()
    practice.wait_for_silence()
    practice.arl(facture)
    practice.transmit()
    assert practice.status(facture) is Status.ARCHIVE
    assert len(practice.mails()) == 1


# --- the outcome of a sending -------------------------------------------------------------------------------


def test_what_certainly_did_not_leave_comes_back_with_the_reason_and_is_no_attempt(practice):
    facture = practice.ready()
    repair = practice.break_outbox()
    account = practice.transmit()
    assert [sent.outcome for sent in account.sent] == [Outcome.NOT_SENT]
    dossier = practice.dossier(facture)
    assert (dossier.status, dossier.essais, dossier.lot) == (Status.A_TRANSMETTRE, 0, None)
    assert "n'existe pas" in dossier.not_sent_reason
    acquire.refuse_if_locked(Piece.get())
    repair()
    practice.transmit()
    assert practice.dossier(facture).essais == 1
    assert practice.dossier(facture).not_sent_reason == ""


def test_a_resend_that_did_not_leave_is_still_to_resend(practice):
    facture = practice.ready()
    practice.transmit()
    practice.wait_for_silence()
    number = practice.lot(facture).number
    repair = practice.break_outbox()
    practice.transmit()
    dossier = practice.dossier(facture)
    assert (dossier.status, dossier.essais, dossier.lot.number) == (Status.A_RETRANSMETTRE, 1, number)
    repair()
    practice.transmit()
    assert practice.dossier(facture).essais == 2


@pytest.fixture
def uncertain(monkeypatch):
    """The disk does not confirm what it took: the message is there."""
    real = Maildir.deliver

    def deliver(self, content):
        real(self, content)
        raise DeliveryUncertain("Le disque ne confirme pas.", "Attendez.")

    return lambda: monkeypatch.setattr(Maildir, "deliver", deliver)


def test_an_uncertain_sending_counts_and_is_never_resent_before_its_48_hours(practice, uncertain, monkeypatch):
    facture = practice.ready()
    uncertain()
    practice.transmit()
    monkeypatch.undo()
    dossier = practice.dossier(facture)
    assert (dossier.status, dossier.essais, dossier.uncertain) == (Status.TRANSMIS, 1, True)
    practice.clock.advance(hours=47, minutes=59)
    practice.transmit()
    assert len(practice.mails()) == 1
    practice.clock.advance(minutes=1)
    practice.transmit()
    assert len(practice.mails()) == 2


def test_a_session_that_died_while_sending_leaves_it_uncertain(practice, monkeypatch):
    facture = practice.ready()

    def dies(self, message, sender, recipient):
        Maildir(practice.layout.inbox).deliver(message)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(MaildirTransport, "send", dies)
        with pytest.raises(KeyboardInterrupt):
            practice.transmit()
    assert practice.status(facture) is Status.EN_COURS
    practice.reopen()
    practice.transmit()
    dossier = practice.dossier(facture)
    assert (dossier.status, dossier.uncertain) == (Status.TRANSMIS, True)
    assert len(practice.mails()) == 1


def test_a_session_that_died_before_sending_gives_the_dossiers_back(practice, monkeypatch):
    facture = practice.ready()

    def dies(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "ready", dies)
        with pytest.raises(KeyboardInterrupt):
            practice.transmit()
    assert practice.status(facture) is Status.EN_COURS
    practice.poll()
    assert practice.status(facture) is Status.A_TRANSMETTRE
    practice.transmit()
    assert practice.status(facture) is Status.TRANSMIS


def test_the_user_can_stop_between_two_lots(practice):
    here, there = practice.ready(), practice.ready("P2")

    class Cancel:
        asked = 0

        def is_set(self):
            self.asked += 1
            return self.asked > 1

    account = practice.transmit(cancel=Cancel())
    assert (practice.status(here), practice.status(there)) == (Status.TRANSMIS, Status.A_TRANSMETTRE)
    assert [held.facture for held in account.held_back] == [there]


# --- between the choice and the claim -----------------------------------------------------------------------


@pytest.mark.parametrize("change", ["pièce", "papier", "coche"])
def test_what_changed_meanwhile_does_not_leave(practice, monkeypatch, world, change):
    facture, other = practice.ready(), practice.ready("P2")
    piece = Piece.get()

    def meanwhile(cabinet, draft, check):
        if str(draft.caisse) == world.CPAM and practice.status(facture) is Status.A_TRANSMETTRE:
            if change == "pièce":
                acquire.replace(practice.cabinet, piece, world.pdf_of("autre"), legible=True)
            elif change == "papier":
                acquire.move_to_paper(practice.cabinet, Piece.get_by_id(piece.id))
            else:
                ticks.tick(practice.cabinet, practice.dossier(facture), Tick.OFF)
        return build(cabinet, draft, check)

    monkeypatch.setattr(transmit, "build", meanwhile)
    account = practice.transmit()
    assert practice.status(facture) is Status.A_TRANSMETTRE
    assert practice.status(other) is Status.TRANSMIS
    assert "a changé" in account.held_back[0].reason
    assert not LotSCOR.select().where(LotSCOR.state == LotState.SEALED).exists()


def test_a_stored_piece_that_was_altered_does_not_leave(practice):
    facture = practice.ready()
    path = practice.cabinet.store.files.path_of(Piece.get().versions[0].file)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    account = practice.transmit()
    assert practice.status(facture) is Status.A_TRANSMETTRE
    assert account.errors
    assert practice.mails() == []


# --- the rest -----------------------------------------------------------------------------------------------


def test_a_report_is_kept_even_when_sending_is_refused(practice):
    facture = practice.ready()
    practice.transmit()
    practice.arl(facture)
    with pytest.raises(NotFound):
        practice.transmit(facture)
    last = next(reports.kept())
    assert facture in str(reports.read(last.id)["received"])


def test_a_report_reads_again_as_it_was(practice):
    practice.ready()
    account = practice.transmit()
    assert reports.account_of(reports.read(next(reports.kept()).id)) == account


def test_fse_leave_first_and_their_arl_opens_the_dossier(practice):
    prescription = practice.prescription("A1")
    facture = practice.facture(prescription, sent=False)
    practice.scan("O", to=prescription)
    practice.transmit()
    assert practice.mails() == []
    fse.transmit_fse(practice.cabinet)
    practice.caisse()
    account = practice.transmit()
    assert practice.status(facture) is Status.TRANSMIS
    assert any(received.kind == "arl_fse" for received in account.received)
    practice.caisse()
    practice.poll()
    assert practice.status(facture) is Status.ARCHIVE


def test_the_post_is_held_by_one_session(practice):
    practice.ready()
    with exclusive_post(practice.cabinet.folder), pytest.raises(Busy):
        practice.transmit()
    assert practice.mails() == []


def test_an_outcome_is_told_as_the_transport_said_it(practice, monkeypatch):
    facture = practice.ready()
    monkeypatch.setattr(MaildirTransport, "send", lambda *_: Handed(Outcome.NOT_SENT, "552 boîte pleine"))
    practice.transmit()
    assert practice.dossier(facture).not_sent_reason == "552 boîte pleine"

"""What comes back: verdicts, repetitions, contradictions, strangers, payments (product, 3.3)."""

from __future__ import annotations

import pytest

from scor_tui.domain.dossier import Hindrance, Tick
from scor_tui.domain.errors import MailFailed, StepRefused
from scor_tui.domain.paper import PaperReason, PaperStatus
from scor_tui.domain.pieces import CellState
from scor_tui.domain.status import Status
from scor_tui.domain.wire import DossierVerdict, Refusal, Sign
from scor_tui.mail.maildir import Maildir
from scor_tui.services import acquire, changes, fse, paper, reports, returns, state, ticks
from scor_tui.store.models import ARL, Message, Piece

BLANK = Refusal("SO-IMG-BLANC", "image blanche", 1)
UNKNOWN_FSE = Refusal("SO-DOS-FSE-INCONNUE", "FSE inconnue de la caisse")


@pytest.fixture
def sent(practice):
    """A facture whose dossier has just left."""
    facture = practice.ready()
    practice.transmit()
    return facture


def received(account):
    return [one.kind for one in account.received]


# --- verdicts -----------------------------------------------------------------------------------------------


def test_a_positive_arl_archives(practice, sent):
    practice.arl(sent)
    account = practice.poll()
    assert practice.status(sent) is Status.ARCHIVE
    (one,) = account.received
    assert (one.kind, one.needs_hand) == ("arl_scor", False)
    assert f"{sent} : archivé" in one.facts
    assert practice.waiting() == 0


def test_a_refused_piece_cannot_leave_again_its_replacement_can(practice, sent, world):
    practice.arl(sent, "-", BLANK)
    account = practice.poll()
    assert practice.status(sent) is Status.A_RECONSTITUER
    assert account.received[0].needs_hand
    row = practice.rows()[sent]
    assert row.reject_label == "SO-IMG-BLANC : image blanche"
    assert row.cells[0].state is CellState.REJECTED
    assert row.hindrances == (Hindrance.REJECTED_PIECE,)
    ticks.tick(practice.cabinet, practice.dossier(sent), Tick.ON)
    practice.transmit()
    assert len(practice.mails()) == 1
    before = practice.lot(sent).uuid
    acquire.replace(practice.cabinet, Piece.get(), world.pdf_of("nette"), legible=True)
    practice.transmit()
    assert practice.status(sent) is Status.TRANSMIS
    assert practice.lot(sent).uuid != before
    assert practice.dossier(sent).essais == 2
    assert practice.dossier(sent).reject_label == ""


def test_a_refused_piece_may_go_by_post_instead(practice, sent):
    practice.arl(sent, "-", BLANK)
    practice.poll()
    acquire.move_to_paper(practice.cabinet, Piece.get())
    assert practice.rows()[sent].leaves


def test_a_refusal_that_names_no_piece_wants_a_hand(practice, sent):
    practice.arl(sent, "-", UNKNOWN_FSE)
    practice.poll()
    row = practice.rows()[sent]
    assert row.ticked
    assert row.hindrances == (Hindrance.REJECTED_DOSSIER,)
    practice.transmit()
    assert len(practice.mails()) == 1
    ticks.tick(practice.cabinet, practice.dossier(sent), Tick.ON)
    practice.transmit()
    assert len(practice.mails()) == 2


def test_a_refusal_that_names_a_piece_of_nobody_wants_a_hand_too(practice, sent):
    practice.arl(sent, "-", Refusal("SO-IMG-BLANC", "image blanche", 7))
    practice.poll()
    practice.transmit()
    assert len(practice.mails()) == 1
    assert practice.rows()[sent].hindrances == (Hindrance.REJECTED_DOSSIER,)


def test_a_refusal_that_condemns_no_content_wants_a_hand_even_when_it_names_a_piece(practice):
    practice.prescription("A1")
    facture = practice.facture("A1")
    practice.scan("O", to="A1")
    practice.scan("A", to=facture, paper=True, pages=False)
    practice.transmit()
    practice.arl(facture, "-", Refusal("SO-TEC-EMPREINTE", "autre empreinte", 1), Refusal("SO-IMG-BLANC", "vide", 2))
    practice.poll()
    assert practice.rows()[facture].hindrances == (Hindrance.REJECTED_DOSSIER,)
    practice.transmit()
    assert len(practice.mails()) == 1


def test_a_refusal_of_the_whole_lot_refuses_each_dossier(practice):
    one, two = practice.ready(), practice.ready()
    practice.transmit()
    practice.arl(one, "-", Refusal("SO-TEC-SCHEMA", "index non conforme"), whole=True)
    practice.poll()
    assert practice.status(one) is practice.status(two) is Status.A_RECONSTITUER


def test_each_dossier_of_a_lot_has_its_own_verdict(practice):
    one, two = practice.ready(), practice.ready()
    practice.transmit()
    practice.arl(one, "-", BLANK, also=[DossierVerdict(two, Sign.POSITIVE)])
    practice.poll()
    assert practice.status(one) is Status.A_RECONSTITUER
    assert practice.status(two) is Status.ARCHIVE
    assert practice.rows()[one].cells[0].state is CellState.REJECTED


def test_a_second_refusal_goes_by_hand(practice, sent, world):
    practice.arl(sent, "-", BLANK)
    practice.poll()
    acquire.replace(practice.cabinet, Piece.get(), world.pdf_of("nette"), legible=True)
    practice.transmit()
    practice.arl(sent, "-", BLANK)
    practice.poll()
    assert practice.status(sent) is Status.A_TRAITER


def test_a_late_arl_archives_what_was_to_resend(practice, sent):
    practice.wait_for_silence()
    practice.arl(sent)
    practice.poll()
    assert practice.status(sent) is Status.ARCHIVE


# --- repetitions and contradictions -------------------------------------------------------------------------


def test_the_same_arl_twice_changes_nothing_the_second_time(practice, sent):
    practice.arl(sent)
    practice.poll()
    before = vars(practice.dossier(sent))["__data__"].copy()
    practice.arl(sent)
    account = practice.poll()
    assert vars(practice.dossier(sent))["__data__"] == before
    assert account.received[0].facts == (f"{sent} : ARL déjà reçu, sans effet",)
    assert not account.received[0].needs_hand
    assert [row.effective for row in ARL.select().order_by(ARL.id)] == [True, False]


@pytest.mark.parametrize(("first", "second", "kept"), [("+", "-", Status.ARCHIVE), ("-", "+", Status.A_RECONSTITUER)])
def test_a_contradictory_arl_is_an_alert_and_changes_nothing(practice, sent, first, second, kept):
    practice.arl(sent, first, *((UNKNOWN_FSE,) if first == "-" else ()))
    practice.poll()
    practice.arl(sent, second, *((UNKNOWN_FSE,) if second == "-" else ()))
    account = practice.poll()
    dossier = practice.dossier(sent)
    assert dossier.status is kept
    assert "contraire" in dossier.alert
    assert account.received[0].needs_hand
    assert state.state(practice.cabinet).alerts == 1
    returns.mark_read(practice.cabinet, dossier)
    assert practice.dossier(sent).alert == ""
    assert len(practice.journal("alerte")) == 1


# --- what is set aside --------------------------------------------------------------------------------------


def forgeries(practice, world, facture):
    lot = practice.lot(facture)
    other = type(
        "Lot", (), {"uuid": "3f0c7a52-6a38-4f0e-9a5d-0d6f5c1b2a90", "digest": lot.digest, "caisse": lot.caisse}
    )
    return {
        "lot inconnu": lambda: practice.arl(facture, lot=other),
        "mauvaise empreinte": lambda: practice.arl(facture, digest="0" * 64),
        "autre caisse": lambda: practice.arl(facture, issuer=world.MSA),
        "signataire étranger": lambda: practice.arl(facture, signer=world.STRANGER),
        "signé par une autre caisse": lambda: practice.arl(facture, signer=world.of_caisse(world.MSA)),
    }


@pytest.mark.parametrize(
    "what", ["lot inconnu", "mauvaise empreinte", "autre caisse", "signataire étranger", "signé par une autre caisse"]
)
def test_a_false_arl_is_kept_aside_and_shown_and_changes_nothing(practice, sent, world, what):
    forgeries(practice, world, sent)[what]()
    account = practice.poll()
    assert practice.status(sent) is Status.TRANSMIS
    assert received(account) == ["ecarte"]
    assert account.received[0].needs_hand
    (aside,) = returns.set_aside()
    assert aside.reason.endswith(".")
    assert practice.cabinet.store.files.get(aside.file)
    assert len(practice.journal("message_ecarte")) == 1
    assert not ARL.select().exists()
    assert practice.waiting() == 0
    practice.arl(sent)
    practice.poll()
    assert practice.status(sent) is Status.ARCHIVE


def test_the_arl_of_another_practitioner_is_not_taken(practice, sent, world):
    practice.arl(sent, to=world.NURSE)
    assert received(practice.poll()) == ["ecarte"]
    assert practice.status(sent) is Status.TRANSMIS


def test_the_frontal_refuses_what_it_cannot_open(practice, sent):
    practice.frontal_refuses(sent)
    practice.poll()
    dossier = practice.dossier(sent)
    assert dossier.status is Status.A_RECONSTITUER
    assert dossier.reject_label.startswith("SO-TEC-ENVELOPPE")
    assert practice.rows()[sent].hindrances == (Hindrance.REJECTED_DOSSIER,)


def test_a_refusal_of_the_frontal_must_cite_what_was_sent_to_whom_it_was_sent(practice, sent, world):
    practice.frontal_refuses(sent, digest="0" * 64)
    practice.frontal_refuses(sent, message_id="<inconnu@x.invalid>")
    practice.frontal_refuses(sent, to=world.NURSE)
    assert received(practice.poll()) == ["ecarte"] * 3
    assert practice.status(sent) is Status.TRANSMIS


def test_a_broken_message_of_ours_is_kept_and_shown(practice):
    practice.deliver(b"Subject: SCOR-OUVERT/1 ARL abc\r\n\r\nn'importe quoi")
    practice.deliver(b"Subject: SCOR-OUVERT/9 ARL abc\r\n\r\n")
    assert received(practice.poll()) == ["ecarte", "ecarte"]
    assert len(list(returns.set_aside())) == 2
    assert practice.waiting() == 0


def test_foreign_mail_is_left_in_place_and_remembered(practice):
    practice.deliver(b"From: a@b.invalid\r\nSubject: FSE\r\n\r\nbonjour")
    assert received(practice.poll()) == ["etranger"]
    assert practice.waiting() == 1
    assert received(practice.poll()) == []
    assert practice.waiting() == 1
    assert practice.messages() == ["etranger"]
    assert Message.get().file == ""


def test_hostile_words_of_an_arl_never_stay_raw(practice, sent):
    practice.arl(sent, "-", Refusal("SO-DOS-FSE-INCONNUE", "non \u202e\u200b[red]lu"))
    practice.poll()
    label = practice.dossier(sent).reject_label
    assert "\u202e" not in label
    assert "\u200b" not in label


# --- a message is only taken away once it is committed ------------------------------------------------------


def test_a_message_leaves_the_bal_only_after_its_commit(practice, sent, monkeypatch):
    practice.arl(sent)
    seen = []
    real = Maildir.take

    def take(self, key):
        seen.append((Message.get().state.value, practice.status(sent)))
        real(self, key)

    monkeypatch.setattr(Maildir, "take", take)
    practice.poll()
    assert seen == [("traite", Status.ARCHIVE)]


def test_a_session_that_dies_while_applying_loses_no_arl(practice, sent, monkeypatch):
    practice.arl(sent)

    def dies(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(changes, "apply", dies)
        with pytest.raises(KeyboardInterrupt):
            practice.poll()
    assert practice.waiting() == 1
    assert practice.messages() == ["recu"]
    practice.reopen()
    practice.poll()
    assert practice.status(sent) is Status.ARCHIVE
    assert (practice.waiting(), practice.messages()) == (0, ["traite"])
    assert ARL.select().count() == 1


def test_every_message_is_in_the_journal(practice, sent):
    practice.arl(sent)
    practice.arl(sent, digest="0" * 64)
    practice.deliver(b"Subject: autre\r\n\r\n")
    practice.poll()
    assert len(practice.journal("message_recu")) == 3
    assert list(practice.cabinet.journal.broken()) == []
    assert not any("TILLEUL" in entry.detail for entry in practice.journal("statut"))


def test_one_bal_that_fails_does_not_keep_the_other_from_being_read(practice, world):
    facture = practice.ready(practitioner=world.NURSE)
    practice.transmit()
    practice.break_bal(world.KINE)
    practice.arl(facture, to=world.NURSE)
    with pytest.raises(MailFailed):
        practice.poll()
    assert practice.status(facture) is Status.ARCHIVE
    assert reports.read(next(reports.kept()).id)["poll_error"]


# --- late, when paper has begun -----------------------------------------------------------------------------


@pytest.fixture
def by_hand(practice, sent):
    """A dossier whose two sendings stayed without answer."""
    practice.wait_for_silence()
    practice.transmit()
    practice.wait_for_silence()
    assert practice.status(sent) is Status.A_TRAITER
    return sent


def test_a_positive_arl_archives_what_was_to_treat_by_hand(practice, by_hand):
    practice.arl(by_hand)
    practice.poll()
    assert practice.status(by_hand) is Status.ARCHIVE


def test_what_was_read_before_the_answer_came_does_not_undo_it(practice, by_hand):
    """The screen still shows « à traiter » while the answer archives the dossier in another session."""
    shown = practice.dossier(by_hand)
    practice.arl(by_hand)
    practice.poll()
    with pytest.raises(StepRefused, match="archivé"):
        returns.to_paper(practice.cabinet, shown)
    assert practice.status(by_hand) is Status.ARCHIVE


def test_a_late_refusal_of_what_is_to_treat_by_hand_is_an_alert(practice, by_hand):
    practice.arl(by_hand, "-", UNKNOWN_FSE)
    practice.poll()
    assert practice.status(by_hand) is Status.A_TRAITER
    assert practice.dossier(by_hand).alert


def test_a_positive_arl_withdraws_the_rows_of_a_transfer_not_posted_yet(practice, by_hand):
    returns.to_paper(practice.cabinet, practice.dossier(by_hand))
    assert [row.reason for row in practice.register().values()] == [PaperReason.TRANSFERT]
    practice.arl(by_hand)
    practice.poll()
    assert practice.status(by_hand) is Status.ARCHIVE
    assert practice.register() == {}


def test_once_posted_a_positive_arl_is_an_alert_only(practice, by_hand):
    returns.to_paper(practice.cabinet, practice.dossier(by_hand))
    paper.mark_posted(practice.cabinet, [row.id for row in practice.register().values()])
    practice.arl(by_hand)
    practice.poll()
    dossier = practice.dossier(by_hand)
    assert dossier.status is Status.COLLECTE_PAPIER
    assert "poste" in dossier.alert
    assert [row.status for row in practice.register().values()] == [PaperStatus.ENVOYE]


def test_a_piece_declared_on_paper_stays_in_the_register_of_an_archived_dossier(practice):
    practice.prescription("A1")
    facture = practice.facture("A1")
    practice.scan("O", to="A1")
    declared = practice.scan("A", to=facture, paper=True, pages=False)
    practice.transmit()
    practice.wait_for_silence()
    practice.transmit()
    practice.wait_for_silence()
    returns.to_paper(practice.cabinet, practice.dossier(facture))
    assert len(practice.register()) == 2
    practice.arl(facture)
    practice.poll()
    assert list(practice.register()) == [declared.id]


# --- with the caisse itself ---------------------------------------------------------------------------------


def test_the_caisse_refuses_a_piece_for_what_it_sees_and_accepts_the_next(practice, world):
    facture = practice.facture(practice.prescription("A1"), sent=False)
    fse.transmit_fse(practice.cabinet)
    practice.caisse()
    practice.poll()
    practice.scan("A", to="A1")
    practice.transmit()
    practice.caisse()
    practice.poll()
    assert practice.status(facture) is Status.A_RECONSTITUER
    assert "SO-DOS-PIECE-MANQUANTE" in practice.dossier(facture).reject_label
    practice.scan("O", to="A1")
    practice.transmit()
    practice.caisse()
    practice.clock.advance(hours=1)
    practice.poll()
    assert practice.status(facture) is Status.ARCHIVE

"""The caisse at the other end, met as any client meets it: through certificates and two mailboxes."""

from __future__ import annotations

import hashlib

import pytest

from scor_tui.demo.cases import AUTP, FSNC, MSA, ORDN, Variant
from scor_tui.demo.layout import Layout
from scor_tui.domain.errors import BadMessage, Busy, WrongUse
from scor_tui.domain.wire import Arl, ArlKind, NoemieReturn, Sign
from scor_tui.exchange.noemie import PartState, read_noemie
from scor_tui.mail.maildir import Maildir
from scor_tui.system import locked

A, B, C = "261121501", "261121502", "261121503"


def codes(arl: Arl, facture: str = A) -> list[tuple[str, int | None]]:
    (verdict,) = [verdict for verdict in arl.dossiers if verdict.facture == facture]
    return [(refusal.code, refusal.piece) for refusal in verdict.refusals]


def know(caisse, client, *factures, degraded=False):
    """Make FSEs known to the caisse, and forget its answers."""
    client.send_fse(*factures, degraded=degraded)
    caisse.run_once()
    client.raw_answers()


class TestFse:
    def test_a_lot_is_acknowledged_then_paid_three_days_later(self, caisse, client, clock):
        lot = client.send_fse(A, B)
        report = caisse.run_once()
        arl = client.arl()
        assert (arl.kind, arl.lot, arl.sign, arl.issuer) == (
            ArlKind.FSE,
            lot.uuid,
            Sign.POSITIVE,
            "01-996-0000",
        )
        assert [v.facture for v in arl.dossiers] == [A, B]
        assert (report.count("fse"), report.delivered, report.waiting) == (1, 1, 1)
        clock.advance(hours=71)
        assert caisse.run_once().delivered == 0
        clock.advance(hours=1)
        caisse.run_once()
        (payment,) = client.answers()
        assert isinstance(payment, NoemieReturn)
        file = read_noemie(payment.content)
        assert [(f.number, f.amo.state, f.amo.paid) for f in file.factures] == [
            (A, PartState.PAID, 3678),
            (B, PartState.PAID, 3678),
        ]
        assert file.warnings == ()

    def test_a_degraded_lot_gets_no_arl_but_is_known(self, caisse, client):
        client.send_fse(A, degraded=True)
        caisse.run_once()
        assert client.answers() == []
        assert caisse.count_facts().fse == 1

    def test_scenarios_may_refuse_it_stay_mute_pay_or_reject(self, caisse, client, clock, misbehave):
        misbehave(
            {
                A: {"fse": "arl_negatif"},
                B: {"fse": "noemie"},
                C: {"fse": "rejet"},
                "261121504": {"fse": "sans_arl"},
            }
        )
        client.send_fse(A)
        caisse.run_once()
        arl = client.arl()
        assert arl.sign is Sign.NEGATIVE
        assert codes(arl) == [("SO-FSE-REFUSEE", None)]
        assert caisse.count_facts().fse == 0
        client.send_fse(B)
        client.send_fse("261121504")
        caisse.run_once()
        assert client.answers() == []
        clock.advance(hours=24)
        caisse.run_once()
        (paid,) = client.answers()
        assert [f.number for f in read_noemie(paid.content).factures] == [B]
        client.send_fse(C)
        caisse.run_once()
        assert client.arl().sign is Sign.POSITIVE
        clock.advance(hours=48)
        caisse.run_once()
        (rejected,) = client.answers()
        (facture,) = read_noemie(rejected.content).factures
        assert (facture.number, facture.amo.state, facture.rejects[0].code) == (C, PartState.REJECTED, "D001")
        clock.advance(days=30)
        caisse.run_once()
        assert client.answers() == []

    def test_a_dre_is_acknowledged_and_never_counts_as_an_fse(self, caisse, client, pieces):
        client.send_fse(A, flux="DRE")
        caisse.run_once()
        assert client.arl().sign is Sign.POSITIVE
        client.send_lot({A: [pieces.by_post()]})
        caisse.run_once()
        assert codes(client.arl()) == [("SO-DOS-FSE-INCONNUE", None)]


class TestDossiers:
    def test_a_good_ordonnance_is_accepted(self, caisse, client, pieces, scanned):
        know(caisse, client, A)
        lot, sealed = client.send_lot({A: [pieces.numerique(scanned())]})
        caisse.run_once()
        arl = client.arl()
        assert (arl.kind, arl.lot, arl.digest, arl.sign) == (
            ArlKind.SCOR,
            lot.uuid,
            sealed.signed_digest,
            Sign.POSITIVE,
        )
        facts = caisse.count_facts()
        assert (facts.lots, facts.dossiers_positive, facts.dossiers_negative, facts.fse) == (1, 1, 0, 1)
        assert caisse.verdicts() == {A: ((lot.uuid, Sign.POSITIVE),)}

    @pytest.mark.parametrize("seed", [3, 7, 11])
    @pytest.mark.parametrize(
        ("variant", "code"),
        [
            (Variant.PALE, "SO-IMG-CONTRASTE"),
            (Variant.SHIFTED, "SO-IMG-DECALE"),
            (Variant.CUT, "SO-IMG-TRONQUE"),
        ],
    )
    def test_a_bad_scan_is_refused_for_what_is_seen(self, caisse, client, pieces, scanned, variant, code, seed):
        know(caisse, client, A, B)
        good, bad = scanned(seed=seed), scanned(variant, seed)
        client.send_lot({A: [pieces.numerique(good)], B: [pieces.numerique(bad)]})
        caisse.run_once()
        arl = client.arl()
        assert arl.sign is Sign.NEGATIVE
        assert (codes(arl, A), codes(arl, B)) == ([], [(code, 2)])

    @pytest.mark.parametrize(
        ("what", "code"),
        [("blanc", "SO-IMG-BLANC"), ("couleur", "SO-PDF-COULEUR"), ("60dpi", "SO-PDF-RESOLUTION")],
    )
    def test_a_forged_piece_is_refused(self, caisse, client, pieces, forged, what, code):
        know(caisse, client, A)
        client.send_lot({A: [pieces.numerique(forged(what))]})
        caisse.run_once()
        assert (code, 1) in codes(client.arl())

    def test_bytes_that_are_no_pdf_are_refused(self, caisse, client, pieces):
        know(caisse, client, A)
        client.send_lot({A: [pieces.numerique(b"%PDF-1.7 nothing of the sort")]})
        caisse.run_once()
        assert codes(client.arl()) == [("SO-PDF-INVALIDE", 1)]

    def test_an_unknown_fse_is_refused_and_so_is_another_practitioners(self, caisse, client, folder, clock, pieces):
        nurse = type(client)(folder, clock, number="997654322")
        know(caisse, nurse, A)
        client.send_lot({A: [pieces.by_post()]})
        caisse.run_once()
        assert codes(client.arl()) == [("SO-DOS-FSE-INCONNUE", None)]

    def test_an_fse_of_another_caisse_is_unknown(self, caisse, client, folder, clock, pieces):
        know(caisse, type(client)(folder, clock, caisse_name=MSA), A)
        client.send_lot({A: [pieces.by_post()]})
        caisse.run_once()
        assert codes(client.arl()) == [("SO-DOS-FSE-INCONNUE", None)]

    def test_a_secured_dossier_needs_its_ordonnance_a_degraded_one_its_care_sheet(self, caisse, client, pieces):
        know(caisse, client, A)
        know(caisse, client, B, degraded=True)
        client.send_lot({A: [pieces.by_post(AUTP)]})
        client.send_lot({B: [pieces.by_post(ORDN)]}, degraded=True)
        client.send_lot({B: [pieces.by_post(ORDN), pieces.by_post(FSNC)]}, degraded=True)
        caisse.run_once()
        first, second, third = client.answers()
        assert codes(first, A) == [("SO-DOS-PIECE-MANQUANTE", None)]
        assert codes(second, B) == [("SO-DOS-PIECE-MANQUANTE", None)]
        assert third.sign is Sign.POSITIVE

    def test_a_reference_holds_once_its_piece_was_accepted(self, caisse, client, pieces, scanned):
        know(caisse, client, A, B, C)
        lot, _ = client.send_lot({A: [pieces.numerique(scanned())]})
        caisse.run_once()
        client.raw_answers()
        client.send_lot({B: [pieces.referring(lot.uuid, A)], C: [pieces.referring(lot.uuid, B)]})
        caisse.run_once()
        arl = client.arl()
        assert codes(arl, B) == []
        assert codes(arl, C) == [("SO-DOS-PIECE-MANQUANTE", 2)]

    def test_a_reference_to_what_went_by_post_is_believed(self, caisse, client, pieces):
        know(caisse, client, A)
        unknown = "3f0c7a52-6a38-4f0e-9a5d-0d6f5c1b2a90"
        client.send_lot({A: [pieces.referring(unknown, B, posted=True)]})
        caisse.run_once()
        assert client.arl().sign is Sign.POSITIVE


class TestRepetition:
    def test_a_lot_that_comes_again_is_counted_once_and_answered_the_same(self, caisse, client, clock, pieces, scanned):
        know(caisse, client, A)
        _, sealed = client.send_lot({A: [pieces.numerique(scanned(Variant.CUT))]})
        caisse.run_once()
        first = client.arl()
        before = caisse.count_facts()
        clock.advance(hours=50)
        client.resend(sealed, 2)
        report = caisse.run_once()
        assert client.arl() == first
        assert report.count("deja-recu") == 1
        after = caisse.count_facts()
        assert (after.lots, after.dossiers_negative) == (before.lots, before.dossiers_negative) == (1, 1)

    def test_an_fse_lot_that_comes_again_is_paid_once(self, caisse, client, clock):
        client.send_fse(A)
        (message,) = [Maildir(client.layout.inbox).read(k) for k in Maildir(client.layout.inbox).waiting()]
        caisse.run_once()
        first = client.arl()
        client.post(message)
        caisse.run_once()
        assert client.arl() == first
        clock.advance(days=4)
        caisse.run_once()
        assert len(client.answers()) == 1

    def test_another_content_under_a_used_uuid_is_refused_and_changes_nothing(self, caisse, client, pieces):
        know(caisse, client, A, B)
        lot, _ = client.send_lot({A: [pieces.by_post()]})
        caisse.run_once()
        client.raw_answers()
        other = client.lot({B: [pieces.by_post()]})
        other = type(other)(**{**vars(other), "uuid": lot.uuid})
        client.resend(client.codec.seal_lot(other, client.clock.now()), 1)
        caisse.run_once()
        arl = client.arl()
        assert (arl.sign, [r.code for r in arl.refusals], arl.dossiers) == (
            Sign.NEGATIVE,
            ["SO-TEC-EMPREINTE"],
            (),
        )
        assert caisse.verdicts() == {A: ((lot.uuid, Sign.POSITIVE),)}


class TestManners:
    @pytest.fixture
    def lot(self, caisse, client, pieces):
        def send():
            know(caisse, client, A)
            return client.send_lot({A: [pieces.by_post()]})[1]

        return send

    def test_silent_once_then_it_answers_the_resend(self, caisse, client, misbehave, lot):
        misbehave({A: {"scor": "muette"}})
        sealed = lot()
        caisse.run_once()
        assert client.answers() == []
        assert caisse.count_facts().dossiers_positive == 1
        client.resend(sealed, 2)
        caisse.run_once()
        assert client.arl().sign is Sign.POSITIVE

    def test_the_same_message_delivered_twice_does_not_break_a_silence(self, caisse, client, misbehave, lot):
        misbehave({A: {"scor": "muette"}})
        sealed = lot()
        client.resend(sealed, 1)
        caisse.run_once()
        assert client.answers() == []

    def test_silent_twice(self, caisse, client, misbehave, lot):
        misbehave({A: {"scor": "muette", "fois": 2}})
        sealed = lot()
        client.resend(sealed, 2)
        caisse.run_once()
        assert client.answers() == []

    def test_late_by_sixty_hours(self, caisse, client, clock, misbehave, lot):
        misbehave({A: {"scor": "tardive", "heures": 60}})
        lot()
        caisse.run_once()
        clock.advance(hours=59)
        caisse.run_once()
        assert client.answers() == []
        clock.advance(hours=1)
        caisse.run_once()
        assert client.arl().sign is Sign.POSITIVE

    def test_twice(self, caisse, client, misbehave, lot):
        misbehave({A: {"scor": "double"}})
        lot()
        caisse.run_once()
        first, second = client.answers()
        assert first == second

    def test_signed_by_a_stranger_then_rightly_for_the_resend(self, caisse, client, misbehave, lot):
        misbehave({A: {"scor": "mal_signee"}})
        sealed = lot()
        caisse.run_once()
        (message,) = client.raw_answers()
        with pytest.raises(BadMessage):
            client.codec.open_return(message, client.clock.now())
        client.resend(sealed, 2)
        caisse.run_once()
        assert client.arl().sign is Sign.POSITIVE

    @pytest.mark.parametrize(
        "text",
        ["{", "[]", '{"format": "scor-tui-scenarios", "version": 1, "factures": {"1": {"scor": "refuser"}}}'],
    )
    def test_a_file_that_asks_for_anything_else_is_refused(self, caisse, folder, text):
        Layout(folder).scenarios.write_text(text, encoding="utf-8")
        with pytest.raises(WrongUse, match=r"scenarios\.json"):
            caisse.run_once()


class TestTheFrontal:
    def test_a_message_that_cannot_be_opened_is_answered_by_the_frontal(self, caisse, client, pieces):
        _, sealed = client.send_lot({A: [pieces.by_post()]})
        caisse.run_once()
        client.raw_answers()
        damaged = type(sealed)(**{**vars(sealed), "envelope": sealed.envelope[:-40] + bytes(40)})
        client.resend(damaged, 1)
        report = caisse.run_once()
        arl = client.arl()
        assert (arl.issuer, arl.sign, arl.lot) == ("frontal", Sign.NEGATIVE, "")
        assert arl.envelope_digest == hashlib.sha256(damaged.envelope).hexdigest()
        assert arl.message_id
        assert arl.refusals[0].code.startswith("SO-TEC-")
        assert report.count("refuse") == 1

    @pytest.mark.parametrize(
        "message",
        [
            b"",
            b"\r\n\r\n",
            b"From: inconnu@ailleurs.invalid\r\nSubject: Bonjour\r\n\r\nTexte",
            bytes(range(256)),
        ],
    )
    def test_what_nobody_sent_is_set_aside_without_a_word(self, caisse, client, folder, message):
        client.post(message)
        assert caisse.run_once().count("refuse") == 1
        assert Maildir(Layout(folder).inbox).waiting() == ()
        assert caisse.run_once().lines == []

    def test_every_message_stays_in_the_mailbox_once_taken(self, caisse, client, folder):
        client.send_fse(A)
        caisse.run_once()
        assert len(list((Layout(folder).inbox / "cur").iterdir())) == 1

    def test_two_caisses_do_not_work_in_one_folder(self, caisse, folder, monkeypatch):
        monkeypatch.setattr("scor_tui.demo.caisse.LOCK_SECONDS", 0.0)
        with locked(Layout(folder).lock) as held:
            assert held
            with pytest.raises(Busy):
                caisse.run_once()


def test_serve_runs_until_told_to_stop(caisse, client):
    client.send_fse(A)

    class After:
        turns = 0

        def is_set(self):
            return self.turns >= 3

        def wait(self, timeout=None):
            self.turns += 1
            return self.is_set()

    reports = []
    caisse.serve(1.0, After(), reports.append)
    assert [report.count("fse") for report in reports] == [1, 0, 0]


def test_the_nurses_answer_goes_to_her_own_mailbox(caisse, client, folder, clock):
    nurse = type(client)(folder, clock, number="997654322", caisse_name=MSA)
    nurse.send_fse(A)
    caisse.run_once()
    assert client.answers() == []
    assert nurse.arl().issuer == MSA

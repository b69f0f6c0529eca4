"""A lot leaves the practice, the frontal and the caisse open it, and openssl agrees at every step."""

from __future__ import annotations

import email
import hashlib
from dataclasses import replace

import pytest

from scor_tui.domain.errors import CertificateRefused, FileDamaged, RuleRefused
from scor_tui.exchange import cms
from scor_tui.exchange.authority import Authority
from scor_tui.exchange.certificates import Usage, fingerprint
from scor_tui.exchange.directory import DirectoryOfCertificates
from scor_tui.exchange.entity import read_entity
from scor_tui.exchange.lot_xml import read_lot
from scor_tui.exchange.mails import read_mail
from scor_tui.exchange.receiving import ReceivingEnd, Unopenable
from scor_tui.exchange.scor_ouvert import ScorOuvert, lot_weight_estimate


@pytest.fixture(scope="module")
def sealed(practice, lot, world):
    return practice.seal_lot(lot, world.NOW)


@pytest.fixture(scope="module")
def mail(practice, sealed, world):
    return practice.mail(sealed, world.CAISSE, 1, world.NOW)[1]


def test_the_caisse_reads_exactly_what_the_practice_sealed(frontal, mail, sealed, lot, world, pki):
    opened = frontal.open_lot(mail, world.NOW)
    assert opened.content == lot
    assert opened.refusals == ()
    assert opened.received.signed_digest == sealed.signed_digest
    assert opened.received.envelope_digest == sealed.envelope_digest == hashlib.sha256(sealed.envelope).hexdigest()
    assert opened.received.reply_to == "cabinet@bal.invalid"
    assert opened.received.sender_certificate == pki.practitioner_sign.identity.certificate


def test_a_lot_of_fses_travels_too(practice, frontal, fse, world):
    sealed = practice.seal_fse(fse, world.NOW)
    message_id, message = practice.mail(sealed, world.CAISSE, 2, world.NOW)
    assert message_id == f"<fse.{fse.uuid}.2@scor-ouvert.invalid>"
    assert email.message_from_bytes(message)["Subject"] == f"SCOR-OUVERT/1 FSE {fse.uuid}"
    opened = frontal.open_fse(message, world.NOW)
    assert opened.content == fse
    assert opened.received.signed_digest == sealed.signed_digest
    with pytest.raises(Unopenable):
        frontal.open_lot(message, world.NOW)


def test_openssl_opens_a_lot_in_two_commands_and_a_piece_in_one(openssl, files, tmp_path, sealed, lot, world):
    (tmp_path / "lot.der").write_bytes(sealed.envelope)
    opened = openssl(
        *("cms", "-decrypt", "-binary", "-inform", "DER", "-in", tmp_path / "lot.der"),
        *("-inkey", files / "frontal.key", "-recip", files / "frontal.crt"),
    )
    assert hashlib.sha256(opened.stdout).hexdigest() == sealed.signed_digest
    verified = openssl(
        *("cms", "-verify", "-binary", "-inform", "DER", "-CAfile", files / "root.crt"),
        *("-purpose", "smimesign", "-attime", str(int(world.NOW.timestamp()))),
        stdin=opened.stdout,
    )
    assert verified.returncode == 0, verified.stderr
    index, first, second = read_entity(verified.stdout)
    assert read_lot(index.content).content.uuid == lot.uuid
    assert [index.file_name, first.file_name, second.file_name] == [
        "lot.xml",
        "piece-0001.p7m",
        "piece-0004.p7m",
    ]
    for part, piece in zip((first, second), (lot.pieces[0], lot.pieces[3]), strict=True):
        clear = openssl(
            *("cms", "-decrypt", "-binary", "-inform", "DER"),
            *("-inkey", files / "caisse.key", "-recip", files / "caisse.crt"),
            stdin=part.content,
        )
        assert clear.stdout == piece.pdf


def test_openssl_opens_the_mail_itself(openssl, files, mail, sealed):
    opened = openssl("cms", "-decrypt", "-binary", "-inkey", files / "frontal.key", stdin=mail)
    assert hashlib.sha256(opened.stdout).hexdigest() == sealed.signed_digest


def test_the_frontal_alone_cannot_read_a_piece(openssl, files, pki, mail, world, authority):
    blind = ReceivingEnd([pki.frontal.identity], {world.CAISSE: []}, authority.certificates)
    opened = blind.open_lot(mail, world.NOW)
    assert [(refusal.code, refusal.piece) for refusal in opened.refusals] == [
        ("SO-TEC-ENVELOPPE", 1),
        ("SO-TEC-ENVELOPPE", 4),
    ]
    assert not any(piece.pdf for piece in opened.content.pieces)


def test_nothing_of_a_patient_or_a_name_is_outside_the_envelope(mail, lot):
    header = mail.split(b"\r\n\r\n")[0]
    assert b"261121001" not in header
    assert b"INVENT" not in header
    message = email.message_from_bytes(mail)
    assert message["Subject"] == f"SCOR-OUVERT/1 LOT {lot.uuid}"
    assert message["Message-ID"] == f"<lot.{lot.uuid}.1@scor-ouvert.invalid>"
    assert message.get_content_type() == "application/pkcs7-mime"
    assert message.get_param("smime-type") == "enveloped-data"
    assert max(map(len, mail.split(b"\r\n"))) <= 100


def test_a_resend_carries_the_same_bytes_under_a_new_header(practice, sealed, frontal, mail, world):
    message_id, again = practice.mail(sealed, world.CAISSE, 2, world.NOW)
    assert message_id.endswith(".2@scor-ouvert.invalid>")
    assert again != mail
    assert read_mail(again).envelope() == read_mail(mail).envelope() == sealed.envelope
    first, second = frontal.open_lot(mail, world.NOW), frontal.open_lot(again, world.NOW)
    assert first.received.signed_digest == second.received.signed_digest


def test_the_same_lot_sealed_twice_has_another_digest(practice, sealed, lot, world):
    assert practice.seal_lot(lot, world.NOW).signed_digest != sealed.signed_digest


def test_the_frozen_lot_says_for_whom_it_is_and_until_when(sealed, pki):
    frontal = pki.frontal.identity.certificate
    assert sealed.recipient_fingerprint == fingerprint(frontal)
    assert cms.recipient_of(sealed.envelope) == cms.recipient_name(frontal)
    used = [pki.frontal, pki.caisse, pki.practitioner_sign]
    assert sealed.expires == min(pair.identity.certificate.not_valid_after_utc for pair in used)


def test_a_mail_never_weighs_more_than_was_estimated(practice, lot, world):
    for count in (1, 3, 40):
        pieces = tuple(world.numerique(n, bytes(20_000 + n)) for n in range(1, count + 1))
        base = lot.dossiers[0]
        dossiers = tuple(replace(base, facture=f"{261121000 + piece.number}", pieces=(piece,)) for piece in pieces)
        big = replace(lot, groups=(replace(lot.groups[0], dossiers=dossiers),))
        message = practice.mail(practice.seal_lot(big, world.NOW), world.CAISSE, 1, world.NOW)[1]
        estimate = lot_weight_estimate(pieces)
        assert len(message) <= estimate <= len(message) * 1.1 + 20_000
        assert estimate == lot_weight_estimate([replace(piece, pdf=b"") for piece in pieces])


# --- what must not leave ---------------------------------------------------------------------------------


def test_a_pdf_that_is_not_the_one_recorded_never_leaves(practice, lot, world):
    swapped = replace(lot.pieces[0], pdf=world.PDF.replace(b"%PDF", b"%PDX"))
    with pytest.raises(FileDamaged, match="n° 1"):
        practice.seal_lot(_with_first_piece(lot, swapped), world.NOW)


def test_a_fact_that_the_other_end_would_refuse_is_refused_here(practice, lot, world):
    with pytest.raises(RuleRefused, match="prescripteur"):
        practice.seal_lot(_with_first_piece(lot, replace(lot.pieces[0], prescriber="Dr X")), world.NOW)


def test_a_caisse_that_is_not_in_the_directory_gets_nothing(practice, lot, world):
    with pytest.raises(CertificateRefused, match="annuaire"):
        practice.seal_lot(replace(lot, recipient=replace(world.CAISSE, caisse="123")), world.NOW)


@pytest.mark.parametrize("which", ["content_certificate", "transport_certificate"])
def test_each_certificate_of_the_caisse_is_checked(which, pki, authority, lot, world):
    def codec(**changes):
        entry = replace(world.recipient(pki), **changes)
        directory = DirectoryOfCertificates([entry], [authority.root_pem])
        return ScorOuvert(pki.practitioner_sign.identity, [], directory, "cabinet@bal.invalid")

    year = world.NOW.replace(year=2025, month=12)
    expired = authority.issue("Caisse périmée", Usage.ENCRYPT, year, days=30)[1]
    with pytest.raises(CertificateRefused, match="a expiré le 20/01/2026"):
        codec(**{which: expired}).seal_lot(lot, world.NOW)
    with pytest.raises(CertificateRefused, match="pas fait pour chiffrer"):
        codec(**{which: pki.caisse_sign.certificate_pem}).seal_lot(lot, world.NOW)
    stranger = Authority.create("Autorité de démonstration", year, 5)
    forged = stranger.issue("Caisse de démonstration", Usage.ENCRYPT, year)[1]
    with pytest.raises(CertificateRefused, match="autorité"):
        codec(**{which: forged}).seal_lot(lot, world.NOW)
    known = (fingerprint(pki.caisse.identity.certificate), fingerprint(pki.frontal.identity.certificate))
    assert codec(fingerprints=known).seal_lot(lot, world.NOW)
    with pytest.raises(CertificateRefused, match="a changé") as caught:
        codec(fingerprints=known, **{which: pki.other.certificate_pem}).seal_lot(lot, world.NOW)
    assert caught.value.code == "EMPREINTE"


def test_a_lot_is_not_signed_with_an_expired_certificate(practice, lot, world):
    with pytest.raises(CertificateRefused, match="a expiré"):
        practice.seal_lot(lot, world.NOW.replace(year=2030))


def test_a_practitioner_does_not_sign_for_another(practice, lot, fse, world):
    with pytest.raises(CertificateRefused, match="praticien 991234567"):
        practice.seal_lot(replace(lot, sender=replace(lot.sender, number="990000001")), world.NOW)
    with pytest.raises(CertificateRefused, match="990000001"):
        practice.seal_fse(replace(fse, sender=replace(fse.sender, number="990000001")), world.NOW)


def _with_first_piece(lot, piece):
    dossier = replace(lot.dossiers[0], pieces=(piece, *lot.dossiers[0].pieces[1:]))
    return replace(lot, groups=(replace(lot.groups[0], dossiers=(dossier,)), *lot.groups[1:]))

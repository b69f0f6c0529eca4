"""What is forged, altered, replayed or broken is set aside with a sentence, and changes nothing."""

from __future__ import annotations

import base64
import hashlib
import random
from dataclasses import replace

import pytest

from scor_tui.domain.errors import BadMessage, CertificateRefused, ScorError
from scor_tui.domain.wire import Arl, ArlKind, DossierVerdict, NoemieReturn, Refusal, Sign
from scor_tui.exchange import cms, mails
from scor_tui.exchange.arl_xml import write_arl
from scor_tui.exchange.authority import Authority
from scor_tui.exchange.certificates import Identity, Usage
from scor_tui.exchange.entity import INDEX_TYPE, Part, read_entity, write_entity
from scor_tui.exchange.lot_xml import content_id, write_lot
from scor_tui.exchange.mails import MailKind
from scor_tui.exchange.receiving import ReceivingEnd, Unopenable

NOEMIE = b"000" + b"X" * 125 + b"999" + b"9" * 125


@pytest.fixture(scope="module")
def arl(lot, world) -> Arl:
    verdicts = (
        DossierVerdict("261121001", Sign.POSITIVE),
        DossierVerdict("261121002", Sign.NEGATIVE, (Refusal("SO-IMG-NOIR", "Page 1 toute noire", 4),)),
    )
    return Arl(ArlKind.SCOR, lot.uuid, "ab" * 32, world.NOW, Sign.NEGATIVE, str(world.CAISSE), verdicts)


@pytest.fixture
def answer(frontal, pki, world):
    """Seal an ARL for the practitioner, by the caisse unless told."""

    def seal(arl, signer=None, reader=None, end=frontal):
        return end.seal_arl(
            arl,
            (signer or pki.caisse_sign).identity,
            (reader or pki.practitioner).certificate_pem,
            sender="caisse@frontal.invalid",
            recipient="cabinet@bal.invalid",
            now=world.NOW,
        )

    return seal


def sealed_mail(pki, signed: bytes, world, kind=MailKind.LOT, to="frontal") -> bytes:
    """A mail around any signed bytes, as a stranger could make one."""
    envelope = cms.seal(signed, getattr(pki, to).identity.certificate)
    address = "un@ailleurs.invalid"
    return mails.wrap(kind, "00000000-0000-4000-8000-000000000009", 1, envelope, address, address, world.NOW)[1]


def code_of(call, *arguments) -> str:
    with pytest.raises(BadMessage) as caught:
        call(*arguments)
    return caught.value.code


# --- answers, read by the practice -----------------------------------------------------------------------


def test_an_arl_of_the_caisse_is_read_as_it_was_written(practice, answer, arl, world):
    assert practice.open_return(answer(arl), world.NOW) == arl


def test_an_arl_signed_by_another_caisse_is_set_aside(practice, answer, arl, pki, world):
    forged = answer(arl, signer=pki.other_sign)
    assert code_of(practice.open_return, forged, world.NOW) == "SO-TEC-CERTIFICAT"


def test_an_arl_signed_by_a_practitioner_is_set_aside(practice, answer, arl, pki, world):
    forged = answer(arl, signer=pki.practitioner_sign)
    assert code_of(practice.open_return, forged, world.NOW) == "SO-TEC-CERTIFICAT"


def test_the_frontal_may_refuse_a_message_but_not_judge_a_lot(practice, answer, arl, pki, world):
    refused = Arl(
        kind=ArlKind.SCOR,
        lot="",
        digest="",
        date=world.NOW,
        sign=Sign.NEGATIVE,
        issuer="frontal",
        refusals=(Refusal("SO-TEC-ENVELOPPE", "Illisible"),),
        message_id="<lot.x.1@scor-ouvert.invalid>",
        envelope_digest="cd" * 32,
    )
    assert practice.open_return(answer(refused, signer=pki.frontal_sign), world.NOW) == refused
    with pytest.raises(ScorError, match="frontal n'a pas qualité"):
        answer(replace(arl, issuer="frontal"), signer=pki.frontal_sign)
    stated = replace(arl, issuer=str(world.CAISSE))
    assert code_of(practice.open_return, answer(stated, signer=pki.frontal_sign), world.NOW)


def test_an_arl_from_another_authority_is_set_aside(practice, pki, arl, world):
    since = world.NOW.replace(month=1)
    stranger = Authority.create("Autorité de démonstration", since, 5)
    forger = Identity.from_pem(*stranger.issue("Caisse de démonstration", Usage.SIGN, since))
    forged = sealed_mail(pki, cms.sign(write_arl(arl), forger), world, MailKind.ARL, "practitioner")
    assert code_of(practice.open_return, forged, world.NOW) == "SO-TEC-CERTIFICAT"


def test_an_unsigned_arl_is_set_aside(practice, pki, arl, world):
    bare = sealed_mail(pki, write_arl(arl), world, MailKind.ARL, "practitioner")
    assert code_of(practice.open_return, bare, world.NOW) == "SO-TEC-SIGNATURE"


def test_an_arl_for_somebody_else_is_not_opened(practice, answer, arl, pki, world):
    assert code_of(practice.open_return, answer(arl, reader=pki.other), world.NOW) == "SO-TEC-ENVELOPPE"


def test_an_arl_read_after_its_signer_expired_is_set_aside(practice, answer, arl, world):
    late = world.NOW.replace(year=2030)
    with pytest.raises(BadMessage, match="a expiré") as caught:
        practice.open_return(answer(arl), late)
    assert caught.value.code == "SO-TEC-CERTIFICAT"


def test_an_arl_is_never_sealed_for_a_signing_or_expired_certificate(answer, arl, pki):
    with pytest.raises(CertificateRefused, match="pas fait pour chiffrer"):
        answer(arl, reader=pki.practitioner_sign)


def test_old_reading_keys_still_open(pki, directory, answer, arl, authority, world):
    from scor_tui.exchange.scor_ouvert import ScorOuvert

    newer = Identity.from_pem(*authority.issue("Camille INVENTÉE", Usage.ENCRYPT, world.NOW))
    codec = ScorOuvert(
        pki.practitioner_sign.identity, [newer, pki.practitioner.identity], directory, "cabinet@bal.invalid"
    )
    assert codec.open_return(answer(arl), world.NOW) == arl


def test_a_noemie_return_comes_back_byte_for_byte_with_its_caisse(practice, frontal, pki, world):
    def seal(signer, content=NOEMIE):
        return frontal.seal_noemie(
            content,
            signer.identity,
            pki.practitioner.certificate_pem,
            reference="N-2026-0001",
            sender="caisse@frontal.invalid",
            recipient="cabinet@bal.invalid",
            now=world.NOW,
        )

    assert practice.open_return(seal(pki.caisse_sign), world.NOW) == NoemieReturn("01-996-0000", NOEMIE)
    assert code_of(practice.open_return, seal(pki.frontal_sign), world.NOW) == "SO-TEC-CERTIFICAT"
    assert code_of(practice.open_return, seal(pki.practitioner_sign), world.NOW) == "SO-TEC-CERTIFICAT"
    assert code_of(practice.open_return, seal(pki.caisse_sign, b"<arl/>"), world.NOW) == "SO-TEC-SCHEMA"


def test_our_own_lot_bounced_back_is_no_answer(practice, lot, world):
    message = practice.mail(practice.seal_lot(lot, world.NOW), world.CAISSE, 1, world.NOW)[1]
    assert practice.is_ours(message)
    assert code_of(practice.open_return, message, world.NOW) == "SO-TEC-SCHEMA"


# --- lots, opened by the frontal -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mail(practice, lot, world):
    return practice.mail(practice.seal_lot(lot, world.NOW), world.CAISSE, 1, world.NOW)[1]


def altered(mail: bytes, position: float) -> bytes:
    header, body = mail.split(b"\r\n\r\n", 1)
    der = bytearray(base64.b64decode(body))
    der[int(len(der) * position)] ^= 1
    return header + b"\r\n\r\n" + base64.encodebytes(bytes(der)).replace(b"\n", b"\r\n")


@pytest.mark.parametrize("position", [0.2, 0.5, 0.8, 0.999])
def test_one_altered_bit_of_the_envelope_is_seen_and_told_without_a_hint(
    position, frontal, practice, pki, mail, answer, world
):
    message = altered(mail, position)
    with pytest.raises(Unopenable) as caught:
        frontal.open(message, world.NOW)
    failure = caught.value
    assert failure.refusal.code == "SO-TEC-SIGNATURE"
    assert failure.refusal.label == "La signature n'est pas vérifiable : message altéré ou non signé."
    assert failure.message_id.startswith("<lot.")
    assert failure.reply_to == "cabinet@bal.invalid"
    assert failure.envelope_digest == hashlib.sha256(mails.read_mail(message).envelope()).hexdigest()
    told = practice.open_return(answer(failure.arl(world.NOW), signer=pki.frontal_sign), world.NOW)
    assert (told.message_id, told.envelope_digest) == (failure.message_id, failure.envelope_digest)


def test_a_lot_for_another_frontal_is_told_as_an_envelope_failure(pki, authority, mail, world):
    elsewhere = ReceivingEnd([pki.other.identity], {}, authority.certificates)
    assert code_of(elsewhere.open, mail, world.NOW) == "SO-TEC-ENVELOPPE"


def test_a_lot_for_a_caisse_not_served_here_is_refused(pki, authority, mail, world):
    other = ReceivingEnd([pki.frontal.identity], {world.OTHER_CAISSE: []}, authority.certificates)
    assert code_of(other.open, mail, world.NOW) == "SO-TEC-ENVELOPPE"


def test_an_unsigned_lot_is_refused(frontal, pki, lot, world):
    entity = write_entity([Part("index@x.invalid", "lot.xml", write_lot(lot), INDEX_TYPE)])
    assert code_of(frontal.open, sealed_mail(pki, entity, world), world.NOW) == "SO-TEC-SIGNATURE"


def test_a_practitioner_cannot_sign_for_another(frontal, pki, authority, lot, world):
    since = world.NOW.replace(month=1)
    other = Identity.from_pem(*authority.issue("Dominique FICTIF", Usage.SIGN, since, number="990000001"))
    entity = write_entity([Part("index@x.invalid", "lot.xml", write_lot(lot), INDEX_TYPE)])
    message = sealed_mail(pki, cms.sign(entity, other), world)
    assert code_of(frontal.open, message, world.NOW) == "SO-TEC-CERTIFICAT"


def lot_parts(lot, pki) -> list[Part]:
    parts = [Part("index@x.invalid", "lot.xml", write_lot(lot), INDEX_TYPE)]
    for number in (1, 4):
        sealed = cms.seal(lot.pieces[number - 1].pdf, pki.caisse.identity.certificate)
        parts.append(Part(content_id(lot.uuid, number), f"piece-{number:04d}.p7m", sealed))
    return parts


def signed_lot(parts, pki, world) -> bytes:
    return sealed_mail(pki, cms.sign(write_entity(parts), pki.practitioner_sign.identity), world)


def test_the_caisse_says_which_piece_is_not_the_one_announced(frontal, pki, lot, world):
    parts = lot_parts(lot, pki)
    swapped = cms.seal(b"%PDF another", pki.caisse.identity.certificate)
    parts[1] = replace(parts[1], content=swapped)
    for damaged in (parts[1].content, altered_bytes(lot_parts(lot, pki)[1].content)):
        parts[1] = replace(parts[1], content=damaged)
        opened = frontal.open_lot(signed_lot(parts, pki, world), world.NOW)
        assert [(one.code, one.piece) for one in opened.refusals] == [("SO-TEC-EMPREINTE", 1)]
        assert opened.content.pieces[0].pdf == b""
        assert opened.content.pieces[3].pdf == lot.pieces[3].pdf


def altered_bytes(der: bytes) -> bytes:
    return der[:-1] + bytes([der[-1] ^ 1])


def test_a_piece_sealed_for_another_caisse_is_told(frontal, pki, lot, world):
    parts = lot_parts(lot, pki)
    parts[1] = replace(parts[1], content=cms.seal(lot.pieces[0].pdf, pki.other.identity.certificate))
    opened = frontal.open_lot(signed_lot(parts, pki, world), world.NOW)
    assert [(one.code, one.piece) for one in opened.refusals] == [("SO-TEC-ENVELOPPE", 1)]


def test_parts_and_index_must_name_the_same_pieces(frontal, pki, lot, world):
    parts = lot_parts(lot, pki)
    for wrong in (parts[:-1], [*parts, replace(parts[1], content_id="more@x.invalid")], [*parts, parts[1]]):
        assert code_of(frontal.open, signed_lot(wrong, pki, world), world.NOW) == "SO-TEC-SCHEMA"
    assert frontal.open_lot(signed_lot(parts, pki, world), world.NOW).content == lot


def test_a_mail_that_is_not_ours_or_broken_still_gets_a_reason(frontal, world):
    for message in (
        b"",
        b"Subject: bonjour\r\n\r\nbonjour",
        b"Subject: SCOR-OUVERT/1 LOT x\r\n\r\n",
        b"\xff\xfe\x00",
    ):
        with pytest.raises(Unopenable) as caught:
            frontal.open(message, world.NOW)
        assert caught.value.refusal.code == "SO-TEC-ENVELOPPE"
        assert caught.value.envelope_digest == ""


# --- random mutations: our errors only, and never another content ------------------------------------------


def mutate(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(changed))
        action = rng.randrange(5)
        if action == 0:
            changed[at] ^= 1 << rng.randrange(8)
        elif action == 1:
            changed[at] = rng.choice(b"\x00\x80\xff\x30\x31\x04")
        elif action == 2:
            del changed[at : at + rng.randint(1, 40)]
        elif action == 3:
            changed[at:at] = rng.randbytes(rng.randint(1, 20))
        else:
            changed[at:at] = changed[: rng.randint(1, 60)]
    return bytes(changed)


def test_mutated_signatures_never_pass_with_another_content(pki, authority, world):
    content = b"what was signed\r\n" * 4
    signed = cms.sign(content, pki.caisse_sign.identity)
    rng, refused = random.Random(20261121), 0
    for _ in range(800):
        try:
            assert cms.verify(mutate(rng, signed), authority.certificates, world.NOW).content == content
        except (BadMessage, CertificateRefused):
            refused += 1
    assert refused > 600


def test_mutated_envelopes_only_raise_our_errors(pki):
    sealed = cms.seal(b"secret" * 20, pki.caisse.identity.certificate)
    rng, refused = random.Random(20261122), 0
    for _ in range(400):
        mutated = mutate(rng, sealed)
        for read in (lambda der: cms.open_envelope(der, [pki.caisse.identity]), cms.recipient_of):
            try:
                read(mutated)
            except BadMessage:
                refused += 1
    assert refused > 300


def test_mutated_lots_never_pass_with_another_content(frontal, practice, lot, world, pki):
    entity = write_entity(lot_parts(lot, pki))
    rng = random.Random(20261123)
    signed = cms.sign(entity, pki.practitioner_sign.identity)
    for _ in range(150):
        try:
            opened = frontal.open(sealed_mail(pki, mutate(rng, signed), world), world.NOW)
        except Unopenable as failure:
            assert failure.refusal.code.startswith("SO-TEC-")  # noqa: PT017 - either way is right
        else:
            assert opened.content == lot


def test_mutated_mails_only_raise_our_errors(practice, answer, arl, world):
    message = answer(arl)
    rng = random.Random(20261124)
    for _ in range(300):
        mutated = mutate(rng, message)
        practice.is_ours(mutated)
        try:
            assert practice.open_return(mutated, world.NOW) == arl
        except BadMessage as refused:
            assert refused.code.startswith("SO-TEC-")  # noqa: PT017 - either way is right


def test_entities_survive_their_own_mutations(lot, pki):
    entity = write_entity(lot_parts(lot, pki))
    rng = random.Random(20261125)
    for _ in range(300):
        try:
            read_entity(mutate(rng, entity))
        except BadMessage as refused:
            assert refused.code == "SO-TEC-SCHEMA"  # noqa: PT017 - either way is right

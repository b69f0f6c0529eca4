"""The mail around the bytes: sober headers, no injection, and the BAL's other mails left alone."""

from __future__ import annotations

import email
from email import policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scor_tui.domain.errors import BadMessage, CodecUnavailable, RuleRefused
from scor_tui.domain.wire import LotContent
from scor_tui.exchange import mails
from scor_tui.exchange.codecs import codec
from scor_tui.exchange.mails import MailKind
from scor_tui.exchange.scor_ouvert import ScorOuvert

REFERENCE = "3f0c7a52-6a38-4f0e-9a5d-0d6f5c1b2a90"


@pytest.fixture
def wrap(world):
    def run(
        kind=MailKind.LOT,
        reference=REFERENCE,
        sender="a@b.invalid",
        recipient="c@d.invalid",
        envelope=b"\x30\x00",
    ):
        return mails.wrap(kind, reference, 1, envelope, sender, recipient, world.NOW)[1]

    return run


@pytest.mark.parametrize("kind", MailKind)
def test_a_mail_says_what_it_carries_and_nothing_else(kind, wrap):
    message = wrap(kind, envelope=bytes(range(256)) * 9)
    parsed = email.message_from_bytes(message, policy=policy.default)
    assert parsed["Subject"] == f"SCOR-OUVERT/1 {kind} {REFERENCE}"
    assert parsed["Message-ID"] == f"<{kind.lower()}.{REFERENCE}.1@scor-ouvert.invalid>"
    assert parsed["Date"].datetime.isoformat() == "2026-11-21T08:00:00+00:00"
    assert parsed.get_content() == bytes(range(256)) * 9
    read = mails.read_mail(message)
    assert (read.kind, read.reference, read.sender) == (kind, REFERENCE, "a@b.invalid")
    assert read.envelope() == bytes(range(256)) * 9
    assert mails.is_ours(message)


def test_a_mail_is_read_after_a_relay_changed_its_lines(wrap):
    message = wrap(envelope=b"abc" * 99).replace(b"\r\n", b"\n")
    relayed = b"Received: by relay.invalid\n" + message.replace(
        b"Subject: SCOR-OUVERT/1 ", b"Subject: SCOR-OUVERT/1\n "
    )
    assert mails.is_ours(relayed)
    assert mails.read_mail(relayed).envelope() == b"abc" * 99


@given(
    st.text(max_size=40).filter(lambda text: not set(text) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.@"))
    | st.sampled_from(["a@b.invalid\r\nBcc: x@y.invalid", "a@b.invalid\n", "a", "a@", "@b", "a b@c.invalid", "a@b@c"])
)
def test_nothing_slips_into_a_header(text):
    from datetime import UTC, datetime

    moment = datetime(2026, 11, 21, tzinfo=UTC)
    try:
        message = mails.wrap(MailKind.LOT, REFERENCE, 1, b"", text, text, moment)[1]
    except RuleRefused:
        return
    assert message.count(b"\r\n") == 10
    assert text.isascii()
    assert text.isprintable()


@pytest.mark.parametrize("reference", ["", "a\r\nBcc: x", "é", "x" * 41, "a b", "a\n"])
def test_a_reference_is_plain(reference, wrap):
    with pytest.raises(RuleRefused):
        wrap(reference=reference)


@pytest.mark.parametrize(
    "message",
    [
        b"Subject: Bonjour\r\n\r\nSubject: SCOR-OUVERT/1 LOT x\r\n",
        b"Subject: Re: SCOR-OUVERT/1 LOT x\r\n\r\n",
        b"From: x@y.invalid\r\n\r\n",
        b"",
        b"\xff" * 50,
        b"Subject: =?utf-8?q?SCOR?= \xe9\r\n\r\n",
    ],
)
def test_other_mails_of_the_bal_are_left_alone(message):
    assert not mails.is_ours(message)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"SCOR-OUVERT/1 LOT", b"SCOR-OUVERT/2 LOT"),
        (b"SCOR-OUVERT/1 LOT", b"SCOR-OUVERT/1 AUTRE"),
        (b"application/pkcs7-mime", b"text/plain"),
        (b"base64", b"8bit"),
        (b"\r\n\r\n", b"\r\n\r\n*"),
    ],
)
def test_a_broken_message_of_ours_is_ours_and_told(old, new, wrap):
    message = wrap().replace(old, new, 1)
    assert mails.is_ours(message)
    with pytest.raises(BadMessage) as caught:
        mails.read_mail(message).envelope()
    assert caught.value.code == "SO-TEC-ENVELOPPE"


def test_an_answer_never_goes_to_a_forged_address(wrap):
    for sender in (
        b"a@b.invalid, c@d.invalid x",
        b"<>",
        b"a@b c",
        b"<a@b.invalid><c@d>",
        b"\x1b[2J@x.invalid",
    ):
        message = wrap().replace(b"From: a@b.invalid", b"From: " + sender)
        assert mails.read_mail(message).sender == ""
    named = wrap().replace(b"From: a@b.invalid", b"From: Cabinet <a@b.invalid>")
    assert mails.read_mail(named).sender == "a@b.invalid"


@given(st.binary(max_size=300))
def test_noise_is_never_ours_nor_a_crash(noise):
    assert not mails.is_ours(noise)
    with pytest.raises(BadMessage):
        mails.read_mail(noise)


# --- the formats by name -----------------------------------------------------------------------------------


def test_the_open_format_is_found_by_its_name(pki, directory, lot: LotContent, world):
    parts = {
        "signing": pki.practitioner_sign.identity,
        "reading": [],
        "directory": directory,
        "address": "a@b.invalid",
    }
    found = codec("scor-ouvert/1", **parts)
    assert isinstance(found, ScorOuvert)
    assert found.seal_lot(lot, world.NOW).uuid == lot.uuid
    with pytest.raises(CodecUnavailable, match="n'existe pas"):
        codec("autre", **parts)


def test_the_official_format_refuses_every_call_and_says_why(pki, directory, lot, fse, world, practice):
    official = codec(
        "gie-scor",
        signing=pki.practitioner_sign.identity,
        reading=[],
        directory=directory,
        address="a@b.invalid",
    )
    assert official.name == "gie-scor"
    sealed = practice.seal_fse(fse, world.NOW)
    for call in (
        lambda: official.seal_lot(lot, world.NOW),
        lambda: official.seal_fse(fse, world.NOW),
        lambda: official.mail(sealed, world.CAISSE, 1, world.NOW),
        lambda: official.is_ours(b""),
        lambda: official.open_return(b"", world.NOW),
    ):
        with pytest.raises(CodecUnavailable, match="n'est pas publique et son emploi demande un logiciel agréé"):
            call()

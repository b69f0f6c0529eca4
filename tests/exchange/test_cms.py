"""CMS against an independent judge: what openssl makes we read, what it should refuse we refuse."""

from __future__ import annotations

import pytest
from asn1crypto import cms as asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from scor_tui.domain.errors import BadMessage, CertificateRefused
from scor_tui.exchange import cms

CONTENT = b"000 entete\r\n\x00\x1a\n\r" + bytes(range(256)) * 40


@pytest.fixture
def signed_by_openssl(openssl, files):
    def sign(*options: str) -> bytes:
        made = openssl(
            *("cms", "-sign", "-binary", "-nodetach", "-outform", "DER"),
            *("-signer", files / "caisse_sign.crt", "-inkey", files / "caisse_sign.key", *options),
            stdin=CONTENT,
        )
        assert made.returncode == 0, made.stderr
        return made.stdout

    return sign


@pytest.mark.parametrize(
    "options",
    [
        ("-md", "sha256"),
        ("-md", "sha512"),
        ("-md", "sha256", "-stream"),
        ("-md", "sha256", "-keyid"),
        ("-md", "sha256", "-keyopt", "rsa_padding_mode:pss"),
    ],
    ids=["pkcs1", "sha512", "ber", "keyid", "pss"],
)
def test_what_openssl_signs_is_verified(options, signed_by_openssl, authority, pki, world):
    der = signed_by_openssl(*options)
    assert (der[1] == 0x80) == ("-stream" in options)
    verified = cms.verify(der, authority.certificates, world.NOW)
    assert verified.content == CONTENT
    assert verified.signer == pki.caisse_sign.identity.certificate


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("-md", "sha1"), "empreinte"),
        (("-md", "sha256", "-noattr"), "attributs signés"),
        (("-md", "sha256", "-nocerts"), "certificat du signataire manque"),
    ],
)
def test_a_weak_or_incomplete_signature_is_refused(options, why, signed_by_openssl, authority, world):
    with pytest.raises(BadMessage, match=why) as caught:
        cms.verify(signed_by_openssl(*options), authority.certificates, world.NOW)
    assert caught.value.code == "SO-TEC-SIGNATURE"


def test_a_detached_signature_signs_nothing_here(openssl, files, authority, world):
    made = openssl(
        *("cms", "-sign", "-binary", "-outform", "DER", "-md", "sha256"),
        *("-signer", files / "caisse_sign.crt", "-inkey", files / "caisse_sign.key"),
        stdin=CONTENT,
    )
    with pytest.raises(BadMessage, match="ne contient pas ce qu'elle signe"):
        cms.verify(made.stdout, authority.certificates, world.NOW)


def test_two_signatures_are_one_too_many(openssl, files, signed_by_openssl, authority, world):
    twice = signed_by_openssl("-md", "sha256", "-signer", files / "other_sign.crt", "-inkey", files / "other_sign.key")
    with pytest.raises(BadMessage, match="une seule"):
        cms.verify(twice, authority.certificates, world.NOW)


def test_a_stray_certificate_is_refused(signed_by_openssl, files, authority, world):
    der = signed_by_openssl("-md", "sha256", "-certfile", files / "other.crt")
    with pytest.raises(BadMessage, match="chaîne du signataire"):
        cms.verify(der, authority.certificates, world.NOW)


def test_a_signer_of_the_wrong_use_or_date_is_refused(pki, authority, world):
    signed = cms.sign(CONTENT, pki.caisse.identity)
    with pytest.raises(CertificateRefused, match="pas fait pour signer") as caught:
        cms.verify(signed, authority.certificates, world.NOW)
    assert caught.value.code == "SO-TEC-CERTIFICAT"


def test_openssl_verifies_what_we_sign_with_the_issuers_inside(openssl, files, pki, tmp_path, world):
    signed = cms.sign(CONTENT, pki.caisse_sign.identity)
    out = openssl(
        *(
            "cms",
            "-verify",
            "-binary",
            "-inform",
            "DER",
            "-CAfile",
            files / "root.crt",
            "-purpose",
            "smimesign",
        ),
        *("-attime", str(int(world.NOW.timestamp())), "-certsout", tmp_path / "certs.pem"),
        stdin=signed,
    )
    assert out.stdout == CONTENT
    assert (tmp_path / "certs.pem").read_bytes().count(b"BEGIN CERTIFICATE") == 2


@pytest.mark.parametrize(
    "options",
    [
        ("-aes-256-cbc",),
        ("-aes-128-cbc",),
        ("-aes-256-cbc", "-stream"),
        ("-aes-256-cbc", "-keyid"),
        ("-aes-256-cbc", "-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256"),
    ],
    ids=["aes256", "aes128", "ber", "keyid", "oaep"],
)
def test_what_openssl_seals_is_opened(options, openssl, files, pki):
    made = openssl(
        *("cms", "-encrypt", "-binary", "-outform", "DER", options[0]),
        *(option for option in options if option in ("-stream", "-keyid")),
        *("-recip", files / "practitioner.crt", *(options[1:] if "-keyopt" in options else ())),
        stdin=CONTENT,
    )
    assert made.returncode == 0, made.stderr
    assert cms.open_envelope(made.stdout, [pki.other.identity, pki.practitioner.identity]) == CONTENT


def test_triple_des_is_refused(openssl, files, pki):
    made = openssl(
        *("cms", "-encrypt", "-binary", "-outform", "DER", "-des3", "-recip", files / "caisse.crt"),
        stdin=CONTENT,
    )
    with pytest.raises(BadMessage, match="chiffrement de l'enveloppe est refusé"):
        cms.open_envelope(made.stdout, [pki.caisse.identity])


def test_an_envelope_names_one_recipient_and_only_his_key_opens(openssl, files, pki):
    sealed = cms.seal(CONTENT, pki.caisse.identity.certificate)
    assert cms.recipient_of(sealed) == cms.recipient_name(pki.caisse.identity.certificate)
    assert cms.recipient_of(sealed) != cms.recipient_name(pki.other.identity.certificate)
    with pytest.raises(BadMessage, match="aucune des clés"):
        cms.open_envelope(sealed, [pki.other.identity])
    two = openssl(
        *("cms", "-encrypt", "-binary", "-outform", "DER", "-aes-256-cbc"),
        *("-recip", files / "caisse.crt", "-recip", files / "other.crt"),
        stdin=CONTENT,
    )
    with pytest.raises(BadMessage, match="un seul"):
        cms.recipient_of(two.stdout)


def test_an_envelope_that_went_to_another_never_leaves(pki, monkeypatch):
    """The worst fault, right file and wrong caisse, is looked for in the bytes themselves."""
    add = cms.pkcs7.PKCS7EnvelopeBuilder.add_recipient
    other = pki.other.identity.certificate
    monkeypatch.setattr(cms.pkcs7.PKCS7EnvelopeBuilder, "add_recipient", lambda builder, _: add(builder, other))
    with pytest.raises(CertificateRefused, match="n'est pas adressée à « Caisse de démonstration »"):
        cms.seal(CONTENT, pki.caisse.identity.certificate)


@pytest.mark.parametrize("fault", ["type", "twice", "missing"])
def test_signed_attributes_must_speak_of_this_content(fault, pki, authority, world):
    """Even well signed, attributes of another type, doubled or missing are refused (RFC 5652, 11)."""
    wanted = ("content_type", "message_digest")
    info = asn1.ContentInfo.load(cms.sign(CONTENT, pki.caisse_sign.identity))
    signer = info["content"]["signer_infos"][0]
    kept = [one for one in signer["signed_attrs"] if one["type"].native in wanted]
    if fault == "type":
        kept[0] = asn1.CMSAttribute({"type": "content_type", "values": ["signed_data"]})
    kept = {"type": kept, "twice": [*kept, kept[1]], "missing": kept[:1]}[fault]
    signer["signed_attrs"] = asn1.CMSAttributes(kept)
    encoded = asn1.CMSAttributes(kept).dump()
    signer["signature"] = pki.caisse_sign.identity.key.sign(encoded, padding.PKCS1v15(), hashes.SHA256())
    with pytest.raises(BadMessage, match="type du contenu" if fault == "type" else "absents ou incomplets"):
        cms.verify(info.dump(force=True), authority.certificates, world.NOW)


def test_an_arl_made_by_openssl_alone_is_read(openssl, files, practice, world):
    from scor_tui.domain.wire import Arl, ArlKind, Sign
    from scor_tui.exchange import mails
    from scor_tui.exchange.arl_xml import write_arl

    arl = Arl(
        ArlKind.SCOR,
        "00000000-0000-4000-8000-000000000009",
        "ab" * 32,
        world.NOW,
        Sign.POSITIVE,
        str(world.CAISSE),
    )
    signed = openssl(
        *("cms", "-sign", "-binary", "-nodetach", "-stream", "-outform", "DER", "-md", "sha256"),
        *("-signer", files / "caisse_sign.crt", "-inkey", files / "caisse_sign.key"),
        stdin=write_arl(arl),
    )
    sealed = openssl(
        *("cms", "-encrypt", "-binary", "-stream", "-outform", "DER", "-aes-256-cbc"),
        *("-recip", files / "practitioner.crt"),
        stdin=signed.stdout,
    )
    address = "caisse@frontal.invalid"
    mail = mails.wrap(mails.MailKind.ARL, arl.lot, 1, sealed.stdout, address, "cabinet@bal.invalid", world.NOW)[1]
    assert practice.open_return(mail, world.NOW) == arl


def test_every_bit_of_a_signature_counts(pki, authority, world):
    """The digest that names a lot is that of these bytes: none may change unseen."""
    signed = cms.sign(b"short", pki.caisse_sign.identity)
    accepted = []
    for position in range(len(signed)):
        changed = bytearray(signed)
        changed[position] ^= 1
        try:
            cms.verify(bytes(changed), authority.certificates, world.NOW)
        except (BadMessage, CertificateRefused):
            continue
        accepted.append(position)
    assert accepted == []

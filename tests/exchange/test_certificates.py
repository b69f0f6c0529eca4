"""A certificate is trusted for one use, on one day, or refused with the reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID

from scor_tui.domain.errors import CertificateRefused
from scor_tui.exchange.authority import Authority
from scor_tui.exchange.certificates import (
    Identity,
    Usage,
    check_certificate,
    fingerprint,
    holder_number,
    load_certificates,
)


@pytest.fixture
def check(authority, world):
    def run(certificate, usage=Usage.SIGN, now=world.NOW, intermediates=(), crls=()):
        check_certificate(certificate, authority.certificates, intermediates, usage, now, crls)

    return run


def test_each_certificate_is_good_for_its_use_only(check, pki):
    check(pki.caisse_sign.identity.certificate, Usage.SIGN)
    check(pki.caisse.identity.certificate, Usage.ENCRYPT)
    with pytest.raises(CertificateRefused, match="pas fait pour chiffrer"):
        check(pki.caisse_sign.identity.certificate, Usage.ENCRYPT)
    with pytest.raises(CertificateRefused, match="pas fait pour signer"):
        check(pki.caisse.identity.certificate, Usage.SIGN)


def test_dates_are_said(check, pki):
    certificate = pki.caisse_sign.identity.certificate
    with pytest.raises(CertificateRefused, match="a expiré le 21/01/2028"):
        check(certificate, now=certificate.not_valid_after_utc + timedelta(days=1))
    with pytest.raises(CertificateRefused, match="à partir du 21/01/2026 à 08:00 UTC"):
        check(certificate, now=certificate.not_valid_before_utc - timedelta(seconds=1))
    check(certificate, now=certificate.not_valid_after_utc)
    check(certificate, now=certificate.not_valid_before_utc)


def test_a_naive_time_is_a_fault_of_the_program(check, pki, world):
    with pytest.raises(ValueError, match="aware"):
        check(pki.caisse_sign.identity.certificate, now=world.NOW.replace(tzinfo=None))


def test_a_namesake_authority_is_not_trusted(check, world):
    stranger = Authority.create("Autorité de démonstration", world.NOW, 5)
    forged = Identity.from_pem(*stranger.issue("Caisse de démonstration", Usage.SIGN, world.NOW))
    with pytest.raises(CertificateRefused, match="autorité"):
        check(forged.certificate, intermediates=forged.chain)


def test_an_intermediate_authority_is_followed_when_it_is_given(check, authority, world):
    between = authority.subordinate("Autorité régionale", world.NOW, 5)
    leaf = Identity.from_pem(*between.issue("Caisse régionale", Usage.SIGN, world.NOW))
    assert len(leaf.chain) == 2
    check(leaf.certificate, intermediates=leaf.chain)
    with pytest.raises(CertificateRefused):
        check(leaf.certificate)


def test_an_authority_or_a_leaf_cannot_play_the_other(check, authority, pki, world):
    between = authority.subordinate("Autorité régionale", world.NOW, 5)
    with pytest.raises(CertificateRefused, match="pas fait pour signer"):
        check(between.identity.certificate)
    false_authority = Authority(pki.caisse_sign.identity)
    forged = Identity.from_pem(*false_authority.issue("Usurpateur", Usage.SIGN, world.NOW))
    with pytest.raises(CertificateRefused):
        check(forged.certificate, intermediates=forged.chain)


def test_weak_keys_and_abandoned_hashes_are_refused(check, authority, world, openssl, tmp_path):
    own = authority.identity
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - what must be refused
    builder = (
        x509.CertificateBuilder()
        .subject_name(own.certificate.subject)
        .issuer_name(own.certificate.subject)
        .public_key(weak.public_key())
        .serial_number(5)
        .not_valid_before(world.NOW)
        .not_valid_after(world.NOW + timedelta(days=9))
    )
    with pytest.raises(CertificateRefused, match="1024 bits au lieu de 2048"):
        check(builder.sign(own.key, hashes.SHA256()))
    made = openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-sha1", "-subj", "/CN=Ancien", "-days", "90000"),
        *("-keyout", tmp_path / "old.key", "-out", tmp_path / "old.crt"),
    )
    assert made.returncode == 0, made.stderr
    old = load_certificates((tmp_path / "old.crt").read_bytes())[0]
    with pytest.raises(CertificateRefused, match="algorithme abandonné"):
        check(old, now=old.not_valid_before_utc)


def test_a_certificate_made_for_a_web_server_does_not_sign(check, authority, pki, world):
    own, like = authority.identity, pki.caisse_sign.identity.certificate
    builder = (
        x509.CertificateBuilder()
        .subject_name(like.subject)
        .issuer_name(own.certificate.subject)
        .public_key(like.public_key())
        .serial_number(6)
        .not_valid_before(world.NOW)
        .not_valid_after(world.NOW + timedelta(days=9))
        .add_extension(like.extensions.get_extension_for_class(x509.KeyUsage).value, critical=True)
        .add_extension(like.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value, critical=False)
    )
    check(builder.sign(own.key, hashes.SHA256()))
    web = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    with pytest.raises(CertificateRefused, match="pas fait pour signer"):
        check(web.sign(own.key, hashes.SHA256()))


def test_a_revoked_certificate_is_refused_and_a_stale_list_is_told(check, authority, pki, world):
    certificate = pki.caisse_sign.identity.certificate
    other = pki.other_sign.identity.certificate
    crl = x509.load_der_x509_crl(authority.revoke([certificate], world.NOW, days=5))
    check(certificate)
    check(other, crls=[crl])
    with pytest.raises(CertificateRefused, match="révoqué"):
        check(certificate, crls=[crl])
    with pytest.raises(CertificateRefused, match="périmée depuis le 26/11/2026"):
        check(other, now=world.NOW + timedelta(days=6), crls=[crl])
    forger = Authority.create("Autorité de démonstration", world.NOW, 5)
    forged = x509.load_der_x509_crl(forger.revoke([certificate], world.NOW))
    check(certificate, crls=[forged])


def test_an_identity_opens_from_pem_and_from_pkcs12_and_shows_no_secret(pki):
    from_pem = pki.practitioner_sign.identity
    data = pkcs12.serialize_key_and_certificates(
        b"moi", from_pem.key, from_pem.certificate, from_pem.chain, BestAvailableEncryption(b"mot de passe")
    )
    from_file = Identity.from_pkcs12(data, b"mot de passe")
    assert from_file.certificate == from_pem.certificate
    assert from_file.chain == from_pem.chain
    assert from_file.key.private_numbers() == from_pem.key.private_numbers()
    assert "Camille" in repr(from_file)
    assert str(from_pem.key.private_numbers().d)[:20] not in repr(from_file)
    with pytest.raises(CertificateRefused, match="mot de passe faux") as caught:
        Identity.from_pkcs12(data, b"autre secret")
    assert "autre secret" not in str(caught.value)
    for broken in (b"", b"\x30\x03\x02\x01", data[:100]):
        with pytest.raises(CertificateRefused):
            Identity.from_pkcs12(broken, b"x")
        with pytest.raises(CertificateRefused):
            Identity.from_pem(broken, pki.caisse.certificate_pem)


def test_a_key_and_a_certificate_of_two_pairs_are_refused(pki):
    with pytest.raises(CertificateRefused, match="même paire"):
        Identity.from_pem(pki.caisse.key_pem, pki.caisse_sign.certificate_pem)


def test_certificates_load_from_pem_and_der_only(pki):
    certificate = pki.caisse.identity.certificate
    assert load_certificates(certificate.public_bytes(Encoding.DER)) == (certificate,)
    assert load_certificates(pki.caisse.certificate_pem)[0] == certificate
    assert len(fingerprint(certificate)) == 64
    for broken in (b"", b"x", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(CertificateRefused, match="illisible"):
            load_certificates(broken)


def test_a_practitioner_carries_his_number(pki):
    assert holder_number(pki.practitioner_sign.identity.certificate) == "991234567"
    assert holder_number(pki.caisse.identity.certificate) == ""


def test_an_authority_is_saved_and_loaded(authority, world):
    loaded = Authority.load(*authority.save())
    assert loaded.root_pem == authority.root_pem
    issued = Identity.from_pem(*loaded.issue("Nouveau", Usage.SIGN, world.NOW))
    check_certificate(issued.certificate, authority.certificates, issued.chain, Usage.SIGN, world.NOW)

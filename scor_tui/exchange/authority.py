"""A small certification authority, for the demonstration and for tests: never for real patients.

Keys are RSA 2048: one is made in 30 ms where RSA 3072 takes 110 ms, and a demonstration makes a dozen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from scor_tui.exchange.certificates import Identity, Usage

KEY_BITS = 2048
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Authority:
    """A certification authority: its key, its certificate and those above it, the root last."""

    identity: Identity = field(repr=False)

    @classmethod
    def create(cls, name: str, now: datetime, years: int) -> Authority:
        """Make a self-signed root valid for `years` from `now` (aware UTC)."""
        key = _new_key()
        subject = _name(name)
        builder = _authority_certificate(subject, key.public_key(), subject, key.public_key(), now, years)
        return cls(Identity(key, builder.sign(key, hashes.SHA256())))

    @classmethod
    def load(cls, key_pem: bytes, certificate_pem: bytes) -> Authority:
        """Read back what `save` returned; raises `CertificateRefused`."""
        return cls(Identity.from_pem(key_pem, certificate_pem))

    def save(self) -> tuple[bytes, bytes]:
        """Return the private key and the certificates in PEM; the key is in clear: the file is private."""
        return _key_pem(self.identity.key), _pem(self.certificates)

    @property
    def certificates(self) -> tuple[x509.Certificate, ...]:
        """The certificate of this authority, then those above it."""
        return (self.identity.certificate, *self.identity.chain)

    @property
    def root_pem(self) -> bytes:
        """The PEM certificate that others must trust."""
        return _pem(self.certificates[-1:])

    def subordinate(self, name: str, now: datetime, years: int) -> Authority:
        """Make an authority issued by this one."""
        key, own = _new_key(), self.identity
        builder = _authority_certificate(
            _name(name), key.public_key(), own.certificate.subject, own.key.public_key(), now, years
        )
        return Authority(Identity(key, builder.sign(own.key, hashes.SHA256()), self.certificates))

    def issue(
        self, common_name: str, usage: Usage, now: datetime, days: int = 730, *, number: str = ""
    ) -> tuple[bytes, bytes]:
        """Make a key and a certificate for one use, valid `days` from `now`.

        Returns (key PEM, PEM of the certificate and its issuers). `number` is a practitioner's number,
        carried as the subject's `serialNumber`.
        """
        key = _new_key()
        builder = _builder(_name(common_name, number), key.public_key(), self.identity.certificate.subject, now)
        certificate = (
            builder.not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(usage), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
            .add_extension(_issuer_identifier(self.identity.key.public_key()), critical=False)
            .sign(self.identity.key, hashes.SHA256())
        )
        return _key_pem(key), _pem((certificate, *self.certificates))

    def revoke(self, certificates: Sequence[x509.Certificate], now: datetime, days: int = 30) -> bytes:
        """Return a DER revocation list (RFC 5280, section 5) of these certificates, good for `days`."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.identity.certificate.subject)
        builder = builder.last_update(now).next_update(now + timedelta(days=days))
        for certificate in certificates:
            entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number).revocation_date(now)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(self.identity.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _new_key() -> RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def _key_pem(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _pem(certificates: Sequence[x509.Certificate]) -> bytes:
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)


def _name(common_name: str, number: str = "") -> x509.Name:
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Démonstration SCOR-Ouvert"),
        x509.NameAttribute(NameOID.COMMON_NAME, common_name),
    ]
    if number:
        attributes.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, number))
    return x509.Name(attributes)


def _builder(subject: x509.Name, key: RSAPublicKey, issuer: x509.Name, now: datetime) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _issuer_identifier(key: RSAPublicKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key)


def _authority_certificate(
    subject: x509.Name,
    key: RSAPublicKey,
    issuer: x509.Name,
    issuer_key: RSAPublicKey,
    now: datetime,
    years: int,
) -> x509.CertificateBuilder:
    return (
        _builder(subject, key, issuer, now)
        .not_valid_after(now + years * YEAR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_key_usage(None), critical=True)
        .add_extension(_issuer_identifier(issuer_key), critical=False)
    )


def _key_usage(usage: Usage | None) -> x509.KeyUsage:
    """Return the key usage of an end certificate, or of an authority when `usage` is None."""
    return x509.KeyUsage(
        digital_signature=usage is Usage.SIGN,
        content_commitment=usage is Usage.SIGN,
        key_encipherment=usage is Usage.ENCRYPT,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=usage is None,
        crl_sign=usage is None,
        encipher_only=False,
        decipher_only=False,
    )

"""Certificates and private keys: whose they are, what they may do, whether they can be trusted today.

Chains are built and checked by `cryptography.x509.verification` (RFC 5280, at least RSA 2048 and SHA-256).
Its interface is declared unstable: this module is the only one that knows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from itertools import pairwise

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError

from scor_tui.domain.errors import CertificateRefused
from scor_tui.domain.text import clean
from scor_tui.domain.wire import Sender

MINIMUM_KEY_BITS = 2048
MAX_CHAIN_DEPTH = 3
STRONG_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
RENEW = "Renouvelez ou remplacez ce certificat dans les options, puis recommencez."
ASK_OWNER = "Demandez à son titulaire le bon certificat, puis remplacez-le dans l'annuaire."


class Usage(Enum):
    """What a certificate is used for: to sign, or to be the recipient of an envelope."""

    SIGN = "signer"
    ENCRYPT = "chiffrer"


@dataclass(frozen=True)
class Identity:
    """A private key, its certificate and those that issued it, nearest first. Never printed."""

    key: RSAPrivateKey = field(repr=False)
    certificate: x509.Certificate = field(repr=False)
    chain: tuple[x509.Certificate, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if self.certificate.public_key() != self.key.public_key():
            raise CertificateRefused(
                f"La clé privée n'est pas celle du certificat « {holder(self.certificate)} ».",
                "Choisissez la clé et le certificat d'une même paire.",
            )

    def __repr__(self) -> str:
        return f"Identity({holder(self.certificate)!r}, {fingerprint(self.certificate)[:16]}…)"

    @classmethod
    def from_pem(cls, key: bytes, certificates: bytes, password: bytes | None = None) -> Identity:
        """Read a PEM key, and a PEM certificate followed by its issuers; raises `CertificateRefused`."""
        try:
            loaded = load_pem_private_key(key, password)
        except (ValueError, TypeError):
            raise _unreadable_key() from None
        own, *chain = load_certificates(certificates)
        return cls(_rsa(loaded), own, tuple(chain))

    @classmethod
    def from_pkcs12(cls, data: bytes, password: bytes | None) -> Identity:
        """Read a PKCS#12 file (`.p12`, `.pfx`) opened by its password; raises `CertificateRefused`."""
        try:
            key, certificate, chain = pkcs12.load_key_and_certificates(data, password)
        except (ValueError, TypeError):
            raise _unreadable_key() from None
        if certificate is None:
            raise CertificateRefused(
                "Ce fichier PKCS#12 ne contient pas de certificat.", "Choisissez un autre fichier."
            )
        return cls(_rsa(key), certificate, tuple(chain))


def _rsa(key: object) -> RSAPrivateKey:
    if not isinstance(key, RSAPrivateKey):
        raise CertificateRefused(
            "La clé privée manque ou n'est pas une clé RSA.",
            "Choisissez un fichier qui contient une clé RSA.",
        )
    return key


def _unreadable_key() -> CertificateRefused:
    return CertificateRefused(
        "La clé privée n'a pas pu être ouverte : mot de passe faux ou fichier abîmé.",
        "Vérifiez le mot de passe, ou choisissez un autre fichier.",
    )


def load_certificates(data: bytes) -> tuple[x509.Certificate, ...]:
    """Read one DER certificate or one to many PEM ones, in order; raises `CertificateRefused`."""
    try:
        if b"-----BEGIN" in data:
            return tuple(x509.load_pem_x509_certificates(data))
        return (x509.load_der_x509_certificate(data),)
    except (ValueError, TypeError):
        raise CertificateRefused("Un certificat est absent ou illisible.", ASK_OWNER) from None


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the lowercase hex SHA-256 of the certificate's DER."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def holder(certificate: x509.Certificate) -> str:
    """Return the certificate's common name, cleaned, or its whole subject if it has none."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return clean(str(names[0].value) if names else certificate.subject.rfc4514_string(), limit=80)


def holder_number(certificate: x509.Certificate) -> str:
    """Return the practitioner's number in the certificate (`serialNumber` of its subject), or ''."""
    numbers = certificate.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    return clean(str(numbers[0].value), limit=40) if numbers else ""


def signs_for(certificate: x509.Certificate, sender: Sender) -> bool:
    """Whether a certificate that carries a number carries the sender's, or the remplaçant's."""
    number = holder_number(certificate)
    return not number or number in (sender.number, sender.remplacant)


def check_certificate(
    certificate: x509.Certificate,
    roots: Sequence[x509.Certificate],
    intermediates: Sequence[x509.Certificate],
    usage: Usage,
    now: datetime,
    crls: Sequence[x509.CertificateRevocationList] = (),
) -> tuple[x509.Certificate, ...]:
    """Accept a certificate for one use at one instant (aware UTC), or raise `CertificateRefused` saying why.

    Returns its chain, from itself to a root.

    Its dates, key, usage and chain are checked; its revocation too, by those of `crls` that its issuers
    signed.
    """
    if now.tzinfo is None:
        raise ValueError("an aware instant is needed")
    _check_dates(certificate, now)
    _check_strength(certificate)
    _check_usage(certificate, usage)
    chain = _build_chain(certificate, roots, intermediates, now)
    for subject, issuer in pairwise(chain):
        _check_not_revoked(subject, issuer, crls, now)
    return chain


def _check_dates(certificate: x509.Certificate, now: datetime) -> None:
    name = holder(certificate)
    if now > certificate.not_valid_after_utc:
        end = f"{certificate.not_valid_after_utc:%d/%m/%Y}"
        raise CertificateRefused(f"Le certificat « {name} » a expiré le {end}.", RENEW)
    if now < certificate.not_valid_before_utc:
        start = f"{certificate.not_valid_before_utc:%d/%m/%Y à %H:%M} UTC"
        raise CertificateRefused(
            f"Le certificat « {name} » n'est valable qu'à partir du {start}.",
            "Vérifiez la date et l'heure de cet ordinateur, ou attendez cette date.",
        )


def _check_strength(certificate: x509.Certificate) -> None:
    name, key = holder(certificate), certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        raise CertificateRefused(f"La clé du certificat « {name} » n'est pas une clé RSA.", ASK_OWNER)
    if key.key_size < MINIMUM_KEY_BITS:
        raise CertificateRefused(
            f"La clé du certificat « {name} » n'a que {key.key_size} bits au lieu de {MINIMUM_KEY_BITS}.",
            ASK_OWNER,
        )
    if not isinstance(certificate.signature_hash_algorithm, STRONG_HASHES):
        raise CertificateRefused(
            f"Le certificat « {name} » est signé avec un algorithme abandonné.",
            ASK_OWNER,
        )


def _check_usage(certificate: x509.Certificate, usage: Usage) -> None:
    refused = CertificateRefused(
        f"Le certificat « {holder(certificate)} » n'est pas fait pour {usage.value}.",
        "Chaque titulaire a deux certificats, l'un pour signer, l'autre pour chiffrer : choisissez l'autre.",
    )
    try:
        extensions = certificate.extensions
        allowed = extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        raise refused from None
    signs = allowed.digital_signature or allowed.content_commitment
    if not (signs if usage is Usage.SIGN else allowed.key_encipherment):
        raise refused
    for extension in extensions:
        if isinstance(extension.value, x509.BasicConstraints) and extension.value.ca:
            raise refused
        if isinstance(extension.value, x509.ExtendedKeyUsage) and not _for_mail(extension.value):
            raise refused


def _for_mail(purposes: x509.ExtendedKeyUsage) -> bool:
    fit = {ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
    return any(purpose in fit for purpose in purposes)


def _build_chain(
    certificate: x509.Certificate,
    roots: Sequence[x509.Certificate],
    intermediates: Sequence[x509.Certificate],
    now: datetime,
) -> tuple[x509.Certificate, ...]:
    try:
        policy = PolicyBuilder().store(Store(list(roots))).time(now).max_chain_depth(MAX_CHAIN_DEPTH)
        policy = policy.extension_policies(
            ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=ExtensionPolicy.permit_all()
        )
        return tuple(policy.build_client_verifier().verify(certificate, list(intermediates)).chain)
    except (VerificationError, ValueError):
        raise CertificateRefused(
            f"Le certificat « {holder(certificate)} » n'est pas délivré par une autorité "
            f"de confiance valable au {now:%d/%m/%Y}.",
            "Vérifiez les autorités dans les options ; n'en ajoutez jamais une reçue par mail.",
        ) from None


def _check_not_revoked(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    crls: Sequence[x509.CertificateRevocationList],
    now: datetime,
) -> None:
    name = holder(certificate)
    for crl in crls:
        if not _covers(crl, issuer):
            continue
        if crl.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None:
            raise CertificateRefused(f"Le certificat « {name} » a été révoqué par son autorité.", RENEW)
        if crl.next_update_utc is not None and crl.next_update_utc < now:
            raise CertificateRefused(
                f"La liste de révocation qui couvre « {name} » est périmée depuis le {crl.next_update_utc:%d/%m/%Y}.",
                "Déposez une liste à jour, puis recommencez.",
            )


def _covers(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    key = issuer.public_key()
    return crl.issuer == issuer.subject and isinstance(key, RSAPublicKey) and crl.is_signature_valid(key)

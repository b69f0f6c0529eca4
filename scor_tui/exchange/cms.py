"""CMS (RFC 5652): sign, verify, seal for one recipient, open.

`cryptography` does all the cryptography; it cannot verify a signature nor read BER, so `asn1crypto` parses
what comes in. An envelope alone shows no tampering (AES-CBC): only what is signed inside is believed. RSA
only, PKCS#1 v1.5 or PSS to sign, PKCS#1 v1.5 or OAEP to carry the key; at least SHA-256; AES-CBC, 256 bits
when we write.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asn1crypto import cms as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from scor_tui.domain.errors import BadMessage, CertificateRefused
from scor_tui.exchange.certificates import Identity, Usage, check_certificate, holder
from scor_tui.exchange.edge import TechnicalCode, bad_message, hostile_input

HASHES: dict[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
OAEP_HASHES: dict[str, type[hashes.HashAlgorithm]] = {"sha1": hashes.SHA1, **HASHES}
MAX_CERTIFICATES = 10
MAX_RECIPIENTS = 10


@dataclass(frozen=True)
class Verified:
    """What was signed, and the certificate of who signed it, its chain checked."""

    content: bytes = field(repr=False)
    signer: x509.Certificate


# --- writing ---------------------------------------------------------------------------------------------


def sign(content: bytes, identity: Identity) -> bytes:
    """Return the DER of a signed-data: `content` as it is, the signer's certificate and its issuers."""
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
    builder = builder.add_signer(identity.certificate, identity.key, hashes.SHA256())
    for issuer in identity.chain:  # last: set_data and add_signer forget the certificates added before them
        builder = builder.add_certificate(issuer)
    return builder.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])


def seal(content: bytes, certificate: x509.Certificate) -> bytes:
    """Return the DER of an enveloped-data (AES-256) that only this certificate's holder opens.

    Nothing is checked here about the certificate but, in the bytes that come out, that they name it.
    """
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(content)
    builder = builder.set_content_encryption_algorithm(algorithms.AES256).add_recipient(certificate)
    sealed = builder.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    if recipient_of(sealed) != recipient_name(certificate):
        raise CertificateRefused(
            f"L'enveloppe n'est pas adressée à « {holder(certificate)} ».",
            "Rien n'a été envoyé ; recommencez.",
        )
    return sealed


# --- who an envelope is for ------------------------------------------------------------------------------

RecipientName = tuple[bytes, int]
"""(DER of the issuer's name, serial number): how an envelope names its recipient's certificate."""


def recipient_name(certificate: x509.Certificate) -> RecipientName:
    """Return how an envelope must name this certificate."""
    return certificate.issuer.public_bytes(), certificate.serial_number


def recipient_of(sealed: bytes) -> RecipientName:
    """Re-read from sealed bytes who they are for; raises `BadMessage` unless it is one certificate."""
    with hostile_input(TechnicalCode.ENVELOPE):
        recipients = _load(sealed, "enveloped_data", TechnicalCode.ENVELOPE)["recipient_infos"]
        if len(recipients) != 1 or recipients[0].name != "ktri":
            raise bad_message("L'enveloppe n'a pas un destinataire et un seul.", TechnicalCode.ENVELOPE)
        rid = recipients[0].chosen["rid"]
        if rid.name != "issuer_and_serial_number":
            raise bad_message("L'enveloppe ne nomme pas un certificat.", TechnicalCode.ENVELOPE)
        return rid.chosen["issuer"].dump(), int(rid.chosen["serial_number"].native)


# --- reading ---------------------------------------------------------------------------------------------


def open_envelope(der: bytes, identities: Sequence[Identity]) -> bytes:
    """Decrypt an enveloped-data (DER or BER) with the identity that it is for; raises `BadMessage`.

    What comes out is not proved to be what was sealed: verify the signature inside. A failed decryption bears
    the code of a false signature, `SO-TEC-SIGNATURE`: told apart, the two would let a stranger who sends
    altered copies read an envelope from the answers (padding oracle).
    """
    with hostile_input(TechnicalCode.ENVELOPE):
        data = _load(der, "enveloped_data", TechnicalCode.ENVELOPE)
        sealed = data["encrypted_content_info"]
        algorithm = sealed["content_encryption_algorithm"]
        if algorithm["algorithm"].native not in {"aes128_cbc", "aes192_cbc", "aes256_cbc"}:
            raise bad_message("Le chiffrement de l'enveloppe est refusé.", TechnicalCode.ENVELOPE)
        recipient, identity = _recipient(data["recipient_infos"], identities)
        scheme = _key_scheme(recipient["key_encryption_algorithm"])
        wrapped, iv = recipient["encrypted_key"].native, algorithm.encryption_iv
        length, encrypted = algorithm.key_length, sealed["encrypted_content"].native
    with hostile_input(TechnicalCode.SIGNATURE):
        key = identity.key.decrypt(wrapped, scheme)
        if len(key) != length:
            raise bad_message("La clé de l'enveloppe est fausse.", TechnicalCode.SIGNATURE)
        decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
        unpadder = PKCS7(128).unpadder()
        padded = decryptor.update(encrypted) + decryptor.finalize()
        return unpadder.update(padded) + unpadder.finalize()


def verify(
    der: bytes,
    roots: Sequence[x509.Certificate],
    now: datetime,
    crls: Sequence[x509.CertificateRevocationList] = (),
) -> Verified:
    """Verify a signed-data (DER or BER) by one signer, and the signer's chain at `now` (aware UTC).

    Signed attributes, content-type and message-digest are required (RFC 5652, 5.4 and 11). Nothing is
    allowed that neither the signature nor a certificate's own covers: no unsigned attribute, no CRL, no
    stray certificate. Raises `BadMessage` with `SO-TEC-SIGNATURE`, `CertificateRefused` with
    `SO-TEC-CERTIFICAT`.
    """
    with hostile_input(TechnicalCode.SIGNATURE):
        data = _load(der, "signed_data", TechnicalCode.SIGNATURE)
        content = _signed_content(data)
        if len(data["signer_infos"]) != 1 or data["crls"]:
            raise _unsigned("Il ne porte pas une signature et une seule.")
        signer = data["signer_infos"][0]
        _check_frame(data, signer)
        certificates = _embedded_certificates(data)
        certificate = _certificate_of(signer["sid"], certificates)
        _check_signature(signer, certificate, content)
    others = [other for other in certificates if other != certificate]
    _check_signer(certificate, roots, others, now, crls)
    return Verified(content, certificate)


def _load(der: bytes, kind: str, code: TechnicalCode) -> Any:
    info = asn1.ContentInfo.load(der, strict=True)
    if info["content_type"].native != kind:
        words = {"enveloped_data": "n'est pas chiffré comme il le doit", "signed_data": "n'est pas signé"}
        raise bad_message(f"Il {words[kind]}.", code)
    return info["content"]


def _recipient(recipients: Any, identities: Sequence[Identity]) -> tuple[Any, Identity]:
    for recipient in list(recipients)[:MAX_RECIPIENTS]:
        if recipient.name != "ktri":
            continue
        for identity in identities:
            if _names(recipient.chosen["rid"], identity.certificate):
                return recipient.chosen, identity
    raise bad_message("L'enveloppe n'est adressée à aucune des clés d'ici.", TechnicalCode.ENVELOPE)


def _key_scheme(algorithm: Any) -> padding.AsymmetricPadding:
    name = algorithm["algorithm"].native
    if name in {"rsa", "rsaes_pkcs1v15"}:
        return padding.PKCS1v15()
    if name == "rsaes_oaep":
        return _oaep(algorithm["parameters"])
    raise bad_message("Le chiffrement de la clé de l'enveloppe est refusé.", TechnicalCode.ENVELOPE)


def _oaep(parameters: Any) -> padding.OAEP:
    digest = OAEP_HASHES[parameters["hash_algorithm"]["algorithm"].native]()
    mask = OAEP_HASHES[parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native]()
    return padding.OAEP(padding.MGF1(mask), digest, label=None)


def _names(identifier: Any, certificate: x509.Certificate) -> bool:
    if identifier.name == "issuer_and_serial_number":
        chosen = identifier.chosen
        return (chosen["issuer"].dump(), chosen["serial_number"].native) == recipient_name(certificate)
    extensions = certificate.extensions
    try:
        own = extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return False
    return bool(identifier.chosen.native == own)


def _signed_content(data: Any) -> bytes:
    encapsulated = data["encap_content_info"]
    content = encapsulated["content"].native
    if encapsulated["content_type"].native != "data" or not isinstance(content, bytes):
        raise _unsigned("La signature ne contient pas ce qu'elle signe.")
    return content


def _embedded_certificates(data: Any) -> list[x509.Certificate]:
    embedded = [one for one in data["certificates"] if one.name == "certificate"]
    if len(embedded) > MAX_CERTIFICATES:
        raise _unsigned("Il porte trop de certificats.")
    return [_certificate(one.chosen.dump()) for one in embedded]


def _certificate(der: bytes) -> x509.Certificate:
    certificate = x509.load_der_x509_certificate(der)
    unused_bits = der[-len(certificate.signature) - 1]
    if unused_bits:  # another encoding of the same signature
        raise _unsigned("Un de ses certificats n'est pas en DER.")
    return certificate


def _certificate_of(identifier: Any, certificates: Sequence[x509.Certificate]) -> x509.Certificate:
    for certificate in certificates:
        if _names(identifier, certificate):
            return certificate
    raise _unsigned("Le certificat du signataire manque.")


def _check_frame(data: Any, signer: Any) -> None:
    """Refuse what no signature covers: unsigned attributes, other versions or parameters than plain."""
    version = "v1" if signer["sid"].name == "issuer_and_serial_number" else "v3"
    stated = [algorithm.native for algorithm in data["digest_algorithms"]]
    plain = {"algorithm": signer["digest_algorithm"]["algorithm"].native, "parameters": None}
    if signer["digest_algorithm"].native != plain or stated != [plain]:
        raise _unsigned("Ses algorithmes d'empreinte se contredisent.")
    if signer["unsigned_attrs"] or {data["version"].native, signer["version"].native} != {version}:
        raise _unsigned("Il porte des attributs que rien ne signe, ou une autre version.")


def _check_signature(signer: Any, certificate: x509.Certificate, content: bytes) -> None:
    digest_name = signer["digest_algorithm"]["algorithm"].native
    if digest_name not in HASHES:
        raise _unsigned("L'algorithme d'empreinte de la signature est refusé (SHA-256 est le minimum).")
    algorithm = HASHES[digest_name]()
    _check_attributes(signer["signed_attrs"], content, algorithm)
    encoded = signer["signed_attrs"].dump()
    if encoded[1] == 0x80:
        raise _unsigned("Les attributs signés ne sont pas en DER.")
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        raise _unsigned("La clé du signataire n'est pas une clé RSA.")
    scheme = _signature_scheme(signer["signature_algorithm"], digest_name)
    try:  # RFC 5652, 5.4: what is signed is the attributes as a SET OF, not under their implicit tag
        key.verify(signer["signature"].native, b"\x31" + encoded[1:], scheme, algorithm)
    except InvalidSignature:
        raise _unsigned("La signature est fausse : le message a été altéré.") from None


def _check_attributes(attributes: Any, content: bytes, algorithm: hashes.HashAlgorithm) -> None:
    values = {attribute["type"].native: attribute["values"] for attribute in attributes or ()}
    if len(values) != len(attributes or ()) or not {"content_type", "message_digest"} <= values.keys():
        raise _unsigned("Les attributs signés sont absents ou incomplets.")
    if [value.native for value in values["content_type"]] != ["data"]:
        raise _unsigned("Le type du contenu n'est pas celui qui est signé.")
    digest = hashes.Hash(algorithm)
    digest.update(content)
    stated = [value.native for value in values["message_digest"]]
    if len(stated) != 1 or not hmac.compare_digest(stated[0], digest.finalize()):
        raise _unsigned("Le contenu n'est pas celui qui a été signé.")


def _signature_scheme(algorithm: Any, digest_name: str) -> padding.AsymmetricPadding:
    name = algorithm["algorithm"].native
    if name in {"rsassa_pkcs1v15", f"{digest_name}_rsa"} and algorithm["parameters"].native is None:
        return padding.PKCS1v15()
    if name == "rsassa_pss":
        parameters = algorithm["parameters"]
        mask = parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native
        if parameters["hash_algorithm"]["algorithm"].native == digest_name == mask:
            return padding.PSS(padding.MGF1(HASHES[mask]()), parameters["salt_length"].native)
    raise _unsigned("L'algorithme de signature est refusé.")


def _check_signer(
    certificate: x509.Certificate,
    roots: Sequence[x509.Certificate],
    others: Sequence[x509.Certificate],
    now: datetime,
    crls: Sequence[x509.CertificateRevocationList],
) -> None:
    with hostile_input(TechnicalCode.CERTIFICATE):
        try:
            chain = check_certificate(certificate, roots, others, Usage.SIGN, now, crls)
        except CertificateRefused as refused:
            refused.code = TechnicalCode.CERTIFICATE.value
            raise
    if not set(others) <= set(chain):
        raise _unsigned("Il porte un certificat qui n'est pas de la chaîne du signataire.")


def _unsigned(cause: str) -> BadMessage:
    return bad_message(cause, TechnicalCode.SIGNATURE)

"""A directory held in memory: who receives, who signs, whom we trust."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from scor_tui.domain.errors import CertificateRefused
from scor_tui.domain.ports import Directory, Recipient
from scor_tui.domain.wire import CaisseId
from scor_tui.exchange.arl_xml import FRONTAL
from scor_tui.exchange.certificates import fingerprint, load_certificates


class SignersDirectory(Directory, Protocol):
    """A directory that also knows in whose name a certificate may sign an answer."""

    def issuers_of(self, signer: str) -> Sequence[str]:
        """Return the issuers (`01-996-0000`, `frontal`) whose signing certificate has this SHA-256."""
        ...


class DirectoryOfCertificates:
    """A `ports.Directory` made of plain data; certificates are DER, or PEM followed by their issuers.

    A caisse may stand in several entries while its certificates overlap: the last one is written to, all are
    heard.
    """

    def __init__(
        self,
        recipients: Sequence[Recipient],
        roots: Sequence[bytes],
        frontal_certificates: Sequence[bytes] = (),
    ) -> None:
        self._recipients = {recipient.caisse: recipient for recipient in recipients}
        self._roots = tuple(roots)
        self._issuers: dict[str, list[str]] = {}
        for recipient in recipients:
            self._hear(recipient.signing_certificate, str(recipient.caisse))
        for certificate in frontal_certificates:
            self._hear(certificate, FRONTAL)

    def _hear(self, certificate: bytes, issuer: str) -> None:
        issuers = self._issuers.setdefault(fingerprint(load_certificates(certificate)[0]), [])
        if issuer not in issuers:
            issuers.append(issuer)

    def recipient(self, caisse: CaisseId) -> Recipient:
        """Return where a caisse is reached; raises `CertificateRefused` when it is unknown."""
        try:
            return self._recipients[caisse]
        except KeyError:
            raise CertificateRefused(
                f"La caisse {caisse} n'est pas dans l'annuaire.",
                "Ajoutez-la dans les options, avec ses certificats et son adresse.",
            ) from None

    @property
    def roots(self) -> Sequence[bytes]:
        """PEM certificates of the authorities that are trusted."""
        return self._roots

    def issuers_of(self, signer: str) -> Sequence[str]:
        """Return in whose name this certificate may sign an answer, or none."""
        return tuple(self._issuers.get(signer, ()))

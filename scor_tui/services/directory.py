"""The directory of the caisses, read from the practice's records."""

from __future__ import annotations

from cryptography.hazmat.primitives.serialization import Encoding

from scor_tui.domain.ports import Recipient
from scor_tui.domain.wire import CaisseId
from scor_tui.exchange.certificates import load_certificates
from scor_tui.exchange.directory import DirectoryOfCertificates
from scor_tui.store.models import Authority, Caisse


def current_directory() -> DirectoryOfCertificates:
    """Return who receives, who signs and whom the practice trusts, as of now.

    A caisse without its certificates is not in it: writing to it is refused.
    """
    rows = [row for row in Caisse.select() if row.content_certificate and row.transport_certificate]
    return DirectoryOfCertificates(
        [one for row in rows for one in _recipients(row)],
        [bytes(row.certificate) for row in Authority.select().order_by(Authority.id)],
        sorted({bytes(row.frontal_certificate) for row in rows if row.frontal_certificate}),
    )


def _recipients(row: Caisse) -> list[Recipient]:
    """Return a caisse under each certificate that signed or signs for it, the present one last: it is written to."""
    now = bytes(row.signing_certificate)
    former = load_certificates(bytes(row.former_signing)) if row.former_signing else ()
    signers = [*(one.public_bytes(Encoding.DER) for one in former), *([now] if now else [])]
    return [_recipient(row, signer) for signer in signers]


def _recipient(row: Caisse, signer: bytes) -> Recipient:
    return Recipient(
        caisse=CaisseId.parse(row.identifier),
        name=row.name,
        address=row.address,
        content_certificate=bytes(row.content_certificate),
        transport_certificate=bytes(row.transport_certificate),
        signing_certificate=signer,
        size_limit=row.size_limit,
    )

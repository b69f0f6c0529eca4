"""The directory of the caisses, read from the practice's records."""

from __future__ import annotations

from scor_tui.domain.ports import Recipient
from scor_tui.domain.wire import CaisseId
from scor_tui.exchange.directory import DirectoryOfCertificates
from scor_tui.store.models import Authority, Caisse


def current_directory() -> DirectoryOfCertificates:
    """Return who receives, who signs and whom the practice trusts, as of now.

    A caisse without its certificates is not in it: writing to it is refused.
    """
    rows = [row for row in Caisse.select() if row.content_certificate and row.transport_certificate]
    return DirectoryOfCertificates(
        [_recipient(row) for row in rows if row.signing_certificate],
        [bytes(row.certificate) for row in Authority.select().order_by(Authority.id)],
        sorted({bytes(row.frontal_certificate) for row in rows if row.frontal_certificate}),
    )


def _recipient(row: Caisse) -> Recipient:
    return Recipient(
        caisse=CaisseId.parse(row.identifier),
        name=row.name,
        address=row.address,
        content_certificate=bytes(row.content_certificate),
        transport_certificate=bytes(row.transport_certificate),
        signing_certificate=bytes(row.signing_certificate),
        size_limit=row.size_limit,
    )

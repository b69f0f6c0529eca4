"""The exchange formats by name: the open one that exists, and the place of the one that is not public."""

# ruff: noqa: ARG002 - a codec that is not there refuses whatever it is given
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NoReturn

from cryptography import x509

from scor_tui.domain.errors import CodecUnavailable
from scor_tui.domain.ports import Codec
from scor_tui.domain.text import clean
from scor_tui.domain.wire import CaisseId, FseContent, LotContent, SealedLot
from scor_tui.exchange.certificates import Identity
from scor_tui.exchange.directory import SignersDirectory
from scor_tui.exchange.scor_ouvert import ScorOuvert


class GieScor:
    """The place of the official format: every call is refused with `CodecUnavailable`, saying why."""

    name = "gie-scor"

    def seal_lot(self, lot: LotContent, now: datetime) -> SealedLot:
        """Refuse."""
        _refuse()

    def seal_fse(self, lot: FseContent, now: datetime) -> SealedLot:
        """Refuse."""
        _refuse()

    def mail(self, sealed: SealedLot, recipient: CaisseId, attempt: int, now: datetime) -> tuple[str, bytes]:
        """Refuse."""
        _refuse()

    def is_ours(self, message: bytes) -> bool:
        """Refuse."""
        _refuse()

    def open_return(self, message: bytes, now: datetime) -> NoReturn:
        """Refuse."""
        _refuse()


def _refuse() -> NoReturn:
    raise CodecUnavailable(
        "Le format SCOR du GIE SESAM-Vitale n'est pas disponible : sa spécification n'est pas publique et "
        "son emploi demande un logiciel agréé.",
        "Choisissez « scor-ouvert/1 », ou faites brancher ici le codec d'un éditeur agréé.",
    )


def codec(
    name: str,
    *,
    signing: Identity,
    reading: Sequence[Identity],
    directory: SignersDirectory,
    address: str,
    crls: Sequence[x509.CertificateRevocationList] = (),
) -> Codec:
    """Return the codec of that name (`scor-ouvert/1`, `gie-scor`); raises `CodecUnavailable` on any other."""
    if name == ScorOuvert.name:
        return ScorOuvert(signing, reading, directory, address, crls)
    if name == GieScor.name:
        return GieScor()
    raise CodecUnavailable(
        f"Le format d'échange « {clean(name, limit=40)} » n'existe pas.", "Choisissez « scor-ouvert/1 »."
    )

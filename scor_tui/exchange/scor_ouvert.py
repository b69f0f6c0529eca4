"""The practice's end of SCOR-Ouvert 1: lots to sealed mails, answers to facts (`schemas/FORMAT.md`)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from cryptography import x509

from scor_tui.domain.errors import BadMessage, CertificateRefused, FileDamaged
from scor_tui.domain.pieces import Support
from scor_tui.domain.ports import Recipient
from scor_tui.domain.text import clean
from scor_tui.domain.wire import (
    Arl,
    CaisseId,
    FseContent,
    LotContent,
    NoemieReturn,
    PieceEntry,
    SealedKind,
    SealedLot,
    Sender,
)
from scor_tui.exchange import cms, mails
from scor_tui.exchange.arl_xml import FRONTAL, read_arl
from scor_tui.exchange.certificates import (
    Identity,
    Usage,
    check_certificate,
    fingerprint,
    holder_number,
    load_certificates,
    signs_for,
)
from scor_tui.exchange.directory import SignersDirectory
from scor_tui.exchange.edge import SET_ASIDE, TechnicalCode, bad_message, hostile_input
from scor_tui.exchange.entity import INDEX_TYPE, Part, write_entity
from scor_tui.exchange.fse_xml import write_fse
from scor_tui.exchange.lot_xml import content_id, write_lot
from scor_tui.exchange.mails import MailKind

BASE_WEIGHT = 14_000
"""Bytes around a lot whatever its pieces: signature, certificates, two headers, envelope."""
PIECE_WEIGHT = 1_750
"""Bytes around one piece: its envelope, its header, its entry in the index with a dossier of its own."""


def lot_weight_estimate(pieces: Sequence[PieceEntry]) -> int:
    """Return the bytes of the mail that would carry these pieces, never fewer than it will weigh.

    A PDF grows to 1.37 times its size: DER, then base64 in lines of 76 characters and a CRLF.
    """
    clear = BASE_WEIGHT + sum(PIECE_WEIGHT + len(piece.pdf or b"\0" * piece.bytes) for piece in pieces)
    return (clear * 78 + mails.LINE - 1) // mails.LINE


class ScorOuvert:
    """`ports.Codec` for `scor-ouvert/1`.

    `signing` signs what leaves; `reading` are the keys that answers may be encrypted for (old ones stay);
    `directory` knows the caisses; `address` is the practitioner's BAL; `crls` are revocation lists.
    """

    name = "scor-ouvert/1"

    def __init__(
        self,
        signing: Identity,
        reading: Sequence[Identity],
        directory: SignersDirectory,
        address: str,
        crls: Sequence[x509.CertificateRevocationList] = (),
    ) -> None:
        self._signing = signing
        self._reading = tuple(reading)
        self._directory = directory
        self._address = address
        self._crls = tuple(crls)

    # --- what leaves -------------------------------------------------------------------------------------

    def seal_lot(self, lot: LotContent, now: datetime) -> SealedLot:
        """Seal each numerique piece for the caisse, sign the whole, seal it for the frontal.

        Raises `CertificateRefused`; `FileDamaged` when a PDF is not the one its entry describes;
        `RuleRefused` when a fact does not fit the format.
        """
        self._check_own(lot.sender, now)
        recipient = self._directory.recipient(lot.recipient)
        transport = self._trusted(recipient, recipient.transport_certificate, now)
        content = self._trusted(recipient, recipient.content_certificate, now)
        parts = [_index(lot.uuid, "lot.xml", write_lot(lot))]
        for piece in lot.pieces:
            if piece.support is Support.NUMERIQUE:
                _check_pdf(piece)
                sealed = cms.seal(piece.pdf, content)
                parts.append(Part(content_id(lot.uuid, piece.number), f"piece-{piece.number:04d}.p7m", sealed))
        return self._freeze(SealedKind.LOT, lot.uuid, parts, transport, (content, transport))

    def seal_fse(self, lot: FseContent, now: datetime) -> SealedLot:
        """Seal a lot of FSEs, which is its index only, likewise."""
        self._check_own(lot.sender, now)
        recipient = self._directory.recipient(lot.recipient)
        transport = self._trusted(recipient, recipient.transport_certificate, now)
        parts = [_index(lot.uuid, "fse.xml", write_fse(lot))]
        return self._freeze(SealedKind.FSE, lot.uuid, parts, transport, (transport,))

    def mail(self, sealed: SealedLot, recipient: CaisseId, attempt: int, now: datetime) -> tuple[str, bytes]:
        """Return (Message-ID, message) for one attempt; the bytes inside are the same at each."""
        address = self._directory.recipient(recipient).address
        kind = MailKind(sealed.kind.value)
        return mails.wrap(kind, sealed.uuid, attempt, sealed.envelope, self._address, address, now)

    def _freeze(
        self,
        kind: SealedKind,
        uuid: str,
        parts: Sequence[Part],
        transport: x509.Certificate,
        used: Sequence[x509.Certificate],
    ) -> SealedLot:
        signed = cms.sign(write_entity(parts), self._signing)
        envelope = cms.seal(signed, transport)
        return SealedLot(
            uuid=uuid,
            envelope=envelope,
            signed_digest=hashlib.sha256(signed).hexdigest(),
            envelope_digest=hashlib.sha256(envelope).hexdigest(),
            expires=min(certificate.not_valid_after_utc for certificate in (self._signing.certificate, *used)),
            recipient_fingerprint=fingerprint(transport),
            kind=kind,
        )

    def _check_own(self, sender: Sender, now: datetime) -> None:
        own = self._signing
        check_certificate(own.certificate, self._roots(), own.chain, Usage.SIGN, now, self._crls)
        if not signs_for(own.certificate, sender):
            raise CertificateRefused(
                f"Le certificat de signature est celui du praticien {holder_number(own.certificate)}, "
                f"le lot est au nom du {clean(sender.number, limit=20)}.",
                "Choisissez le certificat de ce praticien dans les options.",
            )

    def _trusted(self, recipient: Recipient, data: bytes, now: datetime) -> x509.Certificate:
        """Return a caisse's encryption certificate once it is checked, and pinned if any is."""
        certificate, *issuers = load_certificates(data)
        if recipient.fingerprints and fingerprint(certificate) not in recipient.fingerprints:
            raise CertificateRefused(
                f"Un certificat de {clean(recipient.name, limit=80)} a changé "
                f"(empreinte {fingerprint(certificate)[:16]}…).",
                "Vérifiez cette empreinte auprès de la caisse, puis acceptez-la dans l'annuaire.",
                code="EMPREINTE",
            )
        check_certificate(certificate, self._roots(), issuers, Usage.ENCRYPT, now, self._crls)
        return certificate

    def _roots(self) -> tuple[x509.Certificate, ...]:
        return tuple(chain.from_iterable(load_certificates(root) for root in self._directory.roots))

    # --- what comes back ---------------------------------------------------------------------------------

    def is_ours(self, message: bytes) -> bool:
        """Whether a message of the BAL is in this format, by its subject alone."""
        return mails.is_ours(message)

    def open_return(self, message: bytes, now: datetime) -> Arl | NoemieReturn:
        """Open an ARL or a NOEMIE return signed by one whom the directory knows; raises `BadMessage`.

        An unsigned content, an unknown signer, or one that speaks in another's name is refused. Whether the
        lot exists and its digest is the one that was sent is for the caller to compare.
        """
        with hostile_input(TechnicalCode.SCHEMA):
            return self._open(mails.read_mail(message), now)

    def _open(self, mail: mails.Mail, now: datetime) -> Arl | NoemieReturn:
        if mail.kind not in (MailKind.ARL, MailKind.NOEMIE):
            raise bad_message("Ce n'est pas une réponse : c'est un envoi.", TechnicalCode.SCHEMA)
        verified = self._verify(cms.open_envelope(mail.envelope(), self._reading), now)
        issuers = self._directory.issuers_of(fingerprint(verified.signer))
        if mail.kind is MailKind.ARL:
            return _arl(verified.content, issuers)
        return _noemie(verified.content, issuers)

    def _verify(self, signed: bytes, now: datetime) -> cms.Verified:
        try:
            return cms.verify(signed, self._roots(), now, self._crls)
        except CertificateRefused as refused:
            raise BadMessage(refused.cause, SET_ASIDE, code=refused.code) from refused


def _index(uuid: str, name: str, document: bytes) -> Part:
    return Part(f"index.{uuid}@{mails.DOMAIN}", name, document, INDEX_TYPE)


def _check_pdf(piece: PieceEntry) -> None:
    if len(piece.pdf) != piece.bytes or hashlib.sha256(piece.pdf).hexdigest() != piece.sha256:
        raise FileDamaged(
            f"La pièce n° {piece.number} du lot n'est pas le fichier qui a été enregistré.",
            "Rien n'a été envoyé. Numérisez-la de nouveau, ou restaurez une sauvegarde.",
        )


def _arl(content: bytes, issuers: Sequence[str]) -> Arl:
    arl = read_arl(content)
    if arl.issuer not in issuers:
        raise bad_message(
            f"Cet ARL se dit de « {arl.issuer} », mais son signataire n'est pas celui-là.",
            TechnicalCode.CERTIFICATE,
        )
    return arl


def _noemie(content: bytes, issuers: Sequence[str]) -> NoemieReturn:
    caisses = [issuer for issuer in issuers if issuer != FRONTAL]
    if not caisses:
        raise bad_message("Ce retour NOEMIE n'est signé par aucune caisse de l'annuaire.", TechnicalCode.CERTIFICATE)
    if not content.lstrip().startswith(b"000"):
        raise bad_message("Ce retour ne commence pas comme un fichier NOEMIE.", TechnicalCode.SCHEMA)
    return NoemieReturn(caisses[0], content)

"""The other end of SCOR-Ouvert 1: a frontal that opens, caisses that read and answer."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from cryptography import x509

from scor_tui.domain.errors import BadMessage, CertificateRefused
from scor_tui.domain.pieces import Support
from scor_tui.domain.wire import (
    Arl,
    ArlKind,
    CaisseId,
    FseContent,
    LotContent,
    PieceEntry,
    Refusal,
    Sender,
    Sign,
)
from scor_tui.exchange import cms, mails
from scor_tui.exchange.arl_xml import FRONTAL, write_arl
from scor_tui.exchange.certificates import (
    Identity,
    Usage,
    check_certificate,
    holder_number,
    load_certificates,
    signs_for,
)
from scor_tui.exchange.edge import LABELS, SET_ASIDE, TechnicalCode, bad_message, hostile_input
from scor_tui.exchange.entity import Part, read_entity
from scor_tui.exchange.fse_xml import read_fse
from scor_tui.exchange.lot_xml import Index, read_lot
from scor_tui.exchange.mails import MailKind


@dataclass(frozen=True)
class Received:
    """Who sent a message and under which names to answer it: digests are lowercase hex SHA-256.

    `reply_to` is the address in `From`, or ''; `message_id` is cleaned.
    """

    signed_digest: str
    envelope_digest: str
    message_id: str
    reply_to: str
    sender_certificate: x509.Certificate = field(repr=False)


@dataclass(frozen=True)
class OpenedLot:
    """A lot with the PDFs of its numerique pieces, but for those that `refusals` name."""

    content: LotContent
    received: Received
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class OpenedFse:
    """A lot of FSEs."""

    content: FseContent
    received: Received


class Unopenable(BadMessage):
    """A message that the frontal cannot take, with what it needs to say so."""

    def __init__(
        self,
        error: BadMessage | CertificateRefused,
        *,
        kind: ArlKind,
        message_id: str,
        digest: str,
        reply_to: str,
    ) -> None:
        super().__init__(error.cause, SET_ASIDE, code=error.code)
        self.kind = kind
        self.message_id = message_id
        self.envelope_digest = digest
        self.reply_to = reply_to

    @property
    def refusal(self) -> Refusal:
        """Why, as an ARL says it; `cause` says more, and stays here."""
        return Refusal(self.code, LABELS[TechnicalCode(self.code)])

    def arl(self, now: datetime) -> Arl:
        """Return the frontal's answer."""
        return Arl(
            kind=self.kind,
            lot="",
            digest="",
            date=now,
            sign=Sign.NEGATIVE,
            issuer=FRONTAL,
            refusals=(self.refusal,),
            message_id=self.message_id,
            envelope_digest=self.envelope_digest,
        )


class ReceivingEnd:
    """A frontal with the caisses behind it.

    `roots` are the authorities that are trusted to say who a practitioner is.

    A frontal that only routes has an empty list of keys for its caisses: their pieces are then refused.
    """

    def __init__(
        self,
        frontal: Sequence[Identity],
        caisses: Mapping[CaisseId, Sequence[Identity]],
        roots: Sequence[x509.Certificate],
        crls: Sequence[x509.CertificateRevocationList] = (),
    ) -> None:
        self._frontal = tuple(frontal)
        self._caisses = dict(caisses)
        self._roots = tuple(roots)
        self._crls = tuple(crls)

    # --- what arrives ------------------------------------------------------------------------------------

    def open(self, message: bytes, now: datetime) -> OpenedLot | OpenedFse:
        """Open a mail and tell by its signed content what it is; raises `Unopenable`."""
        kind, message_id, digest, reply_to = ArlKind.SCOR, "", "", ""
        try:
            head = mails.read_header(message)
            message_id, reply_to = mails.message_id_of(head), mails.sender_of(head)
            mail = mails.read_mail(message)
            kind = ArlKind.FSE if mail.kind is MailKind.FSE else ArlKind.SCOR
            envelope = mail.envelope()
            digest = hashlib.sha256(envelope).hexdigest()
            with hostile_input(TechnicalCode.SCHEMA):
                return self._open_envelope(envelope, message_id, reply_to, now)
        except (BadMessage, CertificateRefused) as error:
            raise Unopenable(error, kind=kind, message_id=message_id, digest=digest, reply_to=reply_to) from error

    def _open_envelope(self, envelope: bytes, message_id: str, reply_to: str, now: datetime) -> OpenedLot | OpenedFse:
        signed = cms.open_envelope(envelope, self._frontal)
        verified = cms.verify(signed, self._roots, now, self._crls)
        received = Received(
            signed_digest=hashlib.sha256(signed).hexdigest(),
            envelope_digest=hashlib.sha256(envelope).hexdigest(),
            message_id=message_id,
            reply_to=reply_to,
            sender_certificate=verified.signer,
        )
        return self._read(read_entity(verified.content), received)

    def open_lot(self, message: bytes, now: datetime) -> OpenedLot:
        """Open a mail that must be a lot SCOR; raises `Unopenable`."""
        opened = self.open(message, now)
        if isinstance(opened, OpenedLot):
            return opened
        raise _not_what_was_expected(opened.received, ArlKind.SCOR)

    def open_fse(self, message: bytes, now: datetime) -> OpenedFse:
        """Open a mail that must be a lot of FSEs; raises `Unopenable`."""
        opened = self.open(message, now)
        if isinstance(opened, OpenedFse):
            return opened
        raise _not_what_was_expected(opened.received, ArlKind.FSE)

    def _read(self, parts: Sequence[Part], received: Received) -> OpenedLot | OpenedFse:
        index, *pieces = parts
        if index.file_name == "fse.xml" and not pieces:
            fse = read_fse(index.content)
            self._check_parties(fse.sender, fse.recipient, received)
            return OpenedFse(fse, received)
        if index.file_name != "lot.xml":
            raise bad_message("Sa première partie n'est ni lot.xml ni fse.xml.", TechnicalCode.SCHEMA)
        lot = read_lot(index.content)
        self._check_parties(lot.content.sender, lot.content.recipient, received)
        return self._open_pieces(lot, _contents(lot, pieces), received)

    def _check_parties(self, sender: Sender, recipient: CaisseId, received: Received) -> None:
        if not signs_for(received.sender_certificate, sender):
            number = holder_number(received.sender_certificate)
            raise bad_message(
                f"Il est signé par le praticien {number} au nom du {sender.number}.",
                TechnicalCode.CERTIFICATE,
            )
        if recipient not in self._caisses:
            raise bad_message(f"La caisse {recipient} n'est pas servie ici.", TechnicalCode.ENVELOPE)

    def _open_pieces(self, index: Index, contents: Mapping[int, bytes], received: Received) -> OpenedLot:
        keys = self._caisses[index.content.recipient]
        refusals: list[Refusal] = []
        opened: dict[int, PieceEntry] = {}
        for piece in index.content.pieces:
            result = _open_piece(piece, contents, keys)
            if isinstance(result, Refusal):
                refusals.append(result)
                result = piece
            opened[piece.number] = result
        groups = tuple(
            replace(
                group,
                dossiers=tuple(
                    replace(dossier, pieces=tuple(opened[piece.number] for piece in dossier.pieces))
                    for dossier in group.dossiers
                ),
            )
            for group in index.content.groups
        )
        return OpenedLot(replace(index.content, groups=groups), received, tuple(refusals))

    # --- what is answered --------------------------------------------------------------------------------

    def seal_arl(
        self,
        arl: Arl,
        signer: Identity,
        reader: bytes,
        *,
        sender: str,
        recipient: str,
        now: datetime,
        attempt: int = 1,
    ) -> bytes:
        """Return the mail of an ARL signed by `signer` (the caisse's, or the frontal's) for the practitioner.

        `reader` is the practitioner's encryption certificate (PEM or DER), `sender` and `recipient` are
        addresses. Raises `CertificateRefused`, and `RuleRefused` when a fact does not fit the format.
        """
        reference = arl.lot or str(uuid.UUID(hex=hashlib.sha256(_cited(arl)).hexdigest()[:32]))
        envelope = self._seal(write_arl(arl), signer, reader, now)
        return mails.wrap(MailKind.ARL, reference, attempt, envelope, sender, recipient, now)[1]

    def seal_noemie(
        self,
        content: bytes,
        signer: Identity,
        reader: bytes,
        *,
        reference: str,
        sender: str,
        recipient: str,
        now: datetime,
    ) -> bytes:
        """Return the mail of a NOEMIE-PS file; `reference` (letters, digits, dashes, at most 40) names it."""
        envelope = self._seal(content, signer, reader, now)
        return mails.wrap(MailKind.NOEMIE, reference, 1, envelope, sender, recipient, now)[1]

    def _seal(self, content: bytes, signer: Identity, reader: bytes, now: datetime) -> bytes:
        certificate, *issuers = load_certificates(reader)
        check_certificate(certificate, self._roots, issuers, Usage.ENCRYPT, now, self._crls)
        check_certificate(signer.certificate, self._roots, signer.chain, Usage.SIGN, now, self._crls)
        return cms.seal(cms.sign(content, signer), certificate)


def _contents(index: Index, parts: Sequence[Part]) -> Mapping[int, bytes]:
    """Return the encrypted content of each piece: the index and the parts must name exactly the same ones."""
    by_id = {part.content_id: part.content for part in parts}
    if len(by_id) != len(parts) or by_id.keys() != set(index.content_ids.values()):
        raise bad_message("Ses parties ne sont pas celles que son index nomme.", TechnicalCode.SCHEMA)
    return {number: by_id[name] for number, name in index.content_ids.items()}


def _open_piece(piece: PieceEntry, contents: Mapping[int, bytes], keys: Sequence[Identity]) -> PieceEntry | Refusal:
    if piece.support is not Support.NUMERIQUE:
        return piece
    try:
        pdf = cms.open_envelope(contents[piece.number], keys)
    except BadMessage as error:
        return _piece_refusal(error.code, piece)
    if len(pdf) != piece.bytes or hashlib.sha256(pdf).hexdigest() != piece.sha256:
        return _piece_refusal(TechnicalCode.DIGEST, piece)
    return replace(piece, pdf=pdf)


def _piece_refusal(code: str, piece: PieceEntry) -> Refusal:
    """Answer alike a decryption that fails and another digest (see `cms.open_envelope`)."""
    shown = TechnicalCode.ENVELOPE if code == TechnicalCode.ENVELOPE else TechnicalCode.DIGEST
    return Refusal(shown.value, LABELS[shown], piece.number)


def _cited(arl: Arl) -> bytes:
    return f"{arl.message_id} {arl.envelope_digest}".encode()


def _not_what_was_expected(received: Received, kind: ArlKind) -> Unopenable:
    return Unopenable(
        bad_message("Ce n'est pas le message attendu.", TechnicalCode.SCHEMA),
        kind=kind,
        message_id=received.message_id,
        digest=received.envelope_digest,
        reply_to=received.reply_to,
    )

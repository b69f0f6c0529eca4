"""The outbox: claimed before the first byte leaves, the outcome recorded after, and what a dead session left.

Frozen bytes leave; a resend sends the same. No answer after the final dot is *incertain*: it counts as an attempt
and waits for its 48 h, like one that was accepted.
"""

from __future__ import annotations

from dataclasses import dataclass

from scor_tui.domain.dossier import Tick
from scor_tui.domain.paper import PaperReason
from scor_tui.domain.pieces import Support
from scor_tui.domain.ports import Handed, Transport
from scor_tui.domain.status import CertainlyNotSent, HandedOver, Status
from scor_tui.domain.wire import CaisseId, Outcome, SealedLot
from scor_tui.services import changes
from scor_tui.services.cabinet import Cabinet
from scor_tui.store.engine import write
from scor_tui.store.models import (
    Attempt,
    AttemptState,
    Dossier,
    LotFSE,
    LotLine,
    LotPiece,
    LotSCOR,
    LotState,
    Practitioner,
)


def sealed_bytes(cabinet: Cabinet, lot: LotSCOR) -> SealedLot:
    """Return the frozen bytes of a lot; raises `FileDamaged`."""
    return SealedLot(
        uuid=lot.uuid,
        envelope=cabinet.store.files.get(lot.file),
        signed_digest=lot.digest,
        envelope_digest=lot.envelope_digest,
        expires=lot.expires,
        recipient_fingerprint=lot.recipient_fingerprint,
    )


@dataclass(frozen=True)
class Ready:
    """A mail that only has to be handed over: everything that can be refused was asked for."""

    transport: Transport
    number: int
    message_id: str
    mail: bytes
    sender: str
    recipient: str

    def send(self) -> Handed:
        """Hand it over; never raises for a failure of the other side."""
        return self.transport.send(self.mail, self.sender, self.recipient)


def ready(cabinet: Cabinet, lot: LotSCOR | LotFSE, sealed: SealedLot) -> Ready:
    """Return the mail of the next attempt of a lot; whatever is refused is refused here, before the claim.

    Raises `CertificateRefused`, `RuleRefused` (an address that is none), `WrongUse` (no post).
    """
    who: Practitioner = lot.practitioner
    recipient = cabinet.directory.recipient(CaisseId.parse(lot.caisse.identifier))
    number = lot.attempts.count() + 1
    message_id, mail = cabinet.codec(who).mail(sealed, recipient.caisse, number, cabinet.now())
    return Ready(cabinet.transport(who), number, message_id, mail, who.mail_address, recipient.address)


def send_lot(cabinet: Cabinet, lot: LotSCOR, one: Ready) -> Handed:
    """Claim a lot whose dossiers are « en cours d'envoi », hand it over, record the outcome."""
    with write():
        attempt = Attempt.create(
            lot=lot, number=one.number, message_id=one.message_id, state=AttemptState.CLAIMED, claimed=cabinet.now()
        )
        lot.state = LotState.SENDING
        lot.save()
        cabinet.journal.add(cabinet.now(), "envoi_reserve", lot=lot.number, essai=one.number, message=one.message_id)
    handed = one.send()
    record_lot(cabinet, lot, attempt, handed)
    return handed


def record_lot(cabinet: Cabinet, lot: LotSCOR, attempt: Attempt, handed: Handed) -> None:
    """Record what became of a lot: attempt, lot, dossiers, paper register and journal in one commit."""
    with write():
        attempt.state, attempt.ended, attempt.detail = handed.outcome.value, cabinet.now(), handed.detail
        attempt.save()
        cabinet.journal.add(
            cabinet.now(),
            "envoi_fini",
            lot=lot.number,
            essai=attempt.number,
            issue=handed.outcome,
            dit=handed.detail,
        )
        if handed.outcome is Outcome.NOT_SENT:
            _give_back(cabinet, lot, handed.detail)
        else:
            _hand_over(cabinet, lot, attempt, uncertain=handed.outcome is Outcome.UNKNOWN)


def recover(cabinet: Cabinet) -> list[str]:
    """Settle what a session that died left behind; call it while holding the post. Returns what was done, in words.

    A lot that was claimed may have left: *incertain*. A lot that was only sealed has certainly not.
    """
    done = []
    for attempt in Attempt.select().where(Attempt.state == AttemptState.CLAIMED):
        handed = Handed(Outcome.UNKNOWN, "la session s'est arrêtée pendant l'envoi")
        if attempt.lot is not None:
            record_lot(cabinet, attempt.lot, attempt, handed)
            done.append(f"lot {attempt.lot.number} : envoi interrompu, issue incertaine")
        else:
            record_fse(cabinet, attempt.lot_fse, attempt, handed)
            done.append(f"lot FSE {attempt.lot_fse.number} : envoi interrompu, issue incertaine")
    for lot in LotSCOR.select().where(LotSCOR.state == LotState.SEALED):
        abandon(cabinet, lot, "la session s'est arrêtée avant l'envoi")
        done.append(f"lot {lot.number} : constitué mais jamais parti, ses dossiers sont rendus")
    return done


def abandon(cabinet: Cabinet, lot: LotSCOR, reason: str) -> None:
    """Give back the dossiers of a lot that was sealed and never claimed."""
    with write():
        _give_back(cabinet, lot, reason)
        cabinet.journal.add(cabinet.now(), "lot_abandonne", lot=lot.number, raison=reason)


def send_fse(cabinet: Cabinet, lot: LotFSE, one: Ready) -> Handed:
    """Claim a lot of FSEs, hand it over, record the outcome."""
    with write():
        attempt = Attempt.create(
            lot_fse=lot,
            number=one.number,
            message_id=one.message_id,
            state=AttemptState.CLAIMED,
            claimed=cabinet.now(),
        )
        cabinet.journal.add(
            cabinet.now(), "envoi_fse_reserve", lot_fse=lot.number, essai=one.number, message=one.message_id
        )
    handed = one.send()
    record_fse(cabinet, lot, attempt, handed)
    return handed


def record_fse(cabinet: Cabinet, lot: LotFSE, attempt: Attempt, handed: Handed) -> None:
    """Record what became of a lot of FSEs."""
    with write():
        attempt.state, attempt.ended, attempt.detail = handed.outcome.value, cabinet.now(), handed.detail
        attempt.save()
        if handed.outcome is not Outcome.NOT_SENT:
            lot.sent, lot.uncertain = attempt.claimed, handed.outcome is Outcome.UNKNOWN
            lot.save()
        cabinet.journal.add(
            cabinet.now(), "envoi_fse_fini", lot_fse=lot.number, issue=handed.outcome, dit=handed.detail
        )


def _hand_over(cabinet: Cabinet, lot: LotSCOR, attempt: Attempt, *, uncertain: bool) -> None:
    lot.state = LotState.SENT
    lot.save()
    for line in lot.lines:
        dossier = line.dossier
        if dossier.status is not Status.EN_COURS:
            continue  # already settled by an earlier verdict: the lot leaves whole, its bytes are frozen
        dossier.tick, dossier.not_sent_reason = Tick.AUTO, ""
        dossier.reject_label, dossier.whole_rejected = "", False
        event = HandedOver(attempt.claimed, uncertain=uncertain)
        changes.apply(cabinet, dossier, event, lot=lot.number, incertain=uncertain)
        for carried in line.pieces.where(LotPiece.support == Support.PAPIER):
            changes.register_on_paper(cabinet, dossier, carried.piece, PaperReason.ENVOI_PAPIER)


def _give_back(cabinet: Cabinet, lot: LotSCOR, reason: str) -> None:
    first = not lot.attempts.where(Attempt.state.in_([AttemptState.SENT, AttemptState.UNKNOWN])).exists()
    lot.state = LotState.NOT_SENT if first else LotState.SENT
    lot.save()
    for line in lot.lines:
        dossier = line.dossier
        if dossier.status is not Status.EN_COURS:
            continue
        dossier.not_sent_reason = reason
        if first:
            dossier.lot = _lot_before(dossier, lot)
        changes.apply(cabinet, dossier, CertainlyNotSent(), lot=lot.number, raison=reason)


def _lot_before(dossier: Dossier, lot: LotSCOR) -> LotSCOR | None:
    line = (
        dossier.lines.join(LotSCOR)
        .where(LotSCOR.state != LotState.NOT_SENT, LotSCOR.id != lot.id)
        .order_by(LotLine.id.desc())
        .first()
    )
    return line.lot if line else None

"""What a message of the BAL changes: ARL of FSEs, ARL SCOR, NOEMIE returns. Called inside the caller's `write()`.

Raises `BadMessage` for a message that must change nothing: an unknown lot, a digest that is not what was sent, a
signer who is not the caisse of the lot.
"""

from __future__ import annotations

from datetime import datetime

from scor_tui.domain.errors import BadMessage
from scor_tui.domain.paper import PaperReason
from scor_tui.domain.status import Alert, Transition, VerdictCame
from scor_tui.domain.text import clean
from scor_tui.domain.wire import Arl, ArlKind, DossierVerdict, NoemieReturn, Sign
from scor_tui.domain.words import ALERT, rule_words, status_word
from scor_tui.services import changes, noemie_returns
from scor_tui.services.cabinet import Cabinet
from scor_tui.services.reports import Received
from scor_tui.services.shelves import DEFECT_PREFIXES
from scor_tui.store.models import (
    ARL,
    Attempt,
    Dossier,
    LotFSE,
    LotLine,
    LotSCOR,
    LotState,
    Message,
    Practitioner,
)

FRONTAL = "frontal"


def apply(cabinet: Cabinet, practitioner: Practitioner, message: Message, content: Arl | NoemieReturn) -> Received:
    """Apply an opened message; returns what to tell of it."""
    if isinstance(content, NoemieReturn):
        return noemie_returns.apply(cabinet, practitioner, message, content)
    if content.kind is ArlKind.FSE:
        return _arl_fse(cabinet, practitioner, message, content)
    return _arl_scor(cabinet, practitioner, message, content)


# --- ARL SCOR --------------------------------------------------------------------------------------------


def _arl_scor(cabinet: Cabinet, practitioner: Practitioner, message: Message, arl: Arl) -> Received:
    lot = _lot_of(practitioner, arl)
    verdicts = {verdict.facture: verdict for verdict in arl.dossiers}
    told: list[str] = []
    effective = False
    needs_hand = False
    for line in lot.lines:
        verdict = verdicts.pop(line.dossier.facture.number, None) or _overall(arl, line)
        if verdict is None:
            continue
        transition = _judge(cabinet, lot, line, verdict, arl.date)
        effective = effective or transition.alert is None
        told.append(_sentence(line.dossier, verdict, transition))
        needs_hand = needs_hand or verdict.sign is Sign.NEGATIVE or transition.alert not in (None, Alert.DUPLICATE)
    told += [f"{clean(number, limit=20)} : n'est pas dans ce lot, ignoré" for number in verdicts]
    if all(line.sign is not None for line in lot.lines):
        lot.state = LotState.CLOSED
        lot.save()
    ARL.create(
        message=message,
        kind=ArlKind.SCOR,
        lot=lot,
        sign=arl.sign,
        date=arl.date,
        issuer=arl.issuer,
        effective=effective,
    )
    cabinet.journal.add(cabinet.now(), "arl_scor", lot=lot.number, signe=arl.sign, message=message.id, effet=effective)
    return Received("arl_scor", f"ARL SCOR {arl.sign} du lot {lot.number}", tuple(told), needs_hand)


def _lot_of(practitioner: Practitioner, arl: Arl) -> LotSCOR:
    """Return the lot that an ARL names, by UUID and digest, or by what a frontal cites; raises `BadMessage`."""
    if arl.lot:
        lot = LotSCOR.get_or_none(LotSCOR.uuid == arl.lot, LotSCOR.practitioner == practitioner)
        matches = lot is not None and lot.digest == arl.digest
    else:
        attempt = Attempt.get_or_none(Attempt.message_id == arl.message_id, Attempt.lot.is_null(False))
        lot = attempt.lot if attempt and attempt.lot.practitioner_id == practitioner.id else None
        matches = lot is not None and lot.envelope_digest == arl.envelope_digest
    if lot is None or lot.state is LotState.HORS_SCOR:
        raise BadMessage("L'accusé de réception nomme un lot inconnu.", "Signalez-le à la caisse.")
    if not matches:
        raise BadMessage(
            f"L'accusé de réception du lot {lot.number} ne porte pas l'empreinte de ce qui a été envoyé.",
            "Signalez-le à la caisse.",
        )
    if arl.issuer not in (lot.caisse.identifier, FRONTAL) or (arl.issuer == FRONTAL and arl.sign is Sign.POSITIVE):
        raise BadMessage(
            f"L'accusé de réception du lot {lot.number} n'est pas signé par sa caisse.",
            "Signalez-le à la caisse.",
        )
    return lot


def _overall(arl: Arl, line: LotLine) -> DossierVerdict | None:
    """Return the sign of the whole for a dossier that the ARL does not name: only when it names none."""
    if arl.dossiers:
        return None
    return DossierVerdict(line.dossier.facture.number, arl.sign, arl.refusals)


def _judge(cabinet: Cabinet, lot: LotSCOR, line: LotLine, verdict: DossierVerdict, date: datetime) -> Transition:
    dossier = line.dossier
    current = dossier.lot_id == lot.id
    event = VerdictCame(verdict.sign, current=current, previous=line.sign)
    transition = changes.apply(cabinet, dossier, event, lot=lot.number, signe=verdict.sign)
    condemned = False
    if line.sign is None:
        line.sign, line.signed_at, line.label = verdict.sign, date, _label(verdict)
        line.save()
        condemned = _mark_pieces(line, verdict)
    if transition.withdraw:
        changes.withdraw(cabinet, dossier, (PaperReason.TRANSFERT,))
    if transition.alert is None and verdict.sign is Sign.NEGATIVE:
        dossier.reject_label = _label(verdict)
        dossier.whole_rejected = not condemned
    elif transition.alert is None:
        dossier.reject_label = ""
    elif transition.alert is not Alert.DUPLICATE:
        dossier.alert = f"{ALERT[transition.alert]} ({verdict.sign} du {date:%d/%m/%Y})"
    dossier.save()
    return transition


def _mark_pieces(line: LotLine, verdict: DossierVerdict) -> bool:
    """Mark the pieces that the caisse means; returns whether the content of one cannot leave again."""
    condemned = False
    for refusal in verdict.refusals:
        for piece in line.pieces:
            if refusal.piece is not None and piece.rank == refusal.piece:
                piece.reject_code, piece.reject_label = (
                    clean(refusal.code, limit=40),
                    clean(refusal.label, limit=200),
                )
                piece.save()
                condemned = condemned or (piece.version is not None and refusal.code.startswith(DEFECT_PREFIXES))
    return condemned


def _label(verdict: DossierVerdict) -> str:
    parts = []
    for refusal in verdict.refusals:
        code, said = clean(refusal.code, limit=40), clean(refusal.label, limit=200)
        parts.append(f"{code} : {said or rule_words(code)}")
    return " ; ".join(parts)


def _sentence(dossier: Dossier, verdict: DossierVerdict, transition: Transition) -> str:
    number = dossier.facture.number
    if transition.alert is Alert.DUPLICATE:
        return f"{number} : ARL déjà reçu, sans effet"
    if transition.alert is not None:
        return f"{number} : {ALERT[transition.alert]}"
    reason = f" ({_label(verdict)})" if verdict.refusals else ""
    return f"{number} : {status_word(transition.state.status)}{reason}"


# --- ARL of FSEs -----------------------------------------------------------------------------------------


def _arl_fse(cabinet: Cabinet, practitioner: Practitioner, message: Message, arl: Arl) -> Received:
    if arl.lot:
        lot = LotFSE.get_or_none(LotFSE.uuid == arl.lot, LotFSE.practitioner == practitioner)
        matches = lot is not None and lot.digest == arl.digest
    else:
        attempt = Attempt.get_or_none(Attempt.message_id == arl.message_id, Attempt.lot_fse.is_null(False))
        lot = attempt.lot_fse if attempt and attempt.lot_fse.practitioner_id == practitioner.id else None
        matches = lot is not None and lot.envelope_digest == arl.envelope_digest
    if lot is None:
        raise BadMessage("L'ARL nomme un lot de FSE inconnu.", "Signalez-le à la caisse.")
    if not matches:
        raise BadMessage(
            f"L'ARL du lot de FSE {lot.number} ne porte pas l'empreinte de ce qui a été envoyé.",
            "Signalez-le à la caisse.",
        )
    if arl.issuer not in (lot.caisse.identifier, FRONTAL):
        raise BadMessage(f"L'ARL du lot de FSE {lot.number} n'est pas signé par sa caisse.", "Signalez-le à la caisse.")
    verdicts = {verdict.facture: verdict.sign for verdict in arl.dossiers}
    told = []
    effective = False
    for facture in lot.factures:
        sign = verdicts.get(facture.number) if verdicts else arl.sign
        if sign is None or facture.arl_sign is not None:
            continue
        facture.arl_sign, facture.arl_date, effective = sign, arl.date, True
        facture.save()
        told.append(f"{facture.number} : ARL FSE {sign}")
        cabinet.journal.add(cabinet.now(), "arl_fse", facture=facture.number, signe=sign, lot_fse=lot.number)
    if lot.uncertain:
        lot.uncertain = False
        lot.save()
    ARL.create(
        message=message,
        kind=ArlKind.FSE,
        lot_fse=lot,
        sign=arl.sign,
        date=arl.date,
        issuer=arl.issuer,
        effective=effective,
    )
    summary = f"ARL FSE {arl.sign} du lot {lot.number}" + ("" if effective else ", déjà reçu")
    return Received("arl_fse", summary, tuple(told), needs_hand=effective and arl.sign is Sign.NEGATIVE)

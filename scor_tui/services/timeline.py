"""One timeline per FSE: sent, ARL, pieces, lot SCOR, ARL SCOR, NOEMIE, paper; what the proof prints."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from scor_tui.domain.errors import NotFound
from scor_tui.domain.status import Alert, Status
from scor_tui.domain.words import ALERT, PAPER_REASON, PIECE, SUPPORT, status_word
from scor_tui.services import returns
from scor_tui.services.cabinet import Cabinet
from scor_tui.store.models import Dossier, Facture, JournalEntry, LotLine, NoemieState, Piece

LEAVING = frozenset({Status.EN_COURS, Status.TRANSMIS})
"""The statuses of a sending: what the caisse says of it comes after."""


@dataclass(frozen=True)
class Moment:
    """An event of a facture's life: when, what (in words), detail."""

    at: datetime
    event: str
    detail: str = ""


@dataclass(frozen=True)
class Timeline:
    """The life of one FSE. `digests` are (lot SCOR, SHA-256 of what was sent)."""

    facture: Facture
    status: str
    moments: tuple[Moment, ...]
    digests: tuple[tuple[str, str], ...]


_NOEMIE = {
    NoemieState.PAID: "paiement annoncé",
    NoemieState.REJECTED: "rejet annoncé",
    NoemieState.DEFERRED: "paiement différé",
    NoemieState.UNSAID: "retour sans état",
}


def timeline(cabinet: Cabinet, number: str) -> Timeline:  # noqa: ARG001 - use cases take the practice first
    """Return the life of a facture from the records and the journal; raises `NotFound`."""
    facture = Facture.get_or_none(Facture.number == number)
    if facture is None:
        raise NotFound(f"Aucune facture n'a le numéro {number}.", "Vérifiez le numéro (9 chiffres).")
    dossier = facture.dossiers.first()
    moments = [*_of_pieces(facture), *_of_invoice(facture)]
    digests: tuple[tuple[str, str], ...] = ()
    status = "sans dossier SCOR"
    if dossier is not None:
        moments += [*_of_lots(dossier), *_of_status(dossier, LEAVING), *_of_verdicts(dossier)]
        moments += [*_of_status(dossier, frozenset(Status) - LEAVING), *_of_paper(dossier), *_of_the_rest(dossier)]
        digests = tuple((line.lot.number, line.lot.digest) for line in dossier.lines if line.lot.digest)
        status = status_word(dossier.status)
        posted = returns.posted_on(dossier)
        status += f", posté le {posted:%d/%m/%Y}" if posted else ""
    return Timeline(facture, status, tuple(sorted(moments, key=_minute)), digests)


def _minute(one: Moment) -> datetime:
    """Return the minute of a moment: within one, what caused comes before what followed, whoever's clock dated it."""
    return one.at.replace(second=0, microsecond=0)


def _of_invoice(facture: Facture) -> list[Moment]:
    found = []
    lot = facture.lot_fse
    if lot is not None and lot.sent is not None:
        sure = ", issue incertaine" if lot.uncertain else ""
        found.append(Moment(lot.sent, f"{facture.flux} transmise", f"lot {lot.number} de {lot.year}{sure}"))
    if facture.arl_sign is not None:
        found.append(Moment(facture.arl_date or lot.sent, f"ARL {facture.flux}", f"signe {facture.arl_sign}"))
    for line in facture.noemie:
        detail = f"{line.paid / 100:.2f} €".replace(".", ",") if line.paid else line.label
        found.append(Moment(line.received, f"NOEMIE : {_NOEMIE[line.state]}", detail))
    return found


def _of_pieces(facture: Facture) -> list[Moment]:
    owner = Piece.facture == facture
    if facture.prescription_id:
        owner |= Piece.prescription == facture.prescription_id
    found = []
    for piece in Piece.select().where(owner):
        name = f"pièce {piece.id}, {PIECE[piece.type]}"
        if piece.on_paper:
            found.append(Moment(piece.created, "envoi papier déclaré", name))
        for version in piece.versions:
            detail = f"{name}, {version.pages} p., {version.bytes} octets, SHA-256 {version.sha256[:16]}…"
            found.append(Moment(version.created, f"numérisée (version {version.number})", detail))
        if piece.deleted:
            found.append(Moment(piece.deleted, "pièce retirée", name))
    return found


def _of_lots(dossier: Dossier) -> list[Moment]:
    found = []
    for line in dossier.lines.order_by(LotLine.id):
        lot = line.lot
        carried = ", ".join(f"{piece.piece.type.letter} {SUPPORT[piece.support]}" for piece in line.pieces)
        found.append(Moment(lot.created, f"lot SCOR {lot.number} scellé", carried))
        words = {
            "reserve": "en cours",
            "sent": "accepté",
            "not_sent": "non parti",
            "unknown": "issue incertaine",
        }
        for attempt in lot.attempts:
            found.append(
                Moment(attempt.claimed, f"lot SCOR {lot.number}, envoi {attempt.number}", words[attempt.state])
            )
    return found


def _of_verdicts(dossier: Dossier) -> list[Moment]:
    lines = dossier.lines.where(LotLine.sign.is_null(False)).order_by(LotLine.id)
    return [Moment(line.signed_at, f"ARL SCOR {line.sign} du lot {line.lot.number}", line.label) for line in lines]


def _of_paper(dossier: Dossier) -> list[Moment]:
    return [
        Moment(row.entered, "collecte papier", f"pièce {row.piece_id}, {PAPER_REASON[row.reason]}")
        for row in dossier.paper
    ]


def _of_status(dossier: Dossier, wanted: frozenset[Status]) -> list[Moment]:
    """Return when the dossier came to one of these statuses."""
    found = ((entry.at, Status(facts["vers"])) for entry, facts in _journal(dossier, "statut"))
    return [Moment(at, f"statut : {status_word(status)}") for at, status in found if status in wanted]


def _of_the_rest(dossier: Dossier) -> list[Moment]:
    alerts = [Moment(one.at, "alerte", ALERT[Alert(facts["alerte"])]) for one, facts in _journal(dossier, "alerte")]
    posted = [
        Moment(one.at, "justificatif papier envoyé", f"pièce {facts['piece']} le {facts['date']}")
        for one, facts in _journal(dossier, "poste")
    ]
    return [*alerts, *posted]


def _journal(dossier: Dossier, event: str) -> Iterator[tuple[JournalEntry, dict[str, str]]]:
    query = JournalEntry.select().where(JournalEntry.dossier == dossier.id, JournalEntry.event == event)
    yield from ((entry, json.loads(entry.detail)) for entry in query.order_by(JournalEntry.id))

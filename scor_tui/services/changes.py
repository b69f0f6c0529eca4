"""Applying the status machine to a dossier: state, register and journal in the caller's one commit."""

from __future__ import annotations

from scor_tui.domain.paper import PaperReason, PaperStatus
from scor_tui.domain.status import DossierState, Event, Transition, next_state
from scor_tui.services import holdings
from scor_tui.services.cabinet import Cabinet
from scor_tui.store.models import Dossier, PaperRow, Piece


def state_of(dossier: Dossier) -> DossierState:
    """Return what the machine needs to know of a dossier."""
    return DossierState(
        status=dossier.status,
        attempts=dossier.essais,
        handed_over=dossier.handed_over,
        uncertain=dossier.uncertain,
        back_to=dossier.back_to,
        hors_scor=dossier.hors_scor,
        posted=dossier.posted,
        verdict=dossier.verdict,
    )


def apply(cabinet: Cabinet, dossier: Dossier, event: Event, **detail: object) -> Transition:
    """Move a dossier by an event, inside a `write()`; raises `StepRefused` and then nothing is changed.

    Its state is read again there: another session may have moved it since `dossier` was read.
    """
    known = state_of(Dossier.get_by_id(dossier.id))
    before = known.status
    transition = next_state(known, event)
    state = transition.state
    dossier.status, dossier.essais, dossier.handed_over = state.status, state.attempts, state.handed_over
    dossier.uncertain, dossier.back_to, dossier.hors_scor = state.uncertain, state.back_to, state.hors_scor
    dossier.posted, dossier.verdict = state.posted, state.verdict
    dossier.save()
    if before is not state.status or transition.alert:
        cabinet.journal.add(
            cabinet.now(),
            "alerte" if transition.alert else "statut",
            dossier=dossier.id,
            facture=dossier.facture.number,
            de=before,
            vers=state.status,
            essai=state.attempts,
            **({"alerte": transition.alert} if transition.alert else {}),
            **detail,
        )
    return transition


def register_on_paper(cabinet: Cabinet, dossier: Dossier, piece: Piece, reason: PaperReason) -> bool:
    """Enter a piece into the paper register, once; returns whether a row was added."""
    if PaperRow.get_or_none(PaperRow.piece == piece) is not None:
        return False
    PaperRow.create(piece=piece, dossier=dossier, reason=reason, entered=cabinet.now())
    cabinet.journal.add(
        cabinet.now(),
        "registre_papier",
        dossier=dossier.id,
        facture=dossier.facture.number,
        piece=piece.id,
        raison=reason,
        statut=PaperStatus.COLLECTE,
    )
    return True


def register_all(cabinet: Cabinet, dossier: Dossier, reason: PaperReason) -> int:
    """Enter the pieces of a dossier that travel with it; returns how many rows were added.

    A reference does not travel, nor does a piece that is under way with another dossier of the series.
    """
    own = (piece for piece in holdings.held(dossier) if piece.reference is None and not piece.waits_for)
    pieces = [Piece.get_by_id(piece.piece_id) for piece in own]
    return sum(register_on_paper(cabinet, dossier, piece, reason) for piece in pieces)


def withdraw(cabinet: Cabinet, dossier: Dossier, reasons: tuple[PaperReason, ...]) -> int:
    """Take the rows of a dossier that are not posted out of the register; returns how many.

    A piece that another dossier told the caisse to await by post stays, as that one's.
    """
    rows = list(dossier.paper.where(PaperRow.reason.in_(reasons), PaperRow.status == PaperStatus.COLLECTE))
    for row in rows:
        heir = holdings.awaited_by_post(row.piece, dossier)
        if heir is not None:
            row.dossier, row.reason = heir, PaperReason.ENVOI_PAPIER
            row.save()
            continue
        cabinet.journal.add(
            cabinet.now(),
            "registre_retire",
            dossier=dossier.id,
            facture=dossier.facture.number,
            piece=row.piece_id,
        )
        row.delete_instance()
    return len(rows)

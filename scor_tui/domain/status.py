"""The status of a dossier SCOR, as a pure function: (state, event) -> transition (product, 3.3).

The state machine knows nothing of lots, files or databases. What it refuses raises `StepRefused`; what it
notices without changing anything comes back as an `Alert` in the transition.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from scor_tui.domain.errors import StepRefused
from scor_tui.domain.wire import Sign

MAX_ATTEMPTS = 2
SILENCE = timedelta(hours=48)
"""How long the caisse may stay silent; calendar hours, a setting (product, 3.3)."""


class Status(StrEnum):
    """Statut transmission lot."""

    A_TRANSMETTRE = "a_transmettre"
    EN_COURS = "en_cours"
    TRANSMIS = "transmis"
    A_RETRANSMETTRE = "a_retransmettre"
    A_RECONSTITUER = "a_reconstituer"
    A_TRAITER = "a_traiter_manuellement"
    COLLECTE_PAPIER = "collecte_papier"
    ARCHIVE = "archive"


SENDABLE = frozenset({Status.A_TRANSMETTRE, Status.A_RETRANSMETTRE, Status.A_RECONSTITUER})
UNDER_WAY = frozenset({Status.EN_COURS, Status.TRANSMIS, Status.A_RETRANSMETTRE})
"""A lot is sealed and has no verdict: its pieces are frozen."""


@dataclass(frozen=True)
class DossierState:
    """What the machine needs to know of a dossier.

    `attempts` counts the sendings whose end may have reached the caisse; `handed_over` is the time of the last
    one; `back_to` where an unsent dossier returns; `posted` whether a piece of it was posted; `verdict` the first
    sign that came for the current lot.
    """

    status: Status = Status.A_TRANSMETTRE
    attempts: int = 0
    handed_over: datetime | None = None
    uncertain: bool = False
    back_to: Status | None = None
    hors_scor: bool = False
    posted: bool = False
    verdict: Sign | None = None


class Alert(StrEnum):
    """What an event tells when it moves nothing: at most the first verdict of a lot is remembered."""

    DUPLICATE = "duplicate"
    """The same verdict again."""
    CONTRADICTION = "contradiction"
    """A verdict that contradicts the first."""
    ALREADY_POSTED = "already_posted"
    """A verdict for a dossier that went by post."""
    TOO_LATE = "too_late"
    """A verdict that the table gives no effect: a late refusal, or one for an older lot."""


@dataclass(frozen=True)
class Claimed:
    """The dossier is taken into a lot that is about to leave. `rebuilt`: its bytes are new, not a resend."""

    rebuilt: bool = True


@dataclass(frozen=True)
class HandedOver:
    """The final dot left at `at`; `uncertain` when no answer came after it."""

    at: datetime
    uncertain: bool = False


@dataclass(frozen=True)
class CertainlyNotSent:
    """4xx, 5xx or a failure before the dot: not an attempt."""


@dataclass(frozen=True)
class VerdictCame:
    """An ARL gives the dossier a sign.

    `current`: it names the dossier's last lot. `previous` is the sign that the lot it names already gave.
    """

    sign: Sign
    current: bool = True
    previous: Sign | None = None


@dataclass(frozen=True)
class SilenceNoticed:
    """The BAL was polled with success at `polled`; `delay` is how long the caisse may stay silent."""

    polled: datetime
    delay: timedelta = SILENCE


@dataclass(frozen=True)
class ToPaper:
    """Transfert papier, asked by the user."""


@dataclass(frozen=True)
class OutOfScor:
    """Hors SCOR, confirmed."""


@dataclass(frozen=True)
class BackIntoScor:
    """Hors SCOR undone."""


@dataclass(frozen=True)
class Posted:
    """A piece that went to paper by *Transfert papier* or *Hors SCOR* was recorded as posted."""


Event = (
    Claimed | HandedOver | CertainlyNotSent | VerdictCame | SilenceNoticed | ToPaper | OutOfScor | BackIntoScor | Posted
)


@dataclass(frozen=True)
class Transition:
    """The state after an event, what it means for the paper register, and an alert if nothing changed.

    `register`: the pieces enter the paper register; `withdraw`: its rows that are not posted leave it.
    """

    state: DossierState
    register: bool = False
    withdraw: bool = False
    alert: Alert | None = None


def next_state(state: DossierState, event: Event) -> Transition:
    """Apply one event; raises `StepRefused` for an action that the status does not allow."""
    match event:
        case Claimed():
            return Transition(_claimed(state, event))
        case HandedOver():
            return Transition(_handed_over(state, event))
        case CertainlyNotSent():
            _expect(state, {Status.EN_COURS}, "le marquer comme non envoyé")
            return Transition(_given_back(state))
        case VerdictCame():
            return _verdict(state, event)
        case SilenceNoticed():
            return Transition(_silence(state, event))
        case ToPaper():
            _expect(state, {Status.A_TRAITER, Status.A_RECONSTITUER}, "le transférer au papier")
            return Transition(replace(state, status=Status.COLLECTE_PAPIER), register=True)
        case OutOfScor():
            _expect(state, {Status.A_TRANSMETTRE}, "le sortir de SCOR")
            return Transition(replace(state, status=Status.COLLECTE_PAPIER, hors_scor=True), register=True)
        case BackIntoScor():
            return _back_into_scor(state)
        case Posted():
            _expect(state, {Status.COLLECTE_PAPIER}, "poster")
            return Transition(replace(state, posted=True))


def is_silent(state: DossierState, now: datetime, delay: timedelta = SILENCE) -> bool:
    """Whether the caisse has been silent for longer than `delay` since the last hand-over."""
    waiting = state.status is Status.TRANSMIS and state.handed_over is not None
    return waiting and state.handed_over is not None and now - state.handed_over >= delay


def _claimed(state: DossierState, event: Claimed) -> DossierState:
    _expect(state, SENDABLE, "l'envoyer")
    if state.attempts >= MAX_ATTEMPTS:
        raise StepRefused("Ce dossier a déjà été transmis deux fois.", "Transférez-le au papier.")
    verdict = None if event.rebuilt else state.verdict
    return replace(state, status=Status.EN_COURS, back_to=state.status, verdict=verdict)


def _handed_over(state: DossierState, event: HandedOver) -> DossierState:
    _expect(state, {Status.EN_COURS}, "le marquer comme transmis")
    return replace(
        state,
        status=Status.TRANSMIS,
        attempts=state.attempts + 1,
        handed_over=event.at,
        uncertain=event.uncertain,
        back_to=None,
    )


def _given_back(state: DossierState) -> DossierState:
    """Return the state before the claim; a dossier to rebuild is again the one that was refused."""
    back = state.back_to or Status.A_TRANSMETTRE
    verdict = Sign.NEGATIVE if back is Status.A_RECONSTITUER else state.verdict
    return replace(state, status=back, back_to=None, verdict=verdict)


def _silence(state: DossierState, event: SilenceNoticed) -> DossierState:
    if not is_silent(state, event.polled, event.delay):
        return state
    return replace(state, status=Status.A_RETRANSMETTRE if state.attempts < MAX_ATTEMPTS else Status.A_TRAITER)


def _verdict(state: DossierState, event: VerdictCame) -> Transition:
    if state.status is Status.EN_COURS:
        raise StepRefused(
            "Un accusé de réception est arrivé pendant l'envoi du dossier.",
            "Il est gardé et sera pris à la prochaine relève.",
        )
    previous = event.previous or (state.verdict if event.current else None)
    if previous is not None:
        alert = Alert.DUPLICATE if previous is event.sign else Alert.CONTRADICTION
        return Transition(state, alert=alert)
    if event.sign is Sign.POSITIVE:
        return _accepted(state)
    return _refused(state, event)


def _accepted(state: DossierState) -> Transition:
    if state.status is Status.COLLECTE_PAPIER:
        if state.posted or state.hors_scor:
            return Transition(state, alert=Alert.ALREADY_POSTED)
        return Transition(replace(state, status=Status.ARCHIVE, verdict=Sign.POSITIVE), withdraw=True)
    if state.status in {Status.TRANSMIS, Status.A_RETRANSMETTRE, Status.A_TRAITER}:
        return Transition(replace(state, status=Status.ARCHIVE, verdict=Sign.POSITIVE, uncertain=False))
    alert = Alert.DUPLICATE if state.status is Status.ARCHIVE else Alert.CONTRADICTION
    return Transition(state, alert=alert)


def _refused(state: DossierState, event: VerdictCame) -> Transition:
    if not event.current:
        return Transition(state, alert=Alert.TOO_LATE)
    refused = replace(state, verdict=Sign.NEGATIVE, uncertain=False)
    if state.status in {Status.TRANSMIS, Status.A_RETRANSMETTRE}:
        again = state.attempts < MAX_ATTEMPTS
        return Transition(replace(refused, status=Status.A_RECONSTITUER if again else Status.A_TRAITER))
    if state.posted:
        return Transition(state, alert=Alert.ALREADY_POSTED)
    by_hand = state.status is Status.A_TRAITER or (state.status is Status.COLLECTE_PAPIER and not state.hors_scor)
    return Transition(refused if by_hand else state, alert=Alert.TOO_LATE)


def _back_into_scor(state: DossierState) -> Transition:
    if not (state.hors_scor and state.status is Status.COLLECTE_PAPIER):
        raise StepRefused("Ce dossier n'est pas hors SCOR.", "Rien à annuler.")
    if state.posted:
        raise StepRefused(
            "Une pièce de ce dossier est déjà postée.",
            "Il reste en collecte papier : terminez l'envoi par la poste.",
        )
    return Transition(replace(state, status=Status.A_TRANSMETTRE, hors_scor=False), withdraw=True)


def _expect(state: DossierState, allowed: frozenset[Status] | set[Status], action: str) -> None:
    if state.status not in allowed:
        from scor_tui.domain.words import status_word

        raise StepRefused(
            f"On ne peut pas {action} : le dossier est « {status_word(state.status)} ».",
            "Ouvrez le dossier dans SCOR › Retours pour voir où il en est.",
        )

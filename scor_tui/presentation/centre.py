"""The centre de télétransmission in lines: what a job is doing, what it did, every message of the BAL."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from scor_tui.domain.errors import ScorError
from scor_tui.domain.wire import Outcome
from scor_tui.presentation.text import counted, kilobytes, moment
from scor_tui.services.centre import LotNow
from scor_tui.services.reports import Account, Received, Sent

TITLES = ("Étape", "État")
STAGES = ("releve", "constitution", "envoi")
POLL, MAKE, SEAL, SEND = "relève de la BAL", "constitution", "signature, scellement", "envoi"
KIND = {"releve": "relève", "transmission": "transmission", "fse": "envoi de FSE"}
_KINDS = {
    "arl_fse": ("ARL FSE", True),
    "arl_scor": ("ARL SCOR", True),
    "noemie": ("NOEMIE", False),
    "ecarte": ("écarté", False),
    "etranger": ("étranger à SCOR", False),
    "garde": ("gardé pour la prochaine relève", False),
}
_OUTCOME = {
    Outcome.SENT: "accepté",
    Outcome.NOT_SENT: "non parti",
    Outcome.UNKNOWN: "issue incertaine, pas de renvoi avant 48 h",
}
_FACTURE = re.compile(r"(\d{9}) : ")


@dataclass(frozen=True)
class Mark:
    """The marks of a stage: done, going on, failed, to come."""

    done: str = "✓"
    now: str = "…"
    failed: str = "×"
    later: str = "·"


GLYPHS, ASCII = Mark(), Mark("ok", "...", "x", "-")


@dataclass(frozen=True)
class Line:
    """A line of the centre: the stage that begins, what is said; `facture` when a dossier is meant, `alarm` in red."""

    stage: str
    words: str
    facture: str = ""
    alarm: bool = False


@dataclass
class Course:
    """A job of the post as it goes: the stage it is in (`code`, `done` of `total`), then its account or its error."""

    kind: str
    begun: datetime
    code: str = ""
    done: int = 0
    total: int = 0
    stopping: bool = False
    account: Account | None = None
    error: ScorError | None = None

    @property
    def running(self) -> bool:
        """Whether the job goes on."""
        return self.account is None and self.error is None

    def note(self, code: str, done: int, total: int) -> None:
        """Remember how far the job is."""
        self.code, self.done, self.total = code, done, total


def course_lines(course: Course, lots: Sequence[LotNow], mark: Mark) -> list[Line]:
    """Return the stages of a job that runs or failed; `lots` are those that leave."""
    if course.kind == "releve":
        return [Line(POLL, _stage(course, "releve", mark)), *_failure(course, mark)]
    made = _stage(course, "constitution", mark)
    lines = [Line(POLL, _stage(course, "releve", mark)), Line(MAKE, made), Line(SEAL, made.split(" lot")[0])]
    sends = [f"{_lot_state(lot, mark)} : lot {lot.number} {lot.caisse}" for lot in lots if course.code == "envoi"]
    sends = sends or [_stage(course, "envoi", mark)]
    lines += [Line("" if rank else SEND, words) for rank, words in enumerate(sends)]
    return [*lines, *_failure(course, mark)]


def account_lines(account: Account, names: Mapping[str, str], mark: Mark) -> list[Line]:
    """Return an account: its stages, then every message taken from the BAL, then what was held back."""
    return [*_stages(account, names, mark), *_messages(account), *_leftovers(account)]


def title(course: Course | None, account: Account | None) -> tuple[str, str]:
    """Return what the title says: the centre, and what is shown with its date."""
    left = "Centre de télétransmission"
    if course is not None and course.running:
        return left, f"{KIND[course.kind]} en cours depuis {moment(course.begun)}"
    if account is not None:
        return left, f"{KIND.get(account.kind, account.kind)} du {moment(account.begun)}"
    return left, ""


def summary(account: Account) -> str:
    """Return an account in a few words, for the list of those that were kept."""
    parts = [f"relève : échec ({account.poll_error})"] if account.poll_error else []
    parts += ["relève arrêtée"] if account.stopped else []
    parts += [received_words(account.received)] if account.received else []
    parts += [f"{counted(len(account.sent), 'lot')} : {_outcomes(account.sent)}"] if account.sent else []
    parts += [f"{counted(len(account.held_back), 'retenu')}"] if account.held_back else []
    return ", ".join(parts) or "rien de nouveau"


def received_words(received: Iterable[Received]) -> str:
    """Return `3 messages : 1 ARL FSE +, 1 ARL SCOR -, 1 NOEMIE`."""
    kinds: Counter[str] = Counter()
    for one in received:
        word, signed = _KINDS.get(one.kind, (one.kind, False))
        sign = one.summary.removeprefix(word).strip()[:1] if signed else ""
        kinds[f"{word} {sign}".strip()] += 1
    total = counted(sum(kinds.values()), "message")
    return f"{total} : {', '.join(f'{number} {kind}' for kind, number in kinds.items())}" if kinds else total


def _stage(course: Course, code: str, mark: Mark) -> str:
    here, reached = STAGES.index(code), STAGES.index(course.code) if course.code in STAGES else 0
    if reached > here:
        return mark.done
    if reached < here:
        return mark.later
    if not course.running:
        return mark.failed
    if code == "constitution":
        return f"{mark.now} lot {course.done + 1}"
    return f"{mark.now} {course.done}/{course.total}" if course.total else mark.now


def _lot_state(lot: LotNow, mark: Mark) -> str:
    if lot.outcome is None:
        return f"{mark.now} en cours"
    return f"{mark.done if lot.outcome is Outcome.SENT else mark.failed} {_OUTCOME[lot.outcome]}"


def _failure(course: Course, mark: Mark) -> list[Line]:
    if course.error is None:
        return []
    words = f"{mark.failed} {course.error.cause} {course.error.remedy}"
    return [Line("arrêt", words, alarm=True)]


def _stages(account: Account, names: Mapping[str, str], mark: Mark) -> Iterator[Line]:
    if account.poll_error:
        yield Line(POLL, f"{mark.failed} {account.poll_error}", alarm=True)
    elif account.stopped:
        words = f"{received_words(account.received)}, " if account.received else ""
        yield Line(POLL, f"{mark.failed} arrêtée : {words}le reste attend dans la BAL", alarm=True)
    elif account.polled:
        yield Line(POLL, f"{mark.done} {received_words(account.received)}")
    if account.kind == "releve":
        return
    made = [sent for sent in account.sent if sent.kind == "scor"]
    if account.kind == "transmission":
        yield Line(MAKE, f"{mark.done} {_volume(made)}" if made else f"{mark.later} aucun lot à faire")
        yield Line(SEAL, mark.done if made else mark.later)
    if not account.sent:
        yield Line(SEND, f"{mark.later} aucun lot n'est parti")
    for rank, sent in enumerate(account.sent):
        yield Line("" if rank else SEND, _sent_words(sent, names, mark), alarm=sent.outcome is not Outcome.SENT)


def _volume(sent: Sequence[Sent]) -> str:
    dossiers, pieces = sum(len(one.factures) for one in sent), sum(one.pieces for one in sent)
    size = kilobytes(sum(one.bytes for one in sent))
    return f"{counted(len(sent), 'lot')}, {counted(dossiers, 'dossier')}, {counted(pieces, 'pièce')}, {size}"


def _sent_words(sent: Sent, names: Mapping[str, str], mark: Mark) -> str:
    kind = {"scor": "lot", "fse": "lot de FSE", "dre": "lot de DRE"}[sent.kind]
    again = ", second essai" if sent.again else ""
    sign = mark.done if sent.outcome is Outcome.SENT else mark.failed
    detail = f" ({sent.detail})" if sent.detail and sent.outcome is not Outcome.SENT else ""
    count = counted(len(sent.factures), "dossier" if sent.kind == "scor" else "facture")
    where = names.get(sent.caisse, sent.caisse)
    return f"{sign} {_OUTCOME[sent.outcome]} : {kind} {sent.lot} {where}, {count}{again}{detail}"


def _messages(account: Account) -> Iterator[Line]:
    head = "SCOR"
    for received in account.received:
        yield Line(head, received.summary, alarm=received.needs_hand and not received.facts)
        head = ""
        for fact in received.facts:
            found = _FACTURE.match(fact)
            refused = " : archivé" not in fact and received.needs_hand
            yield Line("", f"  {fact}", found.group(1) if found else "", alarm=refused)
    if account.polled and not account.received:
        yield Line(head, "aucun message nouveau dans la BAL")


def _leftovers(account: Account) -> Iterator[Line]:
    for rank, number in enumerate(account.expired):
        yield Line("" if rank else "délai passé", f"{number} : sans ARL depuis le délai", number, alarm=True)
    for rank, held in enumerate(account.held_back):
        yield Line("" if rank else "retenus", f"{held.facture} : {held.reason}", held.facture)
    for rank, error in enumerate(account.errors):
        yield Line("" if rank else "à corriger", error, alarm=True)


def _outcomes(sent: Sequence[Sent]) -> str:
    kinds = Counter(one.outcome for one in sent)
    short = {Outcome.SENT: "accepté", Outcome.NOT_SENT: "non parti", Outcome.UNKNOWN: "incertain"}
    return ", ".join(f"{number} {short[outcome]}{'s' if number > 1 else ''}" for outcome, number in kinds.items())

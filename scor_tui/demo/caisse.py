"""The demonstration caisse: a process of its own, that knows only certificates and mailboxes.

Each message is opened, judged and answered in one transaction of its registry; only then is it moved to
`cur`, and only then are the answers that are due put into the BAL. It may die at any instant: what was
committed is never judged again, what was not is judged as if for the first time, and the answer is the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from scor_tui.demo import pki
from scor_tui.demo.desk import Desk, Keys, make_arl
from scor_tui.demo.judge import judge_pdf
from scor_tui.demo.layout import Layout
from scor_tui.demo.population import FUNDS
from scor_tui.demo.registry import Facts, Reception, Registry
from scor_tui.demo.scenarios import Scenarios
from scor_tui.demo.verdicts import judge_lot
from scor_tui.domain.errors import Busy, CertificateRefused, MailFailed, NotFound
from scor_tui.domain.norms import Rule
from scor_tui.domain.ports import Clock
from scor_tui.domain.text import clean
from scor_tui.domain.wire import ArlKind, Refusal, Sign
from scor_tui.domain.words import RULE
from scor_tui.exchange.receiving import OpenedFse, OpenedLot, Unopenable
from scor_tui.mail.maildir import Maildir
from scor_tui.system import locked

LOCK_SECONDS = 20.0
FSE, SCOR, REPEATED, REFUSED, LEFT = "fse", "scor", "deja-recu", "refuse", "illisible"


class Stop(Protocol):
    """Tells a loop to end, and lets it wait (`threading.Event` fits)."""

    def is_set(self) -> bool:
        """Whether to stop."""
        ...

    def wait(self, timeout: float | None = None) -> bool:
        """Wait at most `timeout` seconds; returns whether to stop."""
        ...


@dataclass(frozen=True)
class Line:
    """What became of one message: its kind (fse, scor, deja-recu, refuse, illisible), and in French."""

    kind: str
    text: str


@dataclass
class Report:
    """What one turn did: a line a message taken, the answers delivered, those that wait for their time."""

    lines: list[Line] = field(default_factory=list)
    delivered: int = 0
    waiting: int = 0

    def count(self, kind: str) -> int:
        """Return how many messages of a kind were taken."""
        return sum(line.kind == kind for line in self.lines)


def initialise(
    folder: Path, practitioners: Iterable[str], now: datetime, caisses: Iterable[str] = tuple(FUNDS)
) -> None:
    """Make the PKI and the mailboxes of a demonstration, or what is missing of them; nothing is overwritten.

    `practitioners` are 9-digit numbers. Raises `MailFailed`, `CertificateRefused`.
    """
    layout, numbers = Layout(folder), tuple(practitioners)
    for part in (folder, layout.registry.parent):
        part.mkdir(mode=0o700, parents=True, exist_ok=True)
    pki.create(layout.pki, caisses, numbers, now)
    for mailbox in (layout.inbox, *(layout.mailbox(number) for number in numbers)):
        Maildir(mailbox).create()


class Caisse:
    """The frontal and the caisses of one folder. `clock` is the demonstration's."""

    def __init__(self, folder: Path, clock: Clock, caisses: Iterable[str] = tuple(FUNDS)) -> None:
        self._layout = Layout(folder)
        self._clock = clock
        self._keys = Keys(self._layout, tuple(caisses))

    def run_once(self) -> Report:
        """Take everything that waits, answer, deliver what is due.

        Raises `Busy` when another caisse is at work here, `MailFailed` when a mailbox cannot be used,
        `CertificateRefused` when its own keys are missing or expired, `WrongUse` for a bad scenarios.json.
        """
        with self._alone(), Registry(self._layout.registry) as registry:
            report = Report()
            turn = _Turn(self._layout, self._keys, registry, self._clock.now())
            inbox = Maildir(self._layout.inbox)
            inbox.sweep()
            waiting = inbox.waiting()
            if waiting:  # the keys take a quarter of a second to read: an idle turn does without
                self._keys.check(self._clock.now())
            for key in waiting:
                line = turn.take(inbox, key)
                if line is not None:
                    report.lines.append(line)
            report.delivered = turn.deliver()
            report.waiting = registry.count_facts().answers_waiting
            return report

    def serve(self, poll_seconds: float, stop: Stop, tell: Callable[[Report], None] = lambda _: None) -> None:
        """Run until `stop`; `tell` gets each turn's report. A mailbox that fails is told and tried again.

        Raises as `run_once` otherwise.
        """
        while not stop.is_set():
            try:
                tell(self.run_once())
            except MailFailed as error:
                tell(Report([Line(LEFT, str(error))]))
            stop.wait(poll_seconds)

    def count_facts(self) -> Facts:
        """Count what the caisse knows."""
        with Registry(self._layout.registry) as registry:
            return registry.count_facts()

    def verdicts(self) -> dict[str, tuple[tuple[str, Sign], ...]]:
        """Return for each facture the lots (UUID) that carried it, in order, with the sign given."""
        with Registry(self._layout.registry) as registry:
            return registry.verdicts()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._layout.lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(self._layout.lock, wait_seconds=LOCK_SECONDS) as held:
            if not held:
                raise Busy(
                    "Une autre caisse de démonstration travaille dans ce dossier.",
                    "Arrêtez-la, ou choisissez un autre dossier.",
                )
            yield


class _Turn:
    """One pass over the frontal's mailbox, at one instant."""

    def __init__(self, layout: Layout, keys: Keys, registry: Registry, now: datetime) -> None:
        self._layout = layout
        self._keys = keys
        self._registry = registry
        self._desk = Desk(keys, Scenarios.load(layout.scenarios))
        self._now = now

    def take(self, inbox: Maildir, key: str) -> Line | None:
        """Deal with one message, commit, then move it to `cur`; None when it was dealt with before."""
        line = None
        if not self._registry.knows_reception(key):
            try:
                message = inbox.read(key)
            except NotFound:
                return None
            except MailFailed as error:
                return Line(LEFT, error.cause)
            line = self._deal_with(key, message)
        inbox.take(key)
        return line

    def deliver(self) -> int:
        """Put every answer that is due into its BAL; after a crash in between, the same one again."""
        delivered = 0
        for answer in self._registry.answers_due(self._now):
            Maildir(self._layout.mailbox(answer.practitioner)).deliver(answer.content)
            self._registry.mark_delivered(answer.id, self._now)
            delivered += 1
        return delivered

    def _deal_with(self, key: str, message: bytes) -> Line:
        digest = hashlib.sha256(message).hexdigest()
        try:
            opened = self._keys.receiving.open(message, self._now)
            if isinstance(opened, OpenedFse):
                return self._fse(key, digest, opened)
            return self._scor(key, digest, opened)
        except Unopenable as refused:
            answers = self._desk.frontal_answers(refused, self._now)
            text = f"message refusé par le frontal ({refused.code}) : {refused.cause}"
        except CertificateRefused as refused:  # nobody can read an answer to this sender
            answers, text = [], f"message sans réponse possible : {refused.cause}"
        with self._registry.transaction():
            self._registry.add_reception(Reception(key, digest, self._now, REFUSED), answers)
        return Line(REFUSED, clean(text))

    def _fse(self, key: str, digest: str, opened: OpenedFse) -> Line:
        lot, signed = opened.content, opened.received.signed_digest
        known = self._registry.lot(lot.uuid)
        if known is not None and known.digest != signed:
            return self._other_bytes(key, digest, ArlKind.FSE, lot.uuid, lot.sender.number, opened)
        arl = known.arl if known else self._desk.fse_arl(lot, signed, self._now)
        reception = self._registry.times_received(lot.uuid, digest)
        answers = self._desk.fse_answers(lot, arl, reception, self._now, first=known is None)
        with self._registry.transaction():
            if known is None:
                self._registry.add_fse_lot(lot, signed, arl, self._desk.fse_refusals(lot))
            kind = REPEATED if known else FSE
            self._registry.add_reception(Reception(key, digest, self._now, kind, lot.uuid), answers)
        return Line(kind, f"lot {lot.flux} {lot.lot} du {lot.sender.number} : {len(lot.factures)} facture(s)")

    def _scor(self, key: str, digest: str, opened: OpenedLot) -> Line:
        lot, signed = opened.content, opened.received.signed_digest
        known = self._registry.lot(lot.uuid)
        if known is not None and known.digest != signed:
            return self._other_bytes(key, digest, ArlKind.SCOR, lot.uuid, lot.sender.number, opened)
        if known is not None:
            arl = known.arl
        else:
            verdicts = judge_lot(opened, self._registry, judge_pdf)
            arl = make_arl(ArlKind.SCOR, lot.uuid, signed, self._now, str(lot.recipient), verdicts)
        reception = self._registry.times_received(lot.uuid, digest)
        answers = self._desk.scor_answers(lot, arl, reception, self._now)
        with self._registry.transaction():
            if known is None:
                self._registry.add_scor_lot(lot, signed, arl)
            kind = REPEATED if known else SCOR
            self._registry.add_reception(Reception(key, digest, self._now, kind, lot.uuid), answers)
        accepted = sum(verdict.sign is Sign.POSITIVE for verdict in arl.dossiers)
        return Line(kind, f"lot SCOR {lot.number} du {lot.sender.number} : {accepted}/{len(arl.dossiers)} accepté(s)")

    def _other_bytes(
        self,
        key: str,
        digest: str,
        kind: ArlKind,
        uuid: str,
        practitioner: str,
        opened: OpenedLot | OpenedFse,
    ) -> Line:
        """Refuse a lot that bears the UUID of another one already taken; that one stays as it was."""
        label = f"{RULE[Rule.TEC_EMPREINTE]} ; ce numéro de lot a déjà servi pour un autre contenu"
        arl = make_arl(
            kind,
            uuid,
            opened.received.signed_digest,
            self._now,
            str(opened.content.recipient),
            (),
            (Refusal(Rule.TEC_EMPREINTE.value, label),),
        )
        answers = [self._desk.plain_answer(arl, practitioner, self._now)]
        with self._registry.transaction():
            self._registry.add_reception(Reception(key, digest, self._now, REFUSED), answers)
        return Line(REFUSED, f"lot {uuid} refusé : ce numéro a déjà servi pour un autre contenu")

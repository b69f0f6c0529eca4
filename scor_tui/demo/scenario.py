"""Twelve days of the invented practice, as plain data: what is scanned, sent, mended and posted, and when.

Made from `cases`. A runner plays it by calling the practice's use cases; nothing here knows how they are
called. Each morning is five minutes earlier than the one before, so that an answer missing for « 48 hours »
is noticed by the poll of the second evening, never by that of the second morning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from scor_tui.demo.cases import (
    CASES,
    LAST_DAY,
    Answer,
    Case,
    Channel,
    Ending,
    FseAnswer,
    PiecePlan,
    Variant,
)
from scor_tui.demo.papers import Paper
from scor_tui.demo.population import Facture, Population, build, day_date
from scor_tui.demo.scenario_format import SCENARIOS_FORMAT, SCENARIOS_VERSION
from scor_tui.domain.pieces import PieceType

MORNING = time(9, tzinfo=UTC)
EARLIER_EACH_DAY = timedelta(minutes=5)
TO_EVENING = 8.0
LAST_EVENING = timedelta(hours=18)
"""From midnight to after the last evening: the played days end before the real present."""
POSTING_DAYS = frozenset({8, 11})


@dataclass(frozen=True)
class Owner:
    """What a piece hangs on: `kind` is `prescription` or `facture`, `number` its number in the import."""

    kind: str
    number: str


@dataclass(frozen=True)
class ImportFactures:
    """Import the file of the practice again, with what was written up to `until` (it is idempotent)."""

    until: date


@dataclass(frozen=True)
class ScanPiece:
    """Scan `paper` for `owner`, tick *Lisible*, save. `to_paper`: then declare the piece *Envoi papier*."""

    owner: Owner
    type: PieceType
    paper: Paper
    label: str
    to_paper: bool = False


@dataclass(frozen=True)
class DeclarePaper:
    """Declare a piece *Envoi papier* without any page."""

    owner: Owner
    type: PieceType
    label: str


@dataclass(frozen=True)
class ReplaceRejected:
    """Scan again the piece that the caisse refused, with `paper`."""

    owner: Owner
    type: PieceType
    paper: Paper
    label: str


@dataclass(frozen=True)
class TickByHand:
    """Tick a dossier by hand in « À transmettre »."""

    facture: str


@dataclass(frozen=True)
class SendFse:
    """Send these factures: one lot a practitioner, fund and flux."""

    factures: tuple[str, ...]


@dataclass(frozen=True)
class Poll:
    """Poll the BAL of every practitioner."""


@dataclass(frozen=True)
class TransmitAll:
    """Poll, then send every dossier that may leave."""


@dataclass(frozen=True)
class CaisseTurn:
    """Let the other end take its mail and answer (`Caisse.run_once`)."""


@dataclass(frozen=True)
class AdvanceHours:
    """Move the clock of the demonstration."""

    hours: float


@dataclass(frozen=True)
class HorsScor:
    """Take a dossier out of SCOR, confirmed."""

    facture: str


@dataclass(frozen=True)
class TransferToPaper:
    """*Transfert papier* of a dossier to treat by hand."""

    facture: str


@dataclass(frozen=True)
class PostPaper:
    """Tick every row of the paper register that waits, and save it as posted today."""


Action = (
    ImportFactures | ScanPiece | DeclarePaper | ReplaceRejected | TickByHand | SendFse | Poll | TransmitAll
    | CaisseTurn | AdvanceHours | HorsScor | TransferToPaper | PostPaper
)  # fmt: skip


@dataclass(frozen=True)
class Day:
    """One day: its number from 1, its date, when its first action happens (UTC), and the actions in order."""

    number: int
    date: date
    morning: datetime
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Scenario:
    """The practice and its days. Set the clock to `start` first; each day ends by advancing to the next."""

    population: Population
    start: datetime
    days: tuple[Day, ...]

    def caisse_scenarios(self) -> dict[str, object]:
        """Return the content of `scenarios.json`: how the caisse may misbehave, by facture."""
        factures = {f.number: entry for f in self.population.factures if (entry := _misbehaviour(f.case))}
        return {"format": SCENARIOS_FORMAT, "version": SCENARIOS_VERSION, "factures": factures}


def build_scenario(seed: int, now: datetime) -> Scenario:
    """Invent the practice of `seed` and its twelve days, the last of which ends before `now` (aware)."""
    population = build(seed, (now.astimezone(UTC) - LAST_EVENING).date())
    days = tuple(_day(population, number) for number in range(1, LAST_DAY + 1))
    return Scenario(population, days[0].morning, days)


def _morning(last_day: date, number: int) -> datetime:
    return datetime.combine(day_date(last_day, number), MORNING) - number * EARLIER_EACH_DAY


def _day(population: Population, number: int) -> Day:
    morning = _morning(population.last_day, number)
    last = number == LAST_DAY
    actions: list[Action] = [
        ImportFactures(day_date(population.last_day, number)),
        CaisseTurn(),
        Poll(),
        *_scans(population, number),
        *_mendings(population, number),
        *_endings(population, number, Ending.TO_PAPER, TransferToPaper),
        *([PostPaper()] if number in POSTING_DAYS else []),
        SendFse(_to_send(population, number)),
        CaisseTurn(),
        Poll(),
        *_endings(population, number, Ending.HORS_SCOR, HorsScor),
        *([] if last else [TransmitAll()]),
        CaisseTurn(),
        AdvanceHours(TO_EVENING),
        CaisseTurn(),
        Poll(),
    ]
    if not last:
        night = _morning(population.last_day, number + 1) - morning - timedelta(hours=TO_EVENING)
        actions.append(AdvanceHours(night / timedelta(hours=1)))
    return Day(number, day_date(population.last_day, number), morning, tuple(actions))


def _to_send(population: Population, number: int) -> tuple[str, ...]:
    return tuple(
        facture.number
        for facture in population.factures
        if facture.case.sent and (facture.case.day == number or (number == 1 and facture.case.day < 1))
    )


def _scans(population: Population, number: int) -> Iterator[Action]:
    """Yield first scans, on the day of the facture or `after` days later; late ones are ticked by hand."""
    for facture in population.factures:
        for index, plan in enumerate(facture.case.pieces):
            if facture.case.day + plan.after == number:
                yield _first(population, facture, plan, index)
                if plan.after:
                    yield TickByHand(facture.number)


def _first(population: Population, facture: Facture, plan: PiecePlan, index: int) -> Action:
    owner, label = _owner(facture, plan), _label(facture, plan)
    if plan.channel is Channel.PAPER:
        return DeclarePaper(owner, plan.type, label)
    paper = _paper(population, facture, plan, plan.variants[0], index)
    return ScanPiece(owner, plan.type, paper, label, to_paper=plan.channel is Channel.SCANNED_PAPER)


def _mendings(population: Population, number: int) -> Iterator[Action]:
    """Yield second scans: the morning after the refusal of the first."""
    for facture in population.factures:
        for index, plan in enumerate(facture.case.pieces):
            if len(plan.variants) > 1 and facture.case.day + plan.after + 1 == number:
                paper = _paper(population, facture, plan, plan.variants[1], index)
                yield ReplaceRejected(_owner(facture, plan), plan.type, paper, _label(facture, plan))


def _endings(population: Population, number: int, ending: Ending, action: Callable[[str], Action]) -> Iterator[Action]:
    for facture in population.factures:
        if facture.case.ending is ending and facture.case.ending_day == number:
            yield action(facture.number)


def _owner(facture: Facture, plan: PiecePlan) -> Owner:
    if facture.prescription is None or plan.type is PieceType.FSNC:
        return Owner("facture", facture.number)
    return Owner("prescription", facture.prescription.number)


def _paper(population: Population, facture: Facture, plan: PiecePlan, variant: Variant, index: int) -> Paper:
    return Paper(plan.type, variant, facture, facture.prescription, plan.pages, population.seed * 100 + index)


def _label(facture: Facture, plan: PiecePlan) -> str:
    day = facture.prescription.day if facture.prescription else facture.day
    match plan.type:
        case PieceType.ORDN:
            return f"Ordonnance du {day:%d/%m/%Y}"
        case PieceType.DSIP:
            return f"DSI du {day:%d/%m/%Y}"
        case PieceType.FSNC:
            return f"Feuille de soins {facture.number}"
        case PieceType.AUTP:
            return f"Courrier du {facture.day:%d/%m/%Y}"


def _misbehaviour(case: Case) -> dict[str, object]:
    entry: dict[str, object] = {}
    if case.fse is not FseAnswer.NORMAL:
        entry["fse"] = case.fse.value
    if case.answer is not Answer.NORMAL:
        entry["scor"] = case.answer.value
        entry |= {"heures": case.hours} if case.answer is Answer.LATE else {"fois": case.times}
    return entry


def sent_cases() -> tuple[Case, ...]:
    """Return the cases whose dossier leaves at least once, for whoever counts."""
    return tuple(
        case
        for case in CASES
        if 1 <= case.day < LAST_DAY
        and not case.dre
        and case.ending is not Ending.HORS_SCOR
        and case.fse in {FseAnswer.NORMAL, FseAnswer.PAYMENT_ONLY, FseAnswer.REJECTED_LATER}
    )

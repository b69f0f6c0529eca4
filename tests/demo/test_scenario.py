"""Twelve days played against the real caisse by a practice made of nothing but the rules of the domain."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from scor_tui.demo import scenario as play
from scor_tui.demo.caisse import Caisse
from scor_tui.demo.cases import CASES
from scor_tui.demo.layout import Layout
from scor_tui.domain.dossier import OPEN_GATES, DossierFacts, Flux, FseFacts, HeldPiece, Tick, gate, will_leave
from scor_tui.domain.errors import BadMessage
from scor_tui.domain.pieces import PieceType, Support
from scor_tui.domain.status import (
    UNDER_WAY,
    Claimed,
    DossierState,
    HandedOver,
    OutOfScor,
    SilenceNoticed,
    Status,
    ToPaper,
    VerdictCame,
    next_state,
)
from scor_tui.domain.wire import Arl, ArlKind, Sign
from scor_tui.exchange.noemie import PartState, read_noemie

NOW = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)


@dataclass
class Held:
    """A piece as the toy practice keeps it."""

    type: PieceType
    pdf: bytes | None
    rejected: bool = False
    sent_under: str = ""
    accepted: tuple[str, str] | None = None

    @property
    def paper(self) -> bool:
        return self.pdf is None


class ToyPractice:
    """Plays the actions with `domain` alone; no database, no screen."""

    def __init__(self, story, client_of, clock, scanned, pieces):
        self.story, self.clock, self.scanned, self.pieces = story, clock, scanned, pieces
        self.factures = {f.number: f for f in story.population.factures}
        self.clients = {
            n: client_of(n) for n in {(f.practitioner.number, f.case.caisse) for f in self.factures.values()}
        }
        self.states = {number: DossierState() for number in self.factures}
        self.held = defaultdict(list)
        self.sent, self.arl, self.paid = set(), {}, set()
        self.lots, self.ticked, self.rejected_whole = {}, set(), set()
        self.entered, self.alerts, self.set_aside, self.registered, self.posted = Counter(), Counter(), 0, [], []

    # what a dossier holds -----------------------------------------------------------------------------

    def owned(self, facture):
        keys = [play.Owner("facture", facture.number)]
        if facture.prescription:
            keys.insert(0, play.Owner("prescription", facture.prescription.number))
        return [held for key in keys for held in self.held[key]]

    def content(self, facture):
        """The (HeldPiece, Held) of a dossier; an accepted one is referred to, one under way is waited for."""
        found = []
        for held in self.owned(facture):
            other = held.sent_under not in ("", facture.number)
            if other and held.type is PieceType.AUTP:
                continue
            waits = other and held.accepted is None and self.states[held.sent_under].status in UNDER_WAY
            support = (
                Support.REFERENCE if other and held.accepted else Support.PAPIER if held.paper else Support.NUMERIQUE
            )
            piece = HeldPiece(held.type, 1, 1, support, held.rejected, waits_for=held.sent_under if waits else "")
            found.append((piece, held))
        return found

    def facts(self, facture):
        fse = FseFacts(
            Flux(facture.flux),
            facture.case.degraded,
            facture.day,
            self.story.population.scor_start,
            facture.number in self.sent,
            self.arl.get(facture.number),
            facture.number in self.paid,
        )
        if gate(fse) not in OPEN_GATES:
            return None
        tick = Tick.ON if facture.number in self.ticked else Tick.AUTO
        return DossierFacts(
            self.states[facture.number].status,
            facture.case.degraded,
            tuple(piece for piece, _ in self.content(facture)),
            tick,
            dossier_rejected=facture.number in self.rejected_whole,
        )

    def become(self, number, event):
        transition = next_state(self.states[number], event)
        if transition.state.status is not self.states[number].status:
            self.entered[transition.state.status] += 1
        if transition.alert:
            self.alerts[transition.alert] += 1
        if transition.register:
            self.register(number, everything=True)
        self.states[number] = transition.state

    def register(self, number, *, everything):
        for held in self.owned(self.factures[number]):
            if (everything or held.paper) and held not in [h for _, h in self.registered]:
                self.registered.append((number, held))

    # actions ------------------------------------------------------------------------------------------

    def play(self, action):
        match action:
            case play.ScanPiece(owner, kind, paper, label, to_paper):
                assert label
                self.held[owner].append(Held(kind, None if to_paper else self.scanned(paper.variant)))
            case play.DeclarePaper(owner, kind):
                self.held[owner].append(Held(kind, None))
            case play.ReplaceRejected(owner, kind, paper):
                (piece,) = [held for held in self.held[owner] if held.type is kind and held.rejected]
                piece.pdf, piece.rejected, piece.sent_under = self.scanned(paper.variant), False, ""
            case play.TickByHand(facture):
                self.ticked.add(facture)
            case play.SendFse(factures):
                self.send_fse(factures)
            case play.Poll():
                self.poll()
            case play.TransmitAll():
                self.transmit()
            case play.HorsScor(facture):
                assert self.facts(self.factures[facture]) is not None
                self.become(facture, OutOfScor())
            case play.TransferToPaper(facture):
                self.become(facture, ToPaper())
            case play.PostPaper():
                self.posted += [row for row in self.registered if row not in self.posted]
            case play.AdvanceHours(hours):
                self.clock.advance(hours=hours)

    def send_fse(self, numbers):
        lots = defaultdict(list)
        for number in numbers:
            f = self.factures[number]
            lots[(f.practitioner.number, f.case.caisse, f.flux, f.case.degraded)].append(number)
            self.sent.add(number)
        for (practitioner, caisse, flux, degraded), factures in lots.items():
            self.clients[(practitioner, caisse)].send_fse(*factures, flux=flux, degraded=degraded)

    def poll(self):
        for client in self.clients.values():
            for message in client.raw_answers():
                try:
                    answer = client.codec.open_return(message, self.clock.now())
                except BadMessage:
                    self.set_aside += 1
                    continue
                self.take(answer)
        for number in self.states:
            self.become(number, SilenceNoticed(self.clock.now()))

    def take(self, answer):
        if not isinstance(answer, Arl):
            self.paid |= {f.number for f in read_noemie(answer.content).factures if f.amo.state is PartState.PAID}
        elif answer.kind is ArlKind.FSE:
            self.arl |= {verdict.facture: verdict.sign for verdict in answer.dossiers}
        else:
            for verdict in answer.dossiers:
                self.judge(verdict, answer)

    def judge(self, verdict, arl):
        _, sealed, current, by_number = self.lots[arl.lot]
        assert sealed.signed_digest == arl.digest
        latest = [uuid for uuid, lot in self.lots.items() if verdict.facture in lot[2]][-1] == arl.lot
        self.become(
            verdict.facture,
            VerdictCame(verdict.sign, current=latest, previous=None if latest else current[verdict.facture]),
        )
        current[verdict.facture] = verdict.sign
        for facture, held in by_number.values():
            if facture == verdict.facture and verdict.sign is Sign.POSITIVE and held.sent_under == facture:
                held.accepted = (arl.lot, facture)
        for refusal in verdict.refusals:
            if refusal.piece is None:
                self.rejected_whole.add(verdict.facture)
            else:
                by_number[refusal.piece][1].rejected = True

    def transmit(self):
        self.poll()
        for client, sealed, factures, _ in list(self.lots.values()):
            again = [n for n in factures if self.states[n].status is Status.A_RETRANSMETTRE]
            if again:
                client.resend(sealed, 2)
                for number in again:
                    self.become(number, Claimed(rebuilt=False))
                    self.become(number, HandedOver(self.clock.now()))
        leaving = defaultdict(dict)
        for number, facture in self.factures.items():
            facts = self.facts(facture)
            if facts and facts.status is not Status.A_RETRANSMETTRE and will_leave(facts):
                if not any(p.waits_for for p, _ in self.content(facture)):
                    leaving[(facture.practitioner.number, facture.case.caisse, facture.case.degraded)][number] = None
                for _, held in self.content(facture):
                    held.sent_under = held.sent_under or number
        for (practitioner, caisse, degraded), numbers in leaving.items():
            self.send_lot(self.clients[(practitioner, caisse)], list(numbers), degraded=degraded)

    def send_lot(self, client, numbers, *, degraded):
        dossiers, by_number = {}, {}
        for number in numbers:
            dossiers[number] = []
            for piece, held in self.content(self.factures[number]):
                by_number[len(by_number) + 1] = (number, held)
                dossiers[number].append(self.entry(piece, held))
        lot, sealed = client.send_lot(dossiers, degraded=degraded)
        self.lots[lot.uuid] = (client, sealed, dict.fromkeys(numbers), by_number)
        for number in numbers:
            self.become(number, Claimed())
            self.become(number, HandedOver(self.clock.now()))
            self.register(number, everything=False)

    def entry(self, piece, held):
        if piece.support is Support.REFERENCE:
            return self.pieces.referring(*held.accepted, held.type, posted=held.paper)
        return self.pieces.by_post(held.type) if held.paper else self.pieces.numerique(held.pdf, held.type)


@pytest.fixture(scope="module")
def story():
    return play.build_scenario(7, NOW)


def test_the_days_end_before_the_present_and_follow_each_other(story):
    moment = story.start
    assert moment == story.days[0].morning
    for day in story.days:
        assert (day.morning, day.morning.date()) == (moment, day.date)
        moment += timedelta(hours=sum(a.hours for a in day.actions if isinstance(a, play.AdvanceHours)))
    assert NOW - timedelta(hours=42) < moment <= NOW
    assert len(story.days) == 12


@pytest.mark.parametrize("hour", range(0, 24, 5))
def test_whatever_the_hour_it_never_plays_in_the_future(hour):
    now = NOW.replace(hour=hour)
    last = play.build_scenario(3, now).days[-1]
    assert last.morning + timedelta(hours=8) < now


def test_every_facture_sent_exists_and_is_sent_once(story):
    sent = [n for day in story.days for a in day.actions if isinstance(a, play.SendFse) for n in a.factures]
    assert len(sent) == len(set(sent)) == sum(case.sent for case in CASES)
    assert set(sent) <= {f.number for f in story.population.factures}
    assert 30 <= len(play.sent_cases()) <= 42


@pytest.mark.slow
def test_twelve_days_go_through_every_status(story, folder, client, clock, scanned, pieces):
    Layout(folder).scenarios.write_text(json.dumps(story.caisse_scenarios()), encoding="utf-8")
    clock.moment = story.start

    toy = ToyPractice(
        story, lambda who: type(client)(folder, clock, number=who[0], caisse_name=who[1]), clock, scanned, pieces
    )
    caisse = Caisse(folder, clock)
    for day in story.days:
        assert clock.now() == day.morning
        for action in day.actions:
            caisse.run_once() if isinstance(action, play.CaisseTurn) else toy.play(action)

    status = {facture.case.name: toy.states[facture.number].status for facture in story.population.factures}
    assert status["pale"] is status["decalee"] is status["tardive-1"] is status["muette-1"] is Status.ARCHIVE
    assert status["mal-signee"] is status["payee-noemie"] is status["oubliee"] is Status.ARCHIVE
    assert {status[f"serie-{n}"] for n in (1, 2, 3, 4)} == {Status.ARCHIVE}
    assert status["serie-papier"] is status["degradee-sans-arl"] is status["double"] is Status.ARCHIVE
    assert status["sourde"] is status["refusee-deux-fois"] is Status.COLLECTE_PAPIER
    assert status["hors-scor-1"] is status["hors-scor-2"] is Status.COLLECTE_PAPIER
    assert status["muette-fin"] is Status.A_RETRANSMETTRE
    assert status["refusee-fin"] is status["sans-prescription"] is Status.A_RECONSTITUER
    untouched = {name for name, value in status.items() if value is Status.A_TRANSMETTRE}
    assert {"avant-1", "fse-negative", "degradee-negative", "jamais", "prete-1", "a-numeriser-1"} <= untouched

    wanted = (Status.ARCHIVE, Status.A_RETRANSMETTRE, Status.A_RECONSTITUER, Status.A_TRAITER, Status.COLLECTE_PAPIER)
    assert all(toy.entered[one] > 0 for one in wanted)
    assert toy.posted
    assert len(toy.registered) > len(toy.posted)
    assert toy.set_aside == 1
    late = story.population.by_case["tardive-1"].number
    assert toy.states[late].attempts == 1
    assert toy.alerts

    facts = caisse.count_facts()
    assert facts.lots == len(toy.lots)
    signs = {n: pairs[-1][1] for n, pairs in caisse.verdicts().items()}
    for number, state in toy.states.items():
        if state.status is Status.ARCHIVE:
            assert signs[number] is Sign.POSITIVE

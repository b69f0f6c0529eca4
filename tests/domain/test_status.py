"""The status of a dossier: the table of the product, row by row, then any story that chance can tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from scor_tui.domain.errors import StepRefused
from scor_tui.domain.status import (
    MAX_ATTEMPTS,
    SENDABLE,
    SILENCE,
    Alert,
    BackIntoScor,
    CertainlyNotSent,
    Claimed,
    DossierState,
    Event,
    HandedOver,
    OutOfScor,
    Posted,
    SilenceNoticed,
    Status,
    ToPaper,
    Transition,
    VerdictCame,
    is_silent,
    next_state,
)
from scor_tui.domain.wire import Sign
from scor_tui.domain.words import status_word

MONDAY = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
WEDNESDAY = MONDAY + SILENCE
PLUS, MINUS = VerdictCame(Sign.POSITIVE), VerdictCame(Sign.NEGATIVE)
SENT, UNCERTAIN = HandedOver(MONDAY), HandedOver(MONDAY, uncertain=True)
SILENT = SilenceNoticed(WEDNESDAY)
ONCE = (Claimed(), SENT)
TWICE_AFTER_SILENCE = (*ONCE, SILENT, Claimed(rebuilt=False), HandedOver(WEDNESDAY))
TWICE_AFTER_REFUSAL = (*ONCE, MINUS, Claimed(), HandedOver(WEDNESDAY))
SILENT_AGAIN = SilenceNoticed(WEDNESDAY + SILENCE)


def story(*events: Event, begin: DossierState | None = None) -> Transition:
    """Play events one after another; returns the last transition."""
    last = Transition(begin or DossierState())
    for event in events:
        last = next_state(last.state, event)
    return last


THE_TABLE = [
    ("handed over", (*ONCE,), Status.TRANSMIS, 1),
    ("no answer after the dot", (Claimed(), UNCERTAIN), Status.TRANSMIS, 1),
    ("certainly not sent", (Claimed(), CertainlyNotSent()), Status.A_TRANSMETTRE, 0),
    ("accepted", (*ONCE, PLUS), Status.ARCHIVE, 1),
    ("accepted after its 48 h", (*ONCE, SILENT, PLUS), Status.ARCHIVE, 1),
    ("silent for 48 h", (*ONCE, SILENT), Status.A_RETRANSMETTRE, 1),
    ("refused", (*ONCE, MINUS), Status.A_RECONSTITUER, 1),
    ("refused after its 48 h", (*ONCE, SILENT, MINUS), Status.A_RECONSTITUER, 1),
    ("resent", TWICE_AFTER_SILENCE, Status.TRANSMIS, 2),
    ("rebuilt and sent", TWICE_AFTER_REFUSAL, Status.TRANSMIS, 2),
    ("resend failed for certain", (*TWICE_AFTER_SILENCE[:4], CertainlyNotSent()), Status.A_RETRANSMETTRE, 1),
    ("rebuilt lot failed for certain", (*ONCE, MINUS, Claimed(), CertainlyNotSent()), Status.A_RECONSTITUER, 1),
    ("resent, accepted", (*TWICE_AFTER_SILENCE, PLUS), Status.ARCHIVE, 2),
    ("refused twice", (*TWICE_AFTER_REFUSAL, MINUS), Status.A_TRAITER, 2),
    ("silent twice", (*TWICE_AFTER_SILENCE, SILENT_AGAIN), Status.A_TRAITER, 2),
    ("to paper after two failures", (*TWICE_AFTER_REFUSAL, MINUS, ToPaper()), Status.COLLECTE_PAPIER, 2),
    ("to paper after one refusal", (*ONCE, MINUS, ToPaper()), Status.COLLECTE_PAPIER, 1),
    ("out of SCOR", (OutOfScor(),), Status.COLLECTE_PAPIER, 0),
    ("back into SCOR", (OutOfScor(), BackIntoScor()), Status.A_TRANSMETTRE, 0),
    ("accepted when given up", (*TWICE_AFTER_SILENCE, SILENT_AGAIN, PLUS), Status.ARCHIVE, 2),
    ("accepted before the post", (*TWICE_AFTER_SILENCE, SILENT_AGAIN, ToPaper(), PLUS), Status.ARCHIVE, 2),
]


@pytest.mark.parametrize(
    ("events", "status", "attempts"), [row[1:] for row in THE_TABLE], ids=[r[0] for r in THE_TABLE]
)
def test_each_row_of_the_table_leads_where_the_product_says(
    events: tuple[Event, ...], status: Status, attempts: int
) -> None:
    last = story(*events)
    assert (last.state.status, last.state.attempts, last.alert) == (status, attempts, None)


@pytest.mark.parametrize(
    ("events", "alert"),
    [
        ((*ONCE, PLUS, PLUS), Alert.DUPLICATE),
        ((*ONCE, MINUS, MINUS), Alert.DUPLICATE),
        ((*ONCE, MINUS, Claimed(), CertainlyNotSent(), MINUS), Alert.DUPLICATE),
        ((*ONCE, PLUS, MINUS), Alert.CONTRADICTION),
        ((*ONCE, MINUS, PLUS), Alert.CONTRADICTION),
        ((*TWICE_AFTER_REFUSAL, MINUS, PLUS), Alert.CONTRADICTION),
        ((*ONCE, MINUS, ToPaper(), PLUS), Alert.CONTRADICTION),
        ((*TWICE_AFTER_SILENCE, SILENT_AGAIN, ToPaper(), MINUS, PLUS), Alert.CONTRADICTION),
        ((*TWICE_AFTER_SILENCE, SILENT_AGAIN, MINUS, PLUS), Alert.CONTRADICTION),
        ((*TWICE_AFTER_SILENCE, SILENT_AGAIN, MINUS), Alert.TOO_LATE),
        ((*TWICE_AFTER_SILENCE, SILENT_AGAIN, ToPaper(), Posted(), PLUS), Alert.ALREADY_POSTED),
        ((*TWICE_AFTER_SILENCE, SILENT_AGAIN, ToPaper(), Posted(), MINUS), Alert.ALREADY_POSTED),
        ((OutOfScor(), PLUS), Alert.ALREADY_POSTED),
        ((*TWICE_AFTER_REFUSAL, VerdictCame(Sign.NEGATIVE, current=False)), Alert.TOO_LATE),
        ((*TWICE_AFTER_REFUSAL, VerdictCame(Sign.NEGATIVE, current=False, previous=Sign.NEGATIVE)), Alert.DUPLICATE),
        (
            (*TWICE_AFTER_REFUSAL, VerdictCame(Sign.POSITIVE, current=False, previous=Sign.NEGATIVE)),
            Alert.CONTRADICTION,
        ),
    ],
)
def test_a_verdict_without_effect_is_told_and_moves_nothing(events: tuple[Event, ...], alert: Alert) -> None:
    before, last = story(*events[:-1]).state, story(*events)
    assert last.alert is alert
    assert stands(last.state) == stands(before)
    assert not last.register
    assert not last.withdraw


def test_the_sign_that_a_lot_already_gave_is_believed_even_when_the_dossier_forgot_it() -> None:
    given_up = story(*TWICE_AFTER_SILENCE, SILENT_AGAIN, ToPaper()).state
    last = next_state(given_up, VerdictCame(Sign.POSITIVE, previous=Sign.NEGATIVE))
    assert last == Transition(given_up, alert=Alert.CONTRADICTION)


def test_the_first_lot_accepted_late_archives_a_dossier_that_was_sent_again_in_another_lot() -> None:
    rebuilt_with_new_certificates = (*ONCE, SILENT, Claimed(rebuilt=True), HandedOver(WEDNESDAY))
    older = VerdictCame(Sign.POSITIVE, current=False)
    assert story(*rebuilt_with_new_certificates, older).state.status is Status.ARCHIVE
    assert story(*rebuilt_with_new_certificates, older, MINUS).alert is Alert.CONTRADICTION


def test_the_paper_register_is_told_when_pieces_enter_and_leave() -> None:
    assert story(OutOfScor()).register
    assert story(*ONCE, MINUS, ToPaper()).register
    assert story(OutOfScor(), BackIntoScor()).withdraw
    assert story(*TWICE_AFTER_SILENCE, SILENT_AGAIN, ToPaper(), PLUS).withdraw
    assert not story(*TWICE_AFTER_SILENCE, SILENT_AGAIN, PLUS).withdraw


def test_the_48_hours_run_from_the_last_handing_over_and_need_a_poll_after_them() -> None:
    sent = story(*ONCE).state
    just_before = SilenceNoticed(WEDNESDAY - timedelta(seconds=1))
    assert next_state(sent, just_before) == Transition(sent)
    assert not is_silent(sent, WEDNESDAY - timedelta(seconds=1))
    assert is_silent(sent, WEDNESDAY)
    resent = story(*TWICE_AFTER_SILENCE).state
    assert next_state(resent, SILENT).state.status is Status.TRANSMIS, "the clock starts again"


def test_the_delay_of_silence_is_a_setting() -> None:
    after_a_day = SilenceNoticed(MONDAY + timedelta(hours=24), timedelta(hours=24))
    assert story(*ONCE, after_a_day).state.status is Status.A_RETRANSMETTRE


def test_silence_means_nothing_to_a_dossier_that_waits_for_nothing() -> None:
    for events in ((), (*ONCE, PLUS), (*ONCE, MINUS), (OutOfScor(),), (Claimed(),)):
        before = story(*events).state
        assert next_state(before, SilenceNoticed(MONDAY + timedelta(days=30))) == Transition(before)


def test_an_uncertain_sending_says_so_until_its_verdict() -> None:
    assert story(Claimed(), UNCERTAIN).state.uncertain
    assert not story(Claimed(), UNCERTAIN, PLUS).state.uncertain
    assert not story(Claimed(), UNCERTAIN, MINUS).state.uncertain
    assert story(Claimed(), UNCERTAIN, SILENT).state.status is Status.A_RETRANSMETTRE


def test_a_verdict_that_comes_while_the_dossier_leaves_waits_for_the_next_poll() -> None:
    with pytest.raises(StepRefused, match="pendant l'envoi"):
        story(Claimed(), PLUS)


def test_a_third_sending_is_refused_whatever_the_status_says() -> None:
    with pytest.raises(StepRefused, match="deux fois") as refused:
        next_state(DossierState(Status.A_RECONSTITUER, attempts=MAX_ATTEMPTS), Claimed())
    assert refused.value.remedy == "Transférez-le au papier."


def test_a_dossier_whose_post_has_begun_does_not_come_back_into_scor() -> None:
    with pytest.raises(StepRefused, match="déjà postée"):
        story(OutOfScor(), Posted(), BackIntoScor())


ALLOWED = {
    Claimed(): SENDABLE,
    SENT: {Status.EN_COURS},
    CertainlyNotSent(): {Status.EN_COURS},
    ToPaper(): {Status.A_TRAITER, Status.A_RECONSTITUER},
    OutOfScor(): {Status.A_TRANSMETTRE},
    Posted(): {Status.COLLECTE_PAPIER},
}


@pytest.mark.parametrize("event", ALLOWED, ids=lambda event: type(event).__name__)
@pytest.mark.parametrize("status", Status)
def test_an_action_outside_its_statuses_is_refused_in_the_words_of_the_screen(event: Event, status: Status) -> None:
    state = DossierState(status, back_to=Status.A_TRANSMETTRE if status is Status.EN_COURS else None)
    if status in ALLOWED[event]:
        assert next_state(state, event).state != state
        return
    with pytest.raises(StepRefused) as refused:
        next_state(state, event)
    assert status_word(status) in refused.value.cause
    assert refused.value.remedy


def test_only_a_dossier_out_of_scor_comes_back_into_it() -> None:
    for status in Status:
        with pytest.raises(StepRefused, match="n'est pas hors SCOR"):
            next_state(DossierState(status), BackIntoScor())


def stands(state: DossierState) -> DossierState:
    """Where a dossier stands, without what it remembers of the first verdict."""
    return replace(state, verdict=None, uncertain=False)


LEGAL = {
    (Status.A_TRANSMETTRE, Status.EN_COURS), (Status.A_RETRANSMETTRE, Status.EN_COURS),
    (Status.A_RECONSTITUER, Status.EN_COURS), (Status.EN_COURS, Status.TRANSMIS),
    (Status.EN_COURS, Status.A_TRANSMETTRE), (Status.EN_COURS, Status.A_RETRANSMETTRE),
    (Status.EN_COURS, Status.A_RECONSTITUER), (Status.TRANSMIS, Status.ARCHIVE),
    (Status.A_RETRANSMETTRE, Status.ARCHIVE), (Status.TRANSMIS, Status.A_RETRANSMETTRE),
    (Status.TRANSMIS, Status.A_RECONSTITUER), (Status.A_RETRANSMETTRE, Status.A_RECONSTITUER),
    (Status.TRANSMIS, Status.A_TRAITER), (Status.A_TRAITER, Status.COLLECTE_PAPIER),
    (Status.A_RECONSTITUER, Status.COLLECTE_PAPIER), (Status.A_TRANSMETTRE, Status.COLLECTE_PAPIER),
    (Status.COLLECTE_PAPIER, Status.A_TRANSMETTRE), (Status.A_TRAITER, Status.ARCHIVE),
    (Status.COLLECTE_PAPIER, Status.ARCHIVE),
}  # fmt: skip
"""The table of the product (3.3), as pairs."""

signs = st.sampled_from(Sign)
hours = st.integers(min_value=0, max_value=120)


class AnyStory(RuleBasedStateMachine):
    """Whatever a practitioner, the wire and the caisse do, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.state = DossierState()
        self.now = MONDAY
        self.sent = 0
        self.accepted = False
        self.by_the_table = False
        self.gave: list[Sign | None] = [None]
        """The first sign of each lot, the current lot last."""

    def happens(self, event: Event) -> Transition | None:
        before = self.state
        try:
            transition = next_state(before, event)
        except StepRefused:
            return None
        after = transition.state
        if before.status is not after.status:
            assert (before.status, after.status) in LEGAL
        if transition.alert:
            assert stands(after) == stands(before)
            assert not (transition.register)
            assert not (transition.withdraw)
        if before.posted:
            assert after == before or not isinstance(event, VerdictCame)
        if transition.register:
            self.by_the_table = isinstance(event, ToPaper | OutOfScor)
        self.state = after
        return transition

    @rule(hours=hours)
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(expired=st.booleans())
    def the_dossier_is_sealed(self, expired: bool) -> None:
        rebuilt = self.state.status is not Status.A_RETRANSMETTRE or expired
        if self.happens(Claimed(rebuilt=rebuilt)) and rebuilt:
            self.gave.append(None)

    @rule(uncertain=st.booleans())
    def it_leaves(self, uncertain: bool) -> None:
        if self.happens(HandedOver(self.now, uncertain=uncertain)):
            self.sent += 1
            assert self.state.handed_over == self.now
            assert self.state.uncertain is uncertain

    @rule()
    def it_certainly_does_not_leave(self) -> None:
        back, attempts = self.state.back_to, self.state.attempts
        if self.happens(CertainlyNotSent()):
            assert (self.state.status, self.state.attempts) == (back, attempts)

    @rule(sign=signs)
    def the_current_lot_is_judged(self, sign: Sign) -> None:
        if not self.sent:
            return
        before, first = self.state, self.gave[-1]
        transition = self.happens(VerdictCame(sign, previous=first))
        if transition is None:
            return
        self.gave[-1] = first or sign
        if first is not None and first is not sign:
            assert transition == Transition(before, alert=Alert.CONTRADICTION)
        self.accepted = self.accepted or (sign is Sign.POSITIVE and transition.alert is None)

    @rule(sign=signs, data=st.data())
    def an_older_lot_is_judged(self, sign: Sign, data: st.DataObject) -> None:
        if len(self.gave) < 2 or not self.sent:
            return
        which = data.draw(st.integers(0, len(self.gave) - 2))
        transition = self.happens(VerdictCame(sign, current=False, previous=self.gave[which]))
        if transition is not None:
            self.gave[which] = self.gave[which] or sign
            self.accepted = self.accepted or (sign is Sign.POSITIVE and transition.alert is None)

    @rule()
    def the_mailbox_is_polled(self) -> None:
        before = self.state
        self.happens(SilenceNoticed(self.now))
        waited = before.handed_over is not None and self.now - before.handed_over >= SILENCE
        assert (self.state != before) == (before.status is Status.TRANSMIS and waited)

    @rule()
    def to_paper(self) -> None:
        self.happens(ToPaper())

    @rule()
    def out_of_scor(self) -> None:
        self.happens(OutOfScor())

    @rule()
    def back_into_scor(self) -> None:
        self.happens(BackIntoScor())

    @rule()
    def a_piece_is_posted(self) -> None:
        self.happens(Posted())

    @invariant()
    def at_most_two_attempts(self) -> None:
        assert self.state.attempts == self.sent <= MAX_ATTEMPTS

    @invariant()
    def archived_only_when_accepted(self) -> None:
        if self.state.status is Status.ARCHIVE:
            assert self.accepted
            assert self.state.verdict is Sign.POSITIVE

    @invariant()
    def what_leaves_knows_where_it_returns(self) -> None:
        assert (self.state.back_to in SENDABLE) == (self.state.status is Status.EN_COURS)

    @invariant()
    def paper_by_the_table_only(self) -> None:
        if self.state.status is Status.COLLECTE_PAPIER:
            assert self.by_the_table
        if self.state.hors_scor or self.state.posted:
            assert self.state.status is Status.COLLECTE_PAPIER

    @invariant()
    def what_waits_was_sent(self) -> None:
        if self.state.status in {Status.TRANSMIS, Status.A_RETRANSMETTRE}:
            assert self.state.attempts
            assert self.state.handed_over is not None


AnyStory.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestAnyStory = AnyStory.TestCase


@given(
    state=st.builds(
        DossierState,
        status=st.sampled_from(Status),
        attempts=st.integers(0, 2),
        posted=st.just(True),
        verdict=st.sampled_from([None, *Sign]),
        hors_scor=st.booleans(),
    ).filter(lambda state: state.status in {Status.COLLECTE_PAPIER}),
    verdict=st.builds(VerdictCame, signs, st.booleans(), st.sampled_from([None, *Sign])),
)
def test_no_verdict_changes_a_dossier_that_went_by_post(state: DossierState, verdict: VerdictCame) -> None:
    transition = next_state(state, verdict)
    assert transition.state == state
    assert transition.alert is not None

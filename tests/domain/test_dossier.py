"""What decides whether a dossier shows in « À transmettre », is ticked, and may leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scor_tui.domain.dossier import (
    OPEN_GATES,
    Caution,
    DossierFacts,
    Flux,
    FseFacts,
    Gate,
    HeldPiece,
    Hindrance,
    Tick,
    cells,
    gate,
    hindrances,
    is_ticked,
    warnings,
    will_leave,
)
from scor_tui.domain.pieces import (
    WORST_FIRST,
    CellState,
    PieceType,
    Support,
    may_hang_on_facture,
    may_hang_on_prescription,
    worst,
)
from scor_tui.domain.status import SENDABLE, Status
from scor_tui.domain.wire import Reference, Sign

START = date(2026, 3, 1)
SECURED = FseFacts(Flux.FSE, degraded=False, day=START, scor_start=START, sent=True)
DEGRADED = replace(SECURED, degraded=True)


@pytest.mark.parametrize(
    ("fse", "expected"),
    [
        (replace(SECURED, arl=Sign.POSITIVE), Gate.ARL),
        (replace(SECURED, paid_by_noemie=True), Gate.NOEMIE),
        (replace(SECURED, paid_by_noemie=True, arl=Sign.NEGATIVE), Gate.NOEMIE),
        (DEGRADED, Gate.DEGRADED),
        (replace(DEGRADED, arl=Sign.POSITIVE), Gate.ARL),
    ],
)
def test_the_three_cases_that_open_the_gate(fse: FseFacts, expected: Gate) -> None:
    assert gate(fse) is expected
    assert expected in OPEN_GATES


@pytest.mark.parametrize(
    ("fse", "expected"),
    [
        (replace(SECURED, flux=Flux.DRE, arl=Sign.POSITIVE), Gate.NOT_SCOR),
        (replace(SECURED, scor_start=None, arl=Sign.POSITIVE), Gate.NOT_SCOR),
        (replace(SECURED, day=date(2026, 2, 28), arl=Sign.POSITIVE), Gate.BEFORE_START),
        (replace(SECURED, sent=False), Gate.NOT_SENT),
        (replace(DEGRADED, sent=False), Gate.NOT_SENT),
        (SECURED, Gate.NO_ARL_YET),
        (replace(SECURED, arl=Sign.NEGATIVE), Gate.ARL_NEGATIVE),
        (replace(DEGRADED, arl=Sign.NEGATIVE), Gate.ARL_NEGATIVE),
    ],
)
def test_what_keeps_the_gate_closed(fse: FseFacts, expected: Gate) -> None:
    assert gate(fse) is expected
    assert expected not in OPEN_GATES


def piece(
    kind: PieceType, support: Support = Support.NUMERIQUE, *, rejected: bool = False, waits: str = ""
) -> HeldPiece:
    """One piece of a dossier."""
    reference = Reference("lot", "260302001", START) if support is Support.REFERENCE else None
    return HeldPiece(kind, 1, 1, support, rejected=rejected, reference=reference, waits_for=waits)


O, F = piece(PieceType.ORDN), piece(PieceType.FSNC)  # noqa: E741 - the letters of the component


def secured(*pieces: HeldPiece, status: Status = Status.A_TRANSMETTRE, tick: Tick = Tick.AUTO) -> DossierFacts:
    """The dossier of a secured facture."""
    return DossierFacts(status, degraded=False, pieces=pieces, tick=tick)


def degraded(*pieces: HeldPiece, tick: Tick = Tick.AUTO) -> DossierFacts:
    """The dossier of a degraded facture."""
    return DossierFacts(Status.A_TRANSMETTRE, degraded=True, pieces=pieces, tick=tick)


def test_a_dossier_ticks_itself_with_its_first_piece_whatever_its_channel() -> None:
    assert not is_ticked(secured())
    for support in Support:
        assert is_ticked(secured(piece(PieceType.ORDN, support)))


def test_a_degraded_dossier_ticks_itself_only_once_its_care_sheet_is_there() -> None:
    assert not is_ticked(degraded(O))
    assert is_ticked(degraded(F))


@pytest.mark.parametrize("pieces", [(), (O,), (O, F)])
def test_the_hand_that_ticked_or_unticked_is_always_obeyed(pieces: tuple[HeldPiece, ...]) -> None:
    for facts in (secured(*pieces), degraded(*pieces)):
        assert is_ticked(replace(facts, tick=Tick.ON))
        assert not is_ticked(replace(facts, tick=Tick.OFF))
        assert not will_leave(replace(facts, tick=Tick.OFF))


def test_a_dossier_to_resend_is_ticked_and_leaves_with_its_frozen_pieces() -> None:
    facts = secured(piece(PieceType.ORDN, rejected=True), status=Status.A_RETRANSMETTRE)
    assert hindrances(facts) == ()
    assert is_ticked(facts)
    assert is_ticked(replace(facts, degraded=True))


def test_what_hinders_a_dossier_from_leaving_ticked_or_not() -> None:
    ticked = Tick.ON
    assert hindrances(secured(tick=ticked)) == (Hindrance.NO_PIECE,)
    assert hindrances(degraded(O, tick=ticked)) == (Hindrance.NO_CARE_SHEET,)
    assert hindrances(secured(piece(PieceType.ORDN, rejected=True), tick=ticked)) == (Hindrance.REJECTED_PIECE,)
    assert hindrances(secured(piece(PieceType.ORDN, waits="260302001"), tick=ticked)) == (Hindrance.WAITS,)
    assert not any(will_leave(secured(O, status=status, tick=ticked)) for status in set(Status) - SENDABLE)


def test_a_dossier_without_ordonnance_leaves_with_a_word_when_secured() -> None:
    facts = secured(piece(PieceType.AUTP))
    assert will_leave(facts)
    assert warnings(facts) == (Caution.NO_ORDONNANCE,)
    assert warnings(secured(O)) == ()
    assert warnings(replace(secured(O), needs_dsi=True)) == (Caution.NO_DSI,)
    assert warnings(replace(secured(O, piece(PieceType.DSIP)), needs_dsi=True)) == ()


def test_a_dossier_refused_as_a_whole_leaves_again_only_by_hand() -> None:
    refused = replace(secured(O, status=Status.A_RECONSTITUER), dossier_rejected=True)
    assert hindrances(refused) == (Hindrance.REJECTED_DOSSIER,)
    assert not will_leave(refused)
    assert will_leave(replace(refused, tick=Tick.ON))


def states(facts: DossierFacts) -> str:
    """The four cells as one word each."""
    return " ".join(cell.state for cell in cells(facts))


def test_the_four_cells_say_what_is_missing_and_what_does_not_apply() -> None:
    assert [cell.type.letter for cell in cells(secured())] == ["O", "D", "A", "F"]
    assert states(secured()) == "missing not_applicable not_applicable not_applicable"
    assert states(degraded()) == "missing not_applicable not_applicable missing"
    assert states(replace(secured(), needs_dsi=True)) == "missing missing not_applicable not_applicable"


def test_a_cell_shows_how_its_piece_travels() -> None:
    for support, state in zip(Support, (CellState.SCANNED, CellState.PAPER, CellState.REFERENCED), strict=True):
        assert cells(secured(piece(PieceType.ORDN, support)))[0].state is state
    assert cells(secured(piece(PieceType.ORDN, rejected=True)))[0].state is CellState.REJECTED


def test_a_cell_of_several_pieces_counts_them_and_shows_its_worst() -> None:
    others = [piece(PieceType.AUTP, Support.PAPIER), piece(PieceType.AUTP), piece(PieceType.AUTP, rejected=True)]
    cell = cells(secured(*others))[2]
    assert (cell.count, cell.state) == (3, CellState.REJECTED)
    assert cells(secured(*others[:2]))[2].state is CellState.SCANNED


@given(st.lists(st.sampled_from(CellState)))
def test_the_worst_of_no_state_is_not_applicable_and_of_many_the_one_to_act_on(found: list[CellState]) -> None:
    assert worst(found) is next((state for state in WORST_FIRST if state in found), CellState.NOT_APPLICABLE)


held = st.lists(
    st.builds(
        HeldPiece,
        st.sampled_from(PieceType),
        st.just(1),
        st.just(1),
        st.sampled_from(Support),
        rejected=st.booleans(),
        waits_for=st.sampled_from(["", "260302001"]),
    ),
    max_size=5,
).map(tuple)
any_facts = st.builds(
    DossierFacts, st.sampled_from(Status), st.booleans(), held, st.sampled_from(Tick), st.booleans(), st.booleans()
)


@given(any_facts)
def test_what_leaves_was_ticked_is_sendable_and_holds_nothing_that_was_refused(facts: DossierFacts) -> None:
    if will_leave(facts):
        assert facts.tick is not Tick.OFF
        assert facts.status in SENDABLE
        if facts.status is not Status.A_RETRANSMETTRE:
            kinds = {piece.type for piece in facts.pieces}
            assert kinds
            assert not facts.degraded or PieceType.FSNC in kinds
            assert not any(piece.rejected or piece.waits_for for piece in facts.pieces)


@given(any_facts)
def test_the_cells_count_every_piece_once(facts: DossierFacts) -> None:
    assert sum(cell.count for cell in cells(facts)) == len(facts.pieces)


def test_where_each_type_of_piece_may_hang() -> None:
    assert [kind for kind in PieceType if may_hang_on_prescription(kind)] == ["ORDN", "DSIP", "AUTP"]
    assert [kind for kind in PieceType if may_hang_on_facture(kind, degraded=False)] == ["AUTP"]
    assert [kind for kind in PieceType if may_hang_on_facture(kind, degraded=True)] == ["AUTP", "FSNC"]


def test_the_letters_of_the_component_name_the_types_both_ways() -> None:
    assert [PieceType.of_letter(letter) for letter in "odAF"] == list(PieceType)
    with pytest.raises(ValueError, match="Z"):
        PieceType.of_letter("Z")

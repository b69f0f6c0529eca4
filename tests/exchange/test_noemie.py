"""NOEMIE returns: what the caisse paid is read to the cent, and nothing odd goes unsaid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scor_tui.demo.noemie_writer import NoemiePayment, NoemieReject, NoemieSender, noemie_file
from scor_tui.domain.errors import BadMessage
from scor_tui.exchange.noemie import NOTICE, NoemieFile, PartState, read_noemie

SENDER = NoemieSender("01996", "991000018", date(2026, 11, 20), "000042")
PAID = NoemiePayment(
    "261105536", "112", date(2026, 11, 5), date(2026, 11, 5), asked=6129, paid=6129, nir="269054958815780"
)
REFUSED = replace(
    PAID,
    facture="261102655",
    state="R",
    paid=0,
    rejects=(NoemieReject("E042", "PRESCRIPTION MANQUANTE"), NoemieReject("S001", "VOIR LIGNE", "L")),
)
RECALL = replace(PAID, facture="261028044", lot="098", lot_date=date(2026, 10, 28), paid=-2043, type="B")
SHARED = replace(PAID, facture="261118620", amc=("0099761000", 2452, "D", 0))

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
CENTS = st.integers(0, 99_999_999)
LABELS = st.text(
    st.characters(codec="cp1252", categories=["L", "N", "P", "Zs"], exclude_characters="@\xa0"), max_size=86
)
PAYMENTS = st.builds(
    NoemiePayment,
    facture=st.from_regex(r"[0-9]{9}", fullmatch=True),
    lot=st.from_regex(r"[0-9]{3}", fullmatch=True),
    lot_date=DAYS,
    day=DAYS,
    asked=CENTS,
    paid=st.integers(-99_999_999, 99_999_999),
    state=st.sampled_from("PRD"),
    type=st.sampled_from("FBDPA"),
    amc=st.none() | st.tuples(st.just("0099761000"), CENTS, st.sampled_from("PRD"), CENTS),
    rejects=st.lists(
        st.builds(NoemieReject, st.from_regex(r"[A-Z0-9]{4}", fullmatch=True), LABELS, st.sampled_from("FLA")),
        max_size=3,
    ).map(tuple),
)


def _read(*payments: NoemiePayment) -> NoemieFile:
    return read_noemie(noemie_file(SENDER, payments))


def test_a_paid_fse_is_told_with_its_lot_and_its_cents() -> None:
    file = _read(PAID)
    (facture,) = file.factures
    assert (facture.number, facture.lot, facture.lot_date) == ("261105536", "112", date(2026, 11, 5))
    assert facture.amo is not None
    assert (facture.amo.state, facture.amo.asked, facture.amo.paid) == (PartState.PAID, 6129, 6129)
    assert facture.amo_paid
    assert (facture.type, facture.return_type, facture.nir) == ("F", "01", "269054958815780")
    assert file.warnings == ()


def test_a_rejection_keeps_its_code_its_label_and_its_level() -> None:
    (facture,) = _read(REFUSED).factures
    assert not facture.amo_paid
    assert [(r.code, r.label, r.level) for r in facture.rejects] == [
        ("E042", "PRESCRIPTION MANQUANTE", "F"),
        ("S001", "VOIR LIGNE", "L"),
    ]


def test_money_taken_back_is_negative_and_announces_no_payment() -> None:
    (facture,) = _read(RECALL).factures
    assert facture.amo is not None
    assert facture.amo.paid == -2043
    assert not facture.amo_paid


def test_the_two_funds_parts_stand_apart() -> None:
    (facture,) = _read(SHARED).factures
    assert facture.amc is not None
    assert (facture.amc.state, facture.amc.asked, facture.amc.amc) == (PartState.DEFERRED, 2452, "0099761000")
    assert facture.amo_paid


def test_who_paid_whom_and_by_which_transfer() -> None:
    file = _read(PAID, REFUSED, RECALL)
    assert (file.header.sender, file.header.recipient) == ("01996", "991000018")
    assert (file.header.date, file.header.file_id, file.header.real_or_test) == (
        date(2026, 11, 20),
        "000042",
        "T",
    )
    assert [(t.date, t.payer) for t in file.transfers] == [(date(2026, 11, 20), "01996")]
    assert "certifi" in NOTICE


@given(st.lists(PAYMENTS, max_size=8))
def test_whatever_the_caisse_writes_is_read_back(payments: list[NoemiePayment]) -> None:
    file = read_noemie(noemie_file(SENDER, payments))
    assert file.warnings == ()
    assert len(file.factures) == len(payments)
    for facture, payment in zip(file.factures, payments, strict=True):
        assert (facture.number, facture.lot, facture.lot_date) == (
            payment.facture,
            payment.lot,
            payment.lot_date,
        )
        assert (facture.date, facture.type) == (payment.day, payment.type)
        assert facture.amo is not None
        assert (facture.amo.asked, facture.amo.state, facture.amo.paid) == (
            payment.asked,
            payment.state,
            payment.paid,
        )
        told = facture.amc and (facture.amc.amc, facture.amc.asked, facture.amc.state.value, facture.amc.paid)
        assert told == payment.amc
        assert [(r.code, r.level) for r in facture.rejects] == [(r.code, r.level) for r in payment.rejects]


@given(st.lists(PAYMENTS, min_size=1, max_size=3), st.data())
def test_a_file_cut_anywhere_is_refused_and_never_half_read(payments: list[NoemiePayment], data: st.DataObject) -> None:
    whole = noemie_file(SENDER, payments)
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(BadMessage, match="position"):
        read_noemie(whole[:cut])


@given(st.binary(max_size=2000) | st.binary(max_size=600).map(lambda b: noemie_file(SENDER, [PAID])[:128] + b))
def test_noise_is_refused_or_read_but_never_breaks_the_program(noise: bytes) -> None:
    try:
        read_noemie(noise)
    except BadMessage as refusal:
        assert refusal.remedy  # noqa: PT017 - either outcome is right


@given(st.lists(PAYMENTS, min_size=1, max_size=3), st.data())
def test_a_spoilt_byte_never_breaks_the_program(payments: list[NoemiePayment], data: st.DataObject) -> None:
    spoilt = bytearray(noemie_file(SENDER, payments))
    spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    try:
        file = read_noemie(bytes(spoilt))
    except BadMessage:
        return
    assert all(w.endswith(")") for w in file.warnings)


def test_an_entity_of_another_time_is_kept_raw_and_the_rest_read() -> None:
    whole = noemie_file(SENDER, [PAID])
    file = read_noemie(whole[:128] + b"77701 quelque chose@" + whole[128:])
    assert [(u.code, u.text, u.position) for u in file.unknown] == [("777", "77701 quelque chose", 129)]
    assert file.factures[0].amo_paid
    assert "annonce" in file.warnings[0]  # the trailer did not count it


def test_a_facture_that_vanished_is_noticed_by_the_trailer() -> None:
    whole = noemie_file(SENDER, [PAID, REFUSED])
    at = whole.index(b"100  261105536")
    then = whole.index(b"100  261102655")
    file = read_noemie(whole[:at] + whole[then:])
    assert [f.number for f in file.factures] == ["261102655"]
    assert any("enregistrements" in w for w in file.warnings)
    assert any("total" in w for w in file.warnings)


def test_a_vanished_lot_is_noticed() -> None:
    whole = noemie_file(SENDER, [PAID])
    at = whole.index(b"080")
    file = read_noemie(whole[:at] + whole[at + 15 :])
    assert any("de lots" in w for w in file.warnings)


def test_an_unreadable_amount_is_told_and_is_not_zero() -> None:
    file = read_noemie(noemie_file(SENDER, [PAID]).replace(b"P00006129P", b"P0000O129P"))
    (facture,) = file.factures
    assert facture.amo is not None
    assert facture.amo.paid is None
    assert not facture.amo_paid
    assert any("montant" in w and "198" in w for w in file.warnings)


def test_a_rejection_after_a_new_lot_is_not_put_on_the_facture_before() -> None:
    whole = noemie_file(SENDER, [PAID])
    reject = b"294  E999LOT REFUSE".ljust(152) + b"@"
    at = whole.rindex(b"999".ljust(55))
    file = read_noemie(whole[:at] + b"080  261105113@" + reject + whole[at:])
    assert file.factures[0].rejects == ()
    assert [r.code for r in file.rejects] == ["E999"]


def test_a_facture_only_announced_is_not_lost() -> None:
    whole = noemie_file(SENDER, [PAID])
    at = whole.index(b"102  ")
    file = read_noemie(whole[:at] + whole[at + 40 :])
    assert [f.number for f in file.factures] == ["261105536"]
    assert file.factures[0].amo_paid
    assert any("102" in w for w in file.warnings)


def test_line_breaks_between_entities_and_padding_at_the_end_are_forgiven() -> None:
    whole = noemie_file(SENDER, [PAID])
    assert read_noemie(whole.replace(b"@", b"@\r\n") + b"\r\n\x1a").factures == read_noemie(whole).factures


def test_two_sendings_in_one_file_are_both_read() -> None:
    file = read_noemie(noemie_file(SENDER, [PAID]) + b"\n" + noemie_file(SENDER, [REFUSED]))
    assert [f.number for f in file.factures] == ["261105536", "261102655"]
    assert ["plusieurs envois" in w for w in file.warnings] == [True]


def test_what_the_caisse_writes_cannot_reach_the_terminal_uncleaned() -> None:
    file = read_noemie(
        noemie_file(SENDER, [REFUSED]).replace(b"PRESCRIPTION MANQUANTE", b"\x1b[2JRESCRIPTION\x00MANQUA")
    )
    assert "\x1b" not in file.factures[0].rejects[0].label
    assert "\x00" not in file.factures[0].rejects[0].label


def test_a_storm_of_oddities_is_counted_not_listed() -> None:
    head, tail = noemie_file(SENDER, [])[:128], noemie_file(SENDER, [])[-128:]
    file = read_noemie(head + b"294@" * 5000 + tail)
    assert len(file.warnings) == 201
    assert "autres" in file.warnings[-1]
    assert len(file.rejects) == 5000


def test_a_number_too_long_for_its_field_is_never_written_cut() -> None:
    with pytest.raises(ValueError, match="champ"):
        noemie_file(SENDER, [replace(PAID, facture="2611055361")])
    with pytest.raises(ValueError, match="champ"):
        noemie_file(SENDER, [replace(PAID, asked=10**9)])

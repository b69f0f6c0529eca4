"""Numbers as a practitioner copies them: what is right is kept, a slip of the pen is noticed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scor_tui.domain import numbers
from scor_tui.domain.numbers import Nir, NumberError

BODIES = st.from_regex(r"[1-9][0-9]{4}([0-9]{2}|2A|2B)[0-9]{6}", fullmatch=True)


@given(BODIES)
def test_a_nir_with_its_key_is_read_back_whatever_its_spaces(body: str) -> None:
    nir = Nir.parse(body + numbers.nir_key(body))
    assert str(nir)[:13] == body
    assert Nir.parse(nir.spaced) == nir
    assert Nir.parse(nir.spaced.replace(" ", "\u202f").lower()) == nir
    assert 1 <= int(nir.key) <= 97


@given(BODIES, st.integers(0, 12), st.integers(1, 9))
def test_one_digit_miscopied_is_always_noticed(body: str, place: int, shift: int) -> None:
    assume(body[place].isdigit())
    wrong = body[:place] + str((int(body[place]) + shift) % 10) + body[place + 1 :]
    with pytest.raises(NumberError):
        Nir.parse(wrong + numbers.nir_key(body))


def test_the_key_of_known_numbers_corsica_included() -> None:
    assert numbers.nir_key("2690549588157") == "80"  # worked out by hand in public courses on the key
    for department, digits, less in (("2A", "20", 1_000_000), ("2B", "20", 2_000_000)):
        value = int(f"18503{digits}004123") - less
        assert numbers.nir_key(f"18503{department}004123") == f"{97 - value % 97:02d}"
    assert numbers.nir_key("185032A004123") != numbers.nir_key("185032B004123")


def test_a_refused_nir_says_neither_the_number_nor_the_right_key() -> None:
    with pytest.raises(NumberError) as caught:
        Nir.parse("269054958815781")
    assert "clé" in str(caught.value)
    assert "80" not in str(caught.value)
    assert "2690" not in str(caught.value)


def _refusal(check: Callable[[str], object], text: str) -> str:
    try:
        check(text)
    except NumberError as refusal:
        return str(refusal)
    return ""


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    checks = (
        Nir.parse,
        numbers.nir_key,
        numbers.prescriber,
        numbers.rpps,
        numbers.check_facture,
        numbers.cents,
    )
    for check in checks:
        sentence = _refusal(check, text)
        assert sentence == "" or sentence.endswith(".")


@pytest.mark.parametrize("text", ["26110553", "2611055361", "26110553x", "٢٦١١٠٥٥٣٦", "²61105536", ""])
def test_a_facture_number_is_nine_ascii_digits(text: str) -> None:
    with pytest.raises(NumberError, match="9 chiffres"):
        numbers.check_facture(text)


def test_facture_numbers_tell_their_day_and_end_at_999() -> None:
    assert numbers.facture_number(date(2015, 9, 18), 655) == "150918655"
    assert numbers.check_facture(" 150918655 ") == "150918655"
    for sequence in (0, 1000):
        with pytest.raises(NumberError):
            numbers.facture_number(date(2026, 11, 5), sequence)


def test_fse_lots_wrap_and_scor_lots_do_not() -> None:
    assert numbers.next_fse_lot("007") == "008"
    assert numbers.next_fse_lot("999") == "001"
    assert numbers.next_fse_lot("000") == "001"
    assert numbers.scor_lot_number(231) == numbers.check_scor_lot("000231")
    with pytest.raises(NumberError):
        numbers.scor_lot_number(1_000_000)


@given(st.from_regex(r"[0-9]{10}", fullmatch=True))
def test_exactly_one_last_digit_makes_an_rpps(body: str) -> None:
    accepted = [key for key in "0123456789" if numbers.luhn_holds(body + key)]
    assert len(accepted) == 1
    assert numbers.rpps(body + accepted[0]) == body + accepted[0]
    assert numbers.prescriber(body + accepted[0]) == body + accepted[0]


def test_a_prescriber_may_be_unknown_or_have_an_old_number() -> None:
    assert numbers.prescriber("inconnu") == numbers.PRESCRIBER_UNKNOWN
    assert numbers.prescriber("991000018") == "991000018"
    with pytest.raises(NumberError, match="INCONNU"):
        numbers.prescriber("Dr Martin")


@given(st.integers(-(10**11) + 1, 10**11 - 1))
def test_amounts_are_written_and_read_back(amount: int) -> None:
    text = numbers.euros(amount)
    assert numbers.cents(text.lstrip("-")) == abs(amount)
    assert text.startswith("-") == (amount < 0)


@pytest.mark.parametrize(
    ("text", "amount"),
    [("61,29", 6129), ("61.29", 6129), ("61", 6100), ("61,2", 6120), ("1 234,50 €", 123450)],
)
def test_amounts_as_people_type_them(text: str, amount: int) -> None:
    assert numbers.cents(text) == amount


@pytest.mark.parametrize("text", ["", "-5", "61,295", "12 34", "1,2,3", "1e3", "NaN", "61,-"])
def test_an_amount_that_could_be_misread_is_refused(text: str) -> None:
    with pytest.raises(NumberError):
        numbers.cents(text)


def test_euros_group_thousands_with_a_space_that_does_not_break() -> None:
    assert numbers.euros(123456789) == "1\u00a0234\u00a0567,89"
    assert numbers.euros(-5) == "-0,05"

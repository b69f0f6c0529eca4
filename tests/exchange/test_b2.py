"""B2 files of a billing program: all factures are taken, or none and every error is named."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scor_tui.domain.errors import ImportRefused
from scor_tui.domain.numbers import nir_key
from scor_tui.domain.wire import CaisseId
from scor_tui.exchange.b2 import B2File, read_b2

TODAY = date(2026, 11, 21)
NIR = "269054958815780"


def _record(start: str, **fields: str) -> str:
    """Lay fields named `p<position>` over 128 blanks."""
    line = list(start.ljust(128))
    for name, text in fields.items():
        at = int(name[1:]) - 1
        line[at : at + len(text)] = text
    return "".join(line)


def _facture(number: str, nir: str = NIR, birth: str = "690523", lines: int = 1, end: str = "") -> list[str]:
    return [
        _record("2", p2="991000018", p12=nir, p30=number, p49="01", p51="996", p54="0000", p96=birth, p102="1"),
        _record("2S"),
        *[_record("3", p30=number) for _ in range(lines)],
        _record("5", p30=end or number, p39="001", p42="00006129", p50="00004290", p58="00000000", p66="00001839"),
    ]


def _file(*factures: list[str], join: str = "\r\n") -> bytes:
    body = [record for facture in factures for record in facture]
    return join.join([_record("000"), _record("1", p20="112"), *body, _record("6"), _record("999")]).encode()


def _refusal(content: bytes) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        read_b2(content, TODAY)
    return caught.value


@pytest.mark.parametrize("join", ["", "\n", "\r\n"])
def test_a_facture_gives_what_the_fse_needs(join: str) -> None:
    (facture,) = read_b2(_file(_facture("261105536"), join=join), TODAY).factures
    assert (facture.number, facture.lot, facture.practitioner) == ("261105536", "112", "991000018")
    assert str(facture.nir) == NIR
    assert facture.caisse == CaisseId("01", "996", "0000")
    assert (facture.birth, facture.rank) == (date(1969, 5, 23), "1")
    assert (facture.lines, facture.totals) == (1, (6129, 4290, 0, 1839))


def test_a_centre_of_three_digits_and_trimmed_lines_are_right() -> None:
    facture = _facture("261105536")
    facture[0] = facture[0].replace("010000", "010000").replace("019960000", "01996001 ")
    content = b"\n".join(line.rstrip() for line in _file(facture).split(b"\n"))
    assert read_b2(content, TODAY).factures[0].caisse == CaisseId("01", "996", "001")


def test_one_wrong_nir_refuses_the_whole_file_and_names_its_line_only() -> None:
    wrong = NIR[:-1] + "1"
    refusal = _refusal(_file(_facture("261105536"), _facture("261105537", nir=wrong)))
    assert [line for line, _ in refusal.lines] == [7]
    assert "clé" in refusal.lines[0][1]
    assert wrong not in str(refusal.as_dict())
    assert NIR not in str(refusal.as_dict())


def test_all_errors_are_told_at_once() -> None:
    refusal = _refusal(_file(_facture("26110553X"), _facture("261105537", end="261105538"), _facture("261105537")))
    assert [line for line, _ in refusal.lines] == [3, 10, 11]
    assert "3 erreurs" in refusal.cause


def test_a_file_cut_short_is_refused() -> None:
    whole = _file(_facture("261105536"), join="")
    assert "999" in _refusal(whole[:-128]).lines[0][1]
    for records in range(7):
        _refusal(whole[: records * 128])


def test_records_out_of_order_are_refused() -> None:
    records = _file(_facture("261105536")).split(b"\r\n")
    for i in range(len(records) - 1):
        if records[i][:2] in (b"2S", b"3 "):
            continue  # a supplement and a line may stand in either order
        swapped = [*records]
        swapped[i], swapped[i + 1] = swapped[i + 1], swapped[i]
        assert any("attendu" in sentence for _, sentence in _refusal(b"\r\n".join(swapped)).lines)


def test_a_count_of_lines_that_differs_is_told_without_refusing() -> None:
    file = read_b2(_file(_facture("261105536", lines=3)), TODAY)
    assert "1 lignes annoncées, 3 lues" in file.warnings[0]


@pytest.mark.parametrize(
    ("text", "birth"),
    [
        ("261121", date(2026, 11, 21)),
        ("261122", date(1926, 11, 22)),
        ("000229", date(2000, 2, 29)),
        ("693523", None),
        ("690500", None),
    ],
)
def test_the_century_of_a_birth_and_lunar_dates(text: str, birth: date | None) -> None:
    assert read_b2(_file(_facture("261105536", birth=text)), TODAY).factures[0].birth == birth


@given(st.from_regex(r"[12][0-9]{4}(2A|2B|[0-9]{2})[0-9]{6}", fullmatch=True))
def test_any_nir_with_its_key_passes_corsica_included(body: str) -> None:
    (facture,) = read_b2(_file(_facture("261105536", nir=body + nir_key(body))), TODAY).factures
    assert facture.nir.number == body


def _try(content: bytes) -> B2File | None:
    try:
        return read_b2(content, TODAY)
    except ImportRefused as refusal:
        assert refusal.lines  # noqa: PT017 - either outcome is right
        return None


@given(st.binary(max_size=1500))
def test_noise_is_refused(noise: bytes) -> None:
    assert _try(noise) is None


@given(st.data())
def test_a_spoilt_byte_never_breaks_the_program(data: st.DataObject) -> None:
    spoilt = bytearray(_file(_facture("261105536"), _facture("261105537")))
    spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    _try(bytes(spoilt))

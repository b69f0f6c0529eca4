"""Import of a practice's records: whole or not at all, every error has its line and no patient's data."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scor_tui.domain.dossier import Flux
from scor_tui.domain.errors import ImportRefused
from scor_tui.domain.wire import CaisseId, Sign
from scor_tui.exchange.records import IMPORT_SCHEMA, ImportBatch, parse_records, read_records
from scor_tui.exchange.records_schema import COLUMNS, Kind

NIR = "269054958815780"
PATIENT = {
    "numero": "P1",
    "nom": "ESSAIM",
    "prenom": "Agathe",
    "naissance": "23/05/1969",
    "nir": "2 69 05 49 588 157 80",
    "caisse": "01-996-0000",
    "tiers_payant": "oui",
}
PRESCRIPTION = {
    "numero": "O7",
    "patient": "P1",
    "praticien": "991000018",
    "date": "2026-11-03",
    "prescripteur": "INCONNU",
    "actes": "10 AMS 7,5",
    "debut": "2026-11-04",
    "fin": "04/12/2026",
}
FACTURE = {
    "numero": "261105536",
    "patient": "P1",
    "prescription": "O7",
    "praticien": "991000018",
    "date": "2026-11-05",
    "mode": "securisee",
    "caisse": "01-996-0000",
    "total": "61,29",
    "amo": "36.77",
    "amc": "24,52",
    "fse_lot": "112",
    "fse_envoyee_le": "2026-11-05 19:30",
    "fse_arl": "+",
    "fse_arl_le": "2026-11-06",
}
ROWS = {Kind.PATIENTS: PATIENT, Kind.PRESCRIPTIONS: PRESCRIPTION, Kind.FACTURES: FACTURE}
PARIS = timezone(timedelta(hours=1))


def _csv(kind: Kind, *rows: dict[str, str]) -> bytes:
    names = list(rows[0])
    lines = [f"#scor-tui-import;1;{kind}", ";".join(names)]
    lines += [";".join(row.get(name, "") for name in names) for row in rows]
    return "\r\n".join(lines).encode()


def _json(**lists: object) -> bytes:
    return json.dumps({"format": "scor-tui-import", "version": 1, **lists}).encode()


def _refusal(content: bytes) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        parse_records(content, zone=PARIS)
    return caught.value


def test_a_patient_comes_in_with_cleaned_numbers() -> None:
    (patient,) = parse_records(_csv(Kind.PATIENTS, PATIENT)).patients
    assert (patient.number, patient.last_name, patient.first_name) == ("P1", "ESSAIM", "Agathe")
    assert (patient.birth, patient.nir) == (date(1969, 5, 23), NIR)
    assert (patient.caisse, patient.tiers_payant) == (CaisseId("01", "996", "0000"), True)
    assert NIR not in repr(patient)


def test_a_prescription_comes_in_with_both_ways_to_write_a_date() -> None:
    (prescription,) = parse_records(_csv(Kind.PRESCRIPTIONS, PRESCRIPTION)).prescriptions
    assert prescription.day == date(2026, 11, 3)
    assert (prescription.prescriber, prescription.acts) == ("INCONNU", "10 AMS 7,5")
    assert (prescription.start, prescription.end) == (date(2026, 11, 4), date(2026, 12, 4))
    assert not prescription.dsi


def test_a_facture_comes_in_with_cents_and_the_story_of_its_fse() -> None:
    (facture,) = parse_records(_csv(Kind.FACTURES, FACTURE), zone=PARIS).factures
    assert (facture.total, facture.amo, facture.amc, facture.insured) == (6129, 3677, 2452, 0)
    assert facture.day == date(2026, 11, 5)
    assert (facture.degraded, facture.flux) == (False, Flux.FSE)
    assert facture.fse_sent == datetime(2026, 11, 5, 18, 30, tzinfo=UTC)
    assert (facture.fse_lot, facture.fse_arl, facture.fse_arl_date) == (
        "112",
        Sign.POSITIVE,
        date(2026, 11, 6),
    )


@pytest.mark.parametrize(
    ("text", "hour"),
    [("2026-11-05", 12), ("05/11/2026 08:15", 7), ("2026-11-05T08:15:00Z", 8), ("2026-11-05T08:15-0500", 13)],
)
def test_when_an_fse_was_sent_is_kept_in_utc(text: str, hour: int) -> None:
    (facture,) = parse_records(_csv(Kind.FACTURES, FACTURE | {"fse_envoyee_le": text}), zone=PARIS).factures
    assert facture.fse_sent is not None
    assert (facture.fse_sent.hour, facture.fse_sent.tzinfo) == (hour, UTC)


@pytest.mark.parametrize("kind", Kind)
def test_json_says_the_same_as_csv(kind: Kind) -> None:
    from_csv = parse_records(_csv(kind, ROWS[kind]), zone=PARIS)
    from_json = parse_records(_json(**{kind.value: [ROWS[kind]]}), zone=PARIS)
    strip = lambda batch: repr(batch).replace("line=3", "line=1")  # noqa: E731 - one use
    assert strip(from_csv) == strip(from_json)


def test_json_numbers_and_booleans_are_natural() -> None:
    facture = FACTURE | {"numero": 261105536, "total": 61.29, "amo": 36.77, "amc": None}
    batch = parse_records(_json(factures=[facture], prescriptions=[PRESCRIPTION | {"dsi": True}]))
    assert (batch.factures[0].number, batch.factures[0].total, batch.factures[0].amc) == (
        "261105536",
        6129,
        0,
    )
    assert batch.prescriptions[0].dsi


def test_every_error_is_told_with_its_line_and_nothing_is_taken() -> None:
    rows = [
        FACTURE,
        FACTURE | {"numero": "261105537", "date": "31/02/2026"},
        FACTURE | {"numero": "12", "total": "beaucoup", "mode": "autre"},
        FACTURE | {"numero": "261105536", "fse_arl": ""},
    ]
    refusal = _refusal(_csv(Kind.FACTURES, *rows))
    assert [line for line, _ in refusal.lines] == [4, 5, 5, 5, 6, 6]
    sentences = "\n".join(sentence for _, sentence in refusal.lines)
    for word in ("date", "numero", "total", "mode", "fse_arl", "déjà à la ligne 3"):
        assert word in sentences
    assert "6 erreurs" in refusal.cause
    assert "rien n'a été repris" in refusal.cause


def test_a_row_on_several_lines_is_named_by_its_first() -> None:
    rows = [PATIENT | {"prenom": '"Agathe\nMarie"'}, PATIENT | {"numero": "P2", "naissance": "hier"}]
    assert [line for line, _ in _refusal(_csv(Kind.PATIENTS, *rows)).lines] == [5]


def test_a_wrong_nir_is_told_without_the_nir_nor_its_right_key() -> None:
    refusal = _refusal(_csv(Kind.PATIENTS, PATIENT | {"nir": "269054958815781"}))
    told = str(refusal.as_dict())
    assert "clé" in told
    assert "80" not in told
    assert "269054958815" not in told


def test_json_errors_name_the_list_and_the_index() -> None:
    refusal = _refusal(_json(patients=[PATIENT, PATIENT | {"numero": "P2", "nir": "x"}], factures=[{"numero": "1"}, 3]))
    assert refusal.lines[0][0] == 1
    assert "factures, élément 1" in refusal.lines[0][1]
    assert any(line == 2 and "patients, élément 2 : nir" in sentence for line, sentence in refusal.lines)
    assert "Ligne" not in refusal.cause


def test_a_file_of_latin_1_is_told_by_its_first_foreign_line() -> None:
    content = _csv(Kind.PATIENTS, PATIENT, PATIENT | {"numero": "P2", "nom": "HÉRON"}).decode().encode("cp1252")
    refusal = _refusal(content)
    assert [line for line, _ in refusal.lines] == [4]
    assert "UTF-8" in refusal.cause


def test_a_spreadsheet_s_mark_and_empty_cells_are_forgiven() -> None:
    lines = _csv(Kind.PATIENTS, PATIENT).decode().split("\r\n")
    content = "\ufeff" + lines[0] + ";;;;\r\n" + "\r\n".join(lines[1:]) + ";;\r\n;;;\r\n\r\n"
    assert len(parse_records(content.encode()).patients) == 1


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "première ligne"),
        (b"nom;prenom\r\nA;B", "première ligne"),
        (b"#scor-tui-import;2;patients\r\n", "version 2"),
        (b"#scor-tui-import;un;patients\r\n", "version"),
        (b"#scor-tui-import;1;chiens\r\n", "chiens"),
        (b"#scor-tui-import;1;patients", "colonnes"),
        (b"#scor-tui-import;1;patients\r\nnumero;couleur\r\n", "couleur"),
        (b"#scor-tui-import;1;patients\r\nnumero;numero\r\n", "deux fois"),
        (b'#scor-tui-import;1;patients\r\n"numero', "guillemets"),
        (b'{"format": "autre"}', "format"),
        (b'{"format": "scor-tui-import", "version": 7}', "version 7"),
        (b'{"format": "scor-tui-import", "version": 1, "chats": []}', "chats"),
        (b'{"format": "scor-tui-import", "version": 1, "version": 1}', "deux fois"),
        (b'{"format": "scor-tui-import", "version": 1, "patients": 3}', "liste"),
        (b'{"format": "scor-tui-import",\n "version": 1,,', "ligne 2"),
        (b"[" * 100_000, "imbriqué"),
    ],
)
def test_a_file_of_another_make_is_told_why(content: bytes, word: str) -> None:
    refusal = _refusal(content)
    assert any(word in sentence for _, sentence in refusal.lines)
    assert refusal.remedy


def test_missing_and_surplus_cells_are_errors_of_their_line() -> None:
    content = _csv(Kind.PATIENTS, PATIENT) + b";x;y\r\nP2;SEUL\r\n"
    refusal = _refusal(content)
    assert {line for line, _ in refusal.lines} == {3, 4}
    assert "cellules" in refusal.lines[0][1]


@pytest.mark.parametrize(
    "change",
    [
        {"fse_arl_le": ""},
        {"fse_envoyee_le": ""},
        {"fse_lot": ""},
        {"amo": "62"},
        {"total": "-1"},
        {"date": "2026-13-01"},
        {"date": "1899-12-31"},
        {"fse_envoyee_le": "2026-11-05 25:00"},
        {"fse_envoyee_le": "2026-11-05 12:00+99:99"},
        {"flux": "XML"},
        {"caisse": "01-996"},
        {"caisse": "٠١-996-0000"},
        {"patient": "P" * 21},
    ],
)
def test_a_facture_that_cannot_be_true_is_refused(change: dict[str, str]) -> None:
    assert len(_refusal(_csv(Kind.FACTURES, FACTURE | change)).lines) == 1


def test_care_does_not_end_before_it_begins() -> None:
    assert "commencer" in _refusal(_csv(Kind.PRESCRIPTIONS, PRESCRIPTION | {"fin": "2026-11-01"})).lines[0][1]


def test_control_characters_never_come_in() -> None:
    (patient,) = parse_records(_csv(Kind.PATIENTS, PATIENT | {"nom": "ESS\x1b[2JAIM\u202e"})).patients
    assert "\x1b" not in patient.last_name
    assert "\u202e" not in patient.last_name


def test_ten_thousand_errors_are_counted_and_the_first_shown() -> None:
    refusal = _refusal(_csv(Kind.FACTURES, *[FACTURE | {"total": "x"}] * 1000))
    assert len(refusal.lines) == 200
    assert "1999 erreurs" in refusal.cause


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="lu"):
        read_records(tmp_path / "rien.csv")
    (tmp_path / "patients.csv").write_bytes(_csv(Kind.PATIENTS, PATIENT))
    assert len(read_records(tmp_path / "patients.csv").patients) == 1


def test_the_printed_schema_names_every_column_and_is_narrow() -> None:
    for columns in COLUMNS.values():
        for column in columns:
            assert column.name in IMPORT_SCHEMA
    assert max(len(line) for line in IMPORT_SCHEMA.splitlines()) <= 80


CELLS = st.text(max_size=30) | st.sampled_from(
    ["2026-11-05", "P1", "261105536", "61,29", NIR, "01-996-0000", "oui", "+"]
)


@given(
    st.sampled_from(list(Kind)),
    st.lists(st.dictionaries(st.sampled_from("abc"), CELLS), max_size=3),
    st.data(),
)
def test_any_cells_are_read_or_refused(kind: Kind, extra: list[dict[str, str]], data: st.DataObject) -> None:
    names = [column.name for column in COLUMNS[kind]]
    rows = [{name: data.draw(CELLS) for name in names} for _ in range(2)]
    _try(_json(**{kind.value: [*rows, *extra]}))
    _try(_csv(kind, *rows))


@given(st.binary(max_size=300))
def test_noise_is_refused(noise: bytes) -> None:
    assert _try(noise) is None
    _try(b"#scor-tui-import;1;factures\n" + noise)
    _try(b'{"format":"scor-tui-import","version":1,"factures":[' + noise)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["numero", "nir"]), inner),
    max_leaves=8,
)


@given(JSON, JSON)
def test_any_json_is_read_or_refused(patients: object, factures: object) -> None:
    _try(json.dumps({"format": "scor-tui-import", "version": 1, "patients": patients, "factures": [factures]}).encode())


def _try(content: bytes) -> ImportBatch | None:
    try:
        return parse_records(content, zone=PARIS)
    except ImportRefused as refusal:
        assert refusal.lines  # noqa: PT017 - either outcome is right
        assert "\x1b" not in str(refusal.as_dict())  # noqa: PT017
        return None

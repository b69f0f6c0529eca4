"""What the schema keeps true by itself: a dossier's place in « À transmettre », who is a new patient, what is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from scor_tui.domain.dossier import OPEN_GATES, Flux, FseFacts, Gate, gate
from scor_tui.domain.status import Status
from scor_tui.domain.wire import Sign
from scor_tui.store import models as m
from scor_tui.store import search
from scor_tui.store.engine import write

COMING_BACK = {Status.A_RETRANSMETTRE, Status.A_RECONSTITUER, Status.EN_COURS}
START = date(2026, 3, 1)


def place(dossier: Any) -> tuple[Any, Any]:
    """Where the dossier stands now."""
    row = m.Dossier.get_by_id(dossier.id)
    return row.listed_day, row.listed_number


def change(row: Any, **values: Any) -> None:
    """Change one row in its own commit."""
    with write():
        type(row).update(**values).where(type(row).id == row.id).execute()


@pytest.fixture
def listed(filled: Any) -> Any:
    """A practice whose one dossier stands in « À transmettre »."""
    change(filled.facture, arl_sign=Sign.POSITIVE)
    assert place(filled.dossier) == (filled.facture.date, filled.facture.number)
    return filled


@pytest.mark.parametrize("status", [Status.A_TRANSMETTRE, Status.A_RETRANSMETTRE, Status.EN_COURS, Status.ARCHIVE])
def test_a_dossier_stands_in_the_list_when_the_rules_say_so(filled: Any, now: datetime, status: Status) -> None:
    """Every state of an invoice, against the domain's own gate (product, 3.2)."""
    lawful = {"essais": 1, "handed_over": now, "verdict": Sign.POSITIVE}
    back_to = Status.A_TRANSMETTRE if status is Status.EN_COURS else None
    with write():
        m.database.execute_sql("DROP TRIGGER status_is_legal")
    change(filled.dossier, status=status, back_to=back_to, **lawful)
    days = (date(2026, 2, 28), START, date(2026, 3, 2))
    for flux, degraded, day, sent, arl, paid in product(
        Flux, (False, True), days, (None, now), (None, *Sign), (None, now)
    ):
        change(filled.facture, flux=flux, degraded=degraded, date=day, arl_sign=arl, noemie_paid=paid)
        change(filled.facture.lot_fse, sent=sent)
        facts = FseFacts(flux, degraded, day, START, sent is not None, arl, paid is not None)
        found = gate(facts)
        shown = found in OPEN_GATES or (found is Gate.ARL_NEGATIVE and degraded)
        if status is not Status.A_TRANSMETTRE:
            shown = status in COMING_BACK and found not in (Gate.NOT_SCOR, Gate.BEFORE_START)
        assert place(filled.dossier) == ((day, filled.facture.number) if shown else (None, None)), facts


def test_a_dossier_finds_its_place_as_it_is_opened_and_leaves_it_as_it_moves(listed: Any, now: datetime) -> None:
    facture = m.Facture.get_by_id(listed.facture.id)
    facts = {key: value for key, value in facture.__data__.items() if key not in ("id", "number")}
    with write():
        other = m.Dossier.create(facture=m.Facture.create(number="260302002", **facts))
    assert place(other) == (facture.date, "260302002")
    change(other, status=Status.COLLECTE_PAPIER)
    assert place(other) == (None, None)
    change(other, status=Status.A_TRANSMETTRE)
    assert place(other) == (facture.date, "260302002")


def test_a_corrected_facture_or_start_moves_it(listed: Any) -> None:
    change(listed.facture, number="260302009", date=date(2026, 3, 5))
    assert place(listed.dossier) == (date(2026, 3, 5), "260302009")
    change(listed.practitioner, scor_start=date(2026, 4, 1))
    assert place(listed.dossier) == (None, None)
    change(listed.practitioner, scor_start=START)
    assert place(listed.dossier) == (date(2026, 3, 5), "260302009")
    change(listed.facture, lot_fse=None)
    assert place(listed.dossier) == (None, None)


def test_nobody_puts_it_elsewhere_by_hand(listed: Any) -> None:
    where = place(listed.dossier)
    change(listed.dossier, listed_day=None, listed_number=None)
    assert place(listed.dossier) == where
    change(listed.dossier, listed_number="999999999")
    assert place(listed.dossier) == where


def test_a_patient_is_new_until_something_is_prescribed(filled: Any) -> None:
    facts = {key: value for key, value in filled.patient.__data__.items() if key not in ("id", "number", "is_new")}
    with write():
        other = m.Patient.create(number="P2", **facts)
    assert _new() == {"P2"}
    change(filled.prescription, patient=other)
    assert _new() == {"P1"}
    with write():
        second = m.Prescription.create(
            number="O2", patient=filled.patient, practitioner=filled.practitioner,
            prescriber=filled.prescription.prescriber, date=date(2026, 3, 1),
        )  # fmt: skip
    assert _new() == set()
    with write():
        second.delete_instance()
    assert _new() == {"P1"}


def test_a_name_is_found_as_it_is_now(filled: Any) -> None:
    assert search.patients("venteu", 10) == [filled.patient.id]
    change(filled.patient, folded="autrement")
    assert search.patients("venteu", 10) == []
    assert search.patients("trem", 10) == [filled.patient.id]
    assert search.patients("t", 10) == [filled.patient.id]
    change(filled.facture, number="260302077")
    assert search.factures("302001", 10) == []
    assert search.factures("2077", 10) == [filled.facture.id]
    assert search.factures("trem", 10) == [filled.facture.id]


@pytest.mark.parametrize("words", ['"', '"""', "a OR b", "nom*", "-nom", "nom) OR (x", "venteux zenobie", "'"])
def test_words_are_never_a_language(filled: Any, words: str) -> None:
    assert search.patients(words, 10) == ([filled.patient.id] if words in filled.patient.folded else [])


def test_too_many_are_not_named(filled: Any) -> None:
    facts = {key: value for key, value in filled.patient.__data__.items() if key not in ("id", "number")}
    with write():
        m.Patient.insert_many([dict(facts, number=f"X{rank}") for rank in range(5)]).execute()
    assert search.patients("venteu", 5) is None
    assert len(search.patients("venteu", 6) or ()) == 6
    assert search.factures("venteu", 5) is None


def test_a_practice_of_every_state_has_each_dossier_in_its_place(opened: None) -> None:
    asked = (
        "SELECT count(*), count(listed_day) FROM dossier JOIN dossier_place USING (id) "
        "WHERE (listed_day, listed_number) IS NOT (day, number)"
    )
    assert m.database.execute_sql(asked).fetchone() == (0, 0)
    assert m.Dossier.select().where(m.Dossier.listed_day.is_null(False)).count() > 5


@pytest.fixture
def opened(practice_folder: Path) -> Iterator[None]:
    """The invented practice after its story."""
    from scor_tui.store.engine import open_store

    store = open_store(practice_folder)
    yield
    store.close()


def _new() -> set[str]:
    return {row.number for row in m.Patient.select().where(m.Patient.is_new)}

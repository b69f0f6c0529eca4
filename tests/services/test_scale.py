"""A list costs what it shows: as many queries for a thousand dossiers as for ten, each of them a range of an index."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from scor_tui.domain.status import Status
from scor_tui.services import agenda, dossiers, holdings, paging, posting, returns, state, ticks
from scor_tui.services.agenda import Criteria
from scor_tui.store.models import Dossier, Facture, PaperRow, Patient, Prescription, database

PAGE = 20
PERIOD = Criteria(date(2024, 11, 21), date(2026, 11, 21), unfinished=False)
PLACES = {
    "a_transmettre": lambda row: (row.date, row.facture),
    "retours": lambda row: (row.lot_id, row.dossier),
    "papier": lambda row: (row.status, row.row),
    "periode": lambda row: (row.day, row.id),
    "patients": lambda row: (row.folded, row.id),
}


def lists(cabinet):
    """The paging functions of the screens, by list and filter."""
    filtered = {one: ("retours", {"status": one}) for one in Status if one is not Status.A_TRANSMETTRE}
    period = {
        "toutes": PERIOD,
        "non terminées": replace(PERIOD, unfinished=True),
        "d'un praticien": replace(PERIOD, practitioner=cabinet.practitioners()[0].number),
    }
    return {
        "à transmettre": ("a_transmettre", paging.to_send),
        "retours": ("retours", lambda *at, **how: paging.returned(cabinet, *at, **how)),
        "retours avec alerte": ("retours", lambda *at, **how: paging.returned(cabinet, *at, alerts=True, **how)),
        **{
            f"retours {one}": (place, lambda *at, kept=kept, **how: paging.returned(cabinet, *at, **kept, **how))
            for one, (place, kept) in filtered.items()
        },
        "papier": ("papier", paging.register),
        "patients": ("patients", agenda.patients),
        "nouveaux patients": ("patients", lambda *at, **how: agenda.patients(*at, new_only=True, **how)),
        **{
            f"prescriptions {one}": (
                "periode",
                lambda *at, asked=asked, **how: agenda.prescriptions(cabinet, asked, *at, **how),
            )
            for one, asked in period.items()
        },
    }


@pytest.fixture
def spy(monkeypatch):
    """Return a function that runs another and returns its SQL statements with their values."""

    def run(do):
        seen = []
        real = database.obj.execute_sql

        def execute(sql, params=None, *others, **kwargs):
            seen.append((sql, params or ()))
            return real(sql, params, *others, **kwargs)

        with monkeypatch.context() as patch:
            patch.setattr(database.obj, "execute_sql", execute)
            do()
        return seen

    return run


def moves(function, place):
    """Return what a screen does with a list: open, end, half a page down from the middle, half a page up."""
    rows = function(None, 4 * PAGE)
    middle = place(rows[len(rows) // 2]) if rows else None
    return (
        lambda: function(None, PAGE),
        lambda: function(None, PAGE, backwards=True),
        lambda: function(middle, PAGE // 2),
        lambda: function(middle, PAGE // 2, backwards=True),
    )


MOST = 10
"""Queries of a page of any list: one finds its rows, one reads them, the rest what hangs on them."""


@pytest.fixture(params=[100, 3000], ids=["cent dossiers", "trois mille"])
def crowded(request, practice, grow):
    """A practice of so many dossiers, of which at least two pages wait."""
    practice.ready()
    grow(request.param)
    return practice


def test_a_page_costs_a_few_queries_however_many_rows_it_has(crowded, spy):
    for name, (place, function) in lists(crowded.cabinet).items():
        for do in moves(function, PLACES[place]):
            assert len(spy(do)) <= MOST, name


def test_a_page_is_read_from_an_index_in_its_order_and_nothing_is_sorted(crowded, spy):
    for name, (place, function) in lists(crowded.cabinet).items():
        for do in moves(function, PLACES[place]):
            for statement, values in spy(do):
                assert not detours(statement, values), (name, statement)


def test_a_period_is_read_from_the_row_that_is_asked_around(crowded, spy):
    """Upwards from a row, the older ones are not read first."""
    rows = agenda.prescriptions(crowded.cabinet, PERIOD, None, PAGE)
    place = PLACES["periode"](rows[-1])
    for backwards, taken_for_the_start in ((False, "<="), (True, ">=")):
        page = spy(lambda way=backwards: agenda.prescriptions(crowded.cabinet, PERIOD, place, PAGE, backwards=way))[0]
        assert f'"t1"."date" {taken_for_the_start} ?' not in page[0]
        assert "SEARCH t1 USING INDEX prescription_date_id_ends (date>? AND date<?)" in plan_of(*page)
    assert agenda.prescriptions(crowded.cabinet, PERIOD, place, PAGE, backwards=True) == rows[:-1]


def detours(statement, values):
    """What SQLite's plan says of tables that are read whole and of rows that are sorted."""
    plan = database.connection().execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
    steps = [row[3] for row in plan]
    return [one for one in steps if "TEMP B-TREE" in one or (one.startswith("SCAN") and "USING" not in one)]


def test_an_end_is_no_further_in_a_long_list(crowded):
    """Both ways, page after page, a list gives each of its rows once and in one order."""
    for name, (kind, function) in lists(crowded.cabinet).items():
        place, down, up = PLACES[kind], [], []
        while page := function(place(down[-1]) if down else None, 200):
            down += page
        while page := function(place(up[0]) if up else None, 200, backwards=True):
            up = [*page, *up]
        assert [place(row) for row in down] == [place(row) for row in up], name
        assert len({place(row) for row in down}) == len(down), name


def test_what_waits_is_counted_in_as_many_queries_for_a_thousand_dossiers(crowded, spy):
    found = []
    assert len(spy(lambda: found.append(state.work()))) == 10
    assert found[0].to_scan > 20
    assert found[0].ready > 20


def test_the_count_of_what_waits_is_what_the_rows_say(crowded):
    rows, found = list(dossiers.to_send()), state.work()
    missing = [row for row in rows if any(cell.state == "missing" for cell in row.cells)]
    assert found.to_scan == sum(row.status is Status.A_TRANSMETTRE for row in missing)
    assert found.ready == sum(row.leaves for row in rows)
    assert found.held_back == sum(row.ticked and not row.leaves for row in rows)


@pytest.mark.parametrize("at_once", [7, 1000])
def test_many_dossiers_are_judged_as_one_is(crowded, monkeypatch, at_once):
    monkeypatch.setattr(holdings, "BATCH", at_once)
    some = list(dossiers.to_send_query())
    assert [one.id for batch in dossiers.batches(at_once) for one in batch] == [one.id for one in some]
    assert holdings.facts_of(some) == {one.id: holdings.facts(one) for one in some}


def test_all_are_ticked_by_few_statements(crowded, spy):
    writes = []

    def toggle():
        writes.append(ticks.tick_all(crowded.cabinet))

    changed = [sql for sql, _ in spy(toggle) if sql.startswith("UPDATE")]
    assert writes[0] > 20
    assert len(changed) == 1


def test_counts_are_read_once_and_again_after_a_change(crowded, spy):
    cabinet = crowded.cabinet
    first = returns.counts(), posting.counted(cabinet)
    assert spy(lambda: (returns.counts(), posting.counted(cabinet))) == []
    archived = Dossier.select().where(Dossier.status == Status.ARCHIVE).first()
    database.execute_sql("UPDATE dossier SET status = status WHERE id = ?", (archived.id,))
    assert len(spy(lambda: (returns.counts(), posting.counted(cabinet)))) == 3
    assert (returns.counts(), posting.counted(cabinet)) == first


def test_an_alert_is_counted_and_found_without_reading_the_others(crowded, spy):
    assert returns.with_alert() == Dossier.select().where(Dossier.alert.contains("ARL")).count() > 0
    (count,) = spy(returns.with_alert)
    assert "dossier_alert" in plan_of(*count)


def plan_of(statement, values):
    """SQLite's plan in one string."""
    plan = database.connection().execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
    return " ".join(row[3] for row in plan)


# --- the filter ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["nom1", "essai", "inv", "9", "90", "900", "zq", "zzz", "om", '"', "%", "nom' OR"])
def test_a_filter_finds_all_that_hold_its_words_and_nothing_else(crowded, words):
    cabinet, factures = crowded.cabinet, {row.number: row for row in Facture.select(Facture, Patient).join(Patient)}

    def holds(number):
        return words in number or words in factures[number].patient.folded

    sent = [row.facture for row in paging.to_send(None, 5000, words=words)]
    assert sent == [row.facture for row in paging.to_send(None, 5000) if holds(row.facture)]
    back = [row.facture for row in paging.returned(cabinet, None, 5000, words=words)]
    assert back == [row.facture for row in paging.returned(cabinet, None, 5000) if holds(row.facture)]
    paper = [row.row for row in paging.register(None, 5000, words=words)]
    assert paper == [row.row for row in paging.register(None, 5000) if holds(row.facture)]
    people = [row.number for row in agenda.patients(None, 5000, words=words)]
    assert people == [row.number for row in agenda.patients(None, 5000) if words in row.folded]
    period = [row.id for row in agenda.prescriptions(cabinet, replace(PERIOD, words=words), None, 5000)]
    named = {row.number for row in Patient.select() if words in row.folded}
    whole = agenda.prescriptions(cabinet, PERIOD, None, 5000)
    assert period == [row.id for row in whole if row.patient_number in named]


def test_a_filter_that_few_meet_reads_no_list(crowded, spy):
    rare = Facture.get(Facture.number.startswith("9")).number
    everything = lists(crowded.cabinet)
    for name in ("à transmettre", "retours", "papier"):
        for statement, values in spy(lambda name=name: everything[name][1](None, PAGE, words=rare)):
            plan = plan_of(statement, values)
            assert not plan.startswith("SCAN t1 "), (name, statement)
            assert "dossier_listed" not in plan, (name, statement)
            assert "dossier_lot_id" not in plan, (name, statement)


def test_a_filter_that_many_meet_reads_the_list_until_the_page_is_full(crowded, monkeypatch):
    whole = [row.facture for row in paging.to_send(None, 5000, words="nom")]
    monkeypatch.setattr(paging, "FEW", 3)
    assert [row.facture for row in paging.to_send(None, 5000, words="nom")] == whole
    assert len(paging.register(None, PAGE, words="nom")) == PAGE


# --- new patients, envelopes --------------------------------------------------------------------------------


def test_new_patients_are_those_without_prescription(crowded):
    without = Patient.select().where(Patient.id.not_in(Prescription.select(Prescription.patient)))
    assert {row.id for row in agenda.patients(None, 5000, new_only=True)} == {row.id for row in without}


def test_an_envelope_more_or_less_is_as_if_all_were_read_again(crowded):
    rows = [row.id for row in PaperRow.select().limit(30)]
    found = []
    for row in rows:
        found = posting.with_row(found, row)
    assert sorted_rows(found) == sorted_rows(posting.envelopes(rows))
    for row in rows[10:]:
        found = posting.without_row(found, row)
    assert sorted_rows(found) == sorted_rows(posting.envelopes(rows[:10]))


def sorted_rows(found):
    return [replace(one, rows=tuple(sorted(one.rows))) for one in found]

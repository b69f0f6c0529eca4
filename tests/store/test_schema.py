"""What the database itself refuses, whoever asks; and that a migrated practice is the one the models describe."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from peewee import IntegrityError, Model, SqliteDatabase

from scor_tui.domain.paper import PaperStatus
from scor_tui.domain.pieces import PieceType, Support
from scor_tui.domain.status import SENDABLE, Status
from scor_tui.domain.wire import Sign
from scor_tui.store import models as m
from scor_tui.store.engine import Store, write
from scor_tui.store.fields import EnumText, IsoDate, UtcDateTime

pytestmark = pytest.mark.usefixtures("filled")


def change(row: Model, **values: Any) -> None:
    """Change one row in its own commit."""
    with write():
        type(row).update(**values).where(type(row).id == row.id).execute()


@pytest.fixture
def refuses() -> Callable[..., None]:
    """A change that the database must refuse, saying why, and that leaves the row as it was."""

    def check(row: Model, says: str, **values: Any) -> None:
        before = type(row).select().where(type(row).id == row.id).dicts().get()
        with pytest.raises(IntegrityError, match=says):
            change(row, **values)
        assert type(row).select().where(type(row).id == row.id).dicts().get() == before

    return check


def test_a_prescription_has_one_live_ordonnance_and_a_new_one_once_it_is_deleted(filled: Any, now: datetime) -> None:
    second = {"type": PieceType.ORDN, "prescription": filled.prescription, "label": "autre", "created": now}
    with pytest.raises(IntegrityError, match="UNIQUE"), write():
        m.Piece.create(**second)
    change(filled.piece, deleted=now)
    with write():
        m.Piece.create(**second)
    assert m.Piece.select().count() == 2


@pytest.mark.parametrize("kind", [PieceType.DSIP, PieceType.FSNC])
def test_there_is_one_dsi_prescription_and_one_care_sheet_too(filled: Any, now: datetime, kind: PieceType) -> None:
    owner = {"facture": filled.facture} if kind is PieceType.FSNC else {"prescription": filled.prescription}
    with write():
        m.Piece.create(type=kind, label="une", created=now, **owner)
    with pytest.raises(IntegrityError, match="UNIQUE"), write():
        m.Piece.create(type=kind, label="deux", created=now, **owner)


def test_other_pieces_are_as_many_as_one_likes(filled: Any, now: datetime) -> None:
    with write():
        for number in range(3):
            m.Piece.create(type=PieceType.AUTP, facture=filled.facture, label=str(number), created=now)


@pytest.mark.parametrize(
    ("kind", "owners"),
    [
        (PieceType.ORDN, ("facture",)), (PieceType.DSIP, ("facture",)), (PieceType.FSNC, ("prescription",)),
        (PieceType.AUTP, ()), (PieceType.AUTP, ("prescription", "facture")),
    ],
)  # fmt: skip
def test_each_piece_hangs_where_it_belongs_and_nowhere_else(
    filled: Any, now: datetime, kind: PieceType, owners: tuple[str, ...]
) -> None:
    held = {owner: getattr(filled, owner) for owner in owners}
    with pytest.raises(IntegrityError, match="CHECK"), write():
        m.Piece.create(type=kind, label="?", created=now, **held)


def lawful(status: Status) -> dict[str, Any]:
    """The other columns that a status asks for."""
    return {
        "essais": 1,
        "handed_over": "2026-03-02T18:00:00Z",
        "verdict": Sign.POSITIVE,
        "back_to": Status.A_TRANSMETTRE if status is Status.EN_COURS else None,
    }


LEGAL = {
    (Status.A_TRANSMETTRE, Status.COLLECTE_PAPIER), (Status.COLLECTE_PAPIER, Status.A_TRANSMETTRE),
    (Status.EN_COURS, Status.TRANSMIS),
    (Status.TRANSMIS, Status.ARCHIVE), (Status.TRANSMIS, Status.A_RETRANSMETTRE),
    (Status.TRANSMIS, Status.A_RECONSTITUER), (Status.TRANSMIS, Status.A_TRAITER),
    (Status.A_RETRANSMETTRE, Status.ARCHIVE), (Status.A_RETRANSMETTRE, Status.A_RECONSTITUER),
    (Status.A_RECONSTITUER, Status.COLLECTE_PAPIER), (Status.A_TRAITER, Status.COLLECTE_PAPIER),
    (Status.A_TRAITER, Status.ARCHIVE), (Status.COLLECTE_PAPIER, Status.ARCHIVE),
    *((before, Status.EN_COURS) for before in SENDABLE), *((Status.EN_COURS, after) for after in SENDABLE),
}  # fmt: skip
"""The table of the product (3.3): written again here, so that schema, machine and tests are three witnesses."""


@pytest.mark.parametrize("before", Status)
def test_a_status_moves_only_by_the_table(filled: Any, before: Status) -> None:
    for after in set(Status) - {before}:
        number = f"26040{list(Status).index(before)}{list(Status).index(after):03d}"
        with write():
            facture = m.Facture.create(
                number=number, patient=filled.patient, practitioner=filled.practitioner,
                caisse=filled.facture.caisse, date=date(2026, 3, 2), total=1,
            )  # fmt: skip
            dossier = m.Dossier.create(facture=facture, status=before, **lawful(before))
        if (before, after) in LEGAL:
            change(dossier, status=after, **lawful(after))
        else:
            with pytest.raises(IntegrityError, match="status"):
                change(dossier, status=after, **lawful(after))


def test_there_are_at_most_two_attempts(filled: Any, refuses: Callable[..., None]) -> None:
    refuses(filled.dossier, "CHECK", essais=3)
    refuses(filled.dossier, "CHECK", essais=-1)


def test_nothing_is_archived_without_a_positive_verdict(filled: Any, refuses: Callable[..., None]) -> None:
    change(filled.dossier, status=Status.EN_COURS, back_to=Status.A_TRANSMETTRE)
    change(filled.dossier, status=Status.TRANSMIS, back_to=None, essais=1, handed_over="2026-03-02T18:00:00Z")
    refuses(filled.dossier, "CHECK", status=Status.ARCHIVE)
    refuses(filled.dossier, "CHECK", status=Status.ARCHIVE, verdict=Sign.NEGATIVE)
    change(filled.dossier, status=Status.ARCHIVE, verdict=Sign.POSITIVE)


def test_a_dossier_that_leaves_knows_where_it_returns(filled: Any, refuses: Callable[..., None]) -> None:
    refuses(filled.dossier, "CHECK", status=Status.EN_COURS)
    refuses(filled.dossier, "CHECK", back_to=Status.A_TRANSMETTRE)


def test_what_was_handed_over_has_its_time(filled: Any, refuses: Callable[..., None]) -> None:
    change(filled.dossier, status=Status.EN_COURS, back_to=Status.A_TRANSMETTRE)
    refuses(filled.dossier, "CHECK", status=Status.TRANSMIS, back_to=None, essais=1)


@pytest.mark.parametrize(
    ("column", "value"),
    [("uuid", "u2"), ("number", "000002"), ("practitioner", 7), ("caisse", 7), ("file", "f"), ("digest", "e" * 64),
     ("envelope_digest", "e"), ("recipient_fingerprint", "e"), ("expires", "2030-01-01T00:00:00Z"), ("bytes", 11)],
)  # fmt: skip
def test_a_sealed_lot_is_frozen(filled: Any, refuses: Callable[..., None], column: str, value: Any) -> None:
    refuses(filled.lot, "lot frozen", **{column: value})


def test_the_state_of_a_sealed_lot_lives_on(filled: Any) -> None:
    change(filled.lot, state=m.LotState.SENDING)
    assert m.LotSCOR.get().state is m.LotState.SENDING


@pytest.mark.parametrize(
    ("column", "value"),
    [("rank", 2), ("piece", 7), ("version", None), ("support", Support.PAPIER), ("reference_lot", "x"),
     ("reference_facture", "x"), ("reference_date", date(2026, 1, 1)), ("line", 7)],
)  # fmt: skip
def test_what_a_lot_carries_is_frozen(filled: Any, refuses: Callable[..., None], column: str, value: Any) -> None:
    refuses(filled.lot_piece, "lot piece frozen", **{column: value})


def test_what_the_caisse_refuses_can_be_marked_on_what_a_lot_carries(filled: Any) -> None:
    change(filled.lot_piece, reject_code="SO-IMG-NOIR", reject_label="noire")


@pytest.mark.parametrize("column", ["file", "sha256", "bytes", "pages", "dpi", "legible_by", "number"])
def test_a_version_of_a_piece_never_changes(filled: Any, refuses: Callable[..., None], column: str) -> None:
    refuses(filled.version, "version", **{column: getattr(filled.version, column)})


def test_the_first_verdict_of_a_lot_stays(filled: Any, refuses: Callable[..., None]) -> None:
    change(filled.line, sign=Sign.NEGATIVE)
    refuses(filled.line, "verdict", sign=Sign.POSITIVE)
    refuses(filled.line, "verdict", sign=None)
    change(filled.line, sign=Sign.NEGATIVE, label="encore")


def test_the_journal_is_only_added_to(filled: Any, refuses: Callable[..., None]) -> None:
    entry = m.JournalEntry.get()
    refuses(entry, "journal", who="quelqu'un d'autre")
    with pytest.raises(IntegrityError, match="journal"), write():
        entry.delete_instance()
    assert m.JournalEntry.select().count() == 1


def test_a_posted_row_is_never_reset_nor_taken_out(filled: Any, refuses: Callable[..., None]) -> None:
    refuses(filled.paper, "CHECK", status=PaperStatus.ENVOYE)
    change(filled.paper, status=PaperStatus.ENVOYE, posted=date(2026, 3, 3))
    refuses(filled.paper, "posted", status=PaperStatus.COLLECTE, posted=None)
    with pytest.raises(IntegrityError, match="posted"), write():
        filled.paper.delete_instance()


def test_a_piece_enters_the_paper_register_once(filled: Any, now: datetime) -> None:
    with pytest.raises(IntegrityError, match="UNIQUE"), write():
        m.PaperRow.create(piece=filled.piece, dossier=filled.dossier, reason="hors_scor", entered=now)


def test_scor_is_not_switched_off_again_but_its_start_can_be_corrected(
    filled: Any, refuses: Callable[..., None]
) -> None:
    refuses(filled.practitioner, "scor_start", scor_start=None)
    change(filled.practitioner, scor_start=date(2026, 4, 1))


def test_a_wrong_type_is_refused_by_its_column(filled: Any, refuses: Callable[..., None]) -> None:
    with pytest.raises(IntegrityError, match="cannot store TEXT value in INTEGER"), write():
        m.database.execute_sql("UPDATE dossier SET essais = 'deux'")
    tables = m.database.execute_sql(
        "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
    ).fetchall()
    loose = {name for name, strict in tables if not strict}
    assert loose == {"schema_migration", "sqlite_schema"}


def test_what_is_named_by_another_row_is_not_deleted(filled: Any) -> None:
    for row in (filled.patient, filled.practitioner, filled.lot, filled.piece, filled.version, filled.dossier):
        with pytest.raises(IntegrityError, match="FOREIGN KEY"), write():
            type(row).delete().where(type(row).id == row.id).execute()


def test_a_row_that_names_nothing_is_not_stored(filled: Any) -> None:
    with pytest.raises(IntegrityError, match="FOREIGN KEY"), write():
        m.LotDossiers.create(lot=filled.lot, lot_fse=999)


def test_there_is_one_practice_a_database(filled: Any, now: datetime) -> None:
    with pytest.raises(IntegrityError), write():
        m.Practice.create(id=2, name="autre", created=now)


def _schema(rows: list[tuple[str, ...]]) -> dict[str, str]:
    return {name: re.sub(r"\s+", " ", sql).strip() for name, sql in rows if sql and name != "schema_migration"}


def test_a_migrated_practice_has_the_tables_that_the_models_describe(store: Store) -> None:
    asked = (
        "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL "
        "AND name NOT IN (SELECT name FROM pragma_table_list WHERE type IN ('virtual', 'shadow'))"
    )
    migrated = _schema(m.database.execute_sql(asked).fetchall())
    migrated.pop("schema_migration_name", None)
    described = SqliteDatabase(":memory:")
    with described.bind_ctx(m.TABLES):
        described.create_tables(m.TABLES)
        from_models = _schema(described.execute_sql(asked).fetchall())
    assert set(migrated) == set(from_models)
    for name, sql in from_models.items():
        assert migrated[name] == sql, name


SCHEMA = ("0001_tables.sql", "0001_guards_sqlite.sql", "0001_kept_sqlite.sql", "0001_search_sqlite.sql")


def test_the_frozen_schema_is_plain_sql_that_sqlite_reads_without_us() -> None:
    here = Path(m.__file__).parents[1] / "migrations"
    words = {"{id}": "INTEGER NOT NULL PRIMARY KEY", "{blob}": "BLOB", "{bool}": "INTEGER", "{strict}": ""}
    script = "\n\n".join((here / name).read_text() for name in SCHEMA)
    for word, meaning in words.items():
        script = script.replace(word, meaning)
    assert "{" not in script
    plain = sqlite3.connect(":memory:")
    for statement in script.split("\n\n"):
        plain.execute(statement)
    plain.close()


def test_a_time_is_stored_in_utc_and_comes_back_aware(now: datetime) -> None:
    field = UtcDateTime()
    paris = now.astimezone(timezone(timedelta(hours=1)))
    assert field.db_value(paris) == "2026-03-02T18:00:00Z"
    assert field.python_value("2026-03-02T18:00:00Z") == now
    with pytest.raises(ValueError, match="naive"):
        field.db_value(datetime(2026, 3, 2, 18, 0))  # noqa: DTZ001 - that is what must be refused
    times = [now + timedelta(hours=hours) for hours in (0, 7, 24 * 31, 24 * 365)]
    stored = [field.db_value(time) or "" for time in times]
    assert stored == sorted(stored), "they sort as text"


def test_a_date_and_a_code_come_back_as_they_were() -> None:
    assert IsoDate().python_value(IsoDate().db_value(date(2026, 3, 2))) == date(2026, 3, 2)
    codes = EnumText(Status)
    for status in Status:
        assert codes.python_value(codes.db_value(status)) is status
    with pytest.raises(ValueError, match="perdu"):
        codes.db_value("perdu")

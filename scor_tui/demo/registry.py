"""What the caisse remembers, durably: receptions, FSEs, lots with their exact ARL, answers still to deliver.

One reception is one transaction: a caisse that dies at any instant finds all of it or nothing of it, and
gives the same answer to the same message. Times are ISO 8601 UTC text.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from scor_tui.domain.pieces import PieceType
from scor_tui.domain.wire import Arl, FseContent, LotContent, Sign
from scor_tui.exchange.arl_xml import read_arl, write_arl

BUSY_MS = 10_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS reception (
    key TEXT PRIMARY KEY, digest TEXT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, lot TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS reception_lot ON reception (lot);
CREATE TABLE IF NOT EXISTS lot (
    uuid TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('fse', 'scor')), digest TEXT NOT NULL,
    practitioner TEXT NOT NULL, caisse TEXT NOT NULL, number TEXT NOT NULL, at TEXT NOT NULL,
    arl TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS fse (
    practitioner TEXT NOT NULL, facture TEXT NOT NULL, flux TEXT NOT NULL, caisse TEXT NOT NULL,
    lot TEXT NOT NULL REFERENCES lot, PRIMARY KEY (practitioner, facture, flux)
) STRICT;
CREATE TABLE IF NOT EXISTS dossier (
    lot TEXT NOT NULL REFERENCES lot, facture TEXT NOT NULL, practitioner TEXT NOT NULL,
    sign TEXT NOT NULL CHECK (sign IN ('+', '-')), PRIMARY KEY (lot, facture)
) STRICT;
CREATE TABLE IF NOT EXISTS accepted_piece (
    lot TEXT NOT NULL REFERENCES lot, facture TEXT NOT NULL, type TEXT NOT NULL, practitioner TEXT NOT NULL,
    PRIMARY KEY (lot, facture, type)
) STRICT;
CREATE TABLE IF NOT EXISTS answer (
    id INTEGER PRIMARY KEY, reception TEXT NOT NULL REFERENCES reception, practitioner TEXT NOT NULL,
    due TEXT NOT NULL, content BLOB NOT NULL, delivered TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS answer_waiting ON answer (due) WHERE delivered IS NULL;
"""


@dataclass(frozen=True)
class Reception:
    """One message taken: its key in the Maildir, the SHA-256 of its bytes, when, what it was, its lot."""

    key: str
    digest: str
    at: datetime
    kind: str
    lot: str = ""


@dataclass(frozen=True)
class NewAnswer:
    """A sealed message for a practitioner's BAL, not before `due`."""

    practitioner: str
    due: datetime
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class WaitingAnswer:
    """An answer that is due and not delivered."""

    id: int
    practitioner: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class TakenLot:
    """A lot that was taken: the digest of its signed-data, and the ARL that it was and will be given."""

    uuid: str
    digest: str
    arl: Arl


@dataclass(frozen=True)
class Facts:
    """What the caisse knows, counted: lots once each, dossiers by sign, FSEs, receptions, answers."""

    lots: int
    dossiers_positive: int
    dossiers_negative: int
    fse: int
    receptions: int
    answers_delivered: int
    answers_waiting: int


class Registry:
    """The caisse's database; use it as a context manager, one at a time in a folder."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MS / 1000)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(_SCHEMA)

    def __enter__(self) -> Registry:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit all of what is written inside, or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # --- what was received -----------------------------------------------------------------------------

    def knows_reception(self, key: str) -> bool:
        """Whether this very message was already dealt with."""
        return bool(self._one("SELECT 1 FROM reception WHERE key = ?", key))

    def times_received(self, lot: str, digest: str) -> int:
        """Return how many different messages carried a lot, the one of this digest included."""
        row = self._one("SELECT count(DISTINCT digest) FROM reception WHERE lot = ? AND digest <> ?", lot, digest)
        return 1 + (int(row[0]) if row else 0)

    def lot(self, uuid: str) -> TakenLot | None:
        """Return a lot that was taken."""
        row = self._one("SELECT digest, arl FROM lot WHERE uuid = ?", uuid)
        return TakenLot(uuid, row[0], read_arl(row[1].encode())) if row else None

    def knows_fse(self, practitioner: str, facture: str, caisse: str) -> bool:
        """Whether an FSE was taken from this practitioner for this caisse."""
        query = "SELECT 1 FROM fse WHERE practitioner = ? AND facture = ? AND caisse = ? AND flux = 'FSE'"
        return bool(self._one(query, practitioner, facture, caisse))

    def accepted(self, practitioner: str, lot: str, facture: str, kind: PieceType) -> bool:
        """Whether a piece of this type was accepted from this practitioner under a lot and facture."""
        query = "SELECT 1 FROM accepted_piece WHERE lot = ? AND facture = ? AND type = ? AND practitioner = ?"
        return bool(self._one(query, lot, facture, kind.value, practitioner))

    # --- within a transaction --------------------------------------------------------------------------

    def add_reception(self, reception: Reception, answers: Sequence[NewAnswer]) -> None:
        """Record a message and what will be answered."""
        row = (reception.key, reception.digest, _text(reception.at), reception.kind, reception.lot)
        self._db.execute("INSERT INTO reception VALUES (?, ?, ?, ?, ?)", row)
        self._db.executemany(
            "INSERT INTO answer (reception, practitioner, due, content) VALUES (?, ?, ?, ?)",
            [(reception.key, answer.practitioner, _text(answer.due), answer.content) for answer in answers],
        )

    def add_fse_lot(self, lot: FseContent, digest: str, arl: Arl, refused: frozenset[str]) -> None:
        """Take a lot of FSEs; the refused ones stay unknown."""
        caisse = str(lot.recipient)
        self._add_lot(lot.uuid, "fse", digest, lot.sender.number, caisse, f"{lot.year}/{lot.lot}", arl)
        self._db.executemany(
            "INSERT OR IGNORE INTO fse VALUES (?, ?, ?, ?, ?)",
            [
                (lot.sender.number, entry.facture, lot.flux, caisse, lot.uuid)
                for entry in lot.factures
                if entry.facture not in refused
            ],
        )

    def add_scor_lot(self, lot: LotContent, digest: str, arl: Arl) -> None:
        """Take a lot SCOR with the verdict on each dossier, and the pieces that later lots may refer to."""
        self._add_lot(lot.uuid, "scor", digest, lot.sender.number, str(lot.recipient), lot.number, arl)
        signs = {verdict.facture: verdict.sign for verdict in arl.dossiers}
        number = lot.sender.number
        self._db.executemany(
            "INSERT INTO dossier VALUES (?, ?, ?, ?)",
            [(lot.uuid, facture, number, sign.value) for facture, sign in signs.items()],
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO accepted_piece VALUES (?, ?, ?, ?)",
            [
                (lot.uuid, dossier.facture, piece.type.value, number)
                for dossier in lot.dossiers
                if signs.get(dossier.facture) is Sign.POSITIVE
                for piece in dossier.pieces
            ],
        )

    def _add_lot(
        self, uuid: str, kind: str, digest: str, practitioner: str, caisse: str, number: str, arl: Arl
    ) -> None:
        row = (uuid, kind, digest, practitioner, caisse, number, _text(arl.date), write_arl(arl).decode())
        self._db.execute("INSERT INTO lot VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    # --- what is to be delivered -----------------------------------------------------------------------

    def answers_due(self, now: datetime) -> list[WaitingAnswer]:
        """Return what is due and not delivered, oldest first."""
        query = "SELECT id, practitioner, content FROM answer WHERE delivered IS NULL AND due <= ? ORDER BY due, id"
        return [WaitingAnswer(*row) for row in self._db.execute(query, (_text(now),))]

    def mark_delivered(self, answer: int, now: datetime) -> None:
        """Record that an answer lies in its BAL."""
        self._db.execute("UPDATE answer SET delivered = ? WHERE id = ?", (_text(now), answer))

    # --- what is known ---------------------------------------------------------------------------------

    def count_facts(self) -> Facts:
        """Count what the caisse knows."""

        def count(what: str) -> int:
            row = self._one(f"SELECT count(*) FROM {what}")  # noqa: S608 - our own words
            return int(row[0]) if row else 0

        return Facts(
            lots=count("lot WHERE kind = 'scor'"),
            dossiers_positive=count("dossier WHERE sign = '+'"),
            dossiers_negative=count("dossier WHERE sign = '-'"),
            fse=count("fse"),
            receptions=count("reception"),
            answers_delivered=count("answer WHERE delivered IS NOT NULL"),
            answers_waiting=count("answer WHERE delivered IS NULL"),
        )

    def verdicts(self) -> dict[str, tuple[tuple[str, Sign], ...]]:
        """Return for each facture the lots that carried its dossier and their signs, in the order taken."""
        found: dict[str, tuple[tuple[str, Sign], ...]] = {}
        query = "SELECT d.facture, d.lot, d.sign FROM dossier d JOIN lot l ON l.uuid = d.lot ORDER BY l.at, l.rowid"
        for facture, lot, sign in self._db.execute(query):
            found[facture] = (*found.get(facture, ()), (lot, Sign(sign)))
        return found

    def _one(self, query: str, *values: str) -> tuple[str, ...] | None:
        row: tuple[str, ...] | None = self._db.execute(query, values).fetchone()
        return row


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")

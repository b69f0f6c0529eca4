"""B2 files, read to pre-fill the FSE to justify (formats, section 3): all or nothing, errors by line.

Fixed records of 128 characters: `000` file, `1` lot, `2` facture (`2S` its supplement), `3` and `4` lines,
`5` end of the facture, `6` end of the lot, `999` end of the file. They follow one another, or stand one a
line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from scor_tui.domain.errors import ImportRefused
from scor_tui.domain.numbers import Nir, NumberError, check_facture, check_fse_lot, practitioner_number
from scor_tui.domain.wire import CaisseId

T = TypeVar("T")

RECORD: Final = 128
MAX_BYTES: Final = 20_000_000
MAX_ERRORS: Final = 200

_BEFORE: Final = {"0": 0, "1": 1, "2": 2, "2S": 3, "3": 3, "4": 3, "5": 3, "6": 2, "9": 1}
_AFTER: Final = {"0": 1, "1": 2, "2": 3, "2S": 3, "3": 3, "4": 3, "5": 2, "6": 1, "9": 0}
"""How deep one must be before each kind of record, and is after it: file, lot, facture."""


@dataclass(frozen=True)
class B2Facture:
    """One facture: `line` counts records from 1; `totals` are the four amounts of its end record, in cents.

    `birth` is None for a birth date that no calendar has (lunar dates); `rank` tells twins apart.
    `lines` is the number of act lines that the end record announces.
    """

    line: int
    number: str
    lot: str
    practitioner: str
    caisse: CaisseId
    birth: date | None
    rank: str
    lines: int
    totals: tuple[int, int, int, int]
    nir: Nir = field(repr=False)


@dataclass(frozen=True)
class B2File:
    """The factures of a B2 file, in order, and French sentences on what was odd without being wrong."""

    factures: tuple[B2Facture, ...]
    warnings: tuple[str, ...] = ()


def read_b2(content: bytes, today: date) -> B2File:
    """Read a whole B2 file; a birth date takes the latest century that is not after `today`.

    Raises `ImportRefused` with every error as (record, sentence) when a single one is wrong.
    """
    if len(content) > MAX_BYTES:
        raise _refused([(0, "Le fichier dépasse 20 Mo.")])
    reading = _Reading(today)
    for line, record in enumerate(_records(content), start=1):
        reading.take(line, record)
    reading.finish()
    if reading.errors:
        raise _refused(reading.errors)
    return B2File(tuple(reading.factures), tuple(reading.warnings))


def _refused(errors: list[tuple[int, str]]) -> ImportRefused:
    count = len(errors)
    told = "une erreur" if count == 1 else f"{count} erreurs"
    shown = errors[:MAX_ERRORS]
    return ImportRefused(
        f"Le fichier B2 a {told} ; rien n'a été repris. Ligne {shown[0][0]} : {shown[0][1]}",
        "Corrigez-le dans le logiciel qui l'a produit, puis recommencez.",
        lines=shown,
    )


def _records(content: bytes) -> list[str]:
    text = content.decode("latin-1").rstrip("\r\n\x1a\0 ")
    if "\n" in text:
        return [line.rstrip("\r") for line in text.split("\n")]
    return [text[start : start + RECORD] for start in range(0, len(text), RECORD)]


@dataclass(frozen=True)
class _Head:
    """What the type 2 record of a facture says."""

    line: int
    number: str
    practitioner: str
    nir: Nir
    caisse: CaisseId
    birth: date | None
    rank: str


class _Reading:
    """The records in order, and how deep one is: 0 outside, 1 in a file, 2 in a lot, 3 in a facture."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.depth = 0
        self.ended = False
        self.line = 0
        self.record = ""
        self.lot = ""
        self.head: _Head | None = None
        self.acts = 0
        self.seen: dict[str, int] = {}
        self.factures: list[B2Facture] = []
        self.errors: list[tuple[int, str]] = []
        self.warnings: list[str] = []

    def take(self, line: int, record: str) -> None:
        self.line, self.record = line, record.ljust(RECORD)
        kind = self._kind()
        if len(record) > RECORD:
            self._error(f"L'enregistrement compte {len(record)} caractères au lieu de {RECORD}.")
        elif kind is None:
            self._error("Ce n'est pas un enregistrement B2 : son type est inconnu.")
        else:
            self._place(kind)
            self._read(kind)

    def finish(self) -> None:
        if not self.ended and not self.errors:
            self._error("Le fichier s'arrête avant son enregistrement de fin 999.")

    def _kind(self) -> str | None:
        if self.record[0] in "09":
            return self.record[0] if self.record[:3] in ("000", "999") else None
        if self.record[:2] == "2S":
            return "2S"
        return self.record[0] if self.record[0] in _BEFORE else None

    def _place(self, kind: str) -> None:
        """Check that the record may stand here; after an error go on, so as to tell the others."""
        if self.ended or self.depth != _BEFORE[kind]:
            self._error(f"Un enregistrement de type {self._field(1, len(kind))} n'est pas attendu ici.")
        self.depth = _AFTER[kind]
        self.ended = kind == "9"

    def _read(self, kind: str) -> None:
        match kind:
            case "1":
                self.lot = self._number(check_fse_lot, 20, 3) or ""
            case "2":
                self.acts, self.head = 0, self._facture()
            case "3" | "4":
                self.acts += 1
            case "5":
                self._end_of_facture()
                self.head = None

    def _number(self, check: Callable[[str], T], start: int, length: int) -> T | None:
        try:
            return check(self._field(start, length))
        except NumberError as refusal:
            self._error(str(refusal))
            return None

    def _facture(self) -> _Head | None:
        known = len(self.errors)
        number = self._number(check_facture, 30, 9) or ""
        practitioner = self._number(practitioner_number, 2, 9) or ""
        nir = self._number(Nir.parse, 12, 15)
        caisse, birth = self._caisse(), self._birth()
        if number in self.seen:
            self._error(f"La facture {number} est déjà à la ligne {self.seen[number]}.")
        if len(self.errors) > known or nir is None:
            return None
        self.seen[number] = self.line
        return _Head(self.line, number, practitioner, nir, caisse, birth, self._field(102, 1).strip())

    def _caisse(self) -> CaisseId:
        text = f"{self._field(49, 2)}-{self._field(51, 3)}-{self._field(54, 4).strip()}"
        try:
            if not text.isascii():
                raise ValueError(text)
            return CaisseId.parse(text)
        except ValueError:
            self._error("Le régime (2 chiffres), la caisse (3) et le centre (3 ou 4) sont illisibles.")
            return CaisseId("", "", "")

    def _birth(self) -> date | None:
        text = self._field(96, 6)
        if not (text.isascii() and text.isdigit()):
            self._error("La date de naissance n'a pas 6 chiffres.")
            return None
        year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
        for century in (2000, 1900):
            try:
                birth = date(century + year, month, day)
            except ValueError:
                continue
            if birth <= self.today:
                return birth
        return None

    def _end_of_facture(self) -> None:
        head, number = self.head, self._field(30, 9)
        if head is None:
            return
        if number != head.number:
            self._error(f"La fin d'une facture ne porte pas le numéro {head.number} de son début.")
            return
        lines = self._whole(39, 3, "nombre de lignes")
        totals = [self._whole(start, 8, "total") for start in (42, 50, 58, 66)]
        if lines != self.acts:
            self.warnings.append(f"Facture {number} : {lines} lignes annoncées, {self.acts} lues (ligne {self.line}).")
        self.factures.append(
            B2Facture(
                line=head.line,
                number=number,
                lot=self.lot,
                practitioner=head.practitioner,
                caisse=head.caisse,
                birth=head.birth,
                rank=head.rank,
                lines=lines,
                totals=(totals[0], totals[1], totals[2], totals[3]),
                nir=head.nir,
            )
        )

    def _whole(self, start: int, length: int, what: str) -> int:
        text = self._field(start, length).strip() or "0"
        if text.isascii() and text.isdigit():
            return int(text)
        self._error(f"Un {what} n'est pas un nombre.")
        return 0

    def _field(self, start: int, length: int) -> str:
        return self.record[start - 1 : start - 1 + length]

    def _error(self, sentence: str) -> None:
        self.errors.append((self.line, sentence))

"""NOEMIE-PS returns, read without certification: what the caisse paid, rejected or deferred.

A flat file of entities (formats, section 2): `000` opens and `999` closes, 128 characters each; every other
entity has a fixed length and ends with `@`. The layout was learnt from public practice, not from the
specification, and the reader says so (`NOTICE`). Hence its temper: a broken structure is refused whole with
its position, so that a truncated file is asked for again; anything else that is odd is read as far as it
goes and told in `warnings`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from scor_tui.domain.errors import BadMessage
from scor_tui.domain.text import clean
from scor_tui.exchange.noemie_facts import (
    NOTICE,
    NoemieFacture,
    NoemieFile,
    NoemieHeader,
    NoemieTransfer,
    Part,
    PartState,
    RawEntity,
    Reject,
)
from scor_tui.exchange.noemie_fields import Fields

__all__ = [
    "NOTICE",
    "NoemieFacture",
    "NoemieFile",
    "NoemieHeader",
    "NoemieTransfer",
    "Part",
    "PartState",
    "RawEntity",
    "Reject",
    "read_noemie",
]

MAX_BYTES: Final = 10_000_000
MAX_WARNINGS: Final = 200
EDGE_LENGTH: Final = 128
END: Final = "@"

LENGTHS: Final = {
    "010": 14, "020": 21, "040": 21, "070": 12, "071": 86, "080": 15, "081": 22,
    "100": 15, "102": 40, "103": 152, "110": 88, "120": 57, "150": 8, "160": 23,
    "198": 24, "199": 49, "210": 118, "220": 118, "250": 47, "261": 19, "262": 134,
    "290": 98, "294": 153, "295": 135, "990": 43,
}  # fmt: skip
"""Length of each known entity, its `@` included."""

_STATES: Final = {state.value for state in PartState if state is not PartState.UNREADABLE}
_LINE_BREAKS = re.compile(r"[\r\n]*")
_PADDING = re.compile(r"[\s\0\x1a]*")
"""Before a header and after a trailer: what transfers add (blanks, NUL, end-of-file of old systems)."""


def read_noemie(content: bytes) -> NoemieFile:
    """Read a NOEMIE-PS file; text is cp1252, one character a byte; line breaks between entities are allowed.

    Amounts are cents, signed; dates AAMMJJ become dates of this century. The trailer's record count (000 and
    999 included), its count of lots (080) and its total (of the AMO parts, or of both parts) are compared
    with what was read. Raises `BadMessage` when the file has no header, is truncated, or is larger than 10
    MB.
    """
    if len(content) > MAX_BYTES:
        raise BadMessage(
            "Ce retour NOEMIE dépasse 10 Mo.", "Demandez à la caisse de le renvoyer en plusieurs fichiers."
        )
    reading = _Reading(content.decode("cp1252", errors="replace"))
    reading.run()
    return reading.result()


class _Reading:
    """One pass over the text: a cursor, the open facture, what was counted since the last header."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.headers: list[NoemieHeader] = []
        self.transfers: list[NoemieTransfer] = []
        self.factures: list[NoemieFacture] = []
        self.rejects: list[Reject] = []
        self.unknown: list[RawEntity] = []
        self.warnings: list[str] = []
        self.hidden_warnings = 0
        self.is_open = False
        self.entities = self.lots = 0
        self.first_facture = 0
        self.return_type = self.announced = ""
        self.facture: NoemieFacture | None = None
        self.facture_rejects: list[Reject] = []

    # --- structure ---------------------------------------------------------------------------------------

    def run(self) -> None:
        while True:
            self._skip(_LINE_BREAKS if self.is_open else _PADDING)
            if self.position >= len(self.text):
                break
            self._entity(self.text[self.position : self.position + 3])
        if self.is_open or not self.headers:
            raise self._broken("il s'arrête avant son entité de fin 999")

    def _skip(self, pattern: re.Pattern[str]) -> None:
        blank = pattern.match(self.text, self.position)
        self.position = blank.end() if blank else self.position

    def result(self) -> NoemieFile:
        if self.hidden_warnings:
            self.warnings.append(f"Et {self.hidden_warnings} autres remarques.")
        return NoemieFile(
            header=self.headers[0],
            factures=tuple(self.factures),
            transfers=tuple(self.transfers),
            rejects=tuple(self.rejects),
            unknown=tuple(self.unknown),
            warnings=tuple(self.warnings),
        )

    def _entity(self, code: str) -> None:
        if not self.is_open:
            if code != "000":
                raise self._broken("l'entité d'en-tête 000 y est attendue")
            self._header(self._edge())
        elif code == "999":
            self._trailer(self._edge())
        else:
            self.entities += 1
            self._inner(code)

    def _edge(self) -> Fields:
        """Take the 128 characters of a 000 or a 999."""
        raw = self.text[self.position : self.position + EDGE_LENGTH]
        if len(raw.rstrip("\r\n")) < EDGE_LENGTH:
            raise self._broken(f"l'entité {raw[:3]} n'a pas ses {EDGE_LENGTH} caractères")
        fields = Fields(raw, self.position, self.warn)
        self.position += EDGE_LENGTH
        return fields

    def _inner(self, code: str) -> None:
        start, length = self.position, LENGTHS.get(code)
        if length is not None and self.text[start + length - 1 : start + length] == END:
            end = start + length
        else:
            end = self.text.find(END, start) + 1
            if not end:
                raise self._broken("la dernière entité n'a pas de fin (@)")
            if length is not None:
                self.warn(f"L'entité {code} compte {end - start} caractères au lieu de {length}.", start)
        self.position = end
        raw = self.text[start : end - 1]
        if length is None:
            self.unknown.append(RawEntity(start + 1, clean(code), raw))
        else:
            self._dispatch(code, Fields(raw, start, self.warn))

    def _dispatch(self, code: str, fields: Fields) -> None:
        match code:
            case "071":
                self._transfer(fields)
            case "080":
                self._lot(fields)
            case "081":
                self.return_type = fields.text(6, 2)
            case "100":
                self._announce(fields)
            case "102":
                self._facture(fields)
            case "103":
                self._insured(fields)
            case "198" | "199":
                self._part(code, fields)
            case "290" | "294":
                self._reject(code, fields)

    # --- the file's edges --------------------------------------------------------------------------------

    def _header(self, fields: Fields) -> None:
        if self.headers:
            self.warn("Le fichier contient plusieurs envois : tous sont lus.", self.position - EDGE_LENGTH)
        self.headers.append(
            NoemieHeader(
                sender_type=fields.text(4, 2),
                sender=fields.text(6, 14),
                recipient_type=fields.text(26, 2),
                recipient=fields.text(28, 14),
                file_id=fields.text(50, 6),
                date=fields.date(56),
                reference=fields.text(62, 4),
                version=fields.text(66, 2),
                currency=fields.text(70, 1),
                real_or_test=fields.text(71, 1),
            )
        )
        self.is_open = True
        self.entities, self.lots, self.first_facture = 1, 0, len(self.factures)
        self.return_type = self.announced = ""

    def _trailer(self, fields: Fields) -> None:
        self._close(fields.position)
        self.is_open = False
        self.entities += 1
        here = self.factures[self.first_facture :]
        amo = sum(f.amo.paid or 0 for f in here if f.amo)
        both = amo + sum(f.amc.paid or 0 for f in here if f.amc)
        self._compare(fields.count(56, 8), self.entities, "enregistrements", fields.position)
        self._compare(fields.count(83, 3), self.lots, "lots", fields.position)
        total = fields.count(86, 11)
        if total is None or total not in {abs(amo), abs(both)}:
            told = "illisible" if total is None else f"de {total} centimes"
            self.warn(f"Le total annoncé, {told}, n'est pas celui des paiements lus ({both}).", fields.position)

    def _compare(self, announced: int | None, read: int, what: str, position: int) -> None:
        if announced != read:
            told = "un nombre illisible" if announced is None else str(announced)
            self.warn(f"Le fichier annonce {told} de {what} ; {read} ont été lus.", position)

    # --- what it says ------------------------------------------------------------------------------------

    def _transfer(self, fields: Fields) -> None:
        self.transfers.append(
            NoemieTransfer(
                date=fields.date(6),
                label=" ".join(part for part in (fields.text(12, 32), fields.text(44, 32)) if part),
                payer=fields.text(76, 10),
            )
        )

    def _lot(self, fields: Fields) -> None:
        self._close(fields.position)
        self.lots += 1
        self.return_type = ""

    def _announce(self, fields: Fields) -> None:
        self._close(fields.position)
        self.announced = fields.text(6, 9)

    def _close(self, position: int) -> None:
        """Put the open facture away; one that was only announced by its 100 is kept too, with a warning."""
        self._adopt_announced(position)
        if self.facture is not None:
            self.factures.append(replace(self.facture, rejects=tuple(self.facture_rejects)))
        self.facture, self.facture_rejects = None, []

    def _adopt_announced(self, position: int) -> None:
        if self.announced:
            self.warn(f"La facture {self.announced} n'a pas d'entité 102.", position)
            self.facture = NoemieFacture(number=self.announced, return_type=self.return_type)
            self.announced = ""

    def _facture(self, fields: Fields) -> None:
        number = fields.text(6, 9)
        if self.announced and self.announced != number:
            self.warn(f"La facture {number} suit l'annonce de la facture {self.announced}.", fields.position)
        if not re.fullmatch(r"[0-9]{9}", number):
            self.warn(f"Le numéro de facture « {number} » n'a pas 9 chiffres.", fields.position)
        self.announced = ""
        self._close(fields.position)
        self.facture = NoemieFacture(
            number=number,
            complement=fields.text(15, 6),
            lot=fields.text(21, 3),
            lot_date=fields.date(24),
            type=fields.text(30, 1),
            date=fields.date(31),
            return_type=self.return_type,
        )

    def _insured(self, fields: Fields) -> None:
        self._adopt_announced(fields.position)
        if self.facture is not None:
            nir = (fields.text(6, 13) + fields.text(19, 2)).replace(" ", "")
            self.facture = replace(self.facture, nir=nir)

    def _part(self, code: str, fields: Fields) -> None:
        self._adopt_announced(fields.position)
        facture = self.facture
        if facture is None:
            self.warn(f"Une part {code} n'appartient à aucune facture : elle n'est pas retenue.", fields.position)
            return
        known = facture.amo if code == "198" else facture.amc
        if known is not None:
            self.warn(f"La facture {facture.number} a deux parts {code} : la première est retenue.", fields.position)
            return
        part = Part(
            asked=fields.amount(6, 8),
            state=self._state(fields),
            paid=fields.signed(15, 8, 23),
            amc=fields.text(24, 10) if code == "199" else "",
        )
        if part.state is PartState.PAID and part.paid is None:
            self.warn(f"La facture {facture.number} est payée, mais son montant manque.", fields.position)
        self.facture = replace(facture, amo=part) if code == "198" else replace(facture, amc=part)

    def _state(self, fields: Fields) -> PartState:
        letter = fields.text(14, 1)
        if letter in _STATES:
            return PartState(letter)
        self.warn(f"L'état de paiement « {letter} » est inconnu.", fields.position)
        return PartState.UNREADABLE

    def _reject(self, code: str, fields: Fields) -> None:
        if code == "290":
            line = fields.text(6, 2)
            reject = Reject(code=fields.text(8, 10), label=fields.text(18, 80), level="L" if line else "", line=line)
        else:
            reject = Reject(
                code=fields.text(6, 4),
                label=fields.text(10, 86),
                level=fields.text(96, 1),
                part=fields.text(97, 1),
                date=fields.date(103),
                extra=fields.text(123, 30),
            )
        self._adopt_announced(fields.position)
        if self.facture is None:
            self.warn(f"Le rejet {reject.code} n'appartient à aucune facture.", fields.position)
            self.rejects.append(reject)
        else:
            self.facture_rejects.append(reject)

    # --- telling -----------------------------------------------------------------------------------------

    def warn(self, sentence: str, position: int) -> None:
        """Keep a remark with its position (from 1); beyond `MAX_WARNINGS` they are only counted."""
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(f"{sentence} (position {position + 1})")
        else:
            self.hidden_warnings += 1

    def _broken(self, what: str) -> BadMessage:
        return BadMessage(
            f"Ce n'est pas un retour NOEMIE entier : à la position {self.position + 1}, {what}.",
            "Le fichier est gardé tel quel ; redemandez-le à la caisse.",
            code="NOEMIE",
        )

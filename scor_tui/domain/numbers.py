"""Numbers of the field: NIR, facture, lots, practitioners, amounts. How they are read, checked and written.

Everything raises `NumberError`, a ValueError whose text is a French sentence made to be shown; it never
repeats what was typed and never gives the key that would have been right: a number is checked on the card.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

NBSP = "\u00a0"
PRESCRIBER_UNKNOWN = "INCONNU"
"""A prescriber without a number: storable, with a warning before sending (product, section 5)."""

_NIR = re.compile(r"[1-9][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{6}")
_AMOUNT = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,2}))?(?: ?€)?")
_SPACES = re.compile(r"[ \u00a0\u202f]+")
_CORSICA = {"A": 1_000_000, "B": 2_000_000}


class NumberError(ValueError):
    """A number that is not well formed or whose key is wrong; its text is a French sentence."""


def _digits(text: str, length: int, name: str) -> str:
    bare = text.strip()
    if len(bare) != length or not (bare.isascii() and bare.isdigit()):
        raise NumberError(f"{name} compte {length} chiffres.")
    return bare


# --- NIR -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Nir:
    """A social security number: 13 characters (`2A` or `2B` for Corsica) and its key of two digits."""

    number: str
    key: str

    @classmethod
    def parse(cls, text: str) -> Nir:
        """Read 15 characters, spaces allowed, and check the key; raises `NumberError`."""
        bare = _SPACES.sub("", text).upper()
        number, key = bare[:13], bare[13:]
        if len(bare) != 15 or not _NIR.fullmatch(number) or not (key.isascii() and key.isdigit()):
            raise NumberError("Un NIR compte 13 caractères et une clé de 2 chiffres.")
        if key != nir_key(number):
            raise NumberError("La clé du NIR est fausse : un chiffre est mal recopié.")
        return cls(number, key)

    def __str__(self) -> str:
        return self.number + self.key

    @property
    def spaced(self) -> str:
        """As printed on the card: `1 84 12 76 451 089 46`."""
        n = self.number
        return " ".join((n[0], n[1:3], n[3:5], n[5:7], n[7:10], n[10:], self.key))


def nir_key(number: str) -> str:
    """Return the two digits of the key of a NIR of 13 characters; raises `NumberError`.

    97 - (number mod 97); for Corsica the letter A or B counts as 0 and 1 000 000 or 2 000 000 is taken away.
    """
    if not _NIR.fullmatch(number):
        raise NumberError("Un NIR compte 13 caractères, des chiffres sauf pour la Corse (2A, 2B).")
    letter = number[6]
    value = int(number.replace(letter, "0")) - _CORSICA[letter] if letter in _CORSICA else int(number)
    return f"{97 - value % 97:02d}"


# --- practitioners and prescribers -----------------------------------------------------------------------


def practitioner_number(text: str) -> str:
    """Return a practitioner's number: 9 digits, its key not recomputed; raises `NumberError`."""
    return _digits(text, 9, "Un numéro de praticien")


def rpps(text: str) -> str:
    """Return an RPPS number: 11 digits, the last being its Luhn key; raises `NumberError`."""
    number = _digits(text, 11, "Un numéro RPPS")
    if not luhn_holds(number):
        raise NumberError("La clé du numéro RPPS est fausse : un chiffre est mal recopié.")
    return number


def prescriber(text: str) -> str:
    """Return an RPPS (11 digits), a number with key (9 digits) or `INCONNU`; raises `NumberError`."""
    bare = text.strip().upper()
    if bare == PRESCRIBER_UNKNOWN:
        return bare
    if len(bare) not in (9, 11) or not bare.isdigit():
        raise NumberError("Un prescripteur est un RPPS (11 chiffres), un numéro (9 chiffres) ou INCONNU.")
    return rpps(bare) if len(bare) == 11 else practitioner_number(bare)


def luhn_holds(digits: str) -> bool:
    """Whether the last of `digits` is the Luhn key (ISO/IEC 7812-1) of the others."""
    doubled = (int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


# --- factures and lots -----------------------------------------------------------------------------------


def facture_number(day: date, sequence: int) -> str:
    """Return the number of the `sequence`-th facture of a day, AAMMJJ + 3 digits; raises `NumberError`."""
    if not 1 <= sequence <= 999:
        raise NumberError("Une journée compte au plus 999 factures.")
    return f"{day:%y%m%d}{sequence:03d}"


def check_facture(text: str) -> str:
    """Return a facture's number: 9 digits, which need not start with a date; raises `NumberError`."""
    return _digits(text, 9, "Un numéro de facture")


def check_fse_lot(text: str) -> str:
    """Return an FSE lot's number: 3 digits; raises `NumberError`."""
    return _digits(text, 3, "Un numéro de lot FSE")


def next_fse_lot(last: str) -> str:
    """Return the number after `last`: 999 wraps to 001, so that a lot is unique only with its year."""
    return f"{int(check_fse_lot(last)) % 999 + 1:03d}"


def scor_lot_number(sequence: int) -> str:
    """Return the six digits of the `sequence`-th lot SCOR; raises `NumberError`."""
    if not 1 <= sequence <= 999_999:
        raise NumberError("Un numéro de lot SCOR va de 000001 à 999999.")
    return f"{sequence:06d}"


def check_scor_lot(text: str) -> str:
    """Return a lot SCOR's number: 6 digits; raises `NumberError`."""
    return _digits(text, 6, "Un numéro de lot SCOR")


# --- amounts ---------------------------------------------------------------------------------------------


def cents(text: str) -> int:
    """Read an amount in euros (`61,29`, `61.29`, `1 234,5`, `12 €`) as cents; raises `NumberError`."""
    match = _AMOUNT.fullmatch(_ungrouped(text.strip()))
    if not match:
        raise NumberError("Un montant s'écrit en euros, au plus deux décimales, comme 61,29.")
    return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))


def _ungrouped(text: str) -> str:
    """Take the spaces out of `1 234,50`, but not out of `12 34`."""
    spaced = _SPACES.sub(" ", text)
    return re.sub(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9]))", "", spaced)


def euros(amount: int) -> str:
    """Write cents as `1 234,56` with non-breaking spaces; the sign is a hyphen."""
    whole, rest = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{whole:,}".replace(",", NBSP) + f",{rest:02d}"

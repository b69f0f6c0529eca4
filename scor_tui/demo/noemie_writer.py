"""Write a NOEMIE-PS return, as the demonstration caisse answers, sharing nothing with the reader.

Two independent readings of the same table (formats, section 2) are what makes a round trip worth something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby


@dataclass(frozen=True)
class NoemieSender:
    """The edges of a file: who pays whom (14 characters each), when, under which number (6)."""

    sender: str
    recipient: str
    day: date
    file_id: str
    label: str = "CAISSE DE DEMONSTRATION"
    is_test: bool = True


@dataclass(frozen=True)
class NoemieReject:
    """A rejection at the level of the facture (F), of a line (L) or of a detail (A)."""

    code: str
    label: str
    level: str = "F"


@dataclass(frozen=True)
class NoemiePayment:
    """What became of one facture. Amounts in cents; `paid` is negative for a recall. `state`: P, R or D.

    `type`: F for an FSE, B for a degraded one, D for a DRE. `amc` is (number, asked, state, paid) or None.
    """

    facture: str
    lot: str
    lot_date: date
    day: date
    asked: int
    paid: int
    state: str = "P"
    type: str = "F"
    nir: str = ""
    amc: tuple[str, int, str, int] | None = None
    rejects: tuple[NoemieReject, ...] = ()


def noemie_file(header: NoemieSender, payments: Sequence[NoemiePayment]) -> bytes:
    """Return the file as bytes (cp1252, no line breaks), factures grouped by lot in the order given.

    Raises ValueError when a number, a text or an amount does not fit its field.
    """
    body = [_transfer(header)]
    lots = 0
    for (lot, lot_date), group in groupby(payments, key=lambda p: (p.lot, p.lot_date)):
        lots += 1
        body.append(_entity("080", 15, {6: _day(lot_date), 12: _fit(lot, 3)}))
        body.append(_entity("081", 22, {6: "01"}))
        for payment in group:
            body.extend(_facture(payment))
    total = abs(sum(p.paid + (p.amc[3] if p.amc else 0) for p in payments))
    entities = [_header(header), *body, _trailer(len(body) + 2, lots, total)]
    return "".join(entities).encode("cp1252", errors="replace")


def _facture(payment: NoemiePayment) -> list[str]:
    lines = [
        _entity("100", 15, {6: _fit(payment.facture, 9)}),
        _entity(
            "102",
            40,
            {
                6: _fit(payment.facture, 9),
                21: _fit(payment.lot, 3),
                24: _day(payment.lot_date),
                30: _fit(payment.type, 1),
                31: _day(payment.day),
            },
        ),
    ]
    if payment.nir:
        lines.append(_entity("103", 152, {6: _fit(payment.nir, 15)}))
    lines.append(_entity("198", 24, _part(payment.asked, payment.state, payment.paid)))
    if payment.amc:
        number, asked, state, paid = payment.amc
        lines.append(_entity("199", 49, _part(asked, state, paid) | {24: _fit(number, 10)}))
    lines += [
        _entity("294", 153, {6: _fit(r.code, 4), 10: _text(r.label, 86), 96: _fit(r.level, 1)}) for r in payment.rejects
    ]
    return lines


def _part(asked: int, state: str, paid: int) -> dict[int, str]:
    return {6: _cents(asked, 8), 14: _fit(state, 1), 15: _cents(abs(paid), 8), 23: "N" if paid < 0 else "P"}


def _header(header: NoemieSender) -> str:
    fields = {
        4: "CT",
        6: _fit(header.sender, 14),
        26: "PS",
        28: _fit(header.recipient, 14),
        50: _fit(header.file_id, 6),
        56: _day(header.day),
        70: "E",
        71: "T" if header.is_test else "R",
        83: "128",
    }
    return _placed("000", 128, fields)


def _transfer(header: NoemieSender) -> str:
    fields = {6: _day(header.day), 12: _text(header.label, 32), 76: _fit(header.sender[:10], 10)}
    return _entity("071", 86, fields)


def _trailer(records: int, lots: int, total: int) -> str:
    return _placed("999", 128, {56: _cents(records, 8), 83: _cents(lots, 3), 86: _cents(total, 11)})


def _entity(code: str, length: int, fields: dict[int, str]) -> str:
    return _placed(code, length - 1, fields) + "@"


def _placed(code: str, length: int, fields: dict[int, str]) -> str:
    """Lay texts at their positions, counted from 1, over blanks."""
    line = list(code.ljust(length))
    for position, text in fields.items():
        line[position - 1 : position - 1 + len(text)] = text
    return "".join(line)


def _day(day: date) -> str:
    return f"{day:%y%m%d}"


def _cents(value: int, width: int) -> str:
    return _fit(f"{value:0{width}d}", width)


def _text(text: str, width: int) -> str:
    """Cut a free text to its field and keep the separator out of it."""
    return text.replace("@", " ")[:width]


def _fit(text: str, width: int) -> str:
    if len(text) > width or "@" in text:
        raise ValueError(f"« {text} » ne tient pas dans un champ de {width} caractères.")
    return text

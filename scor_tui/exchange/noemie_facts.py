"""What a NOEMIE-PS return says, as plain facts: payments, rejections, transfers, oddities."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

NOTICE = "lecture NOEMIE non certifiée"
"""To be shown wherever facts of a NOEMIE return are: the reader was not made from the specification."""


class PartState(StrEnum):
    """What the fund did with its part of a facture."""

    PAID = "P"
    REJECTED = "R"
    DEFERRED = "D"
    NONE = ""
    UNREADABLE = "?"


@dataclass(frozen=True)
class Part:
    """The part of one fund, in cents; `paid` is negative when money is taken back, None when unreadable.

    `amc` is the number of the complementary fund, empty for the mandatory one.
    """

    asked: int | None
    state: PartState
    paid: int | None
    amc: str = ""


@dataclass(frozen=True)
class Reject:
    """A rejection or a signal (290, 294). `level`: F facture, L line, A detail, or empty."""

    code: str
    label: str
    level: str = ""
    part: str = ""
    line: str = ""
    date: date | None = None
    extra: str = ""


@dataclass(frozen=True)
class NoemieFacture:
    """One facture (entities 100 to 294). `lot` is the FSE lot's three digits, with its date.

    `type`: F for an FSE, B for B2 or degraded, D for a DRE, P for paper, A for the AMC. `return_type` (081):
    01 electronic, 02 paper, 03 one-off payment, 04 recall, 05 deduction. `nir` is 15 characters, or empty.
    """

    number: str
    complement: str = ""
    lot: str = ""
    lot_date: date | None = None
    type: str = ""
    date: date | None = None
    return_type: str = ""
    amo: Part | None = None
    amc: Part | None = None
    rejects: tuple[Reject, ...] = ()
    nir: str = field(default="", repr=False)

    @property
    def amo_paid(self) -> bool:
        """Whether the mandatory fund announces the payment: what opens SCOR without an ARL (product, 3.2)."""
        return self.amo is not None and self.amo.state is PartState.PAID and (self.amo.paid or 0) > 0


@dataclass(frozen=True)
class NoemieTransfer:
    """A bank transfer that the return explains (entity 071)."""

    date: date | None
    label: str
    payer: str


@dataclass(frozen=True)
class NoemieHeader:
    """Who sends what to whom (entity 000); texts as they are, trimmed and cleaned."""

    sender_type: str
    sender: str
    recipient_type: str
    recipient: str
    file_id: str
    date: date | None
    reference: str
    version: str
    currency: str
    real_or_test: str


@dataclass(frozen=True)
class RawEntity:
    """An entity that is not in the table: its position (from 1), its code, its text without the final `@`.

    `text` is as it came, not cleaned: `domain.text.clean` it before showing.
    """

    position: int
    code: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class NoemieFile:
    """A whole return. `rejects` are those of no facture; `warnings`, French sentences to show."""

    header: NoemieHeader
    factures: tuple[NoemieFacture, ...]
    transfers: tuple[NoemieTransfer, ...] = ()
    rejects: tuple[Reject, ...] = ()
    unknown: tuple[RawEntity, ...] = ()
    warnings: tuple[str, ...] = ()

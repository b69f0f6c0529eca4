"""What travels, as plain facts: lots, their acknowledgements, the FSEs of the demonstration.

The shapes of SCOR-Ouvert 1 (formats, section 1) without their bytes: `exchange` turns them into mails and back,
`services` makes them from the practice's records, the demonstration caisse makes the answers.
All times are aware UTC datetimes; amounts are cents.
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from scor_tui.domain.pieces import PieceType, Support


class Sign(StrEnum):
    """The sign of an acknowledgement."""

    POSITIVE = "+"
    NEGATIVE = "-"


class ArlKind(StrEnum):
    """What an acknowledgement is about: a lot of FSEs or a lot SCOR."""

    FSE = "fse"
    SCOR = "scor"


class Outcome(StrEnum):
    """What became of a message that was handed to a transport."""

    SENT = "sent"
    """Accepted by the other side: counts as an attempt."""
    NOT_SENT = "not_sent"
    """Certainly not taken: nothing left, not an attempt."""
    UNKNOWN = "unknown"
    """The end of the message may have reached the other side: counts as an attempt, never resent at once."""


@dataclass(frozen=True)
class Sender:
    """Who sends: the practitioner's number (9 digits with key), profession code, name, and the remplaçant's number."""

    number: str
    profession: str
    name: str
    remplacant: str = ""


@dataclass(frozen=True)
class CaisseId:
    """A recipient: régime (2 digits), caisse (3), centre (3-4)."""

    regime: str
    caisse: str
    centre: str

    def __str__(self) -> str:
        return f"{self.regime}-{self.caisse}-{self.centre}"

    @classmethod
    def parse(cls, text: str) -> CaisseId:
        """Read `01-996-0000`; raises ValueError."""
        regime, caisse, centre = text.split("-")
        if not (len(regime) == 2 and len(caisse) == 3 and len(centre) in (3, 4) and text.replace("-", "").isdigit()):
            raise ValueError(text)
        return cls(regime, caisse, centre)


@dataclass(frozen=True)
class Reference:
    """A piece that is not sent again: the lot (UUID) and facture under which it was accepted or posted, and when."""

    lot: str
    facture: str
    date: date
    posted: bool = False


@dataclass(frozen=True)
class PieceEntry:
    """One piece of a dossier in the index of a lot. `pdf` is empty unless the support is numerique.

    `sha256` is the lowercase hex digest of the clear PDF; `number` counts the pieces of the whole lot from 1.
    """

    number: int
    type: PieceType
    support: Support
    prescription_date: date | None = None
    prescriber: str = "INCONNU"
    pages: int = 0
    bytes: int = 0
    dpi: int = 0
    sha256: str = ""
    legible_at: datetime | None = None
    legible_by: str = ""
    reference: Reference | None = None
    pdf: builtins.bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class DossierEntry:
    """All the pieces of one facture: 9 digits, FSE date, degraded or secured, date and sign of the FSE's ARL."""

    facture: str
    fse_date: date
    degraded: bool
    pieces: tuple[PieceEntry, ...]
    fse_arl_date: date | None = None
    fse_arl_sign: Sign | None = None


@dataclass(frozen=True)
class DossiersOfLot:
    """A lot de dossiers: the dossiers of one FSE lot (3 digits, unique with its year)."""

    fse_lot: str
    fse_year: int
    dossiers: tuple[DossierEntry, ...]


@dataclass(frozen=True)
class LotContent:
    """A lot SCOR: the unit that is sent, for one recipient."""

    uuid: str
    number: str
    created: datetime
    sender: Sender
    recipient: CaisseId
    groups: tuple[DossiersOfLot, ...]

    @property
    def dossiers(self) -> tuple[DossierEntry, ...]:
        """The dossiers of all groups, in order."""
        return tuple(dossier for group in self.groups for dossier in group.dossiers)

    @property
    def pieces(self) -> tuple[PieceEntry, ...]:
        """The pieces of all dossiers, in order."""
        return tuple(piece for dossier in self.dossiers for piece in dossier.pieces)


@dataclass(frozen=True)
class Refusal:
    """Why something was refused: our code, a French label, and the piece meant (its number in the lot, or None)."""

    code: str
    label: str
    piece: int | None = None


@dataclass(frozen=True)
class DossierVerdict:
    """The sign of one dossier (or of one FSE, for an ARL of kind fse)."""

    facture: str
    sign: Sign
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class Arl:
    """An acknowledgement.

    `lot` and `digest` (lowercase hex SHA-256 of the DER of the lot's signed-data) name what it answers. When the
    envelope could not be opened they are empty, and the frontal cites the `message_id` and `envelope_digest`
    (SHA-256 of the DER of the envelope).
    """

    kind: ArlKind
    lot: str
    digest: str
    date: datetime
    sign: Sign
    issuer: str
    dossiers: tuple[DossierVerdict, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    message_id: str = ""
    envelope_digest: str = ""


@dataclass(frozen=True)
class NoemieReturn:
    """A NOEMIE-PS file as it came, verified: who signed it (a caisse as `01-996-0000`) and its flat text."""

    issuer: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class FseEntry:
    """One FSE of the demonstration: amounts in cents, the patient by an identifier of the practice, never a name."""

    facture: str
    date: date
    degraded: bool
    total: int
    amo: int
    amc: int
    patient: str


@dataclass(frozen=True)
class FseContent:
    """A lot of FSEs (or DREs) of the demonstration."""

    uuid: str
    lot: str
    year: int
    created: datetime
    sender: Sender
    recipient: CaisseId
    factures: tuple[FseEntry, ...]
    flux: str = "FSE"


class SealedKind(StrEnum):
    """What sealed bytes are: a lot SCOR, or a lot of FSEs."""

    LOT = "LOT"
    FSE = "FSE"


@dataclass(frozen=True)
class SealedLot:
    """Bytes frozen once: the DER of the envelope, its digest, and the digest of the signed-data, cited by an ARL.

    `expires` is the earliest end of the certificates used (aware UTC); `recipient_fingerprint` the SHA-256 (hex) of
    the certificate that the envelope was sealed for, as re-read from the sealed bytes.
    """

    uuid: str
    envelope: bytes = field(repr=False)
    signed_digest: str
    envelope_digest: str
    expires: datetime
    recipient_fingerprint: str
    kind: SealedKind = SealedKind.LOT

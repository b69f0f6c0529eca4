"""The norms of a piece: what a document must be to travel, with the code of the rule that it breaks.

Source: TOPAZE notice (seed 1), section II a; kiné convention, annexe 4, art. 2.7.3 for the defects of an
image. The codes are those of SCOR-Ouvert 1, ours, never official ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

MAX_BYTES = 250_000
"""A document's weight, read strictly: 250 Ko are 250 000 bytes."""

MIN_DPI = 200.0
DPI_TOLERANCE = 0.01
MM_PER_INCH = 25.4
A3_LONG_MM, A4_LONG_MM, A4_SHORT_MM, A5_LONG_MM, A5_SHORT_MM, A6_LONG_MM = (
    420.0,
    297.0,
    210.0,
    210.0,
    148.0,
    148.0,
)
SIZE_TOLERANCE_MM = 1.5
"""A scanner's A5 is a millimetre short as often as not."""


class Rule(StrEnum):
    """Codes of the rules that a document, a dossier or a lot can break (SCOR-Ouvert 1)."""

    IMG_BLANC = "SO-IMG-BLANC"
    IMG_NOIR = "SO-IMG-NOIR"
    IMG_CONTRASTE = "SO-IMG-CONTRASTE"
    IMG_TRONQUE = "SO-IMG-TRONQUE"
    IMG_DECALE = "SO-IMG-DECALE"
    PDF_INVALIDE = "SO-PDF-INVALIDE"
    PDF_POIDS = "SO-PDF-POIDS"
    PDF_RESOLUTION = "SO-PDF-RESOLUTION"
    PDF_COULEUR = "SO-PDF-COULEUR"
    DOS_FSE_INCONNUE = "SO-DOS-FSE-INCONNUE"
    DOS_PIECE_MANQUANTE = "SO-DOS-PIECE-MANQUANTE"
    TEC_SIGNATURE = "SO-TEC-SIGNATURE"
    TEC_CERTIFICAT = "SO-TEC-CERTIFICAT"
    TEC_EMPREINTE = "SO-TEC-EMPREINTE"
    TEC_SCHEMA = "SO-TEC-SCHEMA"
    TEC_ENVELOPPE = "SO-TEC-ENVELOPPE"


@dataclass(frozen=True)
class Finding:
    """One broken rule: on which page (from 1; 0 for the whole document), what was measured, what is allowed."""

    rule: Rule
    page: int
    measured: str
    limit: str


@dataclass(frozen=True)
class PageFacts:
    """One page: pixels, dpi at the size of the page, millimetres, bytes of its image, ink share 0..1."""

    width_px: int
    height_px: int
    dpi: float
    width_mm: float
    height_mm: float
    bytes: int
    ink: float


@dataclass(frozen=True)
class NormsReport:
    """The verdict on one PDF. `compliant` when no rule is broken; `findings` in the order of the pages."""

    bytes: int
    pages: tuple[PageFacts, ...]
    findings: tuple[Finding, ...] = field(default=())

    @property
    def compliant(self) -> bool:
        """Whether the document may travel."""
        return not self.findings

    @property
    def dpi(self) -> int:
        """The lowest resolution of the pages, rounded to the nearest; 0 without pages."""
        return min((int(page.dpi + 0.5) for page in self.pages), default=0)


@dataclass(frozen=True)
class PaperSize:
    """What the size of an image on paper is taken to be: dpi along its longer side, and millimetres."""

    dpi: float
    width_mm: float
    height_mm: float
    declared: bool


def paper_size(width_px: int, height_px: int, declared_dpi: tuple[float, float] | None) -> PaperSize:
    """Decide how large a page of `width_px` by `height_px` pixels is, and so its resolution.

    The declared dpi (horizontal, vertical) is believed when the page's longer side then falls between A6's and
    A3's (148 to 420 mm); otherwise the longer side counts as A4's (product, 3.1).
    """
    if declared_dpi is not None and min(declared_dpi) > 1:
        width_mm = width_px / declared_dpi[0] * MM_PER_INCH
        height_mm = height_px / declared_dpi[1] * MM_PER_INCH
        if A6_LONG_MM <= max(width_mm, height_mm) <= A3_LONG_MM:
            return PaperSize(min(declared_dpi), width_mm, height_mm, declared=True)
    dpi = max(width_px, height_px) / (A4_LONG_MM / MM_PER_INCH)
    return PaperSize(dpi, width_px / dpi * MM_PER_INCH, height_px / dpi * MM_PER_INCH, declared=False)


def is_fine_enough(dpi: float) -> bool:
    """At least 200 dpi, 1 % tolerance."""
    return dpi >= MIN_DPI * (1 - DPI_TOLERANCE)


def is_large_enough(width_mm: float, height_mm: float) -> bool:
    """At least A5, either way round."""
    long, short = max(width_mm, height_mm), min(width_mm, height_mm)
    return long >= A5_LONG_MM - SIZE_TOLERANCE_MM and short >= A5_SHORT_MM - SIZE_TOLERANCE_MM

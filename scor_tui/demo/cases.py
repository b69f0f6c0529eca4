"""The situations of SCOR that the demonstration goes through, one row a facture, as plain data.

Two practitioners and two funds make four kinds of lots; a caisse that stays silent is silent for a whole lot,
so that such cases stand on a day of their own for their practitioner and fund.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scor_tui.domain.pieces import PieceType

ORDN, DSIP, AUTP, FSNC = PieceType.ORDN, PieceType.DSIP, PieceType.AUTP, PieceType.FSNC
KINE, NURSE = 0, 1
CPAM, MSA = "01-996-0000", "09-761-0000"


class Variant(StrEnum):
    """What comes out of the scanner: a good page, or one that only the caisse sees is bad."""

    GOOD = "bonne"
    PALE = "pale"
    SHIFTED = "decalee"
    CUT = "tronquee"


class Channel(StrEnum):
    """How a piece travels: by wire, declared as paper at once, or scanned then declared as paper."""

    WIRE = "numerique"
    PAPER = "papier"
    SCANNED_PAPER = "papier_numerise"


@dataclass(frozen=True)
class PiecePlan:
    """One piece of a case: `variants` are its successive scans, `after` the days until the first."""

    type: PieceType
    variants: tuple[Variant, ...] = (Variant.GOOD,)
    channel: Channel = Channel.WIRE
    pages: int = 1
    after: int = 0


class Answer(StrEnum):
    """How the caisse may misbehave about the pieces of a facture; it never decides a refusal."""

    NORMAL = ""
    SILENT = "muette"
    LATE = "tardive"
    DOUBLE = "double"
    WRONG_SIGNER = "mal_signee"


class FseAnswer(StrEnum):
    """What the caisse does with an FSE."""

    NORMAL = ""
    NO_ARL = "sans_arl"
    NEGATIVE = "arl_negatif"
    PAYMENT_ONLY = "noemie"
    REJECTED_LATER = "rejet"


class Ending(StrEnum):
    """What the practice does with the dossier besides sending it."""

    NONE = ""
    HORS_SCOR = "hors_scor"
    TO_PAPER = "transfert_papier"


@dataclass(frozen=True)
class Case:
    """One facture: its day (1 to 12; earlier: before SCOR), who, which fund, what it carries, how it ends.

    `series` names the case whose prescription it shares. `times` bounds a silence or a wrong signature to so
    many receptions, `hours` delays a late answer. `ending_day` is the day of `ending`.
    """

    name: str
    day: int
    who: int
    caisse: str
    pieces: tuple[PiecePlan, ...] = (PiecePlan(ORDN),)
    degraded: bool = False
    dre: bool = False
    series: str = ""
    unknown_prescriber: bool = False
    substitute: bool = False
    prescription: bool = True
    answer: Answer = Answer.NORMAL
    times: int = 1
    hours: int = 0
    fse: FseAnswer = FseAnswer.NORMAL
    ending: Ending = Ending.NONE
    ending_day: int = 0
    sent: bool = True


LAST_DAY = 12
SCOR_START_DAY = -2
"""The day on which both practitioners joined SCOR."""

O, D, F = PiecePlan(ORDN), PiecePlan(DSIP), PiecePlan(FSNC)  # noqa: E741 - the letters of the SCOR component
CARE = (O, F)


def _again(kind: PieceType, *variants: Variant) -> PiecePlan:
    return PiecePlan(kind, variants)


CASES: tuple[Case, ...] = (
    # before SCOR: transmitted as ever, their pieces went by post
    Case("avant-1", -6, KINE, CPAM, pieces=()),
    Case("avant-2", -5, NURSE, CPAM, pieces=()),
    Case("avant-3", -4, NURSE, MSA, pieces=()),
    # day 1: everything goes well
    Case("simple-1", 1, KINE, CPAM),
    Case("simple-2", 1, KINE, CPAM),
    Case("degradee-1", 1, KINE, CPAM, pieces=CARE, degraded=True),
    Case("simple-3", 1, NURSE, CPAM),
    Case("dsi-1", 1, NURSE, MSA, pieces=(O, D)),
    Case("simple-4", 1, KINE, MSA),
    # day 2: a pale scan, a shifted one, a series of factures on one prescription, other pieces, a DRE
    Case("pale", 2, KINE, CPAM, pieces=(_again(ORDN, Variant.PALE, Variant.GOOD),)),
    Case("serie-1", 2, KINE, CPAM),
    Case("serie-2", 2, KINE, CPAM, series="serie-1", pieces=()),
    Case("dre-1", 2, KINE, CPAM, pieces=(), dre=True),
    Case("autres", 2, NURSE, CPAM, pieces=(O, PiecePlan(AUTP), PiecePlan(AUTP, channel=Channel.PAPER))),
    Case("decalee", 2, KINE, MSA, pieces=(_again(ORDN, Variant.SHIFTED, Variant.GOOD),)),
    # day 3: a caisse that loses a lot
    Case("muette-1", 3, NURSE, MSA, answer=Answer.SILENT),
    Case("muette-2", 3, NURSE, MSA, pieces=CARE, degraded=True),
    Case("simple-5", 3, KINE, CPAM),
    # day 4: silent twice, refused twice, a remplaçant, the series goes on
    Case("sourde", 4, KINE, MSA, answer=Answer.SILENT, times=2, ending=Ending.TO_PAPER, ending_day=10),
    Case(
        "refusee-deux-fois", 4, NURSE, CPAM, pieces=(_again(ORDN, Variant.CUT, Variant.PALE),),
        ending=Ending.TO_PAPER, ending_day=6,
    ),
    Case("serie-3", 4, KINE, CPAM, series="serie-1", pieces=()),
    Case("remplacant-1", 4, KINE, CPAM, substitute=True),
    # day 5: an answer that comes after 60 hours, another that comes twice, an FSE refused
    Case("tardive-1", 5, KINE, CPAM, answer=Answer.LATE, hours=60),
    Case("tardive-2", 5, KINE, CPAM),
    Case("double", 5, NURSE, CPAM, answer=Answer.DOUBLE),
    Case("fse-negative", 5, KINE, MSA, fse=FseAnswer.NEGATIVE),
    Case("dre-2", 5, NURSE, CPAM, pieces=(), dre=True),
    # day 6: an answer signed by a stranger, a payment without ARL, out of SCOR, a degraded one without ARL
    Case("mal-signee", 6, NURSE, MSA, answer=Answer.WRONG_SIGNER),
    Case("payee-noemie", 6, KINE, CPAM, fse=FseAnswer.PAYMENT_ONLY),
    Case("hors-scor-1", 6, NURSE, CPAM, ending=Ending.HORS_SCOR, ending_day=6),
    Case("degradee-sans-arl", 6, KINE, MSA, pieces=CARE, degraded=True),
    # day 7: pieces by post
    Case("papier-1", 7, KINE, CPAM, pieces=(PiecePlan(ORDN, channel=Channel.PAPER),)),
    Case("papier-2", 7, NURSE, CPAM, pieces=(PiecePlan(ORDN, channel=Channel.SCANNED_PAPER),)),
    Case("hors-scor-2", 7, NURSE, CPAM, pieces=(), ending=Ending.HORS_SCOR, ending_day=7),
    Case("degradee-negative", 7, KINE, MSA, pieces=CARE, degraded=True, fse=FseAnswer.NEGATIVE),
    # day 8: an ordonnance forgotten, a prescriber unknown, a facture without prescription
    Case("oubliee", 8, NURSE, MSA, pieces=(D, PiecePlan(ORDN, after=1))),
    Case("inconnu", 8, KINE, CPAM, unknown_prescriber=True),
    Case("serie-4", 8, KINE, CPAM, series="serie-1", pieces=()),
    Case("sans-prescription", 8, KINE, MSA, pieces=(PiecePlan(AUTP),), prescription=False),
    Case("rejet-noemie", 8, NURSE, CPAM, fse=FseAnswer.REJECTED_LATER),
    # day 9: several pages, a remplaçant's care sheet, an FSE that nobody ever answers
    Case("deux-pages", 9, KINE, CPAM, pieces=(PiecePlan(ORDN, pages=2),)),
    Case("remplacant-2", 9, KINE, CPAM, pieces=CARE, degraded=True, substitute=True),
    Case("jamais", 9, KINE, MSA, fse=FseAnswer.NO_ARL),
    # day 10: what will still be silent at the end, and a series whose first ordonnance went by post
    Case("muette-fin", 10, KINE, MSA, answer=Answer.SILENT),
    Case("serie-papier", 10, KINE, CPAM, series="papier-1", pieces=()),
    Case("simple-6", 10, NURSE, CPAM),
    # day 11: what will still be refused or to post at the end
    Case("refusee-fin", 11, NURSE, CPAM, pieces=(_again(ORDN, Variant.CUT),)),
    Case("papier-fin", 11, KINE, CPAM, pieces=(O, PiecePlan(AUTP, channel=Channel.PAPER))),
    Case("simple-7", 11, NURSE, MSA, pieces=(O, D)),
    # day 12: the work that waits when the practitioner sits down
    Case("prete-1", 12, KINE, CPAM),
    Case("prete-2", 12, NURSE, CPAM, pieces=(O, PiecePlan(AUTP))),
    Case("prete-3", 12, KINE, CPAM, pieces=CARE, degraded=True),
    Case("a-numeriser-1", 12, KINE, CPAM, pieces=()),
    Case("a-numeriser-2", 12, NURSE, MSA, pieces=()),
    Case("a-numeriser-3", 12, KINE, MSA, pieces=()),
    Case("sans-feuille", 12, NURSE, CPAM, degraded=True),
    Case("a-envoyer-1", 12, KINE, CPAM, pieces=(), sent=False),
    Case("a-envoyer-2", 12, NURSE, CPAM, sent=False),
    Case("dre-3", 12, KINE, CPAM, pieces=(), dre=True, sent=False),
)  # fmt: skip

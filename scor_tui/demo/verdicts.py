"""What the caisse decides about a lot SCOR: FSEs known, pieces all there, every PDF opened and looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from scor_tui.demo.registry import Registry
from scor_tui.domain.norms import Finding, Rule
from scor_tui.domain.pieces import PieceType, Support
from scor_tui.domain.text import clean
from scor_tui.domain.wire import DossierEntry, DossierVerdict, LotContent, PieceEntry, Refusal, Sign
from scor_tui.domain.words import PIECE, RULE
from scor_tui.exchange.receiving import OpenedLot

LABEL_LENGTH = 200
EYES = 2
"""PDFs looked at together: the work is done in child processes."""

Eye = Callable[[bytes], tuple[Finding, ...]]


def judge_lot(opened: OpenedLot, registry: Registry, eye: Eye) -> tuple[DossierVerdict, ...]:
    """Return the verdict on every dossier, in the order of the lot."""
    lot = opened.content
    seen = _look_at_pieces(lot, eye)
    technical: dict[int, list[Refusal]] = {}
    for refusal in opened.refusals:
        technical.setdefault(refusal.piece or 0, []).append(_bounded(refusal))
    return tuple(_judge(dossier, lot, registry, technical, seen) for dossier in lot.dossiers)


def _judge(
    dossier: DossierEntry,
    lot: LotContent,
    registry: Registry,
    technical: dict[int, list[Refusal]],
    seen: dict[int, tuple[Finding, ...]],
) -> DossierVerdict:
    refusals = [*_unknown(dossier, lot, registry), *_missing(dossier)]
    for piece in dossier.pieces:
        refusals += technical.get(piece.number, ())
        refusals += _refusals(seen.get(piece.number, ()), piece)
        refusals += _broken_reference(piece, lot, registry)
    return DossierVerdict(dossier.facture, Sign.NEGATIVE if refusals else Sign.POSITIVE, tuple(refusals))


def _unknown(dossier: DossierEntry, lot: LotContent, registry: Registry) -> Iterator[Refusal]:
    if not registry.knows_fse(lot.sender.number, dossier.facture, str(lot.recipient)):
        yield _named(Rule.DOS_FSE_INCONNUE, f"aucune FSE {dossier.facture} n'a été reçue et acceptée")


def _missing(dossier: DossierEntry) -> Iterator[Refusal]:
    """Yield what a dossier lacks: its ordonnance if secured, its care sheet if degraded (product, 3.2)."""
    needed = PieceType.FSNC if dossier.degraded else PieceType.ORDN
    if all(piece.type is not needed for piece in dossier.pieces):
        yield _named(Rule.DOS_PIECE_MANQUANTE, f"{PIECE[needed]} ({needed}) absente, et sans référence")


def _broken_reference(piece: PieceEntry, lot: LotContent, registry: Registry) -> Iterator[Refusal]:
    """Believe a reference to a piece that went by post; one to a digital piece must be to an accepted one."""
    reference = piece.reference
    if piece.support is not Support.REFERENCE or reference is None or reference.posted:
        return
    if not registry.accepted(lot.sender.number, reference.lot, reference.facture, piece.type):
        detail = f"la pièce référencée sous la facture {reference.facture} n'a pas été acceptée"
        yield _named(Rule.DOS_PIECE_MANQUANTE, detail, piece.number)


def _look_at_pieces(lot: LotContent, eye: Eye) -> dict[int, tuple[Finding, ...]]:
    """Open every PDF that arrived, the same one once."""
    pdfs = {piece.sha256: piece.pdf for piece in lot.pieces if piece.pdf}
    with ThreadPoolExecutor(EYES) as pool:
        findings = dict(zip(pdfs, pool.map(eye, pdfs.values()), strict=True))
    return {piece.number: findings[piece.sha256] for piece in lot.pieces if piece.pdf}


def _refusals(findings: tuple[Finding, ...], piece: PieceEntry) -> Iterator[Refusal]:
    """Yield one refusal a broken rule, with the first page that breaks it."""
    first = {finding.rule: finding for finding in reversed(findings)}
    for rule, finding in reversed(first.items()):
        where = f"page {finding.page} : " if finding.page else ""
        yield _named(rule, f"{where}{finding.measured}", piece.number)


def _named(rule: Rule, detail: str, piece: int | None = None) -> Refusal:
    return _bounded(Refusal(rule.value, f"{RULE[rule]} ; {detail}", piece))


def _bounded(refusal: Refusal) -> Refusal:
    return Refusal(refusal.code, clean(refusal.label, limit=LABEL_LENGTH), refusal.piece)

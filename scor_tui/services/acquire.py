"""Pieces: acquire, replace, delete, move to paper and back (product, 3.1).

The file is stored before the row that names it; the norms are checked on the bytes that will travel.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scor_tui import imaging
from scor_tui.domain.errors import NormsNotMet, NotFound, PieceLocked, RuleRefused
from scor_tui.domain.norms import NormsReport
from scor_tui.domain.paper import PaperReason, PaperStatus
from scor_tui.domain.pieces import PieceType, may_hang_on_facture, may_hang_on_prescription
from scor_tui.domain.ports import Cancel, Progress, no_progress
from scor_tui.domain.status import Status
from scor_tui.domain.text import clean
from scor_tui.domain.wire import Sign
from scor_tui.domain.words import PIECE, rule_words
from scor_tui.services import changes, holdings, purge, shelves
from scor_tui.services.cabinet import Cabinet
from scor_tui.store.engine import write
from scor_tui.store.models import Dossier, Facture, LotSCOR, PaperRow, Piece, PieceVersion, Prescription

UNIQUE = (PieceType.ORDN, PieceType.DSIP, PieceType.FSNC)
LABEL_LIMIT, ANNOTATION_LIMIT = 80, 200


@dataclass(frozen=True)
class Owner:
    """What a piece hangs on: a prescription or a facture."""

    prescription: Prescription | None = None
    facture: Facture | None = None


@dataclass(frozen=True)
class Labels:
    """What the user may say of a piece; an empty label takes the usual one."""

    label: str = ""
    annotation: str = ""


def owner_of(*, prescription: str = "", facture: str = "", kind: PieceType) -> Owner:
    """Return where a piece of `kind` hangs, given the number of a prescription or of a facture.

    ORDN and DSIP given by a facture hang on its prescription. Raises `NotFound`, `RuleRefused`.
    """
    if prescription:
        found = Prescription.get_or_none(Prescription.number == prescription)
        if found is None:
            raise NotFound(f"Aucune prescription n'a le numéro {prescription}.", "Vérifiez le numéro.")
        if not may_hang_on_prescription(kind):
            raise RuleRefused(
                "Une feuille de soins se rattache à sa facture dégradée.", "Donnez le numéro de la facture."
            )
        return Owner(prescription=found)
    bill = Facture.get_or_none(Facture.number == facture)
    if bill is None:
        raise NotFound(f"Aucune facture n'a le numéro {facture}.", "Vérifiez le numéro (9 chiffres).")
    if may_hang_on_facture(kind, degraded=bill.degraded):
        return Owner(facture=bill)
    if kind is PieceType.FSNC:
        raise RuleRefused(
            f"La facture {facture} est sécurisée : elle ne porte pas de feuille de soins.",
            "La feuille F ne concerne que les factures dégradées.",
        )
    if bill.prescription is None:
        raise RuleRefused(
            f"La facture {facture} n'est rattachée à aucune prescription.",
            "Importez d'abord sa prescription.",
        )
    return Owner(prescription=bill.prescription)


def prepare(
    files: Sequence[Path],
    options: imaging.ConvertOptions | None = None,
    progress: Progress = no_progress,
    cancel: Cancel | None = None,
) -> imaging.Converted:
    """Make one compliant document of scanned pages, images or PDFs; raises `FileNotAccepted`, `NormsNotMet`."""
    return imaging.convert(files, options or imaging.ConvertOptions(), progress, cancel)


def check_norms(pdf: bytes) -> NormsReport:
    """Check the bytes that will travel; raises `NormsNotMet` with the first broken rule."""
    report = imaging.inspect(pdf)
    if not report.compliant:
        first = report.findings[0]
        where = f"page {first.page} : " if first.page else ""
        raise NormsNotMet(
            f"{where}{rule_words(first.rule)} (mesuré {first.measured}, limite {first.limit}).",
            "Numérisez de nouveau le document, ou déclarez-le en envoi papier.",
            code=first.rule,
        )
    return report


def add(
    cabinet: Cabinet,
    owner: Owner,
    kind: PieceType,
    pdf: bytes | None,
    *,
    legible: bool,
    on_paper: bool,
    said: Labels,
) -> Piece:
    """Save a new piece; raises when the norms or *Lisible* are not met and it does not go by post."""
    _refuse_second(owner, kind)
    content = _checked(pdf, legible=legible, on_paper=on_paper)
    name = cabinet.store.files.put(content.pdf) if content else ""
    with write():
        _refuse_second(owner, kind)  # another session may have been faster
        piece = Piece.create(
            type=kind,
            prescription=owner.prescription,
            facture=owner.facture,
            label=clean(said.label, limit=LABEL_LIMIT) or usual_label(owner, kind),
            annotation=clean(said.annotation, limit=ANNOTATION_LIMIT),
            on_paper=on_paper,
            created=cabinet.now(),
        )
        if content:
            _add_version(cabinet, piece, content, name)
        _told(cabinet, "piece_ajoutee", piece)
        _join_the_post(cabinet, piece)
    return piece


def replace(cabinet: Cabinet, piece: Piece, pdf: bytes, *, legible: bool, said: Labels | None = None) -> Piece:
    """Give a piece a new version; the old one stays readable. Raises `PieceLocked` when it is under way or accepted."""
    content = _checked(pdf, legible=legible, on_paper=False)
    name = cabinet.store.files.put(pdf)
    with write():
        refuse_if_locked(piece)
        assert content is not None  # noqa: S101 - a document that does not go by post was checked
        _add_version(cabinet, piece, content, name)
        _leave_register(cabinet, piece, only=PaperReason.ENVOI_PAPIER)
        piece.on_paper = False
        if said:
            piece.label = clean(said.label, limit=LABEL_LIMIT) or piece.label
            piece.annotation = clean(said.annotation, limit=ANNOTATION_LIMIT)
        piece.save()
        _told(cabinet, "piece_remplacee", piece)
    return piece


def delete(cabinet: Cabinet, piece: Piece) -> None:
    """Take a piece away; its versions stay in the store as long as the law wants what was sent to be kept."""
    with write():
        refuse_if_locked(piece)
        _leave_register(cabinet, piece)
        piece.deleted = cabinet.now()
        piece.save()
        _told(cabinet, "piece_supprimee", piece)


def move_to_paper(cabinet: Cabinet, piece: Piece) -> None:
    """Declare that a piece comes by post; its scan, if any, is not sent."""
    with write():
        refuse_if_locked(piece)
        piece.on_paper = True
        piece.save()
        _told(cabinet, "piece_papier", piece)


def move_to_digital(cabinet: Cabinet, piece: Piece, *, legible: bool) -> None:
    """Take *Envoi papier* back; refused for a piece without pages, not compliant, not legible or already posted."""
    version = holdings.last_version(piece)
    if version is None:
        raise RuleRefused(
            "Cette pièce n'a pas de page : elle ne peut partir que par la poste.",
            "Numérisez-la (piece remplacer) pour l'envoyer en numérique.",
        )
    if version.legible_at is None:
        replace(cabinet, piece, content_of(cabinet, version), legible=legible)
        return
    check_norms(content_of(cabinet, version))
    with write():
        refuse_if_locked(piece)
        _leave_register(cabinet, piece, only=PaperReason.ENVOI_PAPIER)
        piece.on_paper = False
        piece.save()
        _told(cabinet, "piece_numerique", piece)


def refuse_if_locked(piece: Piece) -> None:
    """Raise `PieceLocked` while a lot that carries the piece is under way, or once it was accepted."""
    for sending in shelves.sendings_of([piece.id]):
        if sending.sign is Sign.POSITIVE:
            raise PieceLocked(
                f"Cette pièce a été acceptée par la caisse (facture {sending.facture}).",
                "Elle reste telle qu'elle a été envoyée.",
            )
        if sending.is_under_way:
            lot = LotSCOR.get_by_id(sending.lot)
            raise PieceLocked(
                f"Cette pièce est dans le lot {lot.number}, en attente de l'accusé de réception.",
                "Relevez la BAL (relever), ou attendez le verdict.",
            )


def content_of(cabinet: Cabinet, version: PieceVersion) -> bytes:
    """Return the PDF of a version, byte for byte; raises `FileDamaged`, or `NotFound` once it was purged."""
    gone = purge.purged_on(version.file)
    if gone is not None:
        raise NotFound(
            f"Le fichier de cette pièce a été purgé le {gone:%d/%m/%Y}, après ses 90 jours.",
            "Son empreinte et ses accusés restent dans la preuve (preuve FACTURE).",
        )
    return cabinet.store.files.get(version.file)


def usual_label(owner: Owner, kind: PieceType) -> str:
    """Return the label that a piece bears when the user gives none."""
    day = owner.prescription.date if owner.prescription else owner.facture.date if owner.facture else None
    return f"{PIECE[kind].capitalize()} du {day:%d/%m/%Y}" if day else PIECE[kind].capitalize()


def piece_of(number: int, *, even_deleted: bool = False) -> Piece:
    """Return a piece by its number; `even_deleted`, to see what was sent of it. Raises `NotFound`."""
    found: Piece | None = Piece.get_or_none(Piece.id == number)
    if found is None or (found.deleted and not even_deleted):
        raise NotFound(f"Aucune pièce n'a le numéro {number}.", "Listez les pièces du dossier : piece lister.")
    return found


@dataclass(frozen=True)
class _Content:
    pdf: bytes
    report: NormsReport
    legible: bool


def _checked(pdf: bytes | None, *, legible: bool, on_paper: bool) -> _Content | None:
    """*Enregistrer* is active when *Lisible* is ticked and the norms are met, or when *Envoi papier* is ticked."""
    if pdf is None:
        if not on_paper:
            raise RuleRefused("La pièce n'a pas de page.", "Numérisez-la, ou cochez « Envoi papier ».")
        return None
    if on_paper:
        report = imaging.inspect(pdf)
        return _Content(pdf, report if report.pages else check_norms(pdf), legible=False)
    if not legible:
        raise RuleRefused(
            "La lisibilité n'est pas confirmée.", "Contrôlez les pages, puis cochez « Lisible » (--lisible)."
        )
    return _Content(pdf, check_norms(pdf), legible=True)


def _add_version(cabinet: Cabinet, piece: Piece, content: _Content, name: str) -> None:
    previous = holdings.last_version(piece)
    PieceVersion.create(
        piece=piece,
        number=previous.number + 1 if previous else 1,
        file=name,
        sha256=hashlib.sha256(content.pdf).hexdigest(),
        bytes=len(content.pdf),
        pages=len(content.report.pages),
        dpi=content.report.dpi,
        legible_by=cabinet.journal.who if content.legible else "",
        legible_at=cabinet.now() if content.legible else None,
        created=cabinet.now(),
    )


def _refuse_second(owner: Owner, kind: PieceType) -> None:
    if kind not in UNIQUE:
        return
    mine = Piece.prescription == owner.prescription if owner.prescription else Piece.facture == owner.facture
    there = Piece.get_or_none(mine, Piece.type == kind, Piece.deleted.is_null())
    if there is not None:
        raise RuleRefused(
            f"Il y a déjà une {PIECE[kind]} (pièce {there.id}).",
            "Remplacez-la (piece remplacer) ou supprimez-la.",
        )


def _leave_register(cabinet: Cabinet, piece: Piece, only: PaperReason | None = None) -> None:
    """Take a piece out of the paper register; refused once it is posted.

    `only`: if it stands there for this reason. A dossier in *collecte papier* keeps its pieces there, whatever
    becomes of their content: the whole dossier goes by post.
    """
    row = PaperRow.get_or_none(PaperRow.piece == piece)
    if row is None:
        return
    if row.status is PaperStatus.ENVOYE:
        raise PieceLocked(
            f"Cette pièce a été postée le {row.posted:%d/%m/%Y}.", "Un envoi par la poste ne se reprend pas."
        )
    if only is not None and row.reason is not only:
        return
    cabinet.journal.add(cabinet.now(), "registre_retire", facture=row.dossier.facture.number, piece=piece.id)
    row.delete_instance()


def _join_the_post(cabinet: Cabinet, piece: Piece) -> None:
    """Let a piece that is added to a dossier already in *collecte papier* enter the register with the others."""
    bills = Facture.select().where(
        Facture.prescription == piece.prescription_id if piece.prescription_id else Facture.id == piece.facture_id
    )
    for dossier in Dossier.select().where(Dossier.facture.in_(bills), Dossier.status == Status.COLLECTE_PAPIER):
        reason = PaperReason.HORS_SCOR if dossier.hors_scor else PaperReason.TRANSFERT
        changes.register_on_paper(cabinet, dossier, piece, reason)


def _told(cabinet: Cabinet, event: str, piece: Piece) -> None:
    """Journal a change of a piece, and let the dossiers that it belongs to be judged afresh."""
    facture = piece.facture.number if piece.facture else ""
    cabinet.journal.add(
        cabinet.now(),
        event,
        facture=facture,
        piece=piece.id,
        type=piece.type,
        prescription=piece.prescription_id,
    )
    bills = Facture.select().where(
        Facture.prescription == piece.prescription_id if piece.prescription_id else Facture.id == piece.facture_id
    )
    Dossier.update(whole_rejected=False).where(Dossier.facture.in_(bills)).execute()

"""SCOR › Papier: the register of the pieces that travel by post (product, 3.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from scor_tui.domain.errors import NotFound
from scor_tui.domain.paper import PaperReason, PaperStatus, check_posting_date, refuse_if_posted
from scor_tui.domain.pieces import PieceType
from scor_tui.domain.status import Posted
from scor_tui.services import changes
from scor_tui.services.cabinet import Cabinet, local
from scor_tui.store.engine import write
from scor_tui.store.models import PaperRow, PieceVersion


@dataclass(frozen=True)
class RegisterRow:
    """A row of the register; `pages` is 0 for a piece that was never scanned."""

    row: int
    piece: int
    status: PaperStatus
    reason: PaperReason
    facture: str
    patient: str
    caisse: str
    caisse_name: str
    type: PieceType
    label: str
    pages: int
    entered: date
    posted: date | None
    lot_fse: str


def register(status: PaperStatus | None = None) -> Iterator[RegisterRow]:
    """Yield the rows, those to post first, then the newest."""
    query = PaperRow.select().order_by(PaperRow.status, PaperRow.id.desc())
    if status is not None:
        query = query.where(PaperRow.status == status)
    for row in query:
        yield row_of(row)


def mark_posted(cabinet: Cabinet, rows: Sequence[int], posted: date | None = None) -> list[RegisterRow]:
    """Turn rows into *justificatif papier envoyé* with their date (today if none); all or none."""
    day = posted or cabinet.today()
    done = []
    with write():
        for number in rows:
            row = _found(number)
            refuse_if_posted(row.status)
            check_posting_date(day, cabinet.today(), local(row.entered).date())
            row.status, row.posted = PaperStatus.ENVOYE, day
            row.save()
            dossier = row.dossier
            cabinet.journal.add(
                cabinet.now(),
                "poste",
                dossier=dossier.id,
                facture=dossier.facture.number,
                piece=row.piece_id,
                statut=PaperStatus.ENVOYE,
                date=day,
            )
            if row.reason is not PaperReason.ENVOI_PAPIER:
                changes.apply(cabinet, dossier, Posted())
            done.append(row_of(row))
    return done


def rows_of_piece(piece: int) -> RegisterRow:
    """Return the row of a piece; raises `NotFound`."""
    row = PaperRow.get_or_none(PaperRow.piece == piece)
    if row is None:
        raise NotFound(f"La pièce {piece} n'est pas au registre papier.", "Voyez le registre : scor-tui papier.")
    return row_of(row)


def _found(number: int) -> PaperRow:
    row: PaperRow | None = PaperRow.get_or_none(PaperRow.id == number)
    if row is None:
        raise NotFound(f"Aucune ligne du registre n'a le numéro {number}.", "Voyez le registre : scor-tui papier.")
    return row


def row_of(row: PaperRow) -> RegisterRow:
    """Return a row of the table as the list shows it."""
    return rows_of([row])[0]


def rows_of(found: Sequence[PaperRow]) -> list[RegisterRow]:
    """Return rows of the table as the list shows them; how many pages their pieces have is read for all at once."""
    versions = PieceVersion.select(PieceVersion.piece, PieceVersion.pages)
    versions = versions.where(PieceVersion.piece.in_([row.piece_id for row in found]))
    pages = {one.piece_id: one.pages for one in versions.order_by(PieceVersion.piece, PieceVersion.number)}
    return [_row(row, pages.get(row.piece_id, 0)) for row in found]


def _row(row: PaperRow, pages: int) -> RegisterRow:
    facture, piece = row.dossier.facture, row.piece
    return RegisterRow(
        row=row.id,
        piece=piece.id,
        status=row.status,
        reason=row.reason,
        facture=facture.number,
        patient=f"{facture.patient.name} {facture.patient.first_name}".strip(),
        caisse=facture.caisse.identifier,
        caisse_name=facture.caisse.name,
        type=piece.type,
        label=piece.label,
        pages=pages,
        entered=local(row.entered).date(),
        posted=row.posted,
        lot_fse=f"{facture.lot_fse.number}/{facture.lot_fse.year}" if facture.lot_fse else "",
    )

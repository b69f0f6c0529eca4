"""« Retours » in cells and sentences: what came back of each dossier, what it means, the next key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from scor_tui.domain.pieces import Cell, CellState
from scor_tui.domain.status import Status
from scor_tui.domain.words import PIECE, status_word
from scor_tui.presentation.rows import rejection, return_status, short_caisse
from scor_tui.presentation.text import NBSP, counted, day, hours, moment
from scor_tui.services.returns import TRANSFERABLE, ReturnRow, Transfer

TITLES = ("Sél", "Lot", "Facture", "Patient", "Caisse", "Essai", "ARL SCOR", "Statut transmission lot", "Libellé rejet")
ALARMING = frozenset({Status.A_RECONSTITUER, Status.A_TRAITER, Status.A_RETRANSMETTRE})
SETTLED = frozenset({Status.ARCHIVE})
NEXT_KEY = {Status.A_RECONSTITUER: "n : reprendre", Status.A_TRAITER: "espace, y : au papier"}
"""What to press on a refused row, short: the refusal itself is what must be read."""


def cells(row: ReturnRow, *, first: bool, selected: bool, short: bool) -> tuple[str, ...]:
    """Return the cells of a row; `first` of its lot shows the lot's number, `short` is for narrow terminals."""
    return (
        ("[x]" if selected else "[ ]") if row.status in TRANSFERABLE else "",
        row.lot if first else "",
        row.facture,
        short_name(row.patient) if short else row.patient,
        short_caisse(row.caisse),
        str(row.essais) if row.essais else "-",
        arl_cell(row),
        status_cell(row),
        rejection(row.reject_label) if row.reject_label else row.alert,
    )


def arl_cell(row: ReturnRow) -> str:
    """Return the column « ARL SCOR »: `- 20/11`, « Hors SCOR », or nothing yet."""
    if row.hors_scor:
        return "Hors SCOR"
    if row.arl_sign is None or row.arl_date is None:
        return ""
    return f"{row.arl_sign} {row.arl_date.astimezone():%d/%m}"


def status_cell(row: ReturnRow) -> str:
    """Return the status in the width of its column; an alert that was not read goes before it."""
    words = return_status(row)
    if row.posted is not None:
        words = f"{status_word(row.status)} posté {row.posted:%d/%m}"
    return f"! {words}" if row.alert else words


def line(row: ReturnRow, silence: timedelta) -> str:
    """Return what a row means and the key to press next; `silence` is how long the caisse may say nothing."""
    alert = f"Alerte : {row.alert} (u : lue). " if row.alert else ""
    who = f"{row.patient}, lot {row.lot}"
    if row.reject_label and row.status in NEXT_KEY:
        return f"{who} ({NEXT_KEY[row.status]}) : {alert}{rejection(row.reject_label)}"
    reject = f" ; {rejection(row.reject_label)}" if row.reject_label else ""
    return f"{who} : {alert}{_meaning(row, silence)}{reject}"


def _meaning(row: ReturnRow, silence: timedelta) -> str:
    match row.status:
        case Status.A_RECONSTITUER:
            return "refusé ; n : reprendre la pièce ; espace puis y : passer au papier"
        case Status.A_TRAITER:
            return "deux essais sans succès ; espace puis y : passer au papier"
        case Status.A_RETRANSMETTRE:
            return f"sans ARL depuis {hours(row.silent_for)} ; t : renvoyer le même lot, à l'identique"
        case Status.TRANSMIS:
            sure = "issue incertaine, " if row.uncertain else ""
            wanted = moment(row.handed_over + silence) if row.handed_over else ""
            return f"{sure}transmis le {moment(row.handed_over)}, ARL attendu avant le {wanted}"
        case Status.COLLECTE_PAPIER:
            return _on_paper(row)
        case Status.ARCHIVE:
            return f"accepté par la caisse le {day(row.arl_date.astimezone().date() if row.arl_date else None)}"
        case _:
            return f"{status_word(row.status)} : ses pièces sont figées jusqu'à la fin de l'envoi"


def _on_paper(row: ReturnRow) -> str:
    if row.posted is not None:
        return f"pièces postées le {day(row.posted)}"
    undo = " ; h : remettre dans SCOR" if row.hors_scor else ""
    return f"{'pièces à poster (g : registre papier)' if row.to_post else 'aucune pièce à poster'}{undo}"


def short_name(name: str) -> str:
    """Return `CARTIER B.` of `CARTIER Benjamin`: the first name is the last word, when there are two."""
    surname, _, first = name.rpartition(" ")
    return f"{surname} {first[:1]}." if surname else name


def to_redo(found: Sequence[Cell]) -> str:
    """Return the letter of the piece to make again: the rejected one, else the one that is missing, else nothing."""
    for state in (CellState.REJECTED, CellState.MISSING):
        for cell in found:
            if cell.state is state:
                return cell.type.letter
    return ""


def redo_words(found: Sequence[Cell]) -> str:
    """Return what is to be made again, in words."""
    letter = to_redo(found)
    return next((f"{PIECE[cell.type]} à reprendre" for cell in found if cell.type.letter == letter), "")


def transfer_question(factures: Sequence[str]) -> str:
    """Return the question before a *Transfert papier*."""
    named = ", ".join(factures[:6]) + (f" et {len(factures) - 6} autres" if len(factures) > 6 else "")
    what = f"Passer {counted(len(factures), 'dossier')} au papier ({named}){NBSP}?"
    return f"{what} Leurs pièces entrent au registre, à poster ; ils ne repartiront plus par SCOR."


def transfer_line(result: Transfer) -> str:
    """Return what a transfer did."""
    pieces = sum(rows for _, rows in result.done)
    return f"{counted(len(result.done), 'dossier')} au papier, {counted(pieces, 'pièce')} au registre (g)"


def refusals(result: Transfer) -> str:
    """Return the dossiers that a transfer refused, each with the reason."""
    return "\n".join(f"{facture} : {reason}" for facture, reason in result.refused)


def post_words(polls: Iterable[datetime | None], now: datetime, *, demonstration: bool) -> str:
    """Return when the BAL was polled last, for the right of a title."""
    known = list(polls)
    dates = [at for at in known if at is not None]
    if not dates or len(dates) < len(known):
        said = "BAL jamais relevée"
    else:
        at, today = min(dates).astimezone(), now.astimezone().date()
        said = f"BAL à {at:%H:%M}" if at.date() == today else f"BAL {moment(at)}"
    return f"{said} · démonstration" if demonstration else said

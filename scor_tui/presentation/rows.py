"""Rows of the lists as cells: « À transmettre », « Retours », « Papier »."""

from __future__ import annotations

from collections.abc import Sequence

from scor_tui.domain.dossier import OPEN_GATES, Gate, Hindrance
from scor_tui.domain.paper import PaperStatus
from scor_tui.domain.pieces import Cell, CellState
from scor_tui.domain.status import Status
from scor_tui.domain.words import (
    CAUTION,
    CELL_ASCII,
    CELL_GLYPH,
    GATE,
    HINDRANCE,
    PAPER_REASON,
    PAPER_STATUS,
    PIECE,
    rule_words,
    status_word,
)
from scor_tui.presentation.text import NBSP, amount, day, hours
from scor_tui.services.dossiers import ToSendRow
from scor_tui.services.paper import RegisterRow
from scor_tui.services.returns import ReturnRow

TO_SEND_TITLES = ("A Trans.", "Facture", "Patient", "Caisse", "ARL FSE", "PJ", "Montant")
RETURN_TITLES = ("Lot", "Facture", "Patient", "Essai", "ARL SCOR", "Statut transmission lot", "Libellé rejet")
REGISTER_TITLES = ("N°", "Statut", "Facture", "Patient", "Caisse", "PJ", "Postée")


def component(cells: Sequence[Cell], *, ascii_only: bool = False) -> str:
    """Return the SCOR component of a row: `O● A2●`; cells without object are left out."""
    glyphs = CELL_ASCII if ascii_only else CELL_GLYPH
    shown = (cell for cell in cells if cell.state is not CellState.NOT_APPLICABLE)
    return " ".join(f"{cell.type.letter}{cell.count if cell.count > 1 else ''}{glyphs[cell.state]}" for cell in shown)


def to_send_cells(row: ToSendRow, *, ascii_only: bool = False) -> tuple[str, ...]:
    """Return the cells of a row of « À transmettre »."""
    parts = component(row.cells, ascii_only=ascii_only)
    nothing = all(cell.count == 0 for cell in row.cells)
    return (
        "···" if row.status is Status.EN_COURS else "[x]" if row.ticked else "[ ]",
        row.facture,
        row.patient,
        short_caisse(row.caisse),
        arl_word(row),
        f"{parts} aucune" if nothing else parts,
        amount(row.amount),
    )


def arl_word(row: ToSendRow) -> str:
    """Return the column « ARL FSE »: the ARL and its date, else why the dossier stands in the list."""
    coming_back = {
        Status.A_RETRANSMETTRE: "retransmettre",
        Status.A_RECONSTITUER: "reconstituer",
        Status.EN_COURS: "en cours",
    }
    if row.status in coming_back:
        return coming_back[row.status]
    if row.gate in (Gate.ARL, Gate.ARL_NEGATIVE) and row.arl_date is not None:
        return f"{row.arl_sign} {row.arl_date.astimezone():%d/%m}"
    return GATE[row.gate]


def explanation(row: ToSendRow) -> str:
    """Return the sentence that explains a row: what holds it back, what the caisse said, what to expect."""
    closed = row.status is Status.A_TRANSMETTRE and row.gate not in OPEN_GATES
    reasons = [
        GATE[row.gate] if closed and reason is Hindrance.NOT_SENDABLE else HINDRANCE[reason]
        for reason in row.hindrances
    ]
    if row.waits_for:
        reasons.append(f"voir la facture {row.waits_for}")
    if row.reject_label:
        reasons.append(rejection(row.reject_label))
    if row.not_sent_reason:
        reasons.append(f"dernier envoi non parti : {row.not_sent_reason}")
    reasons += [CAUTION[caution] for caution in row.cautions if not row.hindrances]
    return " ; ".join(reasons)


_NEXT_KEY = {
    Hindrance.NO_PIECE: "n : numériser",
    Hindrance.NO_CARE_SHEET: "n : numériser",
    Hindrance.REJECTED_PIECE: "n : reprendre",
    Hindrance.REJECTED_DOSSIER: "espace : renvoyer",
}


def to_send_line(row: ToSendRow) -> str:
    """Return what a row of « À transmettre » is and the key to press next, short: its reasons are what must be read."""
    refused = bool(row.reject_label) and Hindrance.REJECTED_PIECE in row.hindrances
    said = rejection(row.reject_label) if refused else explanation(row)
    keys = [_NEXT_KEY[reason] for reason in row.hindrances if reason in _NEXT_KEY]
    if not row.hindrances and row.status is Status.A_RETRANSMETTRE:
        keys, said = ["t : renvoyer le même lot"], said or "sans ARL, à renvoyer à l'identique"
    elif not row.hindrances and row.status is not Status.EN_COURS:
        keys = ["t : transmettre" if row.ticked else "espace : cocher"]
        said = f"peut partir, {said}" if said else "prêt" if row.ticked else "prêt, mais décoché"
    return f"{row.patient}{f' ({keys[0]})' if keys else ''} : {said or status_word(row.status)}"


def return_cells(row: ReturnRow) -> tuple[str, ...]:
    """Return the cells of a row of « Retours »."""
    sign = "Hors SCOR" if row.hors_scor else ""
    if row.arl_sign is not None and row.arl_date is not None:
        sign = f"{row.arl_sign} {row.arl_date.astimezone():%d/%m}"
    return (
        row.lot,
        row.facture,
        row.patient,
        str(row.essais) if row.essais else "-",
        sign,
        return_status(row),
        row.reject_label or row.alert,
    )


def return_status(row: ReturnRow) -> str:
    """Return the status of a row with what makes it exact: incertain, how long silent, when posted."""
    words = status_word(row.status)
    if row.status is Status.TRANSMIS and row.uncertain:
        words += " (incertain)"
    elif row.status is Status.A_RETRANSMETTRE:
        words += f" ({hours(row.silent_for)})"
    elif row.posted is not None:
        words += f" posté le {day(row.posted)}"
    return words


def rejection(label: str) -> str:
    """Return a *libellé rejet* with the words of its code when it has none of its own."""
    code, _, said = label.partition(" : ")
    return label if said else rule_words(code)


def register_cells(row: RegisterRow) -> tuple[str, ...]:
    """Return the cells of a row of « Papier »."""
    pages = f"{row.pages}{NBSP}p." if row.pages else "papier"
    return (
        str(row.row),
        PAPER_STATUS[row.status],
        row.facture,
        row.patient,
        short_caisse(row.caisse),
        f"{row.type.letter} {pages}",
        day(row.posted),
    )


def register_line(row: RegisterRow) -> str:
    """Return what a row of the register is, in a sentence."""
    what = f"{PIECE[row.type]} « {row.label} », {PAPER_REASON[row.reason]}"
    when = (
        f"postée le {day(row.posted)}"
        if row.status is PaperStatus.ENVOYE
        else f"au registre depuis le {day(row.entered)}"
    )
    return f"{what}, {when}, lot de factures {row.lot_fse}"


def short_caisse(identifier: str) -> str:
    """Return `01 996` of `01-996-0000`."""
    return " ".join(identifier.split("-")[:2])

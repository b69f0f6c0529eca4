"""Pages of the long lists, asked for around a row's place in its order: what shows is read, and nothing more."""

from __future__ import annotations

from typing import Any

from scor_tui.domain.paper import PaperStatus
from scor_tui.domain.status import Status
from scor_tui.services import dossiers, paper, returns
from scor_tui.services.cabinet import Cabinet
from scor_tui.services.dossiers import ToSendRow
from scor_tui.services.paper import RegisterRow
from scor_tui.services.places import FEW, Place, around
from scor_tui.services.returns import ReturnRow
from scor_tui.services.unchanged import while_unchanged
from scor_tui.store import search
from scor_tui.store.models import HAS_ALERT, Caisse, Dossier, Facture, LotFSE, LotSCOR, PaperRow, Patient, Piece, Report

_factures = while_unchanged(search.factures)


def to_send(place: Place | None, count: int, *, backwards: bool = False, words: str = "") -> list[ToSendRow]:
    """Return rows of « À transmettre » around a place (date, number); `words` filter the patient or the number."""
    query = Dossier.select(Dossier.id).where(Dossier.listed_day.is_null(False))
    query = _holding(query.join(Facture).join(Patient), words) if words else query
    place_columns = (Dossier.listed_day, Dossier.listed_number)
    found = [one.id for one in around(query, place_columns, place, count, backwards=backwards)]
    if not found:
        return []
    whole = {one.id: one for one in dossiers.whole(found)}
    return dossiers.rows_of([whole[one] for one in found])


def returned(
    cabinet: Cabinet,
    place: Place | None,
    count: int,
    *,
    backwards: bool = False,
    status: Status | None = None,
    alerts: bool = False,
    words: str = "",
) -> list[ReturnRow]:
    """Return rows of « Retours » around a place (lot, dossier), newest lot first; `alerts`: those with an alert."""
    query = Dossier.select(Dossier.id, Dossier.lot).where(Dossier.status != Status.A_TRANSMETTRE)
    query = query.where(Dossier.lot.is_null(False))
    if status is not None:
        query = query.where(Dossier.status == status)
    if alerts:
        query = query.where(HAS_ALERT)
    if words:
        query = _holding(query.join(Facture).join(Patient), words)
    found = [one.id for one in around(query, (Dossier.lot, Dossier.id), place, count, backwards=not backwards)]
    if not found:
        return []
    whole = {one.id: one for one in _returned_query().where(Dossier.id.in_(found))}
    return returns.rows_of(cabinet, [whole[one] for one in reversed(found)])


def register(
    place: Place | None, count: int, *, backwards: bool = False, status: PaperStatus | None = None, words: str = ""
) -> list[RegisterRow]:
    """Return rows of the paper register around a place (status, number): those to post first, the newest first."""
    rows: list[PaperRow] = []
    for one in sorted([status] if status else PaperStatus, reverse=backwards):
        if len(rows) == count or (place is not None and (one > place[0] if backwards else one < place[0])):
            continue
        query = _register_query().where(PaperRow.status == one)
        if words:
            query = _posted_holding(query, words)
        here = place[1:] if place is not None and place[0] == one else None
        found = around(query, (PaperRow.id,), here, count - len(rows), backwards=not backwards)[::-1]
        rows = [*found, *rows] if backwards else [*rows, *found]
    return paper.rows_of(rows) if rows else []


def accounts(place: Place | None, count: int, *, backwards: bool = False) -> list[Report]:
    """Return kept accounts around a place (number), newest first."""
    return around(Report.select(), (Report.id,), place, count, backwards=not backwards)[::-1]


def _returned_query() -> Any:
    return (
        Dossier.select(Dossier, LotSCOR, Facture, Patient, Caisse)
        .join(LotSCOR)
        .switch(Dossier)
        .join(Facture)
        .join(Patient)
        .switch(Facture)
        .join(Caisse)
    )


def _register_query() -> Any:
    return (
        PaperRow.select(PaperRow, Piece, Dossier, Facture, Patient, Caisse, LotFSE)
        .join(Piece)
        .switch(PaperRow)
        .join(Dossier)
        .join(Facture)
        .join(Patient)
        .switch(Facture)
        .join(Caisse)
        .switch(Facture)
        .join(LotFSE, "LEFT OUTER JOIN")
    )


def _holding(query: Any, words: str) -> Any:
    """Filter a query joined with `Facture` and `Patient` on a string of the patient's folded name or of the number.

    Few rows hold it: they are looked up. Many do: the list is read in its order until the page is full.
    """
    factures = _factures(words, FEW)
    if factures is None:
        return query.where(Patient.folded.contains(words) | Facture.number.contains(words))
    return query.where(Dossier.facture.in_(factures))


def _posted_holding(query: Any, words: str) -> Any:
    factures = _factures(words, FEW)
    if factures is None:
        return _holding(query, words)
    found = PaperRow.select(PaperRow.id).where(
        PaperRow.dossier.in_(Dossier.select(Dossier.id).where(Dossier.facture.in_(factures)))
    )
    return query.where(PaperRow.id.in_([row.id for row in found]))

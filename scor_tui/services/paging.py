"""Pages of the long lists, asked for around a row's place in its order: what shows is read, and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peewee import Tuple

from scor_tui.domain.paper import PaperStatus
from scor_tui.domain.status import Status
from scor_tui.services import dossiers, paper, returns
from scor_tui.services.cabinet import Cabinet
from scor_tui.services.dossiers import ToSendRow
from scor_tui.services.paper import RegisterRow
from scor_tui.services.returns import ReturnRow
from scor_tui.store.models import Dossier, Facture, PaperRow, Patient

Place = tuple[Any, ...]
"""Where a row stands in the order of its list."""


def _around(query: Any, columns: Sequence[Any], place: Place | None, count: int, *, backwards: bool) -> list[Any]:
    """Return at most `count` rows after (or before) a place, in the list's order; `columns` ascend."""
    order = [column.desc() if backwards else column.asc() for column in columns]
    if place is not None:
        values = Tuple(*(column.db_value(value) for column, value in zip(columns, place, strict=True)))
        query = query.where(Tuple(*columns) < values if backwards else Tuple(*columns) > values)
    found = list(query.order_by(*order).limit(count))
    return found[::-1] if backwards else found


def to_send(place: Place | None, count: int, *, backwards: bool = False, words: str = "") -> list[ToSendRow]:
    """Return rows of « À transmettre » around a place (date, number); `words` filter the patient or the number."""
    query = dossiers.to_send_query()
    if words:
        query = query.where(Patient.folded.contains(words) | Facture.number.contains(words))
    found = _around(query, (Facture.date, Facture.number), place, count, backwards=backwards)
    return [dossiers.row_of(one) for one in found]


def returned(
    cabinet: Cabinet, place: Place | None, count: int, *, backwards: bool = False, status: Status | None = None
) -> list[ReturnRow]:
    """Return rows of « Retours » around a place (lot, dossier), newest lot first."""
    query = Dossier.select().where(Dossier.status != Status.A_TRANSMETTRE, Dossier.lot.is_null(False))
    if status is not None:
        query = query.where(Dossier.status == status)
    found = _around(query, (Dossier.lot, Dossier.id), place, count, backwards=not backwards)
    return [returns.row_of(cabinet, one) for one in reversed(found)]


def register(
    place: Place | None, count: int, *, backwards: bool = False, status: PaperStatus | None = None
) -> list[RegisterRow]:
    """Return rows of the paper register around a place (status, number): those to post first."""
    query = PaperRow.select()
    if status is not None:
        query = query.where(PaperRow.status == status)
    return [
        paper.row_of(one) for one in _around(query, (PaperRow.status, PaperRow.id), place, count, backwards=backwards)
    ]

"""Any list, printed: the words come from the presentation, the sheet from the printing room."""

from __future__ import annotations

from collections.abc import Sequence

from scor_tui.printing.lists import ListColumn, ListFacts, list_pdf
from scor_tui.services.cabinet import Cabinet


def print_list(
    cabinet: Cabinet,
    title: str,
    columns: Sequence[str],
    rows: Sequence[tuple[str, ...]],
    *,
    right: Sequence[int] = (),
    subtitle: str = "",
    footer: str = "",
) -> bytes:
    """Return a list as a PDF, landscape from six columns on; `right` are the columns set right."""
    return list_pdf(
        ListFacts(
            title=title,
            columns=tuple(ListColumn(name, right=rank in right) for rank, name in enumerate(columns)),
            rows=tuple(rows),
            printed=cabinet.today(),
            subtitle=subtitle,
            footer=footer,
            landscape=len(columns) > 5,
            demonstration=bool(cabinet.practice.demonstration),
        )
    )

"""« Papier » in cells and sentences: the rows of the register, the ticks not yet recorded, the envelopes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from scor_tui.domain.errors import WrongUse
from scor_tui.domain.paper import PaperStatus
from scor_tui.domain.pieces import CellState
from scor_tui.domain.text import clean
from scor_tui.domain.words import CELL_ASCII, CELL_GLYPH, PAPER_REASON, PAPER_STATUS
from scor_tui.presentation.returned import short_name
from scor_tui.presentation.rows import short_caisse
from scor_tui.presentation.text import NBSP, counted, day
from scor_tui.services.paper import RegisterRow
from scor_tui.services.posting import Counted, Envelope

HALF_A_YEAR = timedelta(days=183)
TITLES = ("Sél", "Statut", "Facture", "Patient", "Caisse", "PJ", "Postée", "Libellé")

ENVELOPE = """\
┌────────────────────────────────────┐
│╲                                  ╱│
│  ╲                              ╱  │
│     ──────────────────────────     │
│                                    │
└────────────────────────────────────┘"""
ENVELOPE_ASCII = ENVELOPE.translate(str.maketrans("┌┐└┘─│╲╱", "++++-|\\/"))


def cells(row: RegisterRow, posted: date | None, *, ascii_only: bool, short: bool) -> tuple[str, ...]:
    """Return the cells of a row; `posted` is the date ticked and not yet recorded."""
    waits = row.status is PaperStatus.COLLECTE
    return (
        ("[x]" if posted else "[ ]") if waits else "",
        PAPER_STATUS[row.status],
        row.facture,
        short_name(row.patient) if short else row.patient,
        short_caisse(row.caisse),
        piece_cell(row, ascii_only=ascii_only),
        day(posted or row.posted),
        row.label,
    )


def piece_cell(row: RegisterRow, *, ascii_only: bool) -> str:
    """Return `O● 2 p.` for a piece that was scanned, `O□ papier` for one that never was."""
    glyphs = CELL_ASCII if ascii_only else CELL_GLYPH
    if not row.pages:
        return f"{row.type.letter}{glyphs[CellState.PAPER]} papier"
    return f"{row.type.letter}{glyphs[CellState.SCANNED]} {row.pages}{NBSP}p."


def line(row: RegisterRow) -> str:
    """Return what a row is, and how to see its piece."""
    posted = f", postée le {day(row.posted)}" if row.posted else ""
    return f"{row.patient} : « {row.label} », {PAPER_REASON[row.reason]}{posted}, lot {row.lot_fse} (v : voir)"


def envelope_words(found: Sequence[Envelope]) -> str:
    """Return `CPAM Essai (2 enveloppes), MSA Essai (1)`."""
    by_name = Counter(one.name for one in found)
    parts = []
    for rank, (name, number) in enumerate(by_name.items()):
        parts.append(f"{name} ({counted(number, 'enveloppe') if rank == 0 else number})")
    return ", ".join(parts)


def ticked_words(found: Sequence[Envelope]) -> str:
    """Return what is ticked and not yet recorded: pieces, and envelopes by caisse."""
    pieces = sum(len(one.rows) for one in found)
    if not pieces:
        return ""
    return f"{counted(pieces, 'cochée')}, s enregistre : {envelope_words(found)}"


def posting_question(found: Sequence[Envelope]) -> str:
    """Return the question before the posting is recorded: pieces and envelopes of each caisse."""
    pieces: Counter[str] = Counter()
    letters: Counter[str] = Counter()
    for one in found:
        pieces[one.name] += len(one.rows)
        letters[one.name] += 1
    lines = [
        f"{name} : {counted(number, 'pièce')}, {counted(letters[name], 'enveloppe')}" for name, number in pieces.items()
    ]
    whole = counted(sum(pieces.values()), "pièce")
    listed = "\n".join(lines)
    final = "Le registre ne revient pas sur un envoi enregistré."
    return f"Enregistrer l'envoi par la poste de {whole} ?\n\n{listed}\n\n{final}"


def title(found: Counted, *, words: str = "") -> str:
    """Return the title: what waits, what was posted lately, the filter."""
    filtered = f"   filtre « {words} »" if words else ""
    return f"SCOR › Papier   à poster {found.to_post} · postés {found.posted} (90 j){filtered}"


def parse_day(said: str, today: date) -> date:
    """Return the date that a person typed, `jj/mm/aaaa`, `jj/mm/aa` or `jj/mm`; raises `WrongUse`.

    Without its year it is the one of this year, or of last year when that would be more than six months ahead.
    """
    try:
        numbers = [int(part) for part in said.strip().split("/")]
        number, month, year = numbers if len(numbers) == 3 else (*numbers, today.year)
        found = date(year + 2000 if 0 <= year < 100 else year, month, number)
        far = len(numbers) == 2 and found - today > HALF_A_YEAR
        return date(year - 1, month, number) if far else found
    except (ValueError, OverflowError) as error:
        raise WrongUse(
            f"La date « {clean(said, limit=20)} » est mal formée.", "Attendu : jj/mm/aaaa, par exemple 21/11/2026."
        ) from error

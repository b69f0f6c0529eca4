"""What opens under a cell of the SCOR component: the acquisition when it is missing or rejected, else the viewer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scor_tui.domain import dossier as rules
from scor_tui.domain.errors import ScorError
from scor_tui.domain.pieces import CellState, PieceType
from scor_tui.domain.words import CELL_ASCII, CELL_GLYPH, CELL_WORD
from scor_tui.services import acquire, dossiers, holdings, piece_facts, shelves, strip
from scor_tui.store.models import Piece
from scor_tui.ui.app import screen
from scor_tui.ui.scan_desk import desk_of, take_up
from scor_tui.ui.screens.dialogs import Choose, Confirm

if TYPE_CHECKING:
    from scor_tui.ui.app import ScorApp

_TO_MAKE = (CellState.MISSING, CellState.REJECTED)
_CREATE = "creer"


def open_cell(app: ScorApp, facture: str, letter: str) -> None:
    """Open the cell `letter` (O, D, A, F) of a facture's dossier. Raises `NotFound`, `RuleRefused`, `PieceLocked`."""
    kind = PieceType.of_letter(letter)
    mine = [held for held in holdings.held(dossiers.by_facture(facture)) if held.type is kind]
    found = [(held.piece_id, held.cell_state) for held in mine if held.piece_id is not None]
    _open(app, kind, found, facture=facture)


def open_prescription_cell(app: ScorApp, prescription: str, letter: str) -> None:
    """Open the cell `letter` (O, D, A) of a prescription; raises as `open_cell`."""
    kind = PieceType.of_letter(letter)
    owner = acquire.owner_of(prescription=prescription, kind=kind)
    assert owner.prescription is not None  # noqa: S101 - asked for by its number
    pieces = Piece.select().where(Piece.prescription == owner.prescription, Piece.type == kind, Piece.deleted.is_null())
    caisse = owner.prescription.patient.caisse_id
    shelved = shelves.of_pieces([piece.id for piece in pieces])
    found = [(number, strip.state(piece, caisse)) for number, piece in shelved.items()]
    _open(app, kind, found, prescription=prescription)


def import_ordonnance(app: ScorApp, prescription: str, path: Path) -> None:
    """Open the acquisition of a prescription's ordonnance on a file; one that is there is to be replaced.

    Raises `NotFound`, `PieceLocked`.
    """
    owner = acquire.owner_of(prescription=prescription, kind=PieceType.ORDN)
    held = Piece.get_or_none(
        Piece.prescription == owner.prescription, Piece.type == PieceType.ORDN, Piece.deleted.is_null()
    )
    if held is not None:
        acquire.refuse_if_locked(held)
    _acquire(app, PieceType.ORDN, prescription=prescription, piece_id=held.id if held else None, path=path)


def open_piece(app: ScorApp, piece_id: int) -> None:
    """Look at a piece; raises `NotFound`."""
    acquire.piece_of(piece_id)
    app.push_screen(screen("viewer:ViewerScreen", piece_id))


def missing_cell(facture: str) -> str:
    """Return the letter of the first missing or rejected cell of a facture's dossier, or an empty string."""
    cells = rules.cells(holdings.facts(dossiers.by_facture(facture)))
    return next((cell.type.letter for cell in cells if cell.state in _TO_MAKE), "")


def first_missing(app: ScorApp, facture: str) -> None:
    """Open the first missing or rejected cell of a facture's dossier; says so when there is none."""
    letter = missing_cell(facture)
    if letter:
        open_cell(app, facture, letter)
    else:
        app.say("Aucune pièce ne manque à ce dossier : O D A F ouvrent celles qui sont là.")


def replace_piece(app: ScorApp, piece_id: int) -> None:
    """Scan a piece again, in the place of the screen that shows it; raises `NotFound`, `PieceLocked`."""
    piece = acquire.piece_of(piece_id)
    acquire.refuse_if_locked(piece)
    _acquire(app, piece.type, piece_id=piece_id)


def _open(
    app: ScorApp,
    kind: PieceType,
    found: Sequence[tuple[int, CellState]],
    *,
    prescription: str = "",
    facture: str = "",
) -> None:
    if kind is PieceType.AUTP and found:
        _choose(app, found, prescription, facture)
    elif not found:
        acquire.owner_of(prescription=prescription, facture=facture, kind=kind)
        _acquire(app, kind, prescription=prescription, facture=facture)
    else:
        _open_one(app, *found[0])


def _open_one(app: ScorApp, piece_id: int, state: CellState) -> None:
    if state is CellState.REJECTED:
        replace_piece(app, piece_id)
    else:
        open_piece(app, piece_id)


def _choose(app: ScorApp, found: Sequence[tuple[int, CellState]], prescription: str, facture: str) -> None:
    """List the other pieces, and let one more be made."""
    glyphs = CELL_ASCII if app.profile.ascii_only else CELL_GLYPH
    states = dict(found)

    def words(piece_id: int, state: CellState) -> str:
        return f"{glyphs[state]} {piece_facts.of_piece(piece_id).label}, {CELL_WORD[state]}"

    def go(chosen: str | None) -> None:
        if chosen == _CREATE:
            _acquire(app, PieceType.AUTP, prescription=prescription, facture=facture)
        elif chosen is not None:
            _attempt(app, lambda: _open_one(app, int(chosen), states[int(chosen)]))

    choices = [(str(piece_id), words(piece_id, state)) for piece_id, state in found]
    app.push_screen(Choose("Autres pièces", [*choices, (_CREATE, "+ Créer")]), go)


def _attempt(app: ScorApp, do: Callable[[], None]) -> None:
    try:
        do()
    except ScorError as error:
        app.tell_error(error)


def _acquire(
    app: ScorApp,
    kind: PieceType,
    *,
    prescription: str = "",
    facture: str = "",
    piece_id: int | None = None,
    path: Path | None = None,
) -> None:
    """Open an acquisition, on a file if there is one, unless one is open: then offer to go back to it."""
    desk = desk_of(app)
    if desk.open is None:
        asked = (kind, prescription, facture, piece_id)
        name = "acquisition:AcquisitionScreen" if path is None else "importing:ImportScreen"
        app.push_screen(screen(name, *asked, *([path] if path is not None else [])))
        return

    def go(yes: bool | None) -> None:
        if yes:
            take_up(app)

    app.push_screen(Confirm("Une acquisition est déjà ouverte, ses pages sont gardées. Y revenir ?"), go)

"""A document in the making: files taken and sealed, their pages in the order wanted, what they give.

Nothing is a piece until it is saved; leaving the draft throws it all away. The whole document is made at each
change, so that what is looked at is what will be saved, to the bit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from scor_tui import imaging
from scor_tui.domain.errors import FileNotAccepted, NormsNotMet, PasswordNeeded, ScorError
from scor_tui.domain.norms import MAX_BYTES, Finding
from scor_tui.domain.pieces import PieceType
from scor_tui.domain.ports import Cancel, Progress, no_progress
from scor_tui.imaging.model import AS_USUAL, ConvertedPage, PageSettings
from scor_tui.services import acquire, pictures
from scor_tui.services.acquire import Labels, Owner
from scor_tui.services.cabinet import Cabinet
from scor_tui.services.draft_files import TakenFile, WorkFolder, in_clear
from scor_tui.services.pictures import Picture
from scor_tui.store.models import Piece


@dataclass(frozen=True)
class DraftPage:
    """A page wanted: its file (which has `count` pages), its index there, how it is to be made.

    `incomplete` when the foot of the scan looks missing.
    """

    file: TakenFile
    index: int = 0
    count: int = 1
    settings: PageSettings = AS_USUAL
    incomplete: bool = False

    def made_with(self, settings: PageSettings) -> DraftPage:
        """Return the page with other settings."""
        return replace(self, settings=settings)


@dataclass(frozen=True)
class MadePage:
    """What a page gives: dpi, bytes, what it looks like, its story and advice on it; or why it cannot be sent."""

    dpi: int = 0
    bytes: int = 0
    picture: Picture | None = field(default=None, repr=False)
    refusal: str = ""
    story: ConvertedPage | None = None
    advice: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Made:
    """What the pages give together: the PDF when it meets the norms, else why not."""

    pages: tuple[MadePage, ...]
    pdf: bytes | None = field(default=None, repr=False)
    refusal: str = ""

    @property
    def bytes(self) -> int:
        """The weight of the document, or what its pages weigh together while there is none."""
        return len(self.pdf) if self.pdf is not None else sum(page.bytes for page in self.pages)


NOTHING = Made(())


@dataclass
class Draft:
    """What is being made: `piece` is what it will replace, if anything; `give_up` lets go of a copier's originals.

    A page that changes, comes or goes takes the confirmation of *Lisible* back: it was given for another document.
    """

    owner: Owner
    kind: PieceType
    files: WorkFolder
    piece: Piece | None = None
    said: Labels = field(default_factory=Labels)
    pages: list[DraftPage] = field(default_factory=list)
    cursor: int = 0
    legible: bool = False
    on_paper: bool = False
    password: str = field(default="", repr=False)
    give_up: list[Callable[[], None]] = field(default_factory=list)
    made: Made = NOTHING
    known: dict[DraftPage, MadePage] = field(default_factory=dict, repr=False)

    @property
    def page(self) -> DraftPage | None:
        """The page under the cursor."""
        return self.pages[self.cursor] if self.pages else None

    @property
    def shown(self) -> MadePage | None:
        """What the page under the cursor gave, if it was made."""
        return self.known.get(self.page) if self.page is not None else None

    def add(self, pages: Sequence[DraftPage]) -> None:
        """Add pages at the end; the cursor goes to the first of them."""
        self.cursor = len(self.pages) if pages else self.cursor
        self._change([*self.pages, *pages])

    def remove(self) -> None:
        """Take the page under the cursor out."""
        self._change([*self.pages[: self.cursor], *self.pages[self.cursor + 1 :]])

    def turn(self) -> None:
        """Turn the page under the cursor by a quarter."""
        if self.page is not None:
            now = self.page.settings
            self.set(replace(now, turns=(now.turns + 1) % 4))

    def set(self, settings: PageSettings) -> None:
        """Make the page under the cursor with other settings."""
        changed = [page.made_with(settings) if index == self.cursor else page for index, page in enumerate(self.pages)]
        if changed != self.pages:
            self._change(changed)

    def move(self, step: int) -> None:
        """Move the page under the cursor one place up (-1) or down (1)."""
        target = self.cursor + step
        if 0 <= target < len(self.pages):
            pages = list(self.pages)
            pages[self.cursor], pages[target] = pages[target], pages[self.cursor]
            self.cursor = target
            self._change(pages)

    def go_to(self, index: int) -> None:
        """Put the cursor on a page."""
        self.cursor = max(0, min(index, len(self.pages) - 1))

    def take(self, made: Made, pages: Sequence[DraftPage]) -> bool:
        """Take what these pages gave; False when the pages have changed since."""
        self.known.update(zip(pages, made.pages, strict=True))
        if list(pages) != self.pages:
            return False
        self.made = made
        return True

    def _change(self, pages: list[DraftPage]) -> None:
        self.pages = pages
        self.made, self.legible = NOTHING, False
        self.go_to(self.cursor)


def take_file(files: WorkFolder, clear: Path, password: str = "", *, incomplete: bool = False) -> list[DraftPage]:
    """Seal a file that came in clear into the draft and return its pages.

    Raises `FileNotAccepted`, `PasswordNeeded` (the file is then left as it is), `ScannerFailed`.
    """
    count = pictures.count_pages(clear, password)
    file = files.keep(clear)
    return [DraftPage(file, index, count, incomplete=incomplete) for index in range(count)]


def take_scan(files: WorkFolder, clear: Path, *, incomplete: bool = False) -> list[DraftPage]:
    """Seal a scanned file into the draft: one page, but for a demonstration that scans PDFs; raises as `take_file`."""
    if clear.suffix == ".pdf":
        return take_file(files, clear, incomplete=incomplete)
    return [DraftPage(files.keep(clear), incomplete=incomplete)]


def make(
    pages: Sequence[DraftPage], password: str = "", progress: Progress = no_progress, cancel: Cancel | None = None
) -> Made:
    """Make the document of these pages. A norm that is not met is told in what is returned, page by page.

    Raises `PasswordNeeded` and `ConversionCancelled`.
    """
    if not pages:
        return NOTHING
    try:
        done = _convert(pages, password, progress, cancel)
    except PasswordNeeded:
        raise
    except (NormsNotMet, FileNotAccepted) as error:
        return _one_by_one(pages, password, error, progress, cancel)
    shown = list(pictures.of_document(done.pdf))
    made = (_made(done, place, picture) for place, picture in enumerate(shown))
    return Made(tuple(made), done.pdf)


def save(cabinet: Cabinet, draft: Draft) -> Piece:
    """Save a draft as a new piece, or as what replaces its piece; raises as `acquire.add` and `acquire.replace`."""
    pdf = draft.made.pdf
    if draft.piece is None:
        return acquire.add(
            cabinet,
            draft.owner,
            draft.kind,
            pdf,
            legible=draft.legible,
            on_paper=draft.on_paper,
            said=draft.said,
        )
    if draft.on_paper or pdf is None:
        acquire.move_to_paper(cabinet, draft.piece)
        return draft.piece
    return acquire.replace(cabinet, draft.piece, pdf, legible=draft.legible, said=draft.said)


def why_not_save(made: Made, pages: int, *, legible: bool, on_paper: bool, busy: str = "") -> str:
    """Return why *Enregistrer* is not active, or an empty string (product, 3.1)."""
    if busy:
        return f"{busy} : attendez, ou échap pour arrêter."
    if on_paper:
        return ""
    if not pages:
        return "Aucune page : n numérise, + ajoute un fichier, e déclare un envoi papier."
    if made.pdf is None or len(made.pdf) > MAX_BYTES:
        return made.refusal or "Le document n'est pas prêt."
    if not legible:
        return "Contrôlez les pages puis cochez « Lisible » (l), ou « Envoi papier » (e)."
    return ""


def _convert(pages: Sequence[DraftPage], password: str, progress: Progress, cancel: Cancel | None) -> imaging.Converted:
    files: dict[TakenFile, int] = {}
    total = 0
    for page in pages:
        if page.file not in files:
            files[page.file], total = total, total + page.count
    numbers = [files[page.file] + page.index for page in pages]
    settings = {number: page.settings for number, page in zip(numbers, pages, strict=True)}
    options = imaging.ConvertOptions(password=password, settings=settings, pages=tuple(numbers))
    with in_clear(list(files)) as paths:
        return acquire.prepare(paths, options, progress, cancel)


def _one_by_one(
    pages: Sequence[DraftPage], password: str, whole: ScorError, progress: Progress, cancel: Cancel | None
) -> Made:
    """Return what each page gives alone, when they give nothing together: which one is at fault, and to see it."""
    made = []
    for number, page in enumerate(pages, start=1):
        progress(number, len(pages), "page")
        try:
            done = _convert([page], password, no_progress, cancel)
            made.append(_made(done, 0, next(pictures.of_document(done.pdf))))
        except (NormsNotMet, FileNotAccepted) as error:
            made.append(MadePage(picture=_as_it_came(page, password), refusal=error.cause))
    at_fault = [number for number, page in enumerate(made, start=1) if page.refusal]
    if len(pages) > 1 and at_fault:
        words = ", ".join(str(number) for number in at_fault)
        cause = made[at_fault[0] - 1].refusal
        return Made(tuple(made), None, f"Page {words} : {cause} Supprimez-la (suppr) ou numérisez-la de nouveau.")
    return Made(tuple(made), None, f"{whole.cause} {whole.remedy}")


def _made(done: imaging.Converted, place: int, picture: Picture) -> MadePage:
    page = done.pages[place]
    advice = tuple(finding for finding in done.advice if finding.page == place + 1)
    return MadePage(page.dpi, page.bytes, picture, story=page, advice=advice)


def _as_it_came(page: DraftPage, password: str) -> Picture | None:
    try:
        with in_clear([page.file]) as (path,):
            return pictures.of_source(path, page.index, password)
    except ScorError:
        return None

"""The recipe, inside the limited child: open, upright, sheet, straight, threshold, fit, compose, check, advise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image

from scor_tui.domain.norms import A4_LONG_MM, MM_PER_INCH, Finding, NormsReport, PaperSize, is_fine_enough, paper_size
from scor_tui.domain.ports import Progress
from scor_tui.imaging import foot, legibility, limits, refusals, visible
from scor_tui.imaging.compose import as_pdf
from scor_tui.imaging.fitting import LADDER, MadePage, Rung, at_dpi, fit, make
from scor_tui.imaging.look import look
from scor_tui.imaging.model import FLOOR_DPI, START_DPI, ConvertedPage, ConvertOptions, Method, Step
from scor_tui.imaging.opening import HEAD_BYTES, Document, ImageDocument, SourcePage, kind_of
from scor_tui.imaging.photo import find_sheet, laid_flat
from scor_tui.imaging.skew import lean, straightened
from scor_tui.imaging.threshold import Inking, inking, is_to_be_sharpened, method_for, threshold

_QUARTER_TURNS = {
    1: Image.Transpose.ROTATE_270,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Source:
    """A file to open and what to call it."""

    path: Path
    name: str


@dataclass
class Context:
    """What the steps share: private folder, options, pages wanted, and who listens to the progress."""

    folder: Path
    options: ConvertOptions
    progress: Progress
    wanted: list[WantedPage] = field(default_factory=list)

    def say(self, done: int, code: str) -> None:
        """Report that `done` pages are through a step."""
        self.progress(done, len(self.wanted), code)


@dataclass(frozen=True)
class WantedPage:
    """A page of the result: its document, its index there, its number through all the inputs (from 0)."""

    document: Document
    index: int
    number: int


@dataclass(frozen=True)
class KeptPage:
    """A page that waits on disk (raw pixels, in the private folder) in case the document must be fitted."""

    path: Path
    mode: str
    size: tuple[int, int]
    source: SourcePage = field(repr=False)
    how: Inking
    made: MadePage = field(repr=False)
    seen: legibility.Legibility

    def again(self, rung: Rung) -> MadePage:
        """Make the page once more, on another rung."""
        image = Image.frombytes(self.mode, self.size, self.path.read_bytes())
        return make(image, self.source.paper, self.how, rung, self.made.dpi)


def convert_document(
    sources: Sequence[Source], context: Context
) -> tuple[NormsReport, list[ConvertedPage], list[Finding]]:
    """Make one compliant PDF, `document.pdf` in the folder; tell its verdict, its pages' story, and advice.

    Raises `FileNotAccepted`, `PasswordNeeded`, `NormsNotMet`.
    """
    documents = [open_document(source, context.options.password) for source in sources]
    context.wanted = wanted_pages(documents, context.options.pages)
    kept = [make_first(place, context) for place in range(len(context.wanted))]
    made = fitted(kept, context)
    pdf = as_pdf([page.g4 for page in made], context.folder)
    if any(page.stream for page in made):
        from scor_tui.imaging.kept import with_kept

        pdf = with_kept(pdf, [page.stream for page in made])
    report = checked(pdf, context)
    stories = [story(page, last, facts.bytes) for page, last, facts in zip(kept, made, report.pages, strict=True)]
    advice = [finding for number, page in enumerate(kept, 1) for finding in legibility.advice(page.seen, number)]
    return report, stories, advice


def open_document(source: Source, password: str) -> Document:
    """Open a file by what it contains; raises `FileNotAccepted`, `PasswordNeeded`."""
    with source.path.open("rb") as handle:
        formats = kind_of(handle.read(HEAD_BYTES))
    if not formats:
        raise refusals.not_a_document(source.name)
    if formats == ("PDF",):
        from scor_tui.imaging.pdfs import PdfDocument

        return PdfDocument(source.path, source.name, password)
    return ImageDocument(source.path, source.name, formats)


def wanted_pages(documents: Sequence[Document], selection: Sequence[int] | None) -> list[WantedPage]:
    """Return the pages to make, as selected; raises `FileNotAccepted` over 20 or for a missing one."""
    total = sum(document.count for document in documents)
    numbers = range(total) if selection is None else selection
    if not numbers:
        raise refusals.no_page()
    if len(numbers) > limits.MAX_PAGES:
        raise refusals.too_many_pages(limits.MAX_PAGES)
    return [_page_number(documents, number, total) for number in numbers]


def _page_number(documents: Sequence[Document], number: int, total: int) -> WantedPage:
    index = number
    for document in documents:
        if 0 <= index < document.count:
            return WantedPage(document, index, number)
        index -= document.count
    raise refusals.no_such_page(number, total)


def make_first(place: int, context: Context) -> KeptPage:
    """Read a page, see that something is on it, make it at its best, keep its grey for the fitting."""
    wanted, options = context.wanted[place], context.options
    page = wanted.document.page(wanted.index, options.dpi)
    repeated = _see(page)
    if options.find_sheet and page.photo:
        cut_to_sheet(page, options.dpi)
    turn_by_hand(page, options.rotations.get(wanted.number, 0))
    ready = prepare(page, options) if page.image.mode == "L" else as_it_is(page)
    path = context.folder / f"grey-{place:02}.raw"
    path.write_bytes(page.image.tobytes())
    made = make(page.image, page.paper, ready.how, LADDER[0], ready.dpi)
    if page.stored is not None and made.steps == (Step.KEPT_BILEVEL,):
        made = replace(made, stream=page.stored)
    if made.ink < visible.BLANK_INK:
        raise refusals.norms_not_met(visible.blank(made.ink, place + 1))
    seen = legibility.measure(made.pixels(), made.dpi, ready.sharpness, ready.edges, ready.black)
    seen = replace(seen, repeated=repeated)
    context.say(place + 1, "page")
    return KeptPage(path, page.image.mode, page.image.size, replace(page, image=_NO_IMAGE), ready.how, made, seen)


def _see(page: SourcePage) -> float:
    """Refuse a page that is black, or whose foot was never received; return the part of it that only repeats."""
    grey = page.image.convert("L")
    if visible.is_black(grey):
        raise refusals.black_page(page.name, page.index + 1)
    if not page.drawn and foot.is_never_received(grey):
        raise refusals.cut_short(page.name, page.index + 1)
    return foot.repeated_part(grey) if page.image.mode == "L" and not page.drawn else 0.0


def cut_to_sheet(page: SourcePage, dpi: int) -> None:
    """Leave the table out of a photo and lay the sheet flat, when it is found and 200 dpi are left of it."""
    if page.image.mode != "L":
        return
    quad = find_sheet(page.image)
    if quad is None:
        return
    flat = laid_flat(page.image, quad, round(A4_LONG_MM / MM_PER_INCH * dpi))
    paper = paper_size(flat.width, flat.height, None)
    if is_fine_enough(paper.dpi):
        page.image, page.paper = flat, paper
        page.steps.append(Step.SHEET_FOUND)


@dataclass(frozen=True)
class Prepared:
    """What was decided for a page, and seen: `edges` is the page in 1 bit as it was before it was turned."""

    dpi: int
    how: Inking
    sharpness: float = 0.0
    black: float = 0.0
    edges: Image.Image | None = None


def as_it_is(page: SourcePage) -> Prepared:
    """Leave a black-and-white page alone; over 300 dpi only if it is a compliant PDF's, whose stream is kept."""
    return Prepared(round(page.paper.dpi) if page.stored else START_DPI, inking(Method.USUAL))


def prepare(page: SourcePage, options: ConvertOptions) -> Prepared:
    """Bring a grey page to the resolution that it needs, straight, and decide how to make it black and white."""
    source = page.image
    page.image = at_dpi(source, page.paper, min(page.paper.dpi, FLOOR_DPI))
    degrees = lean(page.image) if options.straighten and not page.drawn else 0.0
    seen = look(page.image, min(page.paper.dpi, FLOOR_DPI))
    needed = options.dpi if seen.small_letters or options.finest else FLOOR_DPI
    if needed > FLOOR_DPI:
        page.image = at_dpi(source, page.paper, min(page.paper.dpi, needed))
    method = method_for(seen, inked=page.inked) if options.method in (Method.AUTO, Method.KEPT) else options.method
    how = replace(inking(method, options.darkness, clean=seen.is_clean), sharpen=is_to_be_sharpened(seen))
    edges, black = None, visible.black_share(page.image)
    if degrees:
        edges = threshold(page.image, needed, replace(how, smooth=False))
        page.image = straightened(page.image, degrees)
        page.steps.append(Step.STRAIGHTENED)
    return Prepared(needed, how, seen.sharpness, black, edges)


def turn_by_hand(page: SourcePage, quarter_turns: int) -> None:
    """Turn a page clockwise by quarters, its paper with it."""
    turn = _QUARTER_TURNS.get(quarter_turns % 4)
    if turn is None:
        return
    page.image, page.stored = page.image.transpose(turn), None
    page.steps.append(Step.ROTATED)
    if quarter_turns % 2:
        paper = page.paper
        page.paper = PaperSize(paper.dpi, paper.height_mm, paper.width_mm, paper.declared)


def fitted(kept: Sequence[KeptPage], context: Context) -> list[MadePage]:
    """Bring the document under its weight; raises `NormsNotMet`."""

    def make_again(index: int, rung: Rung) -> MadePage:
        made = kept[index].again(rung)
        context.say(index + 1, "fit")
        return made

    return fit([page.made for page in kept], make_again)


def checked(pdf: bytes, context: Context) -> NormsReport:
    """Pass the result through the check of every door; raises `NormsNotMet` for the first broken rule."""
    from scor_tui.imaging.norms_check import check

    path = context.folder / "document.pdf"
    path.write_bytes(pdf)
    report = check(path)
    if report.findings:
        raise refusals.norms_not_met(report.findings[0])
    return report


def story(page: KeptPage, made: MadePage, strip_bytes: int) -> ConvertedPage:
    """Tell what became of a page."""
    source = page.source
    return ConvertedPage(
        source=source.name,
        index=source.index,
        source_dpi=0.0 if source.drawn else round(source.paper.dpi, 1),
        dpi=made.dpi,
        bytes=strip_bytes,
        first_dpi=page.made.dpi,
        first_bytes=page.made.bytes,
        method=made.method,
        steps=(*source.steps, *made.steps),
    )


_NO_IMAGE = Image.new("1", (1, 1))

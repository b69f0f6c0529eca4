"""The recipe, inside the limited child: open, upright, sheet, straight, threshold, fit, compose, check, advise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image

from scor_tui.domain.norms import (
    A4_LONG_MM,
    MAX_BYTES,
    MM_PER_INCH,
    Finding,
    NormsReport,
    PaperSize,
    is_fine_enough,
    paper_size,
)
from scor_tui.domain.ports import Progress
from scor_tui.imaging import foot, legibility, limits, refusals, visible
from scor_tui.imaging.compose import as_pdf
from scor_tui.imaging.fitting import LADDER, MadePage, at_dpi, fit, make, split, weight
from scor_tui.imaging.look import look
from scor_tui.imaging.model import (
    AS_USUAL,
    FLOOR_DPI,
    START_DPI,
    ConvertedPage,
    ConvertOptions,
    Method,
    PageSettings,
    Step,
)
from scor_tui.imaging.opening import SourcePage
from scor_tui.imaging.photo import find_sheet, laid_flat
from scor_tui.imaging.records import PageRecord
from scor_tui.imaging.skew import lean, straightened
from scor_tui.imaging.sources import Greys, Source, Sources
from scor_tui.imaging.threshold import Inking, inking, method_for, threshold

_QUARTER_TURNS = {
    1: Image.Transpose.ROTATE_270,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class WantedPage:
    """A page of the result: the rank of its file, its index there, and how to make it."""

    source: int
    index: int
    settings: PageSettings = AS_USUAL


@dataclass
class Context:
    """What the steps share: private folder, options, who listens to the progress; then files and pages wanted."""

    folder: Path
    options: ConvertOptions
    progress: Progress
    sources: Sources = field(default_factory=lambda: Sources(()))
    wanted: Sequence[WantedPage] = ()

    def __post_init__(self) -> None:
        self.greys = Greys(self.folder)
        self.ready: dict[int, tuple[PaperSize, Inking]] = {}

    def say(self, done: int, code: str) -> None:
        """Report that `done` pages are through a step."""
        self.progress(done, len(self.wanted), code)


@dataclass(frozen=True)
class Finished:
    """A document: its bytes, its verdict, and for each page what travels, its story, and advice."""

    pdf: bytes = field(repr=False)
    report: NormsReport
    pages: tuple[MadePage, ...]
    stories: tuple[ConvertedPage, ...]
    advice: tuple[Finding, ...]


def convert_document(
    sources: Sequence[Source], context: Context
) -> tuple[NormsReport, list[ConvertedPage], list[Finding]]:
    """Make one compliant PDF, `document.pdf` in the folder; tell its verdict, its pages' story, and advice.

    Raises `FileNotAccepted`, `PasswordNeeded`, `NormsNotMet`.
    """
    context.sources = Sources(sources)
    context.wanted = wanted_pages(context.sources, context.options)
    records = []
    for place in range(len(context.wanted)):
        records.append(made_first(place, context))
        context.say(place + 1, "page")
    done = finished(records, context)
    return done.report, list(done.stories), list(done.advice)


def wanted_pages(sources: Sources, options: ConvertOptions) -> list[WantedPage]:
    """Return the pages to make, as selected; raises `FileNotAccepted` over 20 or for a missing one."""
    counts = [sources.document(rank).count for rank in range(len(sources.files))]
    numbers = range(sum(counts)) if options.pages is None else options.pages
    check_number(len(numbers))
    places = [_place_of(number, counts) for number in numbers]
    return [WantedPage(*place, options.of(number)) for place, number in zip(places, numbers, strict=True)]


def check_number(pages: int) -> None:
    """Raise `FileNotAccepted` for no page, or over 20."""
    if not pages:
        raise refusals.no_page()
    if pages > limits.MAX_PAGES:
        raise refusals.too_many_pages(limits.MAX_PAGES)


def _place_of(number: int, counts: Sequence[int]) -> tuple[int, int]:
    """Return the rank of the file and the index there of a page by its number through all the files."""
    index = number
    for rank, count in enumerate(counts):
        if 0 <= index < count:
            return rank, index
        index -= count
    raise refusals.no_such_page(number, sum(counts))


def finished(records: Sequence[PageRecord], context: Context) -> Finished:
    """Fit the pages, put them together, check what comes out; raises `NormsNotMet`."""
    made = fitted(records, context)
    if weight(made) > MAX_BYTES:
        weights = [page.bytes for page in made]
        raise refusals.too_heavy(weight(made), MAX_BYTES, weights, split(weights))
    pdf = as_pdf([page.g4 for page in made], context.folder)
    if any(page.stream for page in made):
        from scor_tui.imaging.kept import with_kept

        pdf = with_kept(pdf, [page.stream for page in made])
    report = checked(pdf, context)
    stories = [
        story(wanted, record, page, context, facts.bytes)
        for wanted, record, page, facts in zip(context.wanted, records, made, report.pages, strict=True)
    ]
    advice = [replace(finding, page=number) for number, record in enumerate(records, 1) for finding in record.advice]
    return Finished(pdf, report, tuple(made), tuple(stories), tuple(advice))


def fitted(records: Sequence[PageRecord], context: Context) -> list[MadePage]:
    """Bring the document under its weight, or as near as can be; what was made on the way is kept in the records."""

    def make_again(place: int, rung: int) -> MadePage:
        made = records[place].made
        if rung not in made:
            made[rung] = made_again(place, records[place].first.dpi, rung, context)
            context.say(place + 1, "fit")
        return made[rung]

    return fit([record.first for record in records], make_again)


def made_first(place: int, context: Context) -> PageRecord:
    """Read a page, see that something is on it, make it at its best; its grey waits for the fitting."""
    page, ready = ready_page(place, context)
    made = make(page.image, page.paper, ready.how, LADDER[0], ready.dpi)
    if page.stored is not None and made.steps == (Step.KEPT_BILEVEL,):
        made = replace(made, stream=page.stored)
    if made.ink < visible.BLANK_INK:
        raise refusals.norms_not_met(visible.blank(made.ink, place + 1))
    context.greys.keep(place, page.image)
    seen = legibility.measure(made.pixels(), made.dpi, ready.sharpness, ready.edges, ready.black)
    seen = replace(seen, repeated=ready.repeated)
    return PageRecord(
        source_dpi=0.0 if page.drawn else round(page.paper.dpi, 1),
        steps=tuple(page.steps),
        advice=tuple(legibility.advice(seen, 0)),
        made={0: made},
    )


def made_again(place: int, start_dpi: int, rung: int, context: Context) -> MadePage:
    """Make a page on another rung of the ladder, of the grey that waits or of its source, read again."""
    image = context.greys.get(place)
    if image is None:
        image = ready_page(place, context)[0].image
    return make(image, *context.ready[place], LADDER[rung], start_dpi)


def ready_page(place: int, context: Context) -> tuple[SourcePage, Prepared]:
    """Read a page and bring it to where it is made black and white: upright, cut to its sheet, straight."""
    wanted, options = context.wanted[place], context.options
    page = context.sources.document(wanted.source).page(wanted.index, options.dpi)
    repeated = _see(page)
    if wanted.settings.find_sheet and page.photo:
        cut_to_sheet(page, options.dpi)
    turn_by_hand(page, wanted.settings.turns)
    ready = prepare(page, options, wanted.settings) if page.image.mode == "L" else as_it_is(page)
    ready = replace(ready, repeated=repeated)
    context.ready[place] = (page.paper, ready.how)
    return page, ready


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
    """What was decided for a page, and seen.

    `edges`: the page in 1 bit as it was before it was turned; `repeated`: the part of it whose rows only repeat.
    """

    dpi: int
    how: Inking
    sharpness: float = 0.0
    black: float = 0.0
    edges: Image.Image | None = None
    repeated: float = 0.0


def as_it_is(page: SourcePage) -> Prepared:
    """Leave a black-and-white page alone; over 300 dpi only if it is a compliant PDF's, whose stream is kept."""
    return Prepared(round(page.paper.dpi) if page.stored else START_DPI, inking(Method.USUAL))


def prepare(page: SourcePage, options: ConvertOptions, settings: PageSettings = AS_USUAL) -> Prepared:
    """Bring a grey page to the resolution that it needs, straight, and decide how to make it black and white."""
    source = page.image
    page.image = at_dpi(source, page.paper, min(page.paper.dpi, FLOOR_DPI))
    degrees = lean(page.image) if settings.straighten and not page.drawn else 0.0
    seen = look(page.image, min(page.paper.dpi, FLOOR_DPI))
    needed = options.dpi if seen.small_letters or options.finest else FLOOR_DPI
    if needed > FLOOR_DPI:
        page.image = at_dpi(source, page.paper, min(page.paper.dpi, needed))
    chosen = settings.method not in (Method.AUTO, Method.KEPT)
    method = settings.method if chosen else method_for(seen, inked=page.inked)
    how = inking(method, settings.darkness, clean=seen.is_clean).suited(seen)
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


def checked(pdf: bytes, context: Context) -> NormsReport:
    """Pass the result through the check of every door; raises `NormsNotMet` for the first broken rule."""
    from scor_tui.imaging.norms_check import check

    path = context.folder / "document.pdf"
    path.write_bytes(pdf)
    report = check(path)
    if report.findings:
        raise refusals.norms_not_met(report.findings[0])
    return report


def story(wanted: WantedPage, record: PageRecord, made: MadePage, context: Context, strip_bytes: int) -> ConvertedPage:
    """Tell what became of a page, of which `strip_bytes` travel."""
    return ConvertedPage(
        source=context.sources.files[wanted.source].name,
        index=wanted.index,
        source_dpi=record.source_dpi,
        dpi=made.dpi,
        bytes=strip_bytes,
        first_dpi=record.first.dpi,
        first_bytes=record.first.bytes - made.bytes + strip_bytes,
        method=made.method,
        steps=(*record.steps, *made.steps),
        fitted=made is not record.first,
    )

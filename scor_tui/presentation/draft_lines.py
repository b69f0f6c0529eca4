"""A document in the making as the lines of a narrow column: device, pages, name, weight, what is ticked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scor_tui.presentation.made_words import without_file
from scor_tui.presentation.page_words import tick_box, weight_bar
from scor_tui.presentation.parts import Drawn, Tone
from scor_tui.presentation.text import first_that_fits, fit, kilobytes, padded, wrapped
from scor_tui.services.acquire import usual_label
from scor_tui.services.drafts import Draft

_FIXED_LINES = 11


@dataclass(frozen=True)
class PageLine:
    """A page: dpi and bytes once it is made (0 before), what is wrong with it, whether its foot looks missing."""

    dpi: int = 0
    bytes: int = 0
    refusal: str = ""
    incomplete: bool = False


@dataclass(frozen=True)
class DraftFacts:
    """All that the column shows."""

    device: str
    source: str
    pages: tuple[PageLine, ...]
    cursor: int
    bytes: int
    label: str
    annotation: str
    legible: bool
    on_paper: bool


def facts_of(draft: Draft, device: str, source: str) -> DraftFacts:
    """Return what the column shows of a draft."""
    made = [(page, draft.known.get(page)) for page in draft.pages]
    lines = tuple(
        PageLine(one.dpi, one.bytes, without_file(one.refusal), page.incomplete)
        if one
        else PageLine(incomplete=page.incomplete)
        for page, one in made
    )
    return DraftFacts(
        device=device,
        source=source,
        pages=lines,
        cursor=draft.cursor,
        bytes=draft.made.bytes or sum(one.bytes for one in lines),
        label=draft.said.label or usual_label(draft.owner, draft.kind),
        annotation=draft.said.annotation,
        legible=draft.legible,
        on_paper=draft.on_paper,
    )


def draft_title(verb: str, kind: str, who: str, what: str, columns: int) -> str:
    """Return `Numériser : ordonnance   DIXIÈME Loïc · du 11/11/2026 · AMS 7,5`; acts then date give way."""
    head = f"{verb} : {kind}   {who}"
    owner = what.removeprefix(f"{kind} ")
    return first_that_fits([f"{head} · {owner}", f"{head} · {owner.partition(' · ')[0]}", head], columns)


def draft_lines(facts: DraftFacts, columns: int, rows: int, *, ascii_only: bool = False) -> list[Drawn]:
    """Return the lines of the column; when pages are many, those around the cursor."""
    pages = _window(facts, max(1, rows - _FIXED_LINES))
    lines: list[Drawn] = [
        _title("1 Appareil (a)"),
        *(f"  {line}" for line in _device(facts, columns - 2)),
        _title(f"2 Pages{len(facts.pages):>{max(3, columns - 8)}}"),
        *(_page(facts, index, columns, ascii_only=ascii_only) for index in pages),
        (("  n numériser  + fichier", Tone.DIM),),
        _title("3 Nom (t)"),
        f"  {facts.label}",
        ((f"  {facts.annotation or 'sans annotation'}", Tone.PLAIN if facts.annotation else Tone.DIM),),
        _title(f"4 {weight_bar(facts.bytes, columns - 2, ascii_only=ascii_only)}"),
        tick_box(facts.legible, "Lisible (l)"),
        tick_box(facts.on_paper, "Envoi papier (e)"),
    ]
    return lines


def _device(facts: DraftFacts, columns: int) -> Sequence[str]:
    """Return two lines: the device, then its source; words without a source take both."""
    return (facts.device, facts.source) if facts.source else [*wrapped(facts.device, columns, 2), ""][:2]


def _title(words: str) -> Drawn:
    return ((words, Tone.STRONG),)


def _window(facts: DraftFacts, room: int) -> Sequence[int]:
    first = max(0, min(facts.cursor - room // 2, len(facts.pages) - room))
    return range(first, min(len(facts.pages), first + room))


def _page(facts: DraftFacts, index: int, columns: int, *, ascii_only: bool) -> Drawn:
    page, here = facts.pages[index], index == facts.cursor
    mark = (">" if ascii_only else "►") if here else " "
    if page.refusal:
        said, tone = fit(f"{'x' if ascii_only else '×'} {page.refusal}", columns - 5), Tone.REDO
    else:
        made = f"{page.dpi} dpi" if page.dpi else "en préparation"
        weight = kilobytes(page.bytes) if page.bytes else ""
        foot = " bas ?" if page.incomplete else ""
        said = padded(f"{made}{foot}", columns - 5 - len(weight)) + weight
        tone = Tone.STRONG if here else Tone.PLAIN
    return ((f"{mark} {index + 1} ", Tone.STRONG if here else Tone.PLAIN), (said, tone))

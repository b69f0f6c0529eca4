"""What a careful eye would see on a page that meets the norms, as advice: nothing here refuses a document.

The five defects are those of the kiné convention, annexe 4, art. 2.7.3: too white, too black, contrast that cannot
be read, cut off, shifted. Each limit was set on mock pages; the bench prints its error rates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter, ImageStat

from scor_tui.domain.norms import MM_PER_INCH, Finding, Rule
from scor_tui.imaging import visible

TOO_WHITE, TOO_BLACK = 0.0030, 0.30
"""Shares of ink."""

MAX_ALONE = 0.035
"""Share of the ink that may stand in dust and broken strokes."""

MIN_SHARPNESS = 0.12
"""How much of its contrast a stroke keeps against its neighbours at 100 dpi; 0 when the grey page is not known."""

MAX_CUT_PER_CM = (0.13, 0.25)
"""Strokes cut at an upright and at a level edge, per centimetre of it."""

NEAR_MM, EMPTY_PART = 6.0, 0.33
"""Shifted: content this near an edge, and this part of the page empty on the other side."""

_WINDOW_MM = 2.6
_ALONE_MM2 = 0.40


@dataclass(frozen=True)
class Legibility:
    """What was measured on one page: shares from 0 to 1, strokes per cm (left, top, right, bottom), mm.

    `alone`: share of the ink in dust and broken strokes. `stroke_mm`: mean width of what is black. `sharpness` is 0
    when only the black-and-white page is known. `black`: share of the page that is nearly black. `repeated`: share of
    the height at whose foot the scanner only repeated itself.
    """

    ink: float
    alone: float
    cut_per_cm: tuple[float, float, float, float]
    margins_mm: tuple[float, float, float, float]
    width_mm: float
    height_mm: float
    stroke_mm: float
    sharpness: float = 0.0
    black: float = 0.0
    repeated: float = 0.0


def measure(
    bits: Image.Image, dpi: float, sharpness: float = 0.0, edges: Image.Image | None = None, black: float = 0.0
) -> Legibility:
    """Measure a 1-bit page.

    `edges`: the page before it was straightened, whose edges are those of the paper. `sharpness`, `black`: what is
    known of its grey page (`black`: the share of it that is nearly black).
    """
    ink = visible.ink_of(bits)
    half = ink.reduce(2)
    alone = _alone(half, dpi / 2)
    total, share = _area(half), visible.ink_share(bits)
    box = ImageChops.subtract(half, alone).reduce(2).point([0] * 64 + [255] * 192).getbbox()
    left, top, right, bottom = (side * 4 for side in box) if box else (ink.width, ink.height, ink.width, ink.height)
    mm = MM_PER_INCH / dpi
    crossings = _area(ImageChops.difference(ink, ImageChops.offset(ink, 1, 0)))
    return Legibility(
        ink=share,
        alone=_area(alone) / total if total else 0.0,
        cut_per_cm=visible.cut_runs(edges if edges is not None else bits, dpi),
        margins_mm=(left * mm, top * mm, max(0, ink.width - right) * mm, max(0, ink.height - bottom) * mm),
        width_mm=ink.width * mm,
        height_mm=ink.height * mm,
        stroke_mm=2 * 4 * total / crossings * mm if crossings else 0.0,
        sharpness=sharpness,
        black=max(black, share),
    )


def advice(seen: Legibility, page: int) -> Iterator[Finding]:
    """Yield what should be looked at again on a page (from 1): rule, what was measured, what is usual."""
    if seen.ink < TOO_WHITE:
        yield Finding(
            Rule.IMG_BLANC, page, f"{visible.percent(seen.ink)} d'encre", f"{visible.percent(TOO_WHITE)} au moins"
        )
        return
    if seen.black > TOO_BLACK:
        yield Finding(
            Rule.IMG_NOIR, page, f"{visible.percent(seen.black)} de noir", f"{visible.percent(TOO_BLACK)} au plus"
        )
    if seen.alone > MAX_ALONE:
        measured = f"{visible.percent(seen.alone)} de l'encre en points et traits brisés"
        yield Finding(Rule.IMG_CONTRASTE, page, measured, f"{visible.percent(MAX_ALONE)} au plus")
    elif is_mottled(seen):
        measured = f"taches jusqu'aux quatre bords, {visible.percent(seen.ink)} d'encre"
        yield Finding(Rule.IMG_CONTRASTE, page, measured, "un papier clair")
        return
    elif 0 < seen.sharpness < MIN_SHARPNESS:
        measured = f"netteté de {visible.percent(seen.sharpness)}"
        yield Finding(Rule.IMG_CONTRASTE, page, measured, f"{visible.percent(MIN_SHARPNESS)} au moins")
    if seen.repeated:
        measured = f"les {visible.percent(seen.repeated)} du bas ne font que se répéter"
        yield Finding(Rule.IMG_TRONQUE, page, measured, "une page numérisée jusqu'au bout")
    elif is_cut(seen):
        measured = f"{max(seen.cut_per_cm):.2f} trait coupé par centimètre de bord".replace(".", ",")
        yield Finding(Rule.IMG_TRONQUE, page, measured, "aucun")
    elif is_shifted(seen):
        measured = f"contenu à {min(seen.margins_mm):.0f} mm d'un bord, vide en face"
        yield Finding(Rule.IMG_DECALE, page, measured, f"{NEAR_MM:.0f} mm")


def is_mottled(seen: Legibility) -> bool:
    """Whether what looks like strokes runs off all four edges: it is the paper, or the lamp."""
    return min(seen.cut_per_cm) > max(MAX_CUT_PER_CM)


def is_cut(seen: Legibility) -> bool:
    """Whether letters run off an edge; a single one is enough when everything is pushed to that side."""
    upright, level = MAX_CUT_PER_CM
    left, top, right, bottom = seen.cut_per_cm
    if is_shifted(seen) and max(left, right) > 0:
        return True
    return max(left, right) > upright or max(top, bottom) > level


def is_shifted(seen: Legibility) -> bool:
    """Whether all that is written is pushed to one side; the foot of a short page is rightly empty."""
    left, top, right, bottom = seen.margins_mm
    across, along = seen.width_mm * EMPTY_PART, seen.height_mm * EMPTY_PART
    aside = (left < NEAR_MM and right > across) or (right < NEAR_MM and left > across)
    return aside or (bottom < NEAR_MM and top > along)


def _alone(ink: Image.Image, dpi: float) -> Image.Image:
    """Return the ink (L) that has next to no other ink around it: dust, and what is left of pale strokes."""
    radius = max(1, round(_WINDOW_MM / 2 / MM_PER_INCH * dpi))
    most = _ALONE_MM2 / (_WINDOW_MM * _WINDOW_MM) * 255
    around = ink.filter(ImageFilter.BoxBlur(radius))
    return ImageChops.darker(ink, around.point([255 if level <= most else 0 for level in range(256)]))


def _area(ink: Image.Image) -> float:
    return ImageStat.Stat(ink).sum[0] / 255

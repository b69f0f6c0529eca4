"""What is said of a page that was made: the settings that apply, what fitting cost, what to look at again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scor_tui.domain.norms import Finding, Rule
from scor_tui.domain.words import rule_words
from scor_tui.imaging.model import ConvertedPage, Method, PageSettings, Step
from scor_tui.presentation.text import first_that_fits, kilobytes

METHOD = {
    Method.AUTO: "auto",
    Method.USUAL: "usuelle",
    Method.PALE_INK: "encre pâle",
    Method.SHOW_THROUGH: "transparence du verso",
    Method.KEPT: "gardée telle quelle",
}
CHOICES = (
    (Method.AUTO, "auto : selon ce qui est mesuré sur la page"),
    (Method.USUAL, "usuelle : imprimé et stylo ordinaires"),
    (Method.PALE_INK, "encre pâle : crayon, carbone, ticket"),
    (Method.SHOW_THROUGH, "transparence du verso : papier fin"),
)
_SHORT = {**METHOD, Method.SHOW_THROUGH: "verso"}
_DARKNESS = {-2: "très clair", -1: "plus clair", 0: "trait normal", 1: "plus foncé", 2: "très foncé"}
_DRAFT_FILE = re.compile(r"« page-\d{3,}\.\w+ »(?P<page>, page \d+ : )?")
_ADVICE = {
    Rule.IMG_BLANC: "vérifiez le sens du papier, réglez plus foncé (>)",
    Rule.IMG_NOIR: "réglez plus clair (<), ou numérisez de nouveau",
    Rule.IMG_CONTRASTE: "réglez plus foncé (>) ou plus clair (<), ou changez de méthode (h)",
    Rule.IMG_TRONQUE: "replacez le papier et numérisez de nouveau",
    Rule.IMG_DECALE: "centrez le papier et numérisez de nouveau",
}


def settings_line(settings: PageSettings, story: ConvertedPage | None, columns: int) -> str:
    """Return `plus foncé · auto (usuelle) · cadrée · redressée`: what is asked for, and what was done.

    Where columns are few, the usual darkness is left unsaid, then words are shorter, then what *auto* chose gives way.
    """
    if story is not None and story.method == Method.KEPT:
        return "déjà en noir et blanc : gardée telle quelle"
    darkness, asked = _DARKNESS[settings.darkness], METHOD[settings.method]
    said = [] if settings.darkness == 0 else [darkness]
    chosen = Method(story.method) if settings.method is Method.AUTO and story is not None else None
    full, short = (f"{asked} ({words[chosen]})" if chosen else words[settings.method] for words in (METHOD, _SHORT))
    done = _what_was_done(settings, story.steps if story is not None else ())
    wordings = ([darkness, full], [*said, full], [*said, short], [*said, _SHORT[settings.method]])
    return first_that_fits([" · ".join([*words, *done]) for words in wordings], columns)


def _what_was_done(settings: PageSettings, steps: Sequence[Step]) -> list[str]:
    if not settings.find_sheet and not settings.straighten:
        return ["ni cadrée ni redressée"]
    sheet = ["non cadrée"] if not settings.find_sheet else ["cadrée"] if Step.SHEET_FOUND in steps else []
    straight = ["non redressée"] if not settings.straighten else ["redressée"] if Step.STRAIGHTENED in steps else []
    return sheet + straight


def without_file(words: str) -> str:
    """Return what is said of a file or of its page without the name that only the draft's folder knows it by."""
    return _DRAFT_FILE.sub(lambda found: "" if found["page"] else "Ce fichier", words)


def fitting_words(page: ConvertedPage) -> str:
    """Return `300 → 200 dpi, 71 → 46 Ko`, what the weight of the document cost a page; nothing when it cost nothing."""
    if not page.fitted:
        return ""
    dpi = f"{page.first_dpi} → {page.dpi} dpi, " if page.first_dpi != page.dpi else ""
    return f"{dpi}{kilobytes(page.first_bytes).split()[0]} → {kilobytes(page.bytes)}"


def advice_words(finding: Finding) -> str:
    """Return what an eye should look at again, and what to do."""
    return f"{doubt_words(finding)} : {_ADVICE.get(finding.rule, 'contrôlez la page')}"


def doubt_words(finding: Finding) -> str:
    """Return what an eye should look at again, where nothing can be done about it at once."""
    return f"à vérifier : {rule_words(finding.rule)} ({finding.measured})"

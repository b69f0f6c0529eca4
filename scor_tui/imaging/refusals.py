"""The refusals that the child hands to its parent, each sentence once."""

from __future__ import annotations

from collections.abc import Sequence

from scor_tui.domain.errors import FileNotAccepted, NormsNotMet, PasswordNeeded
from scor_tui.domain.norms import A4_LONG_MM, MIN_DPI, Finding, PaperSize, Rule

SCAN_AGAIN = "Numérisez le papier, ou demandez une autre version du fichier."


def not_a_document(name: str) -> FileNotAccepted:
    """Refuse: the content is none of the accepted formats."""
    return FileNotAccepted(
        f"« {name} » n'est ni une image (JPEG, PNG, TIFF, WebP, HEIC) ni un PDF.",
        "Choisissez un autre fichier, ou numérisez le papier.",
        code=Rule.PDF_INVALIDE,
    )


def avif(name: str) -> FileNotAccepted:
    """Refuse: an image of the AVIF format, which phones and browsers make too."""
    return FileNotAccepted(
        f"« {name} » est une image AVIF, un format qui n'est pas accepté.",
        "Enregistrez-la en JPEG, PNG ou HEIC, ou numérisez le papier.",
        code=Rule.PDF_INVALIDE,
    )


def no_heic_reader(name: str) -> FileNotAccepted:
    """Refuse: the library that reads HEIC is not installed."""
    return FileNotAccepted(
        f"« {name} » est une photo HEIC, que ce poste ne sait pas lire.",
        "Installez « pi-heif », ou enregistrez la photo en JPEG (réglage « le plus compatible » du téléphone).",
    )


def unreadable(name: str) -> FileNotAccepted:
    """Refuse: the content is damaged or cut short."""
    return FileNotAccepted(f"« {name} » est abîmé ou incomplet.", SCAN_AGAIN, code=Rule.PDF_INVALIDE)


def too_many_pixels(name: str, limit: int) -> FileNotAccepted:
    """Refuse: an image larger than any paper needs."""
    return FileNotAccepted(
        f"« {name} » contient une image de plus de {limit // 1_000_000} millions de pixels.",
        "Numérisez à 300 dpi : cela suffit.",
        code=Rule.PDF_INVALIDE,
    )


def too_many_pages(limit: int) -> FileNotAccepted:
    """Refuse: more pages than a document may have."""
    return FileNotAccepted(f"Il y a plus de {limit} pages.", "Faites-en plusieurs documents.", code=Rule.PDF_POIDS)


def too_much_memory() -> FileNotAccepted:
    """Refuse: opening the file would take more memory than it may."""
    return FileNotAccepted("L'ouverture du fichier demande trop de mémoire.", SCAN_AGAIN, code=Rule.PDF_INVALIDE)


def password_needed(name: str, *, given: bool) -> PasswordNeeded:
    """Refuse: an encrypted PDF."""
    cause = "le mot de passe donné n'est pas le bon" if given else "il faut son mot de passe pour l'ouvrir"
    return PasswordNeeded(f"« {name} » est protégé : {cause}.", "Donnez le mot de passe du PDF.")


def no_page() -> FileNotAccepted:
    """Refuse: no page was chosen."""
    return FileNotAccepted("Aucune page n'est choisie.", "Choisissez au moins une page.")


def no_such_page(page: int, count: int) -> FileNotAccepted:
    """Refuse: a page was asked for that is not there."""
    return FileNotAccepted(f"La page {page + 1} n'existe pas : il y en a {count}.", "Choisissez une autre page.")


def too_coarse(name: str, number: int, width: int, height: int, paper: PaperSize) -> NormsNotMet:
    """Refuse: a page under 200 dpi: say the pixels that are there and those that are needed."""
    factor = MIN_DPI / paper.dpi
    size = "" if paper.declared else f" sur une page A4 ({A4_LONG_MM:.0f} mm)"
    needed = f"{round(width * factor)} × {round(height * factor)}"
    missing = round(max(width, height) * factor) - max(width, height)
    return NormsNotMet(
        f"« {name} », page {number} : {width} × {height} pixels, soit {paper.dpi:.0f} dpi{size} ; "
        f"il en faut {needed} pour {MIN_DPI:.0f} dpi ({missing} pixels manquent en longueur).",
        "Numérisez à 200 ou 300 dpi, ou reprenez la photo de plus près.",
        code=Rule.PDF_RESOLUTION,
    )


def black_page(name: str, number: int) -> NormsNotMet:
    """Refuse: a page on which nothing is to be seen but black."""
    return NormsNotMet(
        f"« {name} », page {number} : la page est noire.",
        "Vérifiez que le papier est du bon côté, puis numérisez-le à nouveau.",
        code=Rule.IMG_NOIR,
    )


def cut_short(name: str, number: int) -> FileNotAccepted:
    """Refuse: an image whose foot was never received."""
    return FileNotAccepted(
        f"« {name} », page {number} : le bas de l'image manque, le fichier est incomplet.",
        SCAN_AGAIN,
        code=Rule.PDF_INVALIDE,
    )


def too_heavy(total: int, limit: int, weights: Sequence[int], documents: Sequence[range]) -> NormsNotMet:
    """Refuse: nothing makes it fit: propose to split it into `documents` (pages from 0), with each page's weight."""
    each = ", ".join(f"p. {number} : {_kilobytes(weight)}" for number, weight in enumerate(weights, 1))
    return NormsNotMet(
        f"Le document pèse {_kilobytes(total)} au mieux ({each}) ; la limite est de {_kilobytes(limit)}.",
        _how_to_split(documents, [number for number, weight in enumerate(weights, 1) if weight > limit]),
        code=Rule.PDF_POIDS,
    )


def _how_to_split(documents: Sequence[range], alone: Sequence[int]) -> str:
    if alone:
        named = ", ".join(str(number) for number in alone)
        return f"Trop lourde à elle seule : page {named}. Numérisez-la de nouveau, réglez plus clair, ou par la poste."
    parts = [
        f"page {pages.start + 1}" if len(pages) == 1 else f"pages {pages.start + 1} à {pages.stop}"
        for pages in documents
    ]
    return f"Répartissez ses pages en plusieurs documents : {' ; '.join(parts)}."


def _kilobytes(size: int) -> str:
    return f"{-(-size // 1000)} Ko"


def norms_not_met(finding: Finding) -> NormsNotMet:
    """Refuse: the result breaks a norm all the same: the first broken rule, in words."""
    where = f"Page {finding.page} : " if finding.page else ""
    cause, remedy = _BROKEN.get(finding.rule, ("le document n'est pas conforme", SCAN_AGAIN))
    return NormsNotMet(f"{where}{cause} ({finding.measured} ; limite : {finding.limit}).", remedy, code=finding.rule)


_BROKEN = {
    Rule.IMG_BLANC: ("la page est blanche", "Retirez-la, ou retournez le papier et numérisez-le à nouveau."),
    Rule.IMG_NOIR: ("la page est noire", "Vérifiez le papier, puis numérisez-le à nouveau."),
    Rule.IMG_CONTRASTE: (
        "la page est illisible en noir et blanc",
        "Numérisez le papier en gris à 300 dpi, ou réglez plus clair ou plus foncé.",
    ),
    Rule.IMG_TRONQUE: (
        "le texte est coupé au bord de la page",
        "Replacez le papier et numérisez-le à nouveau.",
    ),
    Rule.PDF_POIDS: ("le document est trop lourd", "Répartissez ses pages en plusieurs documents."),
    Rule.PDF_RESOLUTION: ("la résolution est trop basse", "Numérisez à 200 ou 300 dpi."),
}

"""The paper register: pieces that travel by post, one row per piece, once (product, 3.4)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from scor_tui.domain.errors import RuleRefused, StepRefused


class PaperStatus(StrEnum):
    """The status of a row of the register."""

    COLLECTE = "collecte_papier"
    ENVOYE = "justificatif_papier_envoye"


class PaperReason(StrEnum):
    """Why a piece travels by post: shown on the bordereau."""

    ENVOI_PAPIER = "envoi_papier"
    TRANSFERT = "transfert_papier"
    HORS_SCOR = "hors_scor"


def check_posting_date(posted: date, today: date, since: date | None = None) -> None:
    """Refuse a posting date in the future, or before the piece entered the register (`since`)."""
    if posted > today:
        raise RuleRefused(
            f"La date postée ({posted:%d/%m/%Y}) est dans le futur.",
            "Donnez la date du jour ou une date passée.",
        )
    if since is not None and posted < since:
        raise RuleRefused(
            f"La date postée ({posted:%d/%m/%Y}) précède l'entrée de la pièce au registre ({since:%d/%m/%Y}).",
            "Corrigez la date.",
        )


def refuse_if_posted(status: PaperStatus) -> None:
    """A posted row is never reset."""
    if status is PaperStatus.ENVOYE:
        raise StepRefused("Cette pièce est déjà postée.", "Le registre ne revient pas sur un envoi enregistré.")

"""From a mail account's settings to the transport that serves it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scor_tui.domain.errors import WrongUse
from scor_tui.domain.ports import Transport
from scor_tui.domain.text import clean
from scor_tui.mail.maildir_transport import MaildirTransport

MAILDIR = "maildir"

KINDS = (MAILDIR,)
"""The kinds of account that this version serves."""


def transport_for(kind: str, settings: Mapping[str, str]) -> Transport:
    """Return the transport of an account.

    Settings of `maildir`: `envoi` and `reception`, two folders; `taille_max`, bytes, optional. Raises
    `WrongUse` for another kind, or a setting that is missing or wrong.
    """
    if kind != MAILDIR:
        raise WrongUse(
            f"Un compte de messagerie « {clean(kind, limit=40)} » n'est pas disponible dans cette version.",
            f"Types disponibles : {', '.join(KINDS)}.",
        )
    return MaildirTransport(_folder(settings, "envoi"), _folder(settings, "reception"), _size(settings, "taille_max"))


def _folder(settings: Mapping[str, str], name: str) -> Path:
    text = settings.get(name, "").strip()
    if not text:
        raise WrongUse(f"Il manque « {name} » au compte de messagerie.", "Indiquez le chemin d'un dossier Maildir.")
    return Path(text).expanduser()


def _size(settings: Mapping[str, str], name: str) -> int | None:
    text = settings.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise WrongUse(
            f"« {name} » du compte de messagerie n'est pas un nombre d'octets : « {clean(text, limit=40)} ».",
            "Indiquez un nombre entier, ou laissez vide.",
        )
    return int(text)

"""The outer edge of everything that reads foreign bytes: what fails there ends as a message set aside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from scor_tui.domain.errors import BadMessage, ScorError
from scor_tui.domain.text import clean

SET_ASIDE = "Il est conservé à part, sans effet sur vos dossiers ; signalez-le à son expéditeur."


class TechnicalCode(StrEnum):
    """Why a message could not be taken at all: the `SO-TEC-…` codes of SCOR-Ouvert 1."""

    ENVELOPE = "SO-TEC-ENVELOPPE"
    SIGNATURE = "SO-TEC-SIGNATURE"
    CERTIFICATE = "SO-TEC-CERTIFICAT"
    DIGEST = "SO-TEC-EMPREINTE"
    SCHEMA = "SO-TEC-SCHEMA"


LABELS = {
    TechnicalCode.ENVELOPE: "L'enveloppe ne peut pas être ouverte.",
    TechnicalCode.SIGNATURE: "La signature n'est pas vérifiable : message altéré ou non signé.",
    TechnicalCode.CERTIFICATE: "Le certificat du signataire est refusé.",
    TechnicalCode.DIGEST: "Le document n'est pas celui dont l'index donne l'empreinte.",
    TechnicalCode.SCHEMA: "Le contenu n'est pas conforme au format.",
}
"""What an answer says of each code: never more, so that it teaches nothing about a decryption that failed."""


def bad_message(cause: str, code: TechnicalCode) -> BadMessage:
    """Return the error of a message that is set aside; `cause` is cleaned."""
    return BadMessage(clean(cause), SET_ASIDE, code=code.value)


@contextmanager
def hostile_input(code: TechnicalCode) -> Iterator[None]:
    """Turn whatever a library raises on foreign bytes into `BadMessage`; our own errors pass.

    The library's words are left out and its exception is not chained: they may quote decrypted bytes.
    """
    try:
        yield
    except ScorError:
        raise
    except Exception as error:  # noqa: BLE001 - the outer edge: parsers raise ValueError, TypeError, RecursionError…
        raise bad_message(f"Son contenu est illisible ({type(error).__name__}).", code) from None

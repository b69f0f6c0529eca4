"""Everything that can go wrong, each with a title, a cause and a remedy in French.

One class a cause. The exit code comes from the family: a rule refused (1), a command was used wrongly (2),
the other end failed and one may try again (3), the practice's data are damaged (4).
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    REFUSED = 1
    WRONG_USE = 2
    OTHER_END_FAILED = 3
    DATA_DAMAGED = 4


class ScorError(Exception):
    """An error that a practitioner can read: `title`, what happened (`cause`), what to do (`remedy`)."""

    title: ClassVar[str] = "Action impossible"
    exit_code: ClassVar[ExitCode] = ExitCode.REFUSED

    def __init__(self, cause: str, remedy: str, *, code: str = "") -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy
        self.code = code

    def __str__(self) -> str:
        return f"{self.title} : {self.cause} {self.remedy}".strip()

    def as_dict(self) -> dict[str, str]:
        """Return the facts of the error for `--json`."""
        facts = {"titre": self.title, "cause": self.cause, "remede": self.remedy}
        return facts | {"code": self.code} if self.code else facts


class RuleRefused(ScorError):
    """A rule of SCOR, of the law or of the program says no; nothing was changed."""


class WrongUse(ScorError):
    """The command was called wrongly."""

    title = "Commande mal formée"
    exit_code = ExitCode.WRONG_USE


class OtherEndFailed(ScorError):
    """A scanner, a mailbox or another process failed; trying again may work."""

    title = "L'autre bout ne répond pas"
    exit_code = ExitCode.OTHER_END_FAILED


class DataDamaged(ScorError):
    """The practice's data cannot be trusted or opened."""

    title = "Données endommagées"
    exit_code = ExitCode.DATA_DAMAGED


# --- pieces and files ------------------------------------------------------------------------------------


class FileNotAccepted(RuleRefused):
    """A file that cannot become a piece: not an image, truncated, encrypted, too large…"""

    title = "Fichier non accepté"


class PasswordNeeded(FileNotAccepted):
    """An encrypted PDF: its password is needed."""

    title = "PDF protégé"


class NormsNotMet(RuleRefused):
    """A document breaks one of the norms of SCOR; `code` is the first broken rule."""

    title = "Document non conforme"


class PieceLocked(RuleRefused):
    """A piece that is under way or accepted cannot be touched."""

    title = "Pièce verrouillée"


class NotFound(RuleRefused):
    """What is named does not exist."""

    title = "Introuvable"


class StepRefused(RuleRefused):
    """The status of the dossier does not allow this."""

    title = "Étape refusée"


class ImportRefused(RuleRefused):
    """A file to import has errors; nothing of it was taken. `lines` gives each error as (line, sentence)."""

    title = "Import refusé"

    def __init__(self, cause: str, remedy: str, *, lines: list[tuple[int, str]] | None = None) -> None:
        super().__init__(cause, remedy)
        self.lines = lines or []

    def as_dict(self) -> dict[str, str]:
        """Return the facts of the error, the lines joined."""
        return super().as_dict() | {"lignes": "\n".join(f"{n} : {text}" for n, text in self.lines)}


# --- devices and the wire --------------------------------------------------------------------------------


class ScannerFailed(OtherEndFailed):
    """The scanner refused or stopped."""

    title = "Numérisation interrompue"


class NoScanner(ScannerFailed):
    """No scanner can be driven from here."""

    title = "Aucun scanner"


class MailFailed(OtherEndFailed):
    """The mailbox or the outgoing post cannot be reached."""

    title = "Boîte aux lettres injoignable"


class BadMessage(RuleRefused):
    """A message that cannot be opened, verified or understood: it is set aside, never dropped."""

    title = "Message écarté"


class CertificateRefused(RuleRefused):
    """A certificate that is missing, expired, of another use or of another chain."""

    title = "Certificat refusé"


class CodecUnavailable(RuleRefused):
    """The exchange format that was asked for is not to be had here."""

    title = "Format d'échange indisponible"


# --- the practice's folder -------------------------------------------------------------------------------


class FolderNotPrivate(DataDamaged):
    """Others can read the data folder."""

    title = "Dossier de données non protégé"


class DatabaseNewer(DataDamaged):
    """The database was written by a later version of the program."""

    title = "Base plus récente que le programme"


class DatabaseUnreadable(DataDamaged):
    """The database or its key is damaged or missing."""

    title = "Base illisible"


class FileDamaged(DataDamaged):
    """A stored file is missing or was altered."""

    title = "Fichier de pièce endommagé"


class Busy(OtherEndFailed):
    """Another session holds what this one needs."""

    title = "Occupé par une autre session"

"""What SANE says, in French: one sentence and one remedy for each status.

`scanimage` exits with the SANE status, so the code is translated, not the text. Exit code 1 alone has several
meanings, told apart by how the text begins. Measured on sane-backends 1.1.1 and sane-airscan 0.99.27, which
may say « out of documents » for a busy device and « I/O error » for an open cover.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum

from scor_tui.domain.errors import NoScanner, ScannerFailed
from scor_tui.domain.text import clean
from scor_tui.scanners.pages import folder_refuses

CANCELLED = "cancelled"
"""The code of the error when the user stopped the scan himself."""

SILENT = "silent"
"""The code of the error when the scanner gave no sign of life for too long."""


class SaneStatus(IntEnum):
    """SANE_Status, SANE standard 1.06, section 4.2.7."""

    GOOD = 0
    UNSUPPORTED = 1
    CANCELLED = 2
    DEVICE_BUSY = 3
    INVAL = 4
    EOF = 5
    JAMMED = 6
    NO_DOCS = 7
    COVER_OPEN = 8
    IO_ERROR = 9
    NO_MEM = 10
    ACCESS_DENIED = 11


_SENTENCES = {
    SaneStatus.UNSUPPORTED: (
        "Le scanner ne sait pas faire ce qui lui est demandé.",
        "Choisissez une autre source ou une autre résolution, puis recommencez.",
    ),
    SaneStatus.CANCELLED: (
        "La numérisation a été annulée depuis le scanner.",
        "Recommencez quand il est prêt.",
    ),
    SaneStatus.DEVICE_BUSY: (
        "Le scanner est occupé.",
        "Attendez la fin du travail en cours, ou fermez l'autre programme qui s'en sert, puis recommencez.",
    ),
    SaneStatus.INVAL: (
        "Le scanner refuse ces réglages.",
        "Choisissez une autre source ou 200 dpi, puis recommencez.",
    ),
    SaneStatus.EOF: (
        "Le scanner a rendu une page vide.",
        "Replacez la feuille, puis recommencez.",
    ),
    SaneStatus.JAMMED: (
        "Une feuille est coincée dans le chargeur.",
        "Dégagez-la, remettez les feuilles qui restent, puis recommencez.",
    ),
    SaneStatus.NO_DOCS: (
        "Le chargeur est vide.",
        "Placez les feuilles dans le chargeur ou choisissez la vitre, puis recommencez.",
    ),
    SaneStatus.COVER_OPEN: (
        "Le capot du scanner est ouvert.",
        "Refermez-le, puis recommencez.",
    ),
    SaneStatus.IO_ERROR: (
        "La liaison avec le scanner a été perdue.",
        "Vérifiez qu'il est allumé et branché, puis recommencez.",
    ),
    SaneStatus.NO_MEM: (
        "La mémoire manque pour cette numérisation.",
        "Choisissez 200 dpi ou fermez d'autres programmes, puis recommencez.",
    ),
    SaneStatus.ACCESS_DENIED: (
        "L'accès au scanner est refusé à cet utilisateur.",
        "Faites ajouter cet utilisateur au groupe « scanner », reconnectez-vous, puis recommencez.",
    ),
}

_NETWORK_SENTENCES = {
    SaneStatus.NO_DOCS: (
        "Le scanner est occupé, ou son chargeur est vide.",
        "Attendez la fin du travail en cours, vérifiez les feuilles, puis recommencez.",
    ),
    SaneStatus.IO_ERROR: (
        "La liaison avec le scanner a été perdue, ou son capot est ouvert.",
        "Vérifiez le capot, l'alimentation et le réseau, puis recommencez.",
    ),
}

_STATUS_OF_WORDS = {
    "Device busy": SaneStatus.DEVICE_BUSY,
    "Access to resource has been denied": SaneStatus.ACCESS_DENIED,
    "Error during device I/O": SaneStatus.IO_ERROR,
    "Out of memory": SaneStatus.NO_MEM,
    "Scanner cover is open": SaneStatus.COVER_OPEN,
}
_NOISE = ("received signal", "trying to stop scanner", "rounded value", "Output format is not set")
_OPEN_FAILED = re.compile(r"open of device (?P<device>.*) failed: (?P<words>.*)$")
_OPTION_REFUSED = re.compile(r"(unrecognized option|setting of option|attempted to set|[Oo]ption requires an)")
_FOLDER_REFUSED = re.compile(r"^(scanimage: )?(could not open output file|cannot open )")
_NO_DEVICE = re.compile(r"no SANE devices found")


def open_failed(lines: Sequence[str]) -> bool:
    """Whether the device could not even be opened: some network drivers do so now and then."""
    return any(_OPEN_FAILED.search(line) for line in lines)


def failure(returncode: int, lines: Sequence[str], device: str) -> ScannerFailed:
    """Translate how `scanimage` ended.

    `returncode` is its exit code, negative when a signal killed it; `lines` what it said on standard error.
    """
    if returncode < 0:
        return ScannerFailed(
            f"Le pilote du scanner s'est arrêté brutalement (signal {-returncode}).",
            "Éteignez puis rallumez le scanner, et recommencez.",
            code="crash",
        )
    if any(_FOLDER_REFUSED.search(line) for line in lines):
        return folder_refuses()
    if returncode == SaneStatus.UNSUPPORTED:
        return _of_many_meanings(lines, device)
    if returncode in _SENTENCES:
        return of_status(SaneStatus(returncode), device)
    return ScannerFailed(
        f"Le scanner s'est arrêté avec le code {returncode}{_quoted(lines)}.",
        "Vérifiez son écran et son câble, puis recommencez.",
        code=f"exit-{returncode}",
    )


def of_status(status: SaneStatus, device: str) -> ScannerFailed:
    """Return the error of a SANE status other than GOOD."""
    sentences = _SENTENCES | _NETWORK_SENTENCES if device.startswith("airscan:") else _SENTENCES
    cause, remedy = sentences[status]
    return ScannerFailed(cause, remedy, code=status.name.lower().replace("_", "-"))


def stopped_by_user() -> ScannerFailed:
    """Return the error of a scan that the user stopped before its first page was whole."""
    return ScannerFailed(
        "Vous avez arrêté la numérisation avant la fin de la première page.",
        "Rien n'a été gardé : recommencez quand vous voulez.",
        code=CANCELLED,
    )


def stayed_silent(seconds: float) -> ScannerFailed:
    """Return the error of a scanner that gave no sign of life."""
    return ScannerFailed(
        f"Le scanner n'a plus donné signe de vie pendant {seconds:.0f} s.",
        "Regardez son écran, éteignez-le et rallumez-le, puis recommencez.",
        code=SILENT,
    )


def not_installed(program: str) -> NoScanner:
    """Return the error of a computer without SANE's command."""
    return NoScanner(
        f"Le programme « {clean(program)} », qui pilote les scanners, n'est pas installé.",
        "Installez les paquets sane-utils et sane-airscan, ou utilisez un dossier surveillé ou un fichier.",
        code="not-installed",
    )


def none_found() -> NoScanner:
    """Return the error of a computer that sees no scanner."""
    return NoScanner(
        "Aucun scanner n'a été trouvé.",
        "Vérifiez qu'il est allumé et relié, ou utilisez un dossier surveillé ou un fichier.",
        code="none-found",
    )


def _of_many_meanings(lines: Sequence[str], device: str) -> ScannerFailed:
    for line in lines:
        if match := _OPEN_FAILED.search(line):
            status = _STATUS_OF_WORDS.get(match.group("words").strip())
            return of_status(status, device) if status else _unknown_device(device)
        if _OPTION_REFUSED.search(line):
            return ScannerFailed(
                f"Le scanner refuse un réglage{_quoted([line])}.",
                "Choisissez une autre source ou une autre résolution, puis recommencez.",
                code="option-refused",
            )
        if _NO_DEVICE.search(line):
            return none_found()
    return of_status(SaneStatus.UNSUPPORTED, device)


def _unknown_device(device: str) -> ScannerFailed:
    return ScannerFailed(
        f"Le scanner « {clean(device)} » est introuvable.",
        "Vérifiez qu'il est allumé et branché, puis choisissez-le à nouveau dans la liste des scanners.",
        code="unknown-device",
    )


def _quoted(lines: Sequence[str]) -> str:
    said = [line for line in lines if line.strip() and not any(noise in line for noise in _NOISE)]
    return f" : « {clean(said[-1].removeprefix('scanimage: '), limit=120)} »" if said else ""

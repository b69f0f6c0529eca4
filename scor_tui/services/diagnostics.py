"""Diagnostic: terminal, scanner, base, journal, files, certificates, mail accounts."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from scor_tui.domain.errors import DataDamaged, ScorError
from scor_tui.domain.ports import Clock
from scor_tui.domain.text import clean
from scor_tui.exchange.certificates import Usage, check_certificate, load_certificates
from scor_tui.scanners.sane import SaneScanner
from scor_tui.services.cabinet import Cabinet, open_cabinet
from scor_tui.store.engine import check_integrity
from scor_tui.store.models import Caisse, PieceVersion, PurgedFile

LOW_DISK = 500_000_000


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: whether it is well, and what was found. `damaged` means data cannot be trusted."""

    name: str
    good: bool
    said: str
    damaged: bool = False


def diagnose(folder: Path, clock: Clock) -> list[Check]:
    """Look at everything; nothing raises, everything is told."""
    found = [_terminal(), _scanner(), _disk(folder)]
    try:
        cabinet = open_cabinet(folder, clock)
    except ScorError as error:
        return [*found, Check("cabinet", good=False, said=str(error), damaged=isinstance(error, DataDamaged))]
    try:
        found += [*_checked("base", _base), *_checked("journal", lambda: _journal(cabinet))]
        found += [*_checked("pièces", lambda: _pieces(cabinet))]
        found += [*_certificates(cabinet), *_mail(cabinet)]
    finally:
        cabinet.close()
    return found


def _terminal() -> Check:
    size = shutil.get_terminal_size((0, 0))
    term, utf8 = os.environ.get("TERM", ""), (sys.stdout.encoding or "").lower().startswith("utf")
    shown = f"{clean(term, limit=40) or 'inconnu'}, {size.columns} x {size.lines}, {'UTF-8' if utf8 else 'sans UTF-8'}"
    return Check("terminal", good=utf8, said=shown)


def _scanner() -> Check:
    try:
        devices = SaneScanner().devices()
    except ScorError as error:
        return Check(
            "scanner",
            good=True,
            said=f"{error.cause} Les fichiers et le dossier surveillé restent possibles.",
        )
    named = ", ".join(f"{device.label}{'' if device.compatible else ' (incompatible)'}" for device in devices)
    return Check("scanner", good=True, said=named)


def _disk(folder: Path) -> Check:
    place = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(place).free
    return Check("disque", good=free > LOW_DISK, said=f"{free // 1_000_000} Mo libres")


def _checked(name: str, look: Callable[[], Iterator[str]]) -> Iterator[Check]:
    try:
        wrong = list(look())
    except ScorError as error:
        wrong = [str(error)]
    yield Check(name, good=not wrong, said="; ".join(wrong[:3]) or "sain", damaged=bool(wrong))


def _base() -> Iterator[str]:
    yield from check_integrity()


def _journal(cabinet: Cabinet) -> Iterator[str]:
    for number in cabinet.journal.broken():
        yield f"l'entrée {number} du journal ne tient plus à la précédente"


def _pieces(cabinet: Cabinet) -> Iterator[str]:
    gone = PurgedFile.select(PurgedFile.file)
    for version in PieceVersion.select().where(PieceVersion.file.not_in(gone)):
        if hashlib.sha256(cabinet.store.files.get(version.file)).hexdigest() != version.sha256:
            yield f"la pièce {version.piece_id} a changé"


def _certificates(cabinet: Cabinet) -> Iterator[Check]:
    roots = [one for pem in cabinet.directory.roots for one in load_certificates(pem)]
    kept = [
        (f"{who.name}, {row.usage}", row.usage, bytes(row.certificate))
        for who in cabinet.practitioners()
        for row in who.certificates
    ]
    for row in Caisse.select():
        kept += [(f"{row.name}, contenu", "chiffrement", bytes(row.content_certificate))]
    for name, usage, pem in kept:
        use = Usage.SIGN if usage == "signature" else Usage.ENCRYPT
        try:
            if not pem:
                yield Check("certificat", good=False, said=f"{name} : absent")
                continue
            certificate, *issuers = load_certificates(pem)
            check_certificate(certificate, roots, issuers, use, cabinet.now())
        except ScorError as error:
            yield Check("certificat", good=False, said=f"{name} : {error.cause}")
        else:
            yield Check(
                "certificat",
                good=True,
                said=f"{name} : valable jusqu'au {certificate.not_valid_after_utc:%d/%m/%Y}",
            )


def _mail(cabinet: Cabinet) -> Iterator[Check]:
    for who in cabinet.practitioners():
        if not who.mail_box:
            yield Check("courrier", good=False, said=f"{who.name} : aucune BAL configurée")
            continue
        try:
            waiting = sum(1 for _ in cabinet.transport(who).poll())
        except ScorError as error:
            yield Check("courrier", good=False, said=f"{who.name} : {error.cause}")
        else:
            yield Check("courrier", good=True, said=f"{who.name} : BAL lisible, {waiting} message(s)")

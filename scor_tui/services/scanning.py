"""Scanning: from a scanner, a watched folder or files to pages in a private folder."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from scor_tui import system
from scor_tui.domain.errors import FileNotAccepted, NotFound, WrongUse
from scor_tui.domain.text import clean
from scor_tui.scanners.copying import copy_in
from scor_tui.scanners.folder import SETTLE_SECONDS, WatchedFolder
from scor_tui.services.cabinet import Cabinet
from scor_tui.store.engine import write
from scor_tui.store.models import MedicalDocument, Patient

ROOM_TO_SCAN = 400_000_000
"""Bytes: a feeder's load of grey A4 pages at 300 dpi."""


@contextlib.contextmanager
def work_folder(cabinet: Cabinet) -> Iterator[Path]:
    """Yield a private folder for pages on their way, in memory when there is room; nothing of it stays."""
    with system.private_folder("scor-pages-", cabinet.folder, in_memory=ROOM_TO_SCAN) as folder:
        yield folder


@dataclass(frozen=True)
class Taken:
    """Files taken from the watched folder: our copies, and what gives the originals up once all is saved."""

    files: tuple[Path, ...]
    give_up: Callable[[], None]


def take_watched(cabinet: Cabinet, folder: Path) -> Taken:
    """Copy the finished files of the practice's watched folder into `folder`, oldest first.

    Two looks some seconds apart tell which are finished. The originals stay until `give_up` is called. Raises
    `WrongUse` when the practice watches no folder, `NotFound` when nothing waits there.
    """
    if not cabinet.practice.watched_folder:
        raise WrongUse(
            "Le cabinet n'a pas de dossier surveillé.",
            "Indiquez-le : [numerisation] dossier_surveille, puis scor-tui configurer.",
        )
    watched = WatchedFolder(Path(cabinet.practice.watched_folder))
    watched.waiting(cabinet.now())
    if watched.arriving:
        time.sleep(SETTLE_SECONDS + 1)  # the clock counts whole seconds
    found = watched.waiting(cabinet.now())
    if not found:
        raise NotFound(
            "Aucun fichier complet dans le dossier surveillé.", "Numérisez sur le copieur, attendez, puis recommencez."
        )
    copies = tuple(watched.take(one.path, folder) for one in found)

    def give_up() -> None:
        for one in found:
            watched.done(one.path)

    return Taken(copies, give_up)


def take_file(path: Path, folder: Path) -> Path:
    """Copy an image or a PDF of the user's into `folder`; raises `NotFound`, `FileNotAccepted`, `ScannerFailed`."""
    return copy_in(path, folder, follow_links=True)


def add_to_record(cabinet: Cabinet, patient_number: str, path: Path, label: str = "") -> MedicalDocument:
    """Keep a file in a patient's medical record, as it came."""
    patient = Patient.get_or_none(Patient.number == patient_number)
    if patient is None:
        raise NotFound(f"Aucun patient n'a le numéro {clean(patient_number, limit=30)}.", "Vérifiez le numéro.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileNotAccepted(
            f"Le fichier {clean(path.name, limit=80)} ne peut pas être lu.", "Vérifiez son chemin et ses droits."
        ) from error
    name = cabinet.store.files.put(content)
    with write():
        document: MedicalDocument = MedicalDocument.create(
            patient=patient,
            label=clean(label, limit=80) or clean(path.stem, limit=80),
            file=name,
            name=clean(path.name, limit=120),
            added=cabinet.now(),
        )
        cabinet.journal.add(cabinet.now(), "dossier_medical", document=document.id)
    return document


def from_record(cabinet: Cabinet, number: int, folder: Path) -> Path:
    """Put a document of the medical record into `folder` so that pages can be made of it; raises `NotFound`."""
    document = MedicalDocument.get_or_none(MedicalDocument.id == number)
    if document is None:
        raise NotFound(f"Aucun document n'a le numéro {number} au dossier médical.", "Vérifiez le numéro.")
    path = folder / f"document-{document.id}{Path(document.name).suffix[:8]}"
    path.write_bytes(cabinet.store.files.get(document.file))
    return path

"""Scanning: from a scanner, a watched folder or files to pages in a private folder."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scor_tui.domain.errors import NotFound
from scor_tui.domain.text import clean
from scor_tui.services.cabinet import Cabinet
from scor_tui.store.engine import write
from scor_tui.store.models import MedicalDocument, Patient


@contextlib.contextmanager
def work_folder(cabinet: Cabinet) -> Iterator[Path]:
    """Yield a private folder for pages on their way; nothing of it stays."""
    with tempfile.TemporaryDirectory(prefix="pages-", dir=cabinet.folder) as name:
        yield Path(name)


def add_to_record(cabinet: Cabinet, patient_number: str, path: Path, label: str = "") -> MedicalDocument:
    """Keep a file in a patient's medical record, as it came."""
    patient = Patient.get_or_none(Patient.number == patient_number)
    if patient is None:
        raise NotFound(f"Aucun patient n'a le numéro {clean(patient_number, limit=30)}.", "Vérifiez le numéro.")
    name = cabinet.store.files.put(path.read_bytes())
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

"""What is to be known of a piece and of its owner before touching it: for the acquisition and the viewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scor_tui.domain.errors import PieceLocked
from scor_tui.domain.pieces import PieceType
from scor_tui.services import acquire, holdings
from scor_tui.services.acquire import Owner
from scor_tui.services.cabinet import Cabinet
from scor_tui.store.models import Acte, LotPiece, MedicalDocument, Patient, Piece, PieceVersion, Prescription


@dataclass(frozen=True)
class VersionFacts:
    """A version of a piece, and who confirmed that it is legible."""

    id: int
    number: int
    pages: int
    bytes: int
    dpi: int
    legible_by: str
    legible_at: datetime | None


@dataclass(frozen=True)
class PieceFacts:
    """A piece: its owner in words, its versions newest first, why it cannot be touched, what the caisse refused."""

    id: int
    type: PieceType
    label: str
    annotation: str
    on_paper: bool
    patient: str
    owner: str
    versions: tuple[VersionFacts, ...]
    locked: str
    rejection: str

    @property
    def last(self) -> VersionFacts | None:
        """The version that would travel."""
        return self.versions[0] if self.versions else None


def of_piece(number: int) -> PieceFacts:
    """Return what is to be known of a piece; raises `NotFound`."""
    piece = acquire.piece_of(number)
    owner = owner_of(piece)
    versions = piece.versions.order_by(PieceVersion.number.desc())
    return PieceFacts(
        id=piece.id,
        type=piece.type,
        label=piece.label,
        annotation=piece.annotation,
        on_paper=piece.on_paper,
        patient=patient_words(owner),
        owner=owner_words(owner),
        versions=tuple(
            VersionFacts(one.id, one.number, one.pages, one.bytes, one.dpi, one.legible_by, one.legible_at)
            for one in versions
        ),
        locked=why_locked(piece),
        rejection=rejection_of(holdings.last_version(piece)),
    )


def content(cabinet: Cabinet, version: int) -> bytes:
    """Return the PDF of a version by its id; raises `FileDamaged`, `NotFound` once purged."""
    return acquire.content_of(cabinet, PieceVersion.get_by_id(version))


def owner_of(piece: Piece) -> Owner:
    """Return what a piece hangs on."""
    return Owner(prescription=piece.prescription, facture=piece.facture)


def why_locked(piece: Piece) -> str:
    """Return why a piece cannot be replaced, deleted or moved, or an empty string."""
    try:
        acquire.refuse_if_locked(piece)
    except PieceLocked as error:
        return f"{error.cause} {error.remedy}"
    return ""


def rejection_of(version: PieceVersion | None) -> str:
    """Return the code and words with which a caisse refused a version, or an empty string."""
    if version is None or not holdings.is_rejected(version):
        return ""
    refused = (
        LotPiece.select().where(LotPiece.version == version, LotPiece.reject_code != "").order_by(LotPiece.id.desc())
    )
    return str(refused.first().reject_code)


def patient_of(owner: Owner) -> Patient:
    """Return whose piece it is."""
    held = owner.prescription or owner.facture
    assert held is not None  # noqa: S101 - a piece has one owner
    found: Patient = held.patient
    return found


def patient_words(owner: Owner) -> str:
    """Return the patient's name."""
    patient = patient_of(owner)
    return f"{patient.name} {patient.first_name}".strip()


def owner_words(owner: Owner) -> str:
    """Return `ordonnance du 12/11/2026 · AMS 7,5`, or `facture 261105536 du 05/11/2026`."""
    if owner.prescription is not None:
        return f"ordonnance du {owner.prescription.date:%d/%m/%Y}{_acts(owner.prescription)}"
    assert owner.facture is not None  # noqa: S101 - a piece has one owner
    return f"facture {owner.facture.number} du {owner.facture.date:%d/%m/%Y}"


def documents_of(owner: Owner) -> Sequence[tuple[int, str]]:
    """Return the documents of the patient's medical record: number and label, newest first."""
    rows = MedicalDocument.select().where(MedicalDocument.patient == patient_of(owner))
    return [(row.id, row.label) for row in rows.order_by(MedicalDocument.id.desc())]


def _acts(prescription: Prescription) -> str:
    labels = [row.label for row in prescription.actes.order_by(Acte.rank)]
    return f" · {', '.join(labels)}" if labels else ""

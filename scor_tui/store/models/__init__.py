"""The tables, one module a family."""

from __future__ import annotations

from scor_tui.store.models.base import Record, database
from scor_tui.store.models.care import Acte, Facture, LotFSE, Patient, Prescriber, Prescription
from scor_tui.store.models.pieces import MedicalDocument, Piece, PieceVersion
from scor_tui.store.models.practice import Authority, Caisse, Certificate, Practice, Practitioner, Remplacant
from scor_tui.store.models.registers import Bordereau, JournalEntry, PaperRow, PurgedFile, Report
from scor_tui.store.models.sending import (
    ARL,
    ASIDE,
    HAS_ALERT,
    Attempt,
    AttemptState,
    Dossier,
    LotDossiers,
    LotLine,
    LotPiece,
    LotSCOR,
    LotState,
    Message,
    MessageState,
    NoemieLine,
    NoemieState,
)

TABLES: tuple[type[Record], ...] = (
    Practice, Authority, Caisse, Practitioner, Certificate, Remplacant,
    Patient, Prescriber, Prescription, Acte, LotFSE, Facture,
    Piece, PieceVersion, MedicalDocument,
    LotSCOR, LotDossiers, Dossier, LotLine, LotPiece, Attempt, Message, ARL, NoemieLine,
    PaperRow, Bordereau, PurgedFile, Report, JournalEntry,
)  # fmt: skip

FILE_COLUMNS: tuple[tuple[type[Record], str], ...] = (
    (Bordereau, "file"),
    (LotFSE, "sealed"),
    (LotSCOR, "file"),
    (MedicalDocument, "file"),
    (Message, "file"),
    (PieceVersion, "file"),
)
"""The columns that name an encrypted file."""

__all__ = [
    "ARL", "ASIDE", "FILE_COLUMNS", "HAS_ALERT", "TABLES", "Acte", "Attempt", "AttemptState", "Authority", "Bordereau",
    "Caisse", "Certificate", "Dossier", "Facture", "JournalEntry", "LotDossiers", "LotFSE", "LotLine", "LotPiece",
    "LotSCOR", "LotState", "MedicalDocument", "Message", "MessageState", "NoemieLine", "NoemieState", "PaperRow",
    "Patient", "Piece", "PieceVersion", "Practice", "Practitioner", "Prescriber", "Prescription", "PurgedFile",
    "Record", "Remplacant", "Report", "database",
]  # fmt: skip

"""Prescriptions: the patients, the prescriptions of the one under the cursor, their acts and documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual import on
from textual.containers import Container
from textual.widget import Widget

from scor_tui.domain.text import fold
from scor_tui.presentation.agenda import (
    acts_lines,
    document_cells,
    document_line,
    patient_cells,
    prescription_cells,
    prescription_line,
)
from scor_tui.services import agenda
from scor_tui.services.agenda import DocumentRow, PatientRow, PrescriptionRow
from scor_tui.services.places import Place
from scor_tui.ui.actions import Scope
from scor_tui.ui.screens.dialogs import Ask
from scor_tui.ui.screens.prescription_actions import BREAKPOINTS, PrescriptionSheet
from scor_tui.ui.sources import PagedSource
from scor_tui.ui.widgets.line_list import Column, LineList, Row
from scor_tui.ui.widgets.panel import Panel

PATIENTS = (Column("Patient", 0), Column("Né(e) le", 10))
PRESCRIPTIONS = (
    Column("Date", 10),
    Column("Prestations", 0, least=12),
    Column("Début", 10, gives_way=3),
    Column("Fin", 10, gives_way=2),
    Column("Pour", 4, gives_way=1),
    Column("Scan", 9),
    Column("Fact.", 5, right=True),
)
DOCUMENTS = (
    Column("", 3),
    Column("Document", 0, least=24),
    Column("Pages", 5, right=True, gives_way=2),
    Column("Poids", 6, right=True, gives_way=1),
    Column("Ajouté le", 10, gives_way=3),
)
NO_PATIENT = "Aucun patient trouvé (/ : filtrer)."
NO_NEW_PATIENT = "Tous ont une prescription (s)."
NO_PRESCRIPTION = "Aucune ; « scor-tui importer » en ajoute."
NO_DOCUMENT = "Aucun document ; m : gérer scan."


class PrescriptionsScreen(PrescriptionSheet):
    """Patients and their prescriptions."""

    SCOPE = Scope.PRESCRIPTIONS
    HELP = (
        "À gauche les patients ; à droite les prescriptions du patient sous le curseur, ses actes et ses documents. "
        "Tab passe d'une liste à l'autre. « m » gère les scans de la prescription."
    )
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS
    DEFAULT_CSS = """
    PrescriptionsScreen {
        #body { layout: horizontal; }
        #patients { width: 30; }
        &.-wide #patients { width: 40; }
        #right { margin-left: 1; }
        #prescriptions { height: 1fr; }
        #acts { height: 4; }
        #documents { height: 6; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._words, self._new_only = "", False
        self._patient = self._number = ""
        self.patient_rows = PagedSource(self._patients, _patient_place, _draw_patient)
        self.prescription_rows = PagedSource(self._prescriptions, _prescription_place, self._draw_prescription)
        self.document_rows = PagedSource(self._documents, _document_place, self._draw_document)

    def body(self) -> Iterator[Widget]:
        """Yield the patients, and at their right the rest."""
        right = Container(
            LineList(PRESCRIPTIONS, self.prescription_rows, NO_PRESCRIPTION, id="prescriptions"),
            Panel(titled=True, id="acts"),
            LineList(DOCUMENTS, self.document_rows, NO_DOCUMENT, id="documents"),
            id="right",
        )
        yield Container(LineList(PATIENTS, self.patient_rows, NO_PATIENT, id="patients"), right, id="body")

    def titles(self) -> tuple[str, str]:
        """Say where one is and which patients show."""
        filtered = f" › « {self._words} »" if self._words else ""
        new = " › nouveaux patients" if self._new_only else ""
        return f"SCOR › Prescriptions{new}{filtered}", self.practice_title(clock=False)

    # --- the three lists ---------------------------------------------------------------------------------

    @property
    def patient_list(self) -> LineList:
        """The patients."""
        return self.query_one("#patients", LineList)

    @property
    def prescription_list(self) -> LineList:
        """The prescriptions of the patient under the cursor."""
        return self.query_one("#prescriptions", LineList)

    @property
    def document_list(self) -> LineList:
        """The documents of the prescription under the cursor."""
        return self.query_one("#documents", LineList)

    @property
    def prescription(self) -> PrescriptionRow | None:
        """The prescription under the cursor, of the patient under the cursor."""
        row = self.prescription_rows.facts(self.prescription_list.row)
        return row if row is not None and row.patient_number == self._patient else None

    @property
    def document(self) -> DocumentRow | None:
        """The document under the cursor."""
        return self.document_rows.facts(self.document_list.row)

    def reload(self) -> None:
        """Read the lists and the bars again."""
        for one in (self.patient_list, self.prescription_list, self.document_list):
            one.reload()
        self.redraw_bars()

    @on(LineList.Moved, "#patients")
    def _patient_moved(self) -> None:
        row = self.patient_rows.facts(self.patient_list.row)
        number = row.number if row else ""
        if number != self._patient:
            self._patient = number
            self.prescription_list.change_source(self.prescription_rows)

    @on(LineList.Moved, "#prescriptions")
    def _prescription_moved(self) -> None:
        row = self.prescription
        number = row.number if row else ""
        self.query_one("#acts", Panel).show(list(acts_lines(row)))
        if number != self._number:
            self._number = number
            self.document_list.change_source(self.document_rows)
        self._explain()

    @on(LineList.Moved, "#documents")
    def _document_moved(self) -> None:
        self._explain()

    def on_descendant_focus(self) -> None:
        """Explain the row of the list that has the focus."""
        self._explain()

    def _explain(self) -> None:
        patient, row, document = self.patient_rows.facts(self.patient_list.row), self.prescription, self.document
        if self.document_list.has_focus and document is not None:
            self.explain(document_line(document))
        elif row is not None:
            self.explain(prescription_line(row))
        else:
            self.explain(f"{patient.name} : aucune prescription" if patient else "/ : filtrer les patients")
        self.redraw_keys()

    # --- actions -----------------------------------------------------------------------------------------

    def do_volet(self) -> None:
        """Go to the next list."""
        self.focus_next()

    def do_filtrer(self) -> None:
        """Filter the patients."""

        def go(words: str | None) -> None:
            if words is not None:
                self._words = fold(words)
                self._show_patients()

        self.app.push_screen(Ask("Patient (vide : tous)", self._words), go)

    def do_nouveaux(self) -> None:
        """Show new patients without prescription only, or all."""
        self._new_only = not self._new_only
        self._show_patients()

    def do_ouvrir(self) -> None:
        """Go from a patient to his prescriptions; see the ordonnance of a prescription; see a document."""
        document = self.document
        if self.patient_list.has_focus:
            self.prescription_list.focus()
        elif self.document_list.has_focus and document is not None:
            from scor_tui.ui.cells import open_piece

            open_piece(self.scor, document.piece)
        else:
            super().do_ouvrir()

    @on(LineList.Opened)
    def _open(self) -> None:
        self.action_do("ouvrir")

    def _show_patients(self) -> None:
        self.patient_list.change_source(self.patient_rows, NO_NEW_PATIENT if self._new_only else NO_PATIENT)
        self.patient_list.focus()
        self.redraw_bars()

    # --- rows --------------------------------------------------------------------------------------------

    def _patients(self, place: Place | None, count: int, backwards: bool) -> Sequence[PatientRow]:
        return agenda.patients(place, count, backwards=backwards, words=self._words, new_only=self._new_only)

    def _prescriptions(self, place: Place | None, count: int, backwards: bool) -> Sequence[PrescriptionRow]:
        return agenda.prescriptions_of(self._patient, place, count, backwards=backwards)

    def _documents(self, place: Place | None, count: int, backwards: bool) -> Sequence[DocumentRow]:
        return agenda.documents(self._number, place, count, backwards=backwards)

    def _draw_prescription(self, row: PrescriptionRow) -> Row:
        return Row(_prescription_place(row), prescription_cells(row, ascii_only=self.scor.profile.ascii_only))

    def _draw_document(self, row: DocumentRow) -> Row:
        return Row(_document_place(row), document_cells(row, ascii_only=self.scor.profile.ascii_only))


def _patient_place(row: PatientRow) -> Place:
    return row.folded, row.id


def _draw_patient(row: PatientRow) -> Row:
    return Row(_patient_place(row), patient_cells(row))


def _prescription_place(row: PrescriptionRow) -> Place:
    return row.day, row.id


def _document_place(row: DocumentRow) -> Place:
    return (row.piece,)

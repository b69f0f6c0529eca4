"""What can be done of a prescription, wherever it stands: its cells O D A, *Gérer scan*."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scor_tui.domain.errors import NotFound
from scor_tui.domain.text import clean
from scor_tui.presentation.text import moment
from scor_tui.ui.screens.dialogs import Choose
from scor_tui.ui.screens.sheet import Sheet

if TYPE_CHECKING:
    from scor_tui.services.agenda import PrescriptionRow

BREAKPOINTS = [(0, "-narrow"), (112, "-wide")]
"""Where the screens with side panels take them beside the list instead of below."""
NEEDS_A_PRESCRIPTION = {"numeriser", "menu", "piece_O", "piece_D", "piece_A", "ouvrir"}
OTHER_DOCUMENTS = (
    ("D", "Prescription de DSI (DSIP)"),
    ("A", "Autre pièce justificative (AUTP)"),
    ("dossier", "Dossier médical du patient"),
)


class PrescriptionSheet(Sheet):
    """A screen with a prescription under its cursor."""

    @property
    def prescription(self) -> PrescriptionRow | None:
        """The prescription that the actions are about."""
        return None

    def practice_title(self, *, clock: bool = True) -> str:
        """Return the practice's name; a demonstration is said to be one, with its clock."""
        practice = self.scor.cabinet.practice
        if not practice.demonstration:
            return str(practice.name)
        return f"{practice.name} · démonstration{'  ' + moment(self.scor.cabinet.now()) if clock else ''}"

    def why_not(self, name: str) -> str:
        """Say why an action cannot be done on the prescription under the cursor."""
        if name == "piece_F":
            return "La feuille de soins se rattache à une facture dégradée : voir « À transmettre » (a)."
        if name in NEEDS_A_PRESCRIPTION and self.prescription is None:
            return "Aucune prescription sous le curseur."
        if name == "numeriser" and self.prescription is not None and not self.prescription.to_scan:
            return "Aucune pièce ne manque à cette prescription : m pour numériser un autre document."
        return super().why_not(name)

    def do_numeriser(self) -> None:
        """Scan the first cell that is missing or to be redone."""
        if self.prescription is not None:
            self.open_cell(self.prescription.to_scan)

    def do_piece_O(self) -> None:  # noqa: N802 - named by its action
        """Open the ordonnance."""
        self.open_cell("O")

    def do_piece_D(self) -> None:  # noqa: N802 - named by its action
        """Open the prescription of DSI."""
        self.open_cell("D")

    def do_piece_A(self) -> None:  # noqa: N802 - named by its action
        """Open the other pieces."""
        self.open_cell("A")

    def do_ouvrir(self) -> None:
        """See the ordonnance."""
        self.open_cell("O")

    def open_cell(self, letter: str) -> None:
        """Open a cell of the prescription: the acquisition when it is missing, else the viewer."""
        from scor_tui.ui.cells import open_prescription_cell

        if self.prescription is not None:
            open_prescription_cell(self.scor, self.prescription.number, letter)

    def do_menu(self) -> None:
        """*Gérer scan*."""
        choices = (
            ("O", "Numériser l'ordonnance, ou la voir"),
            ("autre", "Numériser un autre document…"),
            ("importer", "Importer l'ordonnance d'un fichier image ou PDF"),
        )

        def go(chosen: str | None) -> None:
            if chosen == "autre":
                self.app.push_screen(Choose("Numériser un autre document", OTHER_DOCUMENTS), self._other)
            elif chosen == "importer":
                self._import()
            elif chosen:
                self.action_do("piece_O")

        self.app.push_screen(Choose(f"{self.explained}\n\nGérer scan\n", choices), go)

    def _import(self) -> None:
        """Choose a file, then open the acquisition of the ordonnance on it."""
        from scor_tui.ui.cells import import_ordonnance
        from scor_tui.ui.scan_desk import desk_of
        from scor_tui.ui.screens.file_picker import FilePicker

        row, desk = self.prescription, desk_of(self.scor)

        def go(path: Path | None) -> None:
            if row is not None and path is not None:
                desk.folder = path.parent
                self.attempt(lambda: import_ordonnance(self.scor, row.number, path))

        self.app.push_screen(FilePicker(desk.folder), go)

    def _other(self, chosen: str | None) -> None:
        row = self.prescription
        if chosen == "dossier" and row is not None:
            from scor_tui.ui.screens.file_picker import FilePicker

            self.say(f"Dossier médical de {row.patient} : choisissez le fichier à y garder.")
            self.app.push_screen(FilePicker(Path.home()), lambda path: self._keep(row, path))
        elif chosen in {"D", "A"}:
            self.action_do(f"piece_{chosen}")

    def _keep(self, row: PrescriptionRow, path: Path | None) -> None:
        """Keep a file in the patient's medical record, as it is."""
        from scor_tui.services import scanning

        def keep(chosen: Path) -> None:
            try:
                document = scanning.add_to_record(self.scor.cabinet, row.patient_number, chosen)
            except OSError as error:
                raise NotFound(
                    f"Le fichier « {clean(chosen.name, limit=80)} » ne peut pas être lu.", "Vérifiez ses droits."
                ) from error
            self.say(f"« {document.label} » est au dossier médical de {row.patient}.")

        if path is not None:
            self.attempt(lambda: keep(path))

"""What a hand does in « Retours »: to paper, back into SCOR, alerts read, messages set aside."""

from __future__ import annotations

from scor_tui.presentation import returned as words
from scor_tui.presentation.text import moment
from scor_tui.services import dossiers, returns, ticks
from scor_tui.services.returns import ReturnRow
from scor_tui.ui.fixed_source import FixedSource
from scor_tui.ui.screens.dialogs import Confirm, Telling
from scor_tui.ui.screens.dossier_sheet import DossierSheet
from scor_tui.ui.screens.list_dialog import ListDialog
from scor_tui.ui.widgets.line_list import Column, Row


class ReturnActions(DossierSheet):
    """A list of dossiers that came back, some of them selected by the number of their facture."""

    def __init__(self) -> None:
        super().__init__()
        self.selected: set[str] = set()

    @property
    def facts(self) -> ReturnRow | None:
        """The dossier under the cursor."""
        return None

    @property
    def facture(self) -> str:
        """The facture of the dossier under the cursor."""
        return self.facts.facture if self.facts else ""

    def do_transfert(self) -> None:
        """Move what is selected to paper, once confirmed."""
        chosen = sorted(self.selected)

        def go(yes: bool | None) -> None:
            if yes:
                self.attempt(move)

        def move() -> None:
            result = returns.to_paper_all(self.scor.cabinet, chosen)
            self.selected -= {facture for facture, _ in result.done}
            self.tell(words.transfer_line(result))
            if result.refused:
                self.app.push_screen(Telling("Refusés", words.refusals(result)))

        self.app.push_screen(Confirm(words.transfer_question(chosen)), go)

    def do_remettre(self) -> None:
        """Put a dossier back into SCOR, once confirmed."""
        facts = self.facts
        if facts is None:
            return

        def go(yes: bool | None) -> None:
            if yes:
                self.attempt(back)

        def back() -> None:
            ticks.back_into_scor(self.scor.cabinet, dossiers.by_facture(facts.facture))
            self.tell(f"{facts.facture} : de nouveau à transmettre (a)")

        question = f"Remettre dans SCOR le dossier {facts.facture} de {facts.patient} ? Il quitte le registre papier."
        self.app.push_screen(Confirm(question), go)

    def do_alerte_lue(self) -> None:
        """Mark the alert as read."""
        facts = self.facts
        if facts is not None:
            returns.mark_read(self.scor.cabinet, dossiers.by_facture(facts.facture))
            self.tell(f"{facts.facture} : alerte lue, gardée dans la chronologie (entrée)")

    def do_ecartes(self) -> None:
        """Show the messages that were set aside."""
        rows = [Row(one.id, (moment(one.received), one.reason)) for one in returns.set_aside()]
        columns = (Column("Reçu", 11), Column("Gardé à part parce que", 0))
        empty = "Aucun message écarté : tout ce qui est venu a été compris et vérifié."
        source = FixedSource(rows)
        dialog = ListDialog("Messages écartés", columns, source, empty, explain=lambda row: str(row.cells[1]))
        self.app.push_screen(dialog)

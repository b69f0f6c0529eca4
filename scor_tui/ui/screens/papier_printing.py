"""What « Papier » prints for the envelope: the bordereau of a lot of factures, and the labels."""

from __future__ import annotations

from datetime import date

from scor_tui.presentation import register as words
from scor_tui.presentation.text import counted
from scor_tui.services import bordereau, posting
from scor_tui.services.paper import RegisterRow
from scor_tui.ui.saving import Made, save_as
from scor_tui.ui.screens.sheet import Sheet


class PaperPrinting(Sheet):
    """A register with a piece under its cursor; `ticked` holds the dates that are not yet recorded, by row."""

    def __init__(self) -> None:
        super().__init__()
        self.ticked: dict[int, date] = {}

    @property
    def facts(self) -> RegisterRow | None:
        """The piece under the cursor."""
        return None

    def tell(self, news: str) -> None:
        """Say what was done and read the list again."""
        self.say(news)
        self.reload()

    def do_bordereau(self) -> None:
        """Print the bordereau of the row's lot of factures."""
        facts = self.facts
        if facts is None:
            return
        lot = bordereau.lot_of_row(facts.row)

        def make() -> Made:
            printed = bordereau.print_bordereau(self.scor.cabinet, lot)
            again = "réimpression à l'identique" if printed.reprint else "impression"
            return printed.pdf, f"Bordereau du lot {lot.number}/{lot.year}, édition {printed.edition} ({again})"

        save_as(self, f"bordereau-{lot.number}-{lot.year}.pdf", make, self.tell)

    def do_etiquettes(self) -> None:
        """Print the labels of the envelopes: of what is ticked, else of all that waits."""
        found = posting.envelopes(self.ticked or posting.to_post())
        if not found:
            self.say("Aucune enveloppe à faire : rien n'attend la poste.")
            return

        def make() -> Made:
            pdf = bordereau.print_label_sheet(self.scor.cabinet, found)
            return pdf, f"{counted(len(found), 'étiquette')} : {words.envelope_words(found)}"

        save_as(self, "etiquettes.pdf", make, self.tell)

"""What « Papier » does with its ticks: recorded as posted once confirmed, asked about before the screen is left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from scor_tui.domain.errors import ScorError
from scor_tui.presentation import register as words
from scor_tui.presentation.text import counted
from scor_tui.services import posting
from scor_tui.services.posting import Envelope
from scor_tui.ui.screens.dialogs import Choose, Confirm
from scor_tui.ui.screens.papier_printing import PaperPrinting


class PaperPosting(PaperPrinting):
    """A register whose ticks are to be recorded; `envelopes` are those that they make."""

    def __init__(self) -> None:
        super().__init__()
        self.envelopes: list[Envelope] = []

    def take_ticks(self, ticked: dict[int, date]) -> None:
        """Tick these rows and no others; what goes into which envelope is read now, not at each key."""
        if ticked.keys() != self.ticked.keys():
            self.envelopes = posting.envelopes(ticked)
        self.ticked = ticked

    def unsaved(self) -> str:
        """Say that ticks are not recorded yet."""
        if not self.ticked:
            return ""
        one = len(self.ticked) == 1
        said = "cochée n'est pas enregistrée" if one else "cochées ne sont pas enregistrées"
        return f"Papier : {counted(len(self.ticked), 'pièce')} {said}."

    def ask_before_leaving(self, leave: Callable[[], None]) -> None:
        """Ask whether to record the ticks first; without it they stay, as the title says on coming back."""
        choices = [
            ("laisser", "Continuer : elles restent cochées, rien n'est écrit"),
            ("enregistrer", "Les enregistrer comme postées, puis continuer"),
            ("decocher", "Les décocher et continuer"),
        ]

        def go(chosen: str | None) -> None:
            if chosen == "enregistrer":
                self._record_if_sure(leave)
            elif chosen is not None:
                self.take_ticks({} if chosen == "decocher" else self.ticked)
                leave()

        self.app.push_screen(Choose(f"{self.unsaved()} (échap : rester ici)", choices), go)

    def do_enregistrer_papier(self) -> None:
        """Record what is ticked as posted, once confirmed."""
        self._record_if_sure(lambda: None)

    def _record_if_sure(self, then: Callable[[], None]) -> None:
        """Ask, record, and go on."""
        question = words.posting_question(self.envelopes)
        self.app.push_screen(Confirm(question), lambda yes: self._record(then) if yes else None)

    def _record(self, then: Callable[[], None]) -> None:
        """Record what is ticked as posted, and go on unless that is refused."""
        found = self.envelopes
        try:
            done = posting.post(self.scor.cabinet, self.ticked)
        except ScorError as error:
            self.reload()
            self.scor.tell_error(error)
        else:
            self.take_ticks({})
            count = counted(len(done), "justificatif papier enregistré", "justificatifs papier enregistrés")
            self.tell(f"{count} : {words.envelope_words(found)}")
            then()

"""How the page under the cursor is made: lighter, darker, method, sheet, straightening. Nothing is scanned again."""

from __future__ import annotations

from dataclasses import replace

from scor_tui.imaging.model import DARKEST, LIGHTEST, Method, PageSettings, Step
from scor_tui.presentation.made_words import CHOICES
from scor_tui.ui.screens.dialogs import Choose
from scor_tui.ui.screens.draft_sheet import DraftSheet

_TUNING = frozenset({"plus_clair", "plus_fonce", "methode", "cadrage", "redressement"})
_ON_GREY = frozenset({"plus_clair", "plus_fonce", "methode", "redressement"})


class DraftTuning(DraftSheet):
    """A full screen with a draft whose pages can be made otherwise."""

    def why_not(self, name: str) -> str:
        """Say why the page cannot be made so."""
        if name not in _TUNING:
            return super().why_not(name)
        if self.work is not None and self.work.name != self.making:
            return f"{self.work.name} en cours : échap l'arrête."
        if self.draft.page is None:
            return "Aucune page : n numérise, + ajoute un fichier."
        return self._why_not_tuned(name)

    def _why_not_tuned(self, name: str) -> str:
        settings, shown = self._settings, self.draft.shown
        story = shown.story if shown is not None else None
        if name == "plus_clair" and settings.darkness == LIGHTEST:
            return "La page est déjà au plus clair."
        if name == "plus_fonce" and settings.darkness == DARKEST:
            return "La page est déjà au plus foncé."
        if story is None:
            return ""
        if name in _ON_GREY and story.method == Method.KEPT:
            return "Cette page était déjà en noir et blanc : elle est gardée telle quelle."
        if name == "cadrage" and settings.find_sheet and Step.SHEET_FOUND not in story.steps:
            return "Aucun cadrage à annuler : la page est entière."
        if name == "redressement" and settings.straighten and Step.STRAIGHTENED not in story.steps:
            return "Aucun redressement à annuler : la page était droite."
        return ""

    def do_plus_clair(self) -> None:
        """Make the page lighter by a step."""
        self._set(replace(self._settings, darkness=self._settings.darkness - 1))

    def do_plus_fonce(self) -> None:
        """Make the page darker by a step."""
        self._set(replace(self._settings, darkness=self._settings.darkness + 1))

    def do_methode(self) -> None:
        """Choose how the page is made black and white."""
        present = self._settings.method

        def go(chosen: str | None) -> None:
            if chosen is not None and self.draft.page is not None:
                self._set(replace(self._settings, method=Method(chosen)))

        choices = [(method.value, f"{words}{' (en usage)' if method is present else ''}") for method, words in CHOICES]
        self.app.push_screen(Choose(f"Méthode pour la page {self.draft.cursor + 1}", choices), go)

    def do_cadrage(self) -> None:
        """Give the table back around the sheet of a photo, or cut it away again."""
        self._set(replace(self._settings, find_sheet=not self._settings.find_sheet))

    def do_redressement(self) -> None:
        """Leave the page as it lay, or straighten it again."""
        self._set(replace(self._settings, straighten=not self._settings.straighten))

    @property
    def _settings(self) -> PageSettings:
        page = self.draft.page
        return page.settings if page is not None else PageSettings()

    def _set(self, settings: PageSettings) -> None:
        self.draft.set(settings)
        self.make()

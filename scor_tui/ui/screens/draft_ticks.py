"""What is said of a draft and ticked on it: name, annotation, *Lisible*, *Envoi papier*; and why it cannot be saved."""

from __future__ import annotations

from scor_tui.presentation.text import counted
from scor_tui.services import acquire, drafts
from scor_tui.services.acquire import Labels
from scor_tui.ui.screens.dialogs import Ask, Confirm
from scor_tui.ui.screens.draft_tuning import DraftTuning


class DraftTicks(DraftTuning):
    """A full screen with a draft that is named and confirmed."""

    def why_not(self, name: str) -> str:
        """Say why an action cannot be done on the draft as it is."""
        if not hasattr(self, "draft"):
            return "L'écran s'ouvre."
        draft, busy = self.draft, self.work.name if self.work else ""
        if name == "enregistrer_piece":
            return drafts.why_not_save(
                draft.made, len(draft.pages), legible=draft.legible, on_paper=draft.on_paper, busy=busy
            )
        if name in {"scanner", "ajouter"} and draft.on_paper and draft.piece is not None:
            return "« Envoi papier » est coché : de nouvelles pages ne seraient pas gardées. e le décoche."
        if name == "lisible" and not draft.legible:
            return self._why_not_legible(busy)
        return super().why_not(name)

    def _why_not_legible(self, busy: str) -> str:
        draft = self.draft
        if draft.on_paper:
            return "« Envoi papier » est coché : « Lisible » ne s'applique pas."
        if not draft.pages:
            return "Aucune page à confirmer : n numérise, + ajoute un fichier."
        if draft.made.pdf is None:
            return f"{busy} : les pages ne sont pas encore là." if busy else draft.made.refusal
        return ""

    def do_nommer(self) -> None:
        """Ask for the name, then for the annotation."""
        draft = self.draft

        def named(label: str | None) -> None:
            if label is None:
                return

            def annotated(annotation: str | None) -> None:
                draft.said = Labels(label, draft.said.annotation if annotation is None else annotation)
                self.redraw_draft()

            self.app.push_screen(Ask("Annotation (facultative)", draft.said.annotation), annotated)

        usual = draft.said.label or acquire.usual_label(draft.owner, draft.kind)
        self.app.push_screen(Ask("Nom de la pièce", usual), named)

    def do_lisible(self) -> None:
        """Tick *Lisible*, or untick it."""
        self.draft.legible = not self.draft.legible
        self.redraw_draft()

    def do_envoi_papier(self) -> None:
        """Tick *Envoi papier*, or untick it; asks first when the pages of the draft would not be kept."""
        draft = self.draft
        if draft.on_paper or not draft.pages or not self._drops_pages:
            self._tick_paper()
            return
        kept = "La version déjà enregistrée reste. " if draft.piece else ""
        question = f"Envoi papier : {counted(len(draft.pages), 'page')} de cette acquisition ne sera pas gardée. "
        if len(draft.pages) > 1:
            question = f"Envoi papier : les {len(draft.pages)} pages de cette acquisition ne seront pas gardées. "
        self.app.push_screen(Confirm(f"{question}{kept}Continuer ?"), lambda yes: self._tick_paper() if yes else None)

    @property
    def _drops_pages(self) -> bool:
        """Whether *Envoi papier* would lose the pages: a piece that is replaced keeps the version that it has."""
        return self.draft.piece is not None or self.draft.made.pdf is None

    def _tick_paper(self) -> None:
        self.draft.on_paper = not self.draft.on_paper
        self.draft.legible = False
        self.redraw_draft()

"""The viewer of a piece: its pages, its versions, and what can be done with it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from textual import on
from textual.widget import Widget

from scor_tui.domain.errors import NotFound
from scor_tui.domain.norms import Finding
from scor_tui.domain.ports import Progress
from scor_tui.domain.words import rule_words
from scor_tui.presentation.made_words import doubt_words
from scor_tui.presentation.page_words import envelope, sight_line, version_line
from scor_tui.presentation.text import counted, kilobytes
from scor_tui.services import acquire, copies, pictures, piece_facts
from scor_tui.services.pictures import Picture
from scor_tui.services.piece_facts import PieceFacts, VersionFacts
from scor_tui.ui.actions import Scope
from scor_tui.ui.messages import PracticeChanged, WorkDone, WorkFailed
from scor_tui.ui.screens.dialogs import Ask, Choose, Confirm
from scor_tui.ui.screens.page_sheet import PageSheet
from scor_tui.ui.widgets.page_view import PageView

_TOUCHING = frozenset({"remplacer", "supprimer", "envoi_papier"})
_READING = frozenset({"copier", "ailleurs", "page_suivante", "page_precedente"})


@dataclass(frozen=True)
class Advised:
    """What an eye should look at again on the pages that show."""

    findings: tuple[Finding, ...]


class ViewerScreen(PageSheet):
    """A piece."""

    SCOPE = Scope.VIEWER
    HELP = (
        "La pièce telle qu'elle part, bit pour bit. espace va de zone écrite en zone écrite à un zoom qui permet de "
        "juger ; les flèches déplacent, + et - changent le zoom, o montre la page point par point."
    )

    def __init__(self, piece_id: int) -> None:
        super().__init__()
        self.piece_id = piece_id
        self._facts: PieceFacts | None = None
        self._version: VersionFacts | None = None
        self._pages: tuple[Picture, ...] = ()
        self._advice: tuple[Finding, ...] = ()
        self._at = 0
        self._outside = copies.OutsideCopies(os.environ)

    def body(self) -> Iterator[Widget]:
        """Yield the page."""
        yield self.new_view()

    def titles(self) -> tuple[str, str]:
        """Say which piece, of whom, and which page of which version."""
        facts = self._facts
        if facts is None:
            return "Pièce", ""
        version = f"version {self._version.number}/{facts.versions[0].number}" if self._version else "sans page"
        page = f"page {self._at + 1}/{len(self._pages)} · " if self._pages else ""
        return f"{facts.type.letter} {facts.label} · {facts.patient}", f"{page}{version}"

    def on_mount(self) -> None:
        """Read the piece."""
        self.view.focus()
        self.reload()

    def on_unmount(self) -> None:
        """Take away the copies that another program showed."""
        self._outside.close()

    def reload(self) -> None:
        """Read the piece again; its pages only when there is another version."""
        before = self._facts.last if self._facts else None
        try:
            self._facts = piece_facts.of_piece(self.piece_id)
        except NotFound as error:
            self._facts, self._version, self._pages = None, None, ()
            self.view.tell(error.cause, "Elle a été supprimée : échap revient à la liste.")
            return
        if self._facts.last is None:
            self.view.tell(*envelope(ascii_only=self.scor.profile.ascii_only))
        elif self._version is None or self._facts.last != before:
            self._open(self._facts.last)
        self.redraw_bars()
        self._explain()

    def why_not(self, name: str) -> str:
        """Say why the piece cannot be touched, or has nothing to show."""
        if self._facts is None and name in _TOUCHING | _READING:
            return "Cette pièce n'est plus là."
        if name in _TOUCHING and self._facts is not None and self._facts.locked:
            return self._facts.locked
        if name in _READING and not self._pages:
            return (
                "Aucune page : cette pièce voyage dans une enveloppe." if self._version is None else "Page en lecture."
            )
        if name == "ailleurs":
            return copies.why_not_outside(os.environ)
        if name == "numeriser":
            return "Une pièce est ouverte : r la remplace."
        return super().why_not(name)

    def do_page_suivante(self) -> None:
        """Show the next page."""
        self._turn_to(self._at + 1)

    def do_page_precedente(self) -> None:
        """Show the page before."""
        self._turn_to(self._at - 1)

    def after_last_zone(self) -> None:
        """Go on to the next page after the last zone of this one."""
        if self._at + 1 < len(self._pages):
            self._turn_to(self._at + 1)
        else:
            self.say("Dernière zone de la dernière page.")

    def do_versions(self) -> None:
        """Choose a version to look at."""
        if self._facts is None or not self._facts.versions:
            self.say("Cette pièce n'a pas de version : elle n'a jamais eu de page.")
            return
        found = {str(one.id): one for one in self._facts.versions}
        last = self._facts.versions[0]
        choices = [(key, version_line(one, last=one == last)) for key, one in found.items()]

        def go(chosen: str | None) -> None:
            if chosen is not None:
                self._open(found[chosen])

        self.app.push_screen(Choose(f"Versions de « {self._facts.label} »", choices), go)

    # --- taking it elsewhere -----------------------------------------------------------------------------

    def do_copier(self) -> None:
        """Copy the PDF where the user says, to print it or to keep it."""
        target = self.desk.folder / f"piece-{self.piece_id}.pdf"

        def go(said: str | None) -> None:
            if said and self._version is not None:
                self._guarded(lambda pdf: self.say(f"Copié : {copies.copy_to(pdf, Path(said))}"))

        self.app.push_screen(Ask("Copier le PDF dans le fichier :", str(target)), go)

    def do_ailleurs(self) -> None:
        """Open the PDF in the desktop's viewer."""
        self._guarded(lambda pdf: self.say(f"Ouvert ailleurs : {self._outside.open(pdf)} (effacé en fermant)"))

    # --- changing it -------------------------------------------------------------------------------------

    def do_remplacer(self) -> None:
        """Scan the piece again."""
        from scor_tui.ui import cells

        if self._facts is not None:
            cells.replace_piece(self.scor, self.piece_id)

    def do_supprimer(self) -> None:
        """Delete the piece, once confirmed."""
        if self._facts is None:
            return
        question = (
            f"Supprimer « {self._facts.label} » de {self._facts.patient} ? "
            "Ce qui a déjà été envoyé reste lisible dans la preuve."
        )

        def go(yes: bool | None) -> None:
            if yes and self.attempt(lambda: acquire.delete(self.scor.cabinet, acquire.piece_of(self.piece_id))):
                self.app.post_message(PracticeChanged())
                self.app.pop_screen()

        self.app.push_screen(Confirm(question), go)

    def do_envoi_papier(self) -> None:
        """Move the piece to paper or back, once confirmed."""
        facts = self._facts
        if facts is None:
            return
        if facts.on_paper:
            self._back_from_paper(facts)
            return
        question = f"Déclarer « {facts.label} » en envoi papier ? Ses pages ne partiront pas : elle ira par la poste."
        self._change_if(question, lambda: acquire.move_to_paper(self.scor.cabinet, acquire.piece_of(self.piece_id)))

    def _back_from_paper(self, facts: PieceFacts) -> None:
        if facts.last is None:
            self.say("Cette pièce n'a pas de page : r la numérise, et elle partira en numérique.")
            return
        sure = "" if facts.last.legible_at else " En répondant oui, vous confirmez que chaque page est lisible."
        question = f"Envoyer « {facts.label} » en numérique et non par la poste ?{sure}"
        self._change_if(
            question,
            lambda: acquire.move_to_digital(self.scor.cabinet, acquire.piece_of(self.piece_id), legible=True),
        )

    def _change_if(self, question: str, change: Callable[[], None]) -> None:
        def go(yes: bool | None) -> None:
            if yes and self.attempt(change):
                self.app.post_message(PracticeChanged())

        self.app.push_screen(Confirm(question), go)

    def _open(self, version: VersionFacts) -> None:
        self._version, self._pages, self._advice, self._at = version, (), (), 0
        self.view.tell("lecture de la pièce")

        def work(_progress: Progress, _cancel: threading.Event) -> tuple[Picture, ...]:
            return tuple(pictures.of_document(piece_facts.content(self.scor.cabinet, version.id)))

        self.begin("lecture de la pièce", work)

    @on(WorkDone)
    def _show_pages(self, event: WorkDone) -> None:
        if event.work is self.work and isinstance(event.result, tuple):
            self._pages = event.result
            self._seek_advice()
            self._turn_to(0)

    def _seek_advice(self) -> None:
        """Look at the pages as a judge of legibility does, while they show already."""
        version, cabinet = self._version, self.scor.cabinet
        if version is not None:
            name = "contrôle des pages"
            self.begin(name, lambda *_: Advised(pictures.advice_on(piece_facts.content(cabinet, version.id))))

    @on(WorkDone)
    def _show_advice(self, event: WorkDone) -> None:
        if event.work is self.work and isinstance(event.result, Advised):
            self.work, self._advice = None, event.result.findings
            if self._advice:
                self._explain()

    @on(WorkFailed)
    def _show_failure(self, event: WorkFailed) -> None:
        if event.work is self.work:
            self.work = None
            if self._pages:  # they show: only what is advised on them is missing
                self.say(event.error.cause)
            else:
                self.view.tell(event.error.cause, event.error.remedy)

    def _turn_to(self, page: int) -> None:
        if 0 <= page < len(self._pages):
            self._at = page
            self.view.show(self._pages[page].bits, self._pages[page].dpi)
            self.redraw_bars()

    @on(PageView.Looked)
    def _explain(self) -> None:
        facts, version = self._facts, self._version
        if facts is None:
            return
        parts = [sight_line(self.view.sight)] if self.view.shows_page else []
        if facts.rejection and version == facts.last:
            parts.append(f"{facts.rejection} : {rule_words(facts.rejection)}, à refaire (r)")
        parts += [doubt_words(one) for one in self._advice if one.page == self._at + 1]
        parts.append(f"{facts.owner}{', envoi papier' if facts.on_paper else ''}")
        if version is not None:
            parts.append(f"{counted(version.pages, 'page')}, {version.dpi} dpi, {kilobytes(version.bytes)}")
        if facts.annotation:
            parts.append(facts.annotation)
        self.explain(" · ".join(parts))

    say_progress = PageSheet.explain  # reading again gives way to what was just said

    def _guarded(self, do: Callable[[bytes], None]) -> None:
        """Do something with the PDF that shows."""
        version = self._version
        if version is not None:
            self.attempt(lambda: do(piece_facts.content(self.scor.cabinet, version.id)))

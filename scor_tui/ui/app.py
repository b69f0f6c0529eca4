"""The application: its modes, its moves, its end. No rule, no query, no drawing."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, ClassVar

from textual.screen import Screen

from scor_tui.presentation.text import moment
from scor_tui.store.engine import wait_at_most
from scor_tui.ui.screens.dialogs import Confirm
from scor_tui.ui.screens.sheet import Sheet
from scor_tui.ui.work import WorkingApp

PATIENCE_MILLISECONDS = 2_000
"""How long the screens may stand still for another session that writes; work in a thread waits longer."""


def screen(name: str, *arguments: Any) -> Screen[Any]:
    """Return a new screen, its module imported only now: a screen that is never opened costs nothing at start."""
    module, kind = name.split(":")
    found: Screen[Any] = getattr(importlib.import_module(f"scor_tui.ui.screens.{module}"), kind)(*arguments)
    return found


class ScorApp(WorkingApp):
    """The interface on one open practice; `move_clock` moves the clock of a demonstration."""

    CSS_PATH = "styles/scor.tcss"
    ENABLE_COMMAND_PALETTE = False
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        "tableau": lambda: screen("tableau:TableauScreen"),
        "prescriptions": lambda: screen("prescriptions:PrescriptionsScreen"),
        "a_transmettre": lambda: screen("a_transmettre:ToSendScreen"),
        "retours": lambda: screen("retours:ReturnsScreen"),
        "papier": lambda: screen("papier:PaperScreen"),
    }
    DEFAULT_MODE = "tableau"

    def on_mount(self) -> None:
        """Take the terminal's own colours; let no other session hold the screens for long."""
        self.theme = self.profile.theme
        wait_at_most(PATIENCE_MILLISECONDS)

    # --- moving ------------------------------------------------------------------------------------------

    def open_mode(self, name: str) -> None:
        """Show one of the main screens; over it already, its key closes what stands over it."""
        if self.current_mode == name and len(self.screen_stack) > 1:
            from scor_tui.ui.scan_desk import back_to_main_screen

            back_to_main_screen(self)
        else:
            super().open_mode(name)

    def do_tableau(self) -> None:
        """Show the tableau de bord."""
        self.open_mode("tableau")

    def do_prescriptions(self) -> None:
        """Show patients and prescriptions."""
        self.open_mode("prescriptions")

    def do_a_transmettre(self) -> None:
        """Show « À transmettre »."""
        self.open_mode("a_transmettre")

    def do_retours(self) -> None:
        """Show « Retours »."""
        self.open_mode("retours")

    def do_papier(self) -> None:
        """Show the paper register."""
        self.open_mode("papier")

    def do_aide(self) -> None:
        """Show the help of the screen."""
        self.push_screen(screen("help:HelpScreen", self.screen))

    def do_palette(self) -> None:
        """Show every action that applies now."""
        self.push_screen(screen("palette:PaletteScreen", self.screen))

    def do_avancer_6(self) -> None:
        """Let six hours pass in the demonstration."""
        self._advance(6)

    def do_avancer_48(self) -> None:
        """Let two days pass in the demonstration."""
        self._advance(48)

    def _advance(self, hours: int) -> None:
        if self.move_clock is not None:
            self.move_clock(timedelta(hours=hours))
            self.on_practice_changed()
            self.say(f"Horloge de la démonstration avancée de {hours} h : {moment(self.cabinet.now())}.")

    def why_not(self, name: str) -> str:
        """Return why an action that is not a screen's own cannot be done now, or an empty string."""
        if name in {"avancer_6", "avancer_48"} and self.move_clock is None:
            return "Le temps n'avance que dans la démonstration."
        if name == "retour" and len(self.screen_stack) < 2:
            return "C'est un écran principal : F2, F3 et F6 à F8 vont de l'un à l'autre, q quitte."
        return "" if hasattr(self, f"do_{name}") else "Cette action n'existe pas sur cet écran."

    def do_centre(self) -> None:
        """Show the centre de télétransmission."""
        self.open_centre()

    def do_retour(self) -> None:
        """Go back one level."""
        if len(self.screen_stack) > 1:
            self.pop_screen()

    async def action_quit(self) -> None:
        """Ask as `q` does: textual's own `ctrl+q`, which comes first everywhere, would quit at once."""
        if not isinstance(self.screen, Confirm):
            self.do_quitter()

    def do_quitter(self) -> None:
        """Quit; asks while something would be stopped or lost."""
        reasons = list(self._reasons_to_stay())
        if not reasons:
            self.exit()
            return
        self.push_screen(Confirm(f"{' '.join(reasons)} Quitter ?"), self._quit_if)

    def _reasons_to_stay(self) -> Iterator[str]:
        if self.job is not None:
            yield f"« {self.job.name} » est en cours et s'arrêtera au prochain endroit sûr."
        from scor_tui.ui.scan_desk import desk_of

        if desk_of(self).open is not None:
            yield "Une numérisation n'est pas enregistrée : ses pages seront perdues."
        yield from (words for sheet in self._open_sheets() if (words := sheet.unsaved()))

    def _open_sheets(self) -> Iterator[Sheet]:
        """Yield the full screens that were opened, in every mode."""
        for mode in self.MODES:
            with contextlib.suppress(KeyError):  # a mode that was never shown has no screens
                yield from (one for one in self.get_screen_stack(mode) if isinstance(one, Sheet))

    def _quit_if(self, yes: bool | None) -> None:
        if yes:
            if self.job is not None:
                self.job.cancel.set()
            self.exit()

"""What one session keeps about scanning: the scanners, the device and source last chosen, the open acquisition."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from textual.screen import Screen

    from scor_tui.domain.ports import Device
    from scor_tui.presentation.page_raster import Mode as Drawing
    from scor_tui.services.practice_scanners import PracticeScanners
    from scor_tui.ui.app import ScorApp


@dataclass
class ScanDesk:
    """One a session. `folder` is where files were last taken, `drawing` how pages are drawn.

    `open` is the acquisition that has not been saved nor left, in the mode `mode`.
    """

    scanners: PracticeScanners
    drawing: Drawing
    devices: tuple[Device, ...] = ()
    device: str = ""
    source: str = ""
    folder: Path = field(default_factory=Path.home)
    open: Screen[Any] | None = field(default=None, repr=False)
    mode: str = ""

    @property
    def chosen(self) -> Device | None:
        """The device chosen, once the devices are known."""
        return next((device for device in self.devices if device.name == self.device), None)

    def choose(self, device: Device, source: str | None = None) -> None:
        """Take a device and one of its sources (its first when none is said)."""
        self.device = device.name
        self.source = source if source is not None else next(iter(device.sources), "")

    @property
    def words(self) -> tuple[str, str]:
        """What the device is called, and its source."""
        chosen = self.chosen
        return (chosen.label, self.source) if chosen else (self.device or "cherché à la première page", "")


LAID_ASIDE = "acquisition"
_DESKS: WeakKeyDictionary[ScorApp, ScanDesk] = WeakKeyDictionary()


def desk_of(app: ScorApp) -> ScanDesk:
    """Return the desk of a session; the practice's own scanner is chosen at first."""
    if app not in _DESKS:
        from scor_tui.presentation.page_raster import Mode as Drawing
        from scor_tui.services.practice_scanners import PracticeScanners

        drawing = Drawing.NONE if app.profile.ascii_only else Drawing.BRAILLE
        _DESKS[app] = ScanDesk(PracticeScanners(app.cabinet), drawing, device=app.cabinet.practice.scanner)
    return _DESKS[app]


def back_to_main_screen(app: ScorApp) -> None:
    """Close what stands over the main screen; an open acquisition is laid aside with its pages."""
    kept = desk_of(app).open
    while len(app.screen_stack) > 1:
        if app.screen is kept:
            app.install_screen(kept, LAID_ASIDE)  # an installed screen outlives its place on the stack
        app.pop_screen()


def take_up(app: ScorApp) -> None:
    """Show the open acquisition again: from where it was laid aside, else in the mode where it stands."""
    desk = desk_of(app)
    if desk.open is None:
        return
    if app.is_screen_installed(desk.open):
        app.uninstall_screen(desk.open)
        desk.mode = app.current_mode
        app.push_screen(desk.open)
    elif app.current_mode != desk.mode:
        app.switch_mode(desk.mode)

"""Write screenshots/ from the demonstration, at 80 x 24 and 120 x 40: `python tests/make_screenshots.py [CABINET]`.

CABINET is a practice that `scor-tui demo` made; without it one is made (a minute or two). PNG files come with the SVG
where `rsvg-convert` (librsvg) is installed.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image
from textual.pilot import Pilot

from scor_tui.commands import demonstration
from scor_tui.commands.opening import at_home
from scor_tui.services.cabinet import open_cabinet
from scor_tui.ui.app import ScorApp
from scor_tui.ui.profile import Profile
from scor_tui.ui.widgets.line_list import LineList

FOLDER = Path(__file__).parents[1] / "screenshots"
SIZES = ((80, 24), (120, 40))
COLOURS = 48
FONT, FONT_SIZE = "DejaVu Sans Mono", 20.264
"""A font that Linux has, at the size that gives it the 12.2 px a column that the SVG counts with."""
YELLOWISH = "#fdfdc5"
"""The bright white of the palette that the SVG is drawn with: the paper of a page is white."""
EVENING = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
WAIT = "…"
"""In a list of keys: wait until no worker runs. A word in capitals: move to the row that holds it."""
SHOTS: dict[str, tuple[str, ...]] = {
    "tableau-de-bord": ("f2", WAIT),
    "prescriptions": ("f3", "down", WAIT),
    "a-transmettre": ("f6", "GABARIT"),
    "numerisation": ("f6", "DIXIÈME", "f5", "n", WAIT, "l"),
    "visionneuse": ("f6", "TROIS", "O", WAIT),
    "retours": ("f7", "GABARIT"),
    "dossier": ("f7", "GABARIT", "enter", WAIT),
    "papier": ("f8", "space"),
    "aide": ("f6", "f1"),
    "palette": ("f6", "ctrl+p"),
    "centre": ("f6", "f9", "o", WAIT),
}


@dataclass(frozen=True)
class FixedClock:
    """An evening that does not pass."""

    def now(self) -> datetime:
        """Return it."""
        return EVENING


async def take(folder: Path, name: str, keys: tuple[str, ...], size: tuple[int, int]) -> Path:
    """Open the interface, press keys, and write what it shows."""
    cabinet = open_cabinet(folder, FixedClock())
    at_home(cabinet)
    try:
        app = ScorApp(cabinet, Profile())
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            for key in keys:
                await (settled(pilot) if key == WAIT else press(pilot, key))
            path = FOLDER / f"{name}-{size[0]}x{size[1]}.svg"
            path.write_text(without_addresses(app.export_screenshot(title="scor-tui")), encoding="utf-8")
            return path
    finally:
        cabinet.close()


async def press(pilot: Pilot[Any], key: str) -> None:
    """Press a key, or move to the row that holds a name."""
    if not (key.isupper() and len(key) > 1):
        await pilot.press(key)
        await pilot.pause()
        return
    found = pilot.app.screen.query_one(LineList)
    while found.row is None or not any(isinstance(cell, str) and key in cell for cell in found.row.cells):
        before = found.row
        await pilot.press("down")
        await pilot.pause()
        assert found.row != before, f"no row holds {key}"


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until no worker runs and the screen is drawn."""
    await pilot.pause()
    while running := [worker for worker in pilot.app.workers if not worker.is_finished]:
        await pilot.app.workers.wait_for_complete(running)
        await pilot.pause()
    await pilot.pause()


def without_addresses(svg: str) -> str:
    """Return an SVG that fetches nothing, neither fonts nor comments with addresses, with white paper."""
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    return (
        re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL)
        .replace("Fira Code", FONT)
        .replace(YELLOWISH, "#ffffff")
        .replace("font-size: 20px", f"font-size: {FONT_SIZE}px")
        .replace("<svg ", '<svg xml:space="preserve" ', 1)
    )


def to_png(path: Path) -> bool:
    """Write the PNG beside an SVG; returns whether the tool is there."""
    tool = shutil.which("rsvg-convert")
    if tool:
        picture = path.with_suffix(".png")
        subprocess.run([tool, "--output", picture, path], check=True)
        with Image.open(picture) as drawn:  # a terminal has few colours: a palette is a tenth of the bytes
            drawn.convert("RGB").quantize(COLOURS).save(picture, optimize=True)
    return tool is not None


def main(arguments: list[str]) -> None:
    """Take every screenshot; each size begins with the same practice."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="scor-tui-") as work:
        made = Path(arguments[0]) if arguments else Path(work) / "cabinet"
        if not arguments:
            demonstration.make(made, 7, print)
        for size in SIZES:
            folder = Path(shutil.copytree(made, Path(work) / f"{size[0]}"))
            for name, keys in SHOTS.items():
                path = asyncio.run(take(folder, name, keys, size))
                drawn = to_png(path)
                print(path.name, "and PNG" if drawn else "(no rsvg-convert: SVG only)", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])

"""Our own page: as a whole cold command, and step by step in one warm process."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from scor_tui.imaging import ConvertOptions
from scor_tui.imaging.compose import as_g4
from scor_tui.imaging.pipeline import Context, Source, convert_document

from .rivals import Made, run

_COMMAND = (
    "import sys; from pathlib import Path; from scor_tui.imaging import convert;"
    "Path(sys.argv[2]).write_bytes(convert([Path(sys.argv[1])]).pdf)"
)


@dataclass(frozen=True)
class Warm:
    """CPU seconds of a page in a process that has made one already, and those of decoding and of G4 alone."""

    page: float
    floor: float


def made_by_us(path: Path, folder: Path) -> Made:
    """Convert a page as a command does: interpreter, limited child and all; raises `CalledProcessError`."""
    out = folder / "ours.pdf"
    cost = run([sys.executable, "-c", _COMMAND, path, out], env={"PYTHONPATH": os.pathsep.join(sys.path)})
    for old in folder.glob("ours-*"):
        old.unlink()
    subprocess.run(["pdfimages", "-tiff", out, folder / "ours"], check=True)
    (only,) = folder.glob("ours-*.tif")
    with Image.open(only) as image:
        page = image.convert("1")
    listed = subprocess.run(["pdfimages", "-list", out], check=True, capture_output=True, text=True).stdout
    return Made(out.stat().st_size, page, float(listed.splitlines()[2].split()[12]), cost)


def warm(path: Path) -> Warm:
    """Convert a page again and again in this process; the best of three, as the machine is shared."""
    convert_here(path)
    return Warm(min(_timed(convert_here, path) for _ in range(3)), min(_floor(path) for _ in range(3)))


def convert_here(path: Path) -> bytes:
    """Convert a page without the child."""
    with tempfile.TemporaryDirectory() as folder:
        context = Context(Path(folder), ConvertOptions(), lambda done, total, code: None)
        convert_document([Source(path, path.name)], context)
        return (Path(folder) / "document.pdf").read_bytes()


def _timed(work: object, path: Path) -> float:
    start = time.process_time()
    work(path)  # type: ignore[operator]  # one of our two functions
    return time.process_time() - start


def _floor(path: Path) -> float:
    """Return what decoding the file and encoding a page of it in G4 take, with nothing between."""
    start = time.process_time()
    with Image.open(io.BytesIO(path.read_bytes())) as image:
        image.load()
        decoded = time.process_time() - start
        bits = image.convert("L").point([0] * 128 + [255] * 128, "1")
    start = time.process_time()
    as_g4(bits, 300)
    return decoded + time.process_time() - start

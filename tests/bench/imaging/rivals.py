"""The other programs, each asked for a black-and-white page at 200 dpi of the same file, and what it cost them."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from scor_tui.domain.norms import paper_size
from scor_tui.imaging.opening import declared_dpi
from scor_tui.imaging.photo import otsu_level

DPI = 200
_CONVERT = Path("/usr/bin/convert")


@dataclass(frozen=True)
class Cost:
    """What a command took: CPU in seconds, memory at its highest in megabytes."""

    cpu: float
    peak_mb: float


@dataclass(frozen=True)
class Made:
    """A page as a program made it: bytes of the page's image (or PDF), its pixels, its resolution."""

    bytes: int
    image: Image.Image
    dpi: float
    cost: Cost


def run(command: Sequence[str | Path], timeout: float = 180, env: dict[str, str] | None = None) -> Cost:
    """Run a command and what it starts; raises `CalledProcessError`."""
    # a small parent measures, so that our own memory is not counted
    measured = (
        "import os,resource,subprocess,sys;"
        "r=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL).returncode;"
        "u=resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(u.ru_utime+u.ru_stime,u.ru_maxrss/1024);sys.exit(r)"
    )
    line = ["python3", "-S", "-c", measured, *map(str, command)]
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1", **(env or {})}
    done = subprocess.run(line, capture_output=True, text=True, timeout=timeout, check=True, env=environment)
    cpu, peak = done.stdout.split()
    return Cost(float(cpu), float(peak))


def page_pixels(path: Path) -> tuple[int, int]:
    """Return the size in pixels at 200 dpi of the page that a file holds."""
    with Image.open(path) as image:
        paper = paper_size(image.width, image.height, declared_dpi(image))
        factor = DPI / paper.dpi
        return round(image.width * factor), round(image.height * factor)


def imagemagick(path: Path, folder: Path, method: Sequence[str]) -> Made:
    """Make a page with ImageMagick 6."""
    width, height = page_pixels(path)
    out = folder / "im.tif"
    size = ["-colorspace", "Gray", "-resize", f"{width}x{height}!", "-background", "white", "-alpha", "remove"]
    tail = ["-type", "bilevel", "-density", str(DPI), "-compress", "Group4", out]
    cost = run([_CONVERT, f"{path}[0]", *size, *method, *tail])
    return _tiff(out, cost)


def otsu(path: Path, folder: Path) -> Made:
    """Make a page with Otsu's one level for all, which ImageMagick 6 lacks: reduced by it, cut by Pillow."""
    width, height = page_pixels(path)
    grey, out = folder / "otsu.pgm", folder / "otsu.tif"
    size = ["-colorspace", "Gray", "-resize", f"{width}x{height}!", "-background", "white", "-alpha", "remove"]
    cost = run([_CONVERT, f"{path}[0]", *size, "-depth", "8", grey])
    start = time.process_time()
    with Image.open(grey) as image:
        level = otsu_level(image.convert("L").histogram())
        bits = image.convert("L").point([0] * (level + 1) + [255] * (255 - level), "1")
    bits.save(out, compression="group4", dpi=(DPI, DPI))
    return _tiff(out, Cost(cost.cpu + time.process_time() - start, cost.peak_mb))


def unpaper(path: Path, folder: Path) -> Made:
    """Make a page with unpaper, then G4."""
    width, height = page_pixels(path)
    grey, made, out = folder / "in.pgm", folder / "out.pbm", folder / "un.tif"
    size = ["-colorspace", "Gray", "-resize", f"{width}x{height}!", "-background", "white", "-alpha", "remove"]
    first = run([_CONVERT, f"{path}[0]", *size, grey])
    made.unlink(missing_ok=True)
    then = run(["unpaper", "--overwrite", "-t", "pbm", grey, made])
    last = run([_CONVERT, made, "-density", str(DPI), "-compress", "Group4", out])
    costs = (first, then, last)
    return _tiff(out, Cost(sum(each.cpu for each in costs), max(each.peak_mb for each in costs)))


def ocrmypdf(path: Path, folder: Path, program: str) -> Made:
    """Make a PDF with ocrmypdf -O1, without its text: it stays in colour."""
    out = folder / "ocr.pdf"
    flat = folder / "flat.png"
    with Image.open(path) as image:
        paper = paper_size(image.width, image.height, declared_dpi(image))
        source = path
        if image.mode in ("RGBA", "LA", "P"):
            image.convert("RGB").save(flat, dpi=(paper.dpi, paper.dpi))
            source = flat
    cost = run(
        [program, "-O1", "--tesseract-timeout", "0", "--image-dpi", str(round(paper.dpi)), "--output-type", "pdf",
         "-j1", source, out],
    )  # fmt: skip
    drawn = subprocess.run(
        ["pdftoppm", "-r", "200", "-gray", "-singlefile", out], capture_output=True, check=True
    ).stdout
    return Made(out.stat().st_size, Image.open(io.BytesIO(drawn)).convert("L"), DPI, cost)


def _tiff(path: Path, cost: Cost) -> Made:
    with Image.open(path) as image:
        return Made(path.stat().st_size, image.convert("1"), DPI, cost)


def rivals(program: str = "") -> tuple[dict[str, Callable[[Path, Path], Made]], list[str]]:
    """Return the programs that are here, by the name of their column, and what each that is not here needs.

    `program`: the path of ocrmypdf, which lives in an environment of its own.
    """
    found: dict[str, Callable[[Path, Path], Made]] = {}
    missing = []
    if _CONVERT.exists():
        # the usual recipe: a pixel 5 % darker than the mean of 25 x 25 around it
        local = ["-negate", "-lat", "25x25+5%", "-negate"]
        found["IM -lat"] = lambda path, folder: imagemagick(path, folder, local)
        found["IM -monochrome"] = lambda path, folder: imagemagick(path, folder, ["-monochrome"])
        found["Otsu"] = otsu
    else:
        missing.append(f"IM -lat, IM -monochrome, Otsu: there is no {_CONVERT} (Debian's imagemagick)")
    if shutil.which("unpaper") and _CONVERT.exists():
        found["unpaper"] = unpaper
    else:
        missing.append("unpaper: it is not on the path (Debian's unpaper, and imagemagick before it)")
    program = program or os.environ.get("OCRMYPDF", "") or shutil.which("ocrmypdf") or ""
    if program and shutil.which(program):
        found["ocrmypdf -O1"] = lambda path, folder: ocrmypdf(path, folder, program)
    else:
        missing.append(
            "ocrmypdf: it is not on the path (python -m venv E && E/bin/pip install ocrmypdf, then --ocrmypdf "
            "E/bin/ocrmypdf, or OCRMYPDF=…)"
        )
    return found, missing

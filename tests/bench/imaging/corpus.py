"""The pages of the bench: mock prescriptions from seeds, and sample pages from a folder when one is given."""

from __future__ import annotations

import csv
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from .damage import Capture, caught
from .mock import Traits, sheet

_RED, _BLUE = (190, 40, 60), (40, 60, 170)
TRAITS = (
    Traits("imprimee"),
    Traits("tableau", table=True, size_mm=3.6),
    Traits("manuscrite", hand=True, ink=(28, 40, 120)),
    Traits("tampon-rouge", stamp=_RED),
    Traits("tampon-bleu", stamp=_BLUE, hand=True),
    Traits("papier-jaune", paper=(246, 228, 120)),
    Traits("papier-rose", paper=(244, 182, 196)),
    Traits("papier-vert", paper=(176, 222, 178), ink=(28, 40, 120)),
    Traits("papier-bleu", paper=(168, 200, 236), ink=(60, 50, 110)),
    Traits("carbone", ink=(120, 112, 168), paper=(250, 240, 214), hand=True),
    Traits("thermique", ink=(158, 158, 164), paper=(238, 238, 236)),
    Traits("thermique-pale", ink=(196, 196, 200), paper=(240, 240, 238)),
    Traits("verso", show_through=0.28),
    Traits("reglee", hand=True, ruled=True, ink=(20, 20, 40)),
    Traits("petite", size_mm=2.7),
    Traits("crayon", hand=True, ink=(150, 148, 146)),
)
CAPTURES = (
    Capture("scan-300"),
    Capture("scan-200", dpi=200, quality=80),
    Capture("scan-400-gris", dpi=400, noise=8),
    Capture("de-travers", skew=1.7),
    Capture("mou", blur=1.8, noise=5),
    Capture("bruite", noise=16, quality=60),
    Capture("ombre", shade=0.45, noise=6),
    Capture("plie", folds=2, shade=0.15),
    Capture("photo", photo=True, shade=0.35, noise=6, quality=80),
    Capture("photo-floue", photo=True, shade=0.5, noise=9, blur=1.4, quality=75),
)


@dataclass(frozen=True)
class Page:
    """A page to be judged: its file, and its words when they are known; `index` in a document of several."""

    name: str
    path: Path
    words: tuple[str, ...] = field(default=(), repr=False)
    photo: bool = False


def mock_pages(folder: Path, number: int, first_seed: int = 0) -> Iterator[Page]:
    """Write `number` mock pages into a folder: every paper in turn, the ways of catching them against the grain."""
    for rank in range(number):
        traits = TRAITS[rank % len(TRAITS)]
        how = CAPTURES[(rank + rank // len(TRAITS)) % len(CAPTURES)]
        seed = first_seed + rank
        written = sheet(traits, seed)
        name = f"{seed:03}-{traits.name}-{how.name}"
        path = folder / f"{name}.{'jpg' if how.quality else 'png'}"
        path.write_bytes(caught(written.image, how, seed))
        yield Page(name, path, tuple(written.words), how.photo)


def sample_pages(samples: Path, folder: Path) -> Iterator[Page]:
    """Yield the pages of a folder of samples that can be converted, those that `attendus.csv` there says `conforme`.

    Their text is known where an ALTO or .txt stands beside. Not every program opens a PDF: all are given the same
    picture of its first page, drawn at 300 dpi into `folder`.
    """
    with (samples / "attendus.csv").open(encoding="utf-8", newline="") as handle:
        good = [row["fichier"] for row in csv.DictReader(handle, delimiter=";") if row["verdict"] == "conforme"]
    for path in (samples / name for name in sorted(good)):
        page = _drawn(path, folder) if path.suffix == ".pdf" else path
        yield Page(path.stem, page, _known_words(path), path.stem.startswith("pd_"))


def _drawn(pdf: Path, folder: Path) -> Path:
    out = folder / pdf.stem
    subprocess.run(["pdftoppm", "-png", "-gray", "-r", "300", "-singlefile", pdf, out], check=True)
    return out.with_suffix(".png")


def _known_words(path: Path) -> tuple[str, ...]:
    alto, text = path.with_suffix(".xml"), path.with_suffix(".txt")
    if alto.exists():
        tree = ElementTree.parse(alto)  # noqa: S314 - our own samples
        return tuple(node.get("CONTENT", "") for node in tree.iter() if node.tag.endswith("String"))
    return tuple(text.read_text(encoding="utf-8").split()) if text.exists() else ()


def normal(words: Iterator[str] | tuple[str, ...] | list[str]) -> Counter[str]:
    """Return words as they are compared: lower case, letters and digits only."""
    bare = (re.sub(r"[\W_]+", "", word.lower()) for text in words for word in text.split())
    return Counter(word for word in bare if word)


def word_f1(read: Counter[str], written: Counter[str]) -> float:
    """Return the harmonic mean of precision and recall of the words read, 0..1."""
    common = sum((read & written).values())
    total = sum(read.values()) + sum(written.values())
    return 2 * common / total if total else 0.0

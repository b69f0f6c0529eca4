"""The files of a conversion, opened when a page of them is wanted; and the grey pages that wait for the fitting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from scor_tui.imaging import limits, refusals
from scor_tui.imaging.opening import HEAD_BYTES, Document, ImageDocument, kind_of


@dataclass(frozen=True)
class Source:
    """A file to open, what to call it, its password."""

    path: Path
    name: str
    password: str = field(default="", repr=False)


def open_document(source: Source) -> Document:
    """Open a file by what it contains; raises `FileNotAccepted`, `PasswordNeeded`."""
    with source.path.open("rb") as handle:
        formats = kind_of(handle.read(HEAD_BYTES))
    if not formats:
        raise refusals.not_a_document(source.name)
    if formats == ("PDF",):
        from scor_tui.imaging.pdfs import PdfDocument

        return PdfDocument(source.path, source.name, source.password)
    return ImageDocument(source.path, source.name, formats)


class Sources:
    """Files to make pages of, each opened once."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.files = tuple(sources)
        self._open: dict[int, Document] = {}

    def document(self, rank: int) -> Document:
        """Return an opened file; raises `FileNotAccepted`, `PasswordNeeded`."""
        if rank not in self._open:
            self._open[rank] = open_document(self.files[rank])
        return self._open[rank]


class Greys:
    """Pages as raw pixels in a private folder, as many as `room` bytes hold; the others are not kept."""

    def __init__(self, folder: Path, room: int = limits.MAX_KEPT_GREY) -> None:
        self._folder, self._room = folder, room
        self._kept: dict[int, tuple[str, tuple[int, int]]] = {}

    def keep(self, place: int, page: Image.Image) -> None:
        """Keep a page, if there is room."""
        pixels = page.tobytes()
        if place not in self._kept and len(pixels) <= self._room:
            self._room -= len(pixels)
            self._kept[place] = (page.mode, page.size)
            self._path(place).write_bytes(pixels)

    def get(self, place: int) -> Image.Image | None:
        """Return a page that was kept."""
        if place not in self._kept:
            return None
        return Image.frombytes(*self._kept[place], self._path(place).read_bytes())

    def _path(self, place: int) -> Path:
        return self._folder / f"grey-{place:02}.raw"

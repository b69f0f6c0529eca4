"""A watched folder: the copier, or the maker's own program, puts files there; we take the finished ones.

Nothing tells when another program has finished writing, so a file is looked at twice: it is complete when
neither its size nor its date changed between two looks some seconds apart. Nothing is deleted unasked.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scor_tui.domain.errors import FileNotAccepted, ScannerFailed
from scor_tui.domain.text import clean
from scor_tui.scanners.copying import EXPECTED, SIZE_LIMIT, Look, copy_in, name_of

SETTLE_SECONDS = 3.0

_PARTIAL_SUFFIXES = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".download", ".swp")
_HIDDEN = (".", "~")


@dataclass(frozen=True)
class WaitingFile:
    """A complete file: size in bytes, when last written (aware UTC), whether its extension is usual."""

    path: Path
    size: int
    modified: datetime
    expected: bool


class WatchedFolder:
    """The finished files of a folder that others fill; links, hidden and partial names are never touched."""

    def __init__(self, folder: Path, *, settle_seconds: float = SETTLE_SECONDS, limit: int = SIZE_LIMIT) -> None:
        self.folder = folder
        self._settle_seconds = settle_seconds
        self._limit = limit
        self._first_seen: dict[Path, tuple[Look, datetime]] = {}
        self._complete: dict[Path, Look] = {}
        self._taken: dict[Path, Look] = {}

    def waiting(self, now: datetime) -> tuple[WaitingFile, ...]:
        """Look at the folder; returns the files that are complete, oldest first.

        A file is listed at the earliest by the second look, `settle_seconds` after the first that saw it as
        it is. Raises `ScannerFailed` when the folder cannot be read.
        """
        looks = self._look()
        self._first_seen = {path: self._since(path, look, now) for path, look in looks.items()}
        self._complete = {
            path: look
            for path, (look, since) in self._first_seen.items()
            if look.size and since != now and (now - since).total_seconds() >= self._settle_seconds
        }
        self._taken = {path: look for path, look in self._taken.items() if path in looks}
        oldest_first = sorted(self._complete.items(), key=lambda item: (item[1].modified_ns, item[0].name))
        return tuple(_waiting(path, look) for path, look in oldest_first)

    @property
    def arriving(self) -> int:
        """How many files the last look saw that are not complete yet."""
        return len(self._first_seen) - len(self._complete)

    def take(self, path: Path, destination: Path) -> Path:
        """Copy a complete file into the private folder `destination`; returns the copy.

        The original stays until `done`. Raises `FileNotAccepted` when the file is not complete, has changed
        since the last look or is too large; `NotFound` when it has gone.
        """
        look = self._complete.get(path)
        if look is None:
            raise FileNotAccepted(
                f"Le fichier {name_of(path)} n'est pas encore complet.",
                "Attendez quelques secondes, puis recommencez.",
                code="changing",
            )
        copy = copy_in(path, destination, limit=self._limit, follow_links=False, seen=look)
        self._taken[path] = look
        return copy

    def done(self, path: Path) -> bool:
        """Delete the original of a file that was taken; returns whether it was.

        Left alone: a file that was not taken, or that has been written again since: it is another document.
        One that has gone is no error. Raises `ScannerFailed` when the folder refuses the deletion.
        """
        look = self._taken.pop(path, None)
        try:
            if look is None or Look.of(path.lstat()) != look:
                return False
            path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise ScannerFailed(
                f"Le fichier {name_of(path)} a été repris mais ne peut pas être retiré du dossier surveillé.",
                "Donnez-vous le droit d'écrire dans ce dossier, ou retirez le fichier vous-même.",
            ) from error
        return True

    def _look(self) -> dict[Path, Look]:
        found = {}
        try:
            for path in self.folder.iterdir():
                if path.name.startswith(_HIDDEN) or path.name.lower().endswith(_PARTIAL_SUFFIXES):
                    continue
                facts = _facts(path)
                if facts is not None:
                    found[path] = facts
        except OSError as error:
            raise ScannerFailed(
                f"Le dossier surveillé « {clean(str(self.folder))} » ne peut pas être lu.",
                "Vérifiez qu'il existe, que le copieur y est relié et que vous avez le droit de le lire.",
            ) from error
        return found

    def _since(self, path: Path, look: Look, now: datetime) -> tuple[Look, datetime]:
        """Return since when the file is as it is; a clock that was set back starts again."""
        before, since = self._first_seen.get(path, (look, now))
        return (look, since) if before == look and since <= now else (look, now)


def _facts(path: Path) -> Look | None:
    try:
        facts = path.lstat()
    except FileNotFoundError:
        return None
    return Look.of(facts) if stat.S_ISREG(facts.st_mode) else None


def _waiting(path: Path, look: Look) -> WaitingFile:
    modified = datetime.fromtimestamp(look.modified_ns // 1_000_000_000, UTC)
    return WaitingFile(path, look.size, modified, path.suffix.lower() in EXPECTED)

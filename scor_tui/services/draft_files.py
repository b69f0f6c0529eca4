"""The files of a draft: sealed as soon as they are whole, in clear only while something reads them."""

from __future__ import annotations

import contextlib
import itertools
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scor_tui import system
from scor_tui.domain.errors import FileDamaged, FileNotAccepted
from scor_tui.scanners.pages import folder_refuses
from scor_tui.services.scanning import ROOM_TO_SCAN
from scor_tui.store.sealed import Seal

_PREFIX, _HELD, _IN_CLEAR = "acquisition-", "tenu", "scor-pages-"
_ROOM_TO_READ = 200_000_000
"""Bytes: a few times the largest file that is taken."""


@dataclass(frozen=True, eq=False)
class TakenFile:
    """A file of a draft, where it lies sealed; `name` is what messages call it."""

    name: str
    sealed: Path
    _seal: Seal = field(repr=False)

    def open_into(self, folder: Path) -> Path:
        """Write the file in clear into a folder; raises `FileNotAccepted` when it has gone or was altered."""
        path = folder / self.name
        try:
            self._seal.open(self.sealed, path)
        except FileDamaged as error:
            raise FileNotAccepted(f"« {self.name} » : {error.cause}", error.remedy) from error
        except OSError as error:
            raise FileNotAccepted(
                f"« {self.name} » ne peut pas être préparé : la place manque sur le disque ou en mémoire.",
                "Faites de la place, puis recommencez.",
            ) from error
        return path


@contextlib.contextmanager
def in_clear(files: Sequence[TakenFile]) -> Iterator[list[Path]]:
    """Yield the paths of files of one draft in clear, gone afterwards; raises `FileNotAccepted`."""
    with _private(files[0].sealed.parent, _ROOM_TO_READ) as folder:
        yield [file.open_into(folder) for file in files]


class WorkFolder:
    """A private folder for the files of a draft, inside the practice's own; held while the draft lives.

    Its key dies with the session. What a session that died left behind is not held any more: the next draft of the
    practice takes it away.
    """

    def __init__(self, practice: Path) -> None:
        sweep(practice)
        self._held = contextlib.ExitStack()
        self._seal, self._numbers = Seal(), itertools.count(1)
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=practice))
        self._held.enter_context(system.locked(self.path / _HELD))

    def arriving(self) -> contextlib.AbstractContextManager[Path]:
        """Return a private folder where files may come in clear, gone afterwards: `keep` them before."""
        return _private(self.path, ROOM_TO_SCAN)

    def keep(self, clear: Path) -> TakenFile:
        """Seal a whole file into the draft; the clear one goes. Raises `ScannerFailed` when the disk refuses it."""
        number = next(self._numbers)
        sealed = self.path / f"{number:03}.scelle"
        try:
            self._seal.close(clear, sealed)
        except OSError as error:
            raise folder_refuses() from error
        return TakenFile(f"page-{number:03}{clear.suffix}", sealed, self._seal)

    def discard(self) -> None:
        """Throw the files away."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._held.close()


def sweep(practice: Path) -> None:
    """Take away what drafts that no session holds left: sealed files, and those that were open when it died."""
    system.sweep_private(_IN_CLEAR, *system.memory_places())
    for folder in practice.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError), system.locked(folder / _HELD) as left_behind:
            if left_behind:
                shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _private(draft: Path, room: int) -> Iterator[Path]:
    with contextlib.ExitStack() as stack:
        try:
            folder = stack.enter_context(system.private_folder(_IN_CLEAR, draft, in_memory=room))
        except OSError as error:
            raise folder_refuses() from error
        yield folder

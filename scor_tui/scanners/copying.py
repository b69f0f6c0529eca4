"""Take a file of the user's or a copier's into the private folder: checked, read once, written durably."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from scor_tui import system
from scor_tui.domain.errors import FileNotAccepted, NotFound, ScorError
from scor_tui.domain.text import clean
from scor_tui.scanners.pages import folder_refuses, next_page

SIZE_LIMIT = 50_000_000
"""Bytes. What a copier or a phone makes of a document is far below."""

EXPECTED = frozenset({".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".heic", ".heif", ".bmp", ".webp"})
"""Extensions of documents. A hint only: what a file is, its content tells."""


@dataclass(frozen=True)
class Look:
    """What tells one content of a file from another without reading it."""

    device: int
    inode: int
    size: int
    modified_ns: int

    @classmethod
    def of(cls, facts: os.stat_result) -> Look:
        """Return the look of what `stat` said."""
        return cls(facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns)


def copy_in(
    source: Path, folder: Path, *, limit: int = SIZE_LIMIT, follow_links: bool, seen: Look | None = None
) -> Path:
    """Copy a file into `folder` under the next page's name, which is returned. The original is left alone.

    `seen`: the look that the file must still have. Raises `NotFound`, `FileNotAccepted` (a folder, a special
    file, empty, above `limit` bytes, unreadable, changing while it is read), `ScannerFailed` when `folder`
    refuses it.
    """
    content = _read(source, limit, follow_links, seen)
    suffix = source.suffix.lower()
    try:
        target = next_page(folder, suffix if suffix in EXPECTED else "")
        system.write_durably(target, content)
    except OSError as error:
        raise folder_refuses() from error
    return target


def name_of(path: Path) -> str:
    """Return the name of a file as it may be shown, between guillemets."""
    return f"« {clean(path.name, limit=80)} »"


def _read(source: Path, limit: int, follow_links: bool, seen: Look | None) -> bytes:
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    if not follow_links:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    try:
        _check(source, source.stat(follow_symlinks=follow_links), limit)
        with os.fdopen(os.open(source, flags), "rb") as handle:
            before = os.fstat(handle.fileno())
            _check(source, before, limit)
            content = handle.read(limit + 1)
            after = os.fstat(handle.fileno())
    except OSError as error:
        raise _refusal(source, error) from error
    if Look.of(before) != Look.of(after) or len(content) != after.st_size or seen not in (None, Look.of(after)):
        raise FileNotAccepted(
            f"Le fichier {name_of(source)} change encore.",
            "Attendez qu'il soit entièrement écrit, puis recommencez.",
            code="changing",
        )
    return content


def _check(source: Path, facts: os.stat_result, limit: int) -> None:
    if stat.S_ISDIR(facts.st_mode):
        raise FileNotAccepted(
            f"{name_of(source)} est un dossier.", "Choisissez les fichiers qu'il contient.", code="folder"
        )
    if not stat.S_ISREG(facts.st_mode):
        raise FileNotAccepted(
            f"{name_of(source)} n'est pas un fichier ordinaire.",
            "Choisissez une image ou un PDF.",
            code="special",
        )
    if facts.st_size == 0:
        raise FileNotAccepted(
            f"Le fichier {name_of(source)} est vide.",
            "Numérisez ou exportez à nouveau le document.",
            code="empty",
        )
    if facts.st_size > limit:
        raise FileNotAccepted(
            f"Le fichier {name_of(source)} pèse plus de {limit / 1e6:g} Mo.",
            "Numérisez à nouveau le document, en gris et à 300 dpi au plus.",
            code="too-large",
        )


def _refusal(source: Path, error: OSError) -> ScorError:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return NotFound(f"Le fichier {name_of(source)} n'existe pas.", "Vérifiez son nom et son dossier.")
    if error.errno == errno.ELOOP:
        return FileNotAccepted(
            f"{name_of(source)} est un lien et non un fichier.", "Déposez le fichier lui-même.", code="link"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return FileNotAccepted(
            f"Vous n'avez pas le droit de lire le fichier {name_of(source)}.",
            "Changez ses droits, ou copiez-le dans un de vos dossiers.",
            code="denied",
        )
    return FileNotAccepted(
        f"Le fichier {name_of(source)} ne peut pas être lu ({clean(os.strerror(error.errno or errno.EIO))}).",
        "Vérifiez le disque ou la clé qui le porte, puis recommencez.",
        code="unreadable",
    )

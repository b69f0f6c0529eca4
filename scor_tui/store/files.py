"""Encrypted files: pieces, sealed lots, messages. Complete or absent, and on disk before the row that names them.

A file is AES-256-GCM over its content, named by an HMAC of the content: the same content has one file, and the
name tells an outsider nothing. A renamed, swapped or altered file is refused.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from scor_tui import system
from scor_tui.domain.errors import FileDamaged
from scor_tui.store.keys import Keys

_MAGIC = b"SCV1"
_NONCE = 12


class EncryptedFiles:
    """The folder of encrypted files of a practice."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self.folder = folder
        self._cipher = AESGCM(keys.derive("pieces"))
        self._name_key = keys.derive("noms")

    def put(self, content: bytes) -> str:
        """Store `content` durably and return its name; storing it again writes nothing."""
        name = hmac.new(self._name_key, content, "sha256").hexdigest()
        path = self._path(name)
        if not path.exists():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            nonce = os.urandom(_NONCE)
            system.write_durably(path, _MAGIC + nonce + self._cipher.encrypt(nonce, content, _bound(name)))
        else:  # whoever put it may have died before its name was durable; it is young again, and not to be swept
            os.utime(path)
            system.sync_folder(path.parent)
        system.sync_folder(self.folder)
        return name

    def get(self, name: str) -> bytes:
        """Return the content named `name`; raises `FileDamaged`."""
        try:
            raw = self._path(name).read_bytes()
        except OSError as error:
            raise _damaged(name, "il manque") from error
        nonce, sealed = raw[len(_MAGIC) : len(_MAGIC) + _NONCE], raw[len(_MAGIC) + _NONCE :]
        try:
            content = self._cipher.decrypt(nonce, sealed, _bound(name))
        except (InvalidTag, ValueError) as error:
            raise _damaged(name, "son contenu a été altéré") from error
        if not raw.startswith(_MAGIC):
            raise _damaged(name, "son en-tête a été altéré")
        return content

    def remove(self, name: str) -> None:
        """Take a file away for good; an absent one is no error. Call it after the row that says so is committed."""
        self._path(name).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Delete what sessions that were killed left half written."""
        for folder in self.folder.glob("??"):
            system.sweep_partials(folder)

    def names(self) -> Iterator[str]:
        """Yield the names of all files."""
        for path in sorted(self.folder.glob("??/*")):
            if not path.name.startswith("."):
                yield path.name

    def put_before(self, moment: datetime) -> Iterator[str]:
        """Yield the names of the files that were last put before a moment."""
        for name in self.names():
            if self._path(name).stat().st_mtime < moment.timestamp():
                yield name

    def path_of(self, name: str) -> Path:
        """Return where the encrypted file lies, for backups."""
        return self._path(name)

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / name


def _bound(name: str) -> bytes:
    return _MAGIC + name.encode()


def _damaged(name: str, how: str) -> FileDamaged:
    return FileDamaged(
        f"Le fichier {name[:12]}… ne peut pas être lu : {how}.",
        "Restaurez-le depuis la dernière sauvegarde (scor-tui restaurer).",
    )

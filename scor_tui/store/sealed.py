"""Files sealed for as long as a session lives: the key is in memory only, so that what a crash leaves says nothing.

A file is a row of AES-256-GCM chunks. A chunk's nonce is the file's random prefix, the chunk's number and whether it
is the last: chunks swapped, missing or added are refused, and so is another file under this one's name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from scor_tui import system
from scor_tui.domain.errors import FileDamaged

CHUNK = 1 << 20
"""Bytes of content in a chunk: of a file of 50 MB, no more than that is in memory, in clear and sealed."""

_MAGIC = b"SCS1"
_PREFIX, _TAG = 7, 16


class Seal:
    """A key of its own, drawn at random and written nowhere."""

    def __init__(self) -> None:
        self._cipher = AESGCM(AESGCM.generate_key(bit_length=256))

    def close(self, clear: Path, sealed: Path) -> None:
        """Write `clear` sealed as `sealed` (new, 0600), complete or not at all, and take the clear file away."""
        prefix, bound = os.urandom(_PREFIX), _bound(sealed)
        with clear.open("rb") as source, system.new_file(sealed) as target:
            target.write(_MAGIC + prefix)
            for number, (chunk, last) in enumerate(_chunks(source, CHUNK)):
                target.write(self._cipher.encrypt(_nonce(prefix, number, last=last), chunk, bound))
        clear.unlink()

    def open(self, sealed: Path, clear: Path) -> None:
        """Write what `sealed` holds as `clear` (new, 0600), complete or not at all; raises `FileDamaged`."""
        try:
            source = sealed.open("rb")
        except OSError as error:
            raise _damaged("elle manque") from error
        bound = _bound(sealed)
        with source, system.new_file(clear) as target:
            head = source.read(len(_MAGIC) + _PREFIX)
            prefix = head[len(_MAGIC) :]
            if len(prefix) != _PREFIX or not head.startswith(_MAGIC):
                raise _damaged("son en-tête a été altéré")
            for number, (chunk, last) in enumerate(_chunks(source, CHUNK + _TAG)):
                try:
                    target.write(self._cipher.decrypt(_nonce(prefix, number, last=last), chunk, bound))
                except (InvalidTag, ValueError) as error:
                    raise _damaged("son contenu a été altéré") from error


def _chunks(source: IO[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """Yield what is left of a file by chunks, and whether each is the last; an empty file has one, empty."""
    here = source.read(size)
    while ahead := source.read(size):
        yield here, False
        here = ahead
    yield here, True


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


def _bound(sealed: Path) -> bytes:
    return _MAGIC + sealed.name.encode()


def _damaged(how: str) -> FileDamaged:
    return FileDamaged(f"Une page en attente ne peut pas être relue : {how}.", "Numérisez-la de nouveau.")

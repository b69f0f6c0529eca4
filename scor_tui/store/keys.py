"""The key that opens the practice's data, and what is derived from it.

The key file holds slots: ways to reach the one random data key. Today there is one slot, `clair`, which holds the
key itself and rests on the file's mode (0600); a slot under a passphrase takes the same place.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from scor_tui import system
from scor_tui.domain.errors import DatabaseUnreadable

KEY_FILE = "cle"
_KEY_BYTES = 32


class Keys:
    """Sub-keys of the practice's data key, one a purpose (HKDF-SHA-256, RFC 5869)."""

    def __init__(self, data_key: bytes) -> None:
        self._data_key = data_key

    def __repr__(self) -> str:
        return "Keys(…)"

    def derive(self, purpose: str) -> bytes:
        """Return the 32-byte key of a purpose: `base`, `pieces`, `noms`, `journal`."""
        kdf = HKDF(hashes.SHA256(), _KEY_BYTES, salt=None, info=b"scor-tui/1 " + purpose.encode())
        return kdf.derive(self._data_key)


def create_keys(folder: Path) -> Keys:
    """Draw a data key and write its file."""
    data_key = secrets.token_bytes(_KEY_BYTES)
    slots = [{"type": "clair", "cle": data_key.hex()}]
    system.write_durably(folder / KEY_FILE, json.dumps({"version": 1, "cases": slots}).encode())
    return Keys(data_key)


def read_keys(folder: Path) -> Keys:
    """Open the key file; raises `DatabaseUnreadable` when it is missing, damaged or readable by others."""
    path = folder / KEY_FILE
    try:
        if path.stat().st_mode & 0o077:
            raise DatabaseUnreadable(
                "Le fichier de clé peut être lu par d'autres.",
                "Remettez ses droits : chmod 600 sur le fichier « cle ».",
            )
        slots = json.loads(path.read_bytes())["cases"]
        data_key = bytes.fromhex(next(slot["cle"] for slot in slots if slot["type"] == "clair"))
    except (OSError, ValueError, KeyError, TypeError, StopIteration) as error:
        raise DatabaseUnreadable(
            "Le fichier de clé manque ou est endommagé.",
            "Restaurez la dernière sauvegarde (scor-tui restaurer).",
        ) from error
    if len(data_key) != _KEY_BYTES:
        raise DatabaseUnreadable("Le fichier de clé est endommagé.", "Restaurez la dernière sauvegarde.")
    return Keys(data_key)

"""The journal: who did what, in the same commit as the change itself, each entry chained to the one before.

Entries carry ids, numbers of factures and codes, never a name or a NIR. The chain is keyed: it cannot be rebuilt
by who edits the file.
"""

from __future__ import annotations

import getpass
import hmac
import json
import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from scor_tui.domain.text import clean
from scor_tui.store.keys import Keys
from scor_tui.store.models import JournalEntry

_START = "0" * 64


class Journal:
    """Adds entries to the journal and checks its chain."""

    def __init__(self, keys: Keys) -> None:
        self._key = keys.derive("journal")
        self.who = who_is_there()

    def add(
        self, now: datetime, event: str, *, dossier: int | None = None, facture: str = "", **detail: Any
    ) -> JournalEntry:
        """Write one entry; call it inside the `write()` of the change that it tells."""
        text = json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str)
        last = JournalEntry.select(JournalEntry.chain).order_by(JournalEntry.id.desc()).first()
        entry = JournalEntry(at=now, who=self.who, event=event, dossier=dossier, facture=facture, detail=text, chain="")
        entry.chain = self._link(last.chain if last else _START, entry)
        entry.save(force_insert=True)
        return entry

    def broken(self) -> Iterator[int]:
        """Yield the numbers of the entries whose chain does not hold."""
        previous = _START
        for entry in JournalEntry.select().order_by(JournalEntry.id).iterator():
            if not hmac.compare_digest(entry.chain, self._link(previous, entry)):
                yield entry.id
            previous = entry.chain

    def _link(self, previous: str, entry: JournalEntry) -> str:
        at = str(JournalEntry.at.db_value(entry.at))
        parts = (previous, at, entry.who, entry.event, str(entry.dossier or ""), entry.facture, entry.detail)
        return hmac.new(self._key, "\x1f".join(parts).encode(), "sha256").hexdigest()


def who_is_there() -> str:
    """Return who acts: the account, and the one behind it when there is one (`sudo`, a forced command)."""
    try:
        account = getpass.getuser()
    except (OSError, KeyError):
        account = f"uid {os.getuid()}" if hasattr(os, "getuid") else "inconnu"
    behind = os.environ.get("SUDO_USER") or os.environ.get("SSH_USER") or ""
    return clean(f"{behind} ({account})" if behind and behind != account else account, limit=60)

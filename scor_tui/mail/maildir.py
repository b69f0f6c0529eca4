"""A Maildir: messages as files, complete or absent, never half (Bernstein, maildir(5)).

A message is written in `tmp`, made durable, then renamed into `new`; whoever reads it moves it into `cur`
with flags behind `:2,`. Others may use the same folder: what is not a message is left alone.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import secrets
import stat
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from scor_tui import system
from scor_tui.domain.errors import MailFailed, NotFound
from scor_tui.domain.text import clean

SIZE_CAP = 50_000_000
"""Bytes above which a message is not read: five times the largest mail that SCOR-Ouvert 1 allows."""

ABANDONED_AFTER = timedelta(hours=36)
"""A file this old in `tmp` will never be finished (maildir(5))."""

_INFO = ":2,"
_SEEN, _TRASHED = "S", "T"
_counter = itertools.count()


class DeliveryUncertain(MailFailed):
    """The message stands in the mailbox, but the disk would not confirm it."""


@dataclass(frozen=True)
class _Entry:
    """One message: its key, where it is, its flags, when it was delivered (ns)."""

    key: str
    path: Path
    flags: str
    delivered_ns: int

    @property
    def waits(self) -> bool:
        return _SEEN not in self.flags and _TRASHED not in self.flags


class Maildir:
    """One mailbox. A message's key is its file name without flags: it stays the same from `new` to `cur`."""

    def __init__(self, path: Path, *, size_cap: int = SIZE_CAP) -> None:
        self.path = path
        self.size_cap = size_cap

    def create(self) -> None:
        """Make the mailbox where there is none, for its owner only (0700); raises `MailFailed`."""
        try:
            for folder in (self.path, self._tmp, self._new, self._cur):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise self._unreachable(error) from error

    def deliver(self, content: bytes) -> str:
        """Put a message into `new`, whole and durable; returns its key.

        Raises `MailFailed` when nothing was delivered, `DeliveryUncertain` when it stands there without the
        disk's word.
        """
        key = _unique_name()
        draft, target = self._tmp / key, self._new / key
        try:
            _write(draft, content)
            os.rename(draft, target)  # noqa: PTH104 - the one step that counts, as maildir(5) words it
        except OSError as error:
            if os.path.lexists(target):
                raise self._uncertain(error) from error
            raise self._not_delivered(error) from error
        finally:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
        try:
            system.sync_folder(self._new)
        except OSError as error:
            raise self._uncertain(error) from error
        with contextlib.suppress(OSError):
            system.sync_folder(self._tmp)
        return key

    def waiting(self) -> tuple[str, ...]:
        """Return the keys of messages neither seen nor trashed, oldest first; raises `MailFailed`."""
        found = {entry.key: entry for entry in self._entries() if entry.waits}
        ordered = sorted(found.values(), key=lambda entry: (entry.delivered_ns, entry.key))
        return tuple(entry.key for entry in ordered)

    def read(self, key: str) -> bytes:
        """Return a message's bytes; raises `NotFound`, `MailFailed` (unreadable, or above the cap)."""
        found = self._entries(key)
        if not found:
            raise _gone(key)
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            with os.fdopen(os.open(found[0].path, flags), "rb") as handle:
                content = handle.read(self.size_cap + 1)
        except FileNotFoundError as error:
            raise _gone(key) from error
        except OSError as error:
            raise self._unreachable(error) from error
        if len(content) > self.size_cap:
            raise MailFailed(
                f"Le message « {clean(key, limit=80)} » pèse plus de {self.size_cap / 1e6:g} Mo.",
                "Il reste dans la boîte : faites-le retirer par le gestionnaire de la messagerie.",
                code="too-large",
            )
        return content

    def take(self, key: str) -> None:
        """Mark a message as seen and keep it in `cur`; an absent one is no error. Raises `MailFailed`."""
        for entry in self._entries(key):
            if entry.waits:
                self._mark_seen(entry)

    def sweep(self, now: datetime | None = None) -> int:
        """Delete what was abandoned in `tmp` (36 h by the clock that dates files); returns how many files.

        `now` takes the place of the machine's own clock. Raises `MailFailed`.
        """
        swept, present = 0, now.timestamp() if now else time.time()
        try:
            for path in self._tmp.iterdir():
                facts = path.lstat()
                old = present - facts.st_mtime > ABANDONED_AFTER.total_seconds()
                if stat.S_ISREG(facts.st_mode) and old:
                    path.unlink(missing_ok=True)
                    swept += 1
        except OSError as error:
            raise self._unreachable(error) from error
        return swept

    @property
    def _tmp(self) -> Path:
        return self.path / "tmp"

    @property
    def _new(self) -> Path:
        return self.path / "new"

    @property
    def _cur(self) -> Path:
        return self.path / "cur"

    def _entries(self, key: str | None = None) -> list[_Entry]:
        """Return the messages of `new` and `cur`, or those called `key`: regular files, plain names."""
        try:
            return [
                entry
                for folder in (self._new, self._cur)
                for path in folder.iterdir()
                if key in (None, _key(path)) and (entry := _entry(path)) is not None
            ]
        except OSError as error:
            raise self._unreachable(error) from error

    def _mark_seen(self, entry: _Entry) -> None:
        flags = "".join(sorted({*entry.flags, _SEEN}))
        try:
            entry.path.replace(self._cur / f"{entry.key}{_INFO}{flags}")
            system.sync_folder(self._cur)
            system.sync_folder(self._new)
        except FileNotFoundError:
            return  # another reader was faster
        except OSError as error:
            raise self._unreachable(error) from error

    def _shown(self) -> str:
        return f"« {clean(str(self.path), limit=120)} »"

    def _unreachable(self, error: OSError) -> MailFailed:
        return MailFailed(
            f"La boîte aux lettres {self._shown()} ne peut pas être lue : {_reason(error)}.",
            "Vérifiez que ce dossier existe, que son disque est monté et que vous y avez accès.",
        )

    def _not_delivered(self, error: OSError) -> MailFailed:
        return MailFailed(
            f"Le message n'a pas pu être déposé dans {self._shown()} : {_reason(error)}.",
            "Rien n'est parti. Vérifiez ce dossier et la place libre, puis recommencez.",
        )

    def _uncertain(self, error: OSError) -> DeliveryUncertain:
        return DeliveryUncertain(
            f"Le message est dans {self._shown()}, mais le disque ne l'a pas confirmé : {_reason(error)}.",
            "Ne le renvoyez pas : attendez l'accusé de réception.",
        )


def _unique_name() -> str:
    """Return a name that sorts by time and that nobody else makes: time, process, count and chance."""
    seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    return f"{seconds}.M{nanoseconds // 1000:06d}P{os.getpid()}Q{next(_counter):06d}.{secrets.token_hex(8)}"


def _write(path: Path, content: bytes) -> None:
    """Write a new file, 0600, and make it durable."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o600)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _gone(key: str) -> NotFound:
    return NotFound(f"Le message « {clean(key, limit=80)} » n'est plus dans la boîte.", "Relevez à nouveau.")


def _key(path: Path) -> str:
    return path.name.partition(":")[0]


def _entry(path: Path) -> _Entry | None:
    key, _, info = path.name.partition(":")
    if key.startswith(".") or not key or clean(key) != key:
        return None
    try:
        facts = path.lstat()
    except FileNotFoundError:
        return None
    flags = info.removeprefix("2,") if info.startswith("2,") else ""
    return _Entry(key, path, flags, facts.st_mtime_ns) if stat.S_ISREG(facts.st_mode) else None


def _reason(error: OSError) -> str:
    return {
        errno.ENOENT: "le dossier n'existe pas",
        errno.ENOTDIR: "ce n'est pas un dossier",
        errno.EACCES: "l'accès est refusé",
        errno.EPERM: "l'accès est refusé",
        errno.ENOSPC: "le disque est plein",
        errno.EDQUOT: "le quota du disque est atteint",
        errno.EROFS: "le disque est en lecture seule",
    }.get(error.errno or 0, "erreur du disque")

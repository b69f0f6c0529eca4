"""The ports: what the use cases need from the world, given to them when the program starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from scor_tui.domain.wire import Arl, CaisseId, FseContent, LotContent, NoemieReturn, Outcome, SealedLot

Progress = Callable[[int, int, str], None]
"""(done, total, code): words are the front end's business."""


def no_progress(done: int, total: int, code: str) -> None:
    """Ignore progress."""


class Cancel(Protocol):
    """Tells a long step whether the user wants it to stop (`threading.Event` fits)."""

    def is_set(self) -> bool:
        """Whether to stop at the next safe place."""
        ...


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """Return the present as an aware UTC datetime, whole seconds."""
        ...


# --- scanners --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Device:
    """A scanner: the name that drives it, what a person calls it, and its sources as the driver names them."""

    name: str
    label: str
    sources: tuple[str, ...] = ()
    compatible: bool = True
    why_not: str = ""


@dataclass(frozen=True)
class ScanRequest:
    """What to scan: source as the driver names it (empty: its default), dpi, all pages or one, size in mm.

    `at_most` bounds the pages taken from a feeder; 0 is no bound.
    """

    device: str
    source: str = ""
    dpi: int = 300
    all_pages: bool = False
    at_most: int = 0
    width_mm: float = 210.0
    height_mm: float = 297.0


@dataclass(frozen=True)
class ScannedPages:
    """Complete pages in order, as image files in the folder that was given; and why it ended early, if it did.

    `incomplete` are the indices (from 0) of pages whose foot looks missing.
    """

    files: tuple[Path, ...]
    incomplete: tuple[int, ...] = ()
    warning: str = ""
    device: str = ""


class Scanner(Protocol):
    """Where pages come from."""

    def devices(self) -> Sequence[Device]:
        """List what can be driven; raises `NoScanner` when nothing can."""
        ...

    def scan(
        self, request: ScanRequest, folder: Path, progress: Progress = ..., cancel: Cancel | None = None
    ) -> ScannedPages:
        """Scan into `folder`; raises `ScannerFailed` with what the device said."""
        ...


# --- the wire --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RawMessage:
    """A message as taken from a mailbox: `key` names it there (Maildir file name, UIDL), `content` its bytes."""

    key: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Handed:
    """The outcome of handing one message over, with what the other side said (cleaned, for the journal)."""

    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True)
class LeftInPlace:
    """A message that the last poll could not read, and why (French, cleaned); it stays in the BAL."""

    key: str
    why: str


class Transport(Protocol):
    """The practitioner's post: send one message, poll the BAL."""

    def send(self, message: bytes, sender: str, recipient: str) -> Handed:
        """Hand one RFC 5322 message over. Never raises for a failure of the other side: the outcome says it."""
        ...

    def poll(self) -> Iterator[RawMessage]:
        """Yield the messages that wait, oldest first; raises `MailFailed` when the mailbox cannot be read."""
        ...

    def delete(self, key: str) -> None:
        """Take a message out of the BAL, once it is committed in the database; an absent one is no error."""
        ...

    @property
    def left_in_place(self) -> Sequence[LeftInPlace]:
        """What the last poll could not read."""
        ...

    @property
    def size_limit(self) -> int | None:
        """The largest message that the server announces, in bytes, or None."""
        ...


class Codec(Protocol):
    """Turns what travels into sealed bytes and back."""

    name: str

    def seal_lot(self, lot: LotContent, now: datetime) -> SealedLot:
        """Sign, encrypt and freeze a lot; raises `CertificateRefused`, `CodecUnavailable`."""
        ...

    def seal_fse(self, lot: FseContent, now: datetime) -> SealedLot:
        """The same for a lot of FSEs."""
        ...

    def mail(self, sealed: SealedLot, recipient: CaisseId, attempt: int, now: datetime) -> tuple[str, bytes]:
        """Wrap sealed bytes in a mail header for one attempt: (Message-ID, message)."""
        ...

    def is_ours(self, message: bytes) -> bool:
        """Whether a message of the BAL is in this format, by its header alone; what is not ours is left in place."""
        ...

    def open_return(self, message: bytes, now: datetime) -> Arl | NoemieReturn:
        """Open and verify an acknowledgement or a NOEMIE return; raises `BadMessage`."""
        ...


@dataclass(frozen=True)
class Recipient:
    """Where a caisse is reached: its address, its content certificate, its frontal's, and the largest mail it takes."""

    caisse: CaisseId
    name: str
    address: str
    content_certificate: bytes = field(repr=False)
    transport_certificate: bytes = field(repr=False)
    signing_certificate: bytes = field(repr=False)
    size_limit: int = 10_000_000
    fingerprints: tuple[str, ...] = ()


class Directory(Protocol):
    """Certificates and addresses of the caisses."""

    def recipient(self, caisse: CaisseId) -> Recipient:
        """Return where a caisse is reached; raises `CertificateRefused` when it has no certificate."""
        ...

    @property
    def roots(self) -> Sequence[bytes]:
        """PEM certificates of the authorities that are trusted."""
        ...

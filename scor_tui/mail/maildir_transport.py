"""The post through two Maildirs: one to put lots into, one where the answers come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scor_tui.domain.errors import MailFailed, NotFound
from scor_tui.domain.ports import Handed, LeftInPlace, RawMessage
from scor_tui.domain.text import clean
from scor_tui.domain.wire import Outcome
from scor_tui.mail.maildir import DeliveryUncertain, Maildir


class MaildirTransport:
    """Implements `ports.Transport`. The outcome of a sending turns on one rename: before it, nothing left.

    `left_in_place` are the messages that the last poll could not read; they block no other.
    """

    def __init__(self, outgoing: Path, bal: Path, size_limit: int | None = None) -> None:
        self.left_in_place: tuple[LeftInPlace, ...] = ()
        self._outgoing = Maildir(outgoing)
        self._bal = Maildir(bal)
        self._size_limit = size_limit

    @property
    def size_limit(self) -> int | None:
        """The largest message that is taken, in bytes, or None."""
        return self._size_limit

    def send(self, message: bytes, sender: str, recipient: str) -> Handed:
        """Deliver one message; who it is for stands in its header, as a Maildir has no envelope."""
        if not (message and sender and recipient):
            return Handed(Outcome.NOT_SENT, "Le message est vide, ou son expéditeur ou son destinataire manque.")
        if self._size_limit is not None and len(message) > self._size_limit:
            return Handed(
                Outcome.NOT_SENT,
                f"Le message pèse {len(message)} octets, au-delà de la limite de {self._size_limit} octets.",
            )
        try:
            key = self._outgoing.deliver(message)
        except DeliveryUncertain as error:
            return Handed(Outcome.UNKNOWN, error.cause)
        except MailFailed as error:
            return Handed(Outcome.NOT_SENT, error.cause)
        return Handed(Outcome.SENT, f"Déposé pour {clean(recipient, limit=120)} sous le nom {key}.")

    def poll(self) -> Iterator[RawMessage]:
        """Yield the messages that wait, oldest first, each read when its turn comes.

        What was abandoned half written in the mailbox goes, as maildir(5) asks of whoever reads it. Raises
        `MailFailed` at once when the mailbox cannot be read.
        """
        self.left_in_place = ()
        self._bal.sweep()
        return self._read_all(self._bal.waiting())

    def delete(self, key: str) -> None:
        """Mark a message as seen, so that no poll yields it again; an absent one is no error."""
        self._bal.take(key)

    def _read_all(self, keys: tuple[str, ...]) -> Iterator[RawMessage]:
        for key in keys:
            try:
                content = self._bal.read(key)
            except NotFound:
                continue
            except MailFailed as error:
                self.left_in_place += (LeftInPlace(key, error.cause),)
                continue
            yield RawMessage(key, content)

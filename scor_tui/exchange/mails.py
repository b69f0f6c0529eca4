"""The mail around sealed bytes (RFC 5322, RFC 8551): nothing about any patient in its header.

A resend puts the same bytes under a new header. The header is not signed: it says where to look, never what
to believe.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import format_datetime
from enum import StrEnum

from scor_tui.domain.errors import BadMessage, RuleRefused
from scor_tui.domain.text import clean
from scor_tui.exchange.edge import TechnicalCode, bad_message, hostile_input

FORMAT = "SCOR-OUVERT/1"
DOMAIN = "scor-ouvert.invalid"
MAX_BYTES = 64_000_000
MAX_HEADER = 64_000
LINE = 57
"""Bytes in a line of base64 (76 characters)."""

_ADDRESS = re.compile(r"(?=.{3,254}\Z)[0-9A-Za-z!#$%&'*+/=?^_`{|}~.-]+@[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*")
_REFERENCE = re.compile(r"[0-9A-Za-z-]{1,40}")
_SUBJECT = re.compile(rf"{FORMAT} (LOT|ARL|FSE|NOEMIE) ([0-9A-Za-z-]{{1,40}})")
_FROM = re.compile(r"[^<>]*<([^<>]*)>|([^<>]*)")
_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")


class MailKind(StrEnum):
    """What a mail carries, as its subject says."""

    LOT = "LOT"
    ARL = "ARL"
    FSE = "FSE"
    NOEMIE = "NOEMIE"


@dataclass(frozen=True)
class Mail:
    """A mail of this format. `message_id` and `sender` are cleaned, and as trustworthy as any header."""

    kind: MailKind
    reference: str
    message_id: str
    sender: str
    _body: bytes = field(repr=False)

    def envelope(self) -> bytes:
        """Return the DER (or BER) that the mail carries; raises `BadMessage` with `SO-TEC-ENVELOPPE`."""
        with hostile_input(TechnicalCode.ENVELOPE):
            return base64.b64decode(b"".join(self._body.split()), validate=True)


def wrap(
    kind: MailKind, reference: str, attempt: int, envelope: bytes, sender: str, recipient: str, now: datetime
) -> tuple[str, bytes]:
    """Return (Message-ID, message) for one attempt; raises `RuleRefused` on an address that is none."""
    if _REFERENCE.fullmatch(reference) is None:
        raise RuleRefused(f"La référence « {clean(reference, limit=40)} » est impossible.", "Corrigez-la.")
    message_id = f"<{kind.lower()}.{reference}.{attempt}@{DOMAIN}>"
    header = {
        "From": _address(sender),
        "To": _address(recipient),
        "Date": format_datetime(now),
        "Message-ID": message_id,
        "Subject": f"{FORMAT} {kind} {reference}",
        "MIME-Version": "1.0",
        "Content-Type": 'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
        "Content-Transfer-Encoding": "base64",
        "Content-Disposition": 'attachment; filename="smime.p7m"',
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in header.items())
    return message_id, b"".join([lines.encode("ascii"), b"\r\n", *_base64(envelope)])


def _address(text: str) -> str:
    if _ADDRESS.fullmatch(text) is None:
        raise RuleRefused(
            f"L'adresse « {clean(text, limit=80)} » n'est pas une adresse de messagerie.",
            "Corrigez-la dans les options.",
        )
    return text


def _base64(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), LINE):
        yield base64.b64encode(content[start : start + LINE]) + b"\r\n"


def is_ours(message: bytes) -> bool:
    """Whether the header says SCOR-OUVERT, whatever its version: broken or unknown, it is for us to show."""
    try:
        with hostile_input(TechnicalCode.ENVELOPE):
            return _subject(_header(message)[0]).startswith("SCOR-OUVERT/")
    except BadMessage:
        return False


def read_mail(message: bytes) -> Mail:
    """Read the header of a mail of this format; raises `BadMessage` with `SO-TEC-ENVELOPPE`."""
    with hostile_input(TechnicalCode.ENVELOPE):
        return _mail(message)


def _mail(message: bytes) -> Mail:
    head, body = _header(message)
    found = _SUBJECT.fullmatch(_subject(head))
    if found is None:
        raise _refused("Son objet n'est pas celui d'un message SCOR-OUVERT/1.")
    if len(message) > MAX_BYTES:
        raise _refused(f"Il dépasse {MAX_BYTES // 1_000_000} Mo.")
    if head.get_content_type() not in {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
        raise _refused("Il n'est pas chiffré.")
    if str(head.get("Content-Transfer-Encoding", "")).strip().lower() != "base64":
        raise _refused("Son contenu n'est pas en base64.")
    return Mail(MailKind(found[1]), found[2], message_id_of(head), sender_of(head), body)


def message_id_of(head: Message) -> str:
    """Return the Message-ID of a header, cleaned, or ''."""
    return clean(_one_line(head.get("Message-ID")), limit=250)


def sender_of(head: Message) -> str:
    """Return the address in `From`, or '' when it is none that one could answer to."""
    found = _FROM.fullmatch(_one_line(head.get("From")))
    address = (found[1] or found[2] or "") if found else ""
    return address if _ADDRESS.fullmatch(address) else ""


def read_header(message: bytes) -> Message:
    """Return the header of any message; raises `BadMessage` with `SO-TEC-ENVELOPPE`."""
    with hostile_input(TechnicalCode.ENVELOPE):
        return _header(message)[0]


def _header(message: bytes) -> tuple[Message, bytes]:
    end = _END_OF_HEADER.search(message)
    stop, start = (end.start(), end.end()) if end else (len(message), len(message))
    return BytesHeaderParser().parsebytes(message[: min(stop, MAX_HEADER)]), message[start:]


def _subject(head: Message) -> str:
    return _one_line(head.get("Subject"))


def _one_line(value: object) -> str:
    return " ".join(str(value or "").split())


def _refused(cause: str) -> BadMessage:
    return bad_message(cause, TechnicalCode.ENVELOPE)

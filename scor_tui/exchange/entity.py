"""The MIME entity that is signed: an XML index and encrypted pieces, byte for byte (RFC 2046).

Written and read by hand: the standard library's generator alters binary parts. Lines of headers end in
CRLF, the contents travel as they are (`binary`), between boundaries that occur in none of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from scor_tui.exchange.edge import TechnicalCode, bad_message, hostile_input

MAX_PARTS = 2_000
INDEX_TYPE = "application/xml; charset=utf-8"
PIECE_TYPE = "application/pkcs7-mime; smime-type=enveloped-data"
_BOUNDARY = re.compile(r'multipart/mixed; *boundary="?([0-9A-Za-z\'()+_,./:=?-]{1,70})"?', re.IGNORECASE)
_CONTENT_ID = re.compile(r"<([!-;=?-~]{1,200})>")
_FILE_NAME = re.compile(r'attachment; *filename="([0-9a-z.-]{1,40})"', re.IGNORECASE)
_HEADER = re.compile(r"([!-9;-~]+):[ \t]*([ -~]*?)[ \t]*")


@dataclass(frozen=True)
class Part:
    """One part: its Content-ID without the angle brackets, its file name, its type, its bytes."""

    content_id: str
    file_name: str
    content: bytes = field(repr=False)
    content_type: str = PIECE_TYPE


def write_entity(parts: Sequence[Part]) -> bytes:
    """Return the entity: the same bytes for the same parts."""
    boundary = _boundary([part.content for part in parts])
    head = f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="{boundary}"\r\n'
    lines = [head.encode()]
    for part in parts:
        lines += [f"\r\n--{boundary}\r\n{_part_header(part)}\r\n".encode(), part.content]
    return b"".join([*lines, f"\r\n--{boundary}--\r\n".encode()])


def _part_header(part: Part) -> str:
    return (
        f"Content-Type: {part.content_type}\r\n"
        "Content-Transfer-Encoding: binary\r\n"
        f"Content-ID: <{part.content_id}>\r\n"
        f'Content-Disposition: attachment; filename="{part.file_name}"\r\n'
    )


def _boundary(contents: Sequence[bytes]) -> str:
    candidates = (f"scor-ouvert-{number:06d}" for number in count(1))
    return next(one for one in candidates if not any(one.encode() in content for content in contents))


def read_entity(entity: bytes) -> tuple[Part, ...]:
    """Return the parts, byte for byte; raises `BadMessage` with `SO-TEC-SCHEMA`."""
    with hostile_input(TechnicalCode.SCHEMA):
        return _read_parts(entity)


def _read_parts(entity: bytes) -> tuple[Part, ...]:
    headers, body = _split(entity)
    found = _BOUNDARY.fullmatch(headers.get("content-type", ""))
    if found is None:
        raise _refused("ce n'est pas un multipart/mixed")
    before, *middle, after = (b"\r\n" + body).split(b"\r\n--" + found[1].encode())  # else ValueError
    if before or after not in (b"--", b"--\r\n") or not middle:
        raise _refused("ses séparateurs sont faux")
    if len(middle) > MAX_PARTS:
        raise _refused("elle a trop de parties")
    return tuple(_read_part(chunk) for chunk in middle)


def _read_part(chunk: bytes) -> Part:
    if not chunk.startswith(b"\r\n"):
        raise _refused("ses séparateurs sont faux")
    headers, content = _split(chunk[2:])
    if headers.get("content-transfer-encoding", "").lower() != "binary":
        raise _refused("une partie n'est pas en binaire")
    content_id = _CONTENT_ID.fullmatch(headers.get("content-id", ""))
    file_name = _FILE_NAME.fullmatch(headers.get("content-disposition", ""))
    if content_id is None or file_name is None:
        raise _refused("une partie n'a pas d'identifiant ou de nom")
    return Part(content_id[1], file_name[1], content, headers.get("content-type", ""))


def _split(entity: bytes) -> tuple[Mapping[str, str], bytes]:
    """Return the headers by lower-case name, and what follows the first empty line."""
    head, separator, content = entity.partition(b"\r\n\r\n")
    if not separator or len(head) > 2_000:
        raise _refused("ses en-têtes sont illisibles")
    headers: dict[str, str] = {}
    for line in head.decode("ascii", errors="replace").split("\r\n"):
        found = _HEADER.fullmatch(line)
        if found is None or found[1].lower() in headers:
            raise _refused("ses en-têtes sont illisibles")
        headers[found[1].lower()] = found[2]
    return headers, content


def _refused(what: str) -> Exception:
    return bad_message(f"L'entité MIME signée est mal formée : {what}.", TechnicalCode.SCHEMA)

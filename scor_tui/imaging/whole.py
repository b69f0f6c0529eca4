"""Whether the stream of an image in a PDF goes to its last row: decoders fill what is missing without a word."""

from __future__ import annotations

import ctypes
import zlib

import pypdfium2.raw as pdfium

from scor_tui.imaging.painted import Painted, pixels_of

_END_OF_BLOCK = "000000000001" * 2
"""What a fax (ITU-T T.6, 2.2.4) ends with, and a T.4 one too, several times over."""

_TAIL_BYTES = 16
_FOOT = 0.01
_FLATE_HEAD_BYTES = 2
_CHUNK = 1 << 16


def ends_early(image: Painted) -> bool:
    """Whether a Flate stream is too short for its pixels, or a fax without its end has a foot of one same row."""
    codings = _codings(image)
    if codings == ["FlateDecode"]:
        return not _unpacks_to(image.encoded(), (image.width_px * image.depth + 7) // 8 * image.height_px)
    if codings == ["CCITTFaxDecode"]:
        tail = image.encoded()[-_TAIL_BYTES:]
        return _END_OF_BLOCK not in f"{int.from_bytes(tail, 'big'):0{8 * len(tail)}b}" and _foot_is_filled(image)
    return False


def _codings(image: Painted) -> list[str]:
    found = []
    for number in range(pdfium.FPDFImageObj_GetImageFilterCount(image.item)):
        length = pdfium.FPDFImageObj_GetImageFilter(image.item, number, None, 0)
        name = ctypes.create_string_buffer(length)
        pdfium.FPDFImageObj_GetImageFilter(image.item, number, name, length)
        found.append(name.value.decode("latin-1"))
    return found


def _unpacks_to(data: bytes, needed: int) -> bool:
    """Whether a Flate stream (RFC 1950, its checksum aside) holds at least as many bytes before it ends or breaks."""
    unpacker, data = zlib.decompressobj(-zlib.MAX_WBITS), data[_FLATE_HEAD_BYTES:]
    try:
        while needed > 0 and (chunk := unpacker.decompress(data, _CHUNK)):
            needed -= len(chunk)
            data = unpacker.unconsumed_tail
    except zlib.error:
        pass
    return needed <= 0


def _foot_is_filled(image: Painted) -> bool:
    """Whether the last rows of an image are all the same, and not white."""
    pixels = pixels_of(image)
    if pixels is None:
        return False
    height = max(2, round(pixels.height * _FOOT))
    foot = pixels.crop((0, pixels.height - height, pixels.width, pixels.height))
    rows = foot.tobytes()
    return rows == rows[: pixels.width] * height and foot.getextrema() != (255, 255)

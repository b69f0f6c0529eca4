"""The sRGB profile that a PDF/A names: made here from the standard's numbers, so that nobody's licence is in it.

Version 2 of the ICC format (ICC.1:1998-09), the last that PDF/A-1 takes. Source: IEC 61966-2-1 for the curve and
the primaries, brought to the D50 white of profiles.
"""

from __future__ import annotations

import struct
from functools import cache

_CURVE_POINTS = 256
_NAME = b"sRGB"
_RIGHTS = b"Public domain"
_D50 = (0.9642, 1.0, 0.8249)
_PRIMARIES = {b"rXYZ": (0.4361, 0.2225, 0.0139), b"gXYZ": (0.3851, 0.7169, 0.0971), b"bXYZ": (0.1431, 0.0606, 0.7141)}
_MADE = (2026, 1, 1, 0, 0, 0)


@cache
def srgb_profile() -> bytes:
    """Return the profile, about a kilobyte, always the same."""
    curve = struct.pack(">4sII", b"curv", 0, _CURVE_POINTS) + b"".join(
        struct.pack(">H", round(65535 * _linear(point / (_CURVE_POINTS - 1)))) for point in range(_CURVE_POINTS)
    )
    tags = {b"desc": _description(), b"cprt": struct.pack(">4sI", b"text", 0) + _RIGHTS + b"\0", b"wtpt": _xyz(_D50)}
    tags |= {name: _xyz(colour) for name, colour in _PRIMARIES.items()}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    return _profile(tags)


def _profile(tags: dict[bytes, bytes]) -> bytes:
    """Lay out the header, the table and the tags; equal tags are stored once."""
    start = 128 + 4 + 12 * len(tags)
    table, data, places = struct.pack(">I", len(tags)), b"", dict[bytes, int]()
    for name, content in tags.items():
        if content not in places:
            places[content] = start + len(data)
            data += content + b"\0" * (-len(content) % 4)
        table += struct.pack(">4sII", name, places[content], len(content))
    fields = struct.pack(">I4s4s4s4s4s6H", start + len(data), b"", b"\x02\x10\0\0", b"mntr", b"RGB ", b"XYZ ", *_MADE)
    header = fields + b"acsp" + b"\0" * 28 + b"".join(_fixed(value) for value in _D50)
    return header.ljust(128, b"\0") + table + data


def _description() -> bytes:
    text = _NAME + b"\0"
    return struct.pack(">4sII", b"desc", 0, len(text)) + text + b"\0" * (8 + 3 + 67)


def _xyz(colour: tuple[float, float, float]) -> bytes:
    return struct.pack(">4sI", b"XYZ ", 0) + b"".join(_fixed(value) for value in colour)


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _linear(level: float) -> float:
    return float(level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4)

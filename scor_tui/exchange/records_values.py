"""Cells of an import file: each function reads a text or raises ValueError with a French sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import TypeVar

from scor_tui.domain.dossier import Flux
from scor_tui.domain.text import clean
from scor_tui.domain.wire import CaisseId, Sign

T = TypeVar("T")

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_FRENCH = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_MOMENT = re.compile(r"(\S+?)[T ]+([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(Z|[+-][0-9]{2}:?[0-9]{2})?")
_YES_NO = {"oui": True, "non": False}
_MODES = {"securisee": False, "sécurisée": False, "degradee": True, "dégradée": True}


def text_of(limit: int) -> Callable[[str], str]:
    """Return a reader of cleaned texts of at most `limit` characters."""

    def text(value: str) -> str:
        if len(value) > limit:
            raise ValueError(f"{limit} caractères au plus.")
        return clean(value, limit=limit)

    return text


def day(value: str) -> date:
    """Read `2026-11-05` or `05/11/2026`, of the 20th or 21st century."""
    iso, french = _ISO.fullmatch(value), _FRENCH.fullmatch(value)
    numbers = iso.groups() if iso else french.groups()[::-1] if french else None
    if numbers is None:
        raise ValueError("Une date s'écrit 2026-11-05 ou 05/11/2026.")
    try:
        found = date(*(int(n) for n in numbers))
    except ValueError:
        raise ValueError("Cette date n'existe pas.") from None
    if not 1900 <= found.year <= 2099:
        raise ValueError("L'année doit être entre 1900 et 2099.")
    return found


def moment(zone: tzinfo | None) -> Callable[[str], datetime]:
    """Return a reader of days, with an hour or not, as UTC; hours without an offset are of `zone`."""

    def read(value: str) -> datetime:
        match = _MOMENT.fullmatch(value)
        if not match:
            return datetime.combine(day(value), time(12), UTC)
        hour, minute, second = (int(match[i] or 0) for i in (2, 3, 4))
        try:
            clock = time(hour, minute, second)
            offset = _offset(match[5]) if match[5] else zone
        except ValueError:
            raise ValueError("Cette heure ou ce décalage n'existe pas.") from None
        found = datetime.combine(day(match[1]), clock)
        return (found.replace(tzinfo=offset) if offset else found).astimezone(UTC)

    return read


def _offset(text: str) -> tzinfo:
    """Read `Z`, `+01:00` or `-0500`."""
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes))


def yes_no(value: str) -> bool:
    """Read `oui` or `non`."""
    return _one_of(_YES_NO, value, "oui ou non")


def degraded(value: str) -> bool:
    """Read the mode of a facture: `securisee` or `degradee`."""
    return _one_of(_MODES, value, "securisee ou degradee")


def flux(value: str) -> Flux:
    """Read `FSE` or `DRE`."""
    return _one_of({f.value.lower(): f for f in Flux}, value, "FSE ou DRE")


def sign(value: str) -> Sign:
    """Read `+` or `-`."""
    return _one_of({s.value: s for s in Sign}, value, "+ ou -")


def caisse(value: str) -> CaisseId:
    """Read `01-996-0000`."""
    try:
        if value.isascii():
            return CaisseId.parse(value)
    except ValueError:
        pass
    raise ValueError("Une caisse s'écrit régime-caisse-centre, comme 01-996-0000.")


def _one_of(choices: dict[str, T], value: str, told: str) -> T:
    if value.lower() not in choices:
        raise ValueError(f"On attend {told}.")
    return choices[value.lower()]

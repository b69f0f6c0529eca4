"""The JSON side of the import schema: one object, a list per kind; numbers are kept as written."""

from __future__ import annotations

import json

from scor_tui.domain.text import clean
from scor_tui.exchange.records_csv import version_is_read
from scor_tui.exchange.records_rows import Errors, RawRow, check_names
from scor_tui.exchange.records_schema import FORMAT, Kind

_HEAD = ("format", "version")


class _RepeatedKeyError(ValueError):
    """An object names the same field twice."""


def json_rows(text: str, errors: Errors) -> list[RawRow]:
    """Return the rows of a JSON text, their line being their index from 1; what is wrong goes to `errors`."""
    try:
        content = json.loads(text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        errors.add(error.lineno, f"Ce n'est pas du JSON : erreur ligne {error.lineno}, caractère {error.colno}.")
        return []
    except _RepeatedKeyError as error:
        errors.add(0, f"Un objet a deux fois le champ « {clean(str(error), limit=40)} ».")
        return []
    except RecursionError:
        errors.add(0, "Ce JSON est trop imbriqué.")
        return []
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        errors.add(1, f'Le champ "format" doit être "{FORMAT}".')
        return []
    if not version_is_read(str(content.get("version")), 1, errors):
        return []
    for name in content:
        if name not in _HEAD and name not in Kind.__members__.values():
            errors.add(1, f"Le champ « {clean(name, limit=40)} » n'existe pas dans ce schéma.")
    return [row for kind in Kind for row in _list(kind, content.get(kind.value, []), errors)]


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made: dict[str, object] = {}
    for name, value in pairs:
        if name in made:
            raise _RepeatedKeyError(name)
        made[name] = value
    return made


def _list(kind: Kind, found: object, errors: Errors) -> list[RawRow]:
    if not isinstance(found, list):
        errors.add(1, f"Le champ {kind.value} doit être une liste.")
        return []
    rows = []
    for index, item in enumerate(found, start=1):
        row = _row(kind, index, item, errors)
        if row is not None:
            rows.append(row)
    return rows


def _row(kind: Kind, index: int, item: object, errors: Errors) -> RawRow | None:
    where = f"{kind.value}, élément {index} : "
    if not isinstance(item, dict):
        errors.add(index, f"{where}ce n'est pas un objet.")
        return None
    unknown, _, missing = check_names(kind, list(item))
    for name in unknown:
        errors.add(index, f"{where}le champ « {clean(name, limit=40)} » n'existe pas.")
    for name in missing:
        errors.add(index, f"{where}le champ {name} manque.")
    texts = {name: _text(value) for name, value in item.items()}
    for name, text in texts.items():
        if text is None:
            errors.add(index, f"{where}le champ « {clean(name, limit=40)} » doit être un texte.")
    if unknown or missing or None in texts.values():
        return None
    return RawRow(kind, index, {name: text.strip() for name, text in texts.items() if text is not None}, where)


def _text(value: object) -> str | None:
    """Return a field's text: true and false are oui and non, null is empty; None for a list or an object."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return value if isinstance(value, str) else None

"""What a PDF carries besides its pages: scripts, actions, attachments, layers. A piece carries none.

The objects are resolved before they are looked at: names hide in object streams and behind `#4a` escapes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NullObject

from scor_tui.imaging import limits
from scor_tui.imaging.opening import DAMAGE

FORBIDDEN_KEYS = {
    "/AA": "une action automatique",
    "/AcroForm": "un formulaire",
    "/Annots": "des annotations",
    "/EF": "un fichier joint",
    "/EmbeddedFile": "un fichier joint",
    "/EmbeddedFiles": "un fichier joint",
    "/JS": "du JavaScript",
    "/JavaScript": "du JavaScript",
    "/Mask": "une image masquée",
    "/OCProperties": "des calques",
    "/OpenAction": "une action à l'ouverture",
    "/RichMedia": "un contenu multimédia",
    "/SMask": "une image masquée",
    "/UserUnit": "une unité de longueur particulière",
    "/XFA": "un formulaire XFA",
}
FORBIDDEN_VALUES = {
    "/EmbeddedFile": "un fichier joint",
    "/GoToE": "un lien vers un autre fichier",
    "/GoToR": "un lien vers un autre fichier",
    "/ImportData": "une action",
    "/JavaScript": "du JavaScript",
    "/Launch": "le lancement d'un programme",
    "/RichMedia": "un contenu multimédia",
    "/SubmitForm": "un envoi de formulaire",
    "/URI": "un lien",
}
_NAMED_BY = ("/Type", "/Subtype", "/S")
_MAX_NESTED = 200_000
UNREADABLE = "structure illisible"
ENCRYPTED = "un chiffrement"

logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def foreign_parts(path: Path) -> list[str]:
    """Return in French what a PDF holds that a piece must not, each once; [] for a clean one."""
    try:
        reader = PdfReader(path, strict=False)
        if "/Encrypt" in reader.trailer:
            return [ENCRYPTED]
        return list(dict.fromkeys(_found(_objects(reader))))
    except (PyPdfError, MemoryError, *DAMAGE):
        return [UNREADABLE]


def _objects(reader: PdfReader) -> Iterator[Any]:
    """Yield every object of the file, used or not."""
    numbers = {number for table in reader.xref.values() for number in table} | set(reader.xref_objStm)
    if len(numbers) > limits.MAX_PDF_OBJECTS:
        raise ValueError(len(numbers))
    yield reader.trailer
    generations = {number: generation for generation, table in reader.xref.items() for number in table}
    for number in sorted(numbers):
        yield IndirectObject(number, generations.get(number, 0), reader).get_object()


def _found(roots: Iterable[Any]) -> Iterator[str]:
    left = _MAX_NESTED
    for root in roots:
        stack = [root]
        while stack:
            left -= 1
            if left < 0:
                raise ValueError(_MAX_NESTED)
            item = stack.pop()
            if isinstance(item, DictionaryObject):
                yield from _in_dictionary(item)
                stack.extend(value for value in item.values() if not isinstance(value, IndirectObject))
            elif isinstance(item, ArrayObject):
                stack.extend(value for value in item if not isinstance(value, IndirectObject))


def _in_dictionary(item: DictionaryObject) -> Iterator[str]:
    for key in item:
        if key in FORBIDDEN_KEYS and not _is_empty(item[key]):
            yield FORBIDDEN_KEYS[key]
    for key in _NAMED_BY:
        value = item.get(key)
        if isinstance(value, str) and value in FORBIDDEN_VALUES:
            yield FORBIDDEN_VALUES[value]


def _is_empty(value: Any) -> bool:
    if isinstance(value, ArrayObject | DictionaryObject):
        return len(value) == 0
    return value in (None, "/None") or isinstance(value, NullObject)

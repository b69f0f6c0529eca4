"""Strict XML: small trees of elements with attributes and no text, read by expat and checked against a model.

A document of SCOR-Ouvert 1 holds all its facts in attributes. What the XSD refuses is refused here too;
besides it refuses a DOCTYPE, comments, processing instructions, another encoding than UTF-8, and excesses
of size or depth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from xml.parsers import expat
from xml.sax.saxutils import escape

from scor_tui.domain.errors import BadMessage
from scor_tui.domain.text import clean
from scor_tui.exchange.edge import TechnicalCode, bad_message, hostile_input

MAX_BYTES = 8_000_000
MAX_DEPTH = 8
MAX_ELEMENTS = 100_000

Check = Callable[[str], bool]
Attributes = Mapping[str, str | int | None]


# --- what an attribute may be ----------------------------------------------------------------------------


def pattern(expression: str) -> Check:
    """Return the check that a whole value matches `expression` (its digits are ASCII)."""
    compiled = re.compile(expression)
    return lambda value: compiled.fullmatch(value) is not None


def text(limit: int) -> Check:
    """Return the check of a text of 1 to `limit` printable characters: no control, no line separator."""
    return pattern(rf"[ -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]{{1,{limit}}}")


def _real(expression: str, parse: Callable[[str], object]) -> Check:
    shape = pattern(expression)

    def check(value: str) -> bool:
        try:
            return shape(value) and bool(parse(value))
        except ValueError:
            return False

    return check


UUID = pattern(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SHA256 = pattern(r"[0-9a-f]{64}")
FACTURE = pattern(r"[0-9]{9}")
FSE_LOT = pattern(r"[0-9]{3}")
YEAR = pattern(r"[1-9][0-9]{3}")
COUNT = pattern(r"[1-9][0-9]{0,8}")
AMOUNT = pattern(r"0|[1-9][0-9]{0,8}")
PRACTITIONER = pattern(r"[0-9]{9}|[0-9]{11}")
SIGN = pattern(r"[+\-]")
DATE = _real(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date.fromisoformat)
INSTANT = _real(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z", datetime.fromisoformat)

CAISSE = {"regime": pattern("[0-9]{2}"), "caisse": pattern("[0-9]{3}"), "centre": pattern("[0-9]{3,4}")}


def one_of(*values: str) -> Check:
    """Return the check that a value is one of these."""
    return frozenset(values).__contains__


# --- reading ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Model:
    """What an element must be: its attributes, those it may have, its children.

    `content` is a regular expression over the children's names, each followed by a space.
    """

    required: Mapping[str, Check] = field(default_factory=dict)
    optional: Mapping[str, Check] = field(default_factory=dict)
    content: str = ""


@dataclass
class Element:
    """An element, its attributes and its children, all checked against a `Model`."""

    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)

    def __getitem__(self, attribute: str) -> str:
        return self.attributes[attribute]

    def get(self, attribute: str) -> str:
        """Return an optional attribute, or ''."""
        return self.attributes.get(attribute, "")

    def text(self, attribute: str) -> str:
        """Return an attribute that people will read, cleaned, or ''."""
        return clean(self.get(attribute))

    def number(self, attribute: str) -> int:
        """Return an attribute that is a count or an amount in cents."""
        return int(self.attributes[attribute])

    def all(self, name: str) -> list[Element]:
        """Return the children of that name, in order."""
        return [child for child in self.children if child.name == name]

    def one(self, name: str) -> Element:
        """Return the only child of that name."""
        return self.all(name)[0]

    def maybe(self, name: str) -> Element | None:
        """Return the child of that name, or None."""
        found = self.all(name)
        return found[0] if found else None


def read(xml: bytes, namespace: str, root: str, models: Mapping[str, Model]) -> Element:
    """Parse `xml` and check it; raises `BadMessage` with `SO-TEC-SCHEMA`."""
    with hostile_input(TechnicalCode.SCHEMA):
        tree = _Builder(namespace).parse(xml)
        if tree.name != root:
            raise refused(f"Sa racine n'est pas « {root} » : « {tree.name} ».")
        _check(tree, models)
        return tree


def refused(cause: str) -> BadMessage:
    """Return the error of a document that is not what the schema says."""
    return bad_message(cause, TechnicalCode.SCHEMA)


def _check(element: Element, models: Mapping[str, Model]) -> None:
    model = models.get(element.name)
    if model is None:
        raise refused(f"L'élément « {element.name} » n'existe pas dans ce format.")
    for name, check in model.required.items():
        if name not in element.attributes:
            raise refused(f"L'attribut « {name} » manque à l'élément « {element.name} ».")
        _check_value(element, name, check)
    for name in element.attributes.keys() - model.required.keys():
        if name not in model.optional:
            raise refused(f"L'attribut « {name} » n'existe pas sur l'élément « {element.name} ».")
        _check_value(element, name, model.optional[name])
    names = "".join(f"{child.name} " for child in element.children)
    if re.fullmatch(model.content, names) is None:
        raise refused(f"L'élément « {element.name} » n'a pas le contenu attendu.")
    for child in element.children:
        _check(child, models)


def _check_value(element: Element, name: str, check: Check) -> None:
    if not check(element.attributes[name]):
        value = clean(element.attributes[name], limit=40)
        raise refused(f"L'attribut « {name} » de « {element.name} » ne peut pas valoir « {value} ».")


class _Builder:
    """Builds the tree from expat's events; what is not an element of the namespace is refused."""

    def __init__(self, namespace: str) -> None:
        self.prefix = f"{namespace} "
        self.root: Element | None = None
        self.open: list[Element] = []
        self.elements = 0

    def parse(self, xml: bytes) -> Element:
        if len(xml) > MAX_BYTES:
            raise refused(f"Il dépasse {MAX_BYTES // 1_000_000} Mo.")
        parser = expat.ParserCreate("UTF-8", " ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = lambda _name: self.open.pop()
        parser.CharacterDataHandler = self._characters
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = lambda *_: _refuse("une déclaration DOCTYPE")
        parser.CommentHandler = lambda _: _refuse("un commentaire")
        parser.ProcessingInstructionHandler = lambda *_: _refuse("une instruction de traitement")
        parser.StartCdataSectionHandler = lambda: _refuse("une section CDATA")
        try:
            parser.Parse(xml, True)
        except expat.ExpatError as error:
            raise refused(f"Ce n'est pas du XML bien formé (ligne {error.lineno}).") from None
        if self.root is None:
            raise refused("Il est vide.")
        return self.root

    def _declaration(self, version: str, encoding: str | None, _standalone: int) -> None:
        if version != "1.0" or (encoding or "UTF-8").upper() != "UTF-8":
            raise refused("Ce n'est pas du XML 1.0 en UTF-8.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if len(self.open) >= MAX_DEPTH or self.elements > MAX_ELEMENTS:
            raise refused("Il contient trop d'éléments, ou des éléments trop emboîtés.")
        if not name.startswith(self.prefix):
            raise refused(f"L'élément « {name} » n'est pas de ce format.")
        element = Element(name.removeprefix(self.prefix), attributes)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def _characters(self, data: str) -> None:
        if data.strip(" \t\r\n"):
            raise refused("Il contient du texte hors des attributs.")


def _refuse(what: str) -> None:
    raise refused(f"Il contient {what}.")


# --- writing ---------------------------------------------------------------------------------------------


Lines = list[str]


def write(tree: Lines) -> bytes:
    """Return the document: UTF-8, two spaces of indent, LF, always the same bytes for the same facts."""
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join(tree) + "\n").encode()


def element(name: str, attributes: Attributes, children: Iterable[Lines] = ()) -> Lines:
    """Return the lines of an element; attributes that are None or '' are left out, texts are cleaned."""
    facts = "".join(f' {key}="{_quoted(str(value))}"' for key, value in attributes.items() if value not in (None, ""))
    inner = [f"  {line}" for child in children for line in child]
    return [f"<{name}{facts}>", *inner, f"</{name}>"] if inner else [f"<{name}{facts}/>"]


def _quoted(value: str) -> str:
    return escape(clean(value, limit=500), {'"': "&quot;"})


def instant(moment: datetime) -> str:
    """Return an aware time as `2026-11-21T08:00:00Z`, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_instant(value: str) -> datetime:
    """Return the aware UTC time that `instant` wrote."""
    return datetime.fromisoformat(value)


def read_day(value: str) -> date:
    """Return a date that the model has checked."""
    return date.fromisoformat(value)

"""The image streams of a PDF that is compliant already: kept byte for byte, in a new clean PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    EncodedStreamObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
)

from scor_tui.imaging.opening import DAMAGE

_FILTERS = frozenset({"/CCITTFaxDecode", "/FlateDecode", "/JBIG2Decode", "/RunLengthDecode"})
_GLOBALS = "/JBIG2Globals"
_PARAMETERS = frozenset(
    {"/K", "/Columns", "/Rows", "/BlackIs1", "/EndOfLine", "/EncodedByteAlign", "/EndOfBlock", "/Predictor", "/Colors"}
    | {"/BitsPerComponent", "/DamagedRowsBeforeError", _GLOBALS}
)
_SAID = frozenset(
    {"/Type", "/Subtype", "/Width", "/Height", "/BitsPerComponent", "/ColorSpace", "/Filter", "/DecodeParms", "/Decode"}
)
_LEFT_OUT = frozenset({"/Length", "/Interpolate", "/Intent", "/Name", "/Metadata", "/StructParent", "/ID"})
"""What an image may say besides, which changes nothing of it."""

_MAX_OBJECTS, _MAX_DEPTH = 500, 6
_VERSION = "%PDF-1.4"


@dataclass(frozen=True)
class Place:
    """Where an image stands on its page, in points: the page's size, the image's size and its lower left corner."""

    width: float
    height: float
    size: tuple[float, float]
    corner: tuple[float, float]


@dataclass(frozen=True)
class KeptStream:
    """A 1-bit image as it is stored: its encoded bytes, its size in pixels, how they are decoded, where it stands.

    `shared`: the JBIG2 segments that it has in common with other images.
    """

    data: bytes = field(repr=False)
    width: int
    height: int
    coding: str
    parameters: tuple[tuple[str, int | bool], ...]
    decode: tuple[int, ...]
    shared: bytes
    place: Place


def kept_stream(path: Path, password: str, index: int, data: bytes, place: Place) -> KeptStream | None:
    """Return the image of a page that is stored as `data`, or None when it says more than what may be kept."""
    try:
        reader = PdfReader(path, strict=False, password=password if password else None)
        if reader.is_encrypted:
            reader.decrypt(password)
        page = reader.pages[index]
        if "/UserUnit" in page:
            return None
        found = [_understood(image, place) for image in _images(page, 0) if image._data == data]
        return found[0] if found and all(each == found[0] for each in found) else None
    except (PyPdfError, MemoryError, *DAMAGE):
        return None


def _images(owner: Any, depth: int) -> Iterator[Any]:
    """Yield the coded images that a page or a form may paint."""
    objects = owner.get("/Resources", DictionaryObject()).get_object().get("/XObject", DictionaryObject()).get_object()
    if len(objects) > _MAX_OBJECTS:
        return
    for each in objects.values():
        item = each.get_object()
        if isinstance(item, EncodedStreamObject) and item.get("/Subtype") == "/Image":
            yield item
        elif item.get("/Subtype") == "/Form" and depth < _MAX_DEPTH:
            yield from _images(item, depth + 1)


def _understood(image: Any, place: Place) -> KeptStream | None:
    coding, decode = _only(image.get("/Filter")), image.get("/Decode", ArrayObject()).get_object()
    parameters = _only(image.get("/DecodeParms")) or {}
    facts: dict[str, Any] = {name: image[name] for name in image}
    plain = facts["/ColorSpace"] == "/DeviceGray" and facts["/BitsPerComponent"] == 1
    if not plain or not set(facts) <= _SAID | _LEFT_OUT:
        return None
    if coding not in _FILTERS or not set(parameters) <= _PARAMETERS:
        return None
    shared = parameters[_GLOBALS].get_data() if _GLOBALS in parameters else b""
    return KeptStream(
        data=bytes(image._data),  # the only way to the encoded bytes
        width=int(facts["/Width"]),
        height=int(facts["/Height"]),
        coding=str(coding),
        parameters=tuple((name, _plain(parameters[name])) for name in sorted(parameters) if name != _GLOBALS),
        decode=tuple(int(each) for each in decode),
        shared=bytes(shared),
        place=place,
    )


def _only(value: Any) -> Any:
    """Return a value, or the only one of a list."""
    value = value.get_object() if value is not None else None
    if isinstance(value, ArrayObject):
        return value[0].get_object() if len(value) == 1 else "several"
    return value


def _plain(value: Any) -> int | bool:
    return bool(value.value) if isinstance(value, BooleanObject) else int(value)


def with_kept(pdf: bytes, streams: Sequence[KeptStream | None]) -> bytes:
    """Put kept streams in the place of the images of a PDF of ours, page by page; None leaves a page as it is."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    writer.pdf_header = _VERSION
    writer.metadata = None
    for page, stream in zip(writer.pages, streams, strict=True):
        if stream is not None:
            images: Any = page["/Resources"]["/XObject"]  # type: ignore[index]  # made by us
            (name,) = images
            writer._replace_object(images.raw_get(name), _as_image(stream, writer))
            writer._replace_object(page.raw_get("/Contents"), _as_content(stream.place, name))
            sides = (0.0, 0.0, stream.place.width, stream.place.height)
            page[NameObject("/MediaBox")] = ArrayObject(FloatObject(f"{side:.4f}") for side in sides)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _as_content(place: Place, name: str) -> StreamObject:
    content = DecodedStreamObject()
    content.set_data(b"q %.4f 0 0 %.4f %.4f %.4f cm %s Do Q" % (*place.size, *place.corner, name.encode()))
    return content


def _as_image(stream: KeptStream, writer: PdfWriter) -> StreamObject:
    image = EncodedStreamObject()
    image._data = stream.data
    names = {"/Type": "/XObject", "/Subtype": "/Image", "/ColorSpace": "/DeviceGray", "/Filter": stream.coding}
    numbers = {"/Width": stream.width, "/Height": stream.height, "/BitsPerComponent": 1}
    image.update({NameObject(name): NameObject(value) for name, value in names.items()})
    image.update({NameObject(name): NumberObject(value) for name, value in numbers.items()})
    parameters = DictionaryObject({NameObject(name): _as_object(value) for name, value in stream.parameters})
    if stream.shared:
        segments = DecodedStreamObject()
        segments.set_data(stream.shared)
        parameters[NameObject(_GLOBALS)] = writer._add_object(segments)
    if parameters:
        image[NameObject("/DecodeParms")] = parameters
    if stream.decode:
        image[NameObject("/Decode")] = ArrayObject(NumberObject(each) for each in stream.decode)
    return image


def _as_object(value: int | bool) -> Any:
    return BooleanObject(value) if isinstance(value, bool) else NumberObject(value)

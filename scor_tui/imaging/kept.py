"""The image streams of a PDF that is compliant already: kept byte for byte, in a new clean PDF."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    EncodedStreamObject,
    NameObject,
    NumberObject,
    StreamObject,
)

from scor_tui.imaging.opening import DAMAGE

_FILTERS = frozenset({"/CCITTFaxDecode", "/FlateDecode", "/JBIG2Decode", "/RunLengthDecode"})
_PARAMETERS = frozenset(
    {"/K", "/Columns", "/Rows", "/BlackIs1", "/EndOfLine", "/EncodedByteAlign", "/EndOfBlock", "/Predictor", "/Colors"}
    | {"/BitsPerComponent", "/DamagedRowsBeforeError"}
)
_KEYS = frozenset(
    {"/Type", "/Subtype", "/Width", "/Height", "/BitsPerComponent", "/ColorSpace", "/Filter", "/DecodeParms", "/Decode"}
    | {"/Length", "/Interpolate", "/Name"}
)


@dataclass(frozen=True)
class KeptStream:
    """A 1-bit image as it is stored: its encoded bytes, its size in pixels, how they are decoded."""

    data: bytes = field(repr=False)
    width: int
    height: int
    coding: str
    parameters: tuple[tuple[str, int | bool], ...]
    decode: tuple[int, ...]


def kept_stream(path: Path, index: int) -> KeptStream | None:
    """Return the stream of the only image of a page, or None when it says more than what may be kept."""
    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted:
            return None
        images = reader.pages[index]["/Resources"]["/XObject"]  # type: ignore[index]  # a dictionary, or damage
        (image,) = (each.get_object() for each in images.values())
        return _understood(image)
    except (PyPdfError, MemoryError, *DAMAGE):
        return None


def _understood(image: Any) -> KeptStream | None:
    if not isinstance(image, EncodedStreamObject) or not set(image) <= _KEYS:
        return None
    coding, decode = _only(image.get("/Filter")), image.get("/Decode", ArrayObject())
    parameters = _only(image.get("/DecodeParms")) or {}
    facts: dict[str, Any] = dict(image)
    plain = facts["/ColorSpace"] == "/DeviceGray" and facts["/BitsPerComponent"] == 1
    if not plain or coding not in _FILTERS or not set(parameters) <= _PARAMETERS:
        return None
    return KeptStream(
        data=bytes(image._data),  # the only way to the encoded bytes
        width=int(facts["/Width"]),
        height=int(facts["/Height"]),
        coding=str(coding),
        parameters=tuple((name, _plain(value.get_object())) for name, value in sorted(parameters.items())),
        decode=tuple(int(each) for each in decode),
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
    writer.metadata = None
    for page, stream in zip(writer.pages, streams, strict=True):
        if stream is not None:
            images: Any = page["/Resources"]["/XObject"]  # type: ignore[index]  # made by us
            (name,) = images
            writer._replace_object(images.raw_get(name), _as_image(stream))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _as_image(stream: KeptStream) -> StreamObject:
    image = EncodedStreamObject()
    image._data = stream.data
    names = {"/Type": "/XObject", "/Subtype": "/Image", "/ColorSpace": "/DeviceGray", "/Filter": stream.coding}
    numbers = {"/Width": stream.width, "/Height": stream.height, "/BitsPerComponent": 1}
    image.update({NameObject(name): NameObject(value) for name, value in names.items()})
    image.update({NameObject(name): NumberObject(value) for name, value in numbers.items()})
    if stream.parameters:
        parameters = {NameObject(name): _as_object(value) for name, value in stream.parameters}
        image[NameObject("/DecodeParms")] = DictionaryObject(parameters)
    if stream.decode:
        image[NameObject("/Decode")] = ArrayObject(NumberObject(each) for each in stream.decode)
    return image


def _as_object(value: int | bool) -> Any:
    return BooleanObject(value) if isinstance(value, bool) else NumberObject(value)

"""PDFs as others make them, every coding of a black-and-white page, and judges of them that are not ours."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image, ImageChops, ImageOps

from scor_tui.imaging import Converted, ConvertOptions, convert, inspect

A4 = (595.44, 842.04)
"""Points of 1654 x 2339 pixels at 200 dpi."""

PAINT = b"q %f 0 0 %f %f %f cm /Im0 Do Q"
Coded = tuple[bytes, dict[str, object]]


def g4(image: Image.Image, *, black_is_1: bool = True, k: int = -1) -> Coded:
    """Code a page as a fax; a bit of 1 is white in PDF, and black in a fax unless BlackIs1 says so."""
    coding = "group4" if k < 0 else "group3"
    out = io.BytesIO()
    sent = image if black_is_1 else ImageOps.invert(image.convert("L")).convert("1", dither=Image.Dither.NONE)
    sent.save(out, "TIFF", compression=coding, tiffinfo={278: image.height})
    with Image.open(out) as tiff:
        (place,), (length,) = tiff.tag_v2[273], tiff.tag_v2[279]
    facts = {"/K": k, "/Columns": image.width, "/Rows": image.height, "/BlackIs1": black_is_1}
    more = {"/EndOfLine": True} if k >= 0 else {}
    return out.getvalue()[place : place + length], {"/Filter": Name.CCITTFaxDecode, "/DecodeParms": facts | more}


def flate(image: Image.Image, *, predicted: bool = False) -> Coded:
    rows = image.tobytes()
    wide = (image.width + 7) // 8
    if not predicted:
        return zlib.compress(rows), {"/Filter": Name.FlateDecode}
    marked = b"".join(b"\0" + rows[start : start + wide] for start in range(0, len(rows), wide))
    return zlib.compress(marked), {
        "/Filter": Name.FlateDecode,
        "/DecodeParms": {"/Predictor": 15, "/Columns": image.width, "/Colors": 1, "/BitsPerComponent": 1},
    }


def run_length(image: Image.Image) -> Coded:
    rows = image.tobytes()
    runs = (match[0] for match in re.finditer(rb"(?s)(.)\1{0,126}", rows))
    packed = b"".join(bytes([257 - len(run)]) + run[:1] if len(run) > 1 else b"\0" + run for run in runs)
    return packed + b"\x80", {"/Filter": Name.RunLengthDecode}


def segment(number: int, kind: int, data: bytes, *, refers: bytes = b"", page: int = 1) -> bytes:
    """Return a segment of JBIG2 (ITU-T T.88, 7.2)."""
    head = number.to_bytes(4, "big") + bytes([kind, len(refers) << 5]) + refers + bytes([page])
    return head + len(data).to_bytes(4, "big") + data


def big(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(4, "big") for number in numbers)


def packed(*parts: str) -> bytes:
    digits = "".join(parts)
    return int(digits.ljust(-(-len(digits) // 8) * 8, "0"), 2).to_bytes(-(-len(digits) // 8), "big")


def bare_fax(image: Image.Image) -> bytes:
    """Code a page in G4 without the mark of its end, as JBIG2 has it."""
    data = g4(image, black_is_1=False)[0]
    return packed(f"{int.from_bytes(data):0{8 * len(data)}b}".rstrip("0").removesuffix("000000000001" * 2))


def jbig2(image: Image.Image) -> Coded:
    """Code a page as one generic region, itself a fax (T.88, 7.4.6)."""
    fax, region = bare_fax(image), big(*image.size, 0, 0) + b"\0"
    page = segment(0, 48, big(*image.size, 0, 0) + b"\0\0\0")
    return page + segment(1, 38, region + b"\1" + fax), {"/Filter": Name.JBIG2Decode}


def jbig2_of_symbols(image: Image.Image) -> tuple[Coded, bytes]:
    """Code a page as a text of one symbol, which is the page and stands in the segments that pages share.

    Huffman tables B.1, B.2, B.4, B.6, B.8 and B.11 of T.88.
    """
    fax, (wide, high) = bare_fax(image), image.size
    size = ("11111", f"{high - 76:032b}", "111110", f"{wide - 75:032b}", "111111")
    sizes = packed(*size, "110", f"{len(fax) - 272:016b}")
    exported = packed("0", "0000", "0", "0001")
    shared = segment(0, 0, b"\0\1" + big(1, 1) + sizes + fax + exported, page=0)
    ids = packed("0000", "0001", "0000" * 33, "0")
    placed = packed("0", "0", "00", "0" * 7, "0", "01")
    text = big(wide, high, 0, 0) + b"\0" + b"\0\x11" + b"\0\0" + big(1) + ids + placed
    page = segment(1, 48, big(wide, high, 0, 0) + b"\0\0\0")
    return (page + segment(2, 6, text, refers=b"\0"), {"/Filter": Name.JBIG2Decode}), shared


class Book:
    """A PDF under construction."""

    def __init__(self) -> None:
        self.pdf = Pdf.new()

    def image(self, picture: Image.Image, coded: Coded | None = None, **more: object) -> Stream:
        data, facts = coded or flate(picture)
        space = {"1": Name.DeviceGray, "L": Name.DeviceGray, "RGB": Name.DeviceRGB}[picture.mode]
        head = {"/Width": picture.width, "/Height": picture.height, "/ColorSpace": space}
        depth = {"/BitsPerComponent": 1 if picture.mode == "1" else 8}
        made = Stream(self.pdf, data)
        extra = {f"/{name}": value for name, value in more.items()}
        for name, value in ({"/Type": Name.XObject, "/Subtype": Name.Image} | head | depth | facts | extra).items():
            if value is not None:
                made[name] = Dictionary(value) if isinstance(value, dict) else value
        return self.pdf.make_indirect(made)

    def page(self, content: bytes, size: tuple[float, float] = A4, **more: object) -> pikepdf.Page:
        """Add a page; `Images` are called Im0, Im1 and so on."""
        pictures = more.pop("Images", [])
        objects = {f"/Im{number}": each for number, each in enumerate(pictures)} | dict(more.pop("Forms", {}))
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        resources = Dictionary(XObject=Dictionary(objects), Font=Dictionary(F1=font), **more.pop("Resources", {}))
        facts = {"MediaBox": Array([0, 0, *size])} | more
        made = Dictionary(Type=Name.Page, Resources=resources, Contents=self.pdf.make_stream(content), **facts)
        self.pdf.pages.append(pikepdf.Page(made))
        return self.pdf.pages[-1]

    def scan(
        self, picture: Image.Image, coded: Coded | None = None, after: bytes = b"", **more: object
    ) -> pikepdf.Page:
        """Add a page that one image fills."""
        facts = more.pop("Image", {})
        return self.page(PAINT % (*A4, 0, 0) + after, Images=[self.image(picture, coded, **facts)], **more)

    def form(self, content: bytes, size: tuple[float, float] = A4, **resources: object) -> Stream:
        made = self.pdf.make_stream(content)
        made.Type, made.Subtype, made.BBox = Name.XObject, Name.Form, Array([0, 0, *size])
        made.Resources = Dictionary(**resources)
        return made

    def save(self, path: Path, **options: object) -> Path:
        self.pdf.save(path, **options)
        return path


CODINGS: dict[str, Callable[[Image.Image], Coded]] = {
    "g4": g4,
    "g4, 0 is black": lambda page: g4(page, black_is_1=False),
    "g3": lambda page: g4(page, k=0),
    "flate": flate,
    "flate with predictor": lambda page: flate(page, predicted=True),
    "run length": run_length,
}


def streams(pdf: bytes | Path, password: str = "") -> list[bytes]:
    """Return the encoded bytes of the only image of each page, as qpdf, not we, finds them."""
    with Pdf.open(io.BytesIO(pdf) if isinstance(pdf, bytes) else pdf, password=password) as opened:
        return [page.get_images()["/Im0"].read_raw_bytes() for page in opened.pages]


def shown(pdf: bytes | Path, folder: Path, dpi: int = 200, page: int = 1, password: str = "") -> Image.Image:
    """Return a page as poppler, not we, shows it, annotations included."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is not installed: the look of a page is NOT judged by another program")
    path = pdf if isinstance(pdf, Path) else folder / "shown.pdf"
    if isinstance(pdf, bytes):
        path.write_bytes(pdf)
    command = ["pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), "-cropbox", "-gray", "-upw", password]
    done = subprocess.run([*command, path], check=True, capture_output=True)
    return Image.open(io.BytesIO(done.stdout)).convert("L")


def pixels(made: Converted, folder: Path, page: int = 0) -> Image.Image:
    """Return the pixels of a page as poppler, not we, decodes them."""
    if shutil.which("pdfimages") is None:
        pytest.skip("pdfimages is not installed: the pixels are NOT judged by another program")
    (folder / "made.pdf").write_bytes(made.pdf)
    subprocess.run(["pdfimages", "-png", "made.pdf", "made"], cwd=folder, check=True)
    return Image.open(folder / f"made-{page:03}.png").convert("1", dither=Image.Dither.NONE)


def assert_kept(path: Path, folder: Path, password: str = "") -> Converted:
    """The same stream, and the same page to the eye, dot for dot."""
    made = convert([path], ConvertOptions(password=password))
    assert streams(made.pdf) == streams(path, password)
    for number in range(len(made.pages)):
        before, after = (shown(each, folder, page=number + 1, password=password) for each in (path, made.pdf))
        assert before.size == after.size
        assert before.tobytes() == after.tobytes()
    assert inspect(made.pdf) == made.report
    return made


def assert_same_look(path: Path, made: Converted, folder: Path, page: int = 1) -> None:
    """As the source looks from a distance: nothing that is a centimetre large is lost, moved or added."""
    after = shown(made.pdf, folder, 50, page)
    before = shown(path, folder, 50, page).resize(after.size)
    before, after = (each.reduce(10).convert("L") for each in (before, after))
    assert ImageChops.difference(before, after).getextrema()[1] < 40

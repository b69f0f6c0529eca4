"""Pages, files and PDFs made on the spot, all invented."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

# tests are imported one by one: what several share is brought in here, under its name
_spec = importlib.util.spec_from_file_location("foreign_pdfs", Path(__file__).with_name("foreign_pdfs.py"))
assert _spec is not None
assert _spec.loader is not None
sys.modules["foreign_pdfs"] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sys.modules["foreign_pdfs"])

LINES = (
    "Docteur Camille EXEMPLE, médecin généraliste",
    "12, rue des Essais, 99999 VILLE-INVENTÉE",
    "Ordonnance du 3 février 2026",
    "Monsieur Jean FICTIF",
    "20 séances de rééducation du genou droit, à domicile,",
    "trois fois par semaine, y compris dimanches et jours fériés.",
    "Pansement à changer tous les deux jours pendant un mois.",
)


@pytest.fixture(scope="session")
def draw_page() -> Callable[..., Image.Image]:
    """Draw a page in grey: size in millimetres, dpi, grey level of the ink and of the paper."""

    def draw(
        dpi: int = 300,
        width_mm: float = 210,
        height_mm: float = 297,
        ink: int = 40,
        paper: int = 235,
        repeat: int = 3,
    ) -> Image.Image:
        width, height = (round(side / 25.4 * dpi) for side in (width_mm, height_mm))
        page = Image.new("L", (width, height), paper)
        pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=width_mm / 210 * 4.2 / 25.4 * dpi)
        step = height / (len(LINES) * repeat + 4)
        for number, line in enumerate(LINES * repeat):
            pen.text((width * 0.08, step * (number + 2)), line, fill=ink, font=font)
        return page

    return draw


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    """Save a picture under a name; options are Pillow's."""

    def write(image: Image.Image, name: str, **options: object) -> Path:
        path = tmp_path / name
        image.save(path, **({"dpi": (300, 300)} | options))
        return path

    return write


@dataclass
class PdfMaker:
    """Writes a small PDF object by object, so that a test can put in it exactly what it is about."""

    objects: list[bytes] = field(default_factory=list)

    def add(self, body: bytes) -> int:
        self.objects.append(body)
        return len(self.objects)

    def stream(self, head: bytes, data: bytes) -> int:
        return self.add(b"<< %s /Length %d >>\nstream\n%s\nendstream" % (head, len(data), data))

    def finish(self, root: int, trailer: bytes = b"") -> bytes:
        out, places = bytearray(b"%PDF-1.5\n"), []
        for number, body in enumerate(self.objects, 1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        table = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        out += b"trailer\n<< /Size %d /Root %d 0 R %s >>\n" % (len(places) + 1, root, trailer)
        out += b"startxref\n%d\n%%%%EOF\n" % table
        return bytes(out)


@pytest.fixture
def pdf_maker() -> Callable[[], PdfMaker]:
    return PdfMaker


@pytest.fixture
def scan_pdf(draw_page: Callable[..., Image.Image]) -> Callable[..., bytes]:
    """Return a one-page PDF that holds one image, compliant unless an argument makes it not so."""

    def build(
        image: Image.Image | None = None,
        size_pt: tuple[float, float] = (595.2, 841.9),
        colour_space: bytes = b"/DeviceGray",
        content: bytes | None = None,
        catalog: bytes = b"",
        page: bytes = b"",
        extra: bytes = b"",
    ) -> bytes:
        image = image if image is not None else draw_page(200).point(lambda level: 255 * (level > 128), "1")
        bits = 1 if image.mode == "1" else 8
        maker = PdfMaker()
        facts = (image.width, image.height, bits, colour_space)
        head = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent %d /ColorSpace %s" % facts
        picture = maker.stream(head + b" /Filter /FlateDecode", zlib.compress(image.tobytes()))
        drawn = content if content is not None else b"q %f 0 0 %f 0 0 cm /Im0 Do Q" % size_pt
        painting = maker.stream(b"", drawn)
        number = len(maker.objects) + 1
        maker.add(
            b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %f %f] /Contents %d 0 R /Resources << /XObject "
            b"<< /Im0 %d 0 R >> /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >> >> >> "
            b"%s >>" % (number + 1, *size_pt, painting, picture, page)
        )
        maker.add(b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % number)
        if extra:
            maker.add(extra)
        root = maker.add(b"<< /Type /Catalog /Pages %d 0 R %s >>" % (number + 1, catalog))
        return maker.finish(root)

    return build


_JARS = Path("/usr/share/java")
_JUDGE = "org.apache.pdfbox.preflight.Validator_A1b"


@pytest.fixture
def assert_archival(tmp_path: Path) -> Callable[[bytes], None]:
    """Have PDFBox's preflight, which is not ours, say that a PDF is PDF/A-1b (ISO 19005-1)."""
    if shutil.which("java") is None or not (_JARS / "preflight.jar").exists():
        pytest.skip("java or libpdfbox2-java is not installed: PDF/A-1b is NOT judged in this run")

    def judge(pdf: bytes) -> None:
        path = tmp_path / "judged-for-archives.pdf"
        path.write_bytes(pdf)
        command = ["java", "-cp", f"{_JARS}/*", _JUDGE, path]
        told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120).stdout
        assert "is a valid PDF/A-1b file" in told, told

    return judge


def _folder_of(variable: str, what: str) -> Path:
    value = os.environ.get(variable, "")
    if not value:
        pytest.skip(f"{variable} is not set: the {what} are NOT tested in this run")
    return Path(value)


@pytest.fixture(scope="session")
def samples() -> Path:
    return _folder_of("SCOR_TUI_ECHANTILLONS", "sample pages")


@pytest.fixture(scope="session")
def hostiles() -> Path:
    return _folder_of("SCOR_TUI_HOSTILES", "hostile files")

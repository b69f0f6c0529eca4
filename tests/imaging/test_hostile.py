"""A foreign file may be anything: it is refused with a sentence, in time and memory, and the program stays up."""

from __future__ import annotations

import contextlib
import os
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from scor_tui import system
from scor_tui.domain.errors import FileNotAccepted, NormsNotMet, ScorError
from scor_tui.imaging import ConversionCancelled, ConvertOptions, convert, inspect, limits

A_PAGE = b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << %s >> >>"


TOO_MUCH = "trop de temps|trop de mémoire|a fait échouer|abîmé|millions de pixels"


def refused(path: Path, sentence: str, **options: object) -> ScorError:
    started = time.monotonic()
    with pytest.raises(ScorError, match=sentence) as refusal:
        convert([path], ConvertOptions(**options))  # type: ignore[arg-type]  # the test's own keywords
    assert time.monotonic() - started < 10
    assert refusal.value.remedy
    return refusal.value


def as_pdf(maker, page_streams: list[int], resources: bytes = b"", kids: int = 1) -> bytes:
    pages = len(maker.objects) + 2
    page = maker.add(A_PAGE % (pages, page_streams[0], resources))
    maker.add(b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b"%d 0 R " % page * kids, kids))
    return maker.finish(maker.add(b"<< /Type /Catalog /Pages %d 0 R >>" % pages))


@pytest.mark.parametrize(
    "content",
    [
        b"Bonjour, ceci est un texte.",
        b"PK\x03\x04 un document de bureau",
        b"GIF89a",
        b"<svg/>",
        b"%!PS-Adobe EPSF-3.0",
        b"BM",
    ],
)
def test_what_is_neither_image_nor_pdf_is_refused_whatever_its_name(tmp_path, content):
    path = tmp_path / "scan.jpg"
    path.write_bytes(content)
    refused(path, "n'est ni une image")


def test_an_empty_file_a_folder_and_nothing_at_all(tmp_path):
    (tmp_path / "vide.pdf").touch()
    refused(tmp_path / "vide.pdf", "est vide")
    refused(tmp_path, "n'est pas un fichier")
    refused(tmp_path / "absent.pdf", "introuvable")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "tube.jpg")
    refused(tmp_path / "tube.jpg", "n'est pas un fichier")


def test_51_megabytes_are_not_even_opened(tmp_path):
    path = tmp_path / "lourd.pdf"
    with path.open("wb") as handle:
        handle.truncate(limits.MAX_INPUT_BYTES + 1_000_000)
    refused(path, "pèse 51 Mo")


@pytest.mark.parametrize("name", ["p.jpg", "p.png", "p.webp", "p.tif", "g4.tif"])
@pytest.mark.parametrize("part", [0.5, 0.9])
def test_an_image_cut_short_is_refused_not_shown_in_part(draw_page, save, name, part):
    page, options = draw_page(300), {}
    if name == "g4.tif":
        page, options = page.point(lambda level: 255 * (level > 128), "1"), {"compression": "group4"}
    path = save(page, name, **options)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    refused(path, "abîmé ou incomplet|le bas de l'image manque")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(["p.jpg", "p.png", "p.tif", "p.webp"]), data=st.data())
def test_a_damaged_image_never_breaks_the_program(draw_page, save, name, data):
    path = save(draw_page(200, 105, 148), name, dpi=(200, 200))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, 600) | st.integers(0, len(content) - 1))
        content[min(place, len(content) - 1)] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    with contextlib.suppress(ScorError):
        assert convert([path]).report.compliant


def test_a_scan_whose_foot_was_never_received_is_refused(draw_page, save):
    page = draw_page(300)
    page.paste(128, (0, 2400, page.width, page.height))
    refused(save(page, "scan.png"), "le bas de l'image manque")


def test_a_pdf_cut_short_is_refused(scan_pdf, tmp_path):
    path = tmp_path / "coupe.pdf"
    path.write_bytes(scan_pdf()[:-2500])
    refused(path, "abîmé ou incomplet")


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    data = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [9_000, 20_000, 60_000])
def test_an_image_that_would_fill_the_memory_is_refused_unread(tmp_path, side):
    path = tmp_path / "bombe.png"
    path.write_bytes(png_header(side, side))
    refused(path, "plus de 70 millions de pixels")


def tiff_of_stamps(count: int) -> bytes:
    """A TIFF of `count` images of 8 x 8 pixels, whose tables share one strip."""
    facts = {256: 8, 257: 8, 258: 1, 259: 1, 262: 1, 273: 8, 278: 8, 279: 8}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in facts.items())
    size = 2 + len(entries) + 4
    nexts = [*(16 + size * number for number in range(1, count)), 0]
    tables = (struct.pack("<H", len(facts)) + entries + struct.pack("<I", after) for after in nexts)
    return b"II*\0" + struct.pack("<I", 16) + b"\xff" * 8 + b"".join(tables)


def test_a_tiff_of_thousands_of_pages_is_to_be_split(save):
    tiny = Image.new("1", (1654, 2339), 1)
    path = save(tiny, "rouleau.tif", save_all=True, append_images=[tiny] * 30, compression="group4")
    refused(path, "plus de 20 pages")
    path.write_bytes(tiff_of_stamps(3_000))
    refused(path, "plus de 20 pages")


def test_a_tiff_whose_last_page_leads_back_to_its_first_ends(draw_page, save):
    path = save(draw_page(200), "anneau.tif", dpi=(200, 200))
    content = bytearray(path.read_bytes())
    table = int.from_bytes(content[4:8], "little")
    count = int.from_bytes(content[table : table + 2], "little")
    after = table + 2 + 12 * count
    content[after : after + 4] = content[4:8]
    path.write_bytes(content)
    assert len(convert([path]).pages) == 1


@pytest.mark.parametrize("part", [0.4, 0.7, 0.99])
def test_a_tiff_cut_short_does_not_lose_its_last_pages_in_silence(draw_page, save, part):
    page = draw_page(200).point(lambda level: 255 * (level > 128), "1")
    path = save(page, "trois.tif", save_all=True, append_images=[page, page], compression="group4", dpi=(200, 200))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    refused(path, "abîmé ou incomplet")


def test_a_word_that_unfolds_inside_a_png_is_not_unfolded(draw_page, save):
    hidden = PngImagePlugin.PngInfo()
    hidden.add_text("note", "a" * 60_000_000, zip=True)
    refused(save(draw_page(200), "note.png", pnginfo=hidden), "abîmé")


@pytest.mark.parametrize("bits", [1, 8])
def test_an_image_of_30_000_by_30_000_in_a_pdf_is_refused_unread(pdf_maker, tmp_path, bits):
    maker, squeezer = pdf_maker(), zlib.compressobj(1)
    rows = 30_000 * 30_000 * bits // 8 // 1_000_000
    data = b"".join(squeezer.compress(b"\0" * 1_000_000) for _ in range(rows)) + squeezer.flush()
    facts = b"/Subtype /Image /Width 30000 /Height 30000 /ColorSpace /DeviceGray /BitsPerComponent %d" % bits
    image = maker.stream(facts + b" /Filter /FlateDecode", data)
    painting = maker.stream(b"", b"q 595 0 0 842 0 0 cm /I Do Q")
    path = tmp_path / "champ.pdf"
    path.write_bytes(as_pdf(maker, [painting], b"/XObject << /I %d 0 R >>" % image))
    refused(path, "plus de 70 millions de pixels")
    assert not inspect(path.read_bytes()).compliant


def test_a_pdf_of_thousands_of_pages_is_to_be_split(pdf_maker, tmp_path):
    maker = pdf_maker()
    path = tmp_path / "annuaire.pdf"
    path.write_bytes(as_pdf(maker, [maker.stream(b"", b"")], kids=5000))
    refused(path, "plus de 20 pages")
    assert "5000 pages" in inspect(path.read_bytes()).findings[-1].measured


def test_a_pdf_that_kills_its_reader_does_not_kill_us(pdf_maker, tmp_path):
    """Forms that call each other ten times over, nine levels deep: a thousand million drawings."""
    maker = pdf_maker()
    form = maker.stream(b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]", b"0 0 1 1 re f")
    for _ in range(9):
        head = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F %d 0 R >> >>" % form
        form = maker.stream(head, b"/F Do " * 10)
    path = tmp_path / "poupees.pdf"
    path.write_bytes(as_pdf(maker, [maker.stream(b"", b"/F Do")], b"/XObject << /F %d 0 R >>" % form))
    refused(path, TOO_MUCH)
    with pytest.raises(FileNotAccepted) as refusal:
        inspect(path.read_bytes())
    assert refusal.value.code == "SO-PDF-INVALIDE"


@pytest.mark.slow
def test_a_page_that_unfolds_to_a_gigabyte_is_refused(pdf_maker, tmp_path):
    squeezer = zlib.compressobj(1)
    once = b"".join(squeezer.compress(b"\0" * 1_000_000) for _ in range(1_200)) + squeezer.flush()
    maker = pdf_maker()
    path = tmp_path / "bombe.pdf"
    filters = b"/Filter [/FlateDecode /FlateDecode]"
    path.write_bytes(as_pdf(maker, [maker.stream(filters, zlib.compress(once))]))
    refused(path, TOO_MUCH)


def test_a_page_as_large_as_a_field_is_brought_to_a4(scan_pdf, tmp_path):
    path = tmp_path / "champ.pdf"
    path.write_bytes(scan_pdf(size_pt=(100_000.0, 141_400.0)))
    made = convert([path])
    assert max(made.report.pages[0].width_mm, made.report.pages[0].height_mm) == pytest.approx(297, abs=1)


def test_a_page_of_no_size_and_a_tree_that_bites_its_tail(scan_pdf, pdf_maker, tmp_path):
    path = tmp_path / "ruban.pdf"
    path.write_bytes(scan_pdf(size_pt=(2.0, 14_000.0)))
    refused(path, TOO_MUCH)
    maker = pdf_maker()
    maker.add(b"<< /Type /Pages /Kids [1 0 R] /Count 1 >>")
    path.write_bytes(maker.finish(maker.add(b"<< /Type /Catalog /Pages 1 0 R >>")))
    refused(path, "abîmé")


def test_forms_lengths_and_tables_that_lead_back_to_themselves_end(pdf_maker, tmp_path):
    path = tmp_path / "boucle.pdf"
    maker = pdf_maker()
    facts = b"/Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F %d 0 R >> >>"
    form = maker.stream(facts % 1, b"/F Do")
    path.write_bytes(as_pdf(maker, [maker.stream(b"", b"/F Do")], b"/XObject << /F %d 0 R >>" % form))
    refused(path, "blanche")
    maker = pdf_maker()
    own = maker.add(b"<< /Length 1 0 R >>\nstream\n0 0 9 9 re f\nendstream")
    path.write_bytes(as_pdf(maker, [own]))
    refused(path, "blanche|abîmé")
    maker = pdf_maker()
    looped = as_pdf(maker, [maker.stream(b"", b"")])
    place = looped.rindex(b"xref", 0, looped.rindex(b"startxref"))
    path.write_bytes(looped.replace(b"trailer\n<<", b"trailer\n<< /Prev %d" % place))
    refused(path, "blanche|abîmé")
    assert not inspect(path.read_bytes()).compliant


def test_what_is_nested_a_hundred_thousand_deep_is_refused(pdf_maker, tmp_path):
    maker = pdf_maker()
    maker.add(b"[" * 100_000 + b"]" * 100_000)
    path = tmp_path / "puits.pdf"
    path.write_bytes(as_pdf(maker, [maker.stream(b"", b"0 0 300 300 re f")]))
    with contextlib.suppress(ScorError):
        convert([path])
    assert not inspect(path.read_bytes()).compliant


def test_millions_of_strokes_are_too_much(pdf_maker, tmp_path):
    maker = pdf_maker()
    strokes = zlib.compress(b"0 0 1 1 re f " * 3_000_000, 1)
    path = tmp_path / "traits.pdf"
    path.write_bytes(as_pdf(maker, [maker.stream(b"/Filter /FlateDecode", strokes)]))
    refused(path, TOO_MUCH)


def test_the_child_is_bounded_in_memory():
    """What Linux refuses it past a gigabyte, it refuses in a sentence."""
    code = (
        "import sys; from scor_tui import system; from scor_tui.imaging import limits;"
        "system.limiter(limits.CHILD_MEMORY, limits.CHILD_CPU_SECONDS)();"
        "from PIL import Image; Image.new('L', (40_000, 40_000))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert limits.CHILD_MEMORY <= 1_000_000_000
    assert "MemoryError" in done.stderr


def test_the_name_of_a_file_cannot_play_with_the_terminal(tmp_path):
    path = tmp_path / "a\x1b[31m\u202eb.jpg"
    path.write_bytes(b"rien")
    said = str(refused(path, "n'est ni une image"))
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_a_child_that_is_late_is_killed(draw_page, save, monkeypatch):
    monkeypatch.setattr(limits, "FIRST_STEP_SECONDS", 0.0)
    refused(save(draw_page(200), "a.png"), "prend trop de temps")


def test_the_user_may_stop_between_two_pages(draw_page, save):
    page, stop, seen = draw_page(200), threading.Event(), []

    def progress(done: int, total: int, code: str) -> None:
        seen.append((done, total, code))
        stop.set()

    path = save(page, "a.tif", save_all=True, append_images=[page] * 9, dpi=(200, 200))
    with pytest.raises(ConversionCancelled):
        convert([path], progress=progress, cancel=stop)
    assert seen[0] == (1, 10, "page")
    assert len(seen) < 10


@pytest.mark.parametrize("room", [limits.WORK_ROOM, 1 << 62])
def test_the_child_runs_in_a_private_folder_in_memory_if_it_can_that_is_gone_afterwards(
    draw_page, save, monkeypatch, tmp_path, room
):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr(limits, "WORK_ROOM", room)
    place = next(iter(system.memory_places()), tmp_path) if room < 1 << 62 else tmp_path
    mine = f"scor-tui-{os.getpid()}-*"
    modes = []

    def watch(done: int, total: int, code: str) -> None:
        modes.extend(folder.stat().st_mode & 0o777 for folder in place.glob(mine))

    convert([save(draw_page(200), "a.png")], progress=watch)
    with pytest.raises(NormsNotMet):
        convert([save(draw_page(60), "b.png", dpi=(60, 60))])
    assert modes == [0o700]
    assert list(place.glob(mine)) == []


def test_a_password_is_never_in_the_command_line_nor_the_environment(monkeypatch, tmp_path, scan_pdf):
    started: list[tuple[object, object]] = []
    popen: Callable[..., object] = subprocess.Popen

    def spy(command: object, **options: object) -> object:
        started.append((command, options["env"]))
        return popen(command, **options)

    monkeypatch.setattr(subprocess, "Popen", spy)
    path = tmp_path / "a.pdf"
    path.write_bytes(scan_pdf())
    convert([path], ConvertOptions(password="sesame-ouvre-toi"))  # noqa: S106 - invented
    assert started
    assert "sesame" not in repr(started)
    assert "sesame" not in repr(ConvertOptions(password="sesame-ouvre-toi"))  # noqa: S106 - invented


def test_the_room_costs_nothing_until_it_is_used():
    heavy = "('PIL', 'pypdf', 'pypdfium2', 'img2pdf')"
    check = f"import sys, scor_tui.imaging; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_hostile_file_is_survived(hostiles):
    files = sorted(path for path in hostiles.rglob("*") if path.is_file() and path.suffix != ".md")
    assert files
    for path in files:
        for look in (lambda path=path: convert([path]), lambda path=path: inspect(path.read_bytes())):
            started = time.monotonic()
            with contextlib.suppress(ScorError):
                look()
            assert time.monotonic() - started < 10, path

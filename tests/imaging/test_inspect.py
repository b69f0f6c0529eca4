"""The strict check of a PDF: each norm has its code, what was measured and what is allowed."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from scor_tui.domain.errors import ScorError
from scor_tui.domain.norms import NormsReport, Rule
from scor_tui.imaging import inspect


def rules(report: NormsReport) -> list[Rule]:
    return [finding.rule for finding in report.findings]


def test_a_plain_black_and_white_scan_is_compliant(scan_pdf):
    report = inspect(scan_pdf())
    assert report.findings == ()
    (page,) = report.pages
    assert (page.width_px, page.height_px) == (1654, 2339)
    assert page.dpi == pytest.approx(200, abs=0.2)
    assert 0.005 < page.ink < 0.1


def test_what_is_no_pdf_is_said_so():
    assert rules(inspect(b"GIF89a nothing")) == [Rule.PDF_INVALIDE, Rule.PDF_INVALIDE]


@pytest.mark.parametrize("size", [0.3, 0.5, 0.9])
def test_a_pdf_cut_short_is_refused(scan_pdf, size):
    whole = scan_pdf()
    assert Rule.PDF_INVALIDE in rules(inspect(whole[: int(len(whole) * size)]))


def test_grey_and_colour_are_refused(draw_page, scan_pdf):
    grey = inspect(scan_pdf(draw_page(200)))
    assert rules(grey) == [Rule.PDF_COULEUR]
    assert (grey.findings[0].measured, grey.findings[0].limit) == ("8 bits par pixel", "1 bit par pixel")
    assert rules(inspect(scan_pdf(draw_page(200).convert("RGB"), colour_space=b"/DeviceRGB"))) == [Rule.PDF_COULEUR]


def test_one_bit_of_red_is_a_colour_too(scan_pdf):
    assert rules(inspect(scan_pdf(colour_space=b"[/Indexed /DeviceRGB 1 <FF0000FFFFFF>]"))) == [Rule.PDF_COULEUR]


def test_text_or_drawing_over_the_image_is_refused(scan_pdf):
    image = b"q 595.2 0 0 841.9 0 0 cm /Im0 Do Q "
    for more in (b"BT /F1 12 Tf 72 72 Td (ajout) Tj ET", b"0 0 100 100 re f"):
        assert rules(inspect(scan_pdf(content=image + more))) == [Rule.PDF_INVALIDE]


def test_an_image_that_does_not_fill_the_page_is_refused(scan_pdf):
    report = inspect(scan_pdf(content=b"q 400 0 0 600 50 50 cm /Im0 Do Q"))
    assert rules(report) == [Rule.PDF_INVALIDE]
    assert "ne couvre pas" in report.findings[0].measured


def test_an_empty_page_is_refused(scan_pdf):
    assert rules(inspect(scan_pdf(content=b""))) == [Rule.PDF_INVALIDE]


def test_150_dpi_is_too_few_and_198_enough(draw_page, scan_pdf):
    def at(dpi: int) -> list[Rule]:
        return rules(inspect(scan_pdf(draw_page(dpi).point(lambda level: 255 * (level > 128), "1"))))

    assert at(150) == [Rule.PDF_RESOLUTION]
    assert at(196) == [Rule.PDF_RESOLUTION]
    assert at(199) == []


def test_a6_is_too_small_and_a5_large_enough(draw_page, scan_pdf):
    def paper(width_mm: float, height_mm: float) -> list[Rule]:
        page = draw_page(200, width_mm, height_mm).point(lambda level: 255 * (level > 128), "1")
        return rules(inspect(scan_pdf(page, (width_mm / 25.4 * 72, height_mm / 25.4 * 72))))

    assert paper(105, 148) == [Rule.PDF_INVALIDE]
    assert paper(210, 148) == []


def test_250_001_bytes_are_too_many(scan_pdf):
    pdf = scan_pdf()
    assert inspect(pdf + b" " * (250_000 - len(pdf))).bytes == 250_000
    assert rules(inspect(pdf.replace(b"%PDF-1.5\n", b"%PDF-1.5\n%" + b" " * 250_000 + b"\n")))[0] == Rule.PDF_POIDS


def test_blank_black_and_dithered_pages_are_named(draw_page, scan_pdf):
    size = (1654, 2339)
    assert rules(inspect(scan_pdf(Image.new("1", size, 1)))) == [Rule.IMG_BLANC]
    assert rules(inspect(scan_pdf(Image.new("1", size, 0)))) == [Rule.IMG_NOIR]
    dithered = inspect(scan_pdf(draw_page(200, paper=200).convert("1")))
    assert Rule.IMG_CONTRASTE in rules(dithered)
    assert "tramée" in dithered.findings[-1].measured


def test_a_line_of_print_cut_in_two_is_named(draw_page, scan_pdf):
    page = draw_page(200).point(lambda level: 255 * (level > 128), "1")
    pen = ImageDraw.Draw(page)
    for x in range(0, page.width, 10):
        pen.rectangle((x, 0, x + 3, 20), fill=0)
    assert rules(inspect(scan_pdf(page))) == [Rule.IMG_TRONQUE]


@pytest.mark.parametrize(
    ("where", "what", "named"),
    [
        ("catalog", b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>", "JavaScript"),
        ("catalog", b"/Open#41ction << /S /Launch /F (calc.exe) >>", "programme"),
        ("catalog", b"/Names << /EmbeddedFiles << /Names [(a) << /EF << >> >>] >> >>", "fichier joint"),
        ("catalog", b"/AcroForm << /Fields [] /XFA (x) >>", "formulaire"),
        ("page", b"/AA << /O << /S /URI /URI (x) >> >>", "action automatique"),
        ("page", b"/Annots [ << /Type /Annot /Subtype /Link /Rect [0 0 9 9] >> ]", "annotations"),
        ("page", b"/UserUnit 2", "unité"),
        ("extra", b"<< /S /Launch /F (oublie.exe) >>", "programme"),
    ],
)
def test_nothing_that_acts_or_hides_may_be_in_a_piece(scan_pdf, where, what, named):
    report = inspect(scan_pdf(**{where: what}))
    assert set(rules(report)) == {Rule.PDF_INVALIDE}
    assert any(named in finding.measured for finding in report.findings)


def test_an_encrypted_piece_is_refused_even_with_its_password(scan_pdf):
    from pypdf import PdfReader, PdfWriter

    for password in ("", "sésame"):
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(scan_pdf())))
        writer.encrypt(password, password + "!", algorithm="AES-256")
        out = io.BytesIO()
        writer.write(out)
        for tried in ("", password):
            assert Rule.PDF_INVALIDE in rules(inspect(out.getvalue(), tried))


def test_findings_come_in_the_order_of_the_pages(scan_pdf, pdf_maker):
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    for image in (Image.new("1", (1654, 2339), 1), None, Image.new("1", (1654, 2339), 0)):
        writer.add_page(PdfReader(io.BytesIO(scan_pdf(image))).pages[0])
    writer.metadata = None
    out = io.BytesIO()
    writer.write(out)
    found = [(finding.page, finding.rule) for finding in inspect(out.getvalue()).findings]
    assert found == [(1, Rule.IMG_BLANC), (3, Rule.IMG_NOIR)]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_pdf_never_breaks_the_program(scan_pdf, data):
    pdf = bytearray(scan_pdf())
    for _ in range(data.draw(st.integers(1, 8))):
        pdf[data.draw(st.integers(0, len(pdf) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ScorError):
        inspect(bytes(pdf))

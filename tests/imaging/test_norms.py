"""Each norm of a piece: a compliant PDF in which exactly one thing is broken gives exactly one finding."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter

from scor_tui.domain.norms import Finding, Rule
from scor_tui.imaging import inspect

A4 = (1654, 2339)
WHOLE = b"q 595.2 0 0 841.9 0 0 cm /Im0 Do Q"
COLOUR_IN_ONE_BIT = "1 bit par pixel, mais par une palette, un profil ou un pochoir de couleur"


def bilevel(page: Image.Image) -> Image.Image:
    return page.point(lambda level: 255 * (level > 128), "1")


def inked(share: float) -> Image.Image:
    """A page of which a share is black, in one block well inside it."""
    page = Image.new("1", A4, 1)
    inside = (page.width - 2 * int(page.width * 0.02)) * (page.height - 2 * int(page.height * 0.02))
    wide = 1500
    page.paste(0, (80, 100, 80 + wide, 100 + round(share * inside / wide)))
    return page


def only(pdf: bytes) -> Finding:
    (finding,) = inspect(pdf).findings
    return finding


def test_what_the_others_start_from_is_compliant(scan_pdf):
    report = inspect(scan_pdf())
    assert report.compliant
    assert report.findings == ()


def test_weight(scan_pdf):
    pdf = scan_pdf()
    heavy = pdf.replace(b"%PDF-1.5\n", b"%PDF-1.5\n%" + b" " * (250_000 - len(pdf) - 1) + b"\n")
    assert only(heavy) == Finding(Rule.PDF_POIDS, 0, f"{len(heavy)} octets", "250000 octets")
    assert len(heavy) == 250_001
    assert inspect(heavy.replace(b"%  ", b"% ", 1)).compliant


@pytest.mark.parametrize(
    ("size", "found"), [((1620, 2291), "196 dpi"), ((1654, 2000), "171 dpi"), ((1240, 2339), "150 dpi")]
)
def test_resolution_in_both_directions(draw_page, scan_pdf, size, found):
    page = bilevel(draw_page(200).resize(size))
    assert only(scan_pdf(page)) == Finding(Rule.PDF_RESOLUTION, 1, found, "200 dpi")


def test_size_of_the_page(draw_page, scan_pdf):
    pdf = scan_pdf(bilevel(draw_page(300, 146, 206)), (146 / 25.4 * 72, 206 / 25.4 * 72))
    assert only(pdf) == Finding(Rule.PDF_INVALIDE, 1, "146 × 206 mm", "A5 au moins (148 × 210 mm)")


def test_grey(draw_page, scan_pdf):
    assert only(scan_pdf(draw_page(200))) == Finding(Rule.PDF_COULEUR, 1, "8 bits par pixel", "1 bit par pixel")


def test_colour(draw_page, scan_pdf):
    pdf = scan_pdf(draw_page(200).convert("RGB"), colour_space=b"/DeviceRGB")
    assert only(pdf) == Finding(Rule.PDF_COULEUR, 1, "24 bits par pixel", "1 bit par pixel")


@pytest.mark.parametrize("how", ["palette", "spot", "stencil"])
def test_colour_in_one_bit(scan_pdf, how):
    spaces = {
        "palette": b"[/Indexed /DeviceRGB 1 <FF0000FFFFFF>]",
        "spot": b"[/Separation /Rouge /DeviceRGB << /FunctionType 2 /Domain [0 1] /C0 [1 1 1] /C1 [1 0 0] /N 1 >>]",
        "stencil": b"null /ImageMask true",
    }
    finding = only(scan_pdf(colour_space=spaces[how], content=b"1 0 0 rg " + WHOLE))
    assert (finding.rule, finding.page) == (Rule.PDF_COULEUR, 1)
    assert (finding.measured, finding.limit) == (COLOUR_IN_ONE_BIT, "noir et blanc sans couleur")


@pytest.mark.parametrize(
    ("content", "measured", "limit"),
    [
        (WHOLE + b" BT /F1 12 Tf 72 72 Td (ajout) Tj ET", "du texte ou des tracés", "une image en noir et blanc"),
        (WHOLE + b" 10 10 100 100 re f", "du texte ou des tracés", "une image en noir et blanc"),
        (WHOLE + WHOLE, "2 images sur la page", "une image par page"),
        (b"", "0 images sur la page", "une image par page"),
        (
            b"q 500 0 0 707 40 60 cm /Im0 Do Q",
            "l'image ne couvre pas la page",
            "une image qui couvre la page",
        ),
    ],
)
def test_one_image_and_nothing_else_covers_the_page(scan_pdf, content, measured, limit):
    assert only(scan_pdf(content=content)) == Finding(Rule.PDF_INVALIDE, 1, measured, limit)


def test_hidden_text_is_no_fault_but_it_does_not_make_an_image(scan_pdf):
    hidden = b" BT /F1 12 Tf 3 Tr 72 72 Td (reconnu) Tj ET"
    assert inspect(scan_pdf(content=WHOLE + hidden)).compliant


def test_a_page_at_least_and_twenty_at_most(scan_pdf, pdf_maker):
    maker = pdf_maker()
    maker.add(b"<< /Type /Pages /Kids [] /Count 0 >>")
    none = inspect(maker.finish(maker.add(b"<< /Type /Catalog /Pages 1 0 R >>"))).findings
    assert {finding.rule for finding in none} == {Rule.PDF_INVALIDE}
    writer = PdfWriter()
    for _ in range(21):
        writer.append(PdfReader(io.BytesIO(scan_pdf(inked(0.02)))))
    writer.metadata = None
    out = io.BytesIO()
    writer.write(out)
    assert only(out.getvalue()) == Finding(Rule.PDF_INVALIDE, 0, "21 pages", "20 pages au plus")


@pytest.mark.parametrize(
    ("share", "rule", "measured", "limit"),
    [
        (0.0, Rule.IMG_BLANC, "0,00 % d'encre", "0,15 % au moins"),
        (0.0012, Rule.IMG_BLANC, "0,12 % d'encre", "0,15 % au moins"),
        (0.75, Rule.IMG_NOIR, "75,00 % d'encre", "70,00 % au plus"),
        (0.55, Rule.IMG_CONTRASTE, "55,00 % d'encre", "50,00 % au plus"),
    ],
)
def test_ink_neither_too_little_nor_too_much(scan_pdf, share, rule, measured, limit):
    finding = only(scan_pdf(inked(share)))
    assert (finding.rule, finding.page, finding.limit) == (rule, 1, limit)
    found, expected = (float(text.split(" ")[0].replace(",", ".")) for text in (finding.measured, measured))
    assert found == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("share", [0.0018, 0.45])
def test_a_little_ink_and_much_of_it_are_accepted(scan_pdf, share):
    assert inspect(scan_pdf(inked(share))).compliant


def test_a_dithered_page(draw_page, scan_pdf):
    page = Image.new("1", A4, 1)
    page.paste(draw_page(200, paper=200).convert("1").crop((100, 100, 1550, 1500)), (100, 200))
    finding = only(scan_pdf(page))
    assert (finding.rule, finding.page, finding.limit) == (Rule.IMG_CONTRASTE, 1, "50,00 % au plus")
    assert finding.measured.endswith("de l'encre en points isolés (image tramée)")


@pytest.mark.parametrize("edge", ["left", "top", "right", "bottom"])
def test_letters_cut_at_an_edge(draw_page, scan_pdf, edge):
    page = bilevel(draw_page(200))
    pen = ImageDraw.Draw(page)
    upright = edge in ("left", "right")
    for along in range(0, page.height if upright else page.width, 10):
        near = {"left": 0, "top": 0, "right": page.width - 20, "bottom": page.height - 20}[edge]
        box = (near, along, near + 20, along + 3) if upright else (along, near, along + 3, near + 20)
        pen.rectangle(box, fill=0)
    finding = only(scan_pdf(page))
    assert (finding.rule, finding.page, finding.limit) == (Rule.IMG_TRONQUE, 1, "6 au plus")
    assert finding.measured.endswith("traits coupés par centimètre de bord")


def test_what_is_seen_counts_not_what_is_stored(scan_pdf):
    """The image is fine, and clipped away: the page is blank."""
    assert only(scan_pdf(content=b"0 0 1 1 re W n " + WHOLE)).rule == Rule.IMG_BLANC


@pytest.mark.parametrize(
    ("where", "what", "named"),
    [
        ("catalog", b"/OCProperties << /OCGs [] /D << >> >>", "des calques"),
        ("catalog", b"/OpenAction [1 0 R /Fit]", "une action à l'ouverture"),
        ("catalog", b"/AcroForm << /Fields [] >>", "un formulaire"),
        ("page", b"/Annots [ << /Type /Annot /Subtype /Square /Rect [0 0 9 9] >> ]", "des annotations"),
        ("page", b"/AA << /O << /S /Named /N /NextPage >> >>", "une action automatique"),
        ("page", b"/UserUnit 2", "une unité de longueur particulière"),
        ("extra", b"<< /S /Launch /F (oublie.exe) >>", "le lancement d'un programme"),
        ("extra", b"<< /S /URI /URI (http://exemple.invalid) >>", "un lien"),
        ("extra", b"<< /S /GoToR /F (autre.pdf) >>", "un lien vers un autre fichier"),
        ("extra", b"<< /S /SubmitForm >>", "un envoi de formulaire"),
        ("extra", b"<< /Type /EmbeddedFile >>", "un fichier joint"),
        ("extra", b"<< /S /JavaScript >>", "du JavaScript"),
        ("extra", b"<< /Subtype /RichMedia >>", "un contenu multimédia"),
        ("extra", b"<< /SMask << /S /Alpha >> >>", "une image masquée"),
    ],
)
def test_pages_and_nothing_else(scan_pdf, where, what, named):
    finding = only(scan_pdf(**{where: what}))
    assert finding == Finding(Rule.PDF_INVALIDE, 0, f"le PDF contient {named}", "des pages et rien d'autre")


@pytest.mark.parametrize("what", [b"/AcroForm null", b"/Annots []", b"/OCProperties << >>"])
def test_what_is_named_and_empty_is_no_fault(scan_pdf, what):
    assert inspect(scan_pdf(catalog=what)).compliant


def test_no_encryption(scan_pdf):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(scan_pdf())))
    writer.encrypt("", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    finding = only(out.getvalue())
    assert finding == Finding(Rule.PDF_INVALIDE, 0, "le PDF contient un chiffrement", "des pages et rien d'autre")

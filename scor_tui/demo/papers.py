"""The papers of the invented practice as a scanner gives them: ordonnances, DSI, care sheets, letters.

Every face says « DÉMONSTRATION ». The three bad scans meet the norms of a piece, and a hurried eye ticks
them *Lisible*; only the caisse, which measures what it sees (`judge`), refuses them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from scor_tui.demo.cases import AUTP, DSIP, FSNC, ORDN, Variant
from scor_tui.demo.population import FUNDS, PRACTICE, Facture, Prescription
from scor_tui.demo.sheet import A4_MM, A5_MM, PAPER, Sheet, jpeg, px, scanned
from scor_tui.domain.pieces import PieceType

if TYPE_CHECKING:
    from scor_tui.demo.people import Patient, Prescriber

BANNER = "DÉMONSTRATION · document inventé, sans valeur"


@dataclass(frozen=True)
class Paper:
    """A document on the glass: what it is, how the scan comes out, how many pages; `seed` its accidents."""

    type: PieceType
    variant: Variant
    facture: Facture | None
    prescription: Prescription | None
    pages: int = 1
    seed: int = 0


def scans(paper: Paper) -> tuple[bytes, ...]:
    """Return the pages of a paper as grey JPEGs, A4 at 300 dpi."""
    random = Random(f"{paper.seed}/{paper.type}/{paper.variant}/{_key(paper)}")
    return tuple(_scan(paper, number, random) for number in range(1, paper.pages + 1))


def _key(paper: Paper) -> str:
    return (paper.facture.number if paper.facture else "") + (paper.prescription.number if paper.prescription else "")


def _scan(paper: Paper, number: int, random: Random) -> bytes:
    sheet = _drawn(paper, number, random)
    damaged = {
        Variant.GOOD: _as_it_is,
        Variant.PALE: _pale,
        Variant.SHIFTED: _shifted,
        Variant.CUT: _cut,
    }[paper.variant]
    return jpeg(damaged(sheet, random))


# --- what the glass does -----------------------------------------------------------------------------------


def _as_it_is(sheet: Sheet, random: Random) -> Image.Image:
    return scanned(sheet.image, random)


def _pale(sheet: Sheet, random: Random) -> Image.Image:
    """Print with a dying ribbon, scan on a dusty glass: the strokes break, specks cover the page."""
    worn = Image.frombytes("L", (620, 877), random.randbytes(620 * 877)).filter(ImageFilter.BoxBlur(1))
    ribbon = worn.resize(sheet.image.size, Image.Resampling.BILINEAR).point(lambda v: 255 if v > 122 else 0)
    image = scanned(ImageChops.lighter(sheet.image, ribbon.point(lambda v: v * 228 // 255)), random)
    draw = ImageDraw.Draw(image)
    for _ in range(4500):
        x, y, size = (
            random.randrange(60, image.width - 60),
            random.randrange(60, image.height - 60),
            random.choice((3, 3, 4)),
        )
        draw.ellipse((x, y, x + size, y + size), fill=random.randrange(70, 120))
    return image


def _shifted(sheet: Sheet, random: Random) -> Image.Image:
    """Let a small sheet slip to the far side of the glass, its margin over the rim."""
    glass = Image.new("L", (px(A4_MM[0]), px(A4_MM[1])), PAPER)
    small = sheet.image if sheet.size_mm == A5_MM else sheet.image.resize((px(A5_MM[0]), px(A5_MM[1])))
    left, _, right, _ = _ink_box(small)
    glass.paste(small.crop((left, 0, right, small.height)), (glass.width - (right - left) - px(2.2), px(45)))
    return scanned(glass, random)


def _cut(sheet: Sheet, random: Random) -> Image.Image:
    """Lay the sheet beside the glass: the beginning of every line is missing."""
    left = _ink_box(sheet.image)[0] + px(random.uniform(14.0, 18.0))
    askew = scanned(sheet.image, random)
    glass = Image.new("L", askew.size, PAPER)
    glass.paste(askew.crop((left, 0, askew.width, askew.height)), (0, 0))
    return glass


def _ink_box(image: Image.Image) -> tuple[int, int, int, int]:
    box = image.point(lambda value: 255 if value < 180 else 0).getbbox()
    return box or (0, 0, image.width, image.height)


# --- what is on the paper -----------------------------------------------------------------------------------


def _drawn(paper: Paper, number: int, random: Random) -> Sheet:
    sheet = Sheet()
    if number > 1:
        _following_page(sheet, paper, number, random)
    elif paper.type is FSNC and paper.facture is not None:
        _care_sheet(sheet, paper.facture, random)
    elif paper.type is AUTP or paper.prescription is None:
        _letter(sheet, _patient(paper), _date(paper), random)
    elif paper.type is DSIP:
        _dsi(sheet, paper.prescription, random)
    elif paper.type is ORDN:
        _ordonnance(sheet, paper.prescription, random)
    sheet.text(A4_MM[0] / 2, 284, BANNER, 3.6, "Bd", "ma")
    return sheet


def _patient(paper: Paper) -> Patient:
    owner = paper.prescription or paper.facture
    if owner is None:
        raise ValueError("un papier tient à une prescription ou à une facture")
    return owner.patient


def _date(paper: Paper) -> date:
    owner = paper.prescription or paper.facture
    if owner is None:
        raise ValueError("un papier tient à une prescription ou à une facture")
    return owner.day


def _letterhead(sheet: Sheet, doctor: Prescriber, title: str) -> None:
    name = doctor.name or "Service des urgences (médecin non nommé)"
    sheet.text(20, 18, f"Dr {name}" if doctor.name else name, 5.6, "Bd")
    sheet.text(20, 26, doctor.speciality, 4.2)
    sheet.text(20, 32, "1 place de l'Invention, 99000 EXEMPLE-SUR-ESSAI", 3.8)
    sheet.text(20, 37.5, f"Identifiant {doctor.number}", 3.8)
    sheet.rule(20, 45, 190, 45, 0.5)
    sheet.text(105, 52, title, 6.4 if len(title) < 20 else 4.8, "Bd", "ma")


def _sign(sheet: Sheet, doctor: Prescriber, y: float, random: Random) -> None:
    sheet.text(120, y, "Signature et cachet", 3.6, "It")
    sheet.signature(122, y + 16, random)
    sheet.stamp(118, y + 24, (f"Dr {doctor.name or 'URGENCES'}", doctor.number, "EXEMPLE-SUR-ESSAI"), random)


def _ordonnance(sheet: Sheet, prescription: Prescription, random: Random) -> None:
    _letterhead(sheet, prescription.prescriber, "ORDONNANCE")
    sheet.text(190, 66, f"Le {prescription.day:%d/%m/%Y}", 4.4, anchor="ra")
    sheet.text(20, 78, f"Patient : {prescription.patient.name}", 4.8, "Bd")
    sheet.text(20, 86, f"né(e) le {prescription.patient.born:%d/%m/%Y}", 4.2)
    acts = prescription.acts
    lines = (
        f"Faire pratiquer par {_profession(prescription)} :",
        "",
        f"{acts.quantity} séances de {acts.reason}",
        f"cotation {acts.letter} {acts.coefficient}, une à trois fois par semaine",
        f"du {prescription.start:%d/%m/%Y} au {prescription.end:%d/%m/%Y}",
        "",
        "à domicile si l'état du patient l'exige,",
        "y compris dimanches et jours fériés si nécessaire.",
        "",
        "Renouvellement : non. Bilan à adresser en fin de traitement.",
    )
    for index, line in enumerate(lines):
        sheet.text(28, 104 + 8.5 * index, line, 4.6)
    _sign(sheet, prescription.prescriber, 205, random)


def _dsi(sheet: Sheet, prescription: Prescription, random: Random) -> None:
    _letterhead(sheet, prescription.prescriber, "PRESCRIPTION DE DÉMARCHE DE SOINS INFIRMIERS")
    sheet.text(
        20,
        72,
        f"Patient : {prescription.patient.name}, né(e) le {prescription.patient.born:%d/%m/%Y}",
        4.4,
        "Bd",
    )
    rows = (
        "Dépendance pour la toilette", "Dépendance pour l'habillage", "Transferts et mobilité",
        "Surveillance du traitement", "Prévention des escarres", "Éducation du patient et de l'entourage",
    )  # fmt: skip
    for index, row in enumerate(rows):
        y = 92 + 13 * index
        sheet.box(20, y - 3, 170, 13)
        sheet.text(25, y, row, 4.2)
        sheet.box(172, y - 0.5, 7, 7, 0.4)
        if random.random() < 0.6:
            sheet.text(175.5, y - 1.4, "X", 6.0, "Bd", "ma")
    sheet.text(20, 178, f"À compter du {prescription.start:%d/%m/%Y}, pour trois mois au plus.", 4.4)
    sheet.text(20, 187, f"Fait le {prescription.day:%d/%m/%Y}", 4.4)
    _sign(sheet, prescription.prescriber, 205, random)


def _letter(sheet: Sheet, patient: Patient, day: date, random: Random) -> None:
    sheet.text(20, 22, PRACTICE, 5.4, "Bd")
    sheet.text(20, 30, "5 allée des Tilleuls, 99000 EXEMPLE-SUR-ESSAI", 4.0)
    sheet.text(190, 48, f"Le {day:%d/%m/%Y}", 4.4, anchor="ra")
    sheet.text(20, 66, f"Objet : {patient.name}, accord et renseignements utiles", 4.6, "Bd")
    lines = (
        "Madame, Monsieur,",
        "",
        "Vous trouverez ci-dessous les renseignements utiles au dossier de la",
        "personne citée en objet, née le " + f"{patient.born:%d/%m/%Y}.",
        "",
        f"Organisme : {FUNDS[patient.caisse][0]} ({patient.caisse}).",
        f"Situation : {patient.exemption.lower()}.",
        f"Médecin traitant : {patient.doctor}.",
        "",
        "L'accord est réputé acquis faute de réponse sous quinze jours.",
        "",
        "Veuillez agréer, Madame, Monsieur, nos salutations distinguées.",
    )
    for index, line in enumerate(lines):
        sheet.text(24, 88 + 8.2 * index, line, 4.4)
    sheet.signature(120, 212, random)


def _following_page(sheet: Sheet, paper: Paper, number: int, random: Random) -> None:
    sheet.text(20, 20, f"{_patient(paper).name} · suite, page {number}", 4.6, "Bd")
    for index in range(14):
        sheet.text(
            24,
            40 + 11 * index,
            f"{index + 1}. Consigne de soins n° {random.randint(10, 99)}, à suivre à la lettre.",
            4.4,
        )
    sheet.signature(120, 220, random)


def _care_sheet(sheet: Sheet, facture: Facture, random: Random) -> None:
    patient, practitioner = facture.patient, facture.practitioner
    sheet.text(105, 12, "feuille de soins auxiliaire médical(e)", 6.0, "Bd", "ma")
    sheet.text(20, 24, "numéro de facture", 3.4)
    sheet.comb(52, 22.5, facture.number)
    sheet.text(118, 24, "date", 3.4)
    sheet.comb(130, 22.5, f"{facture.day:%d%m%Y}")
    _frame(sheet, 34, 44, "PERSONNE RECEVANT LES SOINS ET ASSURÉ(E)")
    sheet.text(22, 44, f"nom et prénom   {patient.name}", 4.2)
    sheet.comb(22, 53, patient.nir)
    sheet.text(110, 54, f"né(e) le {patient.born:%d/%m/%Y}", 4.0)
    sheet.text(22, 65, f"organisme   {patient.caisse} {FUNDS[patient.caisse][0]}", 4.0)
    _frame(sheet, 82, 42, "IDENTIFICATION DE L'AUXILIAIRE MÉDICAL(E)")
    holder = f"{practitioner.surname} {practitioner.first_name} · {practitioner.number}"
    sheet.text(22, 92, holder, 4.4, "Bd")
    sheet.text(22, 100, practitioner.address, 3.8)
    if facture.substitute is not None:
        sheet.rule(20, 104, 120, 91, 0.4)
        sheet.text(
            22,
            110,
            f"remplaçant(e) : {facture.substitute.surname} {facture.substitute.first_name}",
            4.2,
            "Bd",
        )
        sheet.comb(120, 109, facture.substitute.number)
    _frame(sheet, 128, 22, "IDENTIFICATION DU PRESCRIPTEUR")
    if facture.prescription is not None:
        doctor = facture.prescription.prescriber
        sheet.text(22, 138, f"Dr {doctor.name} · {doctor.number} · le {facture.prescription.day:%d/%m/%Y}", 4.2)
    _acts_table(sheet, facture)
    sheet.text(110, 246, "signature de l'auxiliaire médical(e)", 3.4, "It")
    sheet.signature(118, 264, random)


def _acts_table(sheet: Sheet, facture: Facture) -> None:
    _frame(sheet, 154, 88, "ACTES EFFECTUÉS")
    for column in (50, 80, 110, 150):
        sheet.rule(column, 163, column, 228)
    for index, title in enumerate(("date", "acte", "coefficient", "montant", "total")):
        sheet.text((22, 52, 82, 112, 152)[index], 164, title, 3.4, "It")
    for index in range(facture.sessions):
        y = 172 + 11 * index
        sheet.rule(18, y - 2, 192, y - 2)
        cells = (f"{facture.day:%d/%m/%Y}", facture.acts.letter, facture.acts.coefficient)
        for x, cell in zip((22, 52, 82), cells, strict=True):
            sheet.text(x, y, cell, 4.0)
        sheet.text(145, y, _euros(facture.acts.cents), 4.0, anchor="ra")
        sheet.text(188, y, _euros(facture.acts.cents), 4.0, anchor="ra")
    sheet.rule(18, 228, 192, 228)
    sheet.text(188, 232, f"total {_euros(facture.total)} €", 4.6, "Bd", "ra")


def _frame(sheet: Sheet, y: float, height: float, title: str) -> None:
    sheet.box(18, y, 174, height, 0.35)
    sheet.text(20, y + 1.5, title, 3.2, "Bd")


def _profession(prescription: Prescription) -> str:
    return (
        "masseur-kinésithérapeute" if prescription.practitioner.profession == "26" else "infirmier(e) diplômé(e) d'État"
    )


def _euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"

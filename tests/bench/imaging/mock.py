"""Invented prescriptions with their exact text: what is written, on what paper, and by what it was caught.

Everything comes from a seed. Only the fonts come from the machine: reportlab's Vera, and whatever handwriting and
print fonts Debian has put in its usual place; a font that is missing changes the page, never the bench.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

import reportlab
from PIL import Image, ImageChops, ImageDraw, ImageFont

DPI = 300
A4_MM = (210.0, 297.0)
Colour = tuple[int, int, int]

_VERA = Path(reportlab.__file__).parent / "fonts"
_DEBIAN = Path("/usr/share/fonts/truetype")
PRINT = (
    _VERA / "Vera.ttf",
    _DEBIAN / "liberation/LiberationSerif-Regular.ttf",
    _DEBIAN / "liberation/LiberationSans-Regular.ttf",
    _DEBIAN / "liberation/LiberationMono-Regular.ttf",
    _DEBIAN / "dejavu/DejaVuSans.ttf",
)
HAND = (_DEBIAN / "breip/Breip.ttf", _DEBIAN / "fifthhorseman/dkg.ttf")

_NAMES = ("Camille EXEMPLE", "Jean FICTIF", "Léa INVENTÉE", "Émile FACTICE", "Zoé MODÈLE", "Noël IMAGINAIRE")
_TOWNS = ("EXEMPLE-SUR-ESSAI", "VILLE-INVENTÉE", "SAINT-FICTIF", "MODÈLE-LES-BAINS")
_JOBS = ("médecin généraliste", "rhumatologue", "chirurgien orthopédique", "gériatre", "pédiatre")
ACTS = (
    "20 séances de rééducation du genou droit, à domicile,",
    "Pansement à changer tous les deux jours pendant un mois.",
    "Injection sous-cutanée une fois par jour, à 8 heures.",
    "Bilan orthophonique avec rééducation si nécessaire.",
    "Paracétamol 500 mg : 1 comprimé 3 fois par jour, 7 jours.",
    "Surveillance de la tension artérielle matin et soir.",
    "Toilette et habillage, passage matin et soir, 90 jours.",
    "Prélèvement sanguin à domicile : numération, glycémie.",
    "Bas de contention classe 2, deux paires, à renouveler.",
    "Massage et drainage du membre supérieur gauche.",
    "trois fois par semaine, y compris dimanches et jours fériés.",
    "Rééducation respiratoire : 10 séances, urgence médicale.",
    "Ablation des fils le douzième jour, soins locaux.",
    "Insuline rapide : 4 unités le matin, 6 unités le soir.",
    "Amoxicilline 1 g : un comprimé matin, midi et soir.",
    "Compresses stériles, sérum physiologique, bande extensible.",
)
_SMALL = (
    "En cas d'urgence, composez le numéro habituel. Membre d'une association agréée, règlement par chèque accepté.",
    "Document inventé pour les essais, sans aucune valeur médicale ; toute ressemblance serait fortuite.",
)


@dataclass(frozen=True)
class Traits:
    """What a mock page is made of; `name` is how it is called in the tables."""

    name: str
    hand: bool = False
    table: bool = False
    stamp: Colour | None = None
    paper: Colour = (250, 249, 246)
    ink: Colour = (35, 35, 38)
    size_mm: float = 4.3
    small_print: bool = True
    show_through: float = 0.0
    ruled: bool = False


@dataclass
class Sheet:
    """A page as it was written, in colour at 300 dpi, and the words on it."""

    image: Image.Image
    words: list[str] = field(default_factory=list)


@cache
def font(path: Path, height_px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return a font at a size in pixels; Pillow's own when the machine has not the one that is asked for."""
    return ImageFont.truetype(path, height_px) if path.exists() else ImageFont.load_default(size=height_px)


def px(millimetres: float) -> int:
    """Return millimetres as pixels at 300 dpi."""
    return round(millimetres / 25.4 * DPI)


def sheet(traits: Traits, seed: int) -> Sheet:
    """Write one prescription."""
    chance = Random(f"sheet/{traits.name}/{seed}")
    made = Sheet(Image.new("RGB", (px(A4_MM[0]), px(A4_MM[1])), traits.paper))
    if traits.show_through:
        _show_through(made, traits, chance)
    if traits.ruled:
        _rule(made.image, traits)
    _write(made, traits, chance)
    if traits.stamp:
        _stamp(made, traits.stamp, chance)
    return made


def _write(made: Sheet, traits: Traits, chance: Random) -> None:
    printed = chance.choice(PRINT)
    body = chance.choice(HAND) if traits.hand else printed
    name, patient = chance.sample(_NAMES, 2)
    dark = (30, 30, 32)
    _line(made, 22, 18, f"Docteur {name}", printed, 5.4, traits.ink if not traits.hand else dark)
    _line(made, 22, 27, chance.choice(_JOBS), printed, 4.0, traits.ink if not traits.hand else dark)
    _line(
        made, 22, 33, f"{chance.randint(1, 99)} rue des Essais, 99000 {chance.choice(_TOWNS)}", printed, 3.7, traits.ink
    )
    size = traits.size_mm * (1.45 if traits.hand else 1.0)
    date = f"Le {chance.randint(1, 28)} {chance.choice(('janvier', 'mars', 'juin', 'octobre'))} 2026"
    _line(made, 130, 52, date, body, size, traits.ink)
    _line(made, 22, 66, f"Patient : {patient}, {chance.randint(20, 95)} ans", body, size, traits.ink)
    acts = chance.sample(ACTS, 9 if traits.hand else 13)
    step = (230 - 84) / len(acts)
    for number, act in enumerate(acts):
        y = 84 + step * number + (chance.uniform(-1, 1) if traits.hand else 0)
        if traits.table:
            _box(made.image, 20, y - 3, 172, step, traits.ink)
        _line(made, 25 + (chance.uniform(-2, 2) if traits.hand else 0), y, act, body, size, traits.ink)
    _scribble(made.image, chance, traits.ink)
    if traits.small_print:
        for number, text in enumerate(_SMALL):
            _line(made, 22, 274 + 5 * number, text, printed, 2.6, traits.ink)


def _line(made: Sheet, x_mm: float, y_mm: float, text: str, face: Path, size_mm: float, ink: Colour) -> None:
    pen = ImageDraw.Draw(made.image)
    pen.text((px(x_mm), px(y_mm)), text, font=font(face, px(size_mm)), fill=ink)
    made.words += text.split()


def _box(image: Image.Image, x: float, y: float, wide: float, high: float, ink: Colour) -> None:
    ImageDraw.Draw(image).rectangle((px(x), px(y), px(x + wide), px(y + high)), outline=ink, width=3)


def _scribble(image: Image.Image, chance: Random, ink: Colour) -> None:
    x, y = 120.0, 250.0
    points = [(px(x + 2.2 * step + chance.uniform(-3, 3)), px(y + chance.uniform(-8, 8))) for step in range(22)]
    ImageDraw.Draw(image).line(points, fill=ink, width=5, joint="curve")


def _stamp(made: Sheet, colour: Colour, chance: Random) -> None:
    """Put a slanted stamp over the foot of the text; its words count."""
    layer = Image.new("L", (px(64), px(26)), 0)
    pen = ImageDraw.Draw(layer)
    pen.rectangle((4, 4, layer.width - 5, layer.height - 5), outline=255, width=6)
    lines = ("CABINET FACTICE", "MODÈLE 99 9 99999 9")
    for number, text in enumerate(lines):
        pen.text((px(4), px(4 + 10 * number)), text, font=font(PRINT[0], px(4.6)), fill=255)
        made.words += text.split()
    turned = layer.rotate(chance.uniform(-4, 4), Image.Resampling.BICUBIC, expand=True)
    ink = Image.new("RGB", turned.size, colour)
    place = (px(24), px(236))
    under = made.image.crop((*place, place[0] + turned.width, place[1] + turned.height))
    made.image.paste(Image.composite(ImageChops.multiply(under, ink), under, turned), place)


def _rule(image: Image.Image, traits: Traits) -> None:
    pen = ImageDraw.Draw(image)
    for y in range(px(60), px(240), px(8)):
        pen.line((px(15), y, px(195), y), fill=(150, 175, 215), width=3)


def _show_through(made: Sheet, traits: Traits, chance: Random) -> None:
    """Print the back of the paper, which is seen by `show_through` (0..1) of its darkness."""
    back = Sheet(Image.new("RGB", made.image.size, (255, 255, 255)))
    _write(back, Traits("verso", ink=(30, 30, 30)), chance)
    seen = back.image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).reduce(6).resize(made.image.size)
    faint = seen.point(lambda level: 255 - round((255 - level) * traits.show_through))
    made.image = ImageChops.multiply(made.image, faint)

"""Invented people: names that look it, social security numbers of a département 99, Luhn numbers from 99."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from scor_tui.domain.numbers import nir_key

SURNAMES = (
    "EXEMPLE", "ESSAI", "CARTIER", "FACTICE", "MODÈLE", "SPÉCIMEN", "TÉMOIN", "MAQUETTE",
    "PROTOTYPE", "ÉBAUCHE", "CROQUIS", "BROUILLON", "GABARIT", "PATRON", "CALQUE", "ESQUISSE",
    "TROIS", "QUATORZE", "DIXIÈME", "VIRGULE", "POINT-VIRGULE", "ASTÉRISQUE", "PARAGRAPHE",
    "ALINÉA", "CHAPITRE", "PRÉFACE", "SOMMAIRE", "D'ANNEXE", "ESSAIM", "FICTIF",
)  # fmt: skip
WOMEN = (
    "Agathe", "Nathalie", "Adèle", "Sophie", "Léa", "Inès", "Marie-Noëlle", "Zoé", "Chloé",
    "Françoise", "Hélène", "Agnès", "Joëlle", "Camille", "Anaïs",
)  # fmt: skip
MEN = (
    "Olivier", "Benjamin", "Rémy", "Paul", "Loïc", "François", "Gaël", "Noël", "Jérôme", "Hugo",
    "Théo", "Félix", "Émile", "Jean-Loup", "Maël",
)  # fmt: skip


@dataclass(frozen=True)
class Practitioner:
    """A practitioner of the practice; `number` has 9 digits, `profession` is the fund's code (24, 26…)."""

    number: str
    surname: str
    first_name: str
    profession: str
    address: str

    @property
    def name(self) -> str:
        """First name, then surname, as on a letterhead."""
        return f"{self.first_name} {self.surname}"


@dataclass(frozen=True)
class Substitute:
    """A remplaçant, and the number of the practitioner that he or she stands in for."""

    number: str
    surname: str
    first_name: str
    holder: str


@dataclass(frozen=True)
class Prescriber:
    """A doctor; `number` is `INCONNU` when the prescription does not tell."""

    number: str
    name: str
    speciality: str = "Médecine générale"


@dataclass(frozen=True)
class Patient:
    """A patient; `nir` and `insured_nir` have 15 characters, key included."""

    number: str
    surname: str
    first_name: str
    born: date
    nir: str
    insured_nir: str
    caisse: str
    phone: str
    doctor: str
    exemption: str
    third_party: bool

    @property
    def name(self) -> str:
        """Surname, then first name, as in every list of the practice."""
        return f"{self.surname} {self.first_name}"


def with_luhn(stem: str) -> str:
    """Return `stem` followed by its Luhn digit, as the numbers of professionals are made."""
    doubled = (int(digit) * (2 - index % 2) for index, digit in enumerate(reversed(stem)))
    return stem + str(-sum(number // 10 + number % 10 for number in doubled) % 10)


def prescribers() -> tuple[Prescriber, ...]:
    """Return the doctors of the invented town; the last one is the one that nobody could name."""
    names = (
        ("Richard MARTINET", "Médecine générale"), ("Alberte ESSAYEUR", "Médecine générale"),
        ("Suzanne PLACEBO", "Gériatrie"), ("Jean STÉTHOSCOPE", "Médecine générale"),
        ("Rose ATTELLE", "Chirurgie orthopédique"), ("Igor BÉQUILLE", "Rhumatologie"),
        ("Lucie PANSEMENT", "Médecine générale"), ("Marc COMPRESSE", "Médecine vasculaire"),
        ("Ève TENSION", "Cardiologie"),
    )  # fmt: skip
    known = tuple(
        Prescriber(with_luhn(f"991800{index:02d}"), name, what) for index, (name, what) in enumerate(names, 11)
    )
    return (*known, Prescriber("INCONNU", ""))


def patients(random: Random, today: date, caisses: tuple[str, ...]) -> tuple[Patient, ...]:
    """Invent one patient for each fund of `caisses`, in that order.

    Two of them carry a Corsican number; every twelfth is a child, insured by an adult of the same fund.
    """
    made: list[Patient] = []
    adults: dict[str, str] = {}
    doctors = prescribers()[:-1]
    for index, (surname, first_name, woman) in enumerate(_names(random, len(caisses))):
        child = index % 12 == 11
        born = date(today.year - (random.randint(4, 15) if child else random.randint(19, 92)), 1, 1)
        born = born.replace(month=random.randint(1, 12), day=random.randint(1, 28))
        department = {17: "2A", 34: "2B"}.get(index, "99")
        stem = f"{2 if woman else 1}{born:%y%m}{department}{999 - index // 9:03d}{random.randint(1, 998):03d}"
        nir = stem + nir_key(stem)
        if not child:
            adults[caisses[index]] = nir
        made.append(
            Patient(
                number=f"{index + 1:04d}",
                surname=surname,
                first_name=first_name,
                born=born,
                nir=nir,
                insured_nir=adults.get(caisses[index], nir),
                caisse=caisses[index],
                phone=f"06 39 98 {random.randint(0, 99):02d} {random.randint(0, 99):02d}",
                doctor=random.choice(doctors).name,
                exemption="ALD" if random.random() < 0.25 else "Aucune exonération",
                third_party=random.random() < 0.7,
            )
        )
    return tuple(made)


def _names(random: Random, count: int) -> list[tuple[str, str, bool]]:
    pairs: list[tuple[str, str, bool]] = []
    for turn in range(-(-count // len(SURNAMES))):
        women, men = random.sample(WOMEN, len(WOMEN)), random.sample(MEN, len(MEN))
        for index, surname in enumerate(SURNAMES):
            woman = (index + turn) % 2 == 0
            pairs.append((surname, (women if woman else men)[index // 2 % len(MEN)], woman))
    return pairs[:count]

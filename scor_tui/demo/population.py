"""The invented practice, from a seed: people, prescriptions and the factures of `cases`.

`practice_files` writes it down as a user would give it: a TOML for `creer`, a JSON for `importer`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random

from scor_tui.demo.cases import CASES, CPAM, DSIP, KINE, LAST_DAY, MSA, SCOR_START_DAY, Case
from scor_tui.demo.people import (
    Patient,
    Practitioner,
    Prescriber,
    Substitute,
    patients,
    prescribers,
    with_luhn,
)
from scor_tui.domain.numbers import facture_number

PATIENTS = 60
PRACTICE = "Cabinet des Tilleuls"
FUNDS = {
    CPAM: ("CPAM Essai", "12 rue du Modèle, 99996 ESSAI CEDEX"),
    MSA: ("MSA Essai", "3 chemin du Gabarit, 99761 EXEMPLE-LES-CHAMPS"),
}


@dataclass(frozen=True)
class ActSet:
    """Acts of one prescription: how many, the key letter, its coefficient and price in cents, and why."""

    quantity: int
    letter: str
    coefficient: str
    cents: int
    reason: str

    @property
    def label(self) -> str:
        """`10 AMK 7,5`, as the prescription list shows it."""
        return f"{self.quantity} {self.letter} {self.coefficient}"


@dataclass(frozen=True)
class Prescription:
    """What a doctor prescribed to a patient, and the practitioner who does it."""

    number: str
    patient: Patient
    practitioner: Practitioner
    day: date
    prescriber: Prescriber
    acts: ActSet
    start: date
    end: date
    dsi: bool


@dataclass(frozen=True)
class Facture:
    """One invoice of a case; amounts in cents."""

    number: str
    case: Case
    patient: Patient
    practitioner: Practitioner
    prescription: Prescription | None
    substitute: Substitute | None
    day: date
    acts: ActSet
    sessions: int
    total: int
    amo: int
    amc: int

    @property
    def flux(self) -> str:
        """FSE, or DRE for the complementary fund."""
        return "DRE" if self.case.dre else "FSE"

    @property
    def insured(self) -> int:
        """What the patient pays, in cents."""
        return self.total - self.amo - self.amc


KINE_ACTS = (
    ActSet(10, "AMS", "7,5", 1613, "rééducation de l'épaule"),
    ActSet(15, "AMS", "9,5", 2043, "rééducation du genou opéré"),
    ActSet(12, "AMK", "8", 1720, "rééducation respiratoire"),
    ActSet(20, "AMK", "10", 2150, "rééducation à la marche"),
)
NURSE_ACTS = (
    ActSet(14, "AMI", "4", 1260, "pansement complexe"),
    ActSet(30, "AMI", "1", 315, "injection sous-cutanée quotidienne"),
    ActSet(28, "AIS", "3", 795, "soins infirmiers à domicile"),
    ActSet(7, "AMI", "2", 630, "surveillance d'un traitement"),
)


@dataclass(frozen=True)
class Population:
    """The practice and all that it wrote down. `last_day` is the date of the last day played."""

    seed: int
    last_day: date
    practitioners: tuple[Practitioner, ...]
    substitutes: tuple[Substitute, ...]
    patients: tuple[Patient, ...]
    prescriptions: tuple[Prescription, ...]
    factures: tuple[Facture, ...]

    @property
    def scor_start(self) -> date:
        """The date de démarrage of both practitioners."""
        return day_date(self.last_day, SCOR_START_DAY)

    @cached_property
    def by_case(self) -> dict[str, Facture]:
        """The factures by the name of their case."""
        return {facture.case.name: facture for facture in self.factures}


def day_date(last_day: date, day: int) -> date:
    """Return the date of a played day, 1 to 12; days before 1 are before the demonstration."""
    return last_day - timedelta(days=LAST_DAY - day)


def build(seed: int, last_day: date) -> Population:
    """Invent the practice: the same seed and day give the same practice, to the last digit."""
    random = Random(seed)
    kine = Practitioner(
        with_luhn("99123456"), "MASSEUR", "Honoré", "26", "5 allée des Tilleuls, 99000 EXEMPLE-SUR-ESSAI"
    )
    nurse = Practitioner(with_luhn("99765432"), "PIQÛRE", "Emma", "24", "5 allée des Tilleuls, 99000 EXEMPLE-SUR-ESSAI")
    substitute = Substitute(with_luhn("99333222"), "INTÉRIM", "Basile", kine.number)
    own = [case for case in CASES if not case.series]
    funds = tuple(case.caisse for case in own)
    people = patients(random, last_day, funds + tuple((CPAM, MSA)[i % 2] for i in range(PATIENTS - len(own))))
    maker = _Maker(random, last_day, (kine, nurse), substitute)
    for case, patient in zip(own, people, strict=False):
        maker.prescribe(case, patient)
    factures = tuple(maker.invoice(case) for case in CASES)
    for index, patient in enumerate(people[len(own) :]):
        if index % 3:
            maker.prescribe_only(patient, index)
    return Population(seed, last_day, (kine, nurse), (substitute,), people, tuple(maker.prescriptions), factures)


class _Maker:
    """Writes prescriptions and factures, counting both."""

    def __init__(
        self, random: Random, last_day: date, practitioners: tuple[Practitioner, ...], substitute: Substitute
    ) -> None:
        self._random = random
        self._last_day = last_day
        self._practitioners = practitioners
        self._substitute = substitute
        self._by_case: dict[str, tuple[Patient, Prescription | None, ActSet]] = {}
        self._per_day: dict[date, int] = {}
        self.prescriptions: list[Prescription] = []

    def prescribe(self, case: Case, patient: Patient) -> None:
        """Write the prescription of a case, if it has one."""
        acts = self._random.choice(KINE_ACTS if case.who == KINE else NURSE_ACTS)
        prescription = None
        if case.prescription:
            day = day_date(self._last_day, case.day) - timedelta(days=self._random.randint(4, 16))
            doctors = prescribers()
            doctor = doctors[-1] if case.unknown_prescriber else self._random.choice(doctors[:-1])
            dsi = any(plan.type is DSIP for plan in case.pieces)
            prescription = self._add(patient, self._practitioners[case.who], day, doctor, acts, dsi=dsi)
        self._by_case[case.name] = (patient, prescription, acts)

    def prescribe_only(self, patient: Patient, index: int) -> None:
        """Write a prescription that nobody has invoiced yet."""
        day = self._last_day - timedelta(days=self._random.randint(0, 20))
        acts = self._random.choice((KINE_ACTS, NURSE_ACTS)[index % 2])
        doctor = self._random.choice(prescribers()[:-1])
        self._add(patient, self._practitioners[index % 2], day, doctor, acts, dsi=False)

    def invoice(self, case: Case) -> Facture:
        """Write the facture of a case, in whole cents, the insured paying what is left."""
        patient, prescription, acts = self._by_case[case.series or case.name]
        day = day_date(self._last_day, case.day)
        sessions = self._random.randint(2, 4)
        total = sessions * acts.cents
        amo = total if patient.exemption == "ALD" else (total * 60 + 50) // 100
        amc = total - amo if case.dre else 0
        return Facture(
            number=self._next_number(day),
            case=case,
            patient=patient,
            practitioner=self._practitioners[case.who],
            prescription=prescription,
            substitute=self._substitute if case.substitute else None,
            day=day,
            acts=acts,
            sessions=sessions,
            total=total,
            amo=amo,
            amc=amc,
        )

    def _add(
        self,
        patient: Patient,
        practitioner: Practitioner,
        day: date,
        doctor: Prescriber,
        acts: ActSet,
        *,
        dsi: bool,
    ) -> Prescription:
        start = day + timedelta(days=1)
        made = Prescription(
            number=f"P{len(self.prescriptions) + 1:04d}",
            patient=patient,
            practitioner=practitioner,
            day=day,
            prescriber=doctor,
            acts=acts,
            start=start,
            end=start + timedelta(days=60),
            dsi=dsi,
        )
        self.prescriptions.append(made)
        return made

    def _next_number(self, day: date) -> str:
        """Return the next number of a day: AAMMJJ and three digits that only grow."""
        self._per_day[day] = self._per_day.get(day, 500) + self._random.randint(1, 9)
        return facture_number(day, self._per_day[day])

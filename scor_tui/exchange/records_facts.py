"""What an import file holds once checked: patients, prescriptions and factures of the practice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from scor_tui.domain.dossier import Flux
from scor_tui.domain.wire import CaisseId, Sign


@dataclass(frozen=True)
class ImportedPatient:
    """`number` is the practice's. `insured_nir` is empty for the insured himself. NIRs: 15 characters."""

    line: int
    number: str
    last_name: str
    first_name: str
    birth: date
    nir: str = field(repr=False)
    insured_nir: str = field(repr=False)
    caisse: CaisseId
    phone: str
    doctor: str
    exemption: str
    tiers_payant: bool


@dataclass(frozen=True)
class ImportedPrescription:
    """`patient` is a number of the practice; `prescriber` an RPPS, a number of 9 digits or `INCONNU`."""

    line: int
    number: str
    patient: str
    practitioner: str
    day: date
    prescriber: str
    prescriber_name: str
    acts: str
    start: date | None
    end: date | None
    dsi: bool
    reason: str


@dataclass(frozen=True)
class ImportedFacture:
    """Amounts in cents. `prescription` and `remplacant` are empty when untold.

    `fse_sent` is an aware UTC datetime; a day without an hour is that day at noon UTC, which is the same day
    from Pacific islands to New Caledonia.
    """

    line: int
    number: str
    patient: str
    prescription: str
    practitioner: str
    remplacant: str
    day: date
    degraded: bool
    flux: Flux
    caisse: CaisseId
    total: int
    amo: int
    amc: int
    insured: int
    fse_lot: str
    fse_sent: datetime | None
    fse_arl: Sign | None
    fse_arl_date: date | None
    noemie_paid: date | None


@dataclass(frozen=True)
class ImportBatch:
    """Everything of one file, each checked alone: whether a patient exists is for the store to say."""

    patients: tuple[ImportedPatient, ...] = ()
    prescriptions: tuple[ImportedPrescription, ...] = ()
    factures: tuple[ImportedFacture, ...] = ()

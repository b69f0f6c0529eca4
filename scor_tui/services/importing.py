"""Imports: patients, prescriptions and factures from CSV, JSON or B2; NOEMIE returns. All or nothing, idempotent.

A record is known by its number. The same record again changes nothing; a patient may be brought up to date; a
prescription or a facture that says something else under a known number is an error, told with its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from scor_tui.domain.dossier import Flux
from scor_tui.domain.errors import ImportRefused
from scor_tui.domain.text import clean, fold
from scor_tui.domain.wire import NoemieReturn
from scor_tui.exchange.b2 import B2Facture, read_b2
from scor_tui.exchange.records import parse_records
from scor_tui.exchange.records_facts import (
    ImportBatch,
    ImportedFacture,
    ImportedPatient,
    ImportedPrescription,
)
from scor_tui.services import noemie_returns
from scor_tui.services.cabinet import Cabinet
from scor_tui.services.reports import Received
from scor_tui.store.engine import write
from scor_tui.store.models import (
    Acte,
    Caisse,
    Dossier,
    Facture,
    LotFSE,
    Patient,
    Practitioner,
    Prescriber,
    Prescription,
    Remplacant,
)

INCONNU = "INCONNU"


@dataclass
class Imported:
    """How many records came in new, were brought up to date, or were there already."""

    new: int = 0
    updated: int = 0
    known: int = 0
    warnings: tuple[str, ...] = ()


class _Lines:
    """Collects errors by line: everything is read before anything is refused."""

    def __init__(self) -> None:
        self.errors: list[tuple[int, str]] = []

    def find(self, line: int, model: Any, column: Any, value: str, what: str) -> Any:
        """Return a row that must be there, or note the error."""
        found = model.get_or_none(column == value)
        if found is None:
            self.errors.append((line, f"{what} {clean(value, limit=30)} inconnu du cabinet."))
        return found

    def settle(self) -> None:
        """Raise `ImportRefused` if anything was wrong."""
        if self.errors:
            count = len(self.errors)
            raise ImportRefused(
                f"{count} erreur(s), la première ligne {self.errors[0][0]} : {self.errors[0][1]} Rien n'a été importé.",
                "Corrigez le fichier et recommencez : ce qui est déjà connu ne sera pas doublé.",
                lines=self.errors,
            )


def import_file(cabinet: Cabinet, path: Path) -> Imported | Received:
    """Import a file, its kind judged on its content; raises `ImportRefused`, `BadMessage`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ImportRefused(
            f"Le fichier {clean(path.name, limit=80)} ne peut pas être lu.",
            "Vérifiez son chemin et ses droits.",
        ) from error
    if _looks_like_noemie(content):
        with write():
            return noemie_returns.apply(cabinet, None, None, NoemieReturn("", content))
    if content[:3] == b"000" and content[:128].isascii():
        found = read_b2(content, cabinet.today())
        done = _apply(cabinet, lambda lines, tally: _b2(lines, tally, found.factures))
        done.warnings = found.warnings
        return done
    batch = parse_records(content)
    return _apply(cabinet, lambda lines, tally: _batch(lines, tally, batch))


def _apply(cabinet: Cabinet, take: Callable[[_Lines, Imported], None]) -> Imported:
    lines, tally = _Lines(), Imported()
    with write():
        take(lines, tally)
        lines.settle()
        cabinet.journal.add(cabinet.now(), "import", nouveaux=tally.new, modifies=tally.updated, connus=tally.known)
    return tally


def _batch(lines: _Lines, tally: Imported, batch: ImportBatch) -> None:
    for patient in batch.patients:
        _patient(lines, tally, patient)
    for prescription in batch.prescriptions:
        _prescription(lines, tally, prescription)
    for facture in batch.factures:
        _facture(lines, tally, facture)


def _patient(lines: _Lines, tally: Imported, one: ImportedPatient) -> None:
    caisse = lines.find(one.line, Caisse, Caisse.identifier, str(one.caisse), "Caisse")
    if caisse is None:
        return
    facts = {
        "name": one.last_name,
        "first_name": one.first_name,
        "birth": one.birth,
        "nir": one.nir,
        "insured_nir": one.insured_nir,
        "caisse": caisse,
        "phone": one.phone,
        "doctor": one.doctor,
        "exemption": one.exemption,
        "tiers_payant": one.tiers_payant,
        "folded": fold(f"{one.last_name} {one.first_name} {one.number}"),
    }
    row = Patient.get_or_none(Patient.number == one.number)
    if row is None:
        Patient.create(number=one.number, **facts)
        tally.new += 1
    elif _differs(row, facts):
        Patient.update(**facts).where(Patient.id == row.id).execute()
        tally.updated += 1
    else:
        tally.known += 1


def _prescription(lines: _Lines, tally: Imported, one: ImportedPrescription) -> None:
    patient = lines.find(one.line, Patient, Patient.number, one.patient, "Patient")
    who = lines.find(one.line, Practitioner, Practitioner.number, one.practitioner, "Praticien")
    if patient is None or who is None:
        return
    prescriber, _ = Prescriber.ensure(number=one.prescriber or INCONNU, name=one.prescriber_name)
    facts = {
        "patient": patient,
        "practitioner": who,
        "prescriber": prescriber,
        "date": one.day,
        "begins": one.start,
        "ends": one.end,
        "needs_dsi": one.dsi,
        "reason": one.reason,
    }
    row = Prescription.get_or_none(Prescription.number == one.number)
    if row is not None:
        _same_or_error(lines, tally, one.line, row, facts, f"La prescription {one.number}")
        return
    row = Prescription.create(number=one.number, **facts)
    for rank, label in enumerate(filter(None, (part.strip() for part in one.acts.split("+")))):
        Acte.create(prescription=row, rank=rank, label=label)
    tally.new += 1


def _facture(lines: _Lines, tally: Imported, one: ImportedFacture) -> None:
    patient = lines.find(one.line, Patient, Patient.number, one.patient, "Patient")
    who = lines.find(one.line, Practitioner, Practitioner.number, one.practitioner, "Praticien")
    caisse = lines.find(one.line, Caisse, Caisse.identifier, str(one.caisse), "Caisse")
    prescription = remplacant = None
    if one.prescription:
        prescription = lines.find(one.line, Prescription, Prescription.number, one.prescription, "Prescription")
    if one.remplacant:
        remplacant = lines.find(one.line, Remplacant, Remplacant.number, one.remplacant, "Remplaçant")
    if patient is None or who is None or caisse is None:
        return
    if prescription is not None and prescription.patient_id != patient.id:
        lines.errors.append((one.line, f"La prescription {one.prescription} est celle d'un autre patient."))
        return
    facts = {
        "patient": patient,
        "prescription": prescription,
        "practitioner": who,
        "remplacant": remplacant,
        "caisse": caisse,
        "date": one.day,
        "degraded": one.degraded,
        "flux": one.flux,
        "total": one.total,
        "amo": one.amo,
        "amc": one.amc,
        "insured": one.insured,
    }
    row = Facture.get_or_none(Facture.number == one.number)
    if row is not None:
        _same_or_error(lines, tally, one.line, row, facts, f"La facture {one.number}")
        _complete(row, one)
        return
    row = Facture.create(number=one.number, **facts)
    _complete(row, one)
    _open_dossier(row)
    tally.new += 1


def _complete(row: Facture, one: ImportedFacture) -> None:
    """Take what another program knows of the FSE: its lot, its ARL, its payment. Facts that are there stay."""
    if one.fse_sent is not None and row.lot_fse is None:
        year = one.fse_sent.year
        row.lot_fse, _ = LotFSE.ensure(
            number=one.fse_lot or "000",
            year=year,
            practitioner=row.practitioner,
            caisse=row.caisse,
            flux=row.flux,
            defaults={"sent": one.fse_sent},
        )
    if one.fse_arl is not None and row.arl_sign is None:
        row.arl_sign = one.fse_arl
        row.arl_date = _noon(one.fse_arl_date or (one.fse_sent.date() if one.fse_sent else row.date))
    if one.noemie_paid is not None and row.noemie_paid is None:
        row.noemie_paid = _noon(one.noemie_paid)
    row.save()


def _b2(lines: _Lines, tally: Imported, factures: Iterable[B2Facture]) -> None:
    """Take the factures of a B2 file: the patient is known by his NIR, the prescription is joined later."""
    for one in factures:
        who = lines.find(one.line, Practitioner, Practitioner.number, one.practitioner, "Praticien")
        caisse = lines.find(one.line, Caisse, Caisse.identifier, str(one.caisse), "Caisse")
        patient = _insured(lines, one)
        if who is None or caisse is None or patient is None:
            continue
        facts = {"patient": patient, "practitioner": who, "caisse": caisse, "total": one.totals[0]}
        row = Facture.get_or_none(Facture.number == one.number)
        if row is not None:
            _same_or_error(lines, tally, one.line, row, facts, f"La facture {one.number}")
            continue
        day = _day_of(one.number)
        if day is None:
            lines.errors.append((one.line, f"Le numéro de facture {one.number} ne commence pas par une date AAMMJJ."))
            continue
        row = Facture.create(
            number=one.number,
            date=day,
            degraded=True,
            flux=Flux.FSE,
            prescription=_only_prescription(patient),
            **facts,
        )
        _open_dossier(row)
        tally.new += 1


def _insured(lines: _Lines, one: B2Facture) -> Patient | None:
    """Return the patient of an insured's NIR; his birth date tells the members of a family apart."""
    nir = str(one.nir)
    family = list(Patient.select().where((Patient.nir == nir) | (Patient.insured_nir == nir)))
    if len(family) > 1:
        family = [patient for patient in family if patient.birth == one.birth] or family
    if len(family) != 1:
        what = "est inconnu du cabinet" if not family else "désigne plusieurs patients"
        lines.errors.append((one.line, f"Le NIR de la facture {one.number} {what} : importez d'abord les patients."))
        return None
    return family[0]


def _only_prescription(patient: Patient) -> Prescription | None:
    found = list(Prescription.select().where(Prescription.patient == patient).limit(2))
    return found[0] if len(found) == 1 else None


def _open_dossier(facture: Facture) -> None:
    """Each FSE has its dossier; SCOR concerns the AMO only: a DRE has none."""
    if facture.flux is Flux.FSE:
        Dossier.create(facture=facture)


def _same_or_error(lines: _Lines, tally: Imported, line: int, row: Any, facts: dict[str, Any], what: str) -> None:
    changed = _differs(row, facts)
    if changed:
        lines.errors.append((line, f"{what} est déjà connue avec d'autres valeurs ({changed})."))
    else:
        tally.known += 1


_COLUMNS = {"date": "date", "patient": "patient", "practitioner": "praticien", "prescriber": "prescripteur"}
_COLUMNS |= {"prescription": "prescription", "caisse": "caisse", "degraded": "mode", "flux": "flux"}
_COLUMNS |= {"total": "total", "amo": "amo", "amc": "amc", "insured": "assure", "remplacant": "remplacant"}


def _differs(row: Any, facts: dict[str, Any]) -> str:
    """Return the first column that says something else, in the words of the import schema, or an empty string."""
    for column, value in facts.items():
        if getattr(row, column) != value:
            return _COLUMNS.get(column, column)
    return ""


def _day_of(number: str) -> date | None:
    """Return the date that a facture's number begins with (AAMMJJ), if it is one."""
    try:
        return datetime.strptime(number[:6], "%y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _noon(day: Any) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _looks_like_noemie(content: bytes) -> bool:
    """Both kinds of flat file begin with 000; only NOEMIE-PS ends its entities with `@`."""
    return content[:3] == b"000" and b"@" in content

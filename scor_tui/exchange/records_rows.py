"""Rows of an import file to facts: one builder a kind, every error collected, none stops the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import Final, TypeVar

from scor_tui.domain.dossier import Flux
from scor_tui.domain.numbers import Nir, cents, check_facture, check_fse_lot, practitioner_number, prescriber
from scor_tui.domain.wire import CaisseId
from scor_tui.exchange import records_values as values
from scor_tui.exchange.records_facts import (
    ImportBatch,
    ImportedFacture,
    ImportedPatient,
    ImportedPrescription,
)
from scor_tui.exchange.records_schema import COLUMNS, Column, Kind

T = TypeVar("T")

_NO_CAISSE: Final = CaisseId("", "", "")
_REQUIRED: Final = {kind: {c.name: c.required for c in columns} for kind, columns in COLUMNS.items()}
_number = values.text_of(20)
_short = values.text_of(60)
_long = values.text_of(120)


@dataclass
class Errors:
    """The errors of a file, as (line, sentence); they never hold a value of the file."""

    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, sentence: str) -> None:
        """Keep an error."""
        self.found.append((line, sentence))


@dataclass(frozen=True)
class RawRow:
    """One row: its line in a CSV or its index from 1 in a JSON list, and its texts by column, trimmed.

    `where` begins its errors (« factures, élément 3 : » in JSON, nothing in CSV).
    """

    kind: Kind
    line: int
    texts: Mapping[str, str] = field(repr=False)
    where: str = ""


class _Row:
    """Reads the cells of one row; a cell that is wrong gives its stand-in, and an error."""

    def __init__(self, raw: RawRow, errors: Errors) -> None:
        self.raw = raw
        self.errors = errors
        self.is_right = True

    def need(self, name: str, read: Callable[[str], T], stand_in: T) -> T:
        """Read a cell; empty, it gives its stand-in, which is an error when the column is required."""
        text = self.raw.texts.get(name, "")
        if not text:
            if _REQUIRED[self.raw.kind][name]:
                self.wrong(f"{name} : il manque.")
            return stand_in
        try:
            return read(text)
        except ValueError as refusal:
            self.wrong(f"{name} : {refusal}")
            return stand_in

    def wrong(self, sentence: str) -> None:
        self.is_right = False
        self.errors.add(self.raw.line, self.raw.where + sentence)


def batch_of(rows: list[RawRow], errors: Errors, zone: tzinfo | None) -> ImportBatch:
    """Build everything that is right and tell everything that is wrong; numbers are unique within a kind."""
    patients: list[ImportedPatient] = []
    prescriptions: list[ImportedPrescription] = []
    factures: list[ImportedFacture] = []
    seen: dict[tuple[Kind, str], int] = {}
    for raw in rows:
        row = _Row(raw, errors)
        built: ImportedPatient | ImportedPrescription | ImportedFacture
        match raw.kind:
            case Kind.PATIENTS:
                patients.append(built := _patient(row))
            case Kind.PRESCRIPTIONS:
                prescriptions.append(built := _prescription(row))
            case Kind.FACTURES:
                factures.append(built := _facture(row, zone))
        if built.number:
            first = seen.setdefault((raw.kind, built.number), raw.line)
            if first != raw.line:
                row.wrong(f"numero : il est déjà {'à l’élément' if raw.where else 'à la ligne'} {first}.")
    return ImportBatch(tuple(patients), tuple(prescriptions), tuple(factures))


def _nir(text: str) -> str:
    return str(Nir.parse(text))


def _patient(row: _Row) -> ImportedPatient:
    if not (row.raw.texts.get("nir") or row.raw.texts.get("assure_nir")):
        row.wrong("nir : il manque, et assure_nir aussi.")
    return ImportedPatient(
        line=row.raw.line,
        number=row.need("numero", _number, ""),
        last_name=row.need("nom", _short, ""),
        first_name=row.need("prenom", _short, ""),
        birth=row.need("naissance", values.day, date.min),
        nir=row.need("nir", _nir, ""),
        insured_nir=row.need("assure_nir", _nir, ""),
        caisse=row.need("caisse", values.caisse, _NO_CAISSE),
        phone=row.need("telephone", _short, ""),
        doctor=row.need("medecin", _short, ""),
        exemption=row.need("exoneration", _short, ""),
        tiers_payant=row.need("tiers_payant", values.yes_no, False),
    )


def _prescription(row: _Row) -> ImportedPrescription:
    start = row.need("debut", _maybe(values.day), None)
    end = row.need("fin", _maybe(values.day), None)
    if start and end and end < start:
        row.wrong("fin : les soins finissent avant de commencer.")
    return ImportedPrescription(
        line=row.raw.line,
        number=row.need("numero", _number, ""),
        patient=row.need("patient", _number, ""),
        practitioner=row.need("praticien", practitioner_number, ""),
        day=row.need("date", values.day, date.min),
        prescriber=row.need("prescripteur", prescriber, ""),
        prescriber_name=row.need("prescripteur_nom", _short, ""),
        acts=row.need("actes", _long, ""),
        start=start,
        end=end,
        dsi=row.need("dsi", values.yes_no, False),
        reason=row.need("motif", _long, ""),
    )


def _facture(row: _Row, zone: tzinfo | None) -> ImportedFacture:
    facture = ImportedFacture(
        line=row.raw.line,
        number=row.need("numero", check_facture, ""),
        patient=row.need("patient", _number, ""),
        prescription=row.need("prescription", _number, ""),
        practitioner=row.need("praticien", practitioner_number, ""),
        remplacant=row.need("remplacant", practitioner_number, ""),
        day=row.need("date", values.day, date.min),
        degraded=row.need("mode", values.degraded, False),
        flux=row.need("flux", values.flux, Flux.FSE),
        caisse=row.need("caisse", values.caisse, _NO_CAISSE),
        total=row.need("total", cents, 0),
        amo=row.need("amo", cents, 0),
        amc=row.need("amc", cents, 0),
        insured=row.need("assure", cents, 0),
        fse_lot=row.need("fse_lot", check_fse_lot, ""),
        fse_sent=row.need("fse_envoyee_le", _maybe(values.moment(zone)), None),
        fse_arl=row.need("fse_arl", _maybe(values.sign), None),
        fse_arl_date=row.need("fse_arl_le", _maybe(values.day), None),
        noemie_paid=row.need("noemie_payee_le", _maybe(values.day), None),
    )
    if row.is_right:
        _check_story(row, facture)
    return facture


def _check_story(row: _Row, facture: ImportedFacture) -> None:
    """Refuse what came after a sending that is not told."""
    if (facture.fse_arl is None) != (facture.fse_arl_date is None):
        row.wrong("fse_arl et fse_arl_le : l'un ne va pas sans l'autre.")
    if facture.fse_arl is not None and facture.fse_sent is None:
        row.wrong("fse_arl : la FSE n'a pas de date d'envoi (fse_envoyee_le).")
    if facture.fse_sent is not None and not facture.fse_lot:
        row.wrong("fse_lot : une FSE envoyée a un numéro de lot.")
    if facture.amo > facture.total:
        row.wrong("amo : la part obligatoire dépasse le total.")


def _maybe(read: Callable[[str], T]) -> Callable[[str], T | None]:
    return read


def check_names(kind: Kind, names: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Return which of `names` are unknown, which come twice, and which required ones are missing."""
    known = {column.name: column for column in COLUMNS[kind]}
    unknown = [name for name in names if name not in known]
    twice = [name for name in known if names.count(name) > 1]
    missing = [column.name for column in COLUMNS[kind] if _is_missing(column, names)]
    return unknown, twice, missing


def _is_missing(column: Column, names: list[str]) -> bool:
    return column.required and column.name not in names

"""The lists of care: paged both ways without loss, and the component of a prescription as its next facture finds it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from scor_tui.domain.paper import PaperReason, PaperStatus
from scor_tui.domain.pieces import CellState, PieceType
from scor_tui.services import agenda, holdings, shelves, strip
from scor_tui.services.agenda import Criteria
from scor_tui.store.models import (
    Dossier,
    Facture,
    LotLine,
    LotPiece,
    PaperRow,
    Patient,
    Piece,
    PieceVersion,
    Prescription,
)


@pytest.fixture
def whole(cabinet):
    """All prescriptions, whenever and whoever."""
    return Criteria(date(2000, 1, 1), cabinet.today(), unfinished=False)


def walked(page, place, *, backwards):
    """Every row of a list, seven at a time."""
    found, here = [], None
    while rows := page(here, 7, backwards=backwards):
        found = [*rows, *found] if backwards else [*found, *rows]
        here = place(rows[0] if backwards else rows[-1])
    return found


def test_pages_lose_no_prescription_either_way(cabinet, whole):
    def page(place, count, *, backwards):
        return agenda.prescriptions(cabinet, whole, place, count, backwards=backwards)

    down = walked(page, lambda row: (row.day, row.id), backwards=False)
    assert len(down) == Prescription.select().count()
    assert [(row.day, row.id) for row in down] == sorted(((row.day, row.id) for row in down), reverse=True)
    assert walked(page, lambda row: (row.day, row.id), backwards=True) == down


def test_pages_lose_no_patient_either_way(cabinet):
    down = walked(agenda.patients, lambda row: (row.folded, row.id), backwards=False)
    assert len(down) == Patient.select().count()
    assert walked(agenda.patients, lambda row: (row.folded, row.id), backwards=True) == down


def test_the_criteria_narrow_the_period(cabinet, whole):
    def numbers(asked):
        return {row.number for row in agenda.prescriptions(cabinet, asked, None, 1000)}

    first = Prescription.select().order_by(Prescription.date).first()
    assert numbers(replace(whole, until=first.date)) == {
        one.number for one in Prescription.select().where(Prescription.date == first.date)
    }
    assert first.number in numbers(replace(whole, words=first.patient.folded))
    Prescription.update(ends=first.date).where(Prescription.id == first.id).execute()
    assert numbers(whole) - numbers(replace(whole, unfinished=True)) == {first.number}


@pytest.fixture
def scanned(cabinet):
    """A piece that nobody sent yet."""
    sent = LotPiece.select(LotPiece.piece)
    return (
        Piece.select()
        .where(Piece.type == PieceType.ORDN, Piece.deleted.is_null(), Piece.on_paper == False, Piece.id.not_in(sent))  # noqa: E712
        .first()
    )


def state(piece, caisse):
    """The state that a piece gives to its cell, as the records are now."""
    return strip.state(shelves.of_pieces([piece.id])[piece.id], caisse)


def test_a_piece_is_scanned_then_paper_then_referenced_once_posted(cabinet, scanned):
    caisse = scanned.prescription.patient.caisse_id
    assert state(scanned, caisse) is CellState.SCANNED
    scanned.on_paper = True
    scanned.save()
    assert state(scanned, caisse) is CellState.PAPER
    dossier = Dossier.select().join(Facture).where(Facture.prescription == scanned.prescription).first()
    row, _ = PaperRow.get_or_create(
        piece=scanned,
        defaults={"dossier": dossier, "reason": PaperReason.ENVOI_PAPIER, "entered": cabinet.now()},
    )
    row.status, row.posted = PaperStatus.ENVOYE, cabinet.today()
    row.save()
    assert state(scanned, caisse) is CellState.REFERENCED


def test_what_a_caisse_accepted_is_referenced_for_it_and_for_no_other(cabinet):
    accepted = LotPiece.select().join(LotLine).where(LotLine.sign == "+", LotPiece.support == "numerique")
    piece = next(one.piece for one in accepted if one.piece.type is PieceType.ORDN and not one.piece.deleted)
    caisse = piece.prescription.patient.caisse_id
    assert state(piece, caisse) is CellState.REFERENCED
    assert state(piece, caisse + 1000) is CellState.SCANNED


def test_a_refused_scan_is_to_be_made_again_until_it_was(cabinet):
    posted = PaperRow.select(PaperRow.piece)
    refused = LotPiece.select().where(LotPiece.reject_code.startswith("SO-IMG"), LotPiece.piece.not_in(posted))
    version = next(one.version for one in refused if one.version_id == holdings.last_version(one.piece).id)
    caisse = version.piece.prescription.patient.caisse_id
    assert state(version.piece, caisse) is CellState.REJECTED
    facts = dict(version.__data__, number=version.number + 1, sha256="f" * 64)
    del facts["id"]
    PieceVersion.create(**facts)
    assert state(version.piece, caisse) is CellState.SCANNED


def test_the_documents_of_a_prescription_are_its_own_and_those_of_its_factures(cabinet):
    sheet = Piece.select().where(Piece.type == PieceType.FSNC, Piece.deleted.is_null()).first()
    prescription = sheet.facture.prescription
    rows = agenda.documents(prescription.number, None, 50)
    assert sheet.id in {row.piece for row in rows}
    assert next(row for row in rows if row.piece == sheet.id).facture == sheet.facture.number
    assert {row.facture for row in rows if row.letter in "OD"} <= {""}


def test_the_card_of_a_patient_who_is_gone_is_none(cabinet):
    assert agenda.card("personne", cabinet.today(), cabinet.today()) is None

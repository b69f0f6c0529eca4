"""Prescriptions: from a patient to his prescriptions, their acts and documents; *Gérer scan*."""

from __future__ import annotations

import pytest

from scor_tui.domain.pieces import PieceType
from scor_tui.domain.text import fold
from scor_tui.store.models import MedicalDocument, Patient, Piece, Prescription
from scor_tui.ui.widgets.line_list import LineList
from scor_tui.ui.widgets.panel import Panel


def focus(page):
    return page.app.screen.focused.id


def acts(page):
    return [str(line) for line in page.app.screen.query_one("#acts", Panel).lines]


def rows_of(page, name):
    rows = page.app.screen.query_one(f"#{name}", LineList).rows
    return [" ".join(c if isinstance(c, str) else "".join(t for t, _ in c) for c in row.cells) for row in rows]


@pytest.fixture
def scanned(cabinet):
    """A prescription with its ordonnance."""
    return Prescription.select().join(Piece).where(Piece.type == PieceType.ORDN, Piece.deleted.is_null()).first()


async def find(page, patient):
    await page.press("slash", *patient.name, "enter")
    await page.go_to(patient.first_name)


async def test_patients_stand_by_name_with_their_birth_date(open_app, cabinet):
    async with open_app("prescriptions", size=(120, 100)) as page:
        shown = rows_of(page, "patients")
        assert len(shown) == Patient.select().count()
        assert [fold(row) for row in shown] == sorted(fold(row) for row in shown)


async def test_a_patient_s_prescriptions_acts_and_documents_show(open_app, scanned):
    async with open_app("prescriptions") as page:
        await find(page, scanned.patient)
        assert any(f"{scanned.date:%d/%m/%Y}" in row for row in rows_of(page, "prescriptions"))
        lines = acts(page)
        assert lines[0].startswith("Prescription du ")
        assert lines[1].startswith(f"- {scanned.actes.first().label} - {scanned.reason}"[:20])
        assert any("Ordonnance" in row for row in rows_of(page, "documents"))


async def test_tab_goes_from_list_to_list_and_the_line_below_tells_the_row(open_app, scanned):
    async with open_app("prescriptions") as page:
        await find(page, scanned.patient)
        assert focus(page) == "patients"
        await page.press("tab")
        assert focus(page) == "prescriptions"
        assert page.status.startswith(f"{scanned.number} par ")
        await page.press("tab")
        assert focus(page) == "documents"
        assert page.status.startswith("ordonnance « Ordonnance du ")
        await page.press("tab")
        assert focus(page) == "patients"


async def test_enter_goes_from_the_patient_to_his_prescriptions_then_sees_the_ordonnance(open_app, scanned):
    async with open_app("prescriptions") as page:
        await find(page, scanned.patient)
        await page.press("enter")
        assert focus(page) == "prescriptions"
        await page.press("enter")
        await page.wait_for_workers()
        assert page.screen == "ViewerScreen"


async def test_a_missing_ordonnance_opens_the_acquisition(open_app, cabinet, scanned):
    Piece.update(deleted=cabinet.now()).where(Piece.prescription == scanned).execute()
    async with open_app("prescriptions") as page:
        await find(page, scanned.patient)
        assert "O manquante" in page.status
        await page.press("n")
        assert page.screen == "AcquisitionScreen"


async def test_new_patients_are_those_without_prescription(open_app, cabinet):
    known = Prescription.select(Prescription.patient)
    new = Patient.select().where(Patient.id.not_in(known)).count()
    assert new
    async with open_app("prescriptions", size=(120, 100)) as page:
        await page.press("s")
        assert len(rows_of(page, "patients")) == new
        assert rows_of(page, "prescriptions") == []
        await page.press("n")
        assert page.status == "Aucune prescription sous le curseur."
        await page.press("s")
        assert len(rows_of(page, "patients")) == Patient.select().count()


async def test_no_new_patient_is_said(open_app, cabinet):
    async with open_app("prescriptions") as page:
        await page.press("slash", *"zzz", "enter")
        assert "Aucun patient trouvé" in page.text
        assert acts(page) == ["Prescription"]


async def test_another_document_asks_dsip_autp_or_the_medical_record(open_app, scanned):
    async with open_app("prescriptions") as page:
        await find(page, scanned.patient)
        await page.press("m", "down", "enter")
        for words in ("(DSIP)", "(AUTP)", "Dossier médical"):
            assert words in page.text
        await page.press("down", "enter")
        assert page.screen in {"AcquisitionScreen", "Choose"}


async def test_a_file_goes_to_the_medical_record_as_it_is(open_app, cabinet, scanned, tmp_path, monkeypatch):
    home = tmp_path / "dossier personnel"
    home.mkdir()
    path = home / "bilan.pdf"
    path.write_bytes(b"%PDF-1.4 bilan")
    monkeypatch.setenv("HOME", str(home))
    async with open_app("prescriptions") as page:
        await find(page, scanned.patient)
        await page.press("m", "down", "enter", "down", "down", "enter")
        await page.press("enter")
        kept = MedicalDocument.get()
        assert (kept.patient_id, cabinet.store.files.get(kept.file)) == (scanned.patient_id, path.read_bytes())
        assert page.status.startswith("« bilan » est au dossier médical de ")

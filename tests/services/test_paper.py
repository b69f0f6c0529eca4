"""The paper register, the bordereau, the label, the proof (product, 3.4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pypdf import PdfReader

from scor_tui.domain.errors import NotFound, RuleRefused, StepRefused
from scor_tui.domain.paper import PaperReason, PaperStatus
from scor_tui.domain.status import Status
from scor_tui.domain.wire import Refusal
from scor_tui.presentation.rows import register_cells, register_line, return_status
from scor_tui.services import bordereau, paper, proof, returns, ticks, timeline
from scor_tui.store.models import Bordereau, LotFSE, PaperRow, Piece


@pytest.fixture
def posted_with(practice):
    """A facture sent with its ordonnance scanned and a letter that travels by post."""
    practice.prescription("A1")
    facture = practice.facture("A1")
    practice.scan("O", to="A1")
    letter = practice.scan("A", to=facture, paper=True, pages=False)
    practice.transmit()
    return facture, letter


def text_of(pdf, tmp_path):
    path = tmp_path / "lu.pdf"
    path.write_bytes(pdf)
    return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())


# --- the register -------------------------------------------------------------------------------------------


def test_only_the_paper_pieces_of_a_lot_enter_the_register(practice, posted_with):
    facture, letter = posted_with
    (row,) = paper.register()
    assert (row.piece, row.facture, row.status) == (letter.id, facture, PaperStatus.COLLECTE)
    assert (row.reason, row.pages, row.posted) == (PaperReason.ENVOI_PAPIER, 0, None)
    assert register_cells(row)[5] == "A papier"
    assert "envoi papier demandé" in register_line(row)
    (carried,) = [piece for piece in practice.opened().content.pieces if piece.support == "papier"]
    assert carried.pdf == b""


def test_a_resend_adds_no_row_and_resets_none(practice, posted_with):
    paper.mark_posted(practice.cabinet, [row.row for row in paper.register()])
    practice.wait_for_silence()
    practice.transmit()
    assert len(practice.mails()) == 2
    (row,) = paper.register()
    assert row.status is PaperStatus.ENVOYE


def test_a_lot_that_did_not_leave_adds_no_row(practice):
    facture = practice.facture()
    practice.scan("A", to=facture, paper=True, pages=False)
    practice.break_outbox()
    practice.transmit()
    assert practice.register() == {}


def test_a_transfer_enters_every_piece_once(practice, posted_with):
    facture, _ = posted_with
    practice.wait_for_silence()
    practice.transmit()
    practice.wait_for_silence()
    assert returns.to_paper(practice.cabinet, practice.dossier(facture)) == 1
    reasons = sorted(row.reason for row in practice.register().values())
    assert reasons == [PaperReason.ENVOI_PAPIER, PaperReason.TRANSFERT]
    with pytest.raises(StepRefused):
        returns.to_paper(practice.cabinet, practice.dossier(facture))


def test_a_refused_dossier_may_go_to_paper_without_a_second_try(practice):
    facture = practice.ready()
    practice.transmit()
    practice.arl(facture, "-", Refusal("SO-IMG-NOIR", "noire", 1))
    practice.poll()
    returns.to_paper(practice.cabinet, practice.dossier(facture))
    assert practice.status(facture) is Status.COLLECTE_PAPIER
    assert len(practice.register()) == 1


def test_posting_is_dated_today_or_as_told_never_in_the_future_nor_before_the_entry(practice, posted_with):
    (row,) = paper.register()
    today = practice.cabinet.today()
    with pytest.raises(RuleRefused, match="futur"):
        paper.mark_posted(practice.cabinet, [row.row], today + timedelta(days=1))
    with pytest.raises(RuleRefused, match="précède"):
        paper.mark_posted(practice.cabinet, [row.row], today - timedelta(days=1))
    assert [one.status for one in paper.register()] == [PaperStatus.COLLECTE]
    practice.clock.advance(days=3)
    (done,) = paper.mark_posted(practice.cabinet, [row.row], today + timedelta(days=1))
    assert done.posted == today + timedelta(days=1)
    assert len(practice.journal("poste")) == 1


def test_a_posted_row_is_never_reset(practice, posted_with):
    (row,) = paper.register()
    paper.mark_posted(practice.cabinet, [row.row])
    with pytest.raises(StepRefused, match="déjà postée"):
        paper.mark_posted(practice.cabinet, [row.row])
    assert PaperRow.get().posted == practice.cabinet.today()


def test_posting_several_rows_is_all_or_nothing(practice, posted_with):
    (row,) = paper.register()
    with pytest.raises(NotFound, match="404"):
        paper.mark_posted(practice.cabinet, [row.row, 404])
    assert [one.status for one in paper.register()] == [PaperStatus.COLLECTE]


def test_a_dossier_is_posted_once_all_its_pieces_are(practice):
    practice.prescription("A1")
    facture = practice.facture("A1")
    practice.scan("O", to="A1")
    practice.scan("A", to=facture)
    ticks.hors_scor(practice.cabinet, practice.dossier(facture))
    one, two = [row.row for row in paper.register()]
    paper.mark_posted(practice.cabinet, [one])
    (row,) = returns.returned(practice.cabinet)
    assert row.posted is None
    paper.mark_posted(practice.cabinet, [two])
    (row,) = returns.returned(practice.cabinet)
    assert row.status is Status.COLLECTE_PAPIER
    assert return_status(row) == f"collecte papier posté le {practice.cabinet.today():%d/%m/%Y}"


def test_those_to_post_come_first(practice, posted_with):
    _, letter = posted_with
    paper.mark_posted(practice.cabinet, [row.row for row in paper.register()])
    other = practice.ready()
    ticks.hors_scor(practice.cabinet, practice.dossier(other))
    assert [row.status for row in paper.register()] == [PaperStatus.COLLECTE, PaperStatus.ENVOYE]
    assert [row.piece for row in paper.register(PaperStatus.ENVOYE)] == [letter.id]


# --- the bordereau ------------------------------------------------------------------------------------------


def test_the_bordereau_says_which_pieces_travel_by_post_and_why(practice, posted_with, tmp_path, world):
    facture, _ = posted_with
    lot = bordereau.find_lot("001", 2026)
    printed = bordereau.print_bordereau(practice.cabinet, lot)
    said = text_of(printed.pdf, tmp_path)
    for word in (facture, "TILLEUL", "MASSEUR", world.KINE, world.CPAM, "61,29", "envoi papier demandé", "001"):
        assert word in said


def test_it_reprints_to_the_byte_and_makes_a_new_edition_when_the_facts_change(practice, posted_with):
    facture, _ = posted_with
    lot = bordereau.find_lot("001", 2026)
    first = bordereau.print_bordereau(practice.cabinet, lot)
    practice.clock.advance(days=40)
    again = bordereau.print_bordereau(practice.cabinet, lot)
    assert (again.pdf, again.edition, again.reprint) == (first.pdf, 1, True)
    practice.poll()
    practice.transmit()
    practice.wait_for_silence()
    returns.to_paper(practice.cabinet, practice.dossier(facture))
    second = bordereau.print_bordereau(practice.cabinet, lot)
    assert (second.edition, second.reprint) == (2, False)
    assert second.pdf != first.pdf
    assert bordereau.print_bordereau(practice.cabinet, lot, 1).pdf == first.pdf
    assert Bordereau.select().count() == 2
    with pytest.raises(NotFound, match="édition 9"):
        bordereau.print_bordereau(practice.cabinet, lot, 9)


def test_a_lot_is_found_by_its_number_and_told_apart(practice, world):
    practice.facture()
    practice._fse_lots = 0
    practice.facture(patient="P2")
    with pytest.raises(RuleRefused, match="Plusieurs lots"):
        bordereau.find_lot("001", 2026)
    assert bordereau.find_lot("001", 0, caisse=world.MSA).caisse.identifier == world.MSA
    with pytest.raises(NotFound):
        bordereau.find_lot("099", 0)
    LotFSE.update(sent=None).execute()
    with pytest.raises(RuleRefused, match="pas été transmis"):
        bordereau.print_bordereau(practice.cabinet, bordereau.find_lot("001", 0, caisse=world.MSA))


def test_the_label_bears_the_address_of_the_caisse(practice, posted_with, tmp_path):
    label = bordereau.print_labels(practice.cabinet, bordereau.find_lot("001", 2026))
    assert "Service SCOR" in text_of(label, tmp_path)


# --- the proof ----------------------------------------------------------------------------------------------


def test_the_timeline_tells_the_life_of_an_fse_in_order(practice):
    facture = practice.ready()
    practice.clock.advance(minutes=1)
    practice.transmit()
    practice.wait_for_silence()
    practice.clock.advance(minutes=1)
    practice.transmit()
    practice.clock.advance(minutes=1)
    practice.arl(facture)
    practice.poll()
    practice.clock.advance(minutes=1)
    practice.noemie(facture)
    practice.poll()
    found = timeline.timeline(practice.cabinet, facture)
    assert found.status == "archivé"
    moments = [moment.at for moment in found.moments]
    assert moments == sorted(moments)
    told = [moment.event for moment in found.moments]
    order = [
        "FSE transmise", "numérisée (version 1)", "lot SCOR 000001, envoi 1", "statut : à retransmettre",
        "lot SCOR 000001, envoi 2", "ARL SCOR + du lot 000001", "NOEMIE : paiement annoncé",
    ]  # fmt: skip
    assert [event for event in told if event in order] == order
    assert found.digests == (("000001", practice.lot(facture).digest),)


def test_an_alert_is_told_in_french(practice):
    facture = practice.ready()
    practice.transmit()
    practice.arl(facture)
    practice.poll()
    practice.arl(facture, "-", Refusal("SO-DOS-FSE-INCONNUE", "inconnue"))
    practice.poll()
    details = [moment.detail for moment in timeline.timeline(practice.cabinet, facture).moments]
    assert "ARL contraire au premier" in details
    assert "contradiction" not in details


def test_the_proof_prints_what_the_timeline_says(practice, posted_with, tmp_path):
    facture, _ = posted_with
    paper.mark_posted(practice.cabinet, [row.row for row in paper.register()])
    pdf = proof.print_proof(practice.cabinet, timeline.timeline(practice.cabinet, facture))
    said = text_of(pdf, tmp_path)
    for word in (facture, "TILLEUL", "lot SCOR 000001", practice.lot(facture).digest[:16], "justificatif papier"):
        assert word in said


def test_the_proof_of_nothing_is_refused(practice):
    with pytest.raises(NotFound):
        timeline.timeline(practice.cabinet, "261199999")


def test_what_is_asked_by_piece_is_found_by_piece(practice, posted_with):
    _, letter = posted_with
    assert paper.rows_of_piece(letter.id).piece == letter.id
    ordonnance = Piece.get(Piece.type == "ORDN")
    with pytest.raises(NotFound):
        paper.rows_of_piece(ordonnance.id)


def test_a_piece_that_another_dossier_announced_by_post_stays_in_the_register(practice):
    """One row a piece: the first dossier leaves the register, the second still awaits the envelope."""
    practice.prescription("S1")
    practice.scan("O", to="S1")
    first, second = practice.facture("S1"), practice.facture("S1")
    ticks.hors_scor(practice.cabinet, practice.dossier(first))
    practice.transmit()
    (carried,) = practice.opened().content.pieces
    assert carried.support == "papier"
    ticks.back_into_scor(practice.cabinet, practice.dossier(first))
    (row,) = paper.register()
    assert (row.facture, row.reason, row.status) == (second, PaperReason.ENVOI_PAPIER, PaperStatus.COLLECTE)


def test_a_piece_that_is_added_to_a_dossier_on_paper_joins_the_register(practice):
    facture = practice.ready()
    ticks.hors_scor(practice.cabinet, practice.dossier(facture))
    later = practice.scan("A", to=facture)
    assert later.id in practice.register()

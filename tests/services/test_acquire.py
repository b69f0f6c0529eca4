"""Pieces: where they hang, when *Enregistrer* is active, when they are locked (product, 3.1)."""

from __future__ import annotations

import hashlib

import pytest

from scor_tui.domain.errors import NormsNotMet, NotFound, PieceLocked, RuleRefused
from scor_tui.domain.paper import PaperStatus
from scor_tui.domain.pieces import CellState, PieceType
from scor_tui.services import acquire, holdings, paper, returns, scanning, ticks
from scor_tui.services.acquire import Labels
from scor_tui.store.models import Piece, PieceVersion


def cell(practice, facture, letter):
    return next(one for one in practice.rows()[facture].cells if one.type.letter == letter)


# --- whose they are -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", ["O", "D"])
def test_an_ordonnance_given_by_its_facture_hangs_on_the_prescription(practice, letter):
    practice.prescription("A1")
    facture = practice.facture("A1")
    piece = practice.scan(letter, to=facture)
    assert piece.prescription.number == "A1"
    assert piece.facture is None


def test_an_autre_piece_hangs_where_it_was_scanned(practice):
    practice.prescription("A1")
    facture = practice.facture("A1")
    assert practice.scan("A", to="A1").prescription.number == "A1"
    assert practice.scan("A", to=facture).facture.number == facture


def test_a_care_sheet_hangs_on_a_degraded_facture_only(practice):
    practice.prescription("A1")
    secured, degraded = practice.facture("A1"), practice.facture("A1", degraded=True)
    assert practice.scan("F", to=degraded).facture.number == degraded
    with pytest.raises(RuleRefused, match="sécurisée"):
        practice.scan("F", to=secured)
    with pytest.raises(RuleRefused, match="facture dégradée"):
        practice.scan("F", to="A1")


def test_an_ordonnance_needs_a_prescription(practice):
    facture = practice.facture()
    with pytest.raises(RuleRefused, match="aucune prescription"):
        practice.scan("O", to=facture)
    with pytest.raises(NotFound, match="Z9"):
        practice.scan("O", to="Z9")
    assert not Piece.select().exists()


@pytest.mark.parametrize("letter", ["O", "D"])
def test_a_second_ordonnance_is_refused_until_the_first_is_gone(practice, letter):
    practice.prescription("A1")
    first = practice.scan(letter, to="A1")
    with pytest.raises(RuleRefused, match=f"pièce {first.id}"):
        practice.scan(letter, to="A1", text="autre")
    acquire.delete(practice.cabinet, first)
    assert practice.scan(letter, to="A1", text="autre").id != first.id


def test_a_second_care_sheet_is_refused(practice):
    facture = practice.facture(degraded=True)
    practice.scan("F", to=facture)
    with pytest.raises(RuleRefused, match="déjà une feuille de soins"):
        practice.scan("F", to=facture)


def test_the_autres_pieces_are_counted(practice):
    practice.prescription("A1")
    facture = practice.facture("A1")
    for text in ("un", "deux"):
        practice.scan("A", to="A1", text=text)
    practice.scan("A", to=facture, text="trois")
    assert cell(practice, facture, "A").count == 3


# --- Enregistrer --------------------------------------------------------------------------------------------


def test_without_lisible_nothing_is_saved(practice, world):
    owner = acquire.owner_of(prescription=practice.prescription("A1"), kind=PieceType.ORDN)
    with pytest.raises(RuleRefused, match="lisibilité"):
        acquire.add(
            practice.cabinet, owner, PieceType.ORDN, world.pdf_of(), legible=False, on_paper=False, said=Labels()
        )
    with pytest.raises(RuleRefused, match="pas de page"):
        acquire.add(practice.cabinet, owner, PieceType.ORDN, None, legible=True, on_paper=False, said=Labels())
    assert not Piece.select().exists()


def test_what_is_saved_says_its_size_its_digest_and_who_found_it_legible(practice, world):
    practice.prescription("A1")
    piece = practice.scan("O", to="A1", text="mesurée")
    version = holdings.last_version(piece)
    pdf = world.pdf_of("mesurée")
    assert version.sha256 == hashlib.sha256(pdf).hexdigest()
    assert (version.bytes, version.pages, version.dpi) == (len(pdf), 1, 200)
    assert version.legible_at == practice.clock.now()
    assert version.legible_by == practice.cabinet.journal.who
    assert acquire.content_of(practice.cabinet, version) == pdf


def test_on_paper_with_or_without_pages_neither_lisible_nor_norms_apply(practice, world):
    coarse = world.pdf_of("soixante", 60)
    owner = acquire.owner_of(prescription=practice.prescription("A1"), kind=PieceType.ORDN)
    kept = acquire.add(practice.cabinet, owner, PieceType.ORDN, coarse, legible=False, on_paper=True, said=Labels())
    assert holdings.last_version(kept).legible_at is None
    bare = practice.scan("A", to="A1", paper=True, pages=False)
    assert holdings.last_version(bare) is None
    facture = practice.facture("A1")
    assert cell(practice, facture, "O").state is CellState.PAPER
    assert cell(practice, facture, "A").state is CellState.PAPER
    assert practice.rows()[facture].ticked


def test_the_norms_are_checked_at_the_door_and_the_rule_is_named(practice, world):
    owner = acquire.owner_of(prescription=practice.prescription("A1"), kind=PieceType.ORDN)
    with pytest.raises(NormsNotMet) as told:
        acquire.add(
            practice.cabinet, owner, PieceType.ORDN, world.pdf_of("soixante", 60),
            legible=True, on_paper=False, said=Labels(),
        )  # fmt: skip
    assert told.value.code == "SO-PDF-RESOLUTION"
    assert "200 dpi" in told.value.cause
    assert not Piece.select().exists()


def test_a_photo_becomes_a_compliant_piece(practice, world, tmp_path):
    picture = tmp_path / "ordonnance.png"
    picture.write_bytes(world.page("Photo"))
    done = acquire.prepare([picture])
    assert acquire.check_norms(done.pdf).compliant


def test_a_piece_bears_the_label_of_the_user_or_the_usual_one(practice, world):
    owner = acquire.owner_of(prescription=practice.prescription("A1"), kind=PieceType.AUTP)
    said = Labels("Courrier\x1b[31m du \u202espécialiste", "à garder")
    piece = acquire.add(
        practice.cabinet, owner, PieceType.AUTP, world.pdf_of(), legible=True, on_paper=False, said=said
    )
    assert "\x1b" not in piece.label
    assert "\u202e" not in piece.label
    assert piece.label.startswith("Courrier")
    assert piece.annotation == "à garder"
    assert practice.scan("O", to="A1").label == "Ordonnance du 02/11/2026"


# --- versions -----------------------------------------------------------------------------------------------


def test_replacing_makes_a_version_and_the_old_one_stays_readable(practice, world):
    practice.prescription("A1")
    piece = practice.scan("O", to="A1", text="avant")
    acquire.replace(practice.cabinet, piece, world.pdf_of("après"), legible=True)
    first, second = piece.versions.order_by(PieceVersion.number)
    assert (first.number, second.number) == (1, 2)
    assert acquire.content_of(practice.cabinet, first) == world.pdf_of("avant")
    assert acquire.content_of(practice.cabinet, second) == world.pdf_of("après")


def test_what_was_sent_stays_readable_after_a_replacement(practice, world):
    facture = practice.ready()
    sent = world.pdf_of("O de R1")
    practice.transmit()
    practice.arl(facture, "-", whole=True)
    practice.poll()
    piece = Piece.get()
    acquire.replace(practice.cabinet, piece, world.pdf_of("meilleure"), legible=True)
    carried = practice.lot(facture).lines[0].pieces[0].version
    assert acquire.content_of(practice.cabinet, carried) == sent


def test_replacing_a_piece_that_was_on_paper_brings_it_back(practice, world):
    practice.prescription("A1")
    piece = practice.scan("O", to="A1", paper=True, pages=False)
    acquire.replace(practice.cabinet, piece, world.pdf_of(), legible=True)
    assert not piece.on_paper
    with pytest.raises(RuleRefused, match="lisibilité"):
        acquire.replace(practice.cabinet, piece, world.pdf_of("b"), legible=False)


def test_back_from_paper_needs_pages_and_lisible(practice):
    practice.prescription("A1")
    bare = practice.scan("A", to="A1", paper=True, pages=False)
    with pytest.raises(RuleRefused, match="pas de page"):
        acquire.move_to_digital(practice.cabinet, bare, legible=True)
    kept = practice.scan("O", to="A1", paper=True)
    with pytest.raises(RuleRefused, match="lisibilité"):
        acquire.move_to_digital(practice.cabinet, kept, legible=False)
    acquire.move_to_digital(practice.cabinet, kept, legible=True)
    assert not Piece.get_by_id(kept.id).on_paper
    assert holdings.last_version(kept).legible_at is not None


def test_a_scan_moves_to_paper_and_back_as_it_was(practice):
    practice.prescription("A1")
    piece = practice.scan("O", to="A1")
    acquire.move_to_paper(practice.cabinet, piece)
    assert Piece.get_by_id(piece.id).on_paper
    acquire.move_to_digital(practice.cabinet, piece, legible=False)
    assert not Piece.get_by_id(piece.id).on_paper
    assert holdings.last_version(piece).number == 1


# --- locks --------------------------------------------------------------------------------------------------


def touches(practice, world):
    return {
        "remplacer": lambda piece: acquire.replace(practice.cabinet, piece, world.pdf_of("x"), legible=True),
        "supprimer": lambda piece: acquire.delete(practice.cabinet, piece),
        "papier": lambda piece: acquire.move_to_paper(practice.cabinet, piece),
        "numérique": lambda piece: acquire.move_to_digital(practice.cabinet, piece, legible=True),
    }


@pytest.mark.parametrize("touch", ["remplacer", "supprimer", "papier", "numérique"])
def test_nothing_touches_a_piece_under_way_nor_once_accepted(practice, world, touch):
    facture = practice.ready()
    piece = Piece.get()
    practice.transmit()
    with pytest.raises(PieceLocked, match=practice.lot(facture).number):
        touches(practice, world)[touch](piece)
    practice.wait_for_silence()
    assert practice.status(facture) == "a_retransmettre"
    with pytest.raises(PieceLocked):
        touches(practice, world)[touch](piece)
    practice.arl(facture)
    practice.poll()
    with pytest.raises(PieceLocked, match="acceptée"):
        touches(practice, world)[touch](piece)
    assert Piece.get_by_id(piece.id).deleted is None
    assert piece.versions.count() == 1


def test_a_refused_piece_can_be_touched(practice, world):
    facture = practice.ready()
    practice.transmit()
    practice.arl(facture, "-", whole=True)
    practice.poll()
    acquire.delete(practice.cabinet, Piece.get())
    assert cell(practice, facture, "O").state is CellState.MISSING


# --- collecte papier ----------------------------------------------------------------------------------------


def test_a_piece_of_a_dossier_that_goes_by_post_stays_in_the_register_when_it_is_replaced(practice, world):
    facture = practice.ready()
    ticks.hors_scor(practice.cabinet, practice.dossier(facture))
    piece = Piece.get()
    acquire.replace(practice.cabinet, piece, world.pdf_of("plus nette"), legible=True)
    assert practice.register()[piece.id].status is PaperStatus.COLLECTE
    acquire.move_to_paper(practice.cabinet, piece)
    acquire.move_to_digital(practice.cabinet, piece, legible=True)
    assert piece.id in practice.register()


def test_a_paper_piece_of_a_refused_lot_leaves_the_register_once_it_is_scanned(practice, world):
    facture = practice.ready()
    piece = Piece.get()
    acquire.move_to_paper(practice.cabinet, piece)
    practice.transmit()
    assert piece.id in practice.register()
    practice.arl(facture, "-", whole=True)
    practice.poll()
    acquire.replace(practice.cabinet, piece, world.pdf_of("scannée"), legible=True)
    assert practice.register() == {}
    assert practice.journal("registre_retire")


def test_a_posted_piece_is_never_taken_back(practice, world):
    facture = practice.ready()
    piece = Piece.get()
    ticks.hors_scor(practice.cabinet, practice.dossier(facture))
    paper.mark_posted(practice.cabinet, [row.id for row in practice.register().values()])
    for touch in ("remplacer", "supprimer", "numérique"):
        with pytest.raises(PieceLocked, match="postée"):
            touches(practice, world)[touch](piece)
    assert practice.register()[piece.id].status is PaperStatus.ENVOYE
    assert returns.posted_on(practice.dossier(facture)) == practice.cabinet.today()


# --- the medical record -------------------------------------------------------------------------------------


def test_a_document_of_the_medical_record_can_become_a_piece(practice, world, tmp_path):
    letter = tmp_path / "courrier.png"
    letter.write_bytes(world.page("Courrier"))
    document = scanning.add_to_record(practice.cabinet, "P1", letter)
    assert document.label == "courrier"
    with scanning.work_folder(practice.cabinet) as folder:
        copy = scanning.from_record(practice.cabinet, document.id, folder)
        assert copy.read_bytes() == letter.read_bytes()
        assert acquire.prepare([copy]).report.compliant
        work = folder
    assert not work.exists()
    with pytest.raises(NotFound):
        scanning.add_to_record(practice.cabinet, "P404", letter)
    with pytest.raises(NotFound), scanning.work_folder(practice.cabinet) as folder:
        scanning.from_record(practice.cabinet, 404, folder)

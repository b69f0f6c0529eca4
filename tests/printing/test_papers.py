"""What comes out of the printer: all that the envelope needs, readable, and the same when reprinted."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scor_tui.printing.bordereau import BordereauFacts, BordereauLine, PostedPiece, bordereau_pdf
from scor_tui.printing.ink import (
    PostalBlock,
    PractitionerBlock,
    amount_text,
    counted,
    day_text,
    inked,
    moment_text,
)
from scor_tui.printing.labels import PER_SHEET, LabelFacts, envelope_label_pdf
from scor_tui.printing.lists import ListColumn, ListFacts, list_pdf
from scor_tui.printing.proof import NATURE, ProofDigest, ProofEvent, ProofFacts, proof_pdf

PRACTITIONER = PractitionerBlock(
    "Mme Honorine MASSEUR", "991000018", "masseur-kinésithérapeute", ("3, rue de l'Invention", "99999 ESSAI")
)
SUBSTITUTE = PractitionerBlock("M. Rémi PLAÇANT", "991000026", "masseur-kinésithérapeute")
CAISSE = PostalBlock("CPAM d'Essai", ("12, avenue de la Démonstration", "99990 ESSAI CEDEX"))
PAPER = PostedPiece("ordonnance", "envoi papier demandé")
LINE = BordereauLine("261105536", "EXEMPLE Olivier", date(2026, 11, 5), 6129, True)
BORDEREAU = BordereauFacts(
    practitioner=PRACTITIONER,
    caisse=CAISSE,
    caisse_code="01-996-0000",
    fse_lot="112",
    sent=date(2026, 11, 5),
    printed=date(2026, 11, 21),
    lines=(
        LINE,
        replace(LINE, facture="261105537", patient="ESSAIM Agathe", amount=123456, posted=(PAPER,)),
        replace(
            LINE,
            facture="261105538",
            patient="<b>DUMAS</b> & Fils",
            secured=False,
            posted=(PAPER, PostedPiece("feuille de soins", "hors SCOR")),
        ),
    ),
)
PROOF = ProofFacts(
    facture="261105536",
    patient="EXEMPLE Olivier",
    practitioner="Mme Honorine MASSEUR, 991000018",
    caisse="CPAM d'Essai, 01-996-0000",
    date=date(2026, 11, 5),
    amount=6129,
    secured=True,
    fse_lot="112",
    status="archivé",
    printed=datetime(2026, 11, 21, 14, 5),  # noqa: DTZ001 - printed as given
    events=(
        ProofEvent(datetime(2026, 11, 5, 19, 30), "FSE envoyée", "lot 112"),  # noqa: DTZ001 - printed as given
        ProofEvent(date(2026, 11, 6), "ARL FSE positif"),
    ),
    digests=(ProofDigest("Ordonnance, version 1", "0123456789abcdef" * 4),),
)
LIST = ListFacts(
    title="SCOR › À transmettre",
    columns=(ListColumn("Facture"), ListColumn("Patient"), ListColumn("Montant", right=True)),
    rows=tuple((f"261105{i:03d}", "EXEMPLE Olivier", "61,29 €") for i in range(100)),
    printed=date(2026, 11, 21),
    footer="100 dossiers",
)


def _run(tool: str, *arguments: str, pdf: bytes, folder: Path) -> str:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed here: the printed pages are NOT judged from outside")
    path = folder / "page.pdf"
    path.write_bytes(pdf)
    done = subprocess.run([tool, *arguments, str(path), *(["-"] if tool == "pdftotext" else [])], capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.decode()


@pytest.fixture
def read(tmp_path: Path):  # type: ignore[no-untyped-def]  # a callable, see its uses
    """Check a PDF with qpdf and return its text as laid out, spaces joined; pages end with a form feed."""

    def text(pdf: bytes) -> str:
        _run("qpdf", "--check", pdf=pdf, folder=tmp_path)
        laid = _run("pdftotext", "-layout", pdf=pdf, folder=tmp_path)
        return re.sub(r"^ | $", "", re.sub("[ \u00a0]+", " ", laid), flags=re.MULTILINE)

    return text


def test_a_bordereau_says_who_what_to_whom_and_why_by_post(read) -> None:  # type: ignore[no-untyped-def]
    text = read(bordereau_pdf(BORDEREAU))
    for word in (
        "Bordereau de télétransmission",
        "Mme Honorine MASSEUR",
        "n° 991000018",
        "masseur-kinésithérapeute",
        "CPAM d'Essai",
        "99990 ESSAI CEDEX",
        "112 05/11/2026 01-996-0000 3 21/11/2026",
        "261105536 EXEMPLE Olivier 05/11/2026 61,29 € sécurisée aucune",
        "261105537 ESSAIM Agathe 05/11/2026 1 234,56 € sécurisée ordonnance : envoi papier",
        "dégradée",
        "feuille de soins : hors SCOR",
        "Total 3 factures 1 357,14 € 3 pièces",
        "Signature et cachet",
        "page 1/1",
    ):
        assert word in text, word
    assert "Remplacé" not in text
    assert "DÉMONSTRATION" not in text


def test_a_name_that_looks_like_markup_is_printed_as_it_is(read) -> None:  # type: ignore[no-untyped-def]
    assert "<b>DUMAS</b> & Fils" in read(bordereau_pdf(BORDEREAU))


def test_the_substitute_and_the_demonstration_are_said(read) -> None:  # type: ignore[no-untyped-def]
    text = read(bordereau_pdf(replace(BORDEREAU, remplacant=SUBSTITUTE, demonstration=True)))
    assert "Remplacé(e) par" in text
    assert "M. Rémi PLAÇANT" in text
    assert "991000026" in text
    assert "DÉMONSTRATION" in text


def test_a_long_bordereau_repeats_its_head_and_numbers_its_pages(read) -> None:  # type: ignore[no-untyped-def]
    lines = tuple(replace(LINE, facture=f"261105{i:03d}", posted=(PAPER,) * (i % 3)) for i in range(80))
    pages = read(bordereau_pdf(replace(BORDEREAU, lines=lines))).split("\f")[:-1]
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert f"page {number}/{len(pages)}" in page
        assert "lot FSE 112" in page
    assert [page.count("N° facture Patient Date") for page in pages[:-1]] == [1] * (len(pages) - 1)
    listed = [line.split()[0] for page in pages for line in page.split("\n") if line.startswith("261105")]
    assert listed == [line.facture for line in lines]
    assert "Signature" in pages[-1]
    assert "79 pièces justificatives jointes" in pages[-1]


def test_a_facture_with_more_pieces_than_a_page_holds_is_still_printed_whole(read) -> None:  # type: ignore[no-untyped-def]
    pieces = tuple(PostedPiece(f"autre pièce {i}", "hors SCOR") for i in range(120))
    text = read(bordereau_pdf(replace(BORDEREAU, lines=(replace(LINE, posted=pieces),))))
    assert all(f"autre pièce {i} :" in text for i in range(120))


def test_a_bordereau_without_anything_by_post_says_so(read) -> None:  # type: ignore[no-untyped-def]
    text = read(bordereau_pdf(replace(BORDEREAU, lines=(LINE,))))
    assert "1 facture (61,29 €) n'accompagne aucune pièce justificative" in text


@pytest.mark.parametrize(
    "pdf",
    [
        lambda: bordereau_pdf(BORDEREAU),
        lambda: proof_pdf(PROOF),
        lambda: list_pdf(LIST),
        lambda: envelope_label_pdf([LabelFacts(CAISSE, CAISSE)]),
    ],
)
def test_a_reprint_is_the_same_to_the_byte(pdf) -> None:  # type: ignore[no-untyped-def]
    assert pdf() == pdf()


def test_another_fact_gives_another_paper() -> None:
    assert bordereau_pdf(BORDEREAU) != bordereau_pdf(replace(BORDEREAU, printed=date(2026, 11, 22)))


def test_one_label_a_caisse_from_the_first_free_place(read) -> None:  # type: ignore[no-untyped-def]
    sender = PostalBlock(PRACTITIONER.name, PRACTITIONER.address)
    labels = [LabelFacts(replace(CAISSE, name=f"Caisse {i}"), sender, "SCOR, lot 112", True) for i in range(10)]
    pages = read(envelope_label_pdf(labels, first=3)).split("\f")[:-1]
    assert len(pages) == 2
    assert "Caisse 5" in pages[0]
    assert "Caisse 6" in pages[1]
    assert pages[0].count("SCOR, lot 112") == 6
    assert pages[1].count("ne pas poster") == 4
    for first in (0, PER_SHEET + 1):
        with pytest.raises(ValueError, match="1 à 8"):
            envelope_label_pdf(labels, first=first)


def test_a_proof_tells_the_story_and_what_it_is_not(read) -> None:  # type: ignore[no-untyped-def]
    text = read(proof_pdf(PROOF))
    for word in (
        "Facture 261105536",
        "05/11/2026 19:30 FSE envoyée lot 112",
        "06/11/2026 ARL FSE positif",
        "0123456789abcdef" * 4,
        "Statut : archivé",
        "imprimé le 21/11/2026 14:05",
    ):
        assert word in text, word
    assert NATURE in text.replace("\n", " ")


def test_a_list_is_whole_and_an_empty_one_says_so(read) -> None:  # type: ignore[no-untyped-def]
    pages = read(list_pdf(LIST)).split("\f")[:-1]
    rows = [line for page in pages for line in page.split("\n") if line.startswith("261105")]
    assert rows == [" ".join(row).replace("\u00a0", " ") for row in LIST.rows]
    assert all("Facture Patient Montant" in page for page in pages)
    assert "100 dossiers" in pages[-1]
    assert "La liste est vide." in read(list_pdf(replace(LIST, rows=())))
    with pytest.raises(ValueError, match="cellules"):
        list_pdf(replace(LIST, rows=(("une seule",),)))


def test_amounts_and_dates_are_those_of_the_country() -> None:
    assert amount_text(123456) == "1\u00a0234,56\u00a0€"
    assert day_text(date(2026, 1, 5)) == "05/01/2026"
    assert moment_text(datetime(2026, 1, 5, 8, 3)) == "05/01/2026 08:03"  # noqa: DTZ001 - printed as given
    assert [counted(n, "pièce") for n in (0, 1, 2)] == ["0\u00a0pièce", "1\u00a0pièce", "2\u00a0pièces"]


def test_letters_that_the_fonts_lack_keep_their_base() -> None:
    assert inked("ŁUKASZ Dvořák Őrs O● 3\u202f€ 中") == "LUKASZ Dvorák Ors O* 3\u00a0€ ?"


@given(st.text(max_size=600))
def test_any_text_becomes_winansi(text: str) -> None:
    inked(text).encode("cp1252")


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=600), st.text(max_size=600), st.integers(-(10**11), 10**11))
def test_any_words_can_be_printed(name: str, detail: str, amount: int) -> None:
    line = BordereauLine("261105536", name, date(2026, 11, 5), amount, True, (PostedPiece(name, detail),) * 5)
    who = PractitionerBlock(name, detail, name, (detail,) * 9)
    facts = replace(
        BORDEREAU,
        practitioner=who,
        remplacant=who,
        caisse=PostalBlock(name, (detail,) * 9),
        lines=(line,) * 3,
    )
    assert bordereau_pdf(facts).startswith(b"%PDF-")
    assert list_pdf(replace(LIST, title=name, rows=((name, detail, detail),) * 3, footer=detail)).startswith(b"%PDF-")
    events = (ProofEvent(date(2026, 11, 5), name, detail),) * 3
    assert proof_pdf(replace(PROOF, events=events, patient=detail, status=name)).startswith(b"%PDF-")
    assert envelope_label_pdf([LabelFacts(facts.caisse, facts.caisse, detail)]).startswith(b"%PDF-")

"""Hostile words: no escape sequence, no bidirectional mark, no markup reaches a terminal."""

from __future__ import annotations

from scor_tui.domain.wire import Refusal

HOSTILE = "\x1b]52;c;aGk=\x07\x1b[2J\u202e\x9b31m[bold]\u200b\u2028"


def test_hostile_words_reach_no_terminal_raw(scor, practice, world, home):
    """`ask` looks at every answer for raw control and bidirectional characters."""
    name = f'"{HOSTILE}TILLEUL"'
    row = {"numero": "P8", "nom": name, "prenom": name, "naissance": "1990-01-01", "nir": world.nir_of(8)}
    practice.import_text(world.table("patients", [row | {"caisse": world.CPAM}]))
    practice.prescription("H1", "P8")
    facture = practice.facture("H1", patient="P8", caisse=world.CPAM)
    picture = practice.root / f"page{HOSTILE.replace('/', '')}.png"
    picture.write_bytes(world.page())
    said = ["--libelle", HOSTILE, "--annotation", HOSTILE, "--lisible"]
    assert scor("piece", "ajouter", picture, "--prescription", "H1", *said).code == 0
    scor("piece", "dossier-medical", picture, "--patient", "P8", "--libelle", HOSTILE)
    practice.transmit()
    practice.arl(facture, "-", Refusal("SO-DOS-FSE-INCONNUE", "\u202e[bold]\u200bfaux"))
    for arguments in (
        ["relever"],
        ["a-transmettre"],
        ["retours"],
        ["retours", "--statut", HOSTILE],
        ["piece", "lister", "--facture", facture],
        ["piece", "lister", "--patient", "P8"],
        ["piece", "lister", "--prescription", HOSTILE],
        ["piece", "ajouter", picture, "--prescription", HOSTILE],
        ["preuve", facture],
        ["preuve", HOSTILE],
        ["transmettre", HOSTILE],
        ["papier"],
        ["importer", picture],
        ["convertir", picture, "-o", practice.root / f"{HOSTILE}.pdf"],
        ["bordereau", HOSTILE],
        [HOSTILE],
    ):
        command, *rest = arguments
        scor(command, *rest)
        scor(command, *rest, "--json")


def test_an_argument_that_is_no_text_is_no_defect(scor, practice):
    told = scor("importer", practice.root / "nom-\udcff.csv")
    assert told.code == 1
    told = scor("importer", practice.root / "nom-\udcff.csv", "--json")
    assert told.json["erreur"]["titre"] == "Import refusé"

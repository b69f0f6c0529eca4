"""Every command answers in words and in JSON, explains itself, and refuses wrong arguments in French."""

from __future__ import annotations

import io
import json
import sys
from types import SimpleNamespace

import pytest
from PIL import Image, ImageDraw, ImageFont

from scor_tui.commands import run as edge
from scor_tui.commands.run import run
from scor_tui.commands.table import COMMANDS
from scor_tui.demo.clock import set_to
from scor_tui.services import ticks

NAMES = [command.name for command in COMMANDS]


@pytest.fixture
def story(practice, home, world):
    """A facture that left, one that may leave, one out of SCOR, and the files that commands want."""
    gone = practice.ready()
    practice.transmit()
    out = practice.ready()
    ticks.hors_scor(practice.cabinet, practice.dossier(out))
    ready = practice.ready()
    root = practice.root
    image, pdf, settings = root / "page.png", root / "page.pdf", root / "encore.toml"
    image.write_bytes(world.page())
    pdf.write_bytes(world.pdf_of())
    settings.write_text('[cabinet]\nnom = "Cabinet du Tilleul"', encoding="utf-8")
    csv = root / "patients.csv"
    rows = [{"numero": "P8", "nom": "A", "prenom": "B", "naissance": "1990-01-01", "nir": world.nir_of(8)}]
    csv.write_text(world.table("patients", [rows[0] | {"caisse": world.CPAM}]), encoding="utf-8")
    return SimpleNamespace(gone=gone, out=out, ready=ready, image=image, pdf=pdf, settings=settings, csv=csv, root=root)


def typed(name, story, home, practice, mode):
    """Return (arguments, exit code) of a command in its usual use; `mode` tells apart what can be done once."""
    root = story.root
    usual = {
        "demo": (["--sans-ecran"], 1),
        "convertir": ([story.image, "-o", root / "sortie.pdf"], 0),
        "verifier": ([story.pdf], 0),
        "scanners": ([], 3),
        "numeriser": (["--prescription", "R1"], 3),
        "importer": ([story.csv], 0),
        "etat": ([], 0),
        "relever": ([], 0),
        "transmettre": (["--tout"], 0),
        "transmettre-fse": ([], 0),
        "tout-faire": ([], 0),
        "creer": (["--modele"], 0),
        "configurer": ([story.settings], 0),
        "a-transmettre": ([], 0),
        "cocher": ([story.ready, "--non"], 0),
        "hors-scor": ([story.ready, *(["--annuler"] if mode == "json" else [])], 0),
        "retours": ([], 0),
        "transfert-papier": ([story.gone], 1),
        "piece": (["lister", "--facture", story.gone], 0),
        "papier": ([], 0),
        "bordereau": (["001", "-o", root / "bordereau.pdf"], 0),
        "preuve": ([story.gone], 0),
        "comptes-rendus": ([], 0),
        "sauvegarder": ([root / f"sauvegardes-{mode}"], 0),
        "restaurer": ([root / "rien"], 4),
        "caisse": (["--une-fois"], 0),
        "diagnostic": ([], 0),
        "purger": ([], 0),
    }
    arguments, code = usual[name]
    folder = practice.layout.folder if name == "caisse" else home
    command = next(command for command in COMMANDS if command.name == name)
    return [name, *arguments, *(["--dossier", folder] if command.practice else [])], code


@pytest.mark.parametrize("name", NAMES)
def test_it_answers_in_words_and_in_json(name, story, home, practice, ask, monkeypatch):
    if name in ("scanners", "numeriser"):
        monkeypatch.setenv("PATH", str(story.root))  # no scanimage
    if name == "caisse":
        set_to(practice.layout.clock, practice.clock.moment)
    arguments, code = typed(name, story, home, practice, "texte")
    words = ask(*arguments)
    assert words.code == code, words.all
    assert words.err if code else words.out
    arguments, code = typed(name, story, home, practice, "json")
    facts = ask(*arguments, "--json")
    assert facts.code == code, facts.all
    assert isinstance(facts.json, dict)
    assert ("erreur" in facts.json) is (code in (1, 3, 4))
    if code:
        assert facts.json["erreur"]["cause"]
        assert facts.json["erreur"]["remede"]


@pytest.mark.parametrize("name", ["", *NAMES])
def test_it_explains_itself_in_french(name, capsys):
    with pytest.raises(SystemExit) as told:
        run([name, "--help"] if name else ["--help"])
    assert told.value.code == 0
    out = capsys.readouterr().out
    assert "emploi :" in out
    for english in ("usage:", "options:", "positional", "show this help"):
        assert english not in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["inventer"], "n'existe pas"),
        (["etat", "--couleur"], "argument inconnu"),
        (["convertir", "a.png"], "il manque"),
        (["convertir", "a.png", "-o"], "il manque une valeur"),
        (["convertir", "a.png", "-o", "b.pdf", "--dpi", "beaucoup"], "n'est pas un"),
        (["piece", "manger"], "n'est pas un des choix"),
        (["papier", "--poster", "un"], "n'est pas un nombre"),
        (["piece", "voir", "--li"], "ambigu"),
        (["etat", "--json=oui"], "ne prend pas de valeur"),
        (["hors-scor"], "il manque"),
    ],
)
def test_wrong_arguments_are_told_in_french(ask, arguments, sentence):
    told = ask(*arguments)
    assert told.code == 2
    assert sentence in told.err
    assert "--help" in told.err
    for english in ("invalid", "expected", "required", "unrecognized", "could match", "ignored"):
        assert english not in told.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["importer"],
        ["creer"],
        ["configurer"],
        ["cocher"],
        ["piece", "lister"],
        ["piece", "voir"],
        ["piece", "ajouter"],
        ["piece", "ajouter", "--papier"],
        ["piece", "dossier-medical", "x.png"],
        ["papier", "--poster", "1", "--date", "hier"],
        ["retours", "--statut", "heureux"],
        ["numeriser"],
        ["transmettre"],
        ["bordereau", "001", "-o", "/nulle/part/b.pdf"],
    ],
    ids=" ".join,
)
def test_a_use_that_makes_no_sense_is_told(scor, practice, arguments):
    practice.facture()
    told = scor(*arguments)
    assert told.code == 2, told.all
    assert told.err.startswith("Commande mal formée")


def test_a_piece_that_an_eye_should_look_at_again_says_so_in_json_too(scor, practice, world):
    practice.prescription("C1")
    whole, cut = practice.root / "entiere.png", practice.root / "coupee.png"
    whole.write_bytes(world.page())
    page = Image.new("L", (1654, 2339), 238)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=36)
    for number in range(20):
        pen.text((900, 1500 + 40 * number), "Vingt séances de rééducation du genou droit, à domicile", 35, font)
    page.save(cut, dpi=(200, 200))
    added = scor("piece", "ajouter", cut, "--prescription", "C1", "--lisible", "--json").json
    (advice,) = added["conseils"]
    assert (advice["regle"], advice["page"]) == ("SO-IMG-TRONQUE", 1)
    assert advice["conseil"].startswith("à vérifier : image tronquée")
    assert scor("piece", "remplacer", whole, "--numero", added["piece"], "--lisible", "--json").json["conseils"] == []
    on_paper = scor("piece", "ajouter", "--prescription", "C1", "--type", "A", "--papier", "--json").json
    assert on_paper["conseils"] == []


@pytest.mark.parametrize("json_too", [True, False])
def test_a_defect_of_the_program_is_a_sentence_without_values(ask, monkeypatch, json_too):
    def broken(_):
        raise ValueError("TILLEUL Odette 255069900000151")

    monkeypatch.setattr(edge, "_handler", lambda _: broken)
    told = ask("etat", *(["--json"] if json_too else []))
    assert told.code == 4
    assert "Défaut du programme (ValueError" in told.err
    assert "TILLEUL" not in told.all
    if json_too:
        assert told.json["erreur"]["titre"] == "Défaut du programme"


def test_an_interruption_is_no_defect(ask, monkeypatch):
    def stopped(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(edge, "_handler", lambda _: stopped)
    assert ask("etat").code == 130


def test_a_terminal_without_utf8_shows_what_it_can(monkeypatch, tmp_path):
    screen = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert run(["creer", "--modele"]) == 0
    assert run(["etat", "--dossier", str(tmp_path / "é")]) == 4


def test_alone_it_says_how_to_begin(ask, monkeypatch, tmp_path):
    monkeypatch.setenv("SCOR_TUI_DOSSIER", str(tmp_path / "vide"))
    told = ask()
    assert told.code == 0
    assert "creer --modele" in told.out
    assert not (tmp_path / "vide").exists()


def test_the_folder_comes_from_the_environment_too(ask, home, monkeypatch):
    monkeypatch.setenv("SCOR_TUI_DOSSIER", str(home))
    assert "Cabinet des Tilleuls" in ask().out
    assert json.loads(ask("etat", "--json").out)["cabinet"] == "Cabinet des Tilleuls"

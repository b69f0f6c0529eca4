"""Bad input: one clear French sentence with what to do, the exit code, and nothing else changed."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from scor_tui.domain.status import Status
from scor_tui.store.engine import BASE_FILE, exclusive_post
from scor_tui.store.models import Caisse, Facture, JournalEntry, Patient, Piece, database


def tables():
    """Return how many rows every table holds."""
    names = [row[0] for row in database.execute_sql("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: database.execute_sql(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


@pytest.fixture
def unchanged(practice):
    """Whatever the test does, no row is added to or taken from any table."""
    before = tables()
    yield
    assert tables() == before


# --- documents ----------------------------------------------------------------------------------------------


def blank():
    out = io.BytesIO()
    Image.new("L", (1166, 1654), 255).save(out, "PNG", dpi=(200, 200))
    return out.getvalue()


def encrypted(pdf):
    from pypdf import PdfReader, PdfWriter

    writer, out = PdfWriter(PdfReader(io.BytesIO(pdf))), io.BytesIO()
    writer.encrypt("sésame", algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


BAD = ("pas une image", "tronquée", "protégé", "60 dpi", "blanche", "absente", "dossier")


@pytest.fixture
def bad(practice, world):
    """Return the file of a kind of bad document."""

    def made(what):
        path = practice.root / ("bad.pdf" if what == "protégé" else "bad.png")
        content = {
            "pas une image": lambda: b"MZ\x00 ceci n'est pas une image" * 50,
            "tronquée": lambda: world.page()[:2000],
            "protégé": lambda: encrypted(world.pdf_of()),
            "60 dpi": lambda: world.page("soixante", 60),
            "blanche": blank,
        }
        if what == "dossier":
            path.mkdir()
        elif what in content:
            path.write_bytes(content[what]())
        return path

    return made


@pytest.mark.parametrize("what", BAD)
def test_a_bad_document_becomes_no_piece(scor, practice, bad, what):
    practice.prescription("A1")
    path, before = bad(what), tables()
    told = scor("piece", "ajouter", path, "--prescription", "A1", "--lisible")
    assert told.code == 1, told.all
    assert told.err.strip().endswith(".")
    assert len(told.err.strip().splitlines()) == 1
    assert tables() == before
    assert [path.name for path in (practice.root / "cabinet").glob("pages-*")] == []


def test_what_was_sent_of_a_piece_that_was_taken_away_is_still_shown(scor, practice, world):
    facture = practice.ready()
    practice.transmit()
    practice.arl(facture, "-", whole=True)
    practice.poll()
    number = Piece.get().id
    assert scor("piece", "supprimer", "--numero", number).code == 0
    output = practice.root / "envoyee.pdf"
    told = scor("piece", "voir", "--numero", number, "-o", output)
    assert told.code == 0, told.all
    assert output.read_bytes() == world.pdf_of("O de R1")
    assert scor("piece", "remplacer", output, "--numero", number, "--lisible").code == 1


@pytest.mark.parametrize("what", BAD)
def test_a_bad_document_is_not_converted(ask, practice, bad, what):
    output = practice.root / "sortie.pdf"
    told = ask("convertir", bad(what), "-o", output, "--json")
    assert told.code == 1, told.all
    assert told.json["erreur"]["remede"]
    assert not output.exists()


@pytest.mark.parametrize(
    ("what", "rule"), [("60 dpi", "SO-PDF-RESOLUTION"), ("blanche", "SO-IMG-BLANC")], ids=["60 dpi", "blanche"]
)
def test_the_rule_is_named(ask, practice, bad, what, rule):
    told = ask("convertir", bad(what), "-o", practice.root / "s.pdf", "--json")
    assert told.json["erreur"]["code"] == rule


def test_a_pdf_is_checked_and_the_broken_rule_told(ask, practice, world, bad):
    coarse, broken = practice.root / "60.pdf", practice.root / "pdf.pdf"
    coarse.write_bytes(world.pdf_of("soixante", 60))
    broken.write_bytes(b"%PDF-1.4\nrien")
    told = ask("verifier", coarse)
    assert told.code == 1
    assert "SO-PDF-RESOLUTION" in told.out
    assert ask("verifier", broken).code == 1
    assert ask("verifier", bad("protégé")).code == 1
    assert ask("verifier", practice.root / "absent.pdf").code == 2


def test_a_protected_pdf_opens_with_the_password_that_is_typed(scor, practice, bad):
    practice.prescription("A1")
    path = bad("protégé")
    wrong = scor("piece", "ajouter", path, "--prescription", "A1", "--lisible", "--mot-de-passe", stdin="faux\n")
    assert wrong.code == 1
    told = scor("piece", "ajouter", path, "--prescription", "A1", "--lisible", "--mot-de-passe", stdin="sésame\n")
    assert told.code == 0, told.all
    assert "sésame" not in told.all


def test_a_medical_document_that_is_not_there(scor, practice, unchanged):
    told = scor("piece", "dossier-medical", practice.root / "absent.png", "--patient", "P1")
    assert told.code == 1
    assert "absent.png" in told.err


def test_a_scan_without_scanner(scor, practice, monkeypatch, unchanged):
    monkeypatch.setenv("PATH", str(practice.root))
    for arguments in (["numeriser", "--prescription", "A1"], ["numeriser", "-o", practice.root / "s.pdf"]):
        told = scor(*arguments)
        assert told.code == 3
        assert told.err.startswith("Aucun scanner")


# --- imports ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["clé du NIR", "facture en double", "encodage"])
def test_a_bad_csv_is_refused_whole_with_its_line(scor, practice, world, what):
    facture = practice.facture()
    good = {"numero": "P7", "nom": "ÉRABLE", "prenom": "Léo", "naissance": "1990-01-01", "nir": world.nir_of(7)}
    good |= {"caisse": world.CPAM}
    wrong_key = good | {"numero": "P6", "nir": world.nir_of(6)[:-2] + "00"}
    plain = good | {"numero": "P5", "nom": "AULNE", "prenom": "Eva"}
    bill = {"numero": "261120900", "patient": "P1", "praticien": world.KINE, "date": "2026-11-20", "mode": "securisee"}
    bill |= {"caisse": world.CPAM, "total": "10", "amo": "6"}
    path = practice.root / "import.csv"
    path.write_bytes({
        "clé du NIR": lambda: world.table("patients", [good, wrong_key]).encode(),
        "facture en double": lambda: world.table("factures", [bill, bill | {"numero": facture}]).encode(),
        "encodage": lambda: world.table("patients", [plain, good]).encode("latin-1"),
    }[what]())  # fmt: skip
    before = tables()
    told = scor("importer", path)
    assert told.code == 1, told.all
    assert told.err.startswith("Import refusé")
    assert "ligne 4 :" in told.err
    assert tables() == before
    assert Patient.select().count() == 3
    told = scor("importer", path, "--json")
    assert told.json["erreur"]["lignes"].startswith("4 :")
    assert world.nir_of(6) not in told.all


# --- the data folder ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["etat", "relever", "transmettre", "a-transmettre", "diagnostic", "importer"])
def test_a_folder_that_others_can_read_is_refused(scor, practice, home, command):
    home.chmod(0o755)
    extra = {"transmettre": ["--tout"], "importer": [practice.root / "x.csv"]}.get(command, [])
    told = scor(command, *extra)
    assert told.code == 4, told.all
    assert "d'autres utilisateurs peuvent le lire" in told.all
    assert "chmod 700" in told.all
    home.chmod(0o700)


def test_a_database_of_a_newer_version_is_refused(scor, home):
    newer()
    told = scor("etat")
    assert told.code == 4, told.all
    assert told.err.startswith("Base plus récente que le programme")
    assert "Mettez scor-tui à jour" in told.err


def newer():
    """Write the name of a migration that this program does not have."""
    (history,) = [name for name in tables() if "migrat" in name]
    columns = [row[1] for row in database.execute_sql(f"PRAGMA table_info({history})")]
    values = {"name": "9999_futur", "id": 9999}
    row = [values.get(column, "2099-01-01 00:00:00") for column in columns]
    database.execute_sql(f"INSERT INTO {history} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608


@pytest.mark.parametrize("damage", ["vide", "abîmée", "clé d'un autre", "absente"])
def test_a_base_that_cannot_be_opened_is_told(scor, practice, home, damage):
    practice.cabinet.close()
    base, key = home / BASE_FILE, next(path for path in home.iterdir() if path.suffix != ".db" and "cl" in path.name)
    for left in home.glob(f"{BASE_FILE}-*"):
        left.unlink()
    if damage == "vide":
        base.write_bytes(b"")
    elif damage == "abîmée":
        base.write_bytes(b"SQLite format 3\x00" + base.read_bytes()[16:4000])
    elif damage == "absente":
        base.unlink()
    else:
        key.write_bytes(bytes(reversed(key.read_bytes().strip())))
    told = scor("etat")
    assert told.code == 4, told.all
    assert told.err.strip()
    assert scor("diagnostic").code == 4


def test_two_commands_at_once(scor, practice, home):
    facture = practice.ready()
    with exclusive_post(home):
        for arguments in (["relever"], ["transmettre", "--tout"], ["tout-faire"], ["transmettre-fse"]):
            told = scor(*arguments)
            assert told.code == 3
            assert "Une autre session relève ou transmet" in told.err
        assert scor("etat").code == 0
    assert practice.status(facture) is Status.A_TRANSMETTRE
    assert scor("transmettre", "--tout").code == 0


# --- caisses and post ---------------------------------------------------------------------------------------


def test_a_caisse_without_certificate(scor, practice, world):
    here, there = practice.ready(), practice.ready("P2")
    Caisse.update(content_certificate=b"").where(Caisse.identifier == world.MSA).execute()
    told = scor("transmettre", "--tout")
    assert told.code == 1
    assert f"! {world.MSA} : Certificat refusé" in told.out
    assert f"retenu {there}" in told.out
    assert practice.status(here) is Status.TRANSMIS
    assert practice.status(there) is Status.A_TRANSMETTRE


def test_a_bal_that_cannot_be_read(scor, practice):
    facture = practice.ready()
    repair = practice.break_bal()
    told = scor("transmettre", "--tout")
    assert told.code == 3
    assert f"retenu {facture}" in told.out
    assert "relevée" in told.out
    assert practice.status(facture) is Status.A_TRANSMETTRE
    assert scor("relever").code == 3
    assert scor("transmettre", "--tout", "--sans-releve").code == 0
    assert practice.status(facture) is Status.TRANSMIS
    repair()
    assert scor("relever").code == 0


def test_what_could_not_leave_is_code_3(scor, practice):
    facture = practice.ready()
    practice.break_outbox()
    told = scor("transmettre", "--tout")
    assert told.code == 3
    assert "non parti" in told.out
    assert practice.status(facture) is Status.A_TRANSMETTRE
    assert "dernier envoi non parti" in scor("a-transmettre").out


def test_arl_that_mean_nothing_are_shown(scor, practice, world):
    facture = practice.ready()
    practice.transmit()
    practice.arl(facture, digest="0" * 64)
    practice.arl(facture, signer=world.STRANGER)
    told = scor("relever")
    assert told.code == 0
    assert told.out.count("message écarté") == 2
    assert scor("etat", "--json").json["messages_ecartes"] == 2
    assert len(scor("retours", "--ecartes").out.splitlines()) == 2
    assert practice.status(facture) is Status.TRANSMIS


# --- several factures at once -------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["hors-scor", "cocher", "transfert-papier"])
def test_a_command_on_several_factures_is_all_or_nothing(scor, practice, command):
    facture = practice.ready()
    journal = JournalEntry.select().count()
    told = scor(command, facture, "261199999", *(["--non"] if command == "cocher" else []))
    assert told.code == 1
    assert practice.status(facture) is Status.A_TRANSMETTRE
    assert practice.dossier(facture).tick == "auto"
    assert JournalEntry.select().count() == journal


# --- the settings -------------------------------------------------------------------------------------------


def test_creer_says_what_is_wrong_and_leaves_nothing(ask, practice, world):
    folder, settings = practice.root / "neuf", practice.root / "neuf.toml"
    settings.write_text(world.toml(practice.layout), encoding="utf-8")
    told = ask("creer", settings, "--dossier", folder)
    assert told.code == 1
    assert "--adherer-scor" in told.err
    settings.write_text(world.toml(practice.layout) + "\ncouleur = 3", encoding="utf-8")
    assert ask("creer", settings, "--adherer-scor", "--dossier", folder).code == 2
    assert ask("creer", practice.root / "absent.toml", "--dossier", folder).code == 2
    assert not folder.exists()
    settings.write_text(world.toml(practice.layout), encoding="utf-8")
    assert ask("creer", settings, "--adherer-scor", "--dossier", folder).code == 0


def test_a_whole_small_day_from_the_shell(scor, practice, world):
    """Scan, tick, send, hear the caisse, post, print."""
    practice.prescription("J1")
    facture = practice.facture("J1", sent=False)
    picture = practice.root / "ordonnance.png"
    picture.write_bytes(world.page())
    assert scor("piece", "ajouter", picture, "--prescription", "J1", "--lisible").code == 0
    assert scor("piece", "ajouter", "--facture", facture, "--type", "A", "--papier").code == 0
    assert scor("transmettre-fse").code == 0
    practice.caisse()
    told = scor("transmettre", "--tout", "--json").json
    assert [sent["factures"] for sent in told["sent"]] == [[facture]]
    practice.caisse()
    told = scor("tout-faire")
    assert f"{facture} : archivé" in told.out
    (row,) = scor("papier", "--json").json["lignes"]
    assert scor("papier", "--poster", row["row"]).code == 0
    assert scor("papier", "--poster", row["row"]).code == 1
    output = practice.root / "b.pdf"
    assert scor("bordereau", "1", "-o", output).code == 0
    assert output.read_bytes().startswith(b"%PDF")
    assert "justificatif papier envoyé" in scor("preuve", facture).out
    assert scor("preuve", facture, "-o", practice.root / "p.pdf").code == 0
    assert Facture.select().count() == 1
    assert Piece.select().count() == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["sauvegarder", "/dev/null/copies"],
        ["piece", "voir", "--numero", "9" * 30],
        ["papier", "--poster", "9" * 30],
        ["papier", "--poster", "-4"],
        ["bordereau", "001", "--annee", "9" * 30],
        ["comptes-rendus", "9" * 30],
    ],
    ids=lambda arguments: " ".join(arguments)[:30],
)
def test_a_place_or_a_number_that_cannot_be(scor, arguments):
    told = scor(*arguments)
    assert told.code == 2, told.all
    assert told.err.startswith("Commande mal formée")


def test_a_data_folder_that_cannot_be_made(ask, practice, world):
    settings = practice.root / "neuf.toml"
    settings.write_text(world.toml(practice.layout), encoding="utf-8")
    for command in (
        ["creer", settings, "--adherer-scor"],
        ["demo", "--sans-ecran"],
        ["caisse", "--initialiser", world.KINE],
    ):
        told = ask(*command, "--dossier", "/dev/null/cabinet")
        assert told.code == 2, told.all
        assert "/dev/null" in told.err

"""A practice from its settings file: created whole or not at all, completed later (`creer`, `configurer`)."""

from __future__ import annotations

import tomllib

import pytest

from scor_tui.domain.errors import CertificateRefused, FolderNotPrivate, RuleRefused, WrongUse
from scor_tui.domain.status import Status
from scor_tui.exchange.certificates import Usage
from scor_tui.services import setup
from scor_tui.services.template import TEMPLATE
from scor_tui.store.models import Caisse, Certificate, Practice, Practitioner


@pytest.fixture
def make(layout, clock, tmp_path, world):
    """Try to create a practice from settings; whatever comes of it, the folder is looked at."""

    def made(text, folder="neuf", *, join=True):
        settings = tmp_path / "reglages.toml"
        settings.write_text(text, encoding="utf-8")
        cabinet = setup.create(tmp_path / folder, settings, clock, join_scor=join)
        cabinet.close()
        return cabinet

    return made


def test_the_model_is_a_settings_file_that_is_understood(layout, clock, tmp_path, make, world):
    read = tomllib.loads(TEMPLATE)
    assert read["cabinet"]["nom"]
    lines = [line for line in TEMPLATE.splitlines() if not line.startswith("pki")]
    text = "\n".join(lines).replace("991234561", world.KINE).replace('"pki/', f'"{layout.pki}/')
    make(text)
    assert (tmp_path / "neuf" / "base.db").exists()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('nom = "Cabinet des Tilleuls"', 'nom = "x"\ncouleur = "bleu"', "« cabinet.couleur » est inconnue"),
        ('profession = "26"', 'metier = "26"', "« praticiens.metier » est inconnue"),
        ('nom = "Cabinet des Tilleuls"', "", "cabinet.nom manque"),
        ("[cabinet]", "cabinet = 3\n[x]", "inconnue|table"),
        ('numero = "991234568"', 'numero = "99123"', "9 chiffres"),
        ('identifiant = "01-996-0000"', 'identifiant = "CPAM"', "mal formé"),
        ("taille_max = 10000000", 'taille_max = "beaucoup"', "nombre d'octets"),
        ("taille_max = 10000000", "taille_max = 0", "nombre d'octets"),
        ("debut_scor = 2026-11-01", 'debut_scor = "01/11/2026"', "n'est pas une date"),
        ('type = "maildir"', 'type = "pigeon"', "pigeon"),
        ("praticien-991234568@poste.invalid", "praticien", "mal formée"),
        ("racine.crt", "absente.crt", "absente.crt"),
        ("[autorites]\nracines = [", "[autorites]\nracines = 3 # [", "liste"),
        ("[autorites]", "[delais]\nsans_arl_heures = 0\n[autorites]", "entre 1 et 720"),
        ('titulaire = "991234568"', 'titulaire = "999999999"', "titulaire"),
        ('nom = "Cabinet des Tilleuls"', 'nom = "x"\ndemonstration = "non"', "true ou false"),
        ("[cabinet]", "[cabinet", "TOML"),
    ],
)
def test_a_wrong_settings_file_leaves_nothing_behind(layout, make, tmp_path, world, old, new, sentence):
    text = world.toml(layout)
    assert old in text
    with pytest.raises(WrongUse, match=sentence):
        make(text.replace(old, new, 1))
    assert not (tmp_path / "neuf").exists()


def test_a_key_that_is_not_its_certificates_is_refused(layout, make, tmp_path, world):
    stem = f"{layout.pki}/praticien-{world.KINE}"
    with pytest.raises(CertificateRefused):
        make(world.toml(layout).replace(f"{stem}-signature.key", f"{stem}-chiffrement.key"))
    assert not (tmp_path / "neuf").exists()


def test_a_certificate_that_is_none_is_refused(layout, make, tmp_path, world):
    (layout.pki / "racine.crt").write_text("bonjour")
    with pytest.raises(CertificateRefused):
        make(world.toml(layout))
    assert not (tmp_path / "neuf").exists()


def test_what_was_in_the_folder_stays(layout, make, tmp_path, world):
    folder = tmp_path / "neuf"
    folder.mkdir(mode=0o700)
    (folder / "mien.txt").write_text("à moi")
    with pytest.raises(WrongUse):
        make(world.toml(layout).replace("racine.crt", "absente.crt"))
    assert [path.name for path in folder.iterdir()] == ["mien.txt"]


def test_a_folder_that_others_can_read_is_refused(layout, make, tmp_path, world):
    folder = tmp_path / "neuf"
    folder.mkdir()
    folder.chmod(0o755)
    with pytest.raises(FolderNotPrivate, match="d'autres utilisateurs"):
        make(world.toml(layout))
    assert list(folder.iterdir()) == []


def test_a_file_is_no_data_folder(layout, make, tmp_path, world):
    (tmp_path / "neuf").write_text("un fichier")
    with pytest.raises(FolderNotPrivate):
        make(world.toml(layout))


def test_a_practice_is_never_made_over_another(practice, layout, make, world):
    with pytest.raises(RuleRefused, match="déjà un cabinet"):
        make(world.toml(layout), "cabinet")
    practice.reopen()
    assert Practice.get().name == "Cabinet des Tilleuls"


# --- joining SCOR -------------------------------------------------------------------------------------------


def test_joining_scor_wants_a_confirmation(layout, make, tmp_path, world):
    with pytest.raises(RuleRefused, match="définitive") as told:
        make(world.toml(layout), join=False)
    assert "--adherer-scor" in told.value.remedy
    assert not (tmp_path / "neuf").exists()
    make(world.toml(layout, scor=False), join=False)


@pytest.mark.parametrize("practice", [{"scor": False}], indirect=True)
def test_a_practitioner_may_join_later_and_never_leaves(practice, world):
    facture = practice.facture()
    assert facture not in practice.rows()
    later = f'[[praticiens]]\nnumero = "{world.KINE}"\nnom = "MASSEUR"\ndebut_scor = 2026-11-15'
    with pytest.raises(RuleRefused, match="définitive"):
        practice.configure(later)
    practice.configure(later, join_scor=True)
    assert facture in practice.rows()
    (told,) = [entry for entry in practice.journal("scor_demarre") if "2026-11-15" in entry.detail]
    assert world.KINE in told.detail
    practice.configure(later)
    with pytest.raises(RuleRefused, match="ne change plus"):
        practice.configure(later.replace("11-15", "11-16"), join_scor=True)
    practice.configure(later.replace("debut_scor = 2026-11-15", ""))
    assert str(Practitioner.get(Practitioner.number == world.KINE).scor_start) == "2026-11-15"


# --- completing ---------------------------------------------------------------------------------------------


def test_what_the_file_does_not_name_stays(practice, world):
    before = Caisse.get(Caisse.identifier == world.CPAM)
    practice.configure(f'[[caisses]]\nidentifiant = "{world.CPAM}"\nnom = "CPAM Nouvelle"')
    after = Caisse.get(Caisse.identifier == world.CPAM)
    assert after.name == "CPAM Nouvelle"
    for column in ("address", "postal_address", "content_certificate", "signing_certificate", "size_limit"):
        assert getattr(after, column) == getattr(before, column)
    assert Practice.get().name == "Cabinet des Tilleuls"


def test_a_wrong_complement_changes_nothing(practice, world):
    with pytest.raises(WrongUse):
        practice.configure('[cabinet]\nnom = "Autre"\n[[caisses]]\nidentifiant = "x"\nnom = "y"')
    assert Practice.get().name == "Cabinet des Tilleuls"
    assert not practice.journal("cabinet_configure")


def test_a_new_certificate_signs_and_the_old_one_still_reads(practice, world):
    facture = practice.ready()
    practice.transmit()
    name = world.of_practitioner(world.KINE)
    old_reader = (practice.layout.pki / f"{name}-chiffrement.crt").read_bytes()
    practice.arl(facture)  # sealed for the old certificate, before the new one is known
    for usage in (Usage.SIGN, Usage.ENCRYPT):
        practice.short_certificate(name, usage, 300)
    own = world.toml(practice.layout).partition("[[praticiens]]")[2].partition("[[praticiens]]")[0]
    practice.configure(f"[[praticiens]]{own}")
    assert Certificate.select().join(Practitioner).where(Practitioner.number == world.KINE).count() == 4
    practice.poll()
    assert practice.status(facture) is Status.ARCHIVE
    assert (practice.layout.pki / f"{name}-chiffrement.crt").read_bytes() != old_reader
    other = practice.ready()
    practice.transmit()
    signer = practice.opened().received.sender_certificate
    latest = practice.cabinet.codec(Practitioner.get(Practitioner.number == world.KINE))
    assert signer == latest._signing.certificate
    practice.arl(other)
    practice.poll()
    assert practice.status(other) is Status.ARCHIVE
    practice.configure(f"[[praticiens]]{own}")
    assert Certificate.select().join(Practitioner).where(Practitioner.number == world.KINE).count() == 4


def test_a_practitioner_whose_certificate_expired_sends_nothing_and_hears_why(practice, world):
    name = world.of_practitioner(world.KINE)
    Certificate.delete().where(Certificate.usage == "signature").execute()
    practice.short_certificate(name, Usage.SIGN, 1)
    own = world.toml(practice.layout).partition("[[praticiens]]")[2].partition("[[praticiens]]")[0]
    practice.configure(f"[[praticiens]]{own}")
    Practitioner.update(mail_box="").where(Practitioner.number == world.NURSE).execute()
    facture = practice.ready()
    practice.clock.advance(days=2)
    account = practice.transmit()
    assert practice.status(facture) is Status.A_TRANSMETTRE
    assert len(account.errors) == 1
    assert practice.mails() == []


def test_confirming_what_was_not_restored_is_refused(practice):
    with pytest.raises(RuleRefused, match="pas été restauré"):
        setup.confirm_restoration(practice.cabinet)

"""Backup and restoration at the command line: nothing leaves before a person confirmed what may have left."""

from __future__ import annotations

import shutil

import pytest

from scor_tui.store.engine import BASE_FILE


@pytest.fixture
def restored(scor, ask, practice, home, moved):
    """A practice restored from yesterday's backup; returns how to type commands on it."""
    facture = practice.ready()
    saved = scor("sauvegarder", practice.root / "copies", "--json").json["sauvegarde"]
    folder = practice.root / "refait"
    told = ask("restaurer", saved, "--dossier", folder)
    assert told.code == 0, told.all
    assert "Aucun envoi ne partira" in told.out
    moved(folder)
    return facture, lambda command, *rest: ask(command, *rest, "--dossier", folder)


def test_nothing_leaves_a_restored_practice_before_a_person_confirmed(restored, practice):
    _, typed = restored
    asked = (["transmettre", "--tout"], ["transmettre", "--tout", "--sans-releve"], ["tout-faire"], ["transmettre-fse"])
    for arguments in asked:
        told = typed(*arguments)
        assert told.code == 1
        assert "--restauration-verifiee" in told.err
    assert practice.mails() == []
    assert typed("relever").code == 0
    assert "Cabinet restauré" in typed("etat").out
    assert typed("configurer", "--restauration-verifiee").code == 0
    assert typed("transmettre", "--tout").code == 0
    assert len(practice.mails()) == 1


def test_a_backup_that_changed_is_refused_and_nothing_is_restored(scor, ask, practice, home):
    practice.ready()
    saved = practice.root / scor("sauvegarder", practice.root / "copies", "--json").json["sauvegarde"]
    victim = next(path for path in (saved / "fichiers").rglob("*") if path.is_file())
    victim.write_bytes(victim.read_bytes()[:-1] + b"!")
    told = ask("restaurer", saved, "--dossier", practice.root / "refait")
    assert told.code == 4
    assert "endommagée" in told.err
    assert not (practice.root / "refait" / BASE_FILE).exists()


def test_a_restoration_never_replaces_a_practice(scor, practice, home):
    saved = scor("sauvegarder", practice.root / "copies", "--json").json["sauvegarde"]
    before = (home / BASE_FILE).stat().st_ino
    told = scor("restaurer", saved)
    assert told.code == 1
    assert (home / BASE_FILE).stat().st_ino == before
    shutil.rmtree(saved)
    assert scor("restaurer", saved).code == 4

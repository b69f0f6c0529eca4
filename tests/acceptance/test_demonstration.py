"""`demo --sans-ecran` plays its days, and what it says is what the standard tools find in its Maildirs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

STATUSES = (
    "archive",
    "a_retransmettre",
    "a_reconstituer",
    "a_traiter_manuellement",
    "collecte_papier",
    "justificatif_papier_envoye",
)


@pytest.fixture(scope="module")
def other_end(played, opened_at):
    return opened_at(played.folder / "demonstration")


@pytest.fixture(scope="module")
def acknowledged(other_end, reading):
    """Every ARL of the BALs: its XML when the root vouches for it, None when openssl refuses its signature."""
    found = []
    for holder, mails in other_end.answers.items():
        for mail in mails:
            if mail.kind == "ARL":
                signed = other_end.decrypt(mail.body, holder)
                assert signed is not None, mail.path.name
                clear = other_end.verify(signed)
                found.append(None if clear is None else reading.index(clear))
    return found


def test_dossiers_went_through_every_status(played):
    assert {name: played.facts["statuts"][name] for name in STATUSES if not played.facts["statuts"][name]} == {}
    assert played.facts["jours"] > 0


def test_openssl_and_a_mail_reader_count_the_lots_and_pieces_that_it_says(played, other_end, reading):
    lots = other_end.lots
    names = [name for lot in lots for name, _ in reading.parts(other_end.entity(lot))]
    assert len(lots) == played.facts["lots_envoyes"] > 0
    assert sum(name.endswith(".p7m") for name in names) == played.facts["pieces"] > 0
    assert set(names) == {"lot.xml", *(name for name in names if name.startswith("piece-") and name.endswith(".p7m"))}


def test_they_count_the_acknowledgements_that_it_says(played, acknowledged):
    known = [arl for arl in acknowledged if arl is not None]
    scor = Counter(arl.get("signe") for arl in known if arl.get("genre") == "scor")
    fse = Counter(arl.get("signe") for arl in known if arl.get("genre") == "fse")
    said = played.facts
    assert (scor["+"], scor["-"]) == (said["arl_positifs"], said["arl_negatifs"])
    assert (fse["+"], fse["-"]) == (said["arl_fse_positifs"], said["arl_fse_negatifs"])
    assert min(*scor.values(), *fse.values()) > 0


def test_what_a_stranger_signed_is_what_was_set_aside(played, acknowledged):
    assert sum(arl is None for arl in acknowledged) == played.facts["messages_ecartes"] > 0


def test_a_dossier_is_archived_exactly_when_its_last_acknowledgement_is_positive(played, scor, acknowledged):
    rows = scor("retours", "--dossier", played.folder, "--json").json["dossiers"]
    positive = {
        dossier.get("facture")
        for arl in acknowledged
        if arl is not None and arl.get("genre") == "scor"
        for dossier in arl.iter("dossier")
        if dossier.get("signe") == "+"
    }
    assert {row["facture"] for row in rows if row["status"] == "archive"} == positive


def test_every_message_is_still_there_and_was_taken(played, other_end):
    assert all(mail.taken for mail in other_end.inbox)
    assert all(mail.taken for mails in other_end.answers.values() for mail in mails)
    maildirs = list((played.folder / "demonstration" / "poste").iterdir())
    assert [list((maildir / "tmp").iterdir()) for maildir in maildirs] == [[]] * len(maildirs)


def test_no_header_nor_file_name_tells_of_a_patient(played, scor, other_end):
    document = scor("a-transmettre", "--dossier", played.folder, "--json").json["dossiers"]
    names = {word for row in document for word in row["patient"].split() if len(word) > 3}
    assert names
    for mail in other_end.inbox:
        head = f"{mail.path.name}\n{mail.message.items()}"
        assert not [name for name in names if name in head]


def test_the_keys_are_there_as_pem_and_belong_to_this_user_alone(played):
    pki = played.folder / "demonstration" / "pki"
    keys = sorted(path.name for path in pki.glob("*.key"))
    assert [Path(name).with_suffix(".crt").name for name in keys] == sorted(path.name for path in pki.glob("*.crt"))
    assert {name.split("-")[0].partition(".")[0] for name in keys} == {
        "racine",
        "frontal",
        "caisse",
        "praticien",
        "inconnu",
    }
    assert all(path.stat().st_mode & 0o077 == 0 for path in pki.glob("*.key"))

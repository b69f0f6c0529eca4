"""A Maildir gives back what was put into it, in order, whoever else uses it."""

from __future__ import annotations

import mailbox as standard
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scor_tui.domain.errors import MailFailed, NotFound
from scor_tui.mail.maildir import Maildir


def put(folder: Path, name: str, content: bytes = b"Subject: x\r\n\r\n", *, age: int = 0) -> Path:
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (1_700_000_000 - age, 1_700_000_000 - age))
    return path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(content=st.binary(max_size=3000))
def test_a_message_comes_back_byte_for_byte(mailbox: Maildir, content: bytes) -> None:
    key = mailbox.deliver(content)
    assert mailbox.read(key) == content
    mailbox.take(key)
    assert mailbox.read(key) == content, "what was taken stays readable"


def test_messages_wait_in_the_order_of_their_delivery(mailbox: Maildir) -> None:
    keys = [mailbox.deliver(b"%d" % number) for number in range(50)]
    assert list(mailbox.waiting()) == keys


def test_the_time_of_delivery_counts_before_the_name(mailbox: Maildir) -> None:
    put(mailbox.path / "new", "a", age=10)
    put(mailbox.path / "new", "z", age=20)
    put(mailbox.path / "new", "b", age=10)
    assert mailbox.waiting() == ("z", "a", "b")


def test_only_the_owner_can_read_the_post(mailbox: Maildir, monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.umask(0)
    try:
        box = Maildir(mailbox.path / "autre")
        box.create()
        key = box.deliver(b"secret")
    finally:
        os.umask(before)
    folders = [box.path, *(box.path / name for name in ("tmp", "new", "cur"))]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert stat.S_IMODE((box.path / "new" / key).stat().st_mode) == 0o600


def test_a_message_is_made_durable_before_it_gets_its_name(mailbox: Maildir, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []

    def noted(name: str, real: Callable[..., None]) -> Callable[..., None]:
        def step(*args: object) -> None:
            target = Path(f"/proc/self/fd/{args[0]}").readlink() if name == "fsync" else Path(str(args[1]))
            steps.append(f"{name} {target.parent.name if '.M' in target.name else target.name}")
            real(*args)

        return step

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", noted("fsync", os.fsync))
        patch.setattr(os, "rename", noted("rename", os.rename))
        mailbox.deliver(b"durable")
    assert steps == ["fsync tmp", "rename new", "fsync new", "fsync tmp"]


def test_a_message_taken_waits_no_more_and_is_kept(mailbox: Maildir) -> None:
    key, other = mailbox.deliver(b"un"), mailbox.deliver(b"deux")
    mailbox.take(key)
    mailbox.take(key)
    mailbox.take("jamais vu")
    assert mailbox.waiting() == (other,)
    assert (mailbox.path / "cur" / f"{key}:2,S").read_bytes() == b"un"


def test_python_and_we_read_the_same_maildir(mailbox: Maildir) -> None:
    ours = mailbox.deliver(b"Subject: de nous\n\ncorps\n")
    theirs = standard.Maildir(mailbox.path, create=False)
    assert theirs[ours]["Subject"] == "de nous"
    key = theirs.add(b"Subject: d'eux\n\ncorps\n")
    assert mailbox.waiting() == (ours, key)
    mailbox.take(key)
    assert theirs.get_message(key).get_flags() == "S"


def test_flags_decide_who_still_waits_in_cur(mailbox: Maildir) -> None:
    names = ["vu:2,S", "jete:2,FT", "marque:2,F", "nu", "vide:2,", "autre:1,S"]
    for age, name in enumerate(reversed(names)):
        put(mailbox.path / "cur", name, age=age)
    assert set(mailbox.waiting()) == {"marque", "nu", "vide", "autre"}
    mailbox.take("marque")
    assert (mailbox.path / "cur" / "marque:2,FS").exists(), "flags of others are kept"
    for key in ("nu", "vide", "autre"):
        mailbox.take(key)
    assert mailbox.waiting() == ()


def test_what_is_not_a_message_is_left_alone(mailbox: Maildir, tmp_path: Path) -> None:
    secret = put(tmp_path, "secret")
    new = mailbox.path / "new"
    (new / "lien").symlink_to(secret)
    (new / "dossier").mkdir()
    os.mkfifo(new / "tube")
    put(new, ".cache")
    put(new, "\x1b[31mrouge")
    (new / os.fsdecode(b"latin\xe9")).touch()
    key = mailbox.deliver(b"le seul")
    assert mailbox.waiting() == (key,)
    for name in ("lien", "dossier", "tube", "../../secret", "", "new/" + key):
        with pytest.raises(NotFound):
            mailbox.read(name)
        mailbox.take(name)
    assert (new / "lien").is_symlink()
    assert secret.exists()


def test_a_huge_message_is_refused_with_a_sentence_not_with_the_memory(tmp_path: Path) -> None:
    box = Maildir(tmp_path / "bal", size_cap=1000)
    box.create()
    with (box.path / "new" / "enorme").open("wb") as handle:
        handle.truncate(50_000_000_000)
    with pytest.raises(MailFailed, match="pèse plus de"):
        box.read("enorme")


@pytest.mark.parametrize("broken", ["", "new", "cur"])
def test_a_mailbox_that_is_missing_or_a_file_says_what_to_do(mailbox: Maildir, broken: str) -> None:
    place = mailbox.path / broken if broken else mailbox.path
    place.rename(place.with_name(place.name + "-ailleurs"))
    with pytest.raises(MailFailed, match="le dossier n'existe pas") as missing:
        mailbox.waiting()
    assert missing.value.remedy
    place.touch()
    with pytest.raises(MailFailed, match="ce n'est pas un dossier"):
        mailbox.waiting()


def test_abandoned_drafts_are_swept_after_36_hours_and_no_sooner(mailbox: Maildir) -> None:
    now = datetime.fromtimestamp(1_700_000_000, UTC)
    put(mailbox.path / "tmp", "vieux", age=37 * 3600)
    put(mailbox.path / "tmp", "recent", age=35 * 3600)
    key = mailbox.deliver(b"entier")
    assert mailbox.sweep(now + timedelta(seconds=1)) == 1
    assert {path.name for path in (mailbox.path / "tmp").iterdir()} == {"recent"}
    assert mailbox.waiting() == (key,)


def test_creating_a_mailbox_again_changes_nothing(mailbox: Maildir) -> None:
    key = mailbox.deliver(b"ici")
    mailbox.create()
    assert mailbox.waiting() == (key,)


def test_a_mailbox_cannot_be_made_inside_a_file(tmp_path: Path) -> None:
    (tmp_path / "fichier").touch()
    with pytest.raises(MailFailed):
        Maildir(tmp_path / "fichier" / "bal").create()

"""What the post says of a message is true, at whatever step the disk fails."""

from __future__ import annotations

import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pytest

from scor_tui.domain.errors import MailFailed
from scor_tui.domain.ports import Transport
from scor_tui.domain.wire import Outcome
from scor_tui.mail.maildir import Maildir
from scor_tui.mail.maildir_transport import MaildirTransport

FROM, TO = "cabinet@exemple.invalid", "caisse@exemple.invalid"
MESSAGE = b"Subject: SCOR-OUVERT/1 LOT\r\n\r\n" + bytes(range(256)) * 40


class FailingDisk(Protocol):
    """The fixture of conftest.py."""

    failed: str

    def at(self, number: int, *, after_the_fact: bool = False) -> AbstractContextManager[None]: ...


@pytest.fixture
def boxes(tmp_path: Path) -> tuple[Maildir, Maildir]:
    pair = Maildir(tmp_path / "envoi"), Maildir(tmp_path / "bal")
    for box in pair:
        box.create()
    return pair


@pytest.fixture
def post(boxes: tuple[Maildir, Maildir]) -> MaildirTransport:
    return MaildirTransport(boxes[0].path, boxes[1].path)


def test_it_is_a_transport(post: Transport, boxes: tuple[Maildir, Maildir]) -> None:
    handed = post.send(MESSAGE, FROM, TO)
    assert handed.outcome is Outcome.SENT
    assert [boxes[0].read(key) for key in boxes[0].waiting()] == [MESSAGE]


@pytest.mark.parametrize("after_the_fact", [False, True])
def test_a_disk_that_fails_at_any_step_never_makes_us_lie(
    post: MaildirTransport, boxes: tuple[Maildir, Maildir], failing_disk: FailingDisk, after_the_fact: bool
) -> None:
    outgoing, failed_steps, outcomes = boxes[0], [], set()
    for number in range(100):
        with failing_disk.at(number, after_the_fact=after_the_fact):
            handed = post.send(MESSAGE, FROM, TO)
        if not failing_disk.failed:
            break
        failed_steps.append(failing_disk.failed)
        outcomes.add(handed.outcome)
        arrived = [outgoing.read(key) for key in outgoing.waiting()]
        if handed.outcome is Outcome.NOT_SENT:
            assert arrived == [], f"step {number} ({failing_disk.failed}): said not sent, yet it stands there"
            assert "disque est plein" in handed.detail
        else:
            assert arrived == [MESSAGE], f"step {number} ({failing_disk.failed}): not exactly one whole message"
        for key in outgoing.waiting():
            (outgoing.path / "new" / key).unlink()
    assert handed.outcome is Outcome.SENT
    assert {"open", "write", "fsync", "close", "rename"} <= set(failed_steps)
    assert outcomes >= {Outcome.NOT_SENT, Outcome.UNKNOWN}


def test_a_rename_whose_success_was_not_told_is_uncertain(post: MaildirTransport, failing_disk: FailingDisk) -> None:
    told = {}
    for number in range(12):
        with failing_disk.at(number, after_the_fact=True):
            outcome = post.send(MESSAGE, FROM, TO).outcome
        told[failing_disk.failed] = outcome
    assert told["rename"] is Outcome.UNKNOWN


def test_a_file_that_the_system_refuses_to_finish_leaves_nothing(boxes: tuple[Maildir, Maildir]) -> None:
    """The kernel itself refuses here: at most 4096 bytes a file, so the write stops half-way."""
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from scor_tui.mail.maildir_transport import MaildirTransport\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "post = MaildirTransport(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "print(post.send(b'x' * 10_000, 'a@exemple.invalid', 'b@exemple.invalid').outcome)\n"
    )
    argv = [sys.executable, "-c", program, str(boxes[0].path), str(boxes[1].path)]
    assert subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip() == "not_sent"
    assert [path for path in boxes[0].path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("broken", ["", "tmp", "new"])
def test_an_outgoing_box_that_is_missing_or_a_file_sends_nothing(
    post: MaildirTransport, boxes: tuple[Maildir, Maildir], broken: str
) -> None:
    place = boxes[0].path / broken if broken else boxes[0].path
    place.rename(place.with_name(place.name + "-ailleurs"))
    assert post.send(MESSAGE, FROM, TO).outcome is Outcome.NOT_SENT
    place.touch()
    handed = post.send(MESSAGE, FROM, TO)
    assert handed.outcome is Outcome.NOT_SENT
    assert "n'a pas pu être déposé" in handed.detail


def test_a_message_above_the_limit_is_not_sent(boxes: tuple[Maildir, Maildir]) -> None:
    post = MaildirTransport(boxes[0].path, boxes[1].path, size_limit=100)
    assert post.size_limit == 100
    assert post.send(b"x" * 100, FROM, TO).outcome is Outcome.SENT
    handed = post.send(b"x" * 101, FROM, TO)
    assert handed.outcome is Outcome.NOT_SENT
    assert "101 octets" in handed.detail
    assert len(boxes[0].waiting()) == 1


@pytest.mark.parametrize(("message", "sender", "recipient"), [(b"", FROM, TO), (MESSAGE, "", TO), (MESSAGE, FROM, "")])
def test_a_message_without_content_or_address_is_not_sent(
    post: MaildirTransport, boxes: tuple[Maildir, Maildir], message: bytes, sender: str, recipient: str
) -> None:
    assert post.send(message, sender, recipient).outcome is Outcome.NOT_SENT
    assert boxes[0].waiting() == ()


def test_a_hostile_address_reaches_the_journal_cleaned(post: MaildirTransport) -> None:
    assert "\x1b" not in post.send(MESSAGE, FROM, "caisse\x1b[31m@exemple.invalid").detail


def test_answers_are_polled_until_they_are_deleted(post: MaildirTransport, boxes: tuple[Maildir, Maildir]) -> None:
    first, second = boxes[1].deliver(b"un"), boxes[1].deliver(b"deux")
    assert [(m.key, m.content) for m in post.poll()] == [(first, b"un"), (second, b"deux")]
    post.delete(first)
    post.delete(first)
    assert [message.key for message in post.poll()] == [second]


def test_one_bad_message_blocks_no_other(boxes: tuple[Maildir, Maildir]) -> None:
    post = MaildirTransport(boxes[0].path, boxes[1].path)
    before = boxes[1].deliver(b"avant")
    with (boxes[1].path / "new" / "1.enorme").open("wb") as handle:
        handle.truncate(60_000_000)
    after = boxes[1].deliver(b"apres")
    assert {message.key for message in post.poll()} == {before, after}
    assert [(left.key, "pèse plus de" in left.why) for left in post.left_in_place] == [("1.enorme", True)]
    assert (boxes[1].path / "new" / "1.enorme").exists()


def test_a_message_that_another_program_takes_meanwhile_is_passed_over(
    post: MaildirTransport, boxes: tuple[Maildir, Maildir]
) -> None:
    first, second, third = (boxes[1].deliver(b"%d" % number) for number in range(3))
    poll = post.poll()
    assert next(poll).key == first
    (boxes[1].path / "new" / second).unlink()
    assert [message.key for message in poll] == [third]
    assert post.left_in_place == ()


def test_a_mailbox_that_cannot_be_read_is_said_at_once(post: MaildirTransport, boxes: tuple[Maildir, Maildir]) -> None:
    boxes[1].path.rename(boxes[1].path.with_name("ailleurs"))
    with pytest.raises(MailFailed) as failure:
        post.poll()
    assert failure.value.exit_code == 3
    assert failure.value.remedy

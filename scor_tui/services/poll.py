"""Retour NOEMIE: poll the BAL, keep each message before anything else, apply it, and only then take it away.

The BAL may be shared with the billing program: what is not ours is left in place and remembered, never deleted.
"""

from __future__ import annotations

import hashlib

from scor_tui.domain.errors import BadMessage, FileDamaged, MailFailed, ScorError, StepRefused
from scor_tui.domain.ports import Cancel, Progress, RawMessage, no_progress
from scor_tui.domain.status import SilenceNoticed, Status, is_silent
from scor_tui.services import changes, effects, outbox, reports
from scor_tui.services.cabinet import Cabinet
from scor_tui.services.reports import Account, Received
from scor_tui.store.engine import exclusive_post, write
from scor_tui.store.models import Dossier, Facture, Message, MessageState, Practitioner


def poll(cabinet: Cabinet, progress: Progress = no_progress, cancel: Cancel | None = None) -> Account:
    """Poll every BAL of the practice and keep the account; raises `MailFailed` when none could be read, `Busy`.

    `cancel` stops it after the message in hand: the others stay in the BAL for the next poll.
    """
    with exclusive_post(cabinet.folder):
        account = Account("releve", cabinet.now())
        outbox.recover(cabinet)
        poll_all(cabinet, account, progress, cancel)
        reports.keep(cabinet, account)
    if account.poll_error:
        raise MailFailed(
            f"La BAL n'a pas pu être relevée : {account.poll_error}.",
            "Vérifiez la liaison, puis recommencez (relever).",
        )
    return account


def poll_all(
    cabinet: Cabinet, account: Account, progress: Progress = no_progress, cancel: Cancel | None = None
) -> None:
    """Poll each practitioner's BAL; the caller holds the post. A failure is noted, and the others are still polled.

    Once cancelled the account is `stopped`, and silence is noticed for none whose BAL was not read to its end.
    """
    people = [one for one in cabinet.practitioners() if one.mail_box]
    for rank, practitioner in enumerate(people):
        progress(rank, len(people), "releve")
        try:
            _poll_one(cabinet, practitioner, account, cancel)
        except ScorError as error:
            account.poll_error = error.cause.rstrip(".")
            account.unpolled.append(practitioner.number)
            if not isinstance(error, MailFailed):
                account.refuse(practitioner.name, error)
        except _Stopped:
            account.stopped = True
            account.unpolled += [one.number for one in people[rank:]]
            return
        else:
            _notice_silence(cabinet, practitioner, account)
    account.polled = bool(people) and not account.poll_error
    progress(len(people), len(people), "releve")


class _Stopped(Exception):
    """The user wants no more messages taken."""


def _poll_one(cabinet: Cabinet, practitioner: Practitioner, account: Account, cancel: Cancel | None) -> None:
    transport, codec = cabinet.transport(practitioner), cabinet.codec(practitioner)
    for raw in transport.poll():
        if cancel is not None and cancel.is_set():
            raise _Stopped
        digest = hashlib.sha256(raw.content).hexdigest()
        message = Message.get_or_none(Message.practitioner == practitioner, Message.digest == digest)
        if message is None:
            message = _keep(cabinet, practitioner, raw, digest, ours=codec.is_ours(raw.content))
            if message.state is MessageState.FOREIGN:
                account.received.append(Received("etranger", "message qui n'est pas de SCOR, laissé en place"))
        if message.state is MessageState.FOREIGN:
            continue
        if message.state is MessageState.KEPT:
            account.received.append(_apply(cabinet, practitioner, message))
        transport.delete(raw.key)
    for left in transport.left_in_place:
        account.received.append(Received("illisible", f"message laissé dans la BAL : {left.why}", needs_hand=True))
    for message in Message.select().where(Message.practitioner == practitioner, Message.state == MessageState.KEPT):
        account.received.append(_apply(cabinet, practitioner, message))
    with write():
        practitioner.polled = cabinet.now()
        practitioner.save()


def _keep(cabinet: Cabinet, practitioner: Practitioner, raw: RawMessage, digest: str, *, ours: bool) -> Message:
    """Make a message durable: its bytes, then its row."""
    name = cabinet.store.files.put(raw.content) if ours else ""
    with write():
        message: Message = Message.create(
            practitioner=practitioner,
            digest=digest,
            key=raw.key,
            received=cabinet.now(),
            state=MessageState.KEPT if ours else MessageState.FOREIGN,
            file=name,
        )
        cabinet.journal.add(cabinet.now(), "message_recu", message=message.id, empreinte=digest, notre=ours)
    return message


def _apply(cabinet: Cabinet, practitioner: Practitioner, message: Message) -> Received:
    """Open, verify and apply a kept message; what cannot be used is set aside, kept and shown."""
    codec = cabinet.codec(practitioner)
    try:
        content = codec.open_return(cabinet.store.files.get(message.file), cabinet.now())
        with write():
            received = effects.apply(cabinet, practitioner, message, content)
            message.state, message.kind = MessageState.DONE, received.kind
            message.save()
    except (BadMessage, FileDamaged) as error:
        return set_aside(cabinet, message, error)
    except StepRefused as error:
        return Received("garde", error.cause)
    return received


def set_aside(cabinet: Cabinet, message: Message, error: ScorError) -> Received:
    """Keep a message that changes nothing, with the reason."""
    with write():
        message.state, message.kind, message.reason = MessageState.ASIDE, "ecarte", error.cause
        message.save()
        cabinet.journal.add(cabinet.now(), "message_ecarte", message=message.id, raison=error.cause)
    return Received("ecarte", f"message écarté : {error.cause}", needs_hand=True)


def _notice_silence(cabinet: Cabinet, practitioner: Practitioner, account: Account) -> None:
    """After a successful poll: 48 h without ARL turn a dossier into « à retransmettre », or « à traiter »."""
    silent = (
        Dossier.select().join(Facture).where(Dossier.status == Status.TRANSMIS, Facture.practitioner == practitioner)
    )
    event = SilenceNoticed(cabinet.now(), cabinet.silence)
    for dossier in silent:
        if not is_silent(changes.state_of(dossier), event.polled, event.delay):
            continue  # a practice may have hundreds that wait: nothing is written of them
        with write():
            transition = changes.apply(cabinet, dossier, event)
        if transition.state.status is not Status.TRANSMIS:
            account.expired.append(dossier.facture.number)

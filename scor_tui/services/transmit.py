"""Transmettre: poll the BAL, make the lots, sign, seal, send, tell (product, 3.3)."""

from __future__ import annotations

from collections.abc import Sequence

from scor_tui.domain import dossier as rules
from scor_tui.domain.dossier import Gate, HeldPiece, Hindrance
from scor_tui.domain.errors import MailFailed, NotFound, RuleRefused, ScorError
from scor_tui.domain.pieces import PieceType
from scor_tui.domain.ports import Cancel, Progress, no_progress
from scor_tui.domain.status import Status
from scor_tui.domain.wire import CaisseId
from scor_tui.domain.words import GATE, HINDRANCE
from scor_tui.services import acquire, dossiers, holdings, outbox, poll, reports
from scor_tui.services.cabinet import Cabinet
from scor_tui.services.constitution import OWN_LIMIT, Built, Chosen, build, claim_again, drafts
from scor_tui.services.reports import Account, HeldBack, Sent
from scor_tui.store.engine import exclusive_post
from scor_tui.store.models import Dossier, Facture, LotSCOR, Practitioner


def transmit(
    cabinet: Cabinet,
    only: Sequence[str] = (),
    *,
    without_poll: bool = False,
    progress: Progress = no_progress,
    cancel: Cancel | None = None,
) -> Account:
    """Poll, then send the ticked dossiers that may leave (`only`: among these factures), and keep the account.

    Nothing of a practitioner whose BAL could not be read leaves, unless `without_poll` says that the user was asked;
    then nothing is resent. Once cancelled, no other lot leaves. Raises `MailFailed` when no BAL could be read, `Busy`
    when another session holds the post.
    """
    with exclusive_post(cabinet.folder):
        account = Account("transmission", cabinet.now())
        refuse_after_restoration(cabinet)
        outbox.recover(cabinet)
        poll.poll_all(cabinet, account, progress, cancel)
        if account.stopped:
            reports.keep(cabinet, account)
            return account
        if account.unpolled and not without_poll and len(account.unpolled) == _with_post(cabinet):
            reports.keep(cabinet, account)
            raise MailFailed(
                f"La BAL n'a pas pu être relevée ({account.poll_error}) : rien n'a été envoyé.",
                "Vérifiez la liaison et recommencez, ou confirmez l'envoi sans relève (--sans-releve).",
            )
        try:
            _send_ready(cabinet, account, set(only), progress, cancel, wait_for_poll=not without_poll)
        finally:
            reports.keep(cabinet, account)
    return account


def _with_post(cabinet: Cabinet) -> int:
    return sum(1 for who in cabinet.practitioners() if who.mail_box)


def refuse_after_restoration(cabinet: Cabinet) -> None:
    """Send nothing from a restored practice before a person has said what may have left since the backup."""
    restored = cabinet.practice.restored
    if restored is not None:
        raise RuleRefused(
            f"Ce cabinet a été restauré le {restored:%d/%m/%Y} : des dossiers ont pu partir depuis la sauvegarde.",
            "Relevez la BAL, comparez avec vos comptes rendus, puis : scor-tui configurer --restauration-verifiee.",
        )


def preview(
    cabinet: Cabinet,  # noqa: ARG001 - use cases take the practice first
    only: Sequence[str] = (),
) -> tuple[list[Chosen], list[HeldBack]]:
    """Return what would leave now and what would be held back, sending nothing."""
    wanted = set(only)
    query = dossiers.to_send_query()
    found = list(query.where(Facture.number.in_(sorted(wanted))) if wanted else query)
    _refuse_unknown(wanted, found)
    return _choose(found, by_name=bool(wanted))


def _send_ready(
    cabinet: Cabinet,
    account: Account,
    wanted: set[str],
    progress: Progress,
    cancel: Cancel | None,
    *,
    wait_for_poll: bool,
) -> None:
    chosen, held_back = preview(cabinet, sorted(wanted))
    account.held_back.extend(held_back)
    if wait_for_poll:
        unread = [one for one in chosen if one.dossier.facture.practitioner.number in account.unpolled]
        _hold_back(account, [one.dossier for one in unread], "la BAL de son praticien n'a pas pu être relevée")
        chosen = [one for one in chosen if one not in unread]
    built = [*_resends(cabinet, account, chosen), *_new_lots(cabinet, account, chosen, progress)]
    for rank, one in enumerate(built):
        if cancel is not None and cancel.is_set():
            _give_up(cabinet, account, built[rank:])
            return
        progress(rank, len(built), "envoi")
        _send_one(cabinet, account, one)
    progress(len(built), len(built), "envoi")


def _send_one(cabinet: Cabinet, account: Account, one: Built) -> None:
    lot = one.lot
    again = lot.attempts.count() > 0
    try:
        leaving = outbox.ready(cabinet, lot, one.sealed)
    except ScorError as error:
        outbox.abandon(cabinet, lot, error.cause)
        account.refuse(lot.caisse.name, error)
        return
    handed = outbox.send_lot(cabinet, lot, leaving)
    factures = tuple(line.dossier.facture.number for line in lot.lines)
    account.sent.append(
        Sent(
            "scor",
            lot.number,
            lot.caisse.identifier,
            factures,
            one.pieces,
            lot.bytes,
            handed.outcome,
            handed.detail,
            again,
        )
    )


def _choose(found: Sequence[Dossier], *, by_name: bool) -> tuple[list[Chosen], list[HeldBack]]:
    """Sort dossiers into those that leave and those that are held back, in the order of the list.

    Two factures of a series may be ready at once: the first takes the ordonnance, the others wait for its verdict.
    """
    chosen, held_back = [], []
    taken: dict[int, Dossier] = {}
    known = holdings.facts_of(found)
    for one in found:
        facts, facture = known[one.id], one.facture
        gate = rules.gate(dossiers.fse_facts(facture))
        blocked = dossiers.hindrances(one, facts, gate)
        if not (rules.is_ticked(facts) or (by_name and facts.tick is not rules.Tick.OFF)):
            if by_name:
                held_back.append(HeldBack(facture.number, "décoché à la main"))
            continue
        pieces = _left(facts.pieces, taken)
        first = next((piece.waits_for for piece in pieces if piece.waits_for), "")
        if not blocked and one.status is not Status.A_RETRANSMETTRE:
            first = "" if one.attach_again else _taken_by(one, pieces, taken)
            blocked = (Hindrance.WAITS,) if first else () if pieces else (Hindrance.NO_PIECE,)
        if blocked:
            held_back.append(HeldBack(facture.number, _reason(one, gate, blocked, first)))
            continue
        for piece in pieces:
            if piece.reference is None and piece.piece_id is not None:
                taken.setdefault(piece.piece_id, one)
        chosen.append(Chosen(one, tuple(pieces)))
    return chosen, held_back


def _reason(one: Dossier, gate: Gate, blocked: Sequence[Hindrance], first: str) -> str:
    """Return why a dossier is held back, in words; `first` is the facture whose verdict it waits for."""
    closed = one.status is Status.A_TRANSMETTRE and gate not in rules.OPEN_GATES
    said = [GATE[gate] if closed and reason is Hindrance.NOT_SENDABLE else HINDRANCE[reason] for reason in blocked]
    words = "; ".join(said)
    return f"{words} (facture {first})" if first and Hindrance.WAITS in blocked else words


def _left(pieces: Sequence[HeldPiece], taken: dict[int, Dossier]) -> list[HeldPiece]:
    """Return the pieces less the « autres » of the prescription that an earlier dossier of this sending takes."""
    return [piece for piece in pieces if not (piece.type is PieceType.AUTP and piece.piece_id in taken)]


def _taken_by(one: Dossier, pieces: Sequence[HeldPiece], taken: dict[int, Dossier]) -> str:
    """Return the facture that takes the same ordonnance to the same caisse in this sending, or an empty string."""
    shared = [taken[piece.piece_id] for piece in pieces if piece.piece_id in taken and piece.reference is None]
    mine = one.facture.caisse_id
    return next((str(other.facture.number) for other in shared if other.facture.caisse_id == mine), "")


def _resends(cabinet: Cabinet, account: Account, chosen: Sequence[Chosen]) -> list[Built]:
    """Claim the lots that leave a second time with the same bytes, whole; none while a poll is overdue."""
    ready: list[Built] = []
    for lot_id in dict.fromkeys(one.dossier.lot_id for one in chosen if one.dossier.status is Status.A_RETRANSMETTRE):
        lot = LotSCOR.get_by_id(lot_id)
        members = list(Dossier.select().where(Dossier.lot == lot, Dossier.status == Status.A_RETRANSMETTRE))
        if not _was_polled(account, members[0]):
            _hold_back(account, members, "un second envoi demande une relève réussie")
        elif not _is_stale(cabinet, lot):
            try:
                sealed = outbox.sealed_bytes(cabinet, lot)
            except ScorError as error:
                account.refuse(f"lot {lot.number}", error)
                _hold_back(account, members, error.cause)
                continue
            claim_again(cabinet, lot, members)
            ready.append(Built(lot, sealed, sum(line.pieces.count() for line in lot.lines)))
    return ready


def _hold_back(account: Account, members: Sequence[Dossier], reason: str) -> None:
    account.held_back.extend(HeldBack(one.facture.number, reason) for one in members)


def _was_polled(account: Account, found: Dossier) -> bool:
    """Whether the BAL of a dossier's practitioner was read in this transmission."""
    who = found.facture.practitioner
    return bool(who.mail_box) and who.number not in account.unpolled


def _is_stale(cabinet: Cabinet, lot: LotSCOR) -> bool:
    """Whether the certificates of a lot have expired since: it is rebuilt as a new one."""
    return lot.expires is None or cabinet.now() >= lot.expires


def _new_lots(cabinet: Cabinet, account: Account, chosen: Sequence[Chosen], progress: Progress) -> list[Built]:
    fresh = [one for one in chosen if _is_fresh(cabinet, account, one.dossier)]

    def limit_of(who: Practitioner, caisse: CaisseId) -> int:
        try:
            limits = OWN_LIMIT, cabinet.directory.recipient(caisse).size_limit, cabinet.transport(who).size_limit
        except ScorError:
            return OWN_LIMIT  # the refusal is told when the lot is made or leaves
        return min(limit for limit in limits if limit)

    def too_large(found: Dossier) -> None:
        account.held_back.append(HeldBack(found.facture.number, "le dossier dépasse la taille d'un envoi de la caisse"))

    built: list[Built] = []
    for rank, draft in enumerate(drafts(fresh, limit_of, too_large)):
        progress(rank, 0, "constitution")
        try:
            built.append(build(cabinet, draft, acquire.check_norms))
        except ScorError as error:
            account.refuse(str(draft.caisse), error)
            _hold_back(account, [one.dossier for one in draft.chosen], error.cause)
    return built


def _is_fresh(cabinet: Cabinet, account: Account, found: Dossier) -> bool:
    if found.status is not Status.A_RETRANSMETTRE:
        return True
    return _was_polled(account, found) and found.lot is not None and _is_stale(cabinet, found.lot)


def _give_up(cabinet: Cabinet, account: Account, left: Sequence[Built]) -> None:
    for one in left:
        outbox.abandon(cabinet, one.lot, "arrêté par l'utilisateur avant l'envoi")
        account.held_back.extend(
            HeldBack(line.dossier.facture.number, "arrêté avant l'envoi") for line in one.lot.lines
        )


def _refuse_unknown(wanted: set[str], found: Sequence[Dossier]) -> None:
    missing = sorted(wanted - {one.facture.number for one in found})
    if missing:
        raise NotFound(
            f"Ces factures ne sont pas dans « À transmettre » : {', '.join(missing)}.",
            "Voyez la liste : scor-tui a-transmettre.",
        )


__all__ = ["preview", "refuse_after_restoration", "transmit"]

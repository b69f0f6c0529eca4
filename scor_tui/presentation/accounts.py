"""What a poll or a transmission did, and what waits, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from scor_tui.domain.status import Status
from scor_tui.domain.wire import Outcome
from scor_tui.domain.words import status_word
from scor_tui.presentation.text import counted, kilobytes, moment
from scor_tui.services.reports import Account, Sent
from scor_tui.services.state import State

_OUTCOME = {
    Outcome.SENT: "accepté",
    Outcome.NOT_SENT: "non parti",
    Outcome.UNKNOWN: "issue incertaine, ne sera pas renvoyé avant 48 h",
}
_KIND = {"scor": "lot SCOR", "fse": "lot de FSE", "dre": "lot de DRE"}


def account_lines(account: Account) -> Iterator[str]:
    """Yield the account of a poll or a transmission."""
    if account.poll_error:
        yield f"relève de la BAL : échec ({account.poll_error})"
    elif account.stopped:
        yield "relève de la BAL : arrêtée, ce qui reste dans la BAL attend la prochaine relève"
    elif account.polled:
        yield f"relève de la BAL : {counted(len(account.received), 'message')}"
    for received in account.received:
        yield f"  {'!' if received.needs_hand else ' '} {received.summary}"
        yield from (f"      {fact}" for fact in received.facts)
    if account.expired:
        yield f"sans ARL depuis le délai : {', '.join(account.expired)}"
    yield from (sent_line(sent) for sent in account.sent)
    if account.kind == "transmission" and not account.sent:
        yield "aucun lot n'est parti"
    for held in account.held_back:
        yield f"retenu {held.facture} : {held.reason}"
    yield from (f"! {error}" for error in account.errors)


def sent_line(sent: Sent) -> str:
    """Return what became of a lot."""
    again = ", second envoi" if sent.again else ""
    pieces = f", {counted(sent.pieces, 'pièce')}" if sent.kind == "scor" else ""
    what = f"{_KIND[sent.kind]} {sent.lot} ({sent.caisse}) : {counted(len(sent.factures), 'facture')}{pieces}"
    detail = f" ({sent.detail})" if sent.detail and sent.outcome is not Outcome.SENT else ""
    return f"{what}, {kilobytes(sent.bytes)}{again} : {_OUTCOME[sent.outcome]}{detail}"


def state_lines(state: State) -> Iterator[str]:
    """Yield what waits in the practice."""
    mark = " · démonstration" if state.demonstration else ""
    yield f"{state.practice}{mark}   {moment(state.now)}   BAL relevée : {moment(state.polled) or 'jamais'}"
    yield ""
    yield f"à numériser          {state.to_scan:6d}"
    yield f"prêts à partir       {state.ready:6d}"
    yield f"cochés mais retenus  {state.held_back:6d}"
    yield f"FSE à transmettre    {state.fse_to_send:6d}"
    yield f"pièces à poster      {state.to_post:6d}"
    yield f"alertes à lire       {state.alerts:6d}"
    yield f"messages écartés     {state.aside:6d}"
    yield ""
    for status in Status:
        yield f"{status_word(status):24}{state.statuses[status.value]:6d}"
    if state.purgeable:
        yield ""
        yield f"{counted(state.purgeable, 'lot')} de plus de 90 jours, réglés : scor-tui purger"
    if state.restored:
        yield ""
        yield "Cabinet restauré : aucun envoi avant « configurer --restauration-verifiee »."
    if state.deadlines:
        yield ""
        yield from (f"{moment(one.at)}  {one.what}" for one in state.deadlines)

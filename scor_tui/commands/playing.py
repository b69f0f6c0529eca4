"""Playing the demonstration's days by the practice's own use cases, with the caisse in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from scor_tui.demo import clock, papers, scenario
from scor_tui.demo.layout import Layout
from scor_tui.demo.practice_files import import_json
from scor_tui.domain.dossier import Tick
from scor_tui.domain.errors import OtherEndFailed
from scor_tui.domain.paper import PaperStatus
from scor_tui.domain.pieces import PieceType
from scor_tui.domain.wire import ArlKind, Sign
from scor_tui.presentation.accounts import account_lines
from scor_tui.services import acquire, dossiers, fse, importing, paper, poll, returns, state, ticks, transmit
from scor_tui.services.acquire import Labels
from scor_tui.services.cabinet import Cabinet
from scor_tui.services.reports import Account
from scor_tui.store.models import ARL, Attempt, AttemptState, LotPiece, Message, MessageState, Piece

CAISSE_SECONDS = 120


def caisse_turn(layout: Layout) -> None:
    """Let the caisse, another process, take its mail and answer."""
    command = [sys.executable, "-m", "scor_tui", "caisse", "--dossier", str(layout.folder), "--une-fois", "--json"]
    done = subprocess.run(command, capture_output=True, timeout=CAISSE_SECONDS, check=False)  # noqa: S603 - our own program
    if done.returncode != 0:
        raise OtherEndFailed("La caisse de démonstration s'est arrêtée.", "Lancez scor-tui caisse pour voir pourquoi.")


@dataclass
class Player:
    """Plays actions of the scenario on an open practice; `tell` gets what happens, line by line."""

    cabinet: Cabinet
    layout: Layout
    story: scenario.Scenario
    tell: Callable[[str], None]
    caisse: Callable[[Layout], None] = caisse_turn
    accounts: list[Account] = field(default_factory=list)

    def play(self) -> None:
        """Play every day, from the first morning to the last evening."""
        clock.set_to(self.layout.clock, self.story.start)
        for day in self.story.days:
            self.tell(f"Jour {day.number}, {day.date:%d/%m/%Y}")
            for action in day.actions:
                self._do(action)

    def _do(self, action: scenario.Action) -> None:
        match action:
            case scenario.ImportFactures(until):
                self._import(until)
            case scenario.ScanPiece() | scenario.ReplaceRejected():
                self._scan(action)
            case scenario.DeclarePaper(owner, kind, label):
                acquire.add(
                    self.cabinet, _owner(owner, kind), kind, None, legible=False, on_paper=True, said=Labels(label)
                )
            case scenario.TickByHand(facture):
                ticks.tick(self.cabinet, dossiers.by_facture(facture), Tick.ON)
            case scenario.SendFse(factures):
                if factures:
                    self._told(fse.transmit_fse(self.cabinet, factures))
            case scenario.Poll():
                self._told(poll.poll(self.cabinet))
            case scenario.TransmitAll():
                self._told(transmit.transmit(self.cabinet))
            case scenario.CaisseTurn():
                self.caisse(self.layout)
            case scenario.AdvanceHours(hours):
                clock.advance(self.layout.clock, timedelta(hours=hours))
            case scenario.HorsScor(facture):
                ticks.hors_scor(self.cabinet, dossiers.by_facture(facture))
            case scenario.TransferToPaper(facture):
                returns.to_paper(self.cabinet, dossiers.by_facture(facture))
            case scenario.PostPaper():
                waiting = [row.row for row in paper.register(PaperStatus.COLLECTE)]
                paper.mark_posted(self.cabinet, waiting)

    def _import(self, until: object) -> None:
        with tempfile.TemporaryDirectory(prefix="import-", dir=self.cabinet.folder) as name:
            path = Path(name) / "cabinet.json"
            path.write_text(import_json(self.story.population, until), encoding="utf-8")  # type: ignore[arg-type]
            importing.import_file(self.cabinet, path)

    def _scan(self, action: scenario.ScanPiece | scenario.ReplaceRejected) -> None:
        with tempfile.TemporaryDirectory(prefix="pages-", dir=self.cabinet.folder) as name:
            files = []
            for number, page in enumerate(papers.scans(action.paper), start=1):
                files.append(Path(name) / f"page-{number}.jpg")
                files[-1].write_bytes(page)
            pdf = acquire.prepare(files).pdf
        owner = _owner(action.owner, action.type)
        if isinstance(action, scenario.ReplaceRejected):
            acquire.replace(self.cabinet, _live_piece(owner, action.type), pdf, legible=True, said=Labels(action.label))
            return
        made = acquire.add(
            self.cabinet, owner, action.type, pdf, legible=True, on_paper=False, said=Labels(action.label)
        )
        if action.to_paper:
            acquire.move_to_paper(self.cabinet, made)

    def _told(self, account: Account) -> None:
        self.accounts.append(account)
        if account.received or account.sent or account.errors:
            for line in account_lines(account):
                self.tell(f"  {line}")


def with_work_left(story: scenario.Scenario) -> scenario.Scenario:
    """Return the story without its last transfers to paper: something is then left to treat by hand."""
    last = max(scenario.POSTING_DAYS) - 1

    def left(day: scenario.Day) -> scenario.Day:
        kept = [one for one in day.actions if day.number < last or not isinstance(one, scenario.TransferToPaper)]
        return replace(day, actions=tuple(kept))

    return replace(story, days=tuple(left(day) for day in story.days))


def facts_of(cabinet: Cabinet, days: int) -> dict[str, object]:
    """Return what the whole story did, from the journal and the outbox.

    `lots_envoyes`: mails of lots SCOR handed over, second sendings included; `pieces`: the encrypted pieces in them.
    `arl_positifs`, `arl_negatifs`: ARL SCOR received and verified, repeated ones included.
    """
    handed = [AttemptState.SENT, AttemptState.UNKNOWN]
    sendings = list(Attempt.select().where(Attempt.lot.is_null(False), Attempt.state.in_(handed)))
    pieces = sum(
        line.pieces.where(LotPiece.support == "numerique").count() for one in sendings for line in one.lot.lines
    )
    arls = Counter((row.kind, row.sign) for row in ARL.select(ARL.kind, ARL.sign))
    return {
        "statuts": state.ever_entered(),
        "statuts_actuels": state.state(cabinet).statuses,
        "lots_envoyes": len(sendings),
        "pieces": pieces,
        "arl_positifs": arls[ArlKind.SCOR, Sign.POSITIVE],
        "arl_negatifs": arls[ArlKind.SCOR, Sign.NEGATIVE],
        "arl_sans_effet": ARL.select().where(ARL.kind == ArlKind.SCOR, ~ARL.effective).count(),
        "arl_fse_positifs": arls[ArlKind.FSE, Sign.POSITIVE],
        "arl_fse_negatifs": arls[ArlKind.FSE, Sign.NEGATIVE],
        "messages_ecartes": Message.select().where(Message.state == MessageState.ASIDE).count(),
        "jours": days,
    }


def _owner(owner: scenario.Owner, kind: PieceType) -> acquire.Owner:
    if owner.kind == "prescription":
        return acquire.owner_of(prescription=owner.number, kind=kind)
    return acquire.owner_of(facture=owner.number, kind=kind)


def _live_piece(owner: acquire.Owner, kind: PieceType) -> Piece:
    mine = Piece.prescription == owner.prescription if owner.prescription else Piece.facture == owner.facture
    found: Piece = Piece.get(mine, Piece.type == kind, Piece.deleted.is_null())
    return found

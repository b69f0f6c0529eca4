"""Commands of « À transmettre »: poll, tick, send, take out of SCOR, read the accounts again."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence

from scor_tui.commands.answer import Answer
from scor_tui.commands.opening import opened
from scor_tui.domain.dossier import Tick
from scor_tui.domain.errors import ExitCode, WrongUse
from scor_tui.domain.wire import Outcome
from scor_tui.presentation.accounts import account_lines, state_lines
from scor_tui.presentation.rows import TO_SEND_TITLES, explanation, to_send_cells
from scor_tui.presentation.text import amount, counted, moment, table
from scor_tui.services import day, dossiers, fse, poll, reports, ticks, transmit
from scor_tui.services.cabinet import Cabinet
from scor_tui.services.reports import Account
from scor_tui.store.engine import write


def relever(asked: Namespace) -> Answer:
    """Poll the BAL."""
    with opened(asked) as cabinet:
        return _answer(poll.poll(cabinet))


def transmettre(asked: Namespace) -> Answer:
    """Poll, then send what is ticked and ready; asks first unless `--tout` or named factures."""
    with opened(asked) as cabinet:
        if not asked.tout and not asked.factures and not _confirmed(cabinet):
            return Answer({"annule": True}, ("Rien n'a été envoyé.",), ExitCode.REFUSED)
        account = transmit.transmit(cabinet, asked.factures, without_poll=asked.sans_releve)
        return _answer(account, poll_wanted=not asked.sans_releve)


def transmettre_fse(asked: Namespace) -> Answer:
    """Poll, then send the FSEs and DREs of the demonstration."""
    with opened(asked) as cabinet:
        return _answer(fse.transmit_fse(cabinet))


def tout_faire(asked: Namespace) -> Answer:
    """Do the day, and say what is left."""
    with opened(asked) as cabinet:
        done = day.whole_day(cabinet)
    answer = _answer(done.account)
    facts = {**answer.facts, "apres": done.after}
    return Answer(facts, [*answer.lines, "", *state_lines(done.after)], answer.code)


def a_transmettre(asked: Namespace) -> Answer:
    """List what stands in « À transmettre »."""
    with opened(asked) as cabinet:
        rows = list(dossiers.to_send())
        polled = [who.polled for who in cabinet.practitioners()]
    if not rows:
        empty = (
            "Aucun dossier à transmettre : une facture entre ici quand sa FSE est transmise et son ARL positif, "
            "quand NOEMIE annonce son paiement, ou quand elle est dégradée et transmise."
        )
        return Answer({"dossiers": []}, (empty,))
    lines = table(TO_SEND_TITLES, [to_send_cells(row) for row in rows], right=(6,))
    lines += ["", *(f"{row.facture} : {said}" for row in rows if (said := explanation(row)))]
    leaving = [row for row in rows if row.leaves]
    lines.append(f"{counted(len(leaving), 'prêt')}, {amount(sum(row.amount for row in leaving))} €")
    return Answer({"dossiers": rows, "bal_relevee": polled}, lines)


def cocher(asked: Namespace) -> Answer:
    """Tick, untick, or give back to the automatic rule."""
    with opened(asked) as cabinet, write():
        if asked.tous:
            moved = ticks.tick_all(cabinet)
            return Answer({"dossiers": moved}, (f"{counted(moved, 'dossier')} changé(s).",))
        if not asked.factures:
            raise WrongUse("Aucune facture nommée.", "Donnez des numéros de factures, ou --tous.")
        found = [dossiers.by_facture(number) for number in asked.factures]
        if asked.rejoindre:
            for dossier in found:
                ticks.attach_again(cabinet, dossier, again=not asked.non)
            return Answer({"factures": asked.factures}, ("L'ordonnance sera jointe de nouveau.",))
        choice = Tick.AUTO if asked.auto else Tick.OFF if asked.non else Tick.ON
        moved_rows = {one.facture.number for dossier in found for one in ticks.tick(cabinet, dossier, choice)}
    words = {Tick.ON: "coché", Tick.OFF: "décoché", Tick.AUTO: "automatique"}
    return Answer(
        {"factures": sorted(moved_rows), "choix": choice},
        [f"{number} : {words[choice]}" for number in sorted(moved_rows)],
    )


def hors_scor(asked: Namespace) -> Answer:
    """Take dossiers out of SCOR, or back."""
    facts, lines = [], []
    with opened(asked) as cabinet, write():
        for number in asked.factures:
            dossier = dossiers.by_facture(number)
            if asked.annuler:
                ticks.back_into_scor(cabinet, dossier)
                lines.append(f"{number} : de nouveau à transmettre")
            else:
                lot = ticks.hors_scor(cabinet, dossier)
                lines.append(f"{number} : hors SCOR, lot {lot.number}, collecte papier")
            facts.append({"facture": number, "statut": dossier.status})
    return Answer({"dossiers": facts}, lines)


def comptes_rendus(asked: Namespace) -> Answer:
    """List the accounts that were kept, or read one again."""
    with opened(asked):
        if asked.numero is not None:
            facts = reports.read(asked.numero)
            return Answer(facts, list(account_lines(reports.account_of(facts))))
        rows = list(reports.kept())
    lines = [f"{row.id:5d}  {moment(row.begun)}  {row.kind}" for row in rows]
    return Answer(
        {"comptes_rendus": [{"numero": row.id, "debut": row.begun, "genre": row.kind} for row in rows]}, lines
    )


def _answer(account: Account, *, poll_wanted: bool = True) -> Answer:
    """Return the answer: 3 when something certainly did not leave, 1 when an error held lots back."""
    outcomes = {sent.outcome for sent in account.sent}
    code = ExitCode.DONE
    if account.errors:
        code = ExitCode.REFUSED
    if Outcome.NOT_SENT in outcomes or (account.poll_error and poll_wanted):
        code = ExitCode.OTHER_END_FAILED
    return Answer(account.as_dict(), list(account_lines(account)), code)


def _confirmed(cabinet: Cabinet) -> bool:
    """Say what would leave and ask; without a terminal to ask on, refuse."""
    if not sys.stdin.isatty():
        raise WrongUse("Personne pour confirmer l'envoi.", "Ajoutez --tout, ou nommez les factures.")
    chosen, held_back = transmit.preview(cabinet)
    _say([f"retenu {held.facture} : {held.reason}" for held in held_back])
    total = amount(sum(one.dossier.facture.total for one in chosen))
    _say([f"{counted(len(chosen), 'dossier')} à transmettre, {total} €. Transmettre ? [o/N] "])
    return sys.stdin.readline().strip().lower() in {"o", "oui"}


def _say(lines: Sequence[str]) -> None:
    for line in lines:
        print(line, file=sys.stderr)  # noqa: T201 - a question at the command line

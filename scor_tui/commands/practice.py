"""Commands on the practice itself: create, configure, import, state, backup, diagnostic."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from scor_tui.commands.answer import Answer
from scor_tui.commands.folders import folder_of
from scor_tui.commands.opening import clock_of, opened
from scor_tui.domain.errors import ExitCode, WrongUse
from scor_tui.exchange.records_schema import IMPORT_SCHEMA
from scor_tui.presentation.accounts import state_lines
from scor_tui.presentation.text import counted, kilobytes
from scor_tui.services import diagnostics, importing, purge, setup, state
from scor_tui.services.reports import Received
from scor_tui.services.template import TEMPLATE
from scor_tui.store import backup


def creer(asked: Namespace) -> Answer:
    """Create a practice from a settings file, or print the model of one."""
    if asked.modele:
        return Answer({"modele": TEMPLATE}, (TEMPLATE,))
    folder = folder_of(asked)
    cabinet = setup.create(folder, _settings(asked), clock_of(folder), join_scor=asked.adherer_scor)
    try:
        people = [who.number for who in cabinet.practitioners()]
        facts = {"cabinet": cabinet.practice.name, "dossier": folder, "praticiens": people}
        return Answer(facts, (f"Cabinet « {facts['cabinet']} » créé, {counted(len(people), 'praticien')}.",))
    finally:
        cabinet.close()


def configurer(asked: Namespace) -> Answer:
    """Complete a practice, or reopen sending after a restoration."""
    with opened(asked) as cabinet:
        if asked.restauration_verifiee:
            setup.confirm_restoration(cabinet)
            return Answer({"restauration": "verifiee"}, ("Les envois sont rouverts.",))
        setup.configure(cabinet, _settings(asked), join_scor=asked.adherer_scor)
        return Answer({"cabinet": cabinet.practice.name}, (f"Cabinet « {cabinet.practice.name} » configuré.",))


def importer(asked: Namespace) -> Answer:
    """Import files in order, each all or nothing."""
    if asked.schema:
        return Answer({"schema": IMPORT_SCHEMA}, (IMPORT_SCHEMA,))
    if not asked.fichiers:
        raise WrongUse("Aucun fichier à importer.", "Donnez un ou plusieurs fichiers, ou --schema.")
    facts, lines = [], []
    with opened(asked) as cabinet:
        for name in asked.fichiers:
            done = importing.import_file(cabinet, Path(name))
            facts.append({"fichier": Path(name).name, "resultat": done})
            if isinstance(done, Received):
                lines += [done.summary, *(f"  {fact}" for fact in done.facts)]
            else:
                lines.append(
                    f"{Path(name).name} : {done.new} nouveaux, {done.updated} mis à jour, {done.known} déjà connus"
                )
                lines += [f"  avertissement : {warning}" for warning in done.warnings]
    return Answer({"imports": facts}, lines)


def etat(asked: Namespace) -> Answer:
    """Say what waits."""
    with opened(asked) as cabinet:
        found = state.state(cabinet)
    facts = {
        "cabinet": found.practice,
        "demonstration": found.demonstration,
        "maintenant": found.now,
        "statuts": found.statuses,
        "a_numeriser": found.to_scan,
        "prets": found.ready,
        "retenus": found.held_back,
        "fse_a_transmettre": found.fse_to_send,
        "a_poster": found.to_post,
        "alertes": found.alerts,
        "messages_ecartes": found.aside,
        "purgeables": found.purgeable,
        "bal_relevee": found.polled,
        "echeances": [{"le": one.at, "quoi": one.what} for one in found.deadlines],
        "restaure": found.restored,
    }
    return Answer(facts, list(state_lines(found)))


def sauvegarder(asked: Namespace) -> Answer:
    """Make a verified backup."""
    with opened(asked) as cabinet:
        done = backup.back_up(cabinet.store, Path(asked.vers).absolute(), cabinet.now())
    facts = {"sauvegarde": done.folder, "fichiers": done.files, "lignes": done.rows, "perdus": done.lost}
    lines = [f"Sauvegarde vérifiée : {done.folder} ({done.files} fichiers, {done.rows} lignes)."]
    lines.append("Elle contient la clé du cabinet : gardez-la en lieu sûr.")
    if done.lost:
        lines.append(
            f"ATTENTION : {counted(len(done.lost), 'fichier')} du cabinet manquent ou ont changé (diagnostic)."
        )
    return Answer(facts, lines, ExitCode.DATA_DAMAGED if done.lost else ExitCode.DONE)


def restaurer(asked: Namespace) -> Answer:
    """Make a practice of a backup."""
    folder = folder_of(asked)
    done = backup.restore(Path(asked.depuis).absolute(), folder, clock_of(folder).now())
    lines = (
        f"Cabinet restauré dans {folder} (sauvegarde du {done.made}).",
        "Aucun envoi ne partira avant : scor-tui configurer --restauration-verifiee.",
    )
    return Answer({"dossier": folder, "sauvegarde_du": done.made, "fichiers": done.files}, lines)


def purger(asked: Namespace) -> Answer:
    """Say what may be let go after its 90 days, or let it go."""
    with opened(asked) as cabinet:
        found = purge.purge(cabinet) if asked.confirmer else purge.purgeable(cabinet)
    what = f"{counted(found.lots, 'lot')}, {counted(found.versions, 'document')}, {kilobytes(found.bytes)}"
    line = f"Purgé : {what}." if asked.confirmer else f"À purger : {what}. Confirmez avec --confirmer."
    return Answer({"lots": found.lots, "documents": found.versions, "octets": found.bytes}, (line,))


def diagnostic(asked: Namespace) -> Answer:
    """Look at everything that the program rests on."""
    found = diagnostics.diagnose(folder_of(asked), clock_of(folder_of(asked)))
    lines = [f"{'ok ' if check.good else '!  '} {check.name:14} {check.said}" for check in found]
    code = ExitCode.DONE if all(check.good for check in found) else ExitCode.REFUSED
    if any(check.damaged for check in found):
        code = ExitCode.DATA_DAMAGED
    return Answer({"controles": found}, lines, code)


def _settings(asked: Namespace) -> Path:
    if not asked.reglages:
        raise WrongUse("Il manque le fichier de réglages.", "Écrivez-en un : scor-tui creer --modele > cabinet.toml.")
    return Path(asked.reglages)

"""`scor-tui` alone: the interface, what waits where nobody looks, or how to begin."""

from __future__ import annotations

from argparse import Namespace

from scor_tui.commands.answer import Answer
from scor_tui.commands.folders import folder_of
from scor_tui.store.engine import BASE_FILE


def welcome(asked: Namespace) -> Answer:
    """Answer `scor-tui` without a command."""
    folder = folder_of(asked)
    if (folder / BASE_FILE).exists():
        from scor_tui.commands import interface

        if interface.is_asked():
            return interface.open_practice(folder, asked)
        from scor_tui.commands.practice import etat

        return etat(asked)
    return Answer(
        {"cabinet": None},
        (
            "Aucun cabinet dans le dossier de données.",
            "Créer le vôtre :           scor-tui creer --modele > cabinet.toml, puis scor-tui creer cabinet.toml",
            "Voir la démonstration :    scor-tui demo --dossier ./demonstration",
        ),
    )

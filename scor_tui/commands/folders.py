"""Where the practice and its demonstration lie, and the files that a command writes."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from platformdirs import user_data_path

from scor_tui import system
from scor_tui.domain.errors import WrongUse
from scor_tui.domain.text import clean

DEMONSTRATION = "demonstration"
"""The folder of the other end, inside the data folder of the invented practice."""
SETTINGS = "cabinet.toml"
"""The settings of the invented practice, in that folder."""


def folder_of(asked: Namespace) -> Path:
    """Return the data folder: `--dossier`, else SCOR_TUI_DOSSIER, else the user's data folder."""
    named = asked.dossier or os.environ.get("SCOR_TUI_DOSSIER")
    return Path(named).absolute() if named else user_data_path("scor-tui", appauthor=False)


def write_output(path: str, content: bytes) -> None:
    """Write what a command makes where the user asked, whole or not at all."""
    try:
        system.write_durably(Path(path).absolute(), content)
    except OSError as error:
        raise WrongUse(
            f"Le fichier {clean(path, limit=100)} ne peut pas être écrit.", "Vérifiez le dossier et ses droits."
        ) from error

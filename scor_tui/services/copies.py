"""A piece outside the practice's records: a copy where the user says, or for the machine's own viewer."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from scor_tui import system
from scor_tui.domain.errors import OtherEndFailed, RuleRefused
from scor_tui.domain.text import clean

VIEWER = "xdg-open"


def copy_to(pdf: bytes, target: Path) -> Path:
    """Write a document where the user says, for him alone (0600), never over a file that is there; return its path."""
    path = target.expanduser()
    name = clean(str(path), limit=120)
    if path.exists():
        raise RuleRefused(f"Le fichier « {name} » existe déjà.", "Donnez un autre nom.")
    try:
        system.write_durably(path, pdf)
    except OSError as error:
        words = clean(os.strerror(error.errno or 0))
        raise RuleRefused(f"« {name} » ne peut pas être écrit ({words}).", "Choisissez un autre dossier.") from error
    return path


def why_not_outside(environment: Mapping[str, str]) -> str:
    """Return why no window can show a document from here, or an empty string."""
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        return "Aucun bureau ici (DISPLAY, WAYLAND_DISPLAY) : c copie le PDF où vous voulez."
    return "" if shutil.which(VIEWER) else f"« {VIEWER} » n'est pas installé : c copie le PDF où vous voulez."


class OutsideCopies:
    """Copies that another program shows: health data, readable by this user alone, gone when `close` is called."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._folder: Path | None = None

    def open(self, pdf: bytes) -> Path:
        """Show a document in the machine's viewer; raises `OtherEndFailed` when it cannot be started."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="scor-tui-", dir=self._environment.get("XDG_RUNTIME_DIR")))
        path = self._folder / f"piece-{len(list(self._folder.iterdir())) + 1}.pdf"
        system.write_durably(path, pdf)
        try:
            subprocess.Popen(  # noqa: S603 - our own file, given as one argument
                [VIEWER, str(path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise OtherEndFailed(f"« {VIEWER} » n'a pas pu être lancé.", "Copiez le PDF (c) et ouvrez-le.") from error
        return path

    def close(self) -> None:
        """Take the copies away."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

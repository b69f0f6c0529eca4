"""Where things lie in the folder of the demonstration: `pki`, `poste`, `caisse`, `horloge`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scor_tui.demo.clock import FILE_NAME

FRONTAL = "frontal"
STRANGER = "inconnu"
"""An identity of another authority, with which a badly behaved answer is signed."""


@dataclass(frozen=True)
class Layout:
    """The paths of one demonstration folder; nothing is created by asking."""

    folder: Path

    @property
    def pki(self) -> Path:
        """Keys and certificates, PEM."""
        return self.folder / "pki"

    @property
    def post(self) -> Path:
        """The Maildirs."""
        return self.folder / "poste"

    @property
    def clock(self) -> Path:
        """The file that shifts the clock."""
        return self.folder / FILE_NAME

    @property
    def registry(self) -> Path:
        """What the caisse knows."""
        return self.folder / "caisse" / "registre.db"

    @property
    def scenarios(self) -> Path:
        """How the caisse may misbehave, by facture."""
        return self.folder / "caisse" / "scenarios.json"

    @property
    def lock(self) -> Path:
        """Held by the caisse at work: there is one at a time."""
        return self.folder / "caisse" / "verrou"

    @property
    def inbox(self) -> Path:
        """The Maildir of the frontal, where practices send."""
        return self.post / FRONTAL

    @property
    def scanner(self) -> Path:
        """The pages that lie on the demonstration scanner."""
        return self.folder / "scanner"

    def mailbox(self, practitioner: str) -> Path:
        """Return the BAL of a practitioner, by number."""
        return self.post / f"praticien-{practitioner}"


def of_caisse(identifier: str) -> str:
    """Return the name of a caisse in `pki`."""
    return f"caisse-{identifier}"


def of_practitioner(number: str) -> str:
    """Return the name of a practitioner in `pki`."""
    return f"praticien-{number}"

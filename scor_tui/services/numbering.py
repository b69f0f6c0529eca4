"""Numbers that the practice gives: lots SCOR, lots FSE, and the UUID of what leaves."""

from __future__ import annotations

import uuid

from scor_tui.domain.dossier import Flux
from scor_tui.domain.errors import RuleRefused
from scor_tui.store.models import Caisse, LotFSE, Practitioner

LOTS_FSE = 999


def new_uuid() -> str:
    """Return a new random UUID for what leaves (RFC 9562, version 4)."""
    return str(uuid.uuid4())


def next_lot_number(practitioner: Practitioner) -> str:
    """Return the practitioner's next lot SCOR number, 6 digits; call it inside a `write()`."""
    fresh = Practitioner.get_by_id(practitioner.id)
    Practitioner.update(next_lot=Practitioner.next_lot + 1).where(Practitioner.id == practitioner.id).execute()
    return f"{fresh.next_lot:06d}"


def next_fse_number(practitioner: Practitioner, caisse: Caisse, flux: Flux, year: int) -> str:
    """Return the next number of a lot of FSEs, 3 digits, that wraps: the first one free this year."""
    taken = {
        row.number
        for row in LotFSE.select(LotFSE.number).where(
            LotFSE.practitioner == practitioner,
            LotFSE.caisse == caisse,
            LotFSE.flux == flux,
            LotFSE.year == year,
        )
    }
    last = max((int(number) for number in taken), default=0)
    for step in range(1, LOTS_FSE + 1):
        number = f"{(last + step - 1) % LOTS_FSE + 1:03d}"
        if number not in taken:
            return number
    raise RuleRefused(
        f"Les 999 numéros de lots de l'année {year} sont pris pour cette caisse.",
        "Attendez l'année prochaine.",
    )

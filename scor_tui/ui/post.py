"""The jobs of the post. Loaded when one is first asked for: codec, certificates and mail cost as much as Textual."""

from __future__ import annotations

import threading

from scor_tui.domain.ports import Progress
from scor_tui.presentation.text import counted
from scor_tui.services import day, poll, transmit
from scor_tui.services.cabinet import Cabinet
from scor_tui.services.reports import Account
from scor_tui.ui.jobs import Job


def polling(cabinet: Cabinet) -> Job:
    """Return the job that polls the BAL."""

    def work(progress: Progress, cancel: threading.Event) -> Account:
        return poll.poll(cabinet, progress, cancel)

    return Job("retour NOEMIE", work, "releve")


def sending(cabinet: Cabinet, *, without_poll: bool = False) -> Job:
    """Return the job that sends what is ticked; `without_poll` when the user was asked."""

    def work(progress: Progress, cancel: threading.Event) -> Account:
        return transmit.transmit(cabinet, without_poll=without_poll, progress=progress, cancel=cancel)

    return Job("transmission sans relève" if without_poll else "transmission", work, "transmission")


def whole_day(cabinet: Cabinet) -> Job:
    """Return the job that does the day."""

    def work(progress: Progress, cancel: threading.Event) -> Account:
        return day.whole_day(cabinet, progress, cancel).account

    return Job("tout faire", work, "transmission")


def question(cabinet: Cabinet) -> str:
    """Return what to ask before sending, with the counts; an empty string when nothing ticked can leave."""
    chosen, held_back = transmit.preview(cabinet)
    if not chosen:
        return ""
    held = counted(len(held_back), "coché est retenu", "cochés sont retenus")
    kept = f" {held} : la ligne dit pourquoi." if held_back else ""
    return f"Transmettre {counted(len(chosen), 'dossier')} ?{kept} La BAL est relevée d'abord."

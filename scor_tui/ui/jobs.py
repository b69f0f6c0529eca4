"""Long work in a thread: one job at a time touches the post; the interface answers meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scor_tui.domain.errors import ScorError
from scor_tui.services.cabinet import Cabinet
from scor_tui.store.engine import told
from scor_tui.store.models import database

if TYPE_CHECKING:
    from scor_tui.domain.ports import Progress


@dataclass
class Job:
    """A use case to run: its name, what to call with (progress, cancel), and how to stop it.

    `kind` is that of its account (`releve`, `transmission`, `fse`) for a job of the post, which the centre de
    télétransmission shows; other jobs have none.
    """

    name: str
    work: Callable[[Progress, threading.Event], Any]
    kind: str = ""
    cancel: threading.Event = field(default_factory=threading.Event)


def run(cabinet: Cabinet, job: Job, progress: Progress) -> Any:
    """Run a job in this thread with a connection of its own; raises `ScorError` only, a defect as `ProgramDefect`."""
    try:
        with told(), database.connection_context():
            return job.work(progress, job.cancel)
    except ScorError:
        raise
    except Exception as error:
        from scor_tui.domain.defects import ProgramDefect, where
        from scor_tui.services import defects

        defects.note(cabinet, job.name, error)
        raise ProgramDefect(
            f"« {job.name} » s'est arrêté là : {where(error)}.",
            f"Ce qui était confirmé est enregistré. Signalez ces mots ({defects.LOG}) à l'éditeur, puis recommencez.",
        ) from error

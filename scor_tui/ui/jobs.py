"""Long work in a thread: one job at a time touches the post; the interface answers meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from scor_tui.domain.errors import DataDamaged, ScorError
from scor_tui.domain.ports import Progress
from scor_tui.store.models import database


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


def run(job: Job, progress: Progress) -> Any:
    """Run a job in this thread with a connection of its own; raises `ScorError` only."""
    try:
        with database.connection_context():
            return job.work(progress, job.cancel)
    except ScorError:
        raise
    except Exception as error:
        raise DataDamaged(
            f"Défaut du programme pendant « {job.name} » ({type(error).__name__}).",
            "Ce qui était confirmé est enregistré. Signalez ces mots à l'éditeur, puis recommencez.",
        ) from error

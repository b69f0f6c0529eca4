"""Play one use case again and again, dying at its n-th durable step, for every n (as SQLite's own tests do).

    driver.py CABINET CLICHE USE_CASE FACTURE…

Each time the practice is put back as it was, a child process runs the use case and is killed just before the step:
an fsync, a rename, a commit. Then it is settled as a practitioner would: poll, transmit, and wait for
the caisse. One JSON line says what came of it; the last one has `"mort": ""`: the use case came to its end.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import peewee

from scor_tui import system
from scor_tui.demo import clock
from scor_tui.demo.caisse import Caisse
from scor_tui.demo.layout import Layout
from scor_tui.domain.dossier import Tick
from scor_tui.domain.pieces import PieceType
from scor_tui.domain.status import Status
from scor_tui.exchange.certificates import Identity
from scor_tui.services import acquire, dossiers, poll, ticks, transmit
from scor_tui.services.acquire import Labels
from scor_tui.services.cabinet import Cabinet, open_cabinet
from scor_tui.store.engine import check_integrity
from scor_tui.store.models import Dossier, Facture, LotSCOR, Piece

STEPS = ((os, "fsync"), (os, "rename"), (os, "replace"), (peewee.Database, "commit"))
ROUNDS = 3

CABINET, CLICHE, USE_CASE, *FACTURES = sys.argv[1:]
LAYOUT = Layout(Path(CABINET) / "demonstration")
CLOCK = clock.ShiftedClock(LAYOUT.clock)


def in_child(work: Callable[[], Any]) -> tuple[Any, bool]:
    """Run `work` in a process of its own: its answer, and whether it was killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        status = 1
        try:
            os.write(writer, json.dumps(work()).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, "rb") as answers:
        answer = answers.read()
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if status and not killed:
        sys.exit(f"a child failed: {status}")
    return (json.loads(answer) if answer else None), killed


def die_at(step: int, said: Path) -> None:
    """Have this process killed just before its durable step of this number (from 1)."""
    taken = count(1)

    def deadly(real: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            if next(taken) == step:
                said.write_text(name)
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)

        return call

    for owner, name in STEPS:
        setattr(owner, name, deadly(getattr(owner, name), name))


def with_cabinet(work: Callable[[Cabinet], Any]) -> Any:
    cabinet = open_cabinet(Path(CABINET), CLOCK)
    try:
        return work(cabinet)
    finally:
        cabinet.close()


def tick(cabinet: Cabinet) -> None:
    for number in FACTURES:
        ticks.tick(cabinet, dossiers.by_facture(number), Tick.ON)


def attach_again(cabinet: Cabinet) -> None:
    """Take away the piece of the first facture's prescription, keeping its PDF for `add`."""
    piece = piece_of(FACTURES[0])
    (Path(CABINET).parent / "piece.pdf").write_bytes(acquire.content_of(cabinet, piece.versions[0]))
    acquire.delete(cabinet, piece)


def piece_of(facture: str) -> Any:
    prescription = Facture.get(Facture.number == facture).prescription
    return Piece.get_or_none(Piece.prescription == prescription, Piece.deleted.is_null())


def add(cabinet: Cabinet) -> None:
    if piece_of(FACTURES[0]) is None:
        owner = acquire.owner_of(facture=FACTURES[0], kind=PieceType.ORDN)
        # another facture's page with a line more: a file that the practice does not have yet
        pdf = (Path(CABINET).parent / "piece.pdf").read_bytes() + b"% autre\n"
        acquire.add(cabinet, owner, PieceType.ORDN, pdf, legible=True, on_paper=False, said=Labels())


def send(cabinet: Cabinet) -> None:
    transmit.transmit(cabinet)


def take_answers(cabinet: Cabinet) -> None:
    poll.poll(cabinet)


def caisse_turn() -> None:
    Caisse(LAYOUT.folder, CLOCK).run_once()


def to_answered() -> None:
    """Bring the practice to where the caisse's answers wait in the BAL."""
    with_cabinet(send)
    caisse_turn()


BEFORE: dict[str, Callable[[], Any]] = {
    "ajouter": lambda: with_cabinet(attach_again),
    "transmettre": lambda: None,
    "relever": to_answered,
}
USE_CASES: dict[str, Callable[[Cabinet], None]] = {"ajouter": add, "transmettre": send, "relever": take_answers}


def statuses() -> dict[str, str]:
    rows = Dossier.select(Dossier, Facture).join(Facture).where(Facture.number.in_(FACTURES))
    return {row.facture.number: row.status.value for row in rows}


def settle() -> int:
    """Do what a practitioner does next, until all is archived; returns the hours that had to pass."""
    hours = 0
    for _ in range(ROUNDS):
        with_cabinet(USE_CASES[USE_CASE])
        for step in (take_answers, send):
            with_cabinet(step)
        caisse_turn()
        with_cabinet(take_answers)
        if set(with_cabinet(lambda _: statuses()).values()) == {Status.ARCHIVE.value}:
            break
        clock.advance(LAYOUT.clock, timedelta(hours=49))
        hours += 49
    return hours


def facts(cabinet: Cabinet) -> dict[str, Any]:
    verdicts = Caisse(LAYOUT.folder, CLOCK).verdicts()
    return {
        "statuts": statuses(),
        "essais": {row.facture.number: row.essais for row in Dossier.select() if row.facture.number in FACTURES},
        "caisse": {number: [sign.value for _, sign in verdicts.get(number, ())] for number in FACTURES},
        "lots": LotSCOR.select().count(),
        "integrite": check_integrity(),
        "journal": list(cabinet.journal.broken()),
        "restes": [path.name for path in Path(CABINET).rglob("*.partial")],
        "pieces": [piece_of(number) is not None for number in FACTURES],
    }


def main() -> None:
    system.harden()
    # keys are read once by this process and inherited by its children: a test of steps, not of RSA
    Identity.from_pem = functools.lru_cache(Identity.from_pem)  # type: ignore[method-assign,assignment]  # see above
    with_ticks = Path(CLICHE).with_name(f"cliche-{USE_CASE}")
    shutil.rmtree(CABINET)
    shutil.copytree(CLICHE, CABINET)
    in_child(lambda: with_cabinet(tick))
    in_child(BEFORE[USE_CASE])
    shutil.rmtree(with_ticks, ignore_errors=True)
    shutil.copytree(CABINET, with_ticks)
    for step in count(1):
        shutil.rmtree(CABINET)
        shutil.copytree(with_ticks, CABINET)
        said = Path(CABINET).with_name("mort")
        said.write_text("")

        def doomed(step: int = step, said: Path = said) -> None:
            die_at(step, said)
            with_cabinet(USE_CASES[USE_CASE])

        _, killed = in_child(doomed)
        hours, _ = in_child(settle)
        found, _ = in_child(lambda: with_cabinet(facts))
        line = {"pas": step, "mort": said.read_text(), "heures": hours, **found}
        print(json.dumps(line), flush=True)  # noqa: T201 - what the test reads
        if not killed:
            return


if __name__ == "__main__":
    main()

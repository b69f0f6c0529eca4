"""The work that waits, as counts and the keys that lead to it: the first line of the tableau de bord."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scor_tui.domain.status import Status
from scor_tui.presentation.parts import Drawn, Parts, Tone, joined, text_of
from scor_tui.presentation.text import width

if TYPE_CHECKING:
    from scor_tui.services.state import Work


@dataclass(frozen=True)
class Waiting:
    """Something that waits: how many, in words, the key that leads there, whether it needs a hand."""

    count: int
    words: str
    key: str
    by_hand: bool

    @property
    def parts(self) -> Parts:
        """Return it as parts: red when it needs a hand."""
        words = f"{self.count} {self.words}"
        return (words, Tone.ALARM if self.by_hand else Tone.GOOD), (f" {self.key}", Tone.STRONG)


def waiting(work: Work) -> Iterator[Waiting]:
    """Yield what waits, in the order of a day; nothing for what does not."""
    count = work.statuses
    every = (
        Waiting(work.to_scan, "à numériser", "n", by_hand=True),
        Waiting(work.ready, "prêts" if work.ready > 1 else "prêt", "a", by_hand=False),
        Waiting(count[Status.A_RECONSTITUER], "à reconstituer", "r", by_hand=True),
        Waiting(count[Status.A_RETRANSMETTRE], "à retransmettre", "a", by_hand=False),
        Waiting(count[Status.A_TRAITER], "à traiter", "r", by_hand=True),
        Waiting(work.to_post, "à poster", "g", by_hand=True),
    )
    yield from (one for one in every if one.count)


def work_lines(found: Work | None, columns: int) -> list[Drawn]:
    """Return what waits on as few lines of `columns` as it takes, never fewer than one."""
    if found is None:
        return ["À faire  …"]
    lines: list[Drawn] = ["À faire"]
    waits = list(waiting(found))
    for one in waits:
        longer = joined(lines[-1], one.parts, by="  ")
        if width(text_of(longer)) <= columns:
            lines[-1] = longer
        else:
            lines.append(joined("       ", one.parts, by="  "))
    return lines if waits else ["À faire  rien n'attend."]

"""What is known of a page that was made, on every rung of the ladder that it went through."""

from __future__ import annotations

from dataclasses import dataclass, field

from scor_tui.domain.norms import Finding
from scor_tui.imaging.fitting import MadePage
from scor_tui.imaging.model import Step


@dataclass(frozen=True)
class PageRecord:
    """A page that was made: its source's resolution (0: drawn) and steps, advice on it, what each rung gave.

    `made` goes by the rank of the rung in the ladder; 0 is the page at its best, and always there.
    """

    source_dpi: float
    steps: tuple[Step, ...]
    advice: tuple[Finding, ...]
    made: dict[int, MadePage] = field(repr=False)

    @property
    def first(self) -> MadePage:
        """The page at its best."""
        return self.made[0]

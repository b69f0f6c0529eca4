"""A defect of the program, told without its values: they may be patients' names."""

from __future__ import annotations

from types import TracebackType

from scor_tui.domain.errors import ExitCode, ScorError

DEEPEST = 3
_ROOT = "scor_tui"


class ProgramDefect(ScorError):
    """The program is at fault."""

    title = "Défaut du programme"
    exit_code = ExitCode.DATA_DAMAGED


def where(error: BaseException) -> str:
    """Return the kind of an error and the last places of ours that it went through: `KeyError, a.py:3 › b.py:9`."""
    places = []
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if _ROOT in name:
            places.append(f"{name.rsplit(_ROOT, 1)[-1].lstrip('/')}:{trace.tb_lineno}")
        trace = trace.tb_next
    return ", ".join(filter(None, (type(error).__name__, " › ".join(places[-DEEPEST:]))))

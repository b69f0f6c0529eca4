"""What workers tell the screens: typed messages, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from scor_tui.domain.errors import ScorError


class JobProgress(Message):
    """A job went on: replaces an earlier one that nobody has seen yet."""

    def __init__(self, job: str, done: int, total: int, code: str) -> None:
        super().__init__()
        self.job, self.done, self.total, self.code = job, done, total, code

    def can_replace(self, message: Message) -> bool:
        """Let the newest progress of a job stand alone."""
        return isinstance(message, JobProgress) and message.job == self.job


class JobDone(Message):
    """A job ended well; `result` is what its use case returned."""

    def __init__(self, job: str, result: Any) -> None:
        super().__init__()
        self.job, self.result = job, result


class JobFailed(Message):
    """A job ended with an error that a practitioner can read."""

    def __init__(self, job: str, error: ScorError) -> None:
        super().__init__()
        self.job, self.error = job, error


class CourseMoved(Message, bubble=False):
    """The job of the post went on: the centre shows it again."""

    def can_replace(self, message: Message) -> bool:
        """Let the newest stand alone."""
        return isinstance(message, CourseMoved)


class PracticeChanged(Message):
    """Something was written: the lists read themselves again."""


class WorkProgress(Message):
    """A screen's own work went on."""

    def __init__(self, work: object, words: str) -> None:
        super().__init__()
        self.work, self.words = work, words

    def can_replace(self, message: Message) -> bool:
        """Let the newest progress of a work stand alone."""
        return isinstance(message, WorkProgress) and message.work is self.work


class WorkDone(Message):
    """A screen's own work ended well."""

    def __init__(self, work: object, result: object) -> None:
        super().__init__()
        self.work, self.result = work, result


class WorkFailed(Message):
    """A screen's own work ended with an error that a practitioner can read."""

    def __init__(self, work: object, error: ScorError) -> None:
        super().__init__()
        self.work, self.error = work, error

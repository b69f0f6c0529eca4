"""Columns over text that STRICT tables and PostgreSQL both know: UTC times, dates, enumerations."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from peewee import TextField

_TIME = "%Y-%m-%dT%H:%M:%SZ"


class UtcDateTime(TextField):
    """An aware UTC datetime, whole seconds, as `AAAA-MM-JJTHH:MM:SSZ`: sorts as text."""

    def db_value(self, value: datetime | str | None) -> str | None:
        """Return the text to store; a naive datetime is a programming error."""
        if value is None or isinstance(value, str):
            return value
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC).strftime(_TIME)

    def python_value(self, value: Any) -> datetime | None:
        """Return the aware datetime."""
        return None if value is None else datetime.strptime(value, _TIME).replace(tzinfo=UTC)


class IsoDate(TextField):
    """A date as `AAAA-MM-JJ`."""

    def db_value(self, value: date | str | None) -> str | None:
        """Return the text to store."""
        return value if value is None or isinstance(value, str) else value.isoformat()

    def python_value(self, value: Any) -> date | None:
        """Return the date."""
        return None if value is None else date.fromisoformat(value)


class EnumText(TextField):
    """A value of a StrEnum; the schema refuses any other text."""

    def __init__(self, enum: type[StrEnum], **kwargs: Any) -> None:
        self.enum = enum
        super().__init__(**kwargs)

    def db_value(self, value: Any) -> str | None:
        """Return the member's text; raises ValueError for what is no member."""
        return None if value is None else str(self.enum(value))

    def python_value(self, value: Any) -> StrEnum | None:
        """Return the member."""
        return None if value is None else self.enum(value)

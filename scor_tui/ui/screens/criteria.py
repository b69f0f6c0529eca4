"""The dialogues that choose the prescriptions of the tableau de bord."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from scor_tui.domain.errors import RuleRefused
from scor_tui.domain.text import clean, fold
from scor_tui.presentation.text import day
from scor_tui.services.agenda import Criteria, full_name
from scor_tui.ui.screens.dialogs import Ask, Choose

if TYPE_CHECKING:
    from scor_tui.ui.app import ScorApp

Take = Callable[[Criteria], None]
AT_START = Criteria(date.min, date.max)
"""Nothing chosen: all practitioners, unfinished, the two years that end today."""
TWO_YEARS = timedelta(days=730)
ALL = "tous"
CHOICES = (
    ("praticien", "Praticien"),
    ("type", "Type : non terminées, ou toutes"),
    ("du", "Du (date)"),
    ("au", "Au (date)"),
    ("patient", "Patient"),
    ("depart", "Revenir aux critères de départ"),
)


def as_of(today: date, chosen: Criteria) -> Criteria:
    """Return criteria whose dates are those that were chosen, else the two years that end today."""
    until = today if chosen.until == date.max else chosen.until
    return replace(chosen, since=today - TWO_YEARS if chosen.since == date.min else chosen.since, until=until)


def ask_criteria(app: ScorApp, shown: Criteria, chosen: Criteria, take: Take) -> None:
    """Ask which criterion, then its value; `take` is given the new criteria."""

    def go(name: str | None) -> None:
        if name == "praticien":
            _ask_practitioner(app, chosen, take)
        elif name == "type":
            take(replace(chosen, unfinished=not chosen.unfinished))
        elif name == "du":
            _ask_day(app, shown.since, lambda when: take(replace(chosen, since=when)))
        elif name == "au":
            _ask_day(app, shown.until, lambda when: take(replace(chosen, until=when)))
        elif name == "patient":
            ask_patient(app, chosen, take)
        elif name == "depart":
            take(AT_START)

    app.push_screen(Choose("Critères des prescriptions", CHOICES), go)


def ask_patient(app: ScorApp, chosen: Criteria, take: Take) -> None:
    """Ask for words of the patient's name."""

    def go(words: str | None) -> None:
        if words is not None:
            take(replace(chosen, words=fold(words)))

    app.push_screen(Ask("Patient (vide : tous)", chosen.words), go)


def _ask_practitioner(app: ScorApp, chosen: Criteria, take: Take) -> None:
    people = [(one.number, full_name(one)) for one in app.cabinet.practitioners()]

    def go(number: str | None) -> None:
        if number is not None:
            take(replace(chosen, practitioner="" if number == ALL else number))

    app.push_screen(Choose("Praticien", [(ALL, "Tous"), *people]), go)


def _ask_day(app: ScorApp, shown: date, take: Callable[[date], None]) -> None:
    def go(words: str | None) -> None:
        if words is None:
            return
        try:
            found = datetime.strptime(words.strip(), "%d/%m/%Y").replace(tzinfo=UTC).date()
        except ValueError:
            app.tell_error(RuleRefused(f"« {clean(words, limit=30)} » n'est pas une date.", "Écrivez jj/mm/aaaa."))
        else:
            take(found)

    app.push_screen(Ask("Date (jj/mm/aaaa)", day(shown)), go)

"""The proof: everything that the journal knows of one FSE, in order, with the digests of what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from scor_tui.printing.ink import amount_text, day_text, moment_text
from scor_tui.printing.sheet import (
    BOLD,
    FIXED,
    Column,
    Flowable,
    Sheet,
    paragraph,
    rendered,
    space,
    table,
    together,
)

TITLE: Final = "Chronologie d'une FSE"
NATURE: Final = (
    "Ce document est établi par le programme scor_tui à partir de son propre journal. Il aide à retrouver "
    "ce qui a été envoyé et reçu ; ce n'est pas un document officiel, et il n'engage aucune caisse."
)


@dataclass(frozen=True)
class ProofEvent:
    """One event: when (printed as it is given, in the practice's own time), what, and the detail."""

    at: date | datetime
    event: str
    detail: str = ""


@dataclass(frozen=True)
class ProofDigest:
    """The SHA-256 of something that was sent or received, in hex, with what it is of."""

    label: str
    sha256: str


@dataclass(frozen=True)
class ProofFacts:
    """One facture and its story; `amount` in cents, `caisse` as it is named, `printed` kept for a reprint."""

    facture: str
    patient: str
    practitioner: str
    caisse: str
    date: date
    amount: int
    secured: bool
    fse_lot: str
    status: str
    printed: datetime
    events: tuple[ProofEvent, ...]
    digests: tuple[ProofDigest, ...] = ()
    demonstration: bool = False


def proof_pdf(p: ProofFacts) -> bytes:
    """Return the proof as a PDF; the same facts give the same bytes."""
    sheet = Sheet(
        TITLE,
        f"facture {p.facture} · lot FSE {p.fse_lot} · imprimé le {moment_text(p.printed)}",
        p.demonstration,
    )
    return rendered(sheet, lambda: _story(p))


def _story(p: ProofFacts) -> list[Flowable]:
    story = [
        paragraph(f"Facture {p.facture}", font=BOLD, size=15, after_mm=3),
        *_facts(p),
        space(5),
        _heading("Événements"),
        _timeline(p.events),
    ]
    if p.digests:
        first, *others = _digests(p.digests)
        story += [space(5), together([_heading("Empreintes SHA-256"), first]), *others]
    return [*story, space(5), paragraph(NATURE, size=8.5)]


def _heading(text: str) -> Flowable:
    return paragraph(text, font=BOLD, size=10.5, after_mm=1.5)


def _facts(p: ProofFacts) -> list[Flowable]:
    facts = (
        ("Patient", p.patient),
        ("Praticien", p.practitioner),
        ("Caisse", p.caisse),
        (
            "Date et montant",
            f"{day_text(p.date)}, {amount_text(p.amount)}, {'sécurisée' if p.secured else 'dégradée'}",
        ),
        ("Statut", p.status),
    )
    return [paragraph(f"{name} : {value}", size=10, after_mm=0.8) for name, value in facts]


def _timeline(events: tuple[ProofEvent, ...]) -> Flowable:
    columns = (Column("Date et heure", 32), Column("Événement", 56), Column("Détail", 86))
    rows = [(moment_text(event.at), event.event, event.detail) for event in events]
    return table(columns, rows or [("", "aucun événement", "")])


def _digests(digests: tuple[ProofDigest, ...]) -> list[Flowable]:
    """Return each digest under its label, on one line of fixed width that can be copied and compared."""
    return [together([paragraph(d.label), paragraph(d.sha256, font=FIXED, size=8.5, after_mm=1.5)]) for d in digests]

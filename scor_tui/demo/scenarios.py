"""`scenarios.json`: how the caisse may misbehave, by facture.

About the pieces of a facture (`scor`) it may only be silent (`muette`), late (`tardive`, with `heures`),
answer twice (`double`) or be signed by a stranger (`mal_signee`); `fois` bounds it to so many receptions of
the lot (1). About the FSE (`fse`): `sans_arl`, `arl_negatif`, `noemie` (payment, no ARL), `rejet` (ARL, then
a rejection). No scenario decides that a piece is refused: only what the caisse sees does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scor_tui.demo.cases import Answer, FseAnswer
from scor_tui.demo.scenario_format import SCENARIOS_FORMAT, SCENARIOS_VERSION
from scor_tui.domain.errors import WrongUse

MAX_HOURS = 24 * 30


@dataclass(frozen=True)
class Manner:
    """How the caisse behaves about one facture; the default is well."""

    scor: Answer = Answer.NORMAL
    times: int = 1
    hours: int = 0
    fse: FseAnswer = FseAnswer.NORMAL


WELL = Manner()


class Scenarios:
    """The manners of the caisse, read from a file; none without it."""

    def __init__(self, manners: Mapping[str, Manner]) -> None:
        self._manners = dict(manners)

    @classmethod
    def load(cls, path: Path) -> Scenarios:
        """Read the file; raises `WrongUse` when it is not what it should be."""
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls({})
        except (OSError, ValueError):
            raise _unreadable(path, "ce n'est pas du JSON lisible") from None
        try:
            if document["format"] != SCENARIOS_FORMAT or document["version"] != SCENARIOS_VERSION:
                raise ValueError("format ou version inconnus")
            return cls({str(number): _manner(entry) for number, entry in document["factures"].items()})
        except (KeyError, TypeError, AttributeError):
            raise _unreadable(path, "il n'a pas la forme attendue") from None
        except ValueError as error:
            raise _unreadable(path, str(error)) from None

    def fse(self, facture: str) -> FseAnswer:
        """Return the manner about an FSE."""
        return self._manners.get(facture, WELL).fse

    def about(self, factures: Iterable[str], reception: int) -> Manner:
        """Return the manner about a lot that carries these factures, received for the `reception`-th time.

        The first facture that has one decides for the whole lot: an answer covers the lot.
        """
        for facture in factures:
            manner = self._manners.get(facture, WELL)
            if manner.scor is not Answer.NORMAL and reception <= manner.times:
                return manner
        return WELL


def _manner(entry: Mapping[str, Any]) -> Manner:
    unknown = set(entry) - {"scor", "fois", "heures", "fse"}
    if unknown:
        raise ValueError(f"le mot « {sorted(unknown)[0]} » n'existe pas")
    times, hours = int(entry.get("fois", 1)), int(entry.get("heures", 0))
    if times < 1 or not 0 <= hours <= MAX_HOURS:
        raise ValueError("« fois » commence à 1, « heures » va de 0 à 720")
    return Manner(Answer(entry.get("scor", "")), times, hours, FseAnswer(entry.get("fse", "")))


def _unreadable(path: Path, why: str) -> WrongUse:
    return WrongUse(
        f"Le fichier « {path.name} » de la caisse de démonstration n'est pas utilisable : {why}.",
        "Corrigez-le ou supprimez-le : la caisse répond alors normalement.",
    )

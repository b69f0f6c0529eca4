"""Every key of the interface, once: bindings, key bar, help, palette and the README's table are made from here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """Where an action can be asked for."""

    GLOBAL = "partout"
    LIST = "listes"
    TABLEAU = "tableau de bord"
    PRESCRIPTIONS = "prescriptions"
    TO_SEND = "à transmettre"
    RETURNS = "retours"
    PAPER = "papier"
    CENTRE = "centre de télétransmission"
    ACQUISITION = "acquisition"
    VIEWER = "visionneuse"
    DIALOG = "dialogues"


@dataclass(frozen=True)
class Action:
    """A key is data: what it is called, what it does, where. `keys` are textual's names; the first is shown."""

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    scope: Scope
    in_bar: bool = True


def _act(identifier: str, keys: str, label: str, words: str, scope: Scope, *, bar: bool = True) -> Action:
    return Action(identifier, tuple(keys.split()), label, words, scope, in_bar=bar)


G, L = Scope.GLOBAL, Scope.LIST
ACTIONS: tuple[Action, ...] = (
    _act("aide", "f1 question_mark", "aide", "Aide de l'écran et de ce qui a le focus.", G),
    _act("tableau", "f2 d", "tableau", "Tableau de bord : ce qui attend.", G, bar=False),
    _act("prescriptions", "f3 p", "prescriptions", "Patients et prescriptions.", G, bar=False),
    _act("numeriser", "f5 n", "numériser", "Numériser la première pièce manquante de la ligne.", G),
    _act("a_transmettre", "f6 a", "à transmettre", "SCOR : les dossiers à transmettre.", G, bar=False),
    _act("retours", "f7 r", "retours", "SCOR : les dossiers transmis et leur statut.", G, bar=False),
    _act("papier", "f8 g", "papier", "SCOR : le registre papier.", G, bar=False),
    _act("transmettre", "f9 t", "transmettre", "Relever, puis envoyer ce qui est coché.", G),
    _act(
        "tout_faire",
        "f10 j",
        "tout faire",
        "La journée en une touche : relever, envoyer, dire ce qui reste.",
        G,
        bar=False,
    ),
    _act("relever", "b", "retour NOEMIE", "Relever la boîte aux lettres.", G),
    _act("palette", "ctrl+p colon", "palette", "Toutes les actions possibles ici.", G, bar=False),
    _act("retour", "escape", "retour", "Revenir d'un niveau.", G, bar=False),
    _act("quitter", "q ctrl+q", "quitter", "Quitter ; demande si un travail est en cours.", G, bar=False),
    _act("ouvrir", "enter v", "ouvrir", "Ouvrir la ligne : voir le document ou le détail.", L, bar=False),
    _act("menu", "m", "menu", "Le menu de la ligne.", L, bar=False),
    _act("filtrer", "slash", "filtrer", "Filtrer la liste, puis Entrée.", L, bar=False),
    _act("imprimer", "i", "imprimer", "Imprimer la liste en PDF.", L, bar=False),
    _act("piece_O", "O", "O", "L'ordonnance de la ligne.", L, bar=False),
    _act("piece_D", "D", "D", "La prescription de DSI de la ligne.", L, bar=False),
    _act("piece_A", "A", "A", "Les autres pièces de la ligne.", L, bar=False),
    _act("piece_F", "F", "F", "La feuille de soins de la ligne.", L, bar=False),
    _act("cocher", "space", "cocher", "Cocher ou décocher la ligne.", Scope.TO_SEND),
    _act("cocher_tout", "asterisk", "tous", "Cocher ou décocher toutes les lignes qui peuvent partir.", Scope.TO_SEND),
    _act("hors_scor", "h", "hors SCOR", "Sortir le dossier de SCOR, ou l'y remettre.", Scope.TO_SEND),
    _act("selectionner", "space", "sélectionner", "Sélectionner la ligne.", Scope.RETURNS),
    _act("statut", "s", "statut", "Filtrer par statut.", Scope.RETURNS),
    _act("transfert", "y", "transfert papier", "Passer les dossiers sélectionnés au papier.", Scope.RETURNS),
    _act("poster", "space", "cocher", "Cocher la pièce comme postée aujourd'hui.", Scope.PAPER),
    _act("enregistrer_papier", "ctrl+s s", "enregistrer", "Enregistrer les envois par la poste.", Scope.PAPER),
    _act("bordereau", "e", "bordereau", "Imprimer le bordereau du lot de factures.", Scope.PAPER),
)


def of_scope(scope: Scope) -> Iterator[Action]:
    """Yield the actions that a screen offers: its own, those of lists when it is one, those that are global."""
    lists = {Scope.TABLEAU, Scope.PRESCRIPTIONS, Scope.TO_SEND, Scope.RETURNS, Scope.PAPER}
    wanted = [scope, *([Scope.LIST] if scope in lists else []), Scope.GLOBAL]
    for one in wanted:
        yield from (action for action in ACTIONS if action.scope is one)

"""Every key of the interface, once: bindings, key bar, help, palette and the README's table are made from here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
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
    DOSSIER = "dossier"
    CENTRE = "centre de télétransmission"
    ACQUISITION = "acquisition"
    VIEWER = "visionneuse"
    DIALOG = "dialogues"


@dataclass(frozen=True)
class Action:
    """A key is data: what it is called, what it does, where; `keys` are textual's names, none: the palette only.

    `rank` is its place in the key bar: 1 stays longest when there is no room for all, 0 never shows there.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    scope: Scope
    rank: int = 2


def _act(identifier: str, keys: str, label: str, words: str, scope: Scope, *, rank: int = 2) -> Action:
    return Action(identifier, tuple(keys.split()), label, words, scope, rank)


G, L, Q, V = Scope.GLOBAL, Scope.LIST, Scope.ACQUISITION, Scope.VIEWER
PAGE_KEYS = (
    ("zone_suivante", "space", "zone", "La zone écrite suivante, à un zoom qui permet de juger.", 1),
    ("zone_precedente", "b", "zone précédente", "La zone écrite précédente.", 0),
    ("loupe", "o", "loupe", "La page point par point, puis de nouveau au zoom de lecture.", 0),
    ("largeur", "w", "largeur", "Toute la largeur, puis la page entière.", 0),
    ("dessin", "m", "dessin", "Une autre façon de dessiner la page.", 0),
    ("inverser", "i", "inverser", "Noir sur blanc ou blanc sur noir.", 0),
)
"""What a page that shows can be asked, in the acquisition and in the viewer."""

ACTIONS: tuple[Action, ...] = (
    _act("aide", "f1 question_mark", "aide", "Aide de l'écran et de ce qui a le focus.", G, rank=0),
    _act("tableau", "f2 d", "tableau", "Tableau de bord : ce qui attend.", G, rank=0),
    _act("prescriptions", "f3 p", "prescriptions", "Patients et prescriptions.", G, rank=0),
    _act("numeriser", "f5 n", "numériser", "Numériser la première pièce manquante de la ligne.", G, rank=1),
    _act("a_transmettre", "f6 a", "à transmettre", "SCOR : les dossiers à transmettre.", G, rank=0),
    _act("retours", "f7 r", "retours", "SCOR : les dossiers transmis et leur statut.", G, rank=0),
    _act("papier", "f8 g", "papier", "SCOR : le registre papier.", G, rank=0),
    _act("transmettre", "f9 t", "transmettre", "Relever, puis envoyer ce qui est coché.", G, rank=1),
    _act(
        "tout_faire",
        "f10 j",
        "tout faire",
        "La journée en une touche : relever, envoyer, dire ce qui reste.",
        G,
        rank=0,
    ),
    _act("relever", "b", "retour NOEMIE", "Relever la boîte aux lettres.", G),
    _act("centre", "z", "télétransmission", "Le travail en cours, ou les comptes rendus conservés.", G, rank=0),
    _act("palette", "ctrl+p colon", "palette", "Toutes les actions possibles ici.", G, rank=0),
    _act("retour", "escape", "retour", "Revenir d'un niveau.", G, rank=3),
    _act("avancer_6", "", "avancer de 6 h", "Démonstration : laisser passer six heures.", G, rank=0),
    _act("avancer_48", "", "avancer de 48 h", "Démonstration : laisser passer deux jours.", G, rank=0),
    _act("quitter", "q ctrl+q", "quitter", "Quitter ; demande si un travail est en cours.", G, rank=0),
    _act("ouvrir", "enter v", "ouvrir", "Ouvrir la ligne : voir le document ou le détail.", L, rank=0),
    _act("menu", "m", "menu", "La ligne en entier, et ce qui peut en être fait.", L, rank=3),
    _act("filtrer", "slash", "filtrer", "Filtrer la liste, puis Entrée.", L, rank=0),
    _act("imprimer", "i", "imprimer", "Imprimer la liste en PDF.", L, rank=0),
    _act("piece_O", "O", "O", "L'ordonnance de la ligne.", L, rank=0),
    _act("piece_D", "D", "D", "La prescription de DSI de la ligne.", L, rank=0),
    _act("piece_A", "A", "A", "Les autres pièces de la ligne.", L, rank=0),
    _act("piece_F", "F", "F", "La feuille de soins de la ligne.", L, rank=0),
    _act("criteres", "s", "critères", "Choisir le praticien, le type et les dates des prescriptions.", Scope.TABLEAU),
    _act(
        "nouveaux",
        "s",
        "nouveaux",
        "Ne montrer que les nouveaux patients sans prescription, ou tous.",
        Scope.PRESCRIPTIONS,
    ),
    _act(
        "volet",
        "tab",
        "liste suivante",
        "Passer des patients aux prescriptions, puis aux documents.",
        Scope.PRESCRIPTIONS,
    ),
    _act("cocher", "space", "cocher", "Cocher ou décocher la ligne.", Scope.TO_SEND, rank=1),
    _act("cocher_tout", "asterisk", "tous", "Cocher ou décocher toutes les lignes qui peuvent partir.", Scope.TO_SEND),
    _act("hors_scor", "h", "hors SCOR", "Sortir le dossier de SCOR, ou l'y remettre.", Scope.TO_SEND, rank=4),
    _act("selectionner", "space", "sélectionner", "Sélectionner la ligne.", Scope.RETURNS, rank=1),
    _act(
        "selectionner_tout",
        "asterisk",
        "tous",
        "Sélectionner tout ce qui peut aller au papier, ou rien.",
        Scope.RETURNS,
    ),
    _act("statut", "s", "statut", "Filtrer par statut.", Scope.RETURNS, rank=1),
    _act("transfert", "y", "transfert papier", "Passer les dossiers sélectionnés au papier.", Scope.RETURNS, rank=1),
    _act("remettre", "h", "remettre", "Remettre dans SCOR un dossier hors SCOR dont rien n'est posté.", Scope.RETURNS),
    _act("alerte_lue", "u", "alerte lue", "Marquer comme lue l'alerte de la ligne.", Scope.RETURNS),
    _act("ecartes", "e", "écartés", "Les messages de la BAL gardés à part, et pourquoi.", Scope.RETURNS, rank=4),
    _act("poster", "space", "cocher", "Cocher la pièce comme postée aujourd'hui.", Scope.PAPER, rank=1),
    _act("poster_tout", "asterisk", "toutes", "Cocher toutes les pièces à poster, ou aucune.", Scope.PAPER),
    _act("date_postee", "h", "date", "Changer la date postée de la ligne, jamais dans le futur.", Scope.PAPER),
    _act("enregistrer_papier", "ctrl+s s", "enregistrer", "Enregistrer les envois par la poste.", Scope.PAPER, rank=1),
    _act("bordereau", "e", "bordereau", "Imprimer le bordereau du lot de factures.", Scope.PAPER, rank=1),
    _act("etiquettes", "u", "étiquettes", "Imprimer les étiquettes des enveloppes, une par caisse.", Scope.PAPER),
    _act("arreter", "escape", "arrêter, fermer", "Arrêter après ce message, ou fermer.", Scope.CENTRE),
    _act("reprendre", "v enter", "reprendre", "Ouvrir le dossier de la ligne pour reprendre sa pièce.", Scope.CENTRE),
    _act("comptes", "c", "comptes rendus", "Relire un compte rendu conservé.", Scope.CENTRE),
    _act("imprimer_compte", "i p", "imprimer", "Imprimer le compte rendu en PDF.", Scope.CENTRE),
    _act("scanner", "f5 n", "numériser", "Numériser une page de la vitre, ou toutes celles du chargeur.", Q, rank=1),
    _act("ajouter", "plus", "fichier", "Ajouter un fichier, le dossier du copieur ou le dossier médical.", Q, rank=1),
    _act("lisible", "l", "lisible", "Confirmer que chaque page est lisible, ou le décocher.", Q, rank=1),
    _act("envoi_papier", "e", "envoi papier", "Déclarer que la pièce part par la poste : ses pages ne partent pas.", Q),
    _act("enregistrer_piece", "ctrl+s s", "enregistrer", "Enregistrer la pièce.", Q, rank=1),
    _act("oter_page", "delete x", "ôter", "Ôter la page.", Q),
    _act("tourner", "r", "tourner", "Tourner la page d'un quart de tour.", Q),
    _act("plus_clair", "p less_than_sign", "plus clair", "Éclaircir la page d'un cran, sans numériser.", Q),
    _act("plus_fonce", "f greater_than_sign", "plus foncé", "Foncer la page d'un cran, sans numériser.", Q),
    _act("methode", "h", "méthode", "Choisir comment la page est mise en noir et blanc.", Q),
    _act("cadrage", "c", "cadrage", "Annuler le cadrage d'une photo sur sa feuille, ou le refaire.", Q),
    _act("redressement", "v", "redressement", "Laisser la page de travers comme elle était, ou la redresser.", Q),
    _act("monter", "u", "monter", "Monter la page d'un rang.", Q, rank=0),
    _act("descendre", "d", "descendre", "Descendre la page d'un rang.", Q, rank=0),
    _act("nommer", "t", "nom", "Changer le nom et l'annotation de la pièce.", Q, rank=0),
    _act("appareil", "a", "appareil", "Choisir le scanner et sa source.", Q, rank=0),
    _act("plein_ecran", "z", "plein écran", "La page en plein écran, ou de nouveau à côté de la liste.", Q),
    *(
        _act(name, keys, label, words, scope, rank=rank)
        for scope in (Q, V)
        for name, keys, label, words, rank in PAGE_KEYS
    ),
    _act("page_suivante", "pagedown n", "page", "La page suivante.", V),
    _act("page_precedente", "pageup p", "page précédente", "La page précédente.", V, rank=0),
    _act("copier", "c", "copier, imprimer", "Copier le PDF où vous voulez, pour l'imprimer.", V),
    _act("ailleurs", "y", "ouvrir ailleurs", "Ouvrir le PDF dans la visionneuse du bureau.", V, rank=0),
    _act("remplacer", "r", "remplacer", "Numériser de nouveau cette pièce.", V, rank=1),
    _act("supprimer", "delete x", "supprimer", "Supprimer la pièce.", V),
    _act("envoi_papier", "e", "papier", "Passer la pièce au papier, ou l'en faire revenir.", V, rank=1),
    _act("versions", "v", "versions", "Les versions de la pièce.", V, rank=0),
)


OWN_LETTERS = frozenset({Scope.ACQUISITION, Scope.VIEWER, Scope.CENTRE})
"""Screens with letters of their own: of the global keys only the F-keys and those that are no letter stay there."""


def of_scope(scope: Scope) -> Iterator[Action]:
    """Yield the actions that a screen offers: its own, those of lists when it is one, those that are global."""
    lists = {Scope.TABLEAU, Scope.PRESCRIPTIONS, Scope.TO_SEND, Scope.RETURNS, Scope.PAPER, Scope.DOSSIER}
    wanted = [scope, *([Scope.LIST] if scope in lists else [])]
    for one in wanted:
        yield from (action for action in ACTIONS if action.scope is one)
    yield from (_globals_without_letters(scope) if scope in OWN_LETTERS else _globals())


def _globals() -> Iterator[Action]:
    yield from (action for action in ACTIONS if action.scope is Scope.GLOBAL)


def _globals_without_letters(scope: Scope) -> Iterator[Action]:
    """Yield the global actions by the keys that are left where a screen has its own letters."""
    taken = {key for action in ACTIONS if action.scope is scope for key in action.keys}
    for action in _globals():
        keys = tuple(key for key in action.keys if len(key) > 1 and key not in taken)
        if keys:
            yield replace(action, keys=keys, rank=0)

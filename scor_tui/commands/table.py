"""Every command of the shell: its name, what it does, its arguments and the function that answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Argument:
    """An argument of a command, as argparse takes it."""

    names: tuple[str, ...]
    settings: dict[str, Any]


@dataclass(frozen=True)
class Command:
    """A command. `handler` is `module:function`, imported only when it is asked for."""

    name: str
    help: str
    handler: str
    arguments: tuple[Argument, ...] = ()
    practice: bool = True


def _arg(*names: str, **settings: Any) -> Argument:
    return Argument(names, settings)


def _number(text: str) -> int:
    """Read a number that the records can hold."""
    value = int(text)
    if not 0 <= value < 2**31:
        raise ValueError(text)
    return value


def _flag(name: str, words: str) -> Argument:
    return Argument((name,), {"action": "store_true", "help": words})


_FACTURES = _arg("factures", nargs="*", metavar="FACTURE", help="numéros de factures (9 chiffres)")
_SEVERAL = _arg("factures", nargs="+", metavar="FACTURE", help="numéros de factures (9 chiffres)")
_FACTURE = _arg("facture", metavar="FACTURE", help="numéro de facture (9 chiffres)")
_PDF = _arg("-o", "--sortie", metavar="S.pdf", help="fichier PDF à écrire")
_SETTINGS = _arg("reglages", nargs="?", metavar="FICHIER.toml", help="réglages du cabinet")
_JOIN = _flag("--adherer-scor", "confirmer une date de démarrage : l'adhésion à SCOR est définitive")
_PASSWORD = _flag("--mot-de-passe", "demander le mot de passe d'un PDF protégé")
_SOURCE = (
    _arg("--appareil", metavar="NOM", help="scanner (voir scanners) ; sans lui, celui du cabinet"),
    _arg("--source", metavar="S", default="", help="source du scanner, par exemple « chargeur »"),
    _arg("--dpi", type=int, default=300, choices=(200, 300), help="résolution de numérisation"),
)
_OWNER = (
    _arg("--prescription", metavar="N", default="", help="prescription qui porte la pièce"),
    _arg("--facture", metavar="N", default="", help="facture qui porte la pièce"),
    _arg("--type", choices=("O", "D", "A", "F"), default="O", help="ordonnance, DSI, autre, feuille de soins"),
)
DRAWING = (
    _arg(
        "--souris",
        choices=("oui", "non"),
        metavar="oui|non",
        help="clics de souris (oui) ; non rend sa sélection au terminal",
    ),
    _flag("--ascii", "dessiner avec les seuls caractères ASCII"),
)
"""How the interface is drawn: options of `scor-tui` alone and of `demo`."""
_SAID = (
    _arg("--libelle", metavar="TEXTE", default="", help="nom de la pièce"),
    _arg("--annotation", metavar="TEXTE", default="", help="annotation"),
    _flag("--lisible", "confirmer que le document est lisible"),
    _flag("--papier", "envoi papier : la pièce ira par la poste"),
)

COMMANDS: tuple[Command, ...] = (
    Command(
        "demo",
        "un cabinet inventé, sa poste et sa caisse de démonstration",
        "scor_tui.commands.demonstration:demo",
        (
            _flag("--sans-ecran", "jouer toute l'histoire et dire ce qui s'est passé"),
            _arg("--graine", type=int, default=7, metavar="N", help="graine du hasard (7)"),
            *DRAWING,
        ),
    ),
    Command(
        "convertir",
        "images ou PDF en un PDF conforme, avec son compte rendu",
        "scor_tui.commands.documents:convertir",
        (
            _arg("entrees", nargs="+", metavar="ENTREE", help="images ou PDF, dans l'ordre des pages"),
            _arg("-o", "--sortie", metavar="S.pdf", required=True, help="fichier PDF à écrire"),
            _arg("--dpi", type=int, choices=(200, 300), help="résolution voulue (sinon la meilleure qui tient)"),
            _PASSWORD,
        ),
        practice=False,
    ),
    Command(
        "verifier",
        "un PDF respecte-t-il les normes, et sinon quelle règle ?",
        "scor_tui.commands.documents:verifier",
        (_arg("fichier", metavar="F.pdf", help="le PDF à contrôler"),),
        practice=False,
    ),
    Command("scanners", "lister et essayer les scanners", "scor_tui.commands.documents:scanners", practice=False),
    Command(
        "numeriser",
        "numériser des pages en une pièce, ou en un PDF avec -o",
        "scor_tui.commands.documents:numeriser",
        (
            *_SOURCE,
            *_OWNER,
            *_SAID,
            _flag("--une-page", "une seule page, même au chargeur"),
            _arg("--pages", type=int, default=0, metavar="N", help="N pages du chargeur au plus (sinon toutes)"),
            _flag("--dossier-surveille", "prendre les fichiers que le copieur a déposés"),
            _PDF,
        ),
    ),
    Command(
        "importer",
        "patients, prescriptions, factures (CSV, JSON, B2) ou retour NOEMIE",
        "scor_tui.commands.practice:importer",
        (
            _arg("fichiers", nargs="*", metavar="FICHIER", help="fichiers, dans l'ordre"),
            _flag("--schema", "décrire le format CSV et JSON"),
        ),
    ),
    Command("etat", "ce qui attend : statuts, échéances", "scor_tui.commands.practice:etat"),
    Command("relever", "relever la BAL (retour NOEMIE)", "scor_tui.commands.sending:relever"),
    Command(
        "transmettre",
        "relever, puis envoyer ce qui est coché et prêt",
        "scor_tui.commands.sending:transmettre",
        (
            _FACTURES,
            _flag("--tout", "envoyer sans demander tout ce qui est coché et prêt"),
            _flag("--sans-releve", "envoyer même si la BAL ne répond pas (aucun second envoi)"),
        ),
    ),
    Command(
        "transmettre-fse",
        "relever, puis envoyer les FSE et DRE de démonstration",
        "scor_tui.commands.sending:transmettre_fse",
    ),
    Command("tout-faire", "relever, archiver, envoyer, dire ce qui reste", "scor_tui.commands.sending:tout_faire"),
    Command(
        "creer",
        "créer un cabinet depuis un fichier de réglages",
        "scor_tui.commands.practice:creer",
        (_SETTINGS, _JOIN, _flag("--modele", "écrire un fichier de réglages commenté")),
    ),
    Command(
        "configurer",
        "compléter un cabinet : praticiens, caisses, certificats, courrier",
        "scor_tui.commands.practice:configurer",
        (_SETTINGS, _JOIN, _flag("--restauration-verifiee", "rouvrir les envois après une restauration")),
    ),
    Command("a-transmettre", "la liste « À transmettre »", "scor_tui.commands.sending:a_transmettre"),
    Command(
        "cocher",
        "cocher, décocher, ou rendre à la règle automatique",
        "scor_tui.commands.sending:cocher",
        (
            _FACTURES,
            _flag("--non", "décocher"),
            _flag("--auto", "rendre à la règle automatique"),
            _flag("--tous", "cocher tous ceux qui peuvent partir, ou décocher tout"),
            _flag("--rejoindre", "joindre de nouveau l'ordonnance au lieu de sa référence"),
        ),
    ),
    Command(
        "hors-scor",
        "sortir des dossiers de SCOR avant tout envoi",
        "scor_tui.commands.sending:hors_scor",
        (_SEVERAL, _flag("--annuler", "les y remettre, tant que rien n'est posté")),
    ),
    Command(
        "retours",
        "les dossiers transmis et leur statut",
        "scor_tui.commands.returned:retours",
        (
            _arg("--statut", metavar="S", help="un seul statut, par exemple « à reconstituer »"),
            _flag("--ecartes", "les messages écartés et pourquoi"),
            _arg("--lu", metavar="FACTURE", nargs="+", help="marquer des alertes comme lues"),
        ),
    ),
    Command(
        "transfert-papier",
        "passer des dossiers en collecte papier",
        "scor_tui.commands.returned:transfert_papier",
        (_SEVERAL,),
    ),
    Command(
        "piece",
        "ajouter, voir, remplacer, supprimer une pièce",
        "scor_tui.commands.pieces:piece",
        (
            _arg(
                "action",
                choices=(
                    "lister",
                    "ajouter",
                    "voir",
                    "remplacer",
                    "supprimer",
                    "papier",
                    "numerique",
                    "dossier-medical",
                ),
                help="ce qu'il faut faire",
            ),
            _arg("fichiers", nargs="*", metavar="FICHIER", help="images ou PDF de la pièce"),
            _arg("--numero", type=_number, metavar="N", help="numéro de la pièce"),
            _arg("--patient", metavar="N", default="", help="patient, pour le dossier médical"),
            _arg("--document", type=_number, metavar="N", help="document du dossier médical à reprendre"),
            _arg("--version", type=_number, metavar="N", help="version à voir (la dernière sinon)"),
            *_OWNER,
            *_SAID,
            _PASSWORD,
            _PDF,
        ),
    ),
    Command(
        "papier",
        "le registre papier : lister, marquer comme posté",
        "scor_tui.commands.returned:papier",
        (
            _arg("--poster", type=_number, nargs="+", metavar="N", help="lignes à marquer comme postées"),
            _arg("--date", metavar="AAAA-MM-JJ", help="date postée (aujourd'hui sinon)"),
            _flag("--a-poster", "seulement ce qui reste à poster"),
        ),
    ),
    Command(
        "bordereau",
        "le bordereau d'un lot de factures, à mettre dans l'enveloppe",
        "scor_tui.commands.returned:bordereau",
        (
            _arg("lot", metavar="LOT", help="numéro du lot de factures (3 chiffres)"),
            _arg("--annee", type=_number, default=0, metavar="A", help="année du lot"),
            _arg("--praticien", default="", metavar="N", help="numéro du praticien"),
            _arg("--caisse", default="", metavar="C", help="caisse, par exemple 01-996-0000"),
            _arg("--edition", type=_number, metavar="N", help="réimprimer cette édition"),
            _flag("--etiquette", "l'étiquette de l'enveloppe au lieu du bordereau"),
            _PDF,
        ),
    ),
    Command(
        "preuve",
        "la chronologie d'une FSE, en texte ou en PDF",
        "scor_tui.commands.returned:preuve",
        (_FACTURE, _PDF),
    ),
    Command(
        "comptes-rendus",
        "les comptes rendus gardés",
        "scor_tui.commands.sending:comptes_rendus",
        (_arg("numero", nargs="?", type=_number, metavar="N", help="relire celui-ci"),),
    ),
    Command(
        "sauvegarder",
        "sauvegarde vérifiée",
        "scor_tui.commands.practice:sauvegarder",
        (_arg("vers", metavar="DOSSIER", help="où mettre la sauvegarde"),),
    ),
    Command(
        "restaurer",
        "refaire un cabinet depuis une sauvegarde",
        "scor_tui.commands.practice:restaurer",
        (_arg("depuis", metavar="SAUVEGARDE", help="dossier « scor-… »"),),
    ),
    Command(
        "diagnostic",
        "terminal, scanner, base, certificats, courrier",
        "scor_tui.commands.practice:diagnostic",
    ),
    Command(
        "caisse",
        "la caisse de démonstration seule, dans son propre processus",
        "scor_tui.commands.caisse:caisse",
        (
            _arg(
                "--initialiser",
                nargs="+",
                metavar="PRATICIEN",
                help="faire PKI et boîtes pour ces praticiens",
            ),
            _flag("--une-fois", "traiter ce qui attend, puis s'arrêter"),
            _arg("--pause", type=float, default=2.0, metavar="S", help="secondes entre deux regards"),
            _flag("--avec-le-parent", "s'arrêter à la fin de l'entrée standard, avec le programme qui l'a lancée"),
        ),
    ),
)

"""French words of statuses, codes and states: they stand here, once."""

from __future__ import annotations

from scor_tui.domain.dossier import Caution, Gate, Hindrance
from scor_tui.domain.norms import Rule
from scor_tui.domain.paper import PaperReason, PaperStatus
from scor_tui.domain.pieces import CellState, PieceType, Support
from scor_tui.domain.status import Alert, Status

_STATUS = {
    Status.A_TRANSMETTRE: "à transmettre",
    Status.EN_COURS: "en cours d'envoi",
    Status.TRANSMIS: "transmis",
    Status.A_RETRANSMETTRE: "à retransmettre",
    Status.A_RECONSTITUER: "à reconstituer",
    Status.A_TRAITER: "à traiter manuellement",
    Status.COLLECTE_PAPIER: "collecte papier",
    Status.ARCHIVE: "archivé",
}

PIECE = {
    PieceType.ORDN: "ordonnance",
    PieceType.DSIP: "prescription de DSI",
    PieceType.AUTP: "autre pièce",
    PieceType.FSNC: "feuille de soins",
}

SUPPORT = {Support.NUMERIQUE: "numérique", Support.PAPIER: "papier", Support.REFERENCE: "référencée"}

CELL_GLYPH = {
    CellState.MISSING: "○",
    CellState.SCANNED: "●",
    CellState.PAPER: "□",
    CellState.REFERENCED: "=",
    CellState.REJECTED: "×",
    CellState.NOT_APPLICABLE: "·",
}

CELL_ASCII = {
    CellState.MISSING: "!",
    CellState.SCANNED: "*",
    CellState.PAPER: "@",
    CellState.REFERENCED: "=",
    CellState.REJECTED: "x",
    CellState.NOT_APPLICABLE: ".",
}

CELL_WORD = {
    CellState.MISSING: "manquante",
    CellState.SCANNED: "numérisée",
    CellState.PAPER: "papier",
    CellState.REFERENCED: "référencée",
    CellState.REJECTED: "rejetée, à refaire",
    CellState.NOT_APPLICABLE: "sans objet",
}

PAPER_STATUS = {PaperStatus.COLLECTE: "collecte papier", PaperStatus.ENVOYE: "justificatif papier envoyé"}

PAPER_REASON = {
    PaperReason.ENVOI_PAPIER: "envoi papier demandé",
    PaperReason.TRANSFERT: "transfert papier après échec de la transmission",
    PaperReason.HORS_SCOR: "hors SCOR",
}

RULE = {
    Rule.IMG_BLANC: "image blanche, rien de lisible",
    Rule.IMG_NOIR: "image noire, rien de lisible",
    Rule.IMG_CONTRASTE: "contraste insuffisant, illisible",
    Rule.IMG_TRONQUE: "image tronquée au bord",
    Rule.IMG_DECALE: "image décalée sur la page",
    Rule.PDF_INVALIDE: "fichier PDF invalide",
    Rule.PDF_POIDS: "document de plus de 250 Ko",
    Rule.PDF_RESOLUTION: "résolution inférieure à 200 dpi",
    Rule.PDF_COULEUR: "document en couleur ou en gris, et non en noir et blanc",
    Rule.DOS_FSE_INCONNUE: "FSE inconnue de la caisse",
    Rule.DOS_PIECE_MANQUANTE: "pièce justificative manquante",
    Rule.TEC_SIGNATURE: "signature non reconnue",
    Rule.TEC_CERTIFICAT: "certificat non accepté",
    Rule.TEC_EMPREINTE: "empreinte d'une pièce différente de l'index",
    Rule.TEC_SCHEMA: "index du lot non conforme",
    Rule.TEC_ENVELOPPE: "enveloppe impossible à ouvrir",
}

GATE = {
    Gate.ARL: "ARL FSE positif",
    Gate.NOEMIE: "payée NOEMIE",
    Gate.DEGRADED: "dégradée",
    Gate.NOT_SCOR: "hors du champ de SCOR",
    Gate.BEFORE_START: "antérieure au démarrage de SCOR",
    Gate.NOT_SENT: "FSE non transmise",
    Gate.NO_ARL_YET: "en attente de l'ARL de la FSE",
    Gate.ARL_NEGATIVE: "ARL FSE négatif, la facture est à corriger",
}

HINDRANCE = {
    Hindrance.NOT_SENDABLE: "son statut ne permet pas l'envoi",
    Hindrance.NO_PIECE: "aucune pièce n'est attachée",
    Hindrance.NO_CARE_SHEET: "la feuille de soins F manque (facture dégradée)",
    Hindrance.REJECTED_PIECE: "une pièce refusée par la caisse est à reprendre",
    Hindrance.REJECTED_DOSSIER: "le dossier a été refusé en entier : il ne repart que coché à la main",
    Hindrance.WAITS: "l'ordonnance attend le verdict d'un premier envoi",
}

CAUTION = {
    Caution.NO_ORDONNANCE: "sans ordonnance",
    Caution.NO_DSI: "sans prescription de DSI",
}

ALERT = {
    Alert.DUPLICATE: "ARL déjà reçu",
    Alert.CONTRADICTION: "ARL contraire au premier",
    Alert.ALREADY_POSTED: "ARL arrivé alors que le dossier part ou est parti par la poste",
    Alert.TOO_LATE: "ARL sans effet : le dossier n'attend plus ce verdict",
}

PROFESSION = {
    "24": "infirmier(e)",
    "26": "masseur-kinésithérapeute",
    "28": "orthophoniste",
    "27": "pédicure-podologue",
}


def status_word(status: Status) -> str:
    """Return the French words of a status."""
    return _STATUS[status]


def status_of(word: str) -> Status:
    """Return the status that a person names, with or without accents or by its code; raises KeyError."""
    from scor_tui.domain.text import fold

    names = {fold(text): status for status, text in _STATUS.items()} | {s.value: s for s in Status}
    return names[fold(word).replace("-", " ")] if fold(word).replace("-", " ") in names else names[word]


def rule_words(code: str) -> str:
    """Return the French words of a code of ours; the code itself when it is not ours."""
    return RULE[Rule(code)] if code in Rule.__members__.values() else code

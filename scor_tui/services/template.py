"""The commented settings file that `creer --modele` prints, and the keys that it may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

KNOWN: Mapping[str, Any] = {
    "cabinet": {"nom": "", "demonstration": ""},
    "praticiens": {
        "numero": "", "nom": "", "prenom": "", "profession": "", "adresse": "", "debut_scor": "",
        "certificats": {"signature_cle": "", "signature": "", "chiffrement_cle": "", "chiffrement": ""},
        "courrier": {"type": "", "adresse": "", "boite": "", "envoi": ""},
    },
    "remplacants": {"numero": "", "nom": "", "prenom": "", "titulaire": ""},
    "caisses": {
        "identifiant": "", "nom": "", "adresse_postale": "", "courrier": "", "certificat": "", "signature": "",
        "frontal": "", "frontal_signature": "", "taille_max": "",
    },
    "autorites": {"racines": ""},
    "delais": {"sans_arl_heures": ""},
    "numerisation": {"appareil": "", "dossier_surveille": ""},
}  # fmt: skip

TEMPLATE = """\
# Réglages d'un cabinet pour scor-tui. Les chemins sont relatifs à ce fichier.
# Création : scor-tui creer cabinet.toml        Complément, plus tard : scor-tui configurer cabinet.toml

[cabinet]
nom = "Cabinet des Tilleuls"
# demonstration = true          # les écrans disent alors « démonstration »

[[praticiens]]
numero = "991234561"            # 9 chiffres
nom = "MASSEUR"
prenom = "Honoré"
profession = "26"               # 24 infirmier, 26 masseur-kinésithérapeute, 28 orthophoniste…
adresse = "3 allée des Tilleuls, 99000 ESSAI"
# debut_scor = 2026-11-01       # date de démarrage : l'adhésion est DÉFINITIVE et la caisse doit en être informée
                                # (confirmez avec --adherer-scor)

[praticiens.certificats]        # deux certificats PEM, et leurs clés
signature_cle = "pki/praticien-991234561-signature.key"
signature = "pki/praticien-991234561-signature.crt"
chiffrement_cle = "pki/praticien-991234561-chiffrement.key"
chiffrement = "pki/praticien-991234561-chiffrement.crt"

[praticiens.courrier]           # la BAL du praticien
type = "maildir"
adresse = "praticien-991234561@poste.invalid"
boite = "poste/praticien-991234561"
envoi = "poste/frontal"

# [[remplacants]]
# numero = "992345671"
# nom = "RELÈVE"
# prenom = "Camille"
# titulaire = "991234561"

[[caisses]]
identifiant = "01-996-0000"     # régime, caisse, centre
nom = "CPAM Essai"
adresse_postale = "CPAM Essai, Service SCOR, 99000 ESSAI CEDEX"
courrier = "caisse-01-996-0000@poste.invalid"
certificat = "pki/caisse-01-996-0000-chiffrement.crt"       # clé de contenu : la caisse seule lit les pièces
signature = "pki/caisse-01-996-0000-signature.crt"          # signe les ARL
frontal = "pki/frontal-chiffrement.crt"                     # clé de transport
frontal_signature = "pki/frontal-signature.crt"
taille_max = 10000000           # octets d'un courrier

[autorites]
racines = ["pki/racine.crt"]

[delais]
sans_arl_heures = 48            # silence de la caisse avant « à retransmettre »

# [numerisation]
# appareil = "test:0"           # voir scor-tui scanners
# dossier_surveille = "copieur" # le dossier que le copieur remplit
"""

"""A practice from a commented TOML file: created once, completed later by the same file (`creer`, `configurer`)."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from scor_tui.domain.errors import RuleRefused, WrongUse
from scor_tui.domain.numbers import NumberError, practitioner_number
from scor_tui.domain.ports import Clock
from scor_tui.domain.text import clean
from scor_tui.domain.wire import CaisseId
from scor_tui.exchange.certificates import Identity, fingerprint, load_certificates
from scor_tui.mail.accounts import KINDS as MAIL_KINDS
from scor_tui.services.cabinet import Cabinet, SystemClock
from scor_tui.services.template import KNOWN
from scor_tui.store import engine
from scor_tui.store.engine import write
from scor_tui.store.journal import Journal
from scor_tui.store.models import Authority, Caisse, Certificate, Practice, Practitioner, Remplacant

Table = Mapping[str, Any]


def create(folder: Path, settings: Path, clock: Clock | None = None, *, join_scor: bool = False) -> Cabinet:
    """Make a practice in `folder` from a TOML file; on any error the folder is as it was.

    `join_scor` confirms a *date de démarrage*: joining SCOR is definitive, and the caisse must be told.
    """
    read = _Settings(settings)
    read.check(join_scor=join_scor, known=frozenset())
    before = set(folder.iterdir()) if folder.is_dir() else None
    store = engine.create_store(folder)
    cabinet = Cabinet(store, clock or SystemClock(), Journal(store.keys))
    try:
        with write():
            Practice.create(id=1, name=read.name, created=cabinet.now())
            _apply(cabinet, read)
            cabinet.journal.add(cabinet.now(), "cabinet_cree")
    except BaseException:
        store.close()
        _undo(folder, before)
        raise
    return cabinet


def configure(cabinet: Cabinet, settings: Path, *, join_scor: bool = False) -> None:
    """Complete or change a practice from a TOML file; what the file does not name stays. All or nothing."""
    read = _Settings(settings)
    joined = {row.number for row in Practitioner.select().where(Practitioner.scor_start.is_null(False))}
    read.check(join_scor=join_scor, known=frozenset(joined))
    with write():
        _apply(cabinet, read)
        cabinet.journal.add(cabinet.now(), "cabinet_configure")


def confirm_restoration(cabinet: Cabinet) -> None:
    """Say that what may have left since the backup was looked at: sending is open again."""
    if cabinet.practice.restored is None:
        raise RuleRefused("Ce cabinet n'a pas été restauré.", "Rien à confirmer.")
    with write():
        Practice.update(restored=None).execute()
        cabinet.journal.add(cabinet.now(), "restauration_verifiee")


class _Settings:
    """The tables of a settings file, with errors that name the key."""

    def __init__(self, path: Path) -> None:
        self.base = path.parent
        try:
            self.tables: Table = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise WrongUse(
                f"Le fichier {clean(path.name)} ne peut pas être lu.", "Vérifiez son chemin et ses droits."
            ) from error
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise WrongUse(
                f"Le fichier {clean(path.name)} n'est pas un TOML valide ({clean(str(error), limit=120)}).",
                "Partez du modèle : scor-tui creer --modele.",
            ) from error
        _refuse_unknown_keys(self.tables, KNOWN, "")
        _check_shapes(self.tables)

    @property
    def name(self) -> str:
        return clean(_text(self.tables.get("cabinet", {}), "nom", "cabinet"), limit=80)

    def list(self, table: str) -> list[Table]:
        found = self.tables.get(table, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise WrongUse(f"« {table} » doit être une liste de tables [[{table}]].", "Partez du modèle (--modele).")
        return found

    def check(self, *, join_scor: bool, known: frozenset[str]) -> None:
        """Refuse a date de démarrage that nobody confirmed."""
        for one in self.list("praticiens"):
            number = _text(one, "numero", "praticiens")
            if one.get("debut_scor") and number not in known and not join_scor and not self.is_demonstration:
                raise RuleRefused(
                    f"Une date de démarrage SCOR est donnée pour {clean(number, limit=20)} : l'adhésion est définitive "
                    "auprès de la caisse, qui doit en être informée.",
                    "Confirmez avec --adherer-scor, ou retirez « debut_scor ».",
                )

    @property
    def is_demonstration(self) -> bool:
        return bool(self.tables.get("cabinet", {}).get("demonstration", False))

    def file(self, table: Table, key: str, where: str) -> bytes:
        path = self.base / _text(table, key, where)
        try:
            return path.read_bytes()
        except OSError as error:
            raise WrongUse(
                f"{where}.{key} : le fichier {clean(path.name)} ne peut pas être lu.", "Vérifiez le chemin."
            ) from error

    def path(self, table: Table, key: str, where: str) -> str:
        return str((self.base / _text(table, key, where)).resolve())


def _apply(cabinet: Cabinet, read: _Settings) -> None:
    """Write every table of the file; a certificate of each kind is parsed before it is stored."""
    _practice(read)
    for pem in read.tables.get("autorites", {}).get("racines", []):
        content = read.file({"racine": pem}, "racine", "autorites")
        for certificate in load_certificates(content):
            Authority.ensure(fingerprint=fingerprint(certificate), defaults={"certificate": content})
    for one in read.list("caisses"):
        _caisse(read, one)
    for one in read.list("praticiens"):
        _practitioner(cabinet, read, one)
    for one in read.list("remplacants"):
        _remplacant(one)


def _practice(read: _Settings) -> None:
    table = read.tables.get("cabinet", {})
    changes: dict[str, Any] = {"name": read.name} if "nom" in table else {}
    changes |= {"demonstration": read.is_demonstration} if "demonstration" in table else {}
    hours = read.tables.get("delais", {}).get("sans_arl_heures")
    if hours is not None:
        if not isinstance(hours, int) or not 1 <= hours <= 24 * 30:
            raise WrongUse(
                "delais.sans_arl_heures doit être un nombre d'heures entre 1 et 720.", "Corrigez le fichier."
            )
        changes["silence_hours"] = hours
    scanning = read.tables.get("numerisation", {})
    changes |= {"scanner": _text(scanning, "appareil", "numerisation")} if "appareil" in scanning else {}
    if "dossier_surveille" in scanning:
        changes["watched_folder"] = read.path(scanning, "dossier_surveille", "numerisation")
    if changes:
        Practice.update(**changes).execute()


def _caisse(read: _Settings, one: Table) -> None:
    identifier = _text(one, "identifiant", "caisses")
    try:
        CaisseId.parse(identifier)
    except ValueError as error:
        raise WrongUse(
            f"caisses.identifiant « {clean(identifier, limit=20)} » est mal formé.", "Attendu : 01-996-0000."
        ) from error
    facts: dict[str, Any] = {"name": clean(_text(one, "nom", "caisses"), limit=80)}
    if "adresse_postale" in one:
        facts["postal_address"] = clean(str(one["adresse_postale"]), limit=200)
    if "courrier" in one:
        facts["address"] = _mail_address(str(one["courrier"]))
    keys = ("certificat", "signature", "frontal", "frontal_signature")
    columns = ("content_certificate", "signing_certificate", "transport_certificate", "frontal_certificate")
    for key, column in zip(keys, columns, strict=True):
        if key in one:
            facts[column] = read.file(one, key, "caisses")
            load_certificates(facts[column])
    if "taille_max" in one:
        facts["size_limit"] = _positive(one["taille_max"], "caisses.taille_max")
    row, made = Caisse.ensure(identifier=identifier, defaults=facts)
    if not made:
        facts |= _former_signing(row, facts.get("signing_certificate", b""))
        Caisse.update(**facts).where(Caisse.id == row.id).execute()


def _former_signing(row: Caisse, new: bytes) -> dict[str, bytes]:
    """Return what to keep of a signing certificate that is replaced: ARL on their way may still bear it."""
    old = bytes(row.signing_certificate)
    if not new or not old or new == old:
        return {}
    leaf = load_certificates(old)[0].public_bytes(Encoding.PEM)
    return {"former_signing": bytes(row.former_signing) + leaf}


def _practitioner(cabinet: Cabinet, read: _Settings, one: Table) -> None:
    number = _number(one, "praticiens")
    facts: dict[str, Any] = {"name": clean(_text(one, "nom", "praticiens"), limit=80)}
    for key, column in (("prenom", "first_name"), ("profession", "profession"), ("adresse", "address")):
        if key in one:
            facts[column] = clean(str(one[key]), limit=200)
    if one.get("debut_scor"):
        facts["scor_start"] = _day(one["debut_scor"])
    post = one.get("courrier", {})
    if post:
        facts["mail_kind"] = _mail_kind(_text(post, "type", "praticiens.courrier"))
        facts["mail_address"] = _mail_address(_text(post, "adresse", "praticiens.courrier"))
        facts["mail_box"] = read.path(post, "boite", "praticiens.courrier")
        facts["mail_out"] = read.path(post, "envoi", "praticiens.courrier")
    row, made = Practitioner.ensure(number=number, defaults=facts)
    starts = "scor_start" in facts and (made or row.scor_start is None)
    if not made:
        if row.scor_start is not None and facts.get("scor_start", row.scor_start) != row.scor_start:
            raise RuleRefused(
                f"SCOR a démarré le {row.scor_start:%d/%m/%Y} pour {number} : cette date ne change plus.",
                "Retirez « debut_scor » du fichier.",
            )
        Practitioner.update(**facts).where(Practitioner.id == row.id).execute()
    if starts:
        cabinet.journal.add(cabinet.now(), "scor_demarre", praticien=number, date=facts["scor_start"])
    _certificates(cabinet, read, row, one.get("certificats", {}))


def _certificates(cabinet: Cabinet, read: _Settings, row: Practitioner, table: Table) -> None:
    for usage in ("signature", "chiffrement"):
        if usage not in table:
            continue
        where = "praticiens.certificats"
        key, certificate = read.file(table, f"{usage}_cle", where), read.file(table, usage, where)
        identity = Identity.from_pem(key, certificate)
        mark = fingerprint(identity.certificate)
        if Certificate.get_or_none(practitioner=row, usage=usage, fingerprint=mark) is None:
            Certificate.create(
                practitioner=row,
                usage=usage,
                key=key,
                certificate=certificate,
                fingerprint=mark,
                added=cabinet.now(),
            )
            cabinet.journal.add(cabinet.now(), "certificat", praticien=row.number, usage=usage, empreinte=mark)


def _remplacant(one: Table) -> None:
    number = _number(one, "remplacants")
    holder = Practitioner.get_or_none(Practitioner.number == _text(one, "titulaire", "remplacants"))
    if holder is None:
        raise WrongUse(
            f"Le titulaire du remplaçant {number} n'est pas un praticien du cabinet.", "Corrigez le fichier."
        )
    facts = {
        "name": clean(_text(one, "nom", "remplacants"), limit=80),
        "first_name": clean(str(one.get("prenom", "")), limit=80),
        "titulaire": holder,
    }
    row, made = Remplacant.ensure(number=number, defaults=facts)
    if not made:
        Remplacant.update(**facts).where(Remplacant.id == row.id).execute()


def _number(one: Table, where: str) -> str:
    try:
        return practitioner_number(_text(one, "numero", where))
    except NumberError as error:
        raise WrongUse(f"{where}.numero : {error}", "Corrigez le fichier.") from error


def _text(table: Table, key: str, where: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise WrongUse(f"{where}.{key} manque ou n'est pas un texte.", "Partez du modèle : scor-tui creer --modele.")
    return value.strip()


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise WrongUse(
            f"praticiens.debut_scor « {clean(str(value), limit=30)} » n'est pas une date.", "Attendu : 2026-11-01."
        ) from error


def _positive(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise WrongUse(f"{where} doit être un nombre d'octets.", "Corrigez le fichier.")
    return value


def _mail_kind(text: str) -> str:
    if text not in MAIL_KINDS:
        raise WrongUse(
            f"Le type de courrier « {clean(text, limit=20)} » n'est pas disponible dans cette version.",
            f"Types disponibles : {', '.join(MAIL_KINDS)}.",
        )
    return text


def _mail_address(text: str) -> str:
    """Return an address that a mail header can carry; it is refused otherwise."""
    if text and (clean(text) != text or text.count("@") != 1 or any(char in text for char in ' <>,;:"')):
        raise WrongUse(f"L'adresse « {clean(text, limit=60)} » est mal formée.", "Attendu : nom@domaine.")
    return text


def _refuse_unknown_keys(tables: Table, known: Table, where: str) -> None:
    for key, value in tables.items():
        name = f"{where}{key}"
        if key not in known:
            raise WrongUse(
                f"La clé « {clean(name, limit=60)} » est inconnue.",
                "Partez du modèle : scor-tui creer --modele.",
            )
        inner = known[key]
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) is not isinstance(inner, Mapping):
                expected = "une table" if isinstance(inner, Mapping) else "une valeur"
                raise WrongUse(f"« {clean(name, limit=60)} » doit être {expected}.", "Partez du modèle (--modele).")
            if isinstance(one, dict):
                _refuse_unknown_keys(one, inner, f"{name}.")


def _check_shapes(tables: Table) -> None:
    """Refuse what a reader would misread in silence: a text for a yes or no, a path for a list of paths."""
    if not isinstance(tables.get("cabinet", {}).get("demonstration", False), bool):
        raise WrongUse("cabinet.demonstration doit être true ou false.", "Corrigez le fichier.")
    roots = tables.get("autorites", {}).get("racines", [])
    if not isinstance(roots, list):
        raise WrongUse("autorites.racines doit être une liste de chemins.", "Corrigez le fichier.")


def _undo(folder: Path, before: set[Path] | None) -> None:
    """Leave the folder as it was found."""
    if before is None:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for path in set(folder.iterdir()) - before:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)

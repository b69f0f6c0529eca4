"""The keys and certificates of the demonstration, as PEM files that any tool can read.

The keys are in clear, mode 0600: they protect nobody, since everybody here is invented.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from scor_tui.demo.layout import FRONTAL, STRANGER, of_caisse, of_practitioner
from scor_tui.domain.errors import CertificateRefused
from scor_tui.exchange.authority import Authority
from scor_tui.exchange.certificates import Identity, Usage, load_certificates
from scor_tui.system import write_durably

ROOT = "racine"
SUFFIX = {Usage.SIGN: "signature", Usage.ENCRYPT: "chiffrement"}
ROOT_YEARS = 10
DAYS = 3 * 365
HEAD_START = timedelta(days=1)
"""Certificates begin the day before they are made: clocks differ."""


def create(folder: Path, caisses: Iterable[str], practitioners: Iterable[str], now: datetime) -> None:
    """Make what is missing in `folder`: root, frontal, caisses, practitioners (by number).

    A pair counts as made once its certificate is there, written after its key. Raises `CertificateRefused`
    when the root that is there is broken.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    since = now - HEAD_START
    root = _root(folder, since)
    _issue_pairs(folder, root, FRONTAL, "Frontal de démonstration", since)
    for caisse in caisses:
        _issue_pairs(folder, root, of_caisse(caisse), f"Caisse {caisse}", since)
    for number in practitioners:
        _issue_pairs(folder, root, of_practitioner(number), f"Praticien {number}", since, number)
    if not _certificate(folder, STRANGER, Usage.SIGN).exists():
        stranger = Authority.create("Autorité étrangère à la démonstration", since, ROOT_YEARS)
        _issue(folder, stranger, STRANGER, "Signataire étranger", Usage.SIGN, since, "")


def identity(folder: Path, name: str, usage: Usage) -> Identity:
    """Read a key and its certificate; raises `CertificateRefused` when one is missing or broken."""
    path = _certificate(folder, name, usage)
    return Identity.from_pem(_read(path.with_suffix(".key")), _read(path))


def certificate_pem(folder: Path, name: str, usage: Usage) -> bytes:
    """Read a certificate and its issuers, PEM; raises `CertificateRefused` when it is missing."""
    return _read(_certificate(folder, name, usage))


def roots(folder: Path) -> tuple[x509.Certificate, ...]:
    """Read the authorities that the demonstration trusts."""
    return load_certificates(_read(folder / f"{ROOT}.crt"))


def _root(folder: Path, since: datetime) -> Authority:
    path = folder / f"{ROOT}.crt"
    if path.exists():
        return Authority.load(_read(path.with_suffix(".key")), _read(path))
    root = Authority.create("Racine de démonstration SCOR-Ouvert", since, ROOT_YEARS)
    key, certificates = root.save()
    write_durably(path.with_suffix(".key"), key)
    write_durably(path, certificates)
    return root


def _issue_pairs(folder: Path, root: Authority, name: str, holder: str, since: datetime, number: str = "") -> None:
    for usage in Usage:
        if not _certificate(folder, name, usage).exists():
            _issue(folder, root, name, holder, usage, since, number)


def _issue(
    folder: Path, authority: Authority, name: str, holder: str, usage: Usage, since: datetime, number: str
) -> None:
    path = _certificate(folder, name, usage)
    key, chain = authority.issue(f"{holder}, {SUFFIX[usage]}", usage, since, DAYS, number=number)
    write_durably(path.with_suffix(".key"), key)
    write_durably(path, chain)


def _certificate(folder: Path, name: str, usage: Usage) -> Path:
    return folder / f"{name}-{SUFFIX[usage]}.crt"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise CertificateRefused(
            f"Le fichier « {path.name} » de la démonstration est absent ou illisible.",
            "Recréez-la dans un dossier vide (scor-tui caisse --initialiser).",
        ) from None

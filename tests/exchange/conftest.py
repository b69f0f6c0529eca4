"""An invented region: an authority, a frontal, two caisses and a practitioner, each with two keys."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace

import pytest

from scor_tui.domain.pieces import PieceType, Support
from scor_tui.domain.ports import Recipient
from scor_tui.domain.wire import (
    CaisseId,
    DossierEntry,
    DossiersOfLot,
    FseContent,
    FseEntry,
    LotContent,
    PieceEntry,
    Reference,
    Sender,
    Sign,
)
from scor_tui.exchange.authority import Authority
from scor_tui.exchange.certificates import Identity, Usage
from scor_tui.exchange.directory import DirectoryOfCertificates
from scor_tui.exchange.receiving import ReceivingEnd
from scor_tui.exchange.scor_ouvert import ScorOuvert

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
CAISSE, OTHER_CAISSE = CaisseId("01", "996", "0000"), CaisseId("02", "997", "000")
UUID = "3f0c7a52-6a38-4f0e-9a5d-0d6f5c1b2a90"
PDF = b"%PDF-1.4\r\n\x00\x01\r\r\n\n--scor-\r\n" + bytes(range(256)) * 8 + b"%%EOF\r\n\r\n"


@dataclass(frozen=True)
class Pair:
    """A holder's key and certificate, as files hold them and as the program does."""

    key_pem: bytes
    certificate_pem: bytes

    @cached_property
    def identity(self) -> Identity:
        return Identity.from_pem(self.key_pem, self.certificate_pem)


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority.create("Autorité de démonstration", NOW.replace(year=2025), 10)


@pytest.fixture(scope="session")
def pki(authority: Authority) -> SimpleNamespace:
    since = NOW.replace(month=1)

    def pair(name: str, usage: Usage, number: str = "") -> Pair:
        return Pair(*authority.issue(name, usage, since, number=number))

    return SimpleNamespace(
        frontal_sign=pair("Frontal de démonstration", Usage.SIGN),
        frontal=pair("Frontal de démonstration", Usage.ENCRYPT),
        caisse_sign=pair("Caisse de démonstration", Usage.SIGN),
        caisse=pair("Caisse de démonstration", Usage.ENCRYPT),
        other_sign=pair("Autre caisse", Usage.SIGN),
        other=pair("Autre caisse", Usage.ENCRYPT),
        practitioner_sign=pair("Camille INVENTÉE", Usage.SIGN, "991234567"),
        practitioner=pair("Camille INVENTÉE", Usage.ENCRYPT, "991234567"),
    )


def recipient(pki: SimpleNamespace, caisse: CaisseId = CAISSE) -> Recipient:
    mine = caisse == CAISSE
    return Recipient(
        caisse=caisse,
        name="Caisse de démonstration",
        address="caisse@frontal.invalid",
        content_certificate=(pki.caisse if mine else pki.other).certificate_pem,
        transport_certificate=pki.frontal.certificate_pem,
        signing_certificate=(pki.caisse_sign if mine else pki.other_sign).certificate_pem,
    )


@pytest.fixture(scope="session")
def directory(pki: SimpleNamespace, authority: Authority) -> DirectoryOfCertificates:
    recipients = [recipient(pki), recipient(pki, OTHER_CAISSE)]
    return DirectoryOfCertificates(recipients, [authority.root_pem], [pki.frontal_sign.certificate_pem])


@pytest.fixture(scope="session")
def practice(pki: SimpleNamespace, directory: DirectoryOfCertificates) -> ScorOuvert:
    reading = [pki.practitioner.identity]
    return ScorOuvert(pki.practitioner_sign.identity, reading, directory, "cabinet@bal.invalid")


@pytest.fixture(scope="session")
def frontal(pki: SimpleNamespace, authority: Authority) -> ReceivingEnd:
    caisses = {CAISSE: [pki.caisse.identity], OTHER_CAISSE: [pki.other.identity]}
    return ReceivingEnd([pki.frontal.identity], caisses, authority.certificates)


def numerique(number: int, pdf: bytes = PDF) -> PieceEntry:
    return PieceEntry(
        number=number,
        type=PieceType.ORDN,
        support=Support.NUMERIQUE,
        prescription_date=date(2026, 11, 2),
        prescriber="10001234567",
        pages=1,
        bytes=len(pdf),
        dpi=300,
        sha256=hashlib.sha256(pdf).hexdigest(),
        legible_at=NOW,
        legible_by="Camille INVENTÉE",
        pdf=pdf,
    )


@pytest.fixture(scope="session")
def lot() -> LotContent:
    reference = Reference("00000000-0000-4000-8000-000000000001", "261101001", date(2026, 11, 1), posted=True)
    first = DossierEntry(
        "261121001",
        date(2026, 11, 21),
        degraded=False,
        pieces=(numerique(1), PieceEntry(2, PieceType.AUTP, Support.PAPIER)),
        fse_arl_date=date(2026, 11, 21),
        fse_arl_sign=Sign.POSITIVE,
    )
    second = DossierEntry(
        "261121002",
        date(2026, 11, 21),
        degraded=True,
        pieces=(
            PieceEntry(3, PieceType.ORDN, Support.REFERENCE, date(2026, 11, 1), reference=reference),
            replace(numerique(4, b"%PDF-1.4 \r\n.\r\r\n\r\n"), type=PieceType.FSNC, legible_by="générée"),
        ),
    )
    groups = (DossiersOfLot("007", 2026, (first,)), DossiersOfLot("008", 2026, (second,)))
    sender = Sender("991234567", "infirmière", 'Camille INVENTÉE & "Cie" <x>', "997654321")
    return LotContent(UUID, "000042", NOW, sender, CAISSE, groups)


@pytest.fixture(scope="session")
def fse() -> FseContent:
    factures = (FseEntry("261121001", date(2026, 11, 21), False, 2750, 1650, 1100, "P-0001"),)
    sender = Sender("991234567", "infirmière", "Camille INVENTÉE")
    return FseContent(UUID, "007", 2026, NOW, sender, CAISSE, factures)


@pytest.fixture(scope="session")
def world() -> SimpleNamespace:
    """What tests share and cannot import."""
    return SimpleNamespace(
        NOW=NOW, CAISSE=CAISSE, OTHER_CAISSE=OTHER_CAISSE, PDF=PDF, numerique=numerique, recipient=recipient
    )


Tool = Callable[..., subprocess.CompletedProcess[bytes]]


def _tool(name: str) -> Tool:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} est absent : le juge indépendant n'a PAS jugé")

    def run(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([path, *map(str, arguments)], input=stdin, capture_output=True, check=False)

    return run


@pytest.fixture(scope="session")
def openssl() -> Tool:
    return _tool("openssl")


@pytest.fixture(scope="session")
def xmllint() -> Tool:
    return _tool("xmllint")


@pytest.fixture(scope="session")
def files(pki: SimpleNamespace, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The PEM files of everybody, for openssl."""
    folder = tmp_path_factory.mktemp("pki")
    (folder / "root.crt").write_bytes(authority.root_pem)
    for name, pair in vars(pki).items():
        (folder / f"{name}.key").write_bytes(pair.key_pem)
        (folder / f"{name}.crt").write_bytes(pair.certificate_pem)
    return folder

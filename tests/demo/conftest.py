"""A practice that is a stranger to the caisse: it has certificates, mailboxes, and the exchange format."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from scor_tui.demo import pki
from scor_tui.demo.caisse import Caisse, initialise
from scor_tui.demo.cases import CPAM, MSA, ORDN, Variant
from scor_tui.demo.layout import FRONTAL, Layout, of_caisse, of_practitioner
from scor_tui.demo.papers import Paper, scans
from scor_tui.demo.population import Population, build
from scor_tui.domain.pieces import PieceType, Support
from scor_tui.domain.ports import Recipient
from scor_tui.domain.wire import (
    Arl,
    CaisseId,
    DossierEntry,
    DossiersOfLot,
    FseContent,
    FseEntry,
    LotContent,
    NoemieReturn,
    PieceEntry,
    Reference,
    SealedLot,
    Sender,
)
from scor_tui.exchange.certificates import Usage
from scor_tui.exchange.directory import DirectoryOfCertificates
from scor_tui.exchange.scor_ouvert import ScorOuvert
from scor_tui.imaging import convert
from scor_tui.mail.maildir import Maildir

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
KINE, NURSE = "991234568", "997654322"


@dataclass
class FixedClock:
    """A clock that only a test moves."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def advance(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


def numerique(pdf: bytes, kind: PieceType = ORDN) -> PieceEntry:
    return PieceEntry(
        number=0,
        type=kind,
        support=Support.NUMERIQUE,
        prescription_date=NOW.date(),
        pages=1,
        bytes=len(pdf),
        dpi=300,
        sha256=hashlib.sha256(pdf).hexdigest(),
        legible_at=NOW,
        legible_by="Test",
        pdf=pdf,
    )


def by_post(kind: PieceType = ORDN) -> PieceEntry:
    return PieceEntry(number=0, type=kind, support=Support.PAPIER)


def referring(lot: str, facture: str, kind: PieceType = ORDN, *, posted: bool = False) -> PieceEntry:
    reference = Reference(lot, facture, NOW.date(), posted)
    return PieceEntry(number=0, type=kind, support=Support.REFERENCE, reference=reference)


@dataclass
class Client:
    """One practitioner of a practice, as the caisse meets it."""

    folder: Path
    clock: FixedClock
    number: str = KINE
    caisse_name: str = CPAM
    _counter: list[int] = field(default_factory=lambda: [0])

    def __post_init__(self) -> None:
        self.layout = Layout(self.folder)
        folder = self.layout.pki
        recipients = [
            Recipient(
                CaisseId.parse(name),
                name,
                f"{of_caisse(name)}@poste.invalid",
                pki.certificate_pem(folder, of_caisse(name), Usage.ENCRYPT),
                pki.certificate_pem(folder, FRONTAL, Usage.ENCRYPT),
                pki.certificate_pem(folder, of_caisse(name), Usage.SIGN),
            )
            for name in (CPAM, MSA)
        ]
        directory = DirectoryOfCertificates(
            recipients,
            [(folder / "racine.crt").read_bytes()],
            [pki.certificate_pem(folder, FRONTAL, Usage.SIGN)],
        )
        self.codec = ScorOuvert(
            pki.identity(folder, of_practitioner(self.number), Usage.SIGN),
            [pki.identity(folder, of_practitioner(self.number), Usage.ENCRYPT)],
            directory,
            f"{of_practitioner(self.number)}@poste.invalid",
        )
        self.inbox = Maildir(self.layout.mailbox(self.number))

    @property
    def recipient(self) -> CaisseId:
        return CaisseId.parse(self.caisse_name)

    @property
    def sender(self) -> Sender:
        return Sender(self.number, "26", "MASSEUR Honoré")

    def post(self, message: bytes) -> None:
        Maildir(self.layout.inbox).deliver(message)

    def send_fse(self, *factures: str, degraded: bool = False, flux: str = "FSE") -> FseContent:
        self._counter[0] += 1
        lot = FseContent(
            uuid=str(uuid.uuid4()),
            lot=f"{self._counter[0]:03d}",
            year=2026,
            created=self.clock.now(),
            sender=self.sender,
            recipient=self.recipient,
            factures=tuple(FseEntry(facture, NOW.date(), degraded, 6129, 3678, 0, "0001") for facture in factures),
            flux=flux,
        )
        sealed = self.codec.seal_fse(lot, self.clock.now())
        self.post(self.codec.mail(sealed, self.recipient, 1, self.clock.now())[1])
        return lot

    def lot(self, dossiers: dict[str, list[PieceEntry]], *, degraded: bool = False) -> LotContent:
        numbers = iter(range(1, 1000))
        entries = tuple(
            DossierEntry(
                facture,
                NOW.date(),
                degraded,
                tuple(PieceEntry(**{**vars(piece), "number": next(numbers)}) for piece in pieces),
            )
            for facture, pieces in dossiers.items()
        )
        return LotContent(
            uuid=str(uuid.uuid4()),
            number="000231",
            created=self.clock.now(),
            sender=self.sender,
            recipient=self.recipient,
            groups=(DossiersOfLot("001", 2026, entries),),
        )

    def send_lot(
        self, dossiers: dict[str, list[PieceEntry]], *, degraded: bool = False
    ) -> tuple[LotContent, SealedLot]:
        lot = self.lot(dossiers, degraded=degraded)
        sealed = self.codec.seal_lot(lot, self.clock.now())
        self.resend(sealed, 1)
        return lot, sealed

    def resend(self, sealed: SealedLot, attempt: int) -> bytes:
        message = self.codec.mail(sealed, self.recipient, attempt, self.clock.now())[1]
        self.post(message)
        return message

    def raw_answers(self) -> list[bytes]:
        """Take what lies in the BAL."""
        messages = [(key, self.inbox.read(key)) for key in self.inbox.waiting()]
        for key, _ in messages:
            self.inbox.take(key)
        return [content for _, content in messages]

    def answers(self) -> list[Arl | NoemieReturn]:
        return [self.codec.open_return(message, self.clock.now()) for message in self.raw_answers()]

    def arl(self) -> Arl:
        (answer,) = self.answers()
        assert isinstance(answer, Arl)
        return answer


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Making keys takes a second or two: all tests copy the same ones."""
    folder = tmp_path_factory.mktemp("pki") / "demonstration"
    initialise(folder, (KINE, NURSE), NOW - timedelta(days=30))
    return folder


@pytest.fixture
def folder(made_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made_once, tmp_path / "demonstration"))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def client(folder: Path, clock: FixedClock) -> Client:
    return Client(folder, clock)


@pytest.fixture
def caisse(folder: Path, clock: FixedClock) -> Caisse:
    return Caisse(folder, clock)


@pytest.fixture
def misbehave(folder: Path) -> Callable[[dict[str, Any]], None]:
    def write(factures: dict[str, Any]) -> None:
        document = {"format": "scor-tui-scenarios", "version": 1, "factures": factures}
        Layout(folder).scenarios.write_text(json.dumps(document), encoding="utf-8")

    return write


@pytest.fixture(scope="session")
def population() -> Population:
    return build(7, NOW.date())


Scan = Callable[..., bytes]


@pytest.fixture(scope="session")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Scan:
    """Give the PDF that a practice makes of an ordonnance; each is converted once."""
    folder, made = tmp_path_factory.mktemp("scans"), {}

    def pdf_of(variant: Variant = Variant.GOOD, seed: int = 7, kind: PieceType = ORDN, case: str = "simple-1") -> bytes:
        key = (variant, seed, kind, case)
        if key not in made:
            facture = build(seed, NOW.date()).by_case[case]
            page = folder / f"{len(made)}.jpg"
            page.write_bytes(scans(Paper(kind, variant, facture, facture.prescription, seed=seed))[0])
            made[key] = convert([page]).pdf
        return made[key]

    return pdf_of


@pytest.fixture(scope="session")
def forged() -> Callable[[str], bytes]:
    """Give a PDF that no door of the practice would let out: `blanc`, `couleur` or `60dpi`."""

    def make(what: str) -> bytes:
        import img2pdf

        dpi = 60 if what == "60dpi" else 200
        size = (round(8.27 * dpi), round(11.69 * dpi))
        out = io.BytesIO()
        if what == "couleur":
            image = Image.new("RGB", size, (250, 250, 240))
            image.paste((200, 30, 30), (200, 300, 900, 700))
            image.save(out, "JPEG", dpi=(dpi, dpi))
        else:
            bilevel = Image.new("1", size, 1)
            if what == "60dpi":
                bilevel.paste(0, (60, 80, 300, 140))
            bilevel.save(out, "TIFF", compression="group4", dpi=(dpi, dpi), tiffinfo={278: size[1]})
        pdf: bytes = img2pdf.convert(out.getvalue(), nodate=True)
        return pdf

    return make


@pytest.fixture(scope="session")
def pieces() -> Any:
    """The three ways in which a piece stands in a lot."""

    class Pieces:
        numerique = staticmethod(numerique)
        by_post = staticmethod(by_post)
        referring = staticmethod(referring)

    return Pieces

"""What the program leaves behind, judged by the standard tools; and the papers that go in."""

from __future__ import annotations

import email
import queue
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import Message
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from PIL import Image, ImageDraw, ImageFont

SECONDS = 120
"""Far more than a caisse takes to answer: a test that hangs must fail."""

XSD = files("scor_tui.exchange") / "schemas"


def needed(*tools: str) -> None:
    """Skip, aloud, when a judge is absent."""
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"NOT JUDGED in this run: {', '.join(missing)} not installed")


@pytest.fixture(scope="session")
def listen() -> Callable[[subprocess.Popen[str]], Callable[[str], str]]:
    """Wait for what a process says: the first of its lines that holds some words, or the test fails."""

    def to(process: subprocess.Popen[str]) -> Callable[[str], str]:
        said: queue.Queue[str] = queue.Queue()
        output = process.stdout
        assert output is not None
        threading.Thread(target=lambda: [said.put(line) for line in chain(output, [""])], daemon=True).start()

        def hear(words: str) -> str:
            until = time.monotonic() + SECONDS
            while words not in (line := said.get(timeout=max(0.0, until - time.monotonic()))):
                assert line, f"the process ended without saying « {words} »"
            return line

        return hear

    return to


# --- papers ----------------------------------------------------------------------------------------------

LINES = (
    "Docteur Camille EXEMPLE, médecin généraliste",
    "12, rue des Essais, 99999 VILLE-INVENTÉE",
    "Madame Nathalie ESSAI",
    "20 séances de rééducation du genou droit, à domicile,",
    "trois fois par semaine, y compris dimanches et jours fériés.",
    "À renouveler une fois si la raideur demeure.",
)


@pytest.fixture
def paper(tmp_path: Path) -> Callable[..., Path]:
    """Scan an invented ordonnance: a grey page of A4 at 300 dpi, with words of its own at its head."""

    def scan(title: str = "Ordonnance") -> Path:
        page = Image.new("L", (2480, 3508), 238)
        pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=52)
        for number, line in enumerate((title, *LINES * 4)):
            pen.text((240, 300 + 115 * number), line, fill=35, font=font)
        path = tmp_path / f"{title}.png"
        page.save(path, dpi=(300, 300))
        return path

    return scan


# --- mails, read by the standard library and opened by openssl -------------------------------------------


@dataclass(frozen=True)
class Mail:
    """A message of a Maildir: its subject, what it carries, and whether it was taken (`cur`)."""

    path: Path
    message: Message = field(repr=False)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def kind(self) -> str:
        """LOT, FSE, ARL or NOEMIE, as the subject says; empty for a message of somebody else."""
        words = self.subject.split()
        return words[1] if words[:1] == ["SCOR-OUVERT/1"] else ""

    @property
    def body(self) -> bytes:
        decoded = self.message.get_payload(decode=True)
        assert isinstance(decoded, bytes)
        return decoded

    @property
    def taken(self) -> bool:
        return self.path.parent.name == "cur"


def mails_of(maildir: Path) -> list[Mail]:
    paths = [path for folder in ("new", "cur") for path in sorted((maildir / folder).iterdir())]
    return [Mail(path, email.message_from_bytes(path.read_bytes())) for path in paths]


@dataclass(frozen=True)
class OtherEnd:
    """The folder of the other end, read with nothing but its PEM files, its Maildirs, and openssl."""

    folder: Path
    work: Path

    @property
    def lots(self) -> list[Mail]:
        """What the practices sent to the frontal about pieces."""
        return [mail for mail in self.inbox if mail.kind == "LOT"]

    @property
    def inbox(self) -> list[Mail]:
        return mails_of(self.folder / "poste" / "frontal")

    @property
    def answers(self) -> dict[str, list[Mail]]:
        """What lies in each BAL, by the practitioner's name in the PKI."""
        boxes = sorted((self.folder / "poste").glob("praticien-*"))
        return {box.name: mails_of(box) for box in boxes}

    def pem(self, name: str) -> Path:
        return self.folder / "pki" / name

    def decrypt(self, der: bytes, holder: str) -> bytes | None:
        """Open an envelope with somebody's key; None when openssl cannot."""
        key, certificate = self.pem(f"{holder}-chiffrement.key"), self.pem(f"{holder}-chiffrement.crt")
        return self._cms(der, "-decrypt", "-binary", "-inkey", key, "-recip", certificate)

    def verify(self, der: bytes) -> bytes | None:
        """Return what was signed under the root of this folder; None when openssl refuses."""
        return self._cms(der, "-verify", "-binary", "-purpose", "any", "-CAfile", self.pem("racine.crt"))

    def entity(self, lot: Mail) -> Message:
        """Return the signed MIME entity of a lot, opened with the transport key."""
        signed = self.decrypt(lot.body, "frontal")
        assert signed is not None
        clear = self.verify(signed)
        assert clear is not None
        return email.message_from_bytes(clear)

    def _cms(self, der: bytes, *options: object) -> bytes | None:
        (self.work / "entree").write_bytes(der)
        command = ["openssl", "cms", "-inform", "DER", "-in", "entree", "-out", "sortie", *map(str, options)]
        (self.work / "sortie").unlink(missing_ok=True)
        done = subprocess.run(command, cwd=self.work, capture_output=True, check=False)
        return (self.work / "sortie").read_bytes() if done.returncode == 0 else None


@pytest.fixture(scope="session")
def opened_at(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], OtherEnd]:
    """Look at the folder of an other end with openssl."""
    needed("openssl")
    return lambda folder: OtherEnd(folder, tmp_path_factory.mktemp("openssl"))


def parts_of(entity: Message) -> list[tuple[str, bytes]]:
    """Return the parts of a signed entity: file name and bytes, as any MIME reader finds them."""
    found = []
    for part in entity.walk():
        if not part.is_multipart():
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            found.append((part.get_filename() or "", content))
    return found


def index_of(document: bytes) -> Element:
    """Return an XML document without its namespace, to be searched by plain names."""
    root = ElementTree.fromstring(document)  # noqa: S314 - verified by openssl just before
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


@dataclass(frozen=True)
class Reading:
    """What the tests read with: helpers without state."""

    mails = staticmethod(mails_of)
    parts = staticmethod(parts_of)
    index = staticmethod(index_of)
    needed = staticmethod(needed)


@pytest.fixture(scope="session")
def reading() -> Reading:
    return Reading()


@pytest.fixture
def judge(tmp_path: Path) -> Callable[[Sequence[object]], subprocess.CompletedProcess[str]]:
    """Run a standard tool; whatever it says is returned."""

    def run(command: Sequence[object]) -> subprocess.CompletedProcess[str]:
        needed(str(command[0]))
        words = [str(word) for word in command]
        return subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def schema(judge: Callable[..., Any], tmp_path: Path) -> Callable[[bytes, str], bool]:
    """Whether xmllint accepts a document against one of the package's schemas."""

    def accepts(document: bytes, name: str) -> bool:
        (tmp_path / "document.xml").write_bytes(document)
        done = judge(["xmllint", "--nonet", "--noout", "--schema", XSD / name, tmp_path / "document.xml"])
        return bool(done.returncode == 0)

    return accepts


# --- the story of the demonstration, played once ---------------------------------------------------------


@dataclass(frozen=True)
class Played:
    """The demonstration after its last day: what it answered, and where it lies."""

    folder: Path
    facts: dict[str, Any]


@pytest.fixture(scope="session")
def played(scor: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder = tmp_path_factory.mktemp("demonstration") / "D"
    ran = scor("demo", "--sans-ecran", "--dossier", folder, "--graine", "7", "--json")
    return Played(folder, ran.json)

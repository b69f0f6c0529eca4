"""A practice with its caisses: made from a TOML and CSV files, its post in Maildirs, its clock in a test's hand."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from scor_tui import imaging
from scor_tui.demo import pki
from scor_tui.demo.caisse import Caisse, initialise
from scor_tui.demo.layout import FRONTAL, STRANGER, Layout, of_caisse, of_practitioner
from scor_tui.demo.noemie_writer import NoemiePayment, NoemieReject, NoemieSender, noemie_file
from scor_tui.domain.pieces import PieceType
from scor_tui.domain.status import Status
from scor_tui.domain.wire import Arl, ArlKind, CaisseId, DossierVerdict, Refusal, Sign
from scor_tui.exchange.authority import Authority
from scor_tui.exchange.certificates import Identity, Usage
from scor_tui.exchange.mails import read_mail
from scor_tui.exchange.receiving import OpenedLot, ReceivingEnd
from scor_tui.mail.maildir import Maildir
from scor_tui.services import acquire, dossiers, importing, poll, setup, transmit
from scor_tui.services.acquire import Labels
from scor_tui.services.cabinet import Cabinet, open_cabinet
from scor_tui.services.reports import Account
from scor_tui.store.models import Dossier, Facture, JournalEntry, LotSCOR, Message, PaperRow, Piece

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
KINE, NURSE, SUBSTITUTE = "991234568", "997654322", "992345671"
CPAM, MSA = "01-996-0000", "09-761-0000"
PATIENTS = {"P1": ("TILLEUL", "Odette", CPAM), "P2": ("ROSEAU", "Marin", MSA), "P3": ("BRUYÈRE", "Jeanne", CPAM)}
UNSAID = object()


@dataclass
class Clock:
    """A clock that only a test moves."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def advance(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


def nir_of(number: int) -> str:
    body = f"2550699{number:06d}"
    return f"{body}{97 - int(body) % 97:02d}"


def table(kind: str, rows: Sequence[dict[str, Any]]) -> str:
    """Return the CSV of an import file."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [f"#scor-tui-import;1;{kind}", ";".join(names)]
    lines += [";".join(str(row.get(name, "")) for name in names) for row in rows]
    return "\n".join(lines) + "\n"


@cache
def page(text: str = "Ordonnance", dpi: int = 200, ink: int = 0, paper: int = 255) -> bytes:
    """Return an A5 page as a grey PNG, written by a machine, its dpi declared."""
    image = Image.new("L", (round(5.83 * dpi), round(8.27 * dpi)), paper)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size=round(0.14 * dpi))
    for line in range(20):
        draw.text((0.6 * dpi, (0.6 + 0.3 * line) * dpi), f"{text}, ligne {line} lisible", font=font, fill=ink)
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(dpi, dpi))
    return out.getvalue()


@cache
def pdf_of(text: str = "Ordonnance", dpi: int = 200) -> bytes:
    """Return a compliant PDF of one A5 page."""
    import img2pdf

    with Image.open(io.BytesIO(page(text, dpi))) as grey:
        bilevel, out = grey.point(lambda value: 255 if value > 128 else 0).convert("1"), io.BytesIO()
    bilevel.save(out, "TIFF", compression="group4", dpi=(dpi, dpi), tiffinfo={278: bilevel.height})
    pdf: bytes = img2pdf.convert(out.getvalue(), nodate=True)
    return pdf


def toml(layout: Layout, *, scor: bool = True, caisses: Sequence[str] = (CPAM, MSA), extra: str = "") -> str:
    """Return the settings of the practice, as its practitioner would write them."""
    blocks = ['[cabinet]\nnom = "Cabinet des Tilleuls"']
    for number, name in ((KINE, "MASSEUR"), (NURSE, "INFIRMIÈRE")):
        stem = f"{layout.pki}/praticien-{number}"
        start = "debut_scor = 2026-11-01" if scor else ""
        blocks.append(
            f'[[praticiens]]\nnumero = "{number}"\nnom = "{name}"\nprenom = "Honoré"\nprofession = "26"\n{start}\n'
            f'[praticiens.certificats]\nsignature = "{stem}-signature.crt"\nsignature_cle = "{stem}-signature.key"\n'
            f'chiffrement = "{stem}-chiffrement.crt"\nchiffrement_cle = "{stem}-chiffrement.key"\n'
            f'[praticiens.courrier]\ntype = "maildir"\nadresse = "praticien-{number}@poste.invalid"\n'
            f'boite = "{layout.mailbox(number)}"\nenvoi = "{layout.inbox}"'
        )
    blocks.append(f'[[remplacants]]\nnumero = "{SUBSTITUTE}"\nnom = "RELÈVE"\ntitulaire = "{KINE}"')
    blocks += [caisse_toml(layout, name) for name in caisses]
    blocks.append(f'[autorites]\nracines = ["{layout.pki}/racine.crt"]')
    return "\n\n".join([*blocks, extra])


def caisse_toml(layout: Layout, name: str, *, certificates: bool = True, limit: int = 10_000_000) -> str:
    lines = [f'[[caisses]]\nidentifiant = "{name}"\nnom = "Caisse {name}"\nadresse_postale = "Service SCOR, ESSAI"']
    lines.append(f'courrier = "caisse-{name}@poste.invalid"\ntaille_max = {limit}')
    if certificates:
        stem = f"{layout.pki}/{of_caisse(name)}"
        lines.append(f'certificat = "{stem}-chiffrement.crt"\nsignature = "{stem}-signature.crt"')
        lines.append(f'frontal = "{layout.pki}/frontal-chiffrement.crt"')
        lines.append(f'frontal_signature = "{layout.pki}/frontal-signature.crt"')
    return "\n".join(lines)


@dataclass
class Practice:
    """The practice under test, in the words of its practitioner; and what its caisse would answer."""

    root: Path
    layout: Layout
    clock: Clock
    cabinet: Cabinet
    _factures: int = field(default=0)
    _fse_lots: int = field(default=0)

    # --- what happens in the practice ---------------------------------------------------------------------

    def import_text(self, text: str | bytes, name: str = "import.csv") -> Any:
        path = self.root / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return importing.import_file(self.cabinet, path)

    def prescription(self, number: str, patient: str = "P1", *, dsi: bool = False, practitioner: str = KINE) -> str:
        row = {"numero": number, "patient": patient, "praticien": practitioner, "date": "2026-11-02"}
        row |= {"prescripteur": "INCONNU", "actes": "10 AMS 7,5", "dsi": "oui" if dsi else "non"}
        self.import_text(table("prescriptions", [row]))
        return number

    def facture(
        self,
        prescription: str = "",
        *,
        patient: str = "P1",
        degraded: bool = False,
        arl: str = UNSAID,  # type: ignore[assignment]  # said or not
        sent: bool = True,
        paid: bool = False,
        day: str = "2026-11-20",
        practitioner: str = KINE,
        caisse: str = "",
        remplacant: str = "",
        flux: str = "FSE",
        number: str = "",
    ) -> str:
        """Import a facture; by default its FSE was sent yesterday, with a positive ARL if it is secured."""
        self._factures += 1
        number = number or f"261120{self._factures:03d}"
        sign = ("" if degraded else "+") if arl is UNSAID else arl
        row = {"numero": number, "patient": patient, "prescription": prescription, "praticien": practitioner}
        row |= {"date": day, "mode": "degradee" if degraded else "securisee", "flux": flux, "remplacant": remplacant}
        row |= {"caisse": caisse or PATIENTS[patient][2], "total": "61,29", "amo": "36,78"}
        if sent:
            self._fse_lots += 1
            row |= {"fse_lot": f"{self._fse_lots:03d}", "fse_envoyee_le": day}
            row |= {"fse_arl": sign, "fse_arl_le": day if sign else ""}
        row |= {"noemie_payee_le": "2026-11-20"} if paid else {}
        self.import_text(table("factures", [row]))
        return number

    def scan(self, kind: str = "O", *, to: str, text: str = "", paper: bool = False, pages: bool = True) -> Piece:
        """Save a piece of a prescription (its number begins with a letter) or of a facture."""
        type_ = PieceType.of_letter(kind)
        where = {"prescription": to} if to[0].isalpha() else {"facture": to}
        pdf = pdf_of(text or f"{kind} de {to}") if pages else None
        owner = acquire.owner_of(**where, kind=type_)
        return acquire.add(self.cabinet, owner, type_, pdf, legible=not paper, on_paper=paper, said=Labels())

    def ready(self, patient: str = "P1", *, kind: str = "O", **facts: Any) -> str:
        """Return a facture that only has to leave: its prescription is scanned, its FSE accepted."""
        prescription = self.prescription(
            f"R{self._factures + 1}", patient, practitioner=facts.get("practitioner", KINE)
        )
        number = self.facture(prescription, patient=patient, **facts)
        self.scan(kind, to=prescription)
        return number

    def transmit(self, *only: str, **how: Any) -> Account:
        return transmit.transmit(self.cabinet, only, **how)

    def poll(self) -> Account:
        return poll.poll(self.cabinet)

    def wait_for_silence(self) -> Account:
        self.clock.advance(hours=49)
        return self.poll()

    # --- what one can see ----------------------------------------------------------------------------------

    def dossier(self, facture: str) -> Dossier:
        return dossiers.by_facture(facture)

    def status(self, facture: str) -> Status:
        return self.dossier(facture).status  # type: ignore[no-any-return]  # peewee

    def rows(self) -> dict[str, Any]:
        return {row.facture: row for row in dossiers.to_send()}

    def lot(self, facture: str) -> LotSCOR:
        return self.dossier(facture).lot

    def register(self) -> dict[int, PaperRow]:
        return {row.piece_id: row for row in PaperRow.select()}

    def journal(self, event: str) -> list[JournalEntry]:
        return list(JournalEntry.select().where(JournalEntry.event == event).order_by(JournalEntry.id))

    def messages(self) -> list[str]:
        return [row.state.value for row in Message.select().order_by(Message.id)]

    # --- what travels ---------------------------------------------------------------------------------------

    def mails(self) -> list[bytes]:
        """Return every mail ever put into the frontal's mailbox, oldest first."""
        found = [path for part in ("new", "cur") for path in (self.layout.inbox / part).iterdir()]
        return [path.read_bytes() for path in sorted(found, key=lambda path: path.stat().st_mtime_ns)]

    def envelopes(self) -> list[bytes]:
        return [read_mail(mail).envelope() for mail in self.mails()]

    @property
    def frontal(self) -> ReceivingEnd:
        folder = self.layout.pki
        keys = {CaisseId.parse(name): [pki.identity(folder, of_caisse(name), Usage.ENCRYPT)] for name in (CPAM, MSA)}
        return ReceivingEnd([pki.identity(folder, FRONTAL, Usage.ENCRYPT)], keys, pki.roots(folder))

    def opened(self, number: int = -1) -> OpenedLot:
        """Open one of the mails as the caisse does."""
        return self.frontal.open_lot(self.mails()[number], self.clock.now())

    def caisse(self) -> Any:
        """Let the demonstration caisse take its mail and answer."""
        return Caisse(self.layout.folder, self.clock).run_once()

    # --- what the caisse answers, word by word --------------------------------------------------------------

    def arl(
        self,
        facture: str,
        sign: str = "+",
        *refusals: Refusal,
        lot: LotSCOR | None = None,
        digest: str = "",
        issuer: str = "",
        signer: str = "",
        whole: bool = False,
        also: Sequence[DossierVerdict] = (),
        to: str = KINE,
        at: datetime | None = None,
    ) -> None:
        """Put an ARL SCOR into the BAL: a verdict on one dossier (`whole`: on the lot, naming none)."""
        lot = lot or self.lot(facture)
        verdicts = () if whole else (DossierVerdict(facture, Sign(sign), refusals), *also)
        caisse = issuer or lot.caisse.identifier
        overall = Sign(sign) if whole else max((one.sign for one in verdicts), key=lambda one: one is Sign.NEGATIVE)
        arl = Arl(
            ArlKind.SCOR,
            lot.uuid,
            digest or lot.digest,
            at or self.clock.now(),
            overall,
            caisse,
            verdicts,
            refusals if whole else (),
        )
        self.answer(arl, signer or of_caisse(caisse), to)

    def answer(self, arl: Arl, signer: str, to: str = KINE) -> None:
        folder = self.layout.pki
        identity = pki.identity(folder, signer, Usage.SIGN)
        end = ReceivingEnd([], {}, (*pki.roots(folder), *(identity.chain if signer == STRANGER else ())))
        reader = pki.certificate_pem(folder, of_practitioner(to), Usage.ENCRYPT)
        mail = end.seal_arl(
            arl, identity, reader, sender=f"{signer}@poste.invalid", recipient=f"p-{to}@poste.invalid",
            now=self.clock.now(),
        )  # fmt: skip
        self.deliver(mail, to)

    def frontal_refuses(self, facture: str, to: str = KINE, *, digest: str = "", message_id: str = "") -> None:
        """Put the frontal's refusal of the last mail of a lot into the BAL."""
        lot = self.lot(facture)
        attempt = lot.attempts[-1]
        arl = Arl(
            ArlKind.SCOR,
            "",
            "",
            self.clock.now(),
            Sign.NEGATIVE,
            FRONTAL,
            refusals=(Refusal("SO-TEC-ENVELOPPE", "enveloppe impossible à ouvrir"),),
            message_id=message_id or attempt.message_id,
            envelope_digest=digest or lot.envelope_digest,
        )
        self.answer(arl, FRONTAL, to)

    def noemie(self, facture: str, *, state: str = "P", caisse: str = CPAM, to: str = KINE, paid: int = 3678) -> bytes:
        """Put a NOEMIE return into the BAL; returns the flat file too."""
        row = Facture.get(Facture.number == facture)
        lot = row.lot_fse.number if row.lot_fse else "001"
        day = self.clock.now().date()
        rejects = (NoemieReject("D001", "DROITS FERMES"),) if state == "R" else ()
        payment = NoemiePayment(facture, lot, day, row.date, row.amo, paid, state, rejects=rejects)
        content = noemie_file(NoemieSender(caisse.replace("-", ""), to, day, "000001"), [payment])
        folder = self.layout.pki
        end = ReceivingEnd([], {}, pki.roots(folder))
        mail = end.seal_noemie(
            content,
            pki.identity(folder, of_caisse(caisse), Usage.SIGN),
            pki.certificate_pem(folder, of_practitioner(to), Usage.ENCRYPT),
            reference=f"{facture}-{state}",
            sender="caisse@poste.invalid",
            recipient="praticien@poste.invalid",
            now=self.clock.now(),
        )
        self.deliver(mail, to)
        return content

    def deliver(self, mail: bytes, to: str = KINE) -> None:
        Maildir(self.layout.mailbox(to)).deliver(mail)

    def waiting(self, who: str = KINE) -> int:
        return len(Maildir(self.layout.mailbox(who)).waiting())

    # --- the world breaks -------------------------------------------------------------------------------------

    def break_bal(self, who: str = KINE) -> Callable[[], None]:
        """Take a BAL away; returns what puts it back."""
        bal, away = self.layout.mailbox(who), self.layout.post / f"ailleurs-{who}"
        bal.rename(away)
        return lambda: (away.rename(bal), None)[1]

    def break_outbox(self) -> Callable[[], None]:
        """Take the frontal's mailbox away: nothing can leave."""
        inbox, away = self.layout.inbox, self.layout.post / "frontal-ailleurs"
        inbox.rename(away)
        return lambda: (away.rename(inbox), None)[1]

    def configure(self, text: str, **how: Any) -> None:
        path = self.root / "complement.toml"
        path.write_text(text, encoding="utf-8")
        setup.configure(self.cabinet, path, **how)

    def short_certificate(self, name: str, usage: Usage, days: int) -> None:
        """Give somebody of the region a certificate that ends soon."""
        root = Authority.load(*((self.layout.pki / f"racine.{part}").read_bytes() for part in ("key", "crt")))
        number = name.removeprefix("praticien-") if name.startswith("praticien-") else ""
        key, chain = root.issue(name, usage, NOW - timedelta(days=1), days + 1, number=number)
        stem = self.layout.pki / f"{name}-{'signature' if usage is Usage.SIGN else 'chiffrement'}"
        stem.with_suffix(".key").write_bytes(key)
        stem.with_suffix(".crt").write_bytes(chain)

    def reopen(self) -> None:
        """Close the practice and open it again, as the next morning."""
        self.cabinet.close()
        self.cabinet = open_cabinet(self.root / "cabinet", self.clock)


@pytest.fixture(scope="session")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keys of everybody: making them takes a second, every test copies the same ones."""
    folder = tmp_path_factory.mktemp("region") / "demonstration"
    initialise(folder, (KINE, NURSE), NOW - timedelta(days=30), (CPAM, MSA))
    return folder


@pytest.fixture(autouse=True, scope="session")
def measured_once() -> Iterator[None]:
    """The same PDF is measured once (0.1 s in the norms' child process), the same key read once (30 ms)."""
    real, known = imaging.inspect, {}

    def inspect(pdf: bytes) -> Any:
        digest = hashlib.sha256(pdf).digest()
        if digest not in known:
            known[digest] = real(pdf)
        return known[digest]

    patch = pytest.MonkeyPatch()
    patch.setattr(imaging, "inspect", inspect, raising=False)
    patch.setattr(Identity, "from_pem", staticmethod(cache(Identity.from_pem)))
    yield
    patch.undo()


@pytest.fixture
def layout(region: Path, tmp_path: Path) -> Layout:
    return Layout(Path(shutil.copytree(region, tmp_path / "demonstration")))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def practice(request: pytest.FixtureRequest, layout: Layout, clock: Clock, tmp_path: Path) -> Iterator[Practice]:
    """A practice that joined SCOR on 1 November 2026 (or did not: parameter `scor`), with three patients."""
    before = os.umask(0o077)
    settings = tmp_path / "cabinet.toml"
    settings.write_text(toml(layout, **getattr(request, "param", {})), encoding="utf-8")
    cabinet = setup.create(tmp_path / "cabinet", settings, clock, join_scor=True)
    made = Practice(tmp_path, layout, clock, cabinet)
    rows = [
        {"numero": number, "nom": name, "prenom": first, "naissance": "1955-06-15", "nir": nir_of(rank), "caisse": at}
        for rank, (number, (name, first, at)) in enumerate(PATIENTS.items(), start=1)
    ]
    made.import_text(table("patients", rows))
    yield made
    made.cabinet.close()
    os.umask(before)


@pytest.fixture(scope="session")
def world() -> SimpleNamespace:
    """What tests share and cannot import."""
    return SimpleNamespace(
        NOW=NOW, KINE=KINE, NURSE=NURSE, SUBSTITUTE=SUBSTITUTE, CPAM=CPAM, MSA=MSA, STRANGER=STRANGER,
        page=page, pdf_of=pdf_of, table=table, toml=toml, caisse_toml=caisse_toml, nir_of=nir_of,
        of_caisse=of_caisse, of_practitioner=of_practitioner,
    )  # fmt: skip

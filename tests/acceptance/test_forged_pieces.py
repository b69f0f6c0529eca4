"""A client of its own, made of openssl and MIME by hand, puts pieces into a lot that no door would let out."""

from __future__ import annotations

import base64
import hashlib
import io
import subprocess
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import img2pdf
import pytest
from PIL import Image

pytestmark = pytest.mark.slow

PRACTITIONER, CPAM = "993456788", "01-996-0000"
GOOD, BLANK, COLOUR, COARSE = "261122001", "261122002", "261122003", "261122004"
NOW = datetime.now(UTC).replace(microsecond=0)


@dataclass
class Client:
    """Someone else's program: it knows the format, a key pair and two certificates, and nothing of ours."""

    folder: Path
    work: Path

    def send_fse(self, factures: list[str]) -> str:
        lot = str(uuid.uuid4())
        lines = [
            f'<facture numero="{number}" date="{NOW:%Y-%m-%d}" mode="securise" total="6129" amo="3678" amc="0"'
            ' patient="P1"/>'
            for number in factures
        ]
        attributes = f'uuid="{lot}" lot="001" annee="{NOW:%Y}" flux="FSE" cree="{NOW:%Y-%m-%dT%H:%M:%SZ}"'
        self._post("FSE", lot, [("fse.xml", f"index.{lot}@client.invalid", self._index("fse", attributes, lines))])
        return lot

    def send_lot(self, pieces: dict[str, bytes]) -> str:
        """Send one lot with one ordonnance a facture, ranked from 1 in this order."""
        lot = str(uuid.uuid4())
        parts, dossiers = [], []
        for rank, (facture, pdf) in enumerate(pieces.items(), start=1):
            name = f"piece-{rank:04d}.{lot}@client.invalid"
            parts.append((f"piece-{rank:04d}.p7m", name, self._sealed(pdf, f"caisse-{CPAM}")))
            document = (
                f'pages="1" octets="{len(pdf)}" dpi="200" sha256="{hashlib.sha256(pdf).hexdigest()}" contenu="{name}"'
                f' lisible-le="{NOW:%Y-%m-%dT%H:%M:%SZ}" lisible-par="client"'
            )
            dossiers.append(
                f'<dossier facture="{facture}" date-fse="{NOW:%Y-%m-%d}" mode="securise">'
                f'<piece rang="{rank}" code="ORDN" prescripteur="INCONNU"><numerique {document}/></piece></dossier>'
            )
        group = f'<lot-de-dossiers lot-fse="001" annee="{NOW:%Y}">{"".join(dossiers)}</lot-de-dossiers>'
        attributes = f'uuid="{lot}" numero="000001" cree="{NOW:%Y-%m-%dT%H:%M:%SZ}"'
        index = self._index("lot", attributes, [group])
        self._post("LOT", lot, [("lot.xml", f"index.{lot}@client.invalid", index), *parts])
        return lot

    def _index(self, name: str, attributes: str, children: list[str]) -> bytes:
        regime, caisse, centre = CPAM.split("-")
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><{name} xmlns="urn:scor-ouvert:{name}:1" version="1" {attributes}>'
            f'<emetteur numero="{PRACTITIONER}" profession="26" nom="CLIENT Autre"/>'
            f'<destinataire regime="{regime}" caisse="{caisse}" centre="{centre}"/>{"".join(children)}</{name}>'
        ).encode()

    def _post(self, kind: str, lot: str, parts: list[tuple[str, str, bytes]]) -> None:
        body = base64.encodebytes(self._sealed(self._signed(_entity(parts)), "frontal"))
        head = (
            f"From: praticien-{PRACTITIONER}@poste.invalid\r\nTo: caisse-{CPAM}@poste.invalid\r\n"
            f"Date: {NOW:%d %b %Y %H:%M:%S} +0000\r\nMessage-ID: <{kind.lower()}.{lot}.1@client.invalid>\r\n"
            f"Subject: SCOR-OUVERT/1 {kind} {lot}\r\nMIME-Version: 1.0\r\n"
            "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n"
            "Content-Transfer-Encoding: base64\r\n\r\n"
        )
        name = f"{NOW.timestamp():.0f}.{uuid.uuid4().hex}.client"
        draft = self.folder / "poste" / "frontal" / "tmp" / name
        draft.write_bytes(head.encode() + body)
        draft.rename(self.folder / "poste" / "frontal" / "new" / name)

    def _sealed(self, content: bytes, holder: str) -> bytes:
        certificate = self.folder / "pki" / f"{holder}-chiffrement.crt"
        return self._cms(content, "-encrypt", "-aes256", str(certificate))

    def _signed(self, content: bytes) -> bytes:
        stem = self.folder / "pki" / f"praticien-{PRACTITIONER}-signature"
        return self._cms(
            content, "-sign", "-nodetach", "-md", "sha256", "-signer", f"{stem}.crt", "-inkey", f"{stem}.key"
        )

    def _cms(self, content: bytes, verb: str, *options: str) -> bytes:
        (self.work / "clair").write_bytes(content)
        command = ["openssl", "cms", verb, "-binary", "-in", "clair", "-out", "der", "-outform", "DER", *options]
        subprocess.run(command, cwd=self.work, check=True, capture_output=True)
        return (self.work / "der").read_bytes()


def _entity(parts: list[tuple[str, str, bytes]]) -> bytes:
    boundary = f"client-{uuid.uuid4().hex}"
    lines = [f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="{boundary}"\r\n'.encode()]
    for name, content_id, content in parts:
        kind = "application/xml; charset=utf-8" if name.endswith(".xml") else "application/pkcs7-mime"
        head = (
            f"\r\n--{boundary}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: binary\r\n"
            f'Content-ID: <{content_id}>\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\n'
        )
        lines += [head.encode(), content]
    return b"".join([*lines, f"\r\n--{boundary}--\r\n".encode()])


def pdf_of(image: Image.Image, dpi: int) -> bytes:
    """Wrap one picture of A4 as it is: G4 for black and white, JPEG for colours."""
    out = io.BytesIO()
    if image.mode == "1":
        image.save(out, "TIFF", compression="group4", dpi=(dpi, dpi), tiffinfo={278: image.height})
    else:
        image.save(out, "JPEG", dpi=(dpi, dpi))
    made: bytes = img2pdf.convert(out.getvalue(), nodate=True)
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory, scor):
    folder = tmp_path_factory.mktemp("contrefacon") / "caisse"
    scor("caisse", "--dossier", folder, "--initialiser", PRACTITIONER)
    return folder


@pytest.fixture
def forged(paper, scor, tmp_path):
    """An honest piece, made by `convertir`, and three made from the same paper by someone who does not check."""
    page, output = paper(), tmp_path / "bonne.pdf"
    scor("convertir", page, "-o", output, "--dpi", "200")
    with Image.open(page) as grey:
        coarse = grey.resize((496, 702)).point(lambda level: 255 if level > 128 else 0).convert("1", dither=0)
        small = grey.resize((1654, 2339))
    colour = Image.merge("RGB", (small, small.point(lambda level: level // 2), small))
    blank = Image.new("1", (1654, 2339), 1)
    return {
        GOOD: output.read_bytes(),
        BLANK: pdf_of(blank, 200),
        COLOUR: pdf_of(colour, 200),
        COARSE: pdf_of(coarse, 60),
    }


def test_the_caisse_refuses_what_it_sees_and_names_each_piece(folder, forged, scor, opened_at, reading, schema):
    other_end = opened_at(folder)
    client = Client(folder, other_end.work)
    client.send_fse(list(forged))
    lot = client.send_lot(forged)
    facts = scor("caisse", "--dossier", folder, "--une-fois", "--json").json
    assert [message["kind"] for message in facts["messages"]] == ["fse", "scor"], facts
    assert facts["registre"]["dossiers_negative"] == 3

    holder = f"praticien-{PRACTITIONER}"
    answers = [other_end.verify(other_end.decrypt(mail.body, holder)) for mail in other_end.answers[holder]]
    assert None not in answers
    assert all(schema(answer, "arl.xsd") for answer in answers)
    (arl,) = [one for one in map(reading.index, answers) if one.get("genre") == "scor"]
    assert (arl.get("signe"), arl.find("lot").get("uuid")) == ("-", lot)
    found = {
        dossier.get("facture"): (
            dossier.get("signe"),
            [(reason.get("code"), reason.get("piece")) for reason in dossier.iter("motif")],
        )
        for dossier in arl.iter("dossier")
    }
    assert found[GOOD] == ("+", [])
    assert {facture: codes[0] for facture, (_, codes) in found.items() if codes} == {
        BLANK: ("SO-IMG-BLANC", "2"),
        COLOUR: ("SO-PDF-COULEUR", "3"),
        COARSE: ("SO-PDF-RESOLUTION", "4"),
    }
    assert {sign for facture, (sign, _) in found.items() if facture != GOOD} == {"-"}


def test_a_lot_for_which_no_fse_was_sent_is_refused_for_that(folder, forged, scor, opened_at, reading):
    other_end = opened_at(folder)
    lot = Client(folder, other_end.work).send_lot({"261122999": forged[GOOD]})
    scor("caisse", "--dossier", folder, "--une-fois")
    holder = f"praticien-{PRACTITIONER}"
    answers = [
        reading.index(other_end.verify(other_end.decrypt(mail.body, holder))) for mail in other_end.answers[holder]
    ]
    (arl,) = [one for one in answers if one.find("lot").get("uuid") == lot]
    assert [reason.get("code") for reason in arl.iter("motif")] == ["SO-DOS-FSE-INCONNUE"]

"""With the PEM files and the Maildirs alone, any CMS, XML or PDF tool opens a lot down to a piece."""

from __future__ import annotations

import hashlib
from xml.etree import ElementTree

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def other_end(played, opened_at):
    return opened_at(played.folder / "demonstration")


@pytest.fixture(scope="module")
def lot(other_end, reading):
    """The first lot that carries pieces: its index, and its parts by file name."""
    for mail in other_end.lots:
        parts = dict(reading.parts(other_end.entity(mail)))
        if len(parts) > 1:
            return mail, parts
    raise AssertionError("no lot carries a piece")


@pytest.fixture(scope="module")
def piece(lot, other_end, reading):
    """One piece: its entry in the index, its part as it travels, its PDF."""
    _, parts = lot
    index = reading.index(parts["lot.xml"])
    to = index.find("destinataire")
    caisse = f"caisse-{to.get('regime')}-{to.get('caisse')}-{to.get('centre')}"
    entry = next(one for one in index.iter("piece") if one.find("numerique") is not None)
    sealed = parts[f"piece-{int(entry.get('rang')):04d}.p7m"]
    pdf = other_end.decrypt(sealed, caisse)
    assert pdf is not None
    return entry.find("numerique"), sealed, pdf


def test_openssl_opens_it_down_to_the_document_that_the_index_names(piece):
    entry, _, pdf = piece
    assert pdf.startswith(b"%PDF-")
    assert hashlib.sha256(pdf).hexdigest() == entry.get("sha256")
    assert len(pdf) == int(entry.get("octets")) <= 250_000


def test_the_transport_key_alone_opens_no_piece(piece, other_end):
    _, sealed, _ = piece
    assert other_end.decrypt(sealed, "frontal") is None


def test_another_caisse_opens_no_piece(piece, lot, other_end, reading):
    _, sealed, _ = piece
    names = {path.name.removesuffix("-chiffrement.key") for path in (other_end.folder / "pki").glob("caisse-*.key")}
    opened = [name for name in sorted(names) if "signature" not in name and other_end.decrypt(sealed, name)]
    to = reading.index(lot[1]["lot.xml"]).find("destinataire")
    assert opened == [f"caisse-{to.get('regime')}-{to.get('caisse')}-{to.get('centre')}"]


def test_xmllint_accepts_every_index_and_refuses_one_that_lacks_its_digest(other_end, reading, schema):
    indexes = [dict(reading.parts(other_end.entity(mail)))["lot.xml"] for mail in other_end.lots]
    assert all(schema(index, "lot.xsd") for index in indexes)
    damaged = next(index for index in indexes if b"sha256=" in index)
    root = ElementTree.fromstring(damaged)  # noqa: S314 - our own
    for element in root.iter():
        element.attrib.pop("sha256", None)
    assert not schema(ElementTree.tostring(root), "lot.xsd")


def test_xmllint_accepts_every_acknowledgement(other_end, schema):
    documents = []
    for holder, mails in other_end.answers.items():
        for mail in mails:
            if mail.kind == "ARL":
                documents.append(other_end.verify(other_end.decrypt(mail.body, holder)))
    known = [document for document in documents if document is not None]
    assert known
    assert all(schema(document, "arl.xsd") for document in known)


def test_qpdf_and_poppler_accept_the_document(piece, judge, tmp_path):
    entry, _, pdf = piece
    path = tmp_path / "piece.pdf"
    path.write_bytes(pdf)
    checked = judge(["qpdf", "--check", path])
    assert checked.returncode == 0, checked.stderr
    images = [line.split() for line in judge(["pdfimages", "-list", path]).stdout.splitlines()[2:]]
    assert len(images) == int(entry.get("pages"))
    for image in images:
        kind, bits, encoding, dpi = image[2], image[7], image[8], int(image[12])
        assert (kind, bits, encoding) == ("image", "1", "ccitt")
        assert dpi >= 198
    assert f"Pages:           {entry.get('pages')}" in judge(["pdfinfo", path]).stdout


def test_a_resend_carries_the_same_sealed_bytes_under_a_new_header(other_end):
    by_lot = {}
    for mail in other_end.lots:
        by_lot.setdefault(mail.subject, []).append(mail)
    resent = [mails for mails in by_lot.values() if len(mails) > 1]
    assert resent
    for mails in resent:
        assert len({mail.body for mail in mails}) == 1
        assert len({mail.message["Message-ID"] for mail in mails}) == len(mails)

"""The three documents: written the same each time, read strictly, and xmllint agrees."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import files as package_files
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scor_tui.domain.errors import BadMessage, RuleRefused
from scor_tui.domain.pieces import PieceType, Support
from scor_tui.domain.wire import (
    Arl,
    ArlKind,
    CaisseId,
    DossierEntry,
    DossiersOfLot,
    DossierVerdict,
    LotContent,
    PieceEntry,
    Reference,
    Refusal,
    Sender,
    Sign,
)
from scor_tui.exchange.arl_xml import read_arl, write_arl
from scor_tui.exchange.fse_xml import read_fse, write_fse
from scor_tui.exchange.lot_xml import read_lot, write_lot

SCHEMAS = Path(str(package_files("scor_tui.exchange") / "schemas"))
READERS = {"lot": read_lot, "arl": read_arl, "fse": read_fse}


@pytest.fixture(scope="module")
def documents(lot, fse, world):
    verdicts = (DossierVerdict("261121001", Sign.NEGATIVE, (Refusal("SO-IMG-NOIR", "Toute noire", 1),)),)
    caisse = str(world.CAISSE)
    arl = Arl(ArlKind.SCOR, lot.uuid, "ab" * 32, world.NOW, Sign.NEGATIVE, caisse, verdicts)
    return {"lot": write_lot(lot), "arl": write_arl(arl), "fse": write_fse(fse)}


def without_pdf(lot: LotContent) -> LotContent:
    def bare(dossier):
        return replace(dossier, pieces=tuple(replace(piece, pdf=b"") for piece in dossier.pieces))

    groups = (replace(group, dossiers=tuple(map(bare, group.dossiers))) for group in lot.groups)
    return replace(lot, groups=tuple(groups))


def test_each_document_is_valid_by_its_schema(documents, xmllint, tmp_path):
    for name, document in documents.items():
        judged = xmllint("--noout", "--nonet", "--schema", SCHEMAS / f"{name}.xsd", "-", stdin=document)
        assert judged.returncode == 0, judged.stderr.decode()


def test_a_lot_is_read_as_it_was_written_and_written_the_same_each_time(lot, fse, documents):
    index = read_lot(documents["lot"])
    assert index.content == without_pdf(lot)
    assert index.content_ids == {n: f"piece-{n:04d}.{lot.uuid}@scor-ouvert.invalid" for n in (1, 4)}
    assert write_lot(index.content) == documents["lot"] == write_lot(lot)
    assert read_fse(documents["fse"]) == fse


def test_the_way_of_a_reference_is_said(documents, lot):
    assert b'voie="papier"' in documents["lot"]
    assert read_lot(documents["lot"].replace(b'voie="papier"', b'voie="numerique"')).content.pieces[
        2
    ].reference == replace(lot.pieces[2].reference, posted=False)


def test_a_paper_piece_tells_nothing_of_its_scan(lot):
    scanned = replace(lot.pieces[1], pages=3, bytes=100, dpi=200, sha256="ab" * 32, pdf=b"x")
    dossier = replace(lot.dossiers[0], pieces=(lot.pieces[0], scanned))
    written = write_lot(replace(lot, groups=(replace(lot.groups[0], dossiers=(dossier,)),)))
    assert b"<papier/>" in written
    assert b"ab" * 32 not in written


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("lot", b"<papier/>", b"<papier> </papier>x"),
        ("lot", b"<papier/>", b"<papier/><papier/>"),
        ("lot", b"<papier/>", b"<fax/>"),
        ("lot", b"<papier/>", b""),
        ("lot", b"<papier/>", b"<papier vu='oui'/>"),
        ("lot", b'rang="2"', b'rang="02"'),
        ("lot", b'rang="2"', b'rang="1"'),
        ("lot", b'rang="2"', 'rang="٢"'.encode()),
        ("lot", b'code="AUTP"', b'code="AUTO"'),
        ("lot", b'version="1"', b'version="2"'),
        ("lot", b"urn:scor-ouvert:lot:1", b"urn:scor-ouvert:lot:2"),
        ("lot", b'cree="2026-11-21T08:00:00Z"', b'cree="2026-11-21T24:00:00Z"'),
        ("lot", b'cree="2026-11-21T08:00:00Z"', b'cree="2026-11-21T08:00:00+01:00"'),
        ("lot", b'date-fse="2026-11-21"', b'date-fse="2026-02-30"'),
        ("lot", b'date-fse="2026-11-21"', b'date-fse="0000-11-21"'),
        ("lot", b'facture="261121002"', b'facture="261121001"'),
        ("lot", b'nom="', b'nom="&#10;'),
        ("lot", b'nom="', b'nom="' + b"x" * 80),
        ("lot", b"piece-0004", b"piece-0001"),
        ("arl", b"<dossier ", b"<motif code='SO-IMG-NOIR' libelle='x'/><lot uuid='' sha256=''/><dossier "),
        ("arl", b'code="SO-IMG-NOIR"', b'code="K12"'),
        ("arl", b'signe="-"', b'signe="?"'),
        ("arl", b'emetteur="01-996-0000"', b'emetteur="01-996-00000"'),
        ("fse", b'total="2750"', b'total="27,50"'),
        ("fse", b'total="2750"', b'total="-1"'),
        ("fse", b'flux="FSE"', b'flux="XXX"'),
        ("fse", b'patient="P-0001"', b'patient="Jean Personne"'),
    ],
)
def test_what_the_schema_refuses_the_reader_refuses(name, old, new, documents, xmllint):
    assert old in documents[name]
    broken = documents[name].replace(old, new, 1)
    judged = xmllint("--noout", "--nonet", "--schema", SCHEMAS / f"{name}.xsd", "-", stdin=broken)
    assert judged.returncode != 0
    with pytest.raises(BadMessage) as caught:
        READERS[name](broken)
    assert caught.value.code == "SO-TEC-SCHEMA"


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"\xff\xfe<\x00l\x00o\x00t\x00/\x00>\x00",
        b"<!DOCTYPE lot [<!ENTITY a 'b'>]><lot/>",
        b"<lot xmlns='urn:scor-ouvert:lot:1'>" + b"<a>" * 200_000,
        b"<lot xmlns='urn:scor-ouvert:lot:1' " + b"x" * 9_000_000,
    ],
    ids=["vide", "utf16", "doctype", "profond", "lourd"],
)
def test_bombs_are_refused(hostile):
    for read in READERS.values():
        with pytest.raises(BadMessage):
            read(hostile)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<papier/>", b"<papier/><!-- vu -->"),
        (b"<papier/>", b"<?vu oui?><papier/>"),
        (b"<papier/>", b"<papier><![CDATA[]]></papier>"),
        (b'encoding="UTF-8"', b'encoding="ISO-8859-1"'),
        (b'<?xml version="1.0" encoding="UTF-8"?>', b'<?xml version="1.0"?><!DOCTYPE lot SYSTEM "x.dtd">'),
    ],
)
def test_nothing_travels_that_is_not_read(old, new, documents):
    with pytest.raises(BadMessage):
        read_lot(documents["lot"].replace(old, new, 1))


def test_an_arl_that_contradicts_itself_is_refused(documents, world):
    twice = re.sub(rb"(<dossier .*</dossier>)", rb"\1\1", documents["arl"], flags=re.DOTALL)
    with pytest.raises(BadMessage, match="deux fois"):
        read_arl(twice)
    accepted = Arl(
        *(ArlKind.SCOR, "", "", world.NOW, Sign.POSITIVE, "frontal"),
        refusals=(Refusal("SO-TEC-SCHEMA", "x"),),
        message_id="<a@b.invalid>",
    )
    with pytest.raises(RuleRefused, match="n'a pas été ouvert"):
        write_arl(accepted)
    with pytest.raises(RuleRefused, match="à quel message"):
        write_arl(replace(accepted, sign=Sign.NEGATIVE, message_id=""))


def test_foreign_words_are_cleaned(documents):
    hostile = documents["arl"].replace(b"Toute noire", "a\u202eb".encode())
    assert read_arl(hostile).dossiers[0].refusals[0].label == "a\ufffdb"


# --- mutations judged by xmllint in one go ---------------------------------------------------------------


def mutations(document: bytes, count: int, rng: random.Random) -> list[bytes]:
    """Mutate tokens: names, attributes, values and elements move, vanish or double."""
    tokens = re.findall(rb"<[^>]*>|[^<]+", document)
    values = [b"", b" ", b"0", b"+", b"-", b"2026-13-01", b"x" * 300, b"&#9;", "é".encode(), b"000000000"]
    made = []
    for _ in range(count):
        changed = list(tokens)
        at = rng.randrange(len(changed))
        match rng.randrange(6):
            case 0:
                del changed[at]
            case 1:
                changed.insert(at, rng.choice(tokens))
            case 2:
                other = rng.randrange(len(changed))
                changed[at], changed[other] = changed[other], changed[at]
            case 3:
                changed[at] = re.sub(rb' [a-z-]+="[^"]*"', b"", changed[at], count=1)
            case 4:
                value = rng.choice(values)
                target = rng.randrange(1, 5)
                seen = iter(range(1, 99))
                changed[at] = re.sub(
                    rb'="[^"]*"',
                    lambda found, t=target, v=value, s=seen: b'="' + v + b'"' if next(s) == t else found[0],
                    changed[at],
                )
            case _:
                position = rng.randrange(len(changed[at]))
                changed[at] = changed[at][:position] + rng.randbytes(1) + changed[at][position + 1 :]
        made.append(b"".join(changed))
    return made


@pytest.mark.parametrize("name", ["lot", "arl", "fse"])
def test_no_mutation_passes_the_reader_that_the_schema_refuses(name, documents, xmllint, tmp_path):
    samples = mutations(documents[name], 400, random.Random(f"scor-{name}"))
    paths = [tmp_path / f"{number}.xml" for number in range(len(samples))]
    for path, sample in zip(paths, samples, strict=True):
        path.write_bytes(sample)
    judged = xmllint("--noout", "--nonet", "--schema", SCHEMAS / f"{name}.xsd", *paths)
    valid = set(re.findall(r"^(\S+) validates$", judged.stderr.decode(errors="replace"), re.MULTILINE))
    accepted = set()
    for path, sample in zip(paths, samples, strict=True):
        try:
            READERS[name](sample)
        except BadMessage:
            continue
        accepted.add(str(path))
    assert accepted - valid == set()
    assert len(valid) < len(samples)
    assert accepted


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(noise=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_noise_only_raises_our_error(noise):
    for read in READERS.values():
        with pytest.raises(BadMessage):
            read(noise)


# --- any lot that can be described travels ---------------------------------------------------------------

digits = st.integers(0, 999_999_999).map("{:09d}".format)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
instants = st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1)).map(  # noqa: DTZ001 - made aware below
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)
uuids = st.uuids().map(str)
names = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=30).map(
    lambda text: __import__("unicodedata").normalize("NFC", text)
)


@st.composite
def pieces(draw):
    support = draw(st.sampled_from(Support))
    piece = PieceEntry(
        number=0,
        type=draw(st.sampled_from(PieceType)),
        support=support,
        prescription_date=draw(st.none() | days),
        prescriber=draw(st.just("INCONNU") | digits),
    )
    if support is Support.NUMERIQUE:
        legible = draw(st.booleans())
        return replace(
            piece,
            pages=draw(st.integers(1, 99)),
            bytes=draw(st.integers(1, 250_000)),
            dpi=draw(st.integers(200, 600)),
            sha256=draw(st.binary(min_size=32, max_size=32)).hex(),
            legible_at=draw(instants) if legible else None,
            legible_by=draw(names) if legible else "",
        )
    if support is Support.REFERENCE:
        reference = Reference(draw(uuids), draw(digits), draw(days), draw(st.booleans()))
        return replace(piece, reference=reference)
    return piece


@st.composite
def lots(draw):
    number, groups = 0, []
    factures = iter(draw(st.lists(digits, min_size=4, max_size=4, unique=True)))
    for fse_lot in draw(st.lists(st.integers(0, 999), min_size=1, max_size=2, unique=True)):
        dossiers = []
        for _ in range(draw(st.integers(1, 2))):
            drawn = draw(st.lists(pieces(), min_size=1, max_size=3))
            numbered = tuple(replace(piece, number=number + n) for n, piece in enumerate(drawn, 1))
            number += len(numbered)
            arl = draw(st.booleans())
            dossiers.append(
                DossierEntry(
                    next(factures),
                    draw(days),
                    draw(st.booleans()),
                    numbered,
                    draw(days) if arl else None,
                    draw(st.sampled_from(Sign)) if arl else None,
                )
            )
        groups.append(DossiersOfLot(f"{fse_lot:03d}", draw(st.integers(2000, 2099)), tuple(dossiers)))
    sender = Sender(draw(digits), draw(names), draw(names), draw(st.just("") | digits))
    return LotContent(draw(uuids), "000001", draw(instants), sender, CaisseId("01", "996", "0000"), tuple(groups))


@settings(max_examples=60, deadline=None)
@given(lot=lots())
def test_any_lot_is_read_as_it_was_written(lot):
    assert read_lot(write_lot(lot)).content == lot

"""`fse.xml`, a lot of FSEs or DREs of the demonstration: `urn:scor-ouvert:fse:1`, `schemas/fse.xsd`."""

from __future__ import annotations

from collections.abc import Mapping

from scor_tui.domain.errors import BadMessage, RuleRefused
from scor_tui.domain.wire import FseContent, FseEntry
from scor_tui.exchange import xml_tree as xml
from scor_tui.exchange.parties_xml import PARTIES, read_recipient, read_sender, write_parties
from scor_tui.exchange.xml_tree import Attributes, Element, Lines, Model, element, one_of, pattern

NAMESPACE = "urn:scor-ouvert:fse:1"
MODELS: Mapping[str, Model] = {
    **PARTIES,
    "fse": Model(
        {
            "version": one_of("1"),
            "uuid": xml.UUID,
            "lot": xml.FSE_LOT,
            "annee": xml.YEAR,
            "flux": one_of("FSE", "DRE"),
            "cree": xml.INSTANT,
        },
        content="emetteur destinataire (facture )+",
    ),
    "facture": Model(
        {
            "numero": xml.FACTURE,
            "date": xml.DATE,
            "mode": one_of("securise", "degrade"),
            "total": xml.AMOUNT,
            "amo": xml.AMOUNT,
            "amc": xml.AMOUNT,
            "patient": pattern("[0-9A-Za-z-]{1,40}"),
        }
    ),
}


def write_fse(lot: FseContent) -> bytes:
    """Return the document of a lot of FSEs; raises `RuleRefused` when a fact does not fit the format."""
    attributes: Attributes = {
        "xmlns": NAMESPACE,
        "version": 1,
        "uuid": lot.uuid,
        "lot": lot.lot,
        "annee": lot.year,
        "flux": lot.flux,
        "cree": xml.instant(lot.created),
    }
    factures = [_write_facture(facture) for facture in lot.factures]
    written = xml.write(element("fse", attributes, [*write_parties(lot.sender, lot.recipient), *factures]))
    try:
        read_fse(written)
    except BadMessage as error:
        raise RuleRefused(
            f"Le lot FSE {lot.lot} ne peut pas être écrit. {error.cause}",
            "Corrigez cette donnée, puis recommencez.",
        ) from error
    return written


def _write_facture(facture: FseEntry) -> Lines:
    return element(
        "facture",
        {
            "numero": facture.facture,
            "date": facture.date.isoformat(),
            "mode": "degrade" if facture.degraded else "securise",
            "total": facture.total,
            "amo": facture.amo,
            "amc": facture.amc,
            "patient": facture.patient,
        },
    )


def read_fse(document: bytes) -> FseContent:
    """Read a lot of FSEs; raises `BadMessage` with `SO-TEC-SCHEMA` on anything the format does not allow."""
    root = xml.read(document, NAMESPACE, "fse", MODELS)
    factures = tuple(_read_facture(facture) for facture in root.all("facture"))
    if len({facture.facture for facture in factures}) != len(factures):
        raise xml.refused("Une facture y figure deux fois.")
    return FseContent(
        uuid=root["uuid"],
        lot=root["lot"],
        year=root.number("annee"),
        created=xml.read_instant(root["cree"]),
        sender=read_sender(root),
        recipient=read_recipient(root),
        factures=factures,
        flux=root["flux"],
    )


def _read_facture(facture: Element) -> FseEntry:
    return FseEntry(
        facture=facture["numero"],
        date=xml.read_day(facture["date"]),
        degraded=facture["mode"] == "degrade",
        total=facture.number("total"),
        amo=facture.number("amo"),
        amc=facture.number("amc"),
        patient=facture["patient"],
    )

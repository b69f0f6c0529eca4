"""`lot.xml`, the index of a lot SCOR: `urn:scor-ouvert:lot:1`, schema `schemas/lot.xsd`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from scor_tui.domain.errors import BadMessage, RuleRefused
from scor_tui.domain.pieces import PieceType, Support
from scor_tui.domain.wire import DossierEntry, DossiersOfLot, LotContent, PieceEntry, Reference, Sign
from scor_tui.exchange import xml_tree as xml
from scor_tui.exchange.parties_xml import PARTIES, read_recipient, read_sender, write_parties
from scor_tui.exchange.xml_tree import Attributes, Element, Lines, Model, element, one_of, pattern, text

NAMESPACE = "urn:scor-ouvert:lot:1"
MODELS: Mapping[str, Model] = {
    **PARTIES,
    "lot": Model(
        {
            "version": one_of("1"),
            "uuid": xml.UUID,
            "numero": pattern("[0-9A-Za-z-]{1,20}"),
            "cree": xml.INSTANT,
        },
        content="emetteur destinataire (lot-de-dossiers )+",
    ),
    "lot-de-dossiers": Model({"lot-fse": xml.FSE_LOT, "annee": xml.YEAR}, content="(dossier )+"),
    "dossier": Model(
        {"facture": xml.FACTURE, "date-fse": xml.DATE, "mode": one_of("securise", "degrade")},
        content="(arl-fse )?(piece )+",
    ),
    "arl-fse": Model({"date": xml.DATE, "signe": xml.SIGN}),
    "piece": Model(
        {
            "rang": xml.COUNT,
            "code": one_of(*PieceType),
            "prescripteur": pattern("INCONNU|[0-9]{9}|[0-9]{11}"),
        },
        {"date-prescription": xml.DATE},
        content="(numerique|papier|reference) ",
    ),
    "numerique": Model(
        {
            "pages": xml.COUNT,
            "octets": xml.COUNT,
            "dpi": xml.COUNT,
            "sha256": xml.SHA256,
            "contenu": pattern("[0-9a-z.-]{1,80}@[0-9a-z.-]{1,80}"),
        },
        {"lisible-le": xml.INSTANT, "lisible-par": text(80)},
    ),
    "papier": Model(),
    "reference": Model(
        {"lot": xml.UUID, "facture": xml.FACTURE, "date": xml.DATE, "voie": one_of("numerique", "papier")}
    ),
}


@dataclass(frozen=True)
class Index:
    """What `lot.xml` says: the lot without its PDFs, and the Content-ID of its numerique pieces by number."""

    content: LotContent
    content_ids: Mapping[int, str]


def content_id(lot: str, number: int) -> str:
    """Return the Content-ID that we give to a piece."""
    return f"piece-{number:04d}.{lot}@scor-ouvert.invalid"


def write_lot(lot: LotContent) -> bytes:
    """Return the index of a lot. A paper or referenced piece says nothing of a scan: none of it is sent.

    Raises `RuleRefused` when a fact of the lot does not fit the format (it would be refused by the other
    end).
    """
    attributes: Attributes = {
        "xmlns": NAMESPACE,
        "version": 1,
        "uuid": lot.uuid,
        "numero": lot.number,
        "cree": xml.instant(lot.created),
    }
    groups = [_write_group(lot.uuid, group) for group in lot.groups]
    written = xml.write(element("lot", attributes, [*write_parties(lot.sender, lot.recipient), *groups]))
    try:
        read_lot(written)
    except BadMessage as error:
        raise RuleRefused(
            f"Le lot {lot.number} ne peut pas être écrit. {error.cause}",
            "Corrigez cette donnée, puis recommencez.",
        ) from error
    return written


def _write_group(lot: str, group: DossiersOfLot) -> Lines:
    dossiers = [_write_dossier(lot, dossier) for dossier in group.dossiers]
    return element("lot-de-dossiers", {"lot-fse": group.fse_lot, "annee": group.fse_year}, dossiers)


def _write_dossier(lot: str, dossier: DossierEntry) -> Lines:
    children = [_write_piece(lot, piece) for piece in dossier.pieces]
    if dossier.fse_arl_date is not None and dossier.fse_arl_sign is not None:
        facts = {"date": dossier.fse_arl_date.isoformat(), "signe": dossier.fse_arl_sign.value}
        children.insert(0, element("arl-fse", facts))
    attributes = {
        "facture": dossier.facture,
        "date-fse": dossier.fse_date.isoformat(),
        "mode": "degrade" if dossier.degraded else "securise",
    }
    return element("dossier", attributes, children)


def _write_piece(lot: str, piece: PieceEntry) -> Lines:
    attributes = {
        "rang": piece.number,
        "code": piece.type.value,
        "date-prescription": piece.prescription_date.isoformat() if piece.prescription_date else "",
        "prescripteur": piece.prescriber,
    }
    return element("piece", attributes, [_write_support(lot, piece)])


def _write_support(lot: str, piece: PieceEntry) -> Lines:
    if piece.support is Support.NUMERIQUE:
        return element(
            "numerique",
            {
                "pages": piece.pages,
                "octets": piece.bytes,
                "dpi": piece.dpi,
                "sha256": piece.sha256,
                "contenu": content_id(lot, piece.number),
                "lisible-le": xml.instant(piece.legible_at) if piece.legible_at else "",
                "lisible-par": piece.legible_by,
            },
        )
    if piece.support is Support.REFERENCE and piece.reference is not None:
        reference = piece.reference
        return element(
            "reference",
            {
                "lot": reference.lot,
                "facture": reference.facture,
                "date": reference.date.isoformat(),
                "voie": "papier" if reference.posted else "numerique",
            },
        )
    return element("papier" if piece.support is Support.PAPIER else "reference", {})


def read_lot(document: bytes) -> Index:
    """Read an index; raises `BadMessage` with `SO-TEC-SCHEMA` on anything that the format does not allow.

    Beyond the XSD: pieces are numbered from 1 in order, a facture has one dossier, each content is named
    once.
    """
    root = xml.read(document, NAMESPACE, "lot", MODELS)
    content_ids: dict[int, str] = {}
    lot = LotContent(
        uuid=root["uuid"],
        number=root["numero"],
        created=xml.read_instant(root["cree"]),
        sender=read_sender(root),
        recipient=read_recipient(root),
        groups=tuple(_read_group(group, content_ids) for group in root.all("lot-de-dossiers")),
    )
    factures = [dossier.facture for dossier in lot.dossiers]
    if [piece.number for piece in lot.pieces] != list(range(1, len(lot.pieces) + 1)):
        raise xml.refused("Les pièces ne sont pas numérotées de 1 en 1 dans l'ordre.")
    if len(set(factures)) != len(factures):
        raise xml.refused("Une facture y a plusieurs dossiers.")
    if len(set(content_ids.values())) != len(content_ids):
        raise xml.refused("Deux pièces y ont le même contenu.")
    return Index(lot, content_ids)


def _read_group(group: Element, content_ids: dict[int, str]) -> DossiersOfLot:
    dossiers = tuple(_read_dossier(dossier, content_ids) for dossier in group.all("dossier"))
    return DossiersOfLot(group["lot-fse"], group.number("annee"), dossiers)


def _read_dossier(dossier: Element, content_ids: dict[int, str]) -> DossierEntry:
    arl = dossier.maybe("arl-fse")
    return DossierEntry(
        facture=dossier["facture"],
        fse_date=xml.read_day(dossier["date-fse"]),
        degraded=dossier["mode"] == "degrade",
        pieces=tuple(_read_piece(piece, content_ids) for piece in dossier.all("piece")),
        fse_arl_date=xml.read_day(arl["date"]) if arl else None,
        fse_arl_sign=Sign(arl["signe"]) if arl else None,
    )


def _read_piece(piece: Element, content_ids: dict[int, str]) -> PieceEntry:
    number, prescribed = piece.number("rang"), piece.get("date-prescription")
    common = PieceEntry(
        number=number,
        type=PieceType(piece["code"]),
        support=Support(piece.children[0].name),
        prescription_date=xml.read_day(prescribed) if prescribed else None,
        prescriber=piece["prescripteur"],
    )
    support = piece.children[0]
    if common.support is Support.NUMERIQUE:
        content_ids[number] = support["contenu"]
        return _read_document(common, support)
    if common.support is Support.REFERENCE:
        posted = support["voie"] == "papier"
        reference = Reference(support["lot"], support["facture"], xml.read_day(support["date"]), posted)
        return replace(common, reference=reference)
    return common


def _read_document(piece: PieceEntry, document: Element) -> PieceEntry:
    legible_at = document.get("lisible-le")
    return replace(
        piece,
        pages=document.number("pages"),
        bytes=document.number("octets"),
        dpi=document.number("dpi"),
        sha256=document["sha256"],
        legible_at=xml.read_instant(legible_at) if legible_at else None,
        legible_by=document.text("lisible-par"),
    )

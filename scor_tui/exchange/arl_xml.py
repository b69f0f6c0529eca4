"""`arl.xml`, an acknowledgement: `urn:scor-ouvert:arl:1`, schema `schemas/arl.xsd`."""

from __future__ import annotations

from collections.abc import Mapping

from scor_tui.domain.errors import BadMessage, RuleRefused
from scor_tui.domain.text import clean
from scor_tui.domain.wire import Arl, ArlKind, DossierVerdict, Refusal, Sign
from scor_tui.exchange import xml_tree as xml
from scor_tui.exchange.xml_tree import Attributes, Element, Lines, Model, element, one_of, pattern, text

NAMESPACE = "urn:scor-ouvert:arl:1"
FRONTAL = "frontal"
MODELS: Mapping[str, Model] = {
    "arl": Model(
        {
            "version": one_of("1"),
            "genre": one_of(*ArlKind),
            "date": xml.INSTANT,
            "signe": xml.SIGN,
            "emetteur": pattern("frontal|[0-9]{2}-[0-9]{3}-[0-9]{3,4}"),
        },
        content="(lot (motif )*(dossier )*|message (motif )+)",
    ),
    "lot": Model({"uuid": xml.UUID, "sha256": xml.SHA256}),
    "message": Model(optional={"id": text(250), "sha256": xml.SHA256}),
    "motif": Model({"code": pattern("SO-[A-Z]{3}-[A-Z-]{2,30}"), "libelle": text(200)}, {"piece": xml.COUNT}),
    "dossier": Model({"facture": xml.FACTURE, "signe": xml.SIGN}, content="(motif )*"),
}


def write_arl(arl: Arl) -> bytes:
    """Return the document of an acknowledgement; raises `RuleRefused` when a fact does not fit the format."""
    attributes: Attributes = {
        "xmlns": NAMESPACE,
        "version": 1,
        "genre": arl.kind.value,
        "date": xml.instant(arl.date),
        "signe": arl.sign.value,
        "emetteur": arl.issuer,
    }
    if arl.lot:
        meant = element("lot", {"uuid": arl.lot, "sha256": arl.digest})
    else:
        meant = element("message", {"id": clean(arl.message_id, limit=250), "sha256": arl.envelope_digest})
    dossiers = [_write_verdict(verdict) for verdict in arl.dossiers]
    children = [meant, *map(_write_refusal, arl.refusals), *dossiers]
    written = xml.write(element("arl", attributes, children))
    try:
        read_arl(written)
    except BadMessage as error:
        raise RuleRefused(f"L'ARL ne peut pas être écrit. {error.cause}", "Corrigez-le.") from error
    return written


def _write_verdict(verdict: DossierVerdict) -> Lines:
    attributes: Attributes = {"facture": verdict.facture, "signe": verdict.sign.value}
    return element("dossier", attributes, map(_write_refusal, verdict.refusals))


def _write_refusal(refusal: Refusal) -> Lines:
    return element("motif", {"code": refusal.code, "libelle": clean(refusal.label, limit=200), "piece": refusal.piece})


def read_arl(document: bytes) -> Arl:
    """Read an acknowledgement; raises `BadMessage` with `SO-TEC-SCHEMA` on what the format does not allow.

    Beyond the XSD: a facture is judged once; what could not be opened is refused; the frontal judges no lot.
    The issuer is what the document says: whoever verified the signature must compare.
    """
    root = xml.read(document, NAMESPACE, "arl", MODELS)
    lot, message = root.maybe("lot"), root.maybe("message")
    arl = Arl(
        kind=ArlKind(root["genre"]),
        lot=lot["uuid"] if lot else "",
        digest=lot["sha256"] if lot else "",
        date=xml.read_instant(root["date"]),
        sign=Sign(root["signe"]),
        issuer=root["emetteur"],
        dossiers=tuple(_read_verdict(verdict) for verdict in root.all("dossier")),
        refusals=_read_refusals(root),
        message_id=message.text("id") if message else "",
        envelope_digest=message.get("sha256") if message else "",
    )
    _check_sense(arl)
    return arl


def _check_sense(arl: Arl) -> None:
    factures = [verdict.facture for verdict in arl.dossiers]
    if len(set(factures)) != len(factures):
        raise xml.refused("Il juge deux fois la même facture.")
    if not arl.lot and arl.sign is Sign.POSITIVE:
        raise xml.refused("Il accepte un message qui n'a pas été ouvert.")
    if not arl.lot and not (arl.message_id or arl.envelope_digest):
        raise xml.refused("Il ne dit pas à quel message il répond.")
    if arl.lot and arl.issuer == FRONTAL:
        raise xml.refused("Le frontal n'a pas qualité pour juger un lot.")


def _read_verdict(verdict: Element) -> DossierVerdict:
    return DossierVerdict(verdict["facture"], Sign(verdict["signe"]), _read_refusals(verdict))


def _read_refusals(parent: Element) -> tuple[Refusal, ...]:
    return tuple(
        Refusal(motif["code"], motif.text("libelle"), motif.number("piece") if motif.get("piece") else None)
        for motif in parent.all("motif")
    )

"""The bordereau of a lot of factures: printed once, reprinted to the byte (product, 3.4)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from scor_tui.domain.dossier import Flux
from scor_tui.domain.errors import NotFound, RuleRefused
from scor_tui.domain.words import PAPER_REASON, PIECE, PROFESSION
from scor_tui.printing.bordereau import BordereauFacts, BordereauLine, PostedPiece, bordereau_pdf
from scor_tui.printing.ink import PostalBlock, PractitionerBlock
from scor_tui.printing.labels import LabelFacts, envelope_label_pdf
from scor_tui.services.cabinet import Cabinet, local
from scor_tui.services.posting import Envelope
from scor_tui.store.engine import write
from scor_tui.store.models import Bordereau, Caisse, Facture, LotFSE, PaperRow, Practitioner, Remplacant


@dataclass(frozen=True)
class Printed:
    """A printed edition: its number, its PDF, and whether it is a reprint."""

    edition: int
    pdf: bytes
    reprint: bool


def find_lot(number: str, year: int, *, practitioner: str = "", caisse: str = "") -> LotFSE:
    """Return the lot of FSEs of a number; raises `NotFound`, or `RuleRefused` when several have it."""
    query = LotFSE.select().join(Practitioner).where(LotFSE.number == number, LotFSE.flux == Flux.FSE)
    if year:
        query = query.where(LotFSE.year == year)
    if practitioner:
        query = query.where(Practitioner.number == practitioner)
    found = [lot for lot in query if not caisse or lot.caisse.identifier == caisse]
    if not found:
        raise NotFound(f"Aucun lot de factures n'a le numéro {number}.", "Voyez le registre : scor-tui papier.")
    if len(found) > 1:
        named = ", ".join(f"{lot.practitioner.number} / {lot.caisse.identifier} / {lot.year}" for lot in found)
        raise RuleRefused(f"Plusieurs lots portent le numéro {number} : {named}.", "Précisez --praticien et --caisse.")
    lot: LotFSE = found[0]
    return lot


def print_bordereau(cabinet: Cabinet, lot: LotFSE, edition: int | None = None) -> Printed:
    """Return the bordereau of a lot.

    The same facts reprint the edition that was kept, byte for byte; new facts (a piece that went to paper since)
    make a new edition. Any edition can be asked for again.
    """
    if lot.sent is None:
        raise RuleRefused(f"Le lot {lot.number} n'a pas été transmis.", "Transmettez d'abord les FSE.")
    if edition is not None:
        kept = lot.bordereaux.where(Bordereau.edition == edition).first()
        if kept is None:
            raise NotFound(
                f"Le bordereau du lot {lot.number} n'a pas d'édition {edition}.", "Demandez-le sans édition."
            )
        return Printed(edition, cabinet.store.files.get(kept.file), reprint=True)
    last = lot.bordereaux.order_by(Bordereau.edition.desc()).first()
    digest = _digest(_facts(cabinet, lot))
    if last is not None and last.facts_digest == digest:
        return Printed(last.edition, cabinet.store.files.get(last.file), reprint=True)
    pdf = bordereau_pdf(_facts(cabinet, lot))
    name = cabinet.store.files.put(pdf)
    with write():
        row = Bordereau.create(
            lot_fse=lot,
            edition=last.edition + 1 if last else 1,
            facts_digest=digest,
            file=name,
            printed=cabinet.now(),
        )
        cabinet.journal.add(cabinet.now(), "bordereau", lot_fse=lot.number, annee=lot.year, edition=row.edition)
    return Printed(row.edition, pdf, reprint=False)


def print_labels(cabinet: Cabinet, lot: LotFSE) -> bytes:
    """Return the label of the envelope for the caisse of a lot."""
    sender = _practitioner(lot.practitioner)
    back = PostalBlock(sender.name, sender.address)
    label = LabelFacts(
        to=_postal(lot.caisse),
        sender=back,
        mention=f"SCOR · lot {lot.number}",
        demonstration=_is_demonstration(cabinet),
    )
    return envelope_label_pdf([label])


def lot_of_row(row: int) -> LotFSE:
    """Return the lot of factures to which a row of the paper register belongs; raises `NotFound`."""
    found = PaperRow.get_or_none(PaperRow.id == row)
    lot: LotFSE | None = found.dossier.facture.lot_fse if found else None
    if lot is None:
        raise NotFound("Cette ligne n'a pas de lot de factures.", "Transmettez d'abord sa FSE.")
    return lot


def print_label_sheet(cabinet: Cabinet, envelopes: Sequence[Envelope]) -> bytes:
    """Return the labels of several envelopes, eight a sheet."""
    labels = []
    for one in envelopes:
        who, caisse = Practitioner.get_by_id(one.practitioner), Caisse.get_by_id(one.caisse)
        back = PostalBlock(_practitioner(who).name, _lines(who.address))
        mention = f"SCOR · pièces justificatives ({len(one.rows)})"
        labels.append(LabelFacts(_postal(caisse), back, mention, demonstration=_is_demonstration(cabinet)))
    return envelope_label_pdf(labels)


def _facts(cabinet: Cabinet, lot: LotFSE) -> BordereauFacts:
    factures = list(lot.factures.order_by(Facture.number))
    remplacant = next((facture.remplacant for facture in factures if facture.remplacant), None)
    return BordereauFacts(
        practitioner=_practitioner(lot.practitioner),
        caisse=_postal(lot.caisse),
        caisse_code=lot.caisse.identifier,
        fse_lot=lot.number,
        sent=local(lot.sent).date(),
        printed=cabinet.today(),
        lines=tuple(_line(facture) for facture in factures),
        remplacant=_remplacant(remplacant) if remplacant else None,
        demonstration=_is_demonstration(cabinet),
    )


def _line(facture: Facture) -> BordereauLine:
    dossier = facture.dossiers.first()
    rows = dossier.paper.order_by(PaperRow.id) if dossier else []
    return BordereauLine(
        facture=facture.number,
        patient=f"{facture.patient.name} {facture.patient.first_name}".strip(),
        date=facture.date,
        amount=facture.total,
        secured=not facture.degraded,
        posted=tuple(PostedPiece(PIECE[row.piece.type], PAPER_REASON[row.reason]) for row in rows),
    )


def _digest(facts: BordereauFacts) -> str:
    """Digest what the sheet says, but for the day it is printed."""
    said = {name: value for name, value in asdict(facts).items() if name != "printed"}
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()


def _practitioner(who: Practitioner) -> PractitionerBlock:
    return PractitionerBlock(
        name=f"{who.first_name} {who.name}".strip(),
        number=who.number,
        profession=PROFESSION.get(who.profession, who.profession),
        address=_lines(who.address),
    )


def _remplacant(who: Remplacant) -> PractitionerBlock:
    return PractitionerBlock(name=f"{who.first_name} {who.name}".strip(), number=who.number)


def _postal(caisse: Caisse) -> PostalBlock:
    return PostalBlock(caisse.name, _lines(caisse.postal_address))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("\n", ",").split(",") if part.strip())


def _is_demonstration(cabinet: Cabinet) -> bool:
    return bool(cabinet.practice.demonstration)

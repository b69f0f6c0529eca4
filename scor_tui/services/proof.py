"""The printable proof: the timeline of one FSE on paper."""

from __future__ import annotations

from scor_tui.printing.proof import ProofDigest, ProofEvent, ProofFacts, proof_pdf
from scor_tui.services.cabinet import Cabinet, local
from scor_tui.services.timeline import Timeline


def print_proof(cabinet: Cabinet, found: Timeline) -> bytes:
    """Return the proof of a timeline as a PDF."""
    facture = found.facture
    lot = facture.lot_fse
    return proof_pdf(
        ProofFacts(
            facture=facture.number,
            patient=f"{facture.patient.name} {facture.patient.first_name}".strip(),
            practitioner=f"{facture.practitioner.first_name} {facture.practitioner.name}".strip(),
            caisse=f"{facture.caisse.name} ({facture.caisse.identifier})",
            date=facture.date,
            amount=facture.total,
            secured=not facture.degraded,
            fse_lot=f"{lot.number} de {lot.year}" if lot else "",
            status=found.status,
            printed=local(cabinet.now()),
            events=tuple(ProofEvent(local(one.at), one.event, one.detail) for one in found.moments),
            digests=tuple(ProofDigest(f"lot SCOR {number}", digest) for number, digest in found.digests),
            demonstration=bool(cabinet.practice.demonstration),
        )
    )

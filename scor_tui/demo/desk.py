"""The caisse's desk: one opened message in, the sealed answers out.

An ARL is made once for a lot and kept; it is sealed again, word for word, each time the lot comes back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from scor_tui.demo import pki
from scor_tui.demo.cases import Answer, FseAnswer
from scor_tui.demo.layout import FRONTAL, STRANGER, Layout, of_caisse, of_practitioner
from scor_tui.demo.noemie_writer import NoemiePayment, NoemieReject, NoemieSender, noemie_file
from scor_tui.demo.registry import NewAnswer
from scor_tui.demo.scenarios import Scenarios
from scor_tui.domain.errors import CertificateRefused
from scor_tui.domain.norms import Rule
from scor_tui.domain.text import clean
from scor_tui.domain.wire import (
    Arl,
    ArlKind,
    CaisseId,
    DossierVerdict,
    FseContent,
    FseEntry,
    LotContent,
    Refusal,
    Sign,
)
from scor_tui.exchange.certificates import Identity, Usage, check_certificate
from scor_tui.exchange.receiving import ReceivingEnd, Unopenable

FSE_REFUSED = "SO-FSE-REFUSEE"
PAID_AFTER = timedelta(hours=72)
PAID_WITHOUT_ARL_AFTER = timedelta(hours=24)
REJECTED_AFTER = timedelta(hours=48)
LABEL_LENGTH = 200
_ADDRESS = re.compile(r"praticien-([0-9]{9})@poste\.invalid")


@dataclass(frozen=True)
class Keys:
    """Where the keys of the other end lie, read once."""

    layout: Layout
    caisses: tuple[str, ...]

    @cached_property
    def receiving(self) -> ReceivingEnd:
        """The frontal with the caisses behind it."""
        folder = self.layout.pki
        return ReceivingEnd(
            [pki.identity(folder, FRONTAL, Usage.ENCRYPT)],
            {CaisseId.parse(name): [pki.identity(folder, of_caisse(name), Usage.ENCRYPT)] for name in self.caisses},
            pki.roots(folder),
        )

    @cached_property
    def signers(self) -> dict[str, Identity]:
        """Who signs, by the name of their files."""
        names = (FRONTAL, STRANGER, *map(of_caisse, self.caisses))
        return {name: pki.identity(self.layout.pki, name, Usage.SIGN) for name in names}

    @cached_property
    def stranger(self) -> ReceivingEnd:
        """Who seals with the signature of an authority that nobody trusts."""
        return ReceivingEnd([], {}, (*pki.roots(self.layout.pki), *self.signers[STRANGER].chain))

    def check(self, now: datetime) -> None:
        """Read every key of the other end; raises `CertificateRefused` for one missing, broken or expired."""
        roots = (*pki.roots(self.layout.pki), *self.signers[STRANGER].chain)
        for signer in self.signers.values():
            check_certificate(signer.certificate, roots, signer.chain, Usage.SIGN, now)
        _ = self.receiving

    def reader(self, practitioner: str) -> bytes:
        """Return the certificate for which answers are encrypted; raises `CertificateRefused`."""
        return pki.certificate_pem(self.layout.pki, of_practitioner(practitioner), Usage.ENCRYPT)


class Desk:
    """Makes answers; `scenarios` says how badly."""

    def __init__(self, keys: Keys, scenarios: Scenarios) -> None:
        self._keys = keys
        self._scenarios = scenarios

    # --- pieces ----------------------------------------------------------------------------------------

    def scor_answers(self, lot: LotContent, arl: Arl, reception: int, now: datetime) -> list[NewAnswer]:
        """Seal the ARL of a lot as its factures' scenarios want: none, one, late, two, or by a stranger."""
        manner = self._scenarios.about((dossier.facture for dossier in lot.dossiers), reception)
        signer = STRANGER if manner.scor is Answer.WRONG_SIGNER else of_caisse(arl.issuer)
        copies = {Answer.SILENT: 0, Answer.DOUBLE: 2}.get(manner.scor, 1)
        due = now + timedelta(hours=manner.hours)
        return [self._arl(arl, lot.sender.number, signer, due, reception) for _ in range(copies)]

    # --- FSEs ------------------------------------------------------------------------------------------

    def fse_refusals(self, lot: FseContent) -> frozenset[str]:
        """Return the factures that the scenarios refuse."""
        return frozenset(e.facture for e in lot.factures if self._manner(e) is FseAnswer.NEGATIVE)

    def fse_arl(self, lot: FseContent, digest: str, now: datetime) -> Arl:
        """Make the ARL of a lot of FSEs; degraded ones are not in it unless they are refused."""
        refused = self.fse_refusals(lot)
        label = "FSE refusée par la caisse de démonstration : droits de l'assuré non ouverts"
        dossiers = tuple(
            DossierVerdict(entry.facture, Sign.NEGATIVE, (Refusal(FSE_REFUSED, label),))
            if entry.facture in refused
            else DossierVerdict(entry.facture, Sign.POSITIVE)
            for entry in lot.factures
            if entry.facture in refused or not entry.degraded
        )
        return make_arl(ArlKind.FSE, lot.uuid, digest, now, str(lot.recipient), dossiers)

    def fse_answers(self, lot: FseContent, arl: Arl, reception: int, now: datetime, *, first: bool) -> list[NewAnswer]:
        """Seal the ARL of a lot of FSEs, if the caisse issues one; the `first` time, the payments to come."""
        answers = []
        mute = {FseAnswer.NO_ARL, FseAnswer.PAYMENT_ONLY}
        if arl.dossiers and not any(self._manner(entry) in mute for entry in lot.factures):
            answers.append(self._arl(arl, lot.sender.number, of_caisse(arl.issuer), now, reception))
        if first and lot.flux == "FSE":
            answers += self._payments(lot, now)
        return answers

    def _payments(self, lot: FseContent, now: datetime) -> list[NewAnswer]:
        delays = {
            FseAnswer.NORMAL: PAID_AFTER,
            FseAnswer.PAYMENT_ONLY: PAID_WITHOUT_ARL_AFTER,
            FseAnswer.REJECTED_LATER: REJECTED_AFTER,
        }
        answers = []
        for manner, delay in delays.items():
            entries = [entry for entry in lot.factures if self._manner(entry) is manner]
            if entries:
                answers.append(self._noemie(lot, entries, now + delay, rejected=manner is FseAnswer.REJECTED_LATER))
        return answers

    def _noemie(self, lot: FseContent, entries: Sequence[FseEntry], due: datetime, *, rejected: bool) -> NewAnswer:
        caisse, number = str(lot.recipient), lot.sender.number
        payments = [_payment(lot, entry, rejected=rejected) for entry in entries]
        content = noemie_file(NoemieSender(caisse.replace("-", ""), number, due.date(), f"{due:%j}{lot.lot}"), payments)
        mail = self._keys.receiving.seal_noemie(
            content,
            self._keys.signers[of_caisse(caisse)],
            self._keys.reader(number),
            reference=f"{lot.year}-{lot.lot}-{due:%y%m%d}-{number}",
            sender=f"{of_caisse(caisse)}@poste.invalid",
            recipient=f"{of_practitioner(number)}@poste.invalid",
            now=due,
        )
        return NewAnswer(number, due, mail)

    # --- what cannot be opened -------------------------------------------------------------------------

    def frontal_answers(self, refused: Unopenable, now: datetime) -> list[NewAnswer]:
        """Seal the frontal's answer to what it cannot take, for a practitioner that it knows; else none."""
        found = _ADDRESS.fullmatch(refused.reply_to)
        if found is None or not self._keys.layout.mailbox(found[1]).is_dir():
            return []
        code = refused.code or Rule.TEC_CERTIFICAT.value
        arl = replace(refused.arl(now), refusals=(Refusal(code, clean(refused.cause, limit=LABEL_LENGTH)),))
        if not (arl.message_id or arl.envelope_digest):
            return []
        try:
            return [self._arl(arl, found[1], FRONTAL, now, 1)]
        except CertificateRefused:
            return []

    def plain_answer(self, arl: Arl, practitioner: str, now: datetime) -> NewAnswer:
        """Seal an ARL as it should be, whatever the scenarios."""
        return self._arl(arl, practitioner, of_caisse(arl.issuer), now, 1)

    def _arl(self, arl: Arl, practitioner: str, signer: str, due: datetime, attempt: int) -> NewAnswer:
        end = self._keys.stranger if signer == STRANGER else self._keys.receiving
        mail = end.seal_arl(
            arl,
            self._keys.signers[signer],
            self._keys.reader(practitioner),
            sender=f"{FRONTAL if arl.issuer == FRONTAL else of_caisse(arl.issuer)}@poste.invalid",
            recipient=f"{of_practitioner(practitioner)}@poste.invalid",
            now=due,
            attempt=attempt,
        )
        return NewAnswer(practitioner, due, mail)

    def _manner(self, entry: FseEntry) -> FseAnswer:
        return self._scenarios.fse(entry.facture)


def make_arl(
    kind: ArlKind,
    lot: str,
    digest: str,
    now: datetime,
    issuer: str,
    dossiers: tuple[DossierVerdict, ...],
    refusals: tuple[Refusal, ...] = (),
) -> Arl:
    """Make the ARL of a lot: negative as soon as something in it is refused."""
    bad = refusals or any(verdict.sign is Sign.NEGATIVE for verdict in dossiers)
    return Arl(kind, lot, digest, now, Sign.NEGATIVE if bad else Sign.POSITIVE, issuer, dossiers, refusals)


def _payment(lot: FseContent, entry: FseEntry, *, rejected: bool) -> NoemiePayment:
    reject = NoemieReject("D001", "REJET DE DEMONSTRATION : DROITS FERMES A LA DATE DES SOINS")
    return NoemiePayment(
        facture=entry.facture,
        lot=lot.lot,
        lot_date=lot.created.date(),
        day=entry.date,
        asked=entry.amo,
        paid=0 if rejected else entry.amo,
        state="R" if rejected else "P",
        type="B" if entry.degraded else "F",
        rejects=(reject,) if rejected else (),
    )

"""Commands of « Retours » and « Papier »: what came back, what goes by post, the bordereau, the proof."""

from __future__ import annotations

from argparse import Namespace
from datetime import date

from scor_tui.commands.answer import Answer
from scor_tui.commands.folders import write_output
from scor_tui.commands.opening import opened
from scor_tui.domain.errors import WrongUse
from scor_tui.domain.paper import PaperStatus
from scor_tui.domain.status import Status
from scor_tui.domain.text import clean
from scor_tui.domain.words import status_of
from scor_tui.presentation.rows import (
    REGISTER_TITLES,
    RETURN_TITLES,
    register_cells,
    register_line,
    return_cells,
)
from scor_tui.presentation.text import counted, day, moment, table
from scor_tui.services import bordereau as bordereaux
from scor_tui.services import dossiers, paper, proof, returns, timeline
from scor_tui.store.engine import write


def retours(asked: Namespace) -> Answer:
    """List the dossiers that were sent, or the messages set aside, or mark alerts as read."""
    with opened(asked) as cabinet:
        if asked.lu:
            with write():
                for number in asked.lu:
                    returns.mark_read(cabinet, dossiers.by_facture(number))
            return Answer({"lues": asked.lu}, [f"{number} : alerte lue" for number in asked.lu])
        if asked.ecartes:
            aside = list(returns.set_aside())
            lines = [f"{moment(row.received)}  {row.reason}" for row in aside] or ["Aucun message écarté."]
            return Answer({"ecartes": [{"recu": row.received, "raison": row.reason} for row in aside]}, lines)
        rows = list(returns.returned(cabinet, _status(asked.statut)))
    if not rows:
        return Answer({"dossiers": []}, ("Aucun dossier ici : ils y viennent quand ils sont transmis ou hors SCOR.",))
    lines = table(RETURN_TITLES, [return_cells(row) for row in rows], right=(3,))
    lines += [f"! {row.facture} : {row.alert}" for row in rows if row.alert]
    return Answer({"dossiers": rows}, lines)


def transfert_papier(asked: Namespace) -> Answer:
    """Move dossiers to paper."""
    facts, lines = [], []
    with opened(asked) as cabinet, write():
        for number in asked.factures:
            dossier = dossiers.by_facture(number)
            pieces = returns.to_paper(cabinet, dossier)
            facts.append({"facture": number, "statut": dossier.status, "pieces": pieces})
            lines.append(f"{number} : collecte papier, {counted(pieces, 'pièce')} au registre")
    return Answer({"dossiers": facts}, lines)


def papier(asked: Namespace) -> Answer:
    """List the register, or mark rows as posted."""
    with opened(asked) as cabinet:
        if asked.poster:
            done = paper.mark_posted(cabinet, asked.poster, _date(asked.date))
            lines = [f"{row.row} : {register_line(row)}" for row in done]
            return Answer({"postees": done}, lines)
        rows = list(paper.register(PaperStatus.COLLECTE if asked.a_poster else None))
    if not rows:
        return Answer({"lignes": []}, ("Rien au registre papier.",))
    return Answer({"lignes": rows}, table(REGISTER_TITLES, [register_cells(row) for row in rows], right=(0,)))


def bordereau(asked: Namespace) -> Answer:
    """Print the bordereau of a lot of factures, or its envelope's label."""
    with opened(asked) as cabinet:
        lot = bordereaux.find_lot(asked.lot.zfill(3), asked.annee, practitioner=asked.praticien, caisse=asked.caisse)
        if asked.etiquette:
            output = asked.sortie or f"etiquette-{lot.number}-{lot.year}.pdf"
            write_output(output, bordereaux.print_labels(cabinet, lot))
            return Answer({"sortie": output}, (f"Étiquette → {output}",))
        printed = bordereaux.print_bordereau(cabinet, lot, asked.edition)
        output = asked.sortie or f"bordereau-{lot.number}-{lot.year}.pdf"
        write_output(output, printed.pdf)
    facts = {"lot": lot.number, "annee": lot.year, "edition": printed.edition, "sortie": output}
    words = "réimpression" if printed.reprint else "impression"
    line = f"Bordereau du lot {lot.number} de {lot.year}, édition {printed.edition} ({words}) → {output}"
    return Answer({**facts, "reimpression": printed.reprint}, (line,))


def preuve(asked: Namespace) -> Answer:
    """Tell the life of an FSE, or print it."""
    with opened(asked) as cabinet:
        found = timeline.timeline(cabinet, asked.facture)
        if asked.sortie:
            write_output(asked.sortie, proof.print_proof(cabinet, found))
            return Answer({"sortie": asked.sortie}, (f"Preuve de {asked.facture} → {asked.sortie}",))
    lines = [f"Facture {asked.facture} du {day(found.facture.date)} : {found.status}"]
    lines += [f"{moment(one.at)}  {one.event}{f' : {one.detail}' if one.detail else ''}" for one in found.moments]
    lines += [f"lot SCOR {number} : SHA-256 {digest}" for number, digest in found.digests]
    facts = {
        "facture": asked.facture,
        "statut": found.status,
        "moments": found.moments,
        "empreintes": dict(found.digests),
    }
    return Answer(facts, lines)


def _status(said: str | None) -> Status | None:
    if said is None:
        return None
    try:
        return status_of(said)
    except KeyError as error:
        raise WrongUse(
            f"Le statut « {clean(said, limit=40)} » n'existe pas.", "Par exemple : « à reconstituer »."
        ) from error


def _date(said: str | None) -> date | None:
    if said is None:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise WrongUse(f"La date « {clean(said, limit=20)} » est mal formée.", "Attendu : AAAA-MM-JJ.") from error

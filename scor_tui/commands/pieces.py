"""The command `piece`: list, add, see, replace, delete, to paper and back, medical record."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from scor_tui.commands.answer import Answer
from scor_tui.commands.folders import write_output
from scor_tui.commands.opening import conversion_options, opened
from scor_tui.domain.errors import NormsNotMet, NotFound, WrongUse
from scor_tui.domain.pieces import PieceType
from scor_tui.domain.words import PIECE
from scor_tui.imaging.model import Converted
from scor_tui.presentation.documents import converted_lines
from scor_tui.presentation.made_words import advice_words
from scor_tui.presentation.text import counted, kilobytes
from scor_tui.services import acquire, dossiers, holdings, scanning
from scor_tui.services.acquire import Labels
from scor_tui.services.cabinet import Cabinet
from scor_tui.store.models import MedicalDocument, Patient, Piece, PieceVersion


def piece(asked: Namespace) -> Answer:
    """Do what `piece` was asked."""
    actions = {
        "lister": _list,
        "ajouter": _add,
        "voir": _see,
        "remplacer": _replace,
        "supprimer": _delete,
        "papier": _to_paper,
        "numerique": _to_digital,
        "dossier-medical": _to_record,
    }
    with opened(asked) as cabinet:
        return actions[asked.action](cabinet, asked)


def acquire_pages(cabinet: Cabinet, asked: Namespace, files: Sequence[Path], notes: Sequence[str] = ()) -> Answer:
    """Make a piece of files as the command's options say."""
    if not (asked.prescription or asked.facture):
        raise WrongUse("La pièce de quoi ?", "Donnez --prescription ou --facture.")
    kind = PieceType.of_letter(asked.type)
    owner = acquire.owner_of(prescription=asked.prescription, facture=asked.facture, kind=kind)
    said = Labels(asked.libelle, asked.annotation)
    done, notes = _prepared(asked, files, notes)
    made = acquire.add(
        cabinet,
        owner,
        kind,
        done.pdf if done else None,
        legible=asked.lisible,
        on_paper=asked.papier,
        said=said,
    )
    lines = [*(converted_lines(done) if done else ()), *notes, _line(made)]
    return Answer({**_facts(made), "conseils": advice_facts(done) if done else []}, lines)


def advice_facts(done: Converted) -> list[dict[str, object]]:
    """Return what `--json` says that an eye should look at again."""
    return [
        {
            "regle": one.rule,
            "page": one.page,
            "mesure": one.measured,
            "usuel": one.limit,
            "conseil": advice_words(one),
        }
        for one in done.advice
    ]


def _prepared(asked: Namespace, files: Sequence[Path], notes: Sequence[str]) -> tuple[Converted | None, Sequence[str]]:
    """Make the document; with *Envoi papier* the norms do not apply, and pages that break them are not kept."""
    if not files:
        return None, notes
    try:
        return acquire.prepare(files, conversion_options(asked)), notes
    except NormsNotMet as error:
        if not asked.papier:
            raise
        return None, [*notes, f"pages non gardées ({error.cause.rstrip('.')}) : la pièce part par la poste"]


def _add(cabinet: Cabinet, asked: Namespace) -> Answer:
    if not asked.document:
        return acquire_pages(cabinet, asked, _files(asked, needed=not asked.papier))
    with scanning.work_folder(cabinet) as folder:
        return acquire_pages(cabinet, asked, [scanning.from_record(cabinet, asked.document, folder)])


def _list(cabinet: Cabinet, asked: Namespace) -> Answer:  # noqa: ARG001 - every action is asked the same way
    if asked.patient:
        rows = MedicalDocument.select().where(MedicalDocument.patient.in_(_patients(asked.patient)))
        lines = [f"document {row.id} : {row.label} ({row.name})" for row in rows]
        return Answer({"documents": [{"numero": row.id, "libelle": row.label} for row in rows]}, lines)
    if asked.prescription:
        owner = acquire.owner_of(prescription=asked.prescription, kind=PieceType.ORDN)
        found = list(Piece.select().where(Piece.prescription == owner.prescription, Piece.deleted.is_null()))
    elif asked.facture:
        found = list(holdings.candidates(dossiers.by_facture(asked.facture).facture))
    else:
        raise WrongUse("Les pièces de quoi ?", "Donnez --prescription, --facture ou --patient.")
    return Answer({"pieces": [_facts(one) for one in found]}, [_line(one) for one in found] or ["Aucune pièce."])


def _see(cabinet: Cabinet, asked: Namespace) -> Answer:
    found = _asked_piece(asked, even_deleted=True)
    version = _version(found, asked.version)
    if version is None:
        return Answer(_facts(found), [_line(found), "Cette pièce n'a pas de page : elle voyage dans une enveloppe."])
    if not asked.sortie:
        return Answer(_facts(found), [_line(found), *(_version_line(one) for one in found.versions)])
    write_output(asked.sortie, acquire.content_of(cabinet, version))
    return Answer({**_facts(found), "sortie": asked.sortie}, (f"{_version_line(version)} → {asked.sortie}",))


def _replace(cabinet: Cabinet, asked: Namespace) -> Answer:
    found = _asked_piece(asked)
    acquire.refuse_if_locked(found)
    done = acquire.prepare(_files(asked, needed=True), conversion_options(asked))
    said = Labels(asked.libelle, asked.annotation) if asked.libelle or asked.annotation else None
    acquire.replace(cabinet, found, done.pdf, legible=asked.lisible, said=said)
    return Answer({**_facts(found), "conseils": advice_facts(done)}, [*converted_lines(done), _line(found)])


def _delete(cabinet: Cabinet, asked: Namespace) -> Answer:
    found = _asked_piece(asked)
    acquire.delete(cabinet, found)
    return Answer({"piece": found.id, "supprimee": True}, (f"Pièce {found.id} retirée.",))


def _to_paper(cabinet: Cabinet, asked: Namespace) -> Answer:
    found = _asked_piece(asked)
    acquire.move_to_paper(cabinet, found)
    return Answer(_facts(found), (_line(found),))


def _to_digital(cabinet: Cabinet, asked: Namespace) -> Answer:
    found = _asked_piece(asked)
    acquire.move_to_digital(cabinet, found, legible=asked.lisible)
    return Answer(_facts(found), (_line(found),))


def _to_record(cabinet: Cabinet, asked: Namespace) -> Answer:
    if not asked.patient:
        raise WrongUse("Le dossier médical de qui ?", "Donnez --patient.")
    made = [scanning.add_to_record(cabinet, asked.patient, path, asked.libelle) for path in _files(asked, needed=True)]
    lines = [f"document {row.id} : {row.label}" for row in made]
    return Answer({"documents": [{"numero": row.id, "libelle": row.label} for row in made]}, lines)


def _asked_piece(asked: Namespace, *, even_deleted: bool = False) -> Piece:
    if asked.numero is None:
        raise WrongUse("Quelle pièce ?", "Donnez --numero (voir piece lister).")
    return acquire.piece_of(asked.numero, even_deleted=even_deleted)


def _version(found: Piece, number: int | None) -> PieceVersion | None:
    if number is None:
        return holdings.last_version(found)
    version: PieceVersion | None = found.versions.where(PieceVersion.number == number).first()
    if version is None:
        raise NotFound(f"La pièce {found.id} n'a pas de version {number}.", "Voyez ses versions : piece voir.")
    return version


def _files(asked: Namespace, *, needed: bool) -> list[Path]:
    if needed and not asked.fichiers:
        raise WrongUse("Aucun fichier donné.", "Donnez des images ou un PDF, ou --papier pour une pièce sans page.")
    return [Path(name) for name in asked.fichiers]


def _patients(number: str) -> list[int]:
    return [row.id for row in Patient.select(Patient.id).where(Patient.number == number)]


def _facts(found: Piece) -> dict[str, object]:
    version = holdings.last_version(found)
    return {
        "piece": found.id,
        "type": found.type,
        "libelle": found.label,
        "annotation": found.annotation,
        "papier": found.on_paper,
        "version": version.number if version else 0,
        "pages": version.pages if version else 0,
        "octets": version.bytes if version else 0,
        "sha256": version.sha256 if version else "",
        "rejetee": holdings.is_rejected(version),
    }


def _line(found: Piece) -> str:
    version = holdings.last_version(found)
    pages = f"{counted(version.pages, 'page')}, {kilobytes(version.bytes)}" if version else "sans page"
    paper = ", retirée" if found.deleted else ", envoi papier" if found.on_paper else ""
    rejected = ", REJETÉE : à reprendre" if holdings.is_rejected(version) and not found.on_paper else ""
    return f"pièce {found.id} · {found.type.letter} {PIECE[found.type]} « {found.label} » : {pages}{paper}{rejected}"


def _version_line(version: PieceVersion) -> str:
    who = f"lisible selon {version.legible_by}" if version.legible_at else "lisibilité non confirmée"
    return f"version {version.number} : {counted(version.pages, 'page')}, {version.dpi} dpi, {who}, {version.sha256}"

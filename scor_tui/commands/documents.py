"""Commands on documents and scanners: convert, check, list scanners, scan."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from scor_tui import imaging, system
from scor_tui.commands.answer import Answer
from scor_tui.commands.folders import write_output
from scor_tui.commands.opening import conversion_options, opened
from scor_tui.commands.pieces import acquire_pages, advice_facts
from scor_tui.domain.errors import ExitCode, NoScanner, WrongUse
from scor_tui.domain.norms import NormsReport
from scor_tui.domain.ports import Device, ScannedPages, ScanRequest
from scor_tui.domain.text import clean, fold
from scor_tui.imaging import limits
from scor_tui.presentation.documents import converted_lines, report_lines
from scor_tui.scanners.capabilities import is_feeder
from scor_tui.scanners.sane import SaneScanner
from scor_tui.services import scanning

if TYPE_CHECKING:
    from scor_tui.services.cabinet import Cabinet


def convertir(asked: Namespace) -> Answer:
    """Make one compliant PDF of images or PDFs."""
    options = conversion_options(asked)
    done = imaging.convert([Path(name) for name in asked.entrees], options)
    write_output(asked.sortie, done.pdf)
    return Answer(converted_facts(done, asked.sortie), list(converted_lines(done, asked.sortie)))


def verifier(asked: Namespace) -> Answer:
    """Say whether a PDF meets the norms, and which rule fails."""
    try:
        with Path(asked.fichier).open("rb") as handle:
            # a megabyte too many is enough to be refused for its weight
            content = handle.read(limits.MAX_INPUT_BYTES + 1_000_000)
    except OSError as error:
        raise WrongUse(
            f"Le fichier {clean(asked.fichier, limit=100)} ne peut pas être lu.",
            "Vérifiez son chemin et ses droits.",
        ) from error
    report = imaging.inspect(content)
    code = ExitCode.DONE if report.compliant else ExitCode.REFUSED
    return Answer(report_facts(report), list(report_lines(report)), code)


def scanners(asked: Namespace) -> Answer:  # noqa: ARG001 - every command is asked the same way
    """List the scanners and whether each is compatible."""
    found = SaneScanner().devices()
    lines = [
        f"{device.name:40} {device.label}  {'compatible' if device.compatible else f'incompatible : {device.why_not}'}"
        for device in found
    ]
    lines += [f"    sources : {', '.join(device.sources)}" for device in found if device.sources]
    return Answer({"scanners": found}, lines)


def numeriser(asked: Namespace) -> Answer:
    """Scan pages into a piece of a prescription or facture, or into a PDF."""
    if asked.pages < 0:
        raise WrongUse("Un nombre de pages ne peut pas être négatif.", "Donnez --pages 1 ou plus.")
    if not asked.sortie and not (asked.prescription or asked.facture):
        raise WrongUse("Où mettre les pages ?", "Donnez --prescription, --facture, ou un PDF avec -o.")
    if asked.sortie:
        return _to_file(asked)
    with opened(asked) as cabinet, scanning.work_folder(cabinet) as folder:
        if asked.dossier_surveille:
            taken = scanning.take_watched(cabinet, folder)
            answer = acquire_pages(cabinet, asked, taken.files)
            taken.give_up()
            return answer
        pages = _scan(asked, folder, cabinet)
        return acquire_pages(cabinet, asked, list(pages.files), _notes(pages))


def converted_facts(done: imaging.Converted, output: str = "") -> dict[str, object]:
    """Return what `--json` says of a conversion."""
    facts = report_facts(done.report)
    made = [
        {
            "source": page.source,
            "page": page.index + 1,
            "dpi": page.dpi,
            "octets": page.bytes,
            "ajustee": page.fitted,
            "dpi_avant": page.first_dpi,
            "octets_avant": page.first_bytes,
            "methode": page.method,
            "etapes": page.steps,
        }
        for page in done.pages
    ]
    return {**facts, "pages_faites": made, "conseils": advice_facts(done), "sortie": output}


def report_facts(report: NormsReport) -> dict[str, object]:
    """Return what `--json` says of a document."""
    return {
        "conforme": report.compliant,
        "octets": report.bytes,
        "dpi": report.dpi,
        "pages": len(report.pages),
        "manquements": [
            {"regle": one.rule, "page": one.page, "mesure": one.measured, "limite": one.limit}
            for one in report.findings
        ],
    }


def _to_file(asked: Namespace) -> Answer:
    with system.private_folder("scor-pages-", in_memory=scanning.ROOM_TO_SCAN) as folder:
        pages = _scan(asked, folder, None)
        done = imaging.convert(pages.files, imaging.ConvertOptions(dpi=asked.dpi))
    write_output(asked.sortie, done.pdf)
    facts = {
        **converted_facts(done, asked.sortie),
        "avertissement": pages.warning,
        "incompletes": pages.incomplete,
    }
    return Answer(facts, [*converted_lines(done, asked.sortie), *_notes(pages)])


def _notes(pages: ScannedPages) -> list[str]:
    """Return what a person must know of a scan: why it ended early, which pages look cut."""
    said = [pages.warning] if pages.warning else []
    return said + [f"page {index + 1} : numérisation incomplète ? Contrôlez-en le bas." for index in pages.incomplete]


def _scan(asked: Namespace, folder: Path, cabinet: Cabinet | None) -> ScannedPages:
    scanner = SaneScanner()
    wanted = asked.appareil or (cabinet.practice.scanner if cabinet else "")
    device = _device(scanner, wanted)
    source = _source(device, asked.source)
    all_pages = is_feeder(source) and not asked.une_page
    request = ScanRequest(device.name, source, asked.dpi, all_pages=all_pages, at_most=asked.pages)
    return scanner.scan(request, folder)


def _device(scanner: SaneScanner, wanted: str) -> Device:
    found = scanner.devices()
    chosen = [one for one in found if one.name == wanted] if wanted else [one for one in found if one.compatible]
    if not chosen and not wanted:
        raise NoScanner(
            f"Aucun scanner compatible ({'; '.join(one.why_not for one in found if one.why_not)}).",
            "Voyez-les : scor-tui scanners. Les fichiers et le dossier surveillé restent possibles.",
        )
    if not chosen:
        named = ", ".join(one.name for one in found)
        raise WrongUse(f"Le scanner « {clean(wanted, limit=60)} » n'est pas là.", f"Scanners présents : {named}.")
    return chosen[0]


def _source(device: Device, said: str) -> str:
    """Return the driver's own name of a source: as it is, a part of it, or « chargeur » / « vitre »."""
    if not said:
        return ""
    for name in device.sources:
        if _is_meant(name, fold(said)):
            return name
    raise WrongUse(
        f"Le scanner n'a pas de source « {clean(said, limit=40)} ».",
        f"Ses sources : {', '.join(device.sources) or 'aucune'}.",
    )


def _is_meant(source: str, said: str) -> bool:
    if said in {"chargeur", "feeder", "adf"}:
        return is_feeder(source)
    return not is_feeder(source) if said == "vitre" else said in fold(source)

"""The room's door: convert, inspect and show documents, each in one limited child process."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from scor_tui.domain.errors import FileNotAccepted, WrongUse
from scor_tui.domain.norms import MAX_BYTES, Finding, NormsReport
from scor_tui.domain.ports import Cancel, Progress, no_progress
from scor_tui.domain.text import clean
from scor_tui.imaging import limits
from scor_tui.imaging.model import Converted, ConvertOptions, findings_from_json, page_from_json, report_from_json
from scor_tui.imaging.runner import private_folder, run_child

DEFAULT_OPTIONS = ConvertOptions()
_MAX_PNG_BYTES = 2 * limits.MAX_RENDERED_PIXELS


def convert(
    inputs: Sequence[Path],
    options: ConvertOptions = DEFAULT_OPTIONS,
    progress: Progress = no_progress,
    cancel: Cancel | None = None,
) -> Converted:
    """Make one compliant PDF of images (JPEG, PNG, TIFF, WebP, HEIC) and PDFs, in that order.

    Same inputs and options, same bytes. Raises `FileNotAccepted`, `PasswordNeeded`, `NormsNotMet` (its `code`
    is the broken rule), `ConversionCancelled`, `WrongUse` without inputs. Source of the rules: product, 3.1.
    """
    if not inputs:
        raise WrongUse("Aucun fichier à convertir.", "Indiquez au moins une image ou un PDF.")
    if len(inputs) > limits.MAX_PAGES:
        raise FileNotAccepted(
            f"Vous donnez {len(inputs)} fichiers ; un document a au plus {limits.MAX_PAGES} pages.",
            "Faites-en plusieurs documents.",
        )
    sources = [_checked(path) for path in inputs]
    with private_folder() as folder:
        request = {"do": "convert", "sources": sources, "options": options.as_json()}
        answer = run_child(request, folder, progress, cancel)
        with _understood():
            return Converted(
                pdf=_read(folder / "document.pdf", MAX_BYTES),
                report=report_from_json(answer["report"]),
                pages=tuple(page_from_json(page) for page in answer["pages"]),
                advice=findings_from_json(answer["advice"]),
            )


def inspect(pdf: bytes, password: str = "") -> NormsReport:
    """Check a PDF strictly against every norm of a piece, as every door and a receiving caisse do.

    What the file is, is in the report; raises `FileNotAccepted` (code `SO-PDF-INVALIDE`) only when reading it
    brings the child down, takes too long, or when it is over 50 MB.
    """
    with private_folder() as folder:
        request = {"do": "inspect", "source": _kept(pdf, folder), "password": password}
        try:
            answer = run_child(request, folder, no_progress)
        except FileNotAccepted as error:
            raise FileNotAccepted(error.cause, error.remedy, code="SO-PDF-INVALIDE") from error
        with _understood():
            # what the child measured must be the bytes that were given
            return replace(report_from_json(answer["report"]), bytes=len(pdf))


def advise(pdf: bytes, password: str = "") -> tuple[Finding, ...]:
    """Return what an eye should look at again on a compliant PDF: advice, which refuses nothing.

    Raises `FileNotAccepted`, `PasswordNeeded`.
    """
    with private_folder() as folder:
        answer = run_child({"do": "advise", "source": _kept(pdf, folder), "password": password}, folder, no_progress)
        with _understood():
            return findings_from_json(answer["advice"])


def render_page(source: bytes | Path, index: int, dpi: int = 100, password: str = "") -> bytes:
    """Return page `index` (from 0) of a document as a grey PNG, at `dpi` or at an image's own if lower.

    Raises `FileNotAccepted`, `PasswordNeeded`.
    """
    (png,) = _rendered(source, [index], dpi, password)
    return png


def page_images(source: bytes | Path, dpi: int = 100, password: str = "") -> Iterator[bytes]:
    """Yield every page of a document as a grey PNG, one in memory at a time; raises as `render_page`."""
    return _rendered(source, None, dpi, password)


def page_bits(pdf: bytes) -> Iterator[bytes]:
    """Yield every page of a compliant PDF as a 1-bit PNG, pixel by pixel as it is stored.

    Raises `FileNotAccepted` for a PDF whose pages are not one black-and-white image each.
    """
    with private_folder() as folder:
        answer = run_child({"do": "bits", "source": _kept(pdf, folder), "password": ""}, folder, no_progress)
        with _understood():
            count = int(answer["count"])
        for number in range(count):
            with _understood():
                png = _read(folder / f"page-{number:02}.png", _MAX_PNG_BYTES)
            yield png


def _rendered(source: bytes | Path, indices: list[int] | None, dpi: int, password: str) -> Iterator[bytes]:
    with private_folder() as folder:
        given = _kept(source, folder) if isinstance(source, bytes) else _checked(source)
        request = {"do": "render", "source": given, "pages": indices, "dpi": dpi, "password": password}
        answer = run_child(request, folder, no_progress)
        with _understood():
            count = int(answer["count"])
            if indices is not None and count != len(indices):
                raise ValueError(count)
        for number in range(count):
            with _understood():
                png = _read(folder / f"page-{number:02}.png", _MAX_PNG_BYTES)
            yield png


def _checked(path: Path) -> dict[str, str]:
    """Return a source for the child: a regular file of an acceptable size, with the name to call it by."""
    name = clean(path.name, limit=80)
    try:
        facts = path.stat()
    except (OSError, ValueError):
        raise FileNotAccepted(
            f"« {name} » est introuvable ou illisible.", "Vérifiez son chemin et ses droits."
        ) from None
    if not stat.S_ISREG(facts.st_mode):
        raise FileNotAccepted(f"« {name} » n'est pas un fichier.", "Choisissez une image ou un PDF.")
    _check_weight(facts.st_size, name)
    return {"path": str(path.resolve()), "name": name}


def _kept(content: bytes, folder: Path) -> dict[str, str]:
    _check_weight(len(content), "document")
    path = folder / "source"
    path.write_bytes(content)
    return {"path": str(path), "name": "document"}


def _check_weight(size: int, name: str) -> None:
    if size == 0:
        raise FileNotAccepted(f"« {name} » est vide.", "Choisissez un autre fichier.", code="SO-PDF-INVALIDE")
    if size > limits.MAX_INPUT_BYTES:
        raise FileNotAccepted(
            f"« {name} » pèse {size // 1_000_000} Mo ; {limits.MAX_INPUT_BYTES // 1_000_000} Mo au plus sont acceptés.",
            "Numérisez à 300 dpi en gris, ou réduisez le fichier.",
            code="SO-PDF-POIDS",
        )


def _read(path: Path, at_most: int) -> bytes:
    with path.open("rb") as handle:
        content = handle.read(at_most + 1)
    if len(content) > at_most:
        raise ValueError(at_most)
    return content


@contextmanager
def _understood() -> Iterator[None]:
    """Turn an answer that makes no sense into a refusal: the child read a hostile file and is not trusted."""
    try:
        yield
    except (KeyError, TypeError, ValueError, OSError) as error:
        cause: Any = type(error).__name__
        raise FileNotAccepted(
            f"Le programme qui ouvre les fichiers a répondu de travers ({cause}).",
            "Numérisez le papier, ou demandez une autre version du fichier.",
        ) from error

"""The limited child that opens foreign files: `python -m scor_tui.imaging.child`, spoken to by `runner` only.

It bounds itself before it reads anything, silences the libraries, answers one request and ends. Its working
folder is the private folder of the request.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import IO, Any

from scor_tui import system
from scor_tui.domain.errors import ScorError
from scor_tui.imaging import limits

_RENDER_DPI = range(20, 601)


def main() -> None:
    """Answer the request that stands on the standard input."""
    system.limiter(limits.CHILD_MEMORY, limits.CHILD_CPU_SECONDS)()
    system.harden()
    request = json.loads(sys.stdin.buffer.read())
    with _own_output() as out:
        try:
            _say(out, {"answer": _DO[request["do"]](request, out)})
        except ScorError as error:
            _say(out, {"error": {"kind": type(error).__name__, **_facts(error)}})
        except MemoryError:
            from scor_tui.imaging import refusals

            _say(out, {"error": {"kind": "FileNotAccepted", **_facts(refusals.too_much_memory())}})
        except BrokenPipeError:
            pass
        except Exception as error:  # noqa: BLE001 - the outer edge: whatever a foreign file broke, it is refused
            from scor_tui.imaging import refusals

            refusal = refusals.unreadable(f"document ({type(error).__name__})")
            _say(out, {"error": {"kind": "FileNotAccepted", **_facts(refusal)}})
        out.flush()
    # what foreign bytes left behind is not worth tidying
    os._exit(0)


def _convert(request: dict[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from dataclasses import asdict

    from scor_tui.imaging.model import ConvertOptions, report_as_json
    from scor_tui.imaging.pipeline import Context, convert_document

    options = ConvertOptions.from_json(request["options"])
    context = Context(Path.cwd(), options, _progress(out))
    report, pages, advice = convert_document([_source(each, options.password) for each in request["sources"]], context)
    return {
        "report": report_as_json(report),
        "pages": [asdict(page) for page in pages],
        "advice": [asdict(finding) for finding in advice],
    }


def _inspect(request: dict[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from scor_tui.imaging.model import report_as_json
    from scor_tui.imaging.norms_check import check

    report = check(Path(request["source"]["path"]), request["password"], _progress(out))
    return {"report": report_as_json(report)}


def _advise(request: dict[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from dataclasses import asdict

    from scor_tui.imaging.norms_check import advice_on

    found = advice_on(Path(request["source"]["path"]), request["password"], _progress(out))
    return {"advice": [asdict(finding) for finding in found]}


def _render(request: dict[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from scor_tui.imaging.pipeline import check_number
    from scor_tui.imaging.sources import open_document

    dpi = min(max(int(request["dpi"]), _RENDER_DPI[0]), _RENDER_DPI[-1])
    document = open_document(_source(request["source"], request["password"]))
    pages = range(document.count) if request["pages"] is None else request["pages"]
    check_number(len(pages))
    say = _progress(out)
    for number, page in enumerate(pages):
        image = document.preview(page, dpi)
        image.info.clear()
        image.save(f"page-{number:02}.png", "PNG", compress_level=1)
        say(number + 1, len(pages), "render")
    return {"count": len(pages)}


def _bits(request: dict[str, Any], out: IO[bytes]) -> dict[str, Any]:
    from scor_tui.imaging import refusals
    from scor_tui.imaging.pdfs import PdfDocument

    source = _source(request["source"], request["password"])
    document = PdfDocument(source.path, source.name, source.password)
    say = _progress(out)
    for number in range(min(document.count, limits.MAX_PAGES)):
        images = [each for each in document.painted(number).painted if each.is_image]
        if len(images) != 1:
            raise refusals.unreadable(source.name)
        document.bits(number, images[0]).save(f"page-{number:02}.png", "PNG", compress_level=1)
        say(number + 1, document.count, "render")
    return {"count": min(document.count, limits.MAX_PAGES)}


_DO = {"advise": _advise, "convert": _convert, "inspect": _inspect, "render": _render, "bits": _bits}


def _source(facts: dict[str, str], password: str) -> Any:
    from scor_tui.imaging.sources import Source

    return Source(Path(facts["path"]), facts["name"], password)


def _own_output() -> IO[bytes]:
    """Keep the standard output for our answers: what a library prints goes nowhere."""
    ours = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return ours


def _progress(out: IO[bytes]) -> Any:
    return lambda done, total, code: _say(out, {"progress": [done, total, code]})


def _say(out: IO[bytes], message: dict[str, Any]) -> None:
    out.write(json.dumps(message).encode() + b"\n")
    out.flush()


def _facts(error: ScorError) -> dict[str, str]:
    return {"cause": error.cause, "remedy": error.remedy, "code": error.code}


if __name__ == "__main__":
    main()

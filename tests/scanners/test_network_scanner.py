"""A driverless network scanner (eSCL), for real through sane-airscan, on loopback.

Only where the package sane-airscan is installed: elsewhere nothing of this is tested, and pytest says so.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from scor_tui.domain.errors import NoScanner, ScannerFailed
from scor_tui.domain.ports import ScanRequest
from scor_tui.scanners.child import Patience
from scor_tui.scanners.sane import SaneScanner

NAMES = 'xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm" xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03"'
RESOLUTIONS = "".join(
    f"<scan:DiscreteResolution><scan:XResolution>{dpi}</scan:XResolution>"
    f"<scan:YResolution>{dpi}</scan:YResolution></scan:DiscreteResolution>"
    for dpi in (100, 200, 300)
)
TRAY = (
    "<scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>2550</scan:MaxWidth>"
    "<scan:MinHeight>16</scan:MinHeight><scan:MaxHeight>3508</scan:MaxHeight>"
    "<scan:SettingProfiles><scan:SettingProfile><scan:ColorModes>"
    "<scan:ColorMode>BlackAndWhite1</scan:ColorMode><scan:ColorMode>Grayscale8</scan:ColorMode>"
    "</scan:ColorModes><scan:DocumentFormats><pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat>"
    f"</scan:DocumentFormats><scan:SupportedResolutions><scan:DiscreteResolutions>{RESOLUTIONS}"
    "</scan:DiscreteResolutions></scan:SupportedResolutions></scan:SettingProfile></scan:SettingProfiles>"
)
CAPABILITIES = (
    f"<scan:ScannerCapabilities {NAMES}><pwg:Version>2.6</pwg:Version>"
    "<pwg:MakeAndModel>Invente 3000</pwg:MakeAndModel>"
    f"<scan:Platen><scan:PlatenInputCaps>{TRAY}</scan:PlatenInputCaps></scan:Platen>"
    f"<scan:Adf><scan:AdfSimplexInputCaps>{TRAY}</scan:AdfSimplexInputCaps></scan:Adf>"
    "</scan:ScannerCapabilities>"
)


class Copier:
    """An invented copier: sheets in its feeder, and the page (from 1) on which something goes wrong."""

    def __init__(self) -> None:
        self.sheets, self.given = 3, 0
        self.jams_at = self.cuts_at = self.hangs_at = 0
        self.busy = False
        self.released = threading.Event()
        buffer = io.BytesIO()
        Image.effect_noise((1653, 2338), 40).save(buffer, "JPEG", dpi=(200, 200))
        self.page = buffer.getvalue()

    def next_page(self) -> bytes | None:
        """Return the next page, or None when there is none or it is jammed."""
        self.given += 1
        if self.given == self.hangs_at:
            self.released.wait(60)
        if self.given > self.sheets or self.given == self.jams_at:
            return None
        return self.page[: len(self.page) // 2] if self.given == self.cuts_at else self.page

    @property
    def status(self) -> str:
        """What the scanner says of itself."""
        jammed = self.jams_at and self.given >= self.jams_at
        feeder = "ScannerAdfJam" if jammed else "ScannerAdfLoaded"
        return (
            f"<scan:ScannerStatus {NAMES}><pwg:Version>2.6</pwg:Version>"
            f"<pwg:State>{'Processing' if self.busy else 'Idle'}</pwg:State>"
            f"<scan:AdfState>{feeder}</scan:AdfState></scan:ScannerStatus>"
        )


def handler_of(copier: Copier) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def answer(self, code: int, body: bytes = b"", kind: str = "text/xml", location: str = "") -> None:
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            if self.path.endswith("/ScannerCapabilities"):
                self.answer(200, CAPABILITIES.encode())
            elif self.path.endswith("/ScannerStatus"):
                self.answer(200, copier.status.encode())
            else:
                page = copier.next_page()
                jammed = copier.given == copier.jams_at
                self.answer(200, page, "image/jpeg") if page else self.answer(409 if jammed else 404)

        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            copier.sheets = copier.sheets if b"Feeder" in asked else 1
            self.answer(503) if copier.busy else self.answer(201, location="/eSCL/ScanJobs/1")

        def do_DELETE(self) -> None:
            self.answer(200)

    return Handler


@pytest.fixture
def copier() -> Iterator[tuple[Copier, int]]:
    """The copier, listening on loopback: (copier, port)."""
    machine = Copier()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(machine))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield machine, server.server_address[1]
    machine.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def silence() -> float:
    """How long the scanner may be silent, in seconds."""
    return 60.0


@pytest.fixture
def scanner(
    scanimage: str, copier: tuple[Copier, int], sane_config: Callable[..., Path], silence: float
) -> SaneScanner:
    config = sane_config("airscan")
    (config / "airscan.conf").write_text(
        f'[devices]\n"Copieur" = http://127.0.0.1:{copier[1]}/eSCL, eSCL\n[options]\ndiscovery = disable\n'
    )
    found = SaneScanner(config_dir=config, patience=Patience(silence, 0.5, 0.5))
    try:
        found.devices()
    except NoScanner:
        pytest.skip("no network scanner was driven in this test: the package sane-airscan is not installed")
    return found


ALL = ScanRequest("airscan:e0:Copieur", "ADF", 200, all_pages=True)
GLASS = ScanRequest("airscan:e0:Copieur", "Flatbed", 200)


def test_a_network_scanner_is_listed_and_gives_its_stack(scanner: SaneScanner, folder: Path) -> None:
    (device,) = scanner.devices()
    assert device.sources == ("Flatbed", "ADF")
    assert device.compatible
    pages = scanner.scan(ALL, folder)
    assert (len(pages.files), pages.warning, pages.incomplete) == (3, "", ())
    with Image.open(pages.files[0]) as image:
        assert image.mode == "L"
        assert abs(image.width - 1653) <= 1
        assert abs(image.height - 2338) <= 1


def test_a_jam_on_page_three_keeps_two_pages(scanner: SaneScanner, copier: tuple[Copier, int], folder: Path) -> None:
    copier[0].sheets, copier[0].jams_at = 5, 3
    pages = scanner.scan(ALL, folder)
    assert len(pages.files) == 2
    assert "coincée" in pages.warning


def test_a_page_cut_on_the_way_comes_without_an_error_and_is_questioned(
    scanner: SaneScanner, copier: tuple[Copier, int], folder: Path
) -> None:
    copier[0].cuts_at = 2
    assert scanner.scan(ALL, folder).incomplete == (1,)


@pytest.mark.slow
@pytest.mark.parametrize("request_", [ALL, GLASS], ids=["feeder", "glass"])
def test_a_busy_scanner_is_not_said_to_be_empty_only(
    scanner: SaneScanner, copier: tuple[Copier, int], folder: Path, request_: ScanRequest
) -> None:
    """The driver itself asks again for ten seconds."""
    copier[0].busy = True
    with pytest.raises(ScannerFailed, match="occupé"):
        scanner.scan(request_, folder)


@pytest.mark.parametrize("silence", [1.0])
def test_a_scanner_that_hangs_on_page_two_is_stopped_and_page_one_kept(
    scanner: SaneScanner, copier: tuple[Copier, int], folder: Path
) -> None:
    copier[0].hangs_at = 2
    pages = scanner.scan(ALL, folder)
    assert len(pages.files) == 1
    assert "plus donné signe de vie" in pages.warning

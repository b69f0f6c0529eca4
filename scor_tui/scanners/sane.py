"""Scanners driven through SANE's `scanimage`, a child process that can be stopped and cannot take us down.

Always 8-bit grey in TIFF: thresholding is ours and can be changed without scanning again. An image cut short
may come with exit code 0, and a cancelled scan with that of a broken device: what the child says is checked
against what it left, and we remember what we did to it. A driver may also hang after its last page, when it is
closed (a reader thread cancelled inside the dynamic loader, sane-backends 1.2.1): always in batch, even for one
page, `scanimage` says when all is done and with which status, and a hung farewell costs nothing.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scor_tui.domain.errors import ScannerFailed
from scor_tui.domain.ports import Cancel, Device, Progress, ScannedPages, ScanRequest, no_progress
from scor_tui.domain.text import clean
from scor_tui.scanners import child, statuses
from scor_tui.scanners.capabilities import Capabilities, is_feeder, parse
from scor_tui.scanners.child import Ended, Patience, Stop
from scor_tui.scanners.pages import collect, folder_refuses
from scor_tui.scanners.scan_log import ScanLog
from scor_tui.scanners.statuses import SaneStatus

_FIELD = "\x1f"
_LIST_FORMAT = _FIELD.join(("%d", "%v", "%m", "%t")) + "%n"
_SHEETFED = "sheetfed scanner"
_ATTEMPTS = 2


class SaneScanner:
    """The scanners that SANE knows.

    `config_dir` takes the place of SANE's own configuration folder; `extra_options` are options of the driver
    (`--name=value`) added to every scan; `patience` says how long to wait for a scanner.
    """

    def __init__(
        self,
        *,
        config_dir: Path | None = None,
        program: str = "scanimage",
        extra_options: Sequence[str] = (),
        patience: Patience | None = None,
    ) -> None:
        self._config_dir = config_dir
        self._program = program
        self._extra_options = tuple(extra_options)
        self._patience = patience or Patience()
        self._known: dict[str, Capabilities] = {}
        self._sheetfed: set[str] = set()

    def devices(self) -> tuple[Device, ...]:
        """List the scanners, each asked whether it can make compliant pages.

        Raises `NoScanner` when SANE is not installed or sees none, `ScannerFailed` when the search failed.
        """
        log = ScanLog(no_progress)
        ended = self._ask((f"--formatted-device-list={_LIST_FORMAT}",), log)
        if ended.stop or ended.returncode:
            raise self._why(ended, log, "")
        lines = (line.split(_FIELD) for line in ended.output.splitlines())
        found = tuple(self._device(*fields) for fields in lines if len(fields) == 4)
        if not found:
            raise statuses.none_found()
        return found

    def capabilities(self, device: str) -> Capabilities:
        """Ask a scanner what it can do, once; raises `ScannerFailed`."""
        if device not in self._known:
            log = ScanLog(no_progress)
            ended = self._ask((f"--device-name={device}", "--all-options"), log)
            if ended.stop or ended.returncode:
                raise self._why(ended, log, device)
            self._known[device] = parse(ended.output)
        return self._known[device]

    def scan(
        self,
        request: ScanRequest,
        folder: Path,
        progress: Progress = no_progress,
        cancel: Cancel | None = None,
    ) -> ScannedPages:
        """Scan one page, or all those of a feeder, into `folder` (`page-001.tiff` and so on).

        Pages that are whole are kept whatever comes after them, with a warning; raises `ScannerFailed` when
        there is none. Progress has the code `scan.page`. An empty device means the first that is compatible.
        """
        device = request.device or self._first_compatible()
        able = self.capabilities(device)
        options = _options(device, able, request)
        batch = request.all_pages and self._feeds(device, able, request.source)
        with _work_folder(folder) as work:
            argv = (
                *options,
                *self._extra_options,
                "--format=tiff",
                "--progress",
                *_output(request.at_most if batch else 1),
            )
            ended, log = self._attempt(argv, work, progress, cancel)
            whole = _whole_pages(work, ended, log)
            pages = collect(whole, folder)
        failed = self._judge(ended, log, device, pages=len(pages.files), unreadable=pages.unreadable)
        if failed and not pages.files:
            self._known.pop(device, None)
            raise failed
        return ScannedPages(pages.files, pages.incomplete, _warning(failed, len(pages.files)), device)

    def _device(self, name: str, vendor: str, model: str, kind: str) -> Device:
        label = clean(f"{vendor} {model}".strip() or name, limit=80)
        if kind == _SHEETFED:
            self._sheetfed.add(name)
        try:
            able = self.capabilities(name)
        except ScannerFailed as error:
            return Device(name, label, compatible=False, why_not=f"{error.cause} {error.remedy}")
        return Device(name, label, able.sources, compatible=not able.why_not, why_not=able.why_not)

    def _first_compatible(self) -> str:
        found = self.devices()
        for device in found:
            if device.compatible:
                return device.name
        raise ScannerFailed(
            f"Aucun scanner utilisable : {found[0].label} : {found[0].why_not}",
            "Utilisez un autre scanner, un dossier surveillé ou un fichier.",
            code="incompatible",
        )

    def _feeds(self, device: str, able: Capabilities, source: str) -> bool:
        """Whether to go on to the next sheet: on a glass that would never end."""
        return is_feeder(source or able.default_source) or (not able.sources and device in self._sheetfed)

    def _attempt(
        self, argv: Sequence[str], work: Path, progress: Progress, cancel: Cancel | None
    ) -> tuple[Ended, ScanLog]:
        """Scan, once more if the device could not be reached: some network drivers fail so now and then."""
        for _ in range(_ATTEMPTS):
            log = ScanLog(progress)
            ended = self._ask(argv, log, work, cancel)
            lost = ended.returncode == SaneStatus.IO_ERROR or statuses.open_failed(log.lines)
            if ended.stop or log.started or not lost:
                break
        return ended, log

    def _ask(
        self, options: Sequence[str], log: ScanLog, work: Path | None = None, cancel: Cancel | None = None
    ) -> Ended:
        try:
            ended = child.run(
                (self._program, *options),
                folder=work,
                environment=self._environment(),
                patience=self._patience,
                on_errors=log.hear,
                is_done=lambda: log.done,
                cancel=cancel,
            )
        except (FileNotFoundError, PermissionError) as error:
            raise statuses.not_installed(self._program) from error
        log.end()
        if ended.stop is Stop.LINGERED and log.status is not None:
            return Ended(log.status, ended.output)
        return ended

    def _environment(self) -> dict[str, str]:
        """Return the child's environment: in French, SANE would print and expect decimal commas."""
        inherited = {name: value for name, value in os.environ.items() if name != "LANGUAGE"}
        chosen = {"SANE_CONFIG_DIR": str(self._config_dir)} if self._config_dir else {}
        return inherited | {"LC_ALL": "C.UTF-8"} | chosen

    def _judge(self, ended: Ended, log: ScanLog, device: str, *, pages: int, unreadable: int) -> ScannerFailed | None:
        """Return why the scan ended early, or None when it did not."""
        if unreadable and not pages and not ended.stop:
            return statuses.of_status(SaneStatus.EOF, device)
        emptied = pages and ended.returncode == SaneStatus.NO_DOCS
        if ended.stop or (ended.returncode and not emptied):
            return self._why(ended, log, device)
        if unreadable:
            return statuses.of_status(SaneStatus.EOF, device)
        return None if pages else statuses.of_status(SaneStatus.NO_DOCS, device)

    def _why(self, ended: Ended, log: ScanLog, device: str) -> ScannerFailed:
        if ended.stop is Stop.CANCELLED:
            return statuses.stopped_by_user()
        if ended.stop in (Stop.SILENT, Stop.LINGERED):
            return statuses.stayed_silent(self._patience.silence)
        return statuses.failure(ended.returncode, log.lines, device)


def _options(device: str, able: Capabilities, request: ScanRequest) -> tuple[str, ...]:
    """Return the options of the driver, source first: choosing it changes the others."""
    if request.source and request.source not in able.sources:
        offered = ", ".join(f"« {clean(source)} »" for source in able.sources) or "aucune au choix"
        raise ScannerFailed(
            f"Ce scanner n'a pas de source « {clean(request.source)} ».",
            f"Choisissez parmi : {offered}.",
            code="unknown-source",
        )
    if able.why_not:
        raise ScannerFailed(
            able.why_not,
            "Utilisez un autre scanner, un dossier surveillé ou un fichier.",
            code="incompatible",
        )
    options = [f"--device-name={device}"]
    if request.source:
        options.append(f"--source={request.source}")
    options.append(f"--mode={able.gray_mode}")
    if able.has("--depth"):
        options.append("--depth=8")
    options.append(f"--resolution={able.dpi_for(request.dpi):g}")
    for names, millimetres in (
        (("--page-width", "-x"), request.width_mm),
        (("--page-height", "-y"), request.height_mm),
    ):
        for name in names:
            if able.has(name):
                options.extend((f"{name}={millimetres:g}",) if name.startswith("--") else (name, f"{millimetres:g}"))
    return tuple(options)


def _output(at_most: int) -> tuple[str, ...]:
    """Return where pages go, relative to the work folder: a name of a folder may hold a per cent sign."""
    return ("--batch=page-%03d.tiff", *((f"--batch-count={at_most}",) if at_most else ()))


def _whole_pages(work: Path, ended: Ended, log: ScanLog) -> tuple[Path, ...]:
    """Return the pages that the driver finished; of a scan that we stopped, those it had announced before."""
    found = sorted(work.glob("page-*.tiff"), key=_number)
    return tuple(path for path in found if not ended.stop or _number(path) in log.whole_pages)


def _number(path: Path) -> int:
    return int(path.stem.partition("-")[2])


def _warning(failed: ScannerFailed | None, pages: int) -> str:
    if failed is None:
        return ""
    kept = "La page déjà complète est gardée." if pages == 1 else f"Les {pages} pages déjà complètes sont gardées."
    if failed.code == statuses.CANCELLED:
        return f"Vous avez arrêté la numérisation. {kept}"
    return f"{failed.cause} {kept} {failed.remedy}"


@contextmanager
def _work_folder(folder: Path) -> Iterator[Path]:
    """Make a private folder inside `folder`, gone at the end with the pages that were not whole."""
    try:
        work = Path(tempfile.mkdtemp(prefix=".numerisation-", dir=folder))
    except OSError as error:
        raise folder_refuses() from error
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)

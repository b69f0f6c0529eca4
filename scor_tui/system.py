"""What is Unix only: locks, limits, process groups, private folders. Imported anywhere, used on Unix.

The rest of the program imports this module on any system; a function that the system lacks does the nearest
harmless thing (no limit, no group) and never fails at import.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import signal
import stat
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

try:
    import fcntl
    import resource
except ImportError:  # pragma: no cover - Windows has neither
    fcntl = None  # type: ignore[assignment]  # absent there
    resource = None  # type: ignore[assignment]  # absent there

_PARTIAL = re.compile(r"\.([0-9]{1,10})-[0-9a-f]{8}\.partial$")
_OWN_FOLDER = re.compile(r"([0-9]{1,10})-.*")
_IN_MEMORY = frozenset({"tmpfs", "ramfs"})
NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ceph"})


def harden() -> None:
    """Make new files private and leave no core file with patients' data in it."""
    os.umask(0o077)
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limiter(memory: int, cpu_seconds: int) -> Callable[[], None]:
    """Return a `preexec_fn` that bounds a child: address space in bytes, CPU in seconds, no core file."""

    def limit() -> None:
        if resource is None:  # pragma: no cover - Windows
            return
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    return limit


def signal_group(pid: int, number: int) -> None:
    """Send a signal to the process group of a child started in its own session; a gone group is no error."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(pid, number)
        else:  # pragma: no cover - Windows
            os.kill(pid, number)


def process_lives(pid: int) -> bool:
    """Whether a process of this number runs; where one cannot ask, True: what is whose then stays."""
    if os.name != "posix":  # pragma: no cover - there, asking would stop the process
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


SIGINT, SIGTERM = signal.SIGINT, signal.SIGTERM
SIGKILL = getattr(signal, "SIGKILL", signal.SIGTERM)


@contextlib.contextmanager
def locked(path: Path, *, wait_seconds: float = 0.0) -> Iterator[bool]:
    """Hold an exclusive lock on `path` (created 0600); yields False when another process has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        yield _try_lock(descriptor, wait_seconds)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int, wait_seconds: float) -> bool:
    if fcntl is None:  # pragma: no cover - Windows
        return True
    until = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.05)
        else:
            return True


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    if os.name != "posix":  # pragma: no cover - Windows
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_all() -> None:
    """Make everything written so far durable: once for many files, instead of once each."""
    if hasattr(os, "sync"):
        os.sync()


def write_durably(path: Path, content: bytes) -> None:
    """Write a file complete or not at all: temporary name, fsync, rename, fsync of the folder. Mode 0600."""
    partial = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.partial")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(partial, flags, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sweep_partials(folder: Path) -> None:
    """Delete what `write_durably` left in `folder` when its process was killed."""
    for path in folder.glob(".*.partial"):
        if (found := _PARTIAL.search(path.name)) and not process_lives(int(found[1])):
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Yield a new file (0600) to write; gone again when writing fails. Not made durable: see `write_durably`."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            yield handle
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def private_folder(prefix: str, parent: Path | None = None, *, in_memory: int = 0) -> Iterator[Path]:
    """Yield a new folder (0700) in `parent`, or among the temporary files, gone afterwards with all that is in it.

    With `in_memory`, it is on a memory file system that has so many bytes free, when there is one. Those of the same
    prefix that a killed process left, pages in clear maybe, go first.
    """
    import shutil  # these two cost the start of every command 6 ms
    import tempfile

    usual = parent or Path(tempfile.gettempdir())
    sweep_private(prefix, usual, *(memory_places() if in_memory else ()))
    place = next((place for place in memory_places() if _room(place) >= in_memory), usual) if in_memory else usual
    folder = Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=place))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep_private(prefix: str, *places: Path) -> None:
    """Take away the private folders of this prefix that processes which are no more left in these places."""
    import shutil

    for place in places:
        for left in place.glob(f"{prefix}[0-9]*"):
            if (found := _OWN_FOLDER.fullmatch(left.name, len(prefix))) and _is_abandoned(left, int(found[1])):
                shutil.rmtree(left, ignore_errors=True)


def memory_places() -> tuple[Path, ...]:
    """Return the folders where this user may write that are in memory and on no disk, best first (Linux)."""
    candidates = [Path(name) for name in (os.environ.get("XDG_RUNTIME_DIR", ""), "/dev/shm") if name]  # noqa: S108
    return tuple(
        place
        for place in candidates
        if place.is_dir() and os.access(place, os.W_OK | os.X_OK) and file_system_of(place) in _IN_MEMORY
    )


def _room(place: Path) -> int:
    facts = os.statvfs(place)
    return facts.f_bavail * facts.f_frsize


def _is_abandoned(folder: Path, pid: int) -> bool:
    try:
        facts = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(facts.st_mode) and _is_mine(facts) and not process_lives(pid)


def _is_mine(facts: os.stat_result) -> bool:
    return os.name != "posix" or facts.st_uid == os.geteuid()


def why_not_private(folder: Path) -> str:
    """Return a French reason why `folder` must not hold patients' data, or an empty string."""
    facts = folder.lstat()
    if stat.S_ISLNK(facts.st_mode):
        return "c'est un lien symbolique"
    if not stat.S_ISDIR(facts.st_mode):
        return "ce n'est pas un dossier"
    if os.name == "posix":
        if facts.st_uid != os.geteuid():
            return "il appartient à un autre utilisateur"
        if facts.st_mode & 0o077:
            return "d'autres utilisateurs peuvent le lire"
        kind = file_system_of(folder)
        if kind in NETWORK_FILE_SYSTEMS:
            return f"il est sur un disque réseau ({kind})"
    return ""


def file_system_of(folder: Path) -> str:
    """Return the type of the file system that holds `folder` (Linux), or an empty string."""
    mounts = Path("/proc/self/mounts")
    if sys.platform != "linux" or not mounts.exists():
        return ""
    target, best, kind = str(folder.resolve()), "", ""
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        fields = line.split(" ")
        point = fields[1].replace("\\040", " ")
        inside = target == point or target.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind

"""What the power may cut: a file is on the disk before its name is, its name before the row or the next step."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import scor_tui

CALL = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)")
PATH_OF = re.compile(r"<([^>]*)>")
QUOTED = re.compile(r'"([^"]*)"')


@pytest.fixture
def traced(house, tmp_path):
    """Run a command under strace; returns its fsyncs and renames in order, as (call, path…)."""
    if shutil.which("strace") is None:
        pytest.skip("THE ORDER OF WRITES IS NOT JUDGED in this run: strace is not installed")
    log = tmp_path / "appels"

    def run(*arguments: object) -> list[tuple[str, ...]]:
        calls = "trace=fsync,fdatasync,rename,renameat,renameat2"
        command = ["strace", "-f", "-y", "-s", "4096", "-o", str(log), "-e", calls, sys.executable, "-m", "scor_tui"]
        words = [*command, *map(str, arguments), "--dossier", str(house.folder)]
        environment = {"PYTHONPATH": str(Path(scor_tui.__file__).parent.parent), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(words, capture_output=True, text=True, env=environment, timeout=120, check=False)
        if "ptrace" in done.stderr and done.returncode:
            pytest.skip("THE ORDER OF WRITES IS NOT JUDGED in this run: strace may not trace here")
        assert done.returncode == 0, done.stderr
        return [call for line in log.read_text(errors="replace").splitlines() if (call := _call(line))]

    return run


def _call(line: str) -> tuple[str, ...] | None:
    found = CALL.match(line)
    if found is None or found[3] != "0":
        return None
    if found[1].startswith("rename"):
        return ("rename", *QUOTED.findall(found[2]))
    return ("fsync", *PATH_OF.findall(found[2]))


def moves(calls, place: Path) -> list[tuple[int, Path, Path]]:
    """Return the renames whose target lies in `place`: position, draft, target."""
    found = [(at, Path(call[1]), Path(call[2])) for at, call in enumerate(calls) if call[0] == "rename"]
    return [one for one in found if place in one[2].parents]


def is_durable(calls, at: int, draft: Path, target: Path) -> bool:
    """Whether the draft was synced before its move, and the folder after it, before anything else is written."""
    before, after = calls[:at], calls[at + 1 :]
    syncs_of_folder = [rank for rank, call in enumerate(after) if call == ("fsync", str(target.parent))]
    writes_of_base = [rank for rank, call in enumerate(after) if call[0] == "fsync" and "base.db" in call[1]]
    return (
        ("fsync", str(draft)) in before
        and bool(syncs_of_folder)
        and (not writes_of_base or syncs_of_folder[0] < writes_of_base[0])
    )


@pytest.mark.slow
def test_a_piece_is_on_the_disk_before_the_row_that_names_it(house, traced, built):
    piece = house.run("piece", "lister", "--prescription", "O1").json["pieces"][0]["piece"]
    house.run("piece", "supprimer", "--numero", piece)
    page = built / "autre.pdf"
    calls = traced("piece", "ajouter", _another(built / "ordonnance.png", page), "--prescription", "O1", "--lisible")
    put = moves(calls, house.folder / "fichiers")
    assert len(put) == 1
    assert is_durable(calls, *put[0])
    assert any(call[0] == "fsync" and "base.db" in call[1] for call in calls[put[0][0] :])


@pytest.mark.slow
def test_a_lot_is_kept_then_claimed_then_delivered_then_recorded(house, traced):
    house.run("cocher", *house.factures[:2])
    calls = traced("transmettre", "--tout")
    kept, sent = moves(calls, house.folder / "fichiers"), moves(calls, house.other_end / "poste" / "frontal" / "new")
    assert (len(kept), len(sent)) == (2, 2)
    for move in (*kept, *sent):
        assert is_durable(calls, *move), move
    commits = [at for at, call in enumerate(calls) if call[0] == "fsync" and "base.db" in call[1]]
    assert max(at for at, _, _ in kept) < min(at for at, _, _ in sent)
    for at, _, _ in sent:
        assert any(max(one for one, _, _ in kept) < commit < at for commit in commits), "sent before its claim"
        assert any(commit > at for commit in commits), "never recorded"


@pytest.mark.slow
def test_an_answer_is_kept_before_it_leaves_the_mailbox(house, traced):
    house.run("cocher", *house.factures[:2])
    house.run("transmettre", "--tout")
    house.caisse()
    calls = traced("relever")
    kept = moves(calls, house.folder / "fichiers")
    taken = moves(calls, house.other_end / "poste")
    assert (len(kept), len(taken)) == (2, 2)
    commits = [at for at, call in enumerate(calls) if call[0] == "fsync" and "base.db" in call[1]]
    for (keeping, draft, target), (leaving, _, _) in zip(kept, taken, strict=True):
        assert is_durable(calls, keeping, draft, target)
        assert any(keeping < commit < leaving for commit in commits), "taken away before it was committed"


def _another(page: Path, made: Path) -> Path:
    """Make of a page another one, which the practice does not have yet."""
    from PIL import Image

    with Image.open(page) as image:
        image.transpose(Image.Transpose.ROTATE_180).save(made.with_suffix(".png"), dpi=(200, 200))
    return made.with_suffix(".png")

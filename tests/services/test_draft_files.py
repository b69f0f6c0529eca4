"""The files of a draft lie sealed; a killed session leaves nothing to read, and the next draft takes it away."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

import scor_tui
from scor_tui import imaging, system
from scor_tui.domain.errors import FileNotAccepted, PasswordNeeded, ScannerFailed
from scor_tui.services import draft_files, drafts, scanning
from scor_tui.services.draft_files import WorkFolder, in_clear

OPEN_A_DRAFT = """
import os, sys
from pathlib import Path
from scor_tui.services import drafts, scanning
from scor_tui.services.draft_files import WorkFolder, in_clear

files = WorkFolder(Path(sys.argv[1]))
with files.arriving() as folder:
    pages = drafts.take_file(files, scanning.take_file(Path(sys.argv[2]), folder))
with in_clear([pages[0].file]) as (path,):
    print(path, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def practice(tmp_path: Path) -> Path:
    """The folder of a practice."""
    (tmp_path / "cabinet").mkdir()
    return tmp_path / "cabinet"


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """An invented ordonnance, grey, 200 dpi, uncompressed: its bytes are its pixels."""
    page = Image.linear_gradient("L").resize((1654, 2339)).point(lambda level: 215 + level // 8)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=40)
    for number in range(12):
        pen.text((160, 200 + 120 * number), "20 séances de rééducation du genou droit", fill=40, font=font)
    path = tmp_path / "ordonnance.tiff"
    page.save(path, dpi=(200, 200))
    return path


def taken(files: WorkFolder, path: Path) -> list[drafts.DraftPage]:
    with files.arriving() as folder:
        return drafts.take_file(files, scanning.take_file(path, folder))


def readable(folder: Path, page: Path) -> list[str]:
    """The files under a folder where runs of a page's bytes can be read."""
    raw = page.read_bytes()
    runs = [raw[start : start + 64] for start in range(0, len(raw) - 64, len(raw) // 50)]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(run in path.read_bytes() for run in runs)]


def test_a_file_is_sealed_once_taken_and_in_clear_only_while_it_is_read(practice, scan):
    files = WorkFolder(practice)
    (page,) = taken(files, scan)
    assert readable(practice, scan) == []
    assert readable(scan.parent, scan) == [scan.name]
    with in_clear([page.file]) as (path,):
        assert path.name == page.file.name == "page-001.tiff"
        assert path.read_bytes() == scan.read_bytes()
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert not path.parent.exists()
    with pytest.raises(ZeroDivisionError), in_clear([page.file]) as (path,):
        raise ZeroDivisionError
    assert not path.parent.exists()
    files.discard()
    assert list(practice.iterdir()) == []


def test_the_document_is_the_one_that_the_file_itself_gives(practice, scan):
    files = WorkFolder(practice)
    pages = [*taken(files, scan), *taken(files, scan)]
    made = drafts.make(pages)
    assert made.pdf == imaging.convert([scan, scan]).pdf
    assert [page.story.source for page in made.pages] == ["page-001.tiff", "page-002.tiff"]
    assert readable(practice, scan) == []


def test_a_page_that_breaks_a_norm_is_shown_as_it_came_and_named(practice, scan, tmp_path):
    Image.new("L", (1654, 2339), 240).save(tmp_path / "vide.png", dpi=(200, 200))
    files = WorkFolder(practice)
    made = drafts.make([*taken(files, scan), *taken(files, tmp_path / "vide.png")])
    assert made.refusal.startswith("Page 2 :")
    assert made.pages[1].picture is not None


def test_pages_are_in_memory_when_there_is_room_else_inside_the_draft_and_go_as_well(practice, scan, monkeypatch):
    files = WorkFolder(practice)
    (page,) = taken(files, scan)
    places = system.memory_places()
    with in_clear([page.file]) as (path,):
        assert not places or path.parent.parent in places
    monkeypatch.setattr(draft_files, "_ROOM_TO_READ", 1 << 62)
    with in_clear([page.file]) as (path,):
        assert path.parent.parent == files.path
        assert path.read_bytes() == scan.read_bytes()
    assert readable(practice, scan) == []
    assert not path.parent.exists()


def test_a_page_altered_on_the_disk_is_refused_by_its_name(practice, scan):
    files = WorkFolder(practice)
    (page,) = taken(files, scan)
    raw = page.file.sealed.read_bytes()
    page.file.sealed.write_bytes(raw[:-1])
    with pytest.raises(FileNotAccepted, match=r"« page-001\.tiff » .* altéré") as caught, in_clear([page.file]):
        pass
    assert "Numérisez" in caught.value.remedy
    assert drafts.make([page]).refusal


def test_a_file_whose_password_is_missing_leaves_nothing(practice, scan, tmp_path):
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.encrypt("sesame", algorithm="AES-256")
    writer.write(tmp_path / "protege.pdf")
    files = WorkFolder(practice)
    before = set(files.path.iterdir())
    with pytest.raises(PasswordNeeded):
        taken(files, tmp_path / "protege.pdf")
    assert set(files.path.iterdir()) == before
    with files.arriving() as folder:
        copy = scanning.take_file(tmp_path / "protege.pdf", folder)
        assert [page.count for page in drafts.take_file(files, copy, "sesame")] == [1]


def test_a_page_that_comes_after_the_draft_was_left_is_refused_and_not_kept(practice, scan):
    files = WorkFolder(practice)
    files.discard()
    with pytest.raises(ScannerFailed):
        taken(files, scan)
    assert list(practice.iterdir()) == []


def test_a_killed_session_leaves_nothing_to_read_and_the_next_draft_takes_it_away(practice, scan):
    package = str(Path(scor_tui.__file__).parent.parent)
    killed = subprocess.Popen(
        [sys.executable, "-c", OPEN_A_DRAFT, str(practice), str(scan)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": package},
    )
    in_memory = Path(killed.stdout.readline().decode().strip())
    assert in_memory.read_bytes() == scan.read_bytes()
    if not system.memory_places():
        killed.kill()
        pytest.skip("pages were not kept in memory in this test: no memory file system here")
    living = WorkFolder(practice)
    assert in_memory.exists(), "a living session keeps its own"
    killed.kill()
    killed.communicate()
    (left,) = set(practice.glob("acquisition-*")) - {living.path}
    assert any(path.stat().st_size > scan.stat().st_size for path in left.iterdir())
    assert readable(practice, scan) == []
    after = WorkFolder(practice)
    assert set(practice.glob("acquisition-*")) == {living.path, after.path}
    assert not in_memory.parent.exists()
    shutil.rmtree(practice)

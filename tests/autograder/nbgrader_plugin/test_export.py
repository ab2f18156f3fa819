"""Exports for Canvas and Moodle, from a real gradebook and through the real command."""

import csv
import io
import logging
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from sqlalchemy.exc import SAWarning

from autograder.class_files.collect import Collected, Submission
from autograder.class_files.students import remember_students
from autograder.nbgrader_plugin.export import (
    CanvasExporter,
    LmsExporter,
    MoodleExporter,
    as_number,
    as_text,
    score_of,
)
from autograder.wording import printable

FIRST, SECOND = "02_masked_language_model", "03_next_sentence"
COURSE = "bert-training"
EXPORTERS = [CanvasExporter, MoodleExporter]

STUDENTS: dict[str, dict[str, str | None]] = {
    "anna": {"first_name": "Anna", "last_name": "Schmidt", "email": "anna@example.org", "lms_user_id": "101"},
    "ben": {"first_name": "=1+1", "last_name": "@SUM(A1)", "email": "ben@example.org", "lms_user_id": "102"},
    "cleo": {"first_name": "Cleo\nPoints Possible", "last_name": None, "email": None, "lms_user_id": None},
    "dora": {"first_name": None, "last_name": "Müller, Dr.", "email": "dora@example.org", "lms_user_id": "104"},
    "emil": {"email": "emil@example.org", "lms_user_id": "105"},
    "finn": {"email": "finn@example.org", "lms_user_id": "106"},
}


def fill(gradebook: Gradebook) -> None:
    """Two lessons; what the grades of the first are made of is in the names of the grade cells."""
    for assignment in (FIRST, SECOND):
        gradebook.add_assignment(assignment)
        gradebook.add_notebook(assignment, assignment)
        for cell, kind in (("code", "code"), ("written", "markdown")):
            gradebook.add_grade_cell(cell, assignment, assignment, max_score=5, cell_type=kind)
    for student, details in STUDENTS.items():
        gradebook.add_student(student, **details)
    grades: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "anna": ({"auto_score": 4.5}, {"manual_score": 3}),
        "ben": ({"auto_score": 1 / 3, "manual_score": 5, "extra_credit": 1}, {"manual_score": 0}),
        "cleo": ({"auto_score": 5}, {"needs_manual_grade": True}),
        "emil": ({"auto_score": 1}, {"manual_score": 1}),
    }
    for student, cells in grades.items():
        gradebook.add_submission(FIRST, student, timestamp=datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None))
        for cell, values in zip(("code", "written"), cells, strict=True):
            grade = gradebook.find_grade(cell, FIRST, FIRST, student)
            for name, value in {"needs_manual_grade": False, **values}.items():
                setattr(grade, name, value)
    gradebook.add_submission(FIRST, "dora")
    gradebook.find_submission_notebook(FIRST, FIRST, "anna").late_submission_penalty = 2
    gradebook.find_submission_notebook(FIRST, FIRST, "emil").late_submission_penalty = 5
    gradebook.db.commit()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a gradebook. nbgrader finds `alembic`, which it needs to make one, on the path only."""
    path = tmp_path_factory.mktemp("filled") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader's own way of adding a submission makes one
        patch.setenv("PATH", os.path.dirname(sys.executable), prepend=os.pathsep)
        with Gradebook(f"sqlite:///{path}", COURSE) as gradebook:
            fill(gradebook)
    return path


@pytest.fixture
def gradebook(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gradebook]:
    """A gradebook of one's own, in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable), prepend=os.pathsep)
    shutil.copy(filled, tmp_path / "gradebook.db")
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}", COURSE) as gradebook:
        yield gradebook


def export(exporter: type[LmsExporter], gradebook: Gradebook, **options: Any) -> tuple[list[list[str]], str]:
    """The rows that an exporter writes, and what it says."""
    said = io.StringIO()
    log = logging.Logger("nbgrader")
    log.addHandler(logging.StreamHandler(said))
    plugin = exporter(log=log, **options)
    plugin.export(gradebook)
    with open(plugin.to or plugin.destination, encoding="utf-8", newline="") as file:
        return list(csv.reader(file)), said.getvalue()


def test_canvas_gets_what_its_gradebook_imports(gradebook: Gradebook) -> None:
    rows, _ = export(CanvasExporter, gradebook, columns={FIRST: "Masked language model (4711)"})
    assert rows[0] == [
        *["Student", "ID", "SIS User ID", "SIS Login ID", "Section"],
        "Masked language model (4711)",
        SECOND,
    ]
    assert rows[1] == ["    Points Possible", "", "", "", "", "10", "10"]
    assert sorted(rows[2:], key=lambda row: row[1] or row[3]) == [
        ["Schmidt, Anna", "101", "", "", "", "5.5", ""],
        ["'@SUM(A1), =1+1", "102", "", "", "", "6", ""],
        ["Müller, Dr.", "104", "", "", "", "", ""],
        ["emil", "105", "", "", "", "0", ""],
        ["finn", "106", "", "", "", "", ""],
        ["cleo", "", "", "cleo", "", "", ""],
    ]


def test_only_one_row_of_canvas_is_taken_for_the_points(gradebook: Gradebook) -> None:
    rows, _ = export(CanvasExporter, gradebook)
    assert ["Points Possible" in row[0] for row in rows] == [False, True, *[False] * len(STUDENTS)]


@pytest.mark.parametrize(
    ("identified_by", "label", "column"),
    [("username", "Username", None), ("email", "Email address", "email"), ("idnumber", "ID number", "lms_user_id")],
)
def test_moodle_gets_one_identifier_and_a_dash_for_no_grade(
    gradebook: Gradebook, identified_by: str, label: str, column: str | None
) -> None:
    rows, said = export(MoodleExporter, gradebook, identified_by=identified_by)
    assert rows[0] == [label, "First name", "Last name", FIRST, SECOND]
    scores = {"anna": "5.5", "ben": "6", "cleo": "-", "dora": "-", "emil": "0", "finn": "-"}
    known = {student: details[column] if column else student for student, details in STUDENTS.items()}
    assert {row[0]: row[3:] for row in rows[1:]} == {
        known[student]: [score, "-"] for student, score in scores.items() if known[student]
    }
    assert ("cleo is left out" in said) == (column is not None)
    names = {row[0]: row[1:3] for row in rows[1:]}
    assert names[known["ben"] or ""] == ["'=1+1", "'@SUM(A1)"]
    assert names[known["emil"] or ""] == ["", ""]


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_what_has_no_score_is_said_by_name(gradebook: Gradebook, exporter: type[LmsExporter]) -> None:
    _, said = export(exporter, gradebook)
    assert f"{FIRST}: no score, since it needs manual grading: cleo\n" in said
    assert f"{FIRST}: no score, since it was not graded: dora\n" in said
    assert f"{FIRST}: no score, since nothing was handed in: finn\n" in said
    line = next(line for line in said.splitlines() if line.startswith(f"{SECOND}: no score"))
    assert set(line.rpartition(": ")[2].split(", ")) == set(STUDENTS)


def test_a_score_is_the_gradebooks(gradebook: Gradebook) -> None:
    assert score_of(gradebook, FIRST, "anna") == 4.5 + 3 - 2
    assert score_of(gradebook, FIRST, "ben") == 5 + 1
    assert score_of(gradebook, FIRST, "emil") == 0


def test_a_submission_whose_notebook_was_never_seen_is_no_zero(gradebook: Gradebook) -> None:
    gradebook.db.delete(gradebook.find_submission_notebook(FIRST, FIRST, "dora"))
    gradebook.db.commit()
    assert score_of(gradebook, FIRST, "dora") == "it was not graded"


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_options_select_assignments_and_students(gradebook: Gradebook, exporter: type[LmsExporter]) -> None:
    rows, _ = export(exporter, gradebook, assignment=[FIRST], student=["ben", "anna"], to="mine.csv")
    assert rows[0][-1] == FIRST
    assert SECOND not in rows[0]
    assert sorted(row[-1] for row in rows if row[-1] not in (FIRST, "10")) == ["5.5", "6"]
    assert not Path(exporter.destination).exists()


@pytest.mark.parametrize("exporter", EXPORTERS)
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"assignment": ["02_masked"]}, f"no assignment 02_masked; it has: {FIRST}, {SECOND}"),
        ({"student": ["anna", 7]}, "no student 7; it has: anna, ben"),
        ({"to": "gradebook.db/grades.csv"}, "gradebook.db"),
    ],
)
def test_what_cannot_be_exported_is_said(
    gradebook: Gradebook,
    caplog: pytest.LogCaptureFixture,
    exporter: type[LmsExporter],
    options: dict[str, Any],
    message: str,
) -> None:
    before = set(Path().iterdir())
    with pytest.raises(SystemExit) as error:
        exporter(log=logging.getLogger("export"), **options).export(gradebook)
    assert error.value.code == 1
    assert message in caplog.text
    assert set(Path().iterdir()) == before


@pytest.mark.parametrize("exporter", EXPORTERS)
@pytest.mark.parametrize(
    ("student", "number"),
    [("=cmd|' /C calc'!A0", None), ("+49", None), ("two\nlines", None), ("x", "-1"), ("x", "101"), ("x", "=1")],
)
def test_identifiers_are_never_changed_but_left_out(
    gradebook: Gradebook, exporter: type[LmsExporter], student: str, number: str | None
) -> None:
    gradebook.add_student(student, lms_user_id=number)
    options = {"identified_by": "idnumber" if number else "username"} if exporter is MoodleExporter else {}
    rows, said = export(exporter, gradebook, **options)
    assert f"{printable(student)} is left out" in said
    assert "nbgrader db student add" in said
    cells = [cell for row in rows for cell in row]
    assert student not in cells
    assert number not in cells
    assert all(cell == "-" or not cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_canvas_numbers_are_digits_only(gradebook: Gradebook) -> None:
    gradebook.add_student("x", lms_user_id="12abc")
    rows, said = export(CanvasExporter, gradebook)
    assert "x is left out" in said
    assert "12abc" not in [row[1] for row in rows]


def test_numbers_from_a_download_get_into_the_gradebook(gradebook: Gradebook) -> None:
    def submission(student: str, number: str | None) -> Submission:
        return Submission(student, Path(), "", "", number, False)

    collected = Collected(
        collected=[submission("gina-7", "7"), submission("cleo", None)],
        already_there=[submission("anna", "999")],
        replaced=[(submission("hugo-8", "8"), Path())],
    )
    remember_students(gradebook, collected)
    numbers = {student.id: student.lms_user_id for student in gradebook.students}
    assert {student: numbers.get(student) for student in ("gina-7", "cleo", "anna", "hugo-8")} == {
        "gina-7": "7",
        "cleo": None,
        "anna": "999",
        "hugo-8": "8",
    }
    assert gradebook.find_student("anna").first_name == "Anna"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Anna", "Anna"),
        (None, ""),
        ("=1", "'=1"),
        ("  -2", "'-2"),
        ("\t@x", "'@x"),
        ("\r\n+1", "'+1"),
        ("＝1", "'＝1"),
        ("a\nb", "a b"),
        ("a=b", "a=b"),
        ("Smith-Jones", "Smith-Jones"),
    ],
)
def test_names_start_no_formula(name: str | None, text: str) -> None:
    assert as_text(name) == text


@pytest.mark.parametrize(("score", "text"), [(0, "0"), (5.0, "5"), (5.5, "5.5"), (1 / 3, "0.3333"), (100, "100")])
def test_scores_are_short(score: float, text: str) -> None:
    assert as_number(score) == text


@pytest.mark.parametrize(
    ("name", "first"),
    [("CanvasExporter", "Student,ID,SIS User ID,SIS Login ID,Section"), ("MoodleExporter", "Email address,First name")],
)
def test_nbgraders_own_command(gradebook: Gradebook, name: str, first: str, tmp_path: Path, importable: None) -> None:
    gradebook.close()
    result = subprocess.run(
        [
            *[
                sys.executable,
                "-m",
                "nbgrader",
                "export",
                f"--exporter=autograder.nbgrader_plugin.export.{name}",
                "--to=out.csv",
            ],
            *[f"--assignment=['{FIRST}']", f"--course={COURSE}", "--MoodleExporter.identified_by=email"],
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
    rows = list(csv.reader((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()))
    assert ",".join(rows[0]).startswith(first)
    assert rows[0][-1] == FIRST
    assert "5.5" in [row[-1] for row in rows]
    assert "it needs manual grading: cleo" in result.stderr or "cleo is left out" in result.stderr
    assert "Traceback" not in result.stderr

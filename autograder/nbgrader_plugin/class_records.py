"""What only nbgrader's gradebook knows of an assignment: who is enrolled, manual grades, penalties, final scores."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    InvalidEntry,
    MissingEntry,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from autograder.nbgrader_plugin.release import load_configuration


@dataclass(frozen=True)
class Entry:
    """One student's row of the gradebook, in points."""

    score: float
    """Manual grades and extra credit included, before any penalty."""
    max_score: float
    penalty: float = 0.0
    """For handing in late."""
    to_grade: tuple[str, ...] = ()
    """Grade ids of the cells that wait for a human."""
    by_hand: tuple[str, ...] = ()
    """Grade ids of the cells that a human graded."""

    @property
    def final(self) -> float:
        """What nbgrader exports: the score less the penalty, never below zero."""
        return max(0.0, self.score - self.penalty)


@dataclass(frozen=True)
class GradebookView:
    """The gradebook as far as it concerns one assignment."""

    names: Mapping[str, str] = field(default_factory=dict)
    """Everybody enrolled: id, and "First Last" where the gradebook knows it, else nothing."""
    entries: Mapping[str, Entry] = field(default_factory=dict)
    """By student id."""
    absent: str | None = None
    """Why nothing is known, where that is so; a sentence for the page."""


def read_gradebook(root: Path, assignment: str) -> GradebookView:
    """Read the gradebook of the course in `root`; a file of sqlite is opened so that it cannot be written to.

    A gradebook that is missing, damaged or of another version gives a view that says so.

    Raises:
        LessonError: if `root` has no nbgrader configuration.
    """
    course = CourseDirectory(config=load_configuration(root), root=str(root.resolve()))
    address = make_url(course.db_url)
    if address.get_backend_name() == "sqlite":
        file = Path(address.database or "")
        if not file.is_file():
            return GradebookView(absent="There is no gradebook yet. `nbgrader generate_assignment` makes one.")
        address = address.set(database=f"file:{file.resolve()}", query={"mode": "ro", "uri": "true"})
    try:
        with Gradebook(address.render_as_string(hide_password=False), course.course_id) as gradebook:
            return _view(gradebook, assignment)
    except (SQLAlchemyError, InvalidEntry) as error:
        reason = str(error).splitlines()[0]
        return GradebookView(
            absent=f"The gradebook could not be read: {reason}. `nbgrader db upgrade` mends one of an older version."
        )


def _view(gradebook: Any, assignment: str) -> GradebookView:
    names = {
        student.id: " ".join(filter(None, (student.first_name, student.last_name))) for student in gradebook.students
    }
    try:
        gradebook.find_assignment(assignment)
    except MissingEntry:
        return GradebookView(names, absent=f"The gradebook knows nothing of {assignment} yet.")
    to_grade, by_hand = defaultdict(list), defaultdict(list)
    rows = (
        gradebook.db.query(SubmittedAssignment.student_id, BaseCell.name, Grade.needs_manual_grade, Grade.manual_score)
        .select_from(Grade)
        .join(BaseCell, Grade.cell_id == BaseCell.id)
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .filter(Assignment.name == assignment)
        .order_by(BaseCell.name)
    )
    for student, cell, needs_grade, score in rows:
        if needs_grade:
            to_grade[student].append(cell)
        elif score is not None:
            by_hand[student].append(cell)
    entries = {
        submission.student_id: Entry(
            float(submission.score or 0),
            float(submission.max_score or 0),
            float(submission.late_submission_penalty or 0),
            tuple(to_grade[submission.student_id]),
            tuple(by_hand[submission.student_id]),
        )
        for submission in gradebook.assignment_submissions(assignment)
    }
    return GradebookView(names, entries)

"""Exporters for Canvas and Moodle: `nbgrader export --exporter=autograder.nbgrader_plugin.export.CanvasExporter`.

A score is the gradebook's: manual grades, extra credit and the penalty for lateness are in it, and it is never below
zero. What is not graded yet, needs a human, or was never handed in has no score, and never a zero: whether a missing
submission counts as nothing is for the course to decide, in the LMS.

Sources: Canvas' `lib/gradebook_importer.rb`, Moodle's `grade/import/csv/classes/load_data.php`.
"""

import csv
import io
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import TypeVar

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student
from nbgrader.plugins import ExportPlugin
from traitlets import Dict, Enum, Unicode

from autograder.wording import printable
from bertkit.atomic import write_atomically

FORMULA = tuple("=+-@|%＝＋－＠")
"""How a cell begins that a spreadsheet takes for a formula."""
POINTS_POSSIBLE = "Points Possible"
"""Canvas takes a row whose first cell contains this for the points of the assignments."""


T = TypeVar("T")


class SelectionError(ValueError):
    """An option names a student or an assignment that is not in the gradebook."""


def as_text(value: str | None) -> str:
    """A name that no spreadsheet takes for a formula: one line, with an apostrophe before a sign that starts one."""
    text = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", value or "").split())
    return f"'{text}" if text.startswith(FORMULA) else text


def as_number(score: float) -> str:
    """A score to four decimals at most."""
    return f"{score:.4f}".rstrip("0").rstrip(".")


def is_identifier(value: str | None) -> bool:
    """Whether a value can stand in a column that identifies a student: as it is, or the LMS would not find them."""
    return bool(value) and value == as_text(value)


class LmsExporter(ExportPlugin):  # type: ignore[misc]
    """What both have in common. `to`, `assignment` and `student` are nbgrader's own options, `columns` is the course's.

    A student whose identifier is missing, would start a formula or stands for two people is left out and named: changed
    it would be found by no LMS, and Moodle books a row without one on the student in the row before.
    """

    columns = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="What the LMS calls an assignment where it is not the name it has here; for Canvas with its number there, "
        "such as {'02_masked_language_model': 'Masked language model (4711)'}.",
    ).tag(config=True)

    destination = ""
    """The file that is written where `--to` names none."""
    no_score = ""
    """What the LMS takes for a grade that is not there."""

    def header(self) -> list[str]:
        """The names of the columns before the assignments."""
        raise NotImplementedError

    def identifier(self, student: Student) -> str | None:
        """What the LMS finds a student by; None where it is not known."""
        raise NotImplementedError

    def identity(self, student: Student) -> list[str]:
        """The cells below `header`."""
        raise NotImplementedError

    def rows_above(self, assignments: list[Assignment]) -> list[list[str]]:
        """Rows between the header and the students."""
        return []

    def export(self, gradebook: Gradebook) -> None:
        """Write the file; an older one is replaced. Exits with status 1 where an option names what is not there."""
        try:
            assignments = _selected("assignment", self.assignment, {each.name: each for each in gradebook.assignments})
            students = _selected("student", self.student, {each.id: each for each in gradebook.students})
            students = self._identified(students)
            scores = self._scores(gradebook, assignments, students)
            names = [self.columns.get(assignment.name, assignment.name) for assignment in assignments]
            rows = [[*self.header(), *names], *self.rows_above(assignments)]
            rows += [[*self.identity(student), *scores[student.id]] for student in students]
            text = io.StringIO(newline="")
            csv.writer(text, lineterminator="\n").writerows(rows)
            destination = Path(self.to or self.destination)
            write_atomically(destination, text.getvalue())
        except (SelectionError, OSError) as error:
            self.log.error("%s", error)
            raise SystemExit(1) from error
        self.log.info("Wrote %d students and %d assignments to %s", len(students), len(assignments), destination)

    def _identified(self, students: list[Student]) -> list[Student]:
        identifiers = {student.id: self.identifier(student) for student in students}
        used = Counter(identifiers.values())
        for student in students:
            if not is_identifier(identifiers[student.id]) or used[identifiers[student.id]] > 1:
                self.log.warning(
                    "%s is left out: %r is nothing the LMS could find one student by; mend it with `nbgrader db "
                    "student add --email=... --lms-user-id=... %s`",
                    *(printable(student.id), identifiers[student.id] or "", printable(student.id)),
                )
        return [each for each in students if is_identifier(identifiers[each.id]) and used[identifiers[each.id]] == 1]

    def _scores(
        self, gradebook: Gradebook, assignments: list[Assignment], students: list[Student]
    ) -> dict[str, list[str]]:
        scores: dict[str, list[str]] = {student.id: [] for student in students}
        for assignment in assignments:
            without = defaultdict(list)
            for student in students:
                score = score_of(gradebook, assignment.name, student.id)
                if isinstance(score, str):
                    without[score].append(printable(student.id))
                scores[student.id].append(self.no_score if isinstance(score, str) else as_number(score))
            for reason, names in without.items():
                self.log.warning("%s: no score, since %s: %s", assignment.name, reason, ", ".join(names))
        return scores


class CanvasExporter(LmsExporter):
    """The file that Canvas' gradebook imports, `grades_canvas.csv`.

    Canvas finds a student by `ID`, the gradebook's `lms_user_id`, which `remember_students` writes; one without is
    looked for by login, which is the student id then. It finds an assignment by the number in brackets, else by its
    exact title, and offers to make a new one where there is none. It shows every change before it makes it.
    """

    destination = "grades_canvas.csv"

    def header(self) -> list[str]:
        """Canvas' own columns, in the order that it insists on."""
        return ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]

    def identifier(self, student: Student) -> str | None:
        """Canvas' number or, where there is none, the student id. Canvas reads `12abc` as 12, so that is neither."""
        if not student.lms_user_id:
            return str(student.id)
        return str(student.lms_user_id) if re.fullmatch("[0-9]+", student.lms_user_id) else None

    def identity(self, student: Student) -> list[str]:
        """The name is for people to read: Canvas looks at it only where it knows neither the number nor the login."""
        name = as_text(", ".join(filter(None, [student.last_name, student.first_name])) or student.id)
        if POINTS_POSSIBLE in name:
            name = student.id
        number = student.lms_user_id or ""
        return [name, number, "", "" if number else student.id, ""]

    def rows_above(self, assignments: list[Assignment]) -> list[list[str]]:
        """What each assignment is worth."""
        above = len(self.header()) - 1
        return [[f"    {POINTS_POSSIBLE}", *[""] * above, *(as_number(each.max_score) for each in assignments)]]


class MoodleExporter(LmsExporter):
    """A file for Moodle's grade import, `grades_moodle.csv`: choose the first column for "Map from".

    Moodle refuses the whole file where it does not find a student, naming them. A dash is its own mark for no grade:
    where an import makes a new grade item, it may book an empty cell as 0.
    """

    identified_by = Enum(
        ["username", "email", "idnumber"],
        default_value="username",
        help="What Moodle shall find students by: `username` is the student id of the gradebook, `email` its email and "
        "`idnumber` its lms_user_id.",
    ).tag(config=True)

    destination = "grades_moodle.csv"
    no_score = "-"

    def header(self) -> list[str]:
        """The one identifier, as Moodle's own export calls it, and the names."""
        label = {"username": "Username", "email": "Email address", "idnumber": "ID number"}[self.identified_by]
        return [label, "First name", "Last name"]

    def identifier(self, student: Student) -> str | None:
        """The value of the column that was chosen."""
        column = {"username": "id", "email": "email", "idnumber": "lms_user_id"}[self.identified_by]
        value: str | None = getattr(student, column)
        return value

    def identity(self, student: Student) -> list[str]:
        """The names are for people to read; Moodle ignores them."""
        return [self.identifier(student) or "", as_text(student.first_name), as_text(student.last_name)]


def score_of(gradebook: Gradebook, assignment: str, student: str) -> float | str:
    """The score of one submission with everything in it, or why there is none."""
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return "nothing was handed in"
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    if all(grade.auto_score is None and grade.manual_score is None for grade in grades):
        return "it was not graded"
    if submission.needs_manual_grade:
        return "it needs manual grading"
    return max(0.0, float(submission.score) - float(submission.late_submission_penalty or 0.0))


def _selected(option: str, wanted: list[object], there: dict[str, T]) -> list[T]:
    """What an option names; everything where it names nothing. Raises `SelectionError`."""
    names = [str(each) for each in wanted] or list(there)
    if unknown := sorted(set(names) - set(there)):
        raise SelectionError(
            f"the gradebook has no {option} {', '.join(unknown)}; it has: {', '.join(sorted(there)) or 'none'}"
        )
    return [there[name] for name in there if name in names]

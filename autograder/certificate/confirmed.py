"""What comes of judging notebooks once more: for every exercise whether its answer holds; as text, JSON or a page."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from autograder.certificate.page import MADE_BY, Table, is_certificate, page, versions
from autograder.exercise import Exercise
from autograder.exercises import CATALOGUE
from autograder.verdict import Outcome, Verdict
from autograder.wording import printable, quoted
from bertkit.atomic import write_atomically

LONGEST_TOLD = 160
"""Characters of what is said of one answer."""
HOLD, DO_NOT, NOT_JUDGED = 0, 1, 2
"""Exit statuses."""
FORMS = (".html", ".json")


class OutputError(ValueError):
    """A certificate cannot be written there; the message says why, and what to do."""


class State(StrEnum):
    """What can become of an answer."""

    PASSED = "passed"
    NOT_PASSED = "not passed"
    NOT_THERE = "not there"


MARKS = {State.PASSED: "✓", State.NOT_PASSED: "✗", State.NOT_THERE: "○"}


@dataclass(frozen=True)
class Row:
    """One exercise."""

    exercise: str
    title: str
    state: State
    points: float | None
    """None where the tests that give points are not at hand."""
    max_points: float
    told: str
    """What was seen, where it does not hold, in one line."""


@dataclass(frozen=True)
class Judged:
    """One notebook."""

    file: str
    lesson: str | None
    rows: tuple[Row, ...] = ()
    """In the order of the lesson."""
    not_judged: str | None = None
    """Why it could not be judged."""


@dataclass(frozen=True)
class Confirmation:
    """All that was judged in one go."""

    notebooks: tuple[Judged, ...]
    in_full: bool
    """Whether the full tests were at hand, or the docstrings' examples and the visible cases alone."""
    sandboxed: bool
    when: datetime

    @property
    def rows(self) -> tuple[Row, ...]:
        """The exercises of all notebooks."""
        return tuple(row for notebook in self.notebooks for row in notebook.rows)

    @property
    def passed(self) -> tuple[Row, ...]:
        """Those that hold."""
        return tuple(row for row in self.rows if row.state is State.PASSED)

    @property
    def elsewhere(self) -> int:
        """So many exercises of the course are in none of these notebooks."""
        return len({exercise.id for exercise in CATALOGUE} - {row.exercise for row in self.rows})

    @property
    def exit_status(self) -> int:
        """0: all hold; 1: some do not; 2: a notebook could not be judged, or there was nothing to judge."""
        if not self.rows or any(notebook.not_judged for notebook in self.notebooks):
            return NOT_JUDGED
        return HOLD if len(self.passed) == len(self.rows) else DO_NOT

    @property
    def how(self) -> str:
        """By what was judged, and where."""
        tests = (
            "with the full tests, on cases drawn for this run"
            if self.in_full
            else "with the docstrings' examples and the visible cases, since the full tests are not here: no points"
        )
        place = (
            "in a sandbox"
            if self.sandboxed
            else "without a sandbox: what the notebooks hold can call the library's own answers there, or change what "
            "is said here"
        )
        return f"Judged {tests}, {place}."

    @property
    def summary(self) -> str:
        """How many hold."""
        points = (
            f", {sum(row.points or 0 for row in self.rows):g} of {sum(row.max_points for row in self.rows):g} points"
        )
        return f"{len(self.passed)} of {len(self.rows)} exercises hold{points if self.in_full else ''}"

    def to_text(self) -> str:
        """A line an exercise, and what it comes to."""
        width = max((len(row.exercise) for row in self.rows), default=0)
        lines: list[str] = []
        for notebook in self.notebooks:
            lines.append(printable(notebook.file))
            if notebook.not_judged:
                lines.append(f"  could not be judged: {notebook.not_judged}")
            elif not notebook.rows:
                lines.append("  has no cell for an exercise")
            lines += [f"  {MARKS[row.state]} {row.exercise:<{width}}  {said_of(row)}".rstrip() for row in notebook.rows]
        lines.append(f"{self.summary}. {self.how}" if self.rows else "Nothing was judged.")
        if self.rows and self.elsewhere:
            lines.append(f"The course has {self.elsewhere} more, in lessons that are not among these notebooks.")
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """The object that is printed, or written to a file."""
        return {
            "made_by": MADE_BY,
            "when": self.when.isoformat(timespec="seconds"),
            "versions": versions(),
            "tests": "full" if self.in_full else "visible",
            "sandbox": self.sandboxed,
            "notebooks": [asdict(notebook) for notebook in self.notebooks],
            "passed": len(self.passed),
            "exercises": len(self.rows),
            "points": sum(row.points or 0 for row in self.rows) if self.in_full else None,
            "max_points": sum(row.max_points for row in self.rows),
            "status": self.exit_status,
        }

    def to_html(self) -> str:
        """A page of its own."""
        tables = [
            Table(
                notebook.lesson or printable(notebook.file),
                ("exercise", "id", "what was found"),
                [(row.title, row.exercise, f"{MARKS[row.state]} {said_of(row)}") for row in notebook.rows],
                f"Could not be judged: {notebook.not_judged}" if notebook.not_judged else "",
            )
            for notebook in self.notebooks
            if notebook.rows or notebook.not_judged
        ]
        said = [f"{self.summary}.", self.how]
        if self.elsewhere:
            said.append(f"The course has {self.elsewhere} exercises more, in lessons that are not on this page.")
        return page("Answers that hold", MADE_BY, said, tables, self.when)


def said_of(row: Row) -> str:
    """State, points and what was seen."""
    points = f", {row.points:g} of {row.max_points:g} points" if row.points is not None else ""
    return f"{row.state}{points}{': ' if row.told else ''}{row.told}"


def row_of(exercise: Exercise, outcome: Outcome, points: float | None, seen: str) -> Row:
    """What is noted of an exercise: `seen` may repeat something of a learner's."""
    state = {Outcome.PASSED: State.PASSED, Outcome.NOT_ATTEMPTED: State.NOT_THERE}.get(outcome, State.NOT_PASSED)
    told = "" if state is State.PASSED else quoted(seen or "it is not written yet", LONGEST_TOLD)
    return Row(exercise.id, exercise.title, state, points, exercise.points, told)


def row_of_verdict(exercise: Exercise, verdict: Verdict) -> Row:
    """The same of a verdict of the full tests."""
    return row_of(exercise, verdict.outcome, verdict.points, verdict.diagnosis.seen if verdict.diagnosis else "")


def twice(lessons: Mapping[str, str | None]) -> dict[str, str]:
    """Why a file is not judged whose lesson was named before, by file; of the lessons by file, in order."""
    first: dict[str, str] = {}
    doubled: dict[str, str] = {}
    for file, lesson in lessons.items():
        if lesson is not None and first.setdefault(lesson, file) != file:
            doubled[file] = f"its lesson, {quoted(lesson)}, is that of {printable(first[lesson])} too; name one of them"
    return doubled


def check_output(path: Path) -> None:
    """Raise `OutputError` where a certificate cannot be written to a file. To be asked before the work is done."""
    if path.suffix.lower() not in FORMS:
        raise OutputError(f"{path} is to be written in no form that there is; let its name end in {' or '.join(FORMS)}")
    if not path.parent.is_dir():
        raise OutputError(f"{path} cannot be written: there is no folder {path.parent}")
    if path.exists() and not is_certificate(path, MADE_BY):
        raise OutputError(
            f"{path} was not written by {MADE_BY}, and would be overwritten; name another file with --output"
        )


def write(path: Path, confirmation: Confirmation) -> None:
    """Write the certificate, whole or not at all; an earlier one is replaced.

    Raises `OutputError` as `check_output` does, and `OSError` where the file cannot be written.
    """
    check_output(path)
    in_json = path.suffix.lower() == ".json"
    write_atomically(path, json.dumps(confirmation.as_json(), indent=2) + "\n" if in_json else confirmation.to_html())

"""How far a learner is: for every exercise, whether an answer passed, when and in which lesson."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.exercise import Exercise
from autograder.exercises import CATALOGUE
from autograder.kept.answers import VISIBLE, Kept, UnusableError, find
from autograder.kept.saved import read_notebook
from bertkit.work_folder import LESSONS, NAME


@dataclass(frozen=True)
class Row:
    """One exercise."""

    id: str
    title: str
    points: float
    minutes: int
    passed: str | None
    """Day and time, in ISO's form; None where no answer is kept that can be used."""
    lesson: str | None
    """Where it passed."""
    tests: str | None
    """`full` or `visible`: with which tests."""
    note: str | None
    """Why a kept answer cannot be used, where there is one."""


@dataclass(frozen=True)
class Progress:
    """All exercises, in course order."""

    rows: tuple[Row, ...]
    next_lesson: str | None
    """The lesson of the next exercise, where it is found."""

    @property
    def passed(self) -> tuple[Row, ...]:
        """The exercises with an answer that passed."""
        return tuple(row for row in self.rows if row.passed)

    @property
    def next(self) -> Row | None:
        """The first exercise without one."""
        return next((row for row in self.rows if not row.passed), None)

    def as_json(self) -> dict[str, Any]:
        """The object that `autograder progress --json` prints."""
        return {
            "exercises": [asdict(row) for row in self.rows],
            "passed": len(self.passed),
            "points": sum(row.points for row in self.passed),
            "max_points": sum(row.points for row in self.rows),
            "next": self.next.id if self.next else None,
        }

    def to_text(self) -> str:
        """A line an exercise, the totals, and what to do next."""
        width = max((len(row.id) for row in self.rows), default=0)
        lines = [
            f"{'✓' if row.passed else '○'} {row.id:<{width}}  {row.points:>4g} points  {_state(row)}"
            for row in self.rows
        ]
        told = self.as_json()
        lines.append(
            f"{told['passed']} of {len(self.rows)} exercises, {told['points']:g} of {told['max_points']:g} points"
        )
        if any(row.tests == VISIBLE for row in self.passed):
            lines.append("Points are given when a notebook is graded; what passed here did so on what is visible.")
        if self.next:
            where = f" in {LESSONS}/{self.next_lesson}" if self.next_lesson else ""
            lines.append(f"Next: {self.next.title} ({self.next.id}{where}), about {self.next.minutes} minutes")
        return "\n".join(lines)


def progress(root: Path, catalogue: Sequence[Exercise] = CATALOGUE) -> Progress:
    """How far the learner is whose course is in the folder `root`. Nothing is run or written.

    Raises:
        FileNotFoundError: if there are no lessons in it.
    """
    if not (root / LESSONS).is_dir():
        raise FileNotFoundError(f"there is no folder {root / LESSONS}; name the course's folder with --root")
    rows = tuple(_row(root / NAME, exercise) for exercise in catalogue)
    following = Progress(rows, None).next
    return Progress(rows, _lesson_with(root, following.id) if following else None)


def _row(folder: Path, exercise: Exercise) -> Row:
    kept: Kept | None = None
    note = None
    try:
        kept = find(folder, exercise)
    except UnusableError as error:
        note = f"the one that was kept {error}"
    return Row(
        id=exercise.id,
        title=exercise.title,
        points=exercise.points,
        minutes=exercise.minutes,
        passed=kept.passed.isoformat() if kept else None,
        lesson=kept.lesson if kept else None,
        tests=kept.tests if kept else None,
        note=note,
    )


def _state(row: Row) -> str:
    if row.passed is None:
        return f"not yet ({row.note})" if row.note else "not yet"
    return f"passed {row.passed[:10]}, {row.lesson}"


def _lesson_with(root: Path, exercise_id: str) -> str | None:
    """The lesson that has a cell for an exercise."""
    for path in sorted((root / LESSONS).glob("*/*.ipynb")):
        notebook = read_notebook(path) if path.stem == path.parent.name else None
        if notebook is not None and notebook.answer_cell(exercise_id):
            return path.stem
    return None

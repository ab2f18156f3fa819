"""All that a course folder knows of an assignment: results, what was handed in, and the gradebook."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.grading.results import FOLDER, ResultStore, SubmissionResult
from autograder.nbgrader_plugin.class_records import GradebookView, read_gradebook

SUBMITTED = "submitted"


class ReportError(ValueError):
    """No report can be written; the message says what to do."""


@dataclass(frozen=True)
class ClassRecords:
    """What is known of one assignment, student by student."""

    assignment: str
    results: Mapping[str, SubmissionResult]
    """Of everybody whose submission was taken up, infrastructure failures included."""
    damaged: tuple[str, ...] = ()
    """Whose file of results cannot be read, so that they have to be graded again."""
    submitted: frozenset[str] = frozenset()
    """Who has a folder of submissions."""
    gradebook: GradebookView = field(default_factory=GradebookView)

    @property
    def graded(self) -> dict[str, SubmissionResult]:
        """Those with a judgement, by name: the only ones that any statistic counts."""
        return {name: result for name, result in sorted(self.results.items()) if result.infrastructure is None}

    @property
    def failed(self) -> dict[str, str]:
        """Those whom the infrastructure failed, by name, with the reason."""
        return {
            name: result.infrastructure
            for name, result in sorted(self.results.items())
            if result.infrastructure is not None
        }

    @property
    def handed_in(self) -> set[str]:
        """Everybody of whom something was received."""
        return {*self.submitted, *self.results, *self.damaged, *self.gradebook.entries}

    @property
    def waiting(self) -> list[str]:
        """Those who handed in and have no result."""
        return sorted(self.handed_in - set(self.results))

    @property
    def nothing_handed_in(self) -> list[str]:
        """Those enrolled of whom nothing was received."""
        return sorted(set(self.gradebook.names) - self.handed_in)

    @property
    def students(self) -> list[str]:
        """Everybody, by name."""
        return sorted(self.handed_in | set(self.gradebook.names))

    @property
    def to_grade_by_hand(self) -> dict[str, tuple[str, ...]]:
        """Those who wait for a human, with the grade ids of their cells."""
        return {name: entry.to_grade for name, entry in sorted(self.gradebook.entries.items()) if entry.to_grade}

    @property
    def cells_to_grade(self) -> dict[str, list[str]]:
        """Grade ids of the cells that wait for a human, with whose they are."""
        cells: dict[str, list[str]] = {}
        for name, waiting in self.to_grade_by_hand.items():
            for cell in waiting:
                cells.setdefault(cell, []).append(name)
        return cells


def read_records(root: Path, assignment: str) -> ClassRecords:
    """Read what the course in `root` knows.

    Raises:
        ReportError: if nothing in the course bears the name of the assignment.
        LessonError: if `root` has no nbgrader configuration.
    """
    gradebook = read_gradebook(root, assignment)
    known = assignments(root)
    if assignment not in known and not gradebook.entries:
        listed = f"there are: {', '.join(sorted(known))}" if known else "there are none yet"
        raise ReportError(f"the course in {root} has no assignment {assignment!r}; {listed}")
    store = ResultStore(root, assignment)
    results = dict(store)
    return ClassRecords(
        assignment,
        results,
        tuple(sorted(path.stem for path in store.folder.glob("*.json") if path.stem not in results)),
        frozenset(folder.parent.name for folder in _submissions(root) if folder.name == assignment),
        gradebook,
    )


def assignments(root: Path) -> set[str]:
    """The names of all that could be reported on: lessons, assignments handed in, and assignments graded."""
    folders = [path for parent in ("solutions", "lessons", FOLDER) for path in (root / parent).glob("*/")]
    return {path.name for path in [*folders, *_submissions(root)]}


def _submissions(root: Path) -> list[Path]:
    return [path for path in (root / SUBMITTED).glob("*/*/") if path.is_dir()]

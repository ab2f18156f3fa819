"""What students got wrong: misconceptions by number of students, failures beyond the known mistakes, who is stuck."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from autograder import hidden
from autograder.exercises import UnknownExerciseError
from autograder.grading.results import SubmissionResult
from autograder.verdict import Diagnosis, Outcome, Verdict

STUCK_EXERCISES = 2
"""So many exercises not written or stopped make somebody stuck."""
LOW_SHARE = 0.4
"""Below this share of the points somebody is stuck, whatever the outcomes."""
STOPPED = (Outcome.NOT_ATTEMPTED, Outcome.CODE_FAILED)


@dataclass(frozen=True)
class Misconception:
    """A known mistake, and who made it."""

    exercise: str
    name: str
    likely: str
    look_at: str
    students: tuple[str, ...]

    @property
    def shared(self) -> bool:
        """Whether more than one made it."""
        return len(self.students) > 1


@dataclass(frozen=True)
class Unrecognised:
    """Failures of one exercise that look the same, numbers aside, and that no known mistake explains."""

    exercise: str
    seen: str
    """As the first of the students got it."""
    students: tuple[str, ...]

    @property
    def shared(self) -> bool:
        """Whether more than one failed so."""
        return len(self.students) > 1


@dataclass(frozen=True)
class Stuck:
    """Somebody to talk to."""

    student: str
    share: float
    """Of the points that the autograder gives, from 0 to 1."""
    open: tuple[Verdict, ...]
    """The exercises that were not passed, in the order of the assignment."""
    unfilled: bool
    """Whether nothing was written at all."""

    @property
    def talk_about(self) -> Verdict:
        """Where to begin: the first exercise with something written, else the first."""
        return next((verdict for verdict in self.open if verdict.outcome is not Outcome.NOT_ATTEMPTED), self.open[0])


def misconceptions(graded: Mapping[str, SubmissionResult]) -> list[Misconception]:
    """Known mistakes, the most frequent first."""
    found: dict[tuple[str, str], dict[str, Diagnosis | None]] = {}
    for student, result in graded.items():
        for verdict in result.verdicts:
            if verdict.misconception is not None:
                students = found.setdefault((verdict.exercise, verdict.misconception), {})
                students[student] = verdict.diagnosis
    listed = [
        Misconception(exercise, name, *advice(exercise, name, next(iter(students.values()))), tuple(students))
        for (exercise, name), students in found.items()
    ]
    return sorted(listed, key=lambda each: (-len(each.students), each.exercise, each.name))


def advice(exercise: str, name: str, told: Diagnosis | None) -> tuple[str, str]:
    """The lines `likely` and `look_at` of a known mistake; where it is gone from the tests, what a student was told."""
    try:
        mistake = hidden.load(exercise).mistake(name)
    except (UnknownExerciseError, ModuleNotFoundError):
        mistake = None
    if mistake is not None:
        return mistake.likely, mistake.look_at
    return (told.likely, told.look_at) if told else ("", "")


def unrecognised(graded: Mapping[str, SubmissionResult]) -> list[Unrecognised]:
    """Failures without a known mistake, grouped by what was seen; the most frequent first."""
    found: dict[tuple[str, str], tuple[str, list[str]]] = {}
    for student, result in graded.items():
        for verdict in result.verdicts:
            if verdict.diagnosis is not None and verdict.misconception is None:
                # Inputs are drawn afresh for everybody, so the numbers in the sentence differ.
                seen = verdict.diagnosis.seen
                pattern = re.sub(r"\d+(\.\d+)?", "#", seen)
                found.setdefault((verdict.exercise, pattern), (seen, []))[1].append(student)
    listed = [Unrecognised(exercise, seen, tuple(students)) for (exercise, _), (seen, students) in found.items()]
    return sorted(listed, key=lambda each: (-len(each.students), each.exercise, each.seen))


def stuck(graded: Mapping[str, SubmissionResult]) -> list[Stuck]:
    """Who has `STUCK_EXERCISES` exercises not written or stopped, or less than `LOW_SHARE` of the points."""
    listed = []
    for student, result in graded.items():
        most = sum(verdict.max_points for verdict in result.verdicts)
        left = tuple(verdict for verdict in result.verdicts if not verdict.passed)
        if not left or not most:
            continue
        stopped = sum(verdict.outcome in STOPPED for verdict in left)
        share = result.points / most
        if stopped >= STUCK_EXERCISES or share < LOW_SHARE:
            unfilled = all(verdict.outcome is Outcome.NOT_ATTEMPTED for verdict in result.verdicts)
            listed.append(Stuck(student, share, left, unfilled))
    return sorted(listed, key=lambda each: (each.share, each.student))

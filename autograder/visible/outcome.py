"""What comes of a class's check, and what a class has."""

import importlib.util
from dataclasses import dataclass

from autograder.exercise import Exercise
from autograder.verdict import MARKS, Diagnosis, Outcome, Verdict

NOT_RECEIVED = "this needs the full clone of the course; it is no part of what a class receives"
"""What the command line says where `whole_course_is_here` is False."""
FULL_TESTS_LATER = "The full tests run when the notebook is graded."
EXAMPLE, CASES = "docstring", "visible cases"
"""At what an answer failed."""
HEADLINES = {
    Outcome.NOT_PASSED: "It does not do what its {what} {shows}",
    Outcome.CODE_FAILED: "Your code stopped at its {what}",
    Outcome.NOT_ATTEMPTED: "Not written yet",
}


@dataclass(frozen=True)
class VisibleVerdict(Verdict):
    """What came of what a learner can see. It is worth no points: they are 0 of 0, and are not shown."""

    cases: int = 0
    """How many visible cases there are."""
    failed_at: str = EXAMPLE
    """Where it did not pass: `EXAMPLE` or `CASES`."""

    @property
    def headline(self) -> str:
        """One line: mark, words, id, and what is still to come."""
        mark, _ = MARKS[self.outcome]
        if self.passed:
            told = "It does what its docstring shows"
            if self.cases:
                told = f"It does what its docstring and {self.cases} visible case{'s' * (self.cases != 1)} show"
        else:
            shows = "shows" if self.failed_at == EXAMPLE else "show"
            told = HEADLINES[self.outcome].format(what=self.failed_at, shows=shows)
        return f"{mark} {told}: {self.exercise}. {FULL_TESTS_LATER}"


def verdict(exercise: Exercise, outcome: Outcome, told: Diagnosis | None = None) -> VisibleVerdict:
    """The verdict of that outcome, after the example alone."""
    return VisibleVerdict(exercise.id, exercise.title, outcome, 0, 0, (), told)


def full_tests_are_here() -> bool:
    """Whether an answer can be judged in full: in the clone, and in what a class receives with the diagnosis."""
    return importlib.util.find_spec("autograder.hidden") is not None


def whole_course_is_here() -> bool:
    """Whether this is the full clone, which can grade."""
    return importlib.util.find_spec("autograder.grading") is not None

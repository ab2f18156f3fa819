"""Item statistics of classical test theory: how hard each exercise was, and how well it tells who knows the rest.

Sources: L. Crocker and J. Algina, Introduction to Classical and Modern Test Theory (1986), chapter 14, for the
difficulty index and the corrected item-total correlation; R. L. Ebel and D. A. Frisbie, Essentials of Educational
Measurement (5th edition, 1991), chapter 13, for the thresholds 0.2, 0.3 and 0.4, which are conventions.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.verdict import Outcome, Verdict

FEWEST = 10
"""Students below which a correlation is not given."""
NEARLY_ALL, HARD = 0.9, 0.3
"""Difficulty indices from which an exercise is called easy, and up to which it is called hard, for this class."""
POOR, FAIR, GOOD = 0.2, 0.3, 0.4
"""Ebel and Frisbie's thresholds for discrimination."""
TWO_SIDED_95 = statistics.NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class PartShare:
    """One part of an exercise over the class."""

    title: str
    points: float
    passed: float
    """Share of the students, from 0 to 1."""


@dataclass(frozen=True)
class Discrimination:
    """Corrected item-total correlation: an item's points against the sum of the points of all *other* items."""

    value: float
    """From -1 to 1."""
    low: float
    high: float
    """The 95 % interval by Fisher's transformation, which takes the points for roughly normal."""


@dataclass(frozen=True)
class Item:
    """One exercise over the class. Shares are of the `n` students judged on it, from 0 to 1."""

    exercise: str
    title: str
    max_points: float
    n: int
    solved: float
    """Share with all points."""
    difficulty: float
    """Difficulty index p: mean share of the points. High means easy."""
    discrimination: Discrimination | None
    """None where it is not defined: a single exercise, fewer than `FEWEST` students, or no variance."""
    not_attempted: float
    code_failed: float
    parts: tuple[PartShare, ...]

    @property
    def reading(self) -> str:
        """What the two indices say, in one line."""
        return f"{self._difficulty_in_words}; {self._discrimination_in_words}."

    @property
    def _difficulty_in_words(self) -> str:
        if self.difficulty >= NEARLY_ALL:
            return "Solved by nearly all"
        return "Hard for this class" if self.difficulty <= HARD else "Of middling difficulty"

    @property
    def _discrimination_in_words(self) -> str:
        found = self.discrimination
        if found is None:
            return "discrimination is not defined"
        if found.high < 0:
            return "negative: those who do well elsewhere fail here, so look at the exercise"
        if found.value < 0:
            return "negative, but within chance: look at the exercise if it stays so"
        if found.value < POOR:
            return "separates hardly"
        if found.value < FAIR:
            return "separates a little"
        return "separates fairly well" if found.value < GOOD else "separates well"


def item_statistics(judged: Sequence[Sequence[Verdict]]) -> list[Item]:
    """Statistics of every exercise, in the order of the assignment.

    Args:
        judged: the verdicts on each student who was graded. Somebody graded on an older set of exercises counts where
            they have a verdict, but not in any correlation.
    """
    by_student = [{verdict.exercise: verdict for verdict in verdicts} for verdicts in judged]
    longest_first = sorted(by_student, key=len, reverse=True)
    exercises = list(dict.fromkeys(exercise for verdicts in longest_first for exercise in verdicts))
    complete = [verdicts for verdicts in by_student if len(verdicts) == len(exercises)]
    return [
        _item([verdicts[exercise] for verdicts in by_student if exercise in verdicts], exercise, complete)
        for exercise in exercises
    ]


def _item(verdicts: list[Verdict], exercise: str, complete: list[dict[str, Verdict]]) -> Item:
    def share(outcome: Outcome) -> float:
        return sum(verdict.outcome is outcome for verdict in verdicts) / len(verdicts)

    own = [verdicts[exercise].points for verdicts in complete]
    others = [math.fsum(v.points for name, v in verdicts.items() if name != exercise) for verdicts in complete]
    return Item(
        exercise=exercise,
        title=verdicts[0].title,
        max_points=verdicts[0].max_points,
        n=len(verdicts),
        solved=share(Outcome.PASSED),
        difficulty=statistics.fmean(v.points / v.max_points if v.max_points else 0.0 for v in verdicts),
        discrimination=correlation(own, others),
        not_attempted=share(Outcome.NOT_ATTEMPTED),
        code_failed=share(Outcome.CODE_FAILED),
        parts=_parts(verdicts),
    )


def _parts(verdicts: list[Verdict]) -> tuple[PartShare, ...]:
    """Parts by title; a verdict without them, or with other ones, counts where it has them."""
    found: dict[str, list[bool]] = {}
    points: dict[str, float] = {}
    for part in (part for verdict in verdicts for part in verdict.parts):
        found.setdefault(part.title, []).append(part.passed)
        points.setdefault(part.title, part.points)
    return tuple(PartShare(title, points[title], statistics.fmean(passed)) for title, passed in found.items())


def correlation(own: Sequence[float], others: Sequence[float]) -> Discrimination | None:
    """Pearson's correlation with its interval; None for fewer than `FEWEST` students or where one side is constant."""
    if len(own) < FEWEST:
        return None
    # Sums of the same points differ in the last digits by the order of adding them; that is no variance.
    own, others = ([round(value, 9) for value in values] for values in (own, others))
    if len(set(own)) == 1 or len(set(others)) == 1:
        return None
    value = max(-1.0, min(1.0, statistics.correlation(own, others)))
    if abs(value) > 1 - 1e-12:
        return Discrimination(value, value, value)
    reach = TWO_SIDED_95 / math.sqrt(len(own) - 3)
    return Discrimination(value, math.tanh(math.atanh(value) - reach), math.tanh(math.atanh(value) + reach))

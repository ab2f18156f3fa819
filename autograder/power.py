"""What deviation the statistical tests of an exercise find, as a table: exact, from the counts of a right answer."""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from autograder import hidden
from autograder.counting import Count, share
from autograder.exercise import Exercise, Part
from autograder.exercises import CATALOGUE
from autograder.judging.binomial import POWER, found_above, found_below
from autograder.judging.judge import one_thread
from autograder.judging.parts import Run, Sample
from autograder.judging.sampling import counts_of
from autograder.running.observe import observe

HEADER = ("property", "trials", "due", "found below", "found above", "dependence", "what is counted")


@dataclass(frozen=True)
class Power:
    """How far off one property has to be for a test to find it with probability `binomial.POWER`."""

    exercise: str
    part: str
    name: str
    """Of the count."""
    what: str
    """What a success is."""
    trials: int
    due: float
    """Probability of a success, if the answer is right."""
    comparisons: int
    """How many counts this is the worst of; thresholds take it into account."""
    below: float
    """The highest lower rate that is found; 0 where none is."""
    above: float
    """The lowest higher rate that is found; 1 where none is."""
    dependence: float | None
    """Of pairs, the least correlation that is found; None for single draws, and where none up to 1 is."""

    @property
    def row(self) -> tuple[str, ...]:
        """The columns of `HEADER`, but the last without its exercise and part."""
        below = share(self.below) if self.below > 0 else "-"
        above = share(self.above) if self.above < 1 else "-"
        hangs = "-" if self.dependence is None else f"{self.dependence:.3f}"
        return (self.name, f"{self.trials:,}", share(self.due), below, above, hangs, self.what)


def power(catalogue: Sequence[Exercise] = CATALOGUE, seed: int = 0) -> list[Power]:
    """What is found in the exercises that draw, on the cases that a check with this seed tries.

    Of a count that is the worst of several, the figures hold at the place that stood out: that row, that offset.
    Another seed draws other sizes and probabilities.
    """
    with one_thread():
        return [
            powers(exercise, part, count)
            for exercise in catalogue
            for part in exercise.parts
            for count in right_counts(exercise, part, seed)
        ]


def right_counts(exercise: Exercise, part: Part, seed: int) -> Iterator[Count]:
    """What is counted for one part of an exercise when the reference is judged."""
    rng = random.Random(f"{seed}/{exercise.id}/{part.name}")
    reference = exercise.load_reference()
    for way in hidden.load(exercise.id).parts[part.name]:
        cases = way.draw(exercise, rng)
        if isinstance(way, Sample):
            records = [observe(exercise.run, reference, case.inputs) for case in cases]
            yield from counts_of(way, [Run(*each) for each in zip(cases, records, records, strict=True)])


def powers(exercise: Exercise, part: Part, count: Count) -> Power:
    """The row of a count."""
    below, above = found_below(count), found_above(count)
    correlation = smallest_dependence(count, math.sqrt(count.probability)) if of_pairs(count) else math.inf
    return Power(
        exercise.id,
        part.name,
        count.name,
        count.what,
        count.trials,
        count.probability,
        count.comparisons,
        below,
        above,
        correlation if correlation <= 1 else None,
    )


def smallest_dependence(count: Count, rate: float) -> float:
    """The least correlation between two draws of that rate for which so many pairs show it, from `found_above`."""
    variance = rate * (1 - rate)
    return (found_above(count) - rate**2) / variance if variance else math.nan


def of_pairs(count: Count) -> bool:
    """Whether a success is one of both of two positions, so that its rate tells of their correlation."""
    name = count.misconception or ""
    return name == "positions-hang-together" or name.startswith("one-draw-for-equal-")


def as_json(table: Sequence[Power]) -> list[dict[str, Any]]:
    """One object a row."""
    return [asdict(each) for each in table]


def to_text(table: Sequence[Power]) -> str:
    """One table an exercise's part, in columns."""
    lines = [f"Found with a probability of {share(POWER)}; rates between the two are not. Dependence is a correlation."]
    parts = dict.fromkeys((each.exercise, each.part) for each in table)
    for exercise, part in parts:
        rows = [HEADER, *(each.row for each in table if (each.exercise, each.part) == (exercise, part))]
        *widths, _ = (max(map(len, column)) for column in zip(*rows, strict=True))
        lines += ["", f"{exercise}, {part}"]
        for name, *figures, what in rows:
            aligned = [f"{each:>{width}}" for each, width in zip(figures, widths[1:], strict=True)]
            lines.append("  ".join([f"{name:<{widths[0]}}", *aligned, what]))
    return "\n".join(lines)

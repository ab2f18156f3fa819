"""Results of an answer that draws: its source of randomness, and counts that chance does not explain."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.counting import Count
from autograder.exercise import Inputs
from autograder.judging.binomial import deviates
from autograder.judging.parts import Finding, Run, Sample
from autograder.running.observe import same

GROSS = 0.15
"""How far a rate is off that no dependence explains."""

TELLING = ("out-of-range", "one-draw-", "one-coin-", "depends-on-", "avoids-repeats", "few-seeds")
"""How the names begin of what single counts show that is no rate."""


def counts_of(way: Sample, runs: Sequence[Run]) -> Iterator[Count]:
    """The counts over all runs, one after the other."""
    return iter(way.counts([run.case.inputs for run in runs], [run.record["value"] for run in runs]))


def counted(way: Sample, runs: Sequence[Run]) -> Finding | None:
    """A count that chance does not explain.

    Dependence comes before a rate: draws that hang together move a rate further than luck moves that of independent
    ones.
    """
    wrong = [count for count in counts_of(way, runs) if deviates(count)]
    if not wrong:
        return None
    count = next(
        (each for each in wrong if each.comparisons > 1 or str(each.misconception).startswith(TELLING)), wrong[0]
    )
    return Finding(count.seen, count.due, count.misconception)


def sourced(runs: Sequence[Run]) -> Finding | None:
    """The generator, the whole generator, and nothing but the generator."""
    if len(runs) < 3:
        return None
    (first, second), (again, _), (other, _) = (run.record["value"] for run in runs)
    right = runs[0].right["value"]
    if same(right[0], right[1]) or draws_nothing(runs[0].case.inputs, first):
        return None  # where nothing is drawn, that is for the counts to tell
    if not same(first, again):
        return Finding(
            "Two calls with equally seeded generators gave different results.",
            "The same result: all randomness from the generator that is passed, and nothing kept between calls.",
            "not-repeatable",
        )
    if same(first, other):
        return Finding("Generators with different seeds gave the same result.", "Another result.", "generator-unused")
    if same(first, second):
        return Finding(
            "Two calls in a row on one generator gave the same result.", "Two independent draws.", "generator-reseeded"
        )
    return None


def draws_nothing(inputs: Inputs, value: Any) -> bool:
    """Whether a tensor is one value throughout, or a result is one of the inputs, or its opposite, as it stands."""
    if isinstance(value, list) and value:
        return any(same(each, value) for each in inputs.values())
    if not isinstance(value, Tensor) or not value.numel():
        return True
    given = [each for each in inputs.values() if isinstance(each, Tensor) and each.dtype == value.dtype]
    opposite = [~each for each in given if each.dtype == torch.bool]
    return bool((value == value.flatten()[0]).all()) or any(same(each, value) for each in (*given, *opposite))

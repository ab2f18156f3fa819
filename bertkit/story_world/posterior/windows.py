"""Which stretches of a story a reader meets, and how often: the prior over windows.

Cuts say, for every plot, the expected number of windows [first, stop) of steps that one story of that plot yields.
The probability that a window drawn at random comes from a plot and from these steps is then proportional to the
plot's probability times this number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from bertkit.story_world.world import StoryWorld

Cuts = Mapping[str, Mapping[tuple[int, int], float]]
"""cuts[plot][first, stop]: how often a story of `plot` yields the window of its steps first, …, stop - 1."""
PairCuts = Mapping[str, Mapping[tuple[int, int, int], float]]
"""cuts[plot][first, middle, stop]: how often a story of `plot` yields the pair [first, middle), [middle, stop)."""


Steps = TypeVar("Steps", tuple[int, int], tuple[int, int, int])


def whole_stories(world: StoryWorld) -> Cuts:
    """Every story is one window, from its first sentence to its last."""
    return {plot: {(0, len(steps)): 1.0} for plot, steps in world.steps.items()}


def runs(world: StoryWorld, longest: int) -> Cuts:
    """Stories cut from their start into runs of 1 to `longest` sentences, lengths drawn uniformly.

    The last run of a story is shorter where the story ends. This is how `bertkit.data.batches.runs_of_sentences` cuts.

    Raises:
        ValueError: if `longest` is less than 1.
    """
    return {plot: _runs(len(steps), longest) for plot, steps in world.steps.items()}


def consecutive_runs(world: StoryWorld, longest: int) -> PairCuts:
    """Pairs of neighbouring runs, where stories are cut as in `runs`.

    Raises:
        ValueError: if `longest` is less than 1.
    """
    cuts: dict[str, dict[tuple[int, int, int], float]] = {}
    for plot, steps in world.steps.items():
        length = len(steps)
        cuts[plot] = {
            (first, middle, stop): number * probability
            for (first, middle), number in _runs(length, longest).items()
            for stop, probability in ends_of_runs(middle, length, longest).items()
        }
    return cuts


def first_halves(pairs: PairCuts) -> Cuts:
    """How often each window is the first one of a pair."""
    return {
        plot: _summed(((first, middle), number) for (first, middle, _), number in numbers.items())
        for plot, numbers in pairs.items()
    }


def second_halves(pairs: PairCuts) -> Cuts:
    """How often each window is the second one of a pair."""
    return {
        plot: _summed(((middle, stop), number) for (_, middle, stop), number in numbers.items())
        for plot, numbers in pairs.items()
    }


def _summed(numbers: Iterable[tuple[tuple[int, int], float]]) -> dict[tuple[int, int], float]:
    total: dict[tuple[int, int], float] = {}
    for window, number in numbers:
        total[window] = total.get(window, 0.0) + number
    return total


def joint(cuts: Mapping[str, Mapping[Steps, float]], world: StoryWorld) -> dict[str, dict[Steps, float]]:
    """Probability of plot and steps together; all of them sum to one.

    Raises:
        ValueError: for an unknown plot, steps that the plot does not have, a negative number, or nothing but zeros.
    """
    plots = world.grammar.plots
    probability = {plot.name: plots.probability(index) for index, plot in enumerate(plots.values)}
    for plot, numbers in cuts.items():
        if plot not in probability:
            raise ValueError(f"the cuts name the plot {plot!r}, which the world does not have")
        for steps, number in numbers.items():
            if list(steps) != sorted(set(steps)) or steps[0] < 0 or steps[-1] > len(world.steps[plot]):
                raise ValueError(f"plot {plot!r} has no steps {steps}; it has {len(world.steps[plot])}")
            if not 0 <= number < float("inf"):
                raise ValueError(f"plot {plot!r}, steps {steps}: the expected number is {number}")
    total = sum(probability[plot] * number for plot, numbers in cuts.items() for number in numbers.values())
    if total <= 0:
        raise ValueError("the cuts yield no window at all")
    return {
        plot: {steps: probability[plot] * number / total for steps, number in numbers.items() if number > 0}
        for plot, numbers in cuts.items()
    }


def _runs(length: int, longest: int) -> dict[tuple[int, int], float]:
    """Expected number of each run in a story of `length` sentences: where a run starts is a renewal process."""
    if longest < 1:
        raise ValueError(f"longest is {longest}; a run has at least one sentence")
    starts = [1.0]
    for position in range(1, length):
        starts.append(sum(starts[max(0, position - longest) :]) / longest)
    return {
        (first, stop): starts[first] * probability
        for first in range(length)
        for stop, probability in ends_of_runs(first, length, longest).items()
    }


def ends_of_runs(first: int, length: int, longest: int) -> dict[int, float]:
    """Where a run that starts at sentence `first` of `length` may stop, and how likely.

    Its length is uniform on 1 to `longest`, but for the story's end.
    """
    return {
        stop: (longest - (stop - first) + 1 if stop == length else 1) / longest
        for stop in range(first + 1, min(first + longest, length) + 1)
    }

"""Exact thresholds for answers that draw at random.

An answer that is right may fail a statistical test by bad luck. Each comparison here is allowed to do so with a
probability of at most `FALSE_ALARM`, computed from the exact binomial distribution. No exercise makes a hundred
comparisons, so a right answer fails less than once in a million checks.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import bdtr, bdtrc
from scipy.stats import hypergeom

from autograder.counting import Count

FALSE_ALARM = 1e-8
POWER = 0.99
"""How surely a deviation is found that `found_above` and `found_below` give."""


def tail(successes: Any, trials: Any, probability: Any) -> Any:
    """Probability of so few, or of so many successes, whichever is smaller; numbers or arrays."""
    successes, trials = np.asarray(successes, dtype=np.int64), np.asarray(trials, dtype=np.int64)
    at_most = bdtr(successes, trials, probability)
    at_least = np.where(successes > 0, bdtrc(np.maximum(successes - 1, 0), trials, probability), 1.0)
    return np.minimum(at_most, at_least)


def improbable(successes: int, trials: int, probability: float, false_alarm: float = FALSE_ALARM) -> bool:
    """Whether so many successes, or a count as far out on that side, are too rare to be luck.

    Args:
        successes: how many were counted.
        trials: out of how many independent ones.
        probability: of each, if the answer is right.
        false_alarm: chance that a right answer is called improbable.
    """
    if probability <= 0:
        return successes > 0
    if probability >= 1:
        return successes < trials
    return bool(tail(successes, trials, probability) < false_alarm / 2)


def deviates(count: Count) -> bool:
    """Whether a count is too far from what is due to be luck, also as the worst of several."""
    return improbable(count.successes, count.trials, count.probability, FALSE_ALARM / count.comparisons)


def unlike(left: Count, right: Count, false_alarm: float = 1e-5) -> bool:
    """Whether two answers' counts of one property are too different for both to do the same.

    Fisher's exact test; of a count that is the worst of several, only whether it deviates is compared.
    """
    if left.comparisons > 1 or right.comparisons > 1:
        return deviates(left) != deviates(right)
    successes, trials = left.successes + right.successes, left.trials + right.trials
    if not left.trials or not right.trials or successes in (0, trials):
        return False
    distribution = hypergeom(trials, successes, left.trials)
    return bool(min(distribution.cdf(left.successes), distribution.sf(left.successes - 1)) < false_alarm / 2)


def found_below(count: Count) -> float:
    """The highest rate below the right one that is found with probability `POWER`; 0 where none is."""
    bound = last_true(count.trials, lambda k: tail_below(k, count) < FALSE_ALARM / count.comparisons / 2)
    if bound < 0:
        return 0.0
    return bisect(lambda rate: float(bdtr(bound, count.trials, rate)) >= POWER, 0.0, count.probability)


def found_above(count: Count) -> float:
    """The lowest rate above the right one that is found with probability `POWER`; 1 where none is."""
    mirrored = Count(count.name, count.what, 0, count.trials, 1 - count.probability, count.comparisons)
    return 1 - found_below(mirrored)


def tail_below(successes: int, count: Count) -> float:
    """Probability of so few successes."""
    return float(bdtr(successes, count.trials, count.probability))


def last_true(stop: int, holds: Callable[[int], bool]) -> int:
    """The last whole number from 0 below `stop` for which something holds that holds up to some number; -1 for none."""
    low, high = -1, stop
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def bisect(holds: Callable[[float], bool], low: float, high: float) -> float:
    """The highest number between for which something holds that holds up to some number."""
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low

"""Exact thresholds for answers that draw at random.

An answer that is right may fail a statistical test by bad luck. Each comparison here is allowed to do so with a
probability of at most `FALSE_ALARM`, computed from the exact binomial distribution. No exercise makes a hundred
comparisons, so a right answer fails less than once in a million checks.
"""

from scipy.special import bdtr, bdtrc

FALSE_ALARM = 1e-8


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
    at_most = bdtr(successes, trials, probability)
    at_least = bdtrc(successes - 1, trials, probability) if successes else 1.0
    return bool(min(at_most, at_least) < false_alarm / 2)

"""Thresholds are exact: they are held against sums of binomial probabilities in whole numbers."""

from fractions import Fraction
from itertools import accumulate
from math import comb

import pytest

from autograder.judging.binomial import FALSE_ALARM, improbable

PROBABILITIES = [Fraction(1, 100), Fraction(3, 20), Fraction(1, 2), Fraction(4, 5), Fraction(99, 100)]


def distribution(trials: int, probability: Fraction) -> list[Fraction]:
    """Probability of every number of successes."""
    return [comb(trials, k) * probability**k * (1 - probability) ** (trials - k) for k in range(trials + 1)]


@pytest.mark.parametrize("probability", PROBABILITIES, ids=str)
@pytest.mark.parametrize("trials", [1, 2, 7, 40, 200])
@pytest.mark.parametrize("false_alarm", [FALSE_ALARM, 1e-3, 0.2])
def test_agrees_with_exact_sums(trials: int, probability: Fraction, false_alarm: float) -> None:
    masses = distribution(trials, probability)
    at_most = list(accumulate(masses))
    at_least = list(accumulate(reversed(masses)))[::-1]
    for successes in range(trials + 1):
        tail = min(at_most[successes], at_least[successes])
        assert improbable(successes, trials, float(probability), false_alarm) == (tail < Fraction(false_alarm) / 2)


@pytest.mark.parametrize("probability", PROBABILITIES, ids=str)
@pytest.mark.parametrize("trials", [10, 300])
@pytest.mark.parametrize("false_alarm", [FALSE_ALARM, 1e-3, 0.2])
def test_a_right_answer_is_called_improbable_as_rarely_as_promised(
    trials: int, probability: Fraction, false_alarm: float
) -> None:
    masses = distribution(trials, probability)
    alarms = sum(mass for k, mass in enumerate(masses) if improbable(k, trials, float(probability), false_alarm))
    assert alarms <= false_alarm


def test_the_promise_is_kept_with_hundreds_of_comparisons() -> None:
    assert 100 * FALSE_ALARM <= 1e-6


@pytest.mark.parametrize(
    ("successes", "probability", "expected"), [(0, 0.0, False), (1, 0.0, True), (50, 1.0, False), (49, 1.0, True)]
)
def test_certain_events(successes: int, probability: float, expected: bool) -> None:
    assert improbable(successes, 50, probability) is expected


def test_no_trials_show_nothing() -> None:
    assert not improbable(0, 0, 0.3)


def test_large_numbers_tell_80_from_81_per_cent() -> None:
    assert improbable(53084, 65536, 0.8)
    assert not improbable(53084, 65536, 0.81)

"""Thresholds are exact: they are held against sums of binomial probabilities in whole numbers."""

from fractions import Fraction
from itertools import accumulate
from math import comb

import numpy as np
import pytest

from autograder.counting import Count
from autograder.judging.binomial import (
    FALSE_ALARM,
    POWER,
    deviates,
    found_above,
    found_below,
    improbable,
    tail,
    unlike,
)

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


def counted(successes: int, trials: int, probability: float, comparisons: int = 1) -> Count:
    return Count("rate", "of all", successes, trials, probability, comparisons)


def test_the_tail_of_arrays_is_that_of_each_number() -> None:
    successes, trials, chances = (
        np.array([0, 3, 10, 0, 7]),
        np.array([5, 10, 10, 0, 20]),
        np.array([0.1, 0.3, 0.5, 0.2, 0.9]),
    )
    each = [float(tail(*one)) for one in zip(successes, trials, chances, strict=True)]
    assert tail(successes, trials, chances).tolist() == each
    assert each[3] == 1.0


@pytest.mark.parametrize("probability", PROBABILITIES, ids=str)
def test_a_tail_is_exact(probability: Fraction) -> None:
    masses = distribution(30, probability)
    for successes in range(31):
        exact = min(sum(masses[: successes + 1]), sum(masses[successes:]))
        assert float(tail(successes, 30, float(probability))) == pytest.approx(float(exact), rel=1e-9)


def test_the_worst_of_several_needs_more_than_one_alone() -> None:
    alone = next(k for k in range(100) if not deviates(counted(k, 100, 0.5)))
    of_many = next(k for k in range(100) if not deviates(counted(k, 100, 0.5, 1000)))
    assert of_many < alone
    assert deviates(counted(alone - 1, 100, 0.5))
    assert not deviates(counted(alone - 1, 100, 0.5, 1000))


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (counted(500, 1000, 0.5), counted(520, 1000, 0.5), False),
        (counted(500, 1000, 0.5), counted(700, 1000, 0.5), True),
        (counted(700, 1000, 0.5), counted(500, 1000, 0.5), True),
        (counted(0, 1000, 0.5), counted(0, 10, 0.5), False),
        (counted(1000, 1000, 0.5), counted(10, 10, 0.5), False),
        (counted(0, 0, 0.5), counted(1000, 1000, 0.5), False),
        (counted(0, 60, 0.5), counted(60, 60, 0.5), True),
        (
            counted(0, 60, 0.5, 5),
            counted(60, 60, 0.5, 5),
            False,
        ),  # both deviate: of the worst, that is all that is asked
        (counted(0, 60, 0.5, 5), counted(30, 60, 0.5, 5), True),
    ],
)
def test_unlike(left: Count, right: Count, expected: bool) -> None:
    assert unlike(left, right) is expected


def test_two_answers_that_do_the_same_are_rarely_unlike() -> None:
    masses = [float(mass) for mass in distribution(24, Fraction(1, 2))]
    alarm = sum(
        masses[one] * masses[other]
        for one in range(25)
        for other in range(25)
        if unlike(counted(one, 24, 0.5), counted(other, 24, 0.5), false_alarm=0.01)
    )
    assert 0 < alarm <= 0.01


def power_at(rate: float, count: Count) -> float:
    """Probability, summed up, that a deviation on either side is found at that rate."""
    masses = distribution(count.trials, Fraction(rate))
    return float(
        sum(
            mass
            for successes, mass in enumerate(masses)
            if deviates(counted(successes, count.trials, count.probability, count.comparisons))
        )
    )


@pytest.mark.parametrize("comparisons", [1, 50])
@pytest.mark.parametrize("probability", [0.1, 0.5, 0.8])
@pytest.mark.parametrize("trials", [40, 200])
def test_found_below_and_above_are_where_power_begins(trials: int, probability: float, comparisons: int) -> None:
    count = counted(0, trials, probability, comparisons)
    below, above = found_below(count), found_above(count)
    assert below < probability < above
    for rate, further, nearer in ((below, -1e-3, 1e-3), (above, 1e-3, -1e-3)):
        if 0.001 < rate < 0.999:
            assert power_at(rate + further, count) >= POWER
            assert power_at(rate + nearer, count) < POWER + 1e-3
    if below == 0:
        assert power_at(1e-6, count) < POWER
    if above == 1:
        assert power_at(1 - 1e-6, count) < POWER


@pytest.mark.parametrize(("probability", "below", "above"), [(0.0, 0.0, 0.05), (1.0, 0.95, 1.0)])
def test_what_is_certain_is_found_by_a_single_exception(probability: float, below: float, above: float) -> None:
    count = counted(0, 90, probability)
    assert found_below(count) == pytest.approx(below, abs=2e-3)
    assert found_above(count) == pytest.approx(above, abs=2e-3)


def test_no_trials_find_nothing() -> None:
    assert (found_below(counted(0, 0, 0.3)), found_above(counted(0, 0, 0.3))) == (0, 1)

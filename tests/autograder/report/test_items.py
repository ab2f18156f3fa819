"""Item statistics, against numbers computed by hand and by numpy."""

import random

import numpy as np
import pytest
from report import classroom

from autograder.report.items import FEWEST, correlation, item_statistics
from autograder.verdict import Outcome, PartResult, Verdict


def test_shares_by_hand() -> None:
    exercise = "mlm.mlm_loss"  # 2 points for the first part, 1 for the second
    outcomes = [
        classroom.verdict(exercise),
        classroom.verdict(exercise, Outcome.PARTLY, [0]),
        classroom.verdict(exercise, Outcome.CODE_FAILED),
        classroom.verdict(exercise, Outcome.NOT_ATTEMPTED),
    ]
    (item,) = item_statistics([[verdict] for verdict in outcomes])
    assert (item.exercise, item.max_points, item.n) == (exercise, 3, 4)
    assert item.solved == 1 / 4
    assert item.difficulty == pytest.approx((3 + 2) / 12)
    assert (item.code_failed, item.not_attempted) == (1 / 4, 1 / 4)
    assert [(part.points, part.passed) for part in item.parts] == [(2, 2 / 4), (1, 1 / 4)]


def test_discrimination_is_the_correlation_with_the_sum_of_the_others() -> None:
    numbers = random.Random(3)
    table = [{name: numbers.choice([0, 3, 7, 10]) for name in "abcd"} for _ in range(40)]
    items = item_statistics([classroom.scored(row) for row in table])
    values = np.array([[row[name] for name in "abcd"] for row in table], dtype=float)
    for place, item in enumerate(items):
        others = np.delete(values, place, axis=1).sum(axis=1)
        assert item.discrimination is not None
        assert item.discrimination.value == pytest.approx(np.corrcoef(values[:, place], others)[0, 1])
        assert item.discrimination.low < item.discrimination.value < item.discrimination.high


def test_the_interval_of_a_known_correlation() -> None:
    # r = 0.5 and n = 28: atanh(0.5) = 0.549306, 1.959964 / sqrt(25) = 0.391993
    own = [1.0, -1.0] * 14
    others = [one * 0.5 + other * 0.75**0.5 for one, other in zip(own, [1.0, 1.0, -1.0, -1.0] * 7, strict=True)]
    found = correlation(own, others)
    assert found is not None
    assert found.value == pytest.approx(0.5)
    assert (found.low, found.high) == pytest.approx((0.156026, 0.735815), abs=1e-5)


@pytest.mark.parametrize(
    ("own", "others"),
    [
        ([float(n) for n in range(FEWEST - 1)], [float(n) for n in range(FEWEST - 1)]),
        ([1.0] * 20, [float(n) for n in range(20)]),
        ([float(n) for n in range(20)], [1.0] * 20),
        ([float(n) for n in range(20)], [0.1 + 0.2, 0.3] * 10),
        ([], []),
    ],
    ids=["few", "own-constant", "others-constant", "constant-but-for-rounding", "nobody"],
)
def test_no_correlation_where_none_is_defined(own: list[float], others: list[float]) -> None:
    assert correlation(own, others) is None


def test_a_perfect_correlation_has_no_interval_to_speak_of() -> None:
    found = correlation([float(n) for n in range(20)], [2.0 * n for n in range(20)])
    assert found is not None
    assert (found.low, found.value, found.high) == pytest.approx((1, 1, 1))


@pytest.mark.parametrize(
    ("own", "reading"),
    [
        ([10] * 29 + [0], "Solved by nearly all; negative, but within chance: look at the exercise if it stays so."),
        ([10] * 15 + [0] * 15, "Of middling difficulty; negative: those who do well elsewhere fail here, so look at "),
        ([0] * 15 + [10] * 15, "Of middling difficulty; separates well."),
        ([0] * 28 + [10] * 2, "Hard for this class; "),
        ([10] * 30, "Solved by nearly all; discrimination is not defined."),
    ],
    ids=["easy", "negative", "good", "hard", "constant"],
)
def test_reading(own: list[int], reading: str) -> None:
    others = [n // 3 for n in range(29)] + [10]
    item = item_statistics([classroom.scored({"own": a, "other": b}) for a, b in zip(own, others, strict=True)])[0]
    assert item.reading.startswith(reading)


def test_who_was_judged_on_fewer_exercises_counts_where_they_were() -> None:
    full = [classroom.scored({"a": n % 5, "b": n % 7}) for n in range(20)]
    items = item_statistics([classroom.scored({"b": 10}), *full])
    assert [(item.exercise, item.n) for item in items] == [("a", 20), ("b", 21)]
    assert [item.discrimination for item in items] == [item.discrimination for item in item_statistics(full)]


def test_an_exercise_worth_nothing_divides_nothing_by_zero() -> None:
    worthless = Verdict("a", "A", Outcome.PASSED, 0, 0, (PartResult("x", 0, True),))
    (item,) = item_statistics([[worthless]])
    assert item.difficulty == 0


def test_nobody() -> None:
    assert item_statistics([]) == []

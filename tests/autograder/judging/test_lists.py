"""Answers that return lists, drawn or not: their source, their form, what is said and what is known of them."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch
from made_up import MadeUp, made_up
from torch import Tensor

from autograder.calls import CALLS, SEED, Call
from autograder.counting import Count
from autograder.exercise import Inputs
from autograder.judging.draw import LARGE, TINY, Draw
from autograder.judging.parts import (
    AGAIN,
    Compare,
    Finding,
    HiddenTests,
    Mistake,
    Mistakes,
    Sample,
    Source,
    allowed,
    earlier,
)
from autograder.judging.values import wrong_in
from autograder.running.observe import observe

ITEMS = (None, 0, "", [1], 2.5, True, "text", {"a": 1})
"""Values of any type: which of them comes says nothing about the form of a result."""


def picked(items: list[Any], rng: random.Random) -> list[Any]:
    """For each item one of them, by chance, with the number of the place."""
    return [(rng.choice(items), place) for place in range(len(items))]


def item_inputs(draw: Draw) -> Inputs:
    size = draw.size(2, 9, 200)
    return {"items": [draw.contents.choice(ITEMS) for _ in range(size)], SEED: draw.seed(), CALLS: 5}


def entries(given: Inputs, value: Any) -> dict[str, Any]:
    due = len(given["items"])
    whole = isinstance(value, list) and len(value) == due
    places = [each[1] for each in value] if whole else [*range(due)]
    return {"whole": whole, "places": torch.tensor(places)}


WORDS: dict[str, Callable[[Any, Any], Finding]] = {
    "whole": lambda got, want: Finding("It is no list of all.", "A list of all.", "not-all"),
    "places": lambda got, want: Finding("Places are wrong.", "Places in order.", "other-places"),
}


def count_inputs(draw: Draw) -> list[Inputs]:
    return [{"items": [*range(50)], SEED: draw.seed(), CALLS: 80}]


def counts(inputs: Sequence[Inputs], values: Sequence[Any]) -> Iterator[Count]:
    ((given, draws),) = zip(inputs, values, strict=True)
    formed = [isinstance(each, list) and len(each) == len(given["items"]) for each in draws]
    yield Count("form", "of the calls gave another form", formed.count(False), len(formed), 0.0, 1, "another-form")
    if all(formed):
        low = sum(item < 25 for each in draws for item, _ in each)
        yield Count("low", "of the items were low", low, 50 * len(draws), 0.5, 1, "wrong-share")


mistake = Mistakes()


@mistake("Places begin with 1.", "Where counting begins.")
def from_one(items: list[Any], rng: random.Random) -> list[Any]:
    return [(item, place + 1) for item, place in picked(items, rng)]


@mistake("The first place is lost.", "The beginning.")
def first_lost(items: list[Any], rng: random.Random) -> list[Any]:
    return [(item, place or -1) for item, place in picked(items, rng)]


@mistake("Only the first half is drawn from.", "The range.")
def first_half(items: list[Any], rng: random.Random) -> list[Any]:
    return [(rng.choice(items[: (len(items) + 1) // 2]), place) for place in range(len(items))]


for name in ("not-all", "other-places", "another-form"):
    mistake.add(name, f"It is {name}.", "Everything.", None)

PICKED = made_up(
    "picked",
    Call(("items",), generator=random.Random),
    {
        "places": (Compare(item_inputs, of=entries, each_call=True, words=WORDS),),
        "draws": (
            Source(lambda draw: item_inputs(draw) | {"items": [*range(40)]}),
            Sample(count_inputs, counts, any_form=True),
        ),
    },
    mistake,
)
PICKED = MadeUp(replace(PICKED.exercise, defines=(f"{__name__}:picked",)), PICKED.hidden)


def of_own_seed(items: list[Any], rng: random.Random) -> list[Any]:
    return picked(items, random.Random(3))


def by_another_source(items: list[Any], rng: random.Random) -> list[Any]:
    return picked(items, random.SystemRandom())


def set_back(items: list[Any], rng: random.Random) -> list[Any]:
    state = rng.getstate()
    drawn = picked(items, rng)
    rng.setstate(state)
    return drawn


@pytest.mark.parametrize("seed", range(6))
def test_values_of_any_type_are_no_other_form(seed: int) -> None:
    assert PICKED.judged(picked, seed).passed
    assert PICKED.judged(lambda items, rng: [[rng.choice(items), place] for place in range(len(items))], seed).passed


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (of_own_seed, "generator-unused"),
        (by_another_source, "not-repeatable"),
        (set_back, "generator-reseeded"),
        (from_one, "from-one"),
        (first_lost, "first-lost"),
        (first_half, "first-half"),
        (lambda items, rng: picked(items, rng)[:-1], "not-all"),
        (lambda items, rng: picked(items, rng)[:49] if len(items) == 50 else picked(items, rng), "another-form"),
        (lambda items, rng: [(item, place // 2 * 2) for item, place in picked(items, rng)], "other-places"),
        (lambda items, rng: items.sort(key=str) or picked(items, rng), "changes-argument"),
        (lambda items, rng: None, "ignores-input"),
    ],
)
def test_what_is_wrong_with_a_list_is_told(answer: Any, name: str) -> None:
    assert {PICKED.judged(answer, seed).misconception for seed in range(3)} == {name}


def test_the_right_record_of_a_sample_has_a_value_for_each_call() -> None:
    """One call of the reference shows the form of all."""
    used: list[int] = []

    def counted(inputs: Inputs) -> Any:
        used.append(inputs.get(CALLS, 1))
        return observe(PICKED.exercise.run, picked, inputs)

    assert PICKED.judged(picked).passed
    counted(count_inputs(Draw(random.Random(0), random.Random(1)))[0])
    assert used == [80]


# ------------------------------------------------------------------------------------------------ lists of numbers


def doubled(numbers: list[int], more: list[int]) -> list[int]:
    """Twice the numbers, and what is added behind them."""
    return [2 * each for each in numbers] + more


def number_inputs(draw: Draw) -> Inputs:
    return {name: [draw.integer(1, 99) for _ in range(draw.size(1, 6, 300))] for name in ("numbers", "more")}


def shape_of(given: Inputs, value: Any) -> dict[str, Any]:
    return {"length": len(value), "sum": sum(value)}


DOUBLED = made_up(
    "doubled",
    Call(("numbers", "more")),
    {
        "all": (
            Compare(
                number_inputs,
                {"a number is 0": lambda draw: number_inputs(draw) | {"numbers": [0, 1]}},
                of=shape_of,
                words={"length": lambda got, want: Finding("The length is another.", "The length.", "other-length")},
            ),
        )
    },
)
DOUBLED = MadeUp(
    replace(DOUBLED.exercise, defines=(f"{__name__}:doubled",)),
    HiddenTests(
        DOUBLED.hidden.parts,
        (Mistake("other-length", "Numbers are missing.", "Conditions."),),
        otherwise={"all": "wrong-sum"},
    ),
)


def test_lists_have_sizes_and_other_calls_have_other_lists() -> None:
    assert {TINY, LARGE, AGAIN} <= set(allowed(DOUBLED.exercise, number_inputs, random.Random(0)))
    inputs, twin = {"numbers": [1, 2], "more": [3], "n": 4}, {"numbers": [5, 6], "more": [7], "n": 8}
    before = earlier(inputs, twin, {"numbers": [9], "more": [], "n": 1}, ("numbers",))
    assert before == [
        {"numbers": [5, 6]},
        {"numbers": [2, 1]},
        {"numbers": [5, 6], "more": [7]},
        {},
        {"numbers": [2, 1], "more": [3]},
        {"numbers": [9]},
    ]


def remembering() -> Callable[[list[int], list[int]], list[int]]:
    kept: list[int] = []

    def answer(numbers: list[int], more: list[int]) -> list[int]:
        kept[:] = doubled(numbers, more)
        return kept

    return answer


@pytest.mark.parametrize(
    ("answer", "name", "seen"),
    [
        (
            lambda numbers, more: doubled(numbers, more)[:100],
            "only-small-sizes",
            "Where sizes are large, and only there",
        ),
        (remembering(), "reuses-result", "Where another call came after, and only there"),
        (lambda numbers, more: [2 * each for each in numbers if each] + more, "other-length", "a number is 0"),
        (lambda numbers, more: [2 * each for each in numbers] + [sum(more)] * len(more), "wrong-sum", "`sum` was"),
        (lambda numbers, more: numbers + more, "ignores-nothing", ""),
    ],
    ids=["limit", "buffer", "edge", "otherwise", "another"],
)
def test_where_and_what_else_is_told(answer: Any, name: str, seen: str) -> None:
    verdict = DOUBLED.judged(answer)
    assert not verdict.passed
    assert verdict.diagnosis is not None
    assert seen in verdict.diagnosis.seen
    assert verdict.misconception == (name if name != "ignores-nothing" else "wrong-sum")


def test_a_call_that_stops_because_one_before_wrote_into_a_list_is_told_of_the_writing() -> None:
    def answer(numbers: list[int], more: list[int]) -> list[int]:
        if -1 in more:
            raise ValueError(f"negative numbers in {more}")
        found = doubled(numbers, more)
        more.append(-1)
        return found

    verdict = DOUBLED.judged(answer)
    assert verdict.misconception == "changes-argument", verdict.to_text()


# ------------------------------------------------------------------------------------------------ numbers with a point


def falling(start: float, count: int) -> list[float]:
    """Each half of the one before."""
    return [start / 2**place for place in range(count)]


def falling_inputs(draw: Draw, start: float = 1.0) -> Inputs:
    return {"start": start * draw.share(1.0, 2.0), "count": draw.size(4, 9)}


def beside(given: Inputs, value: Any) -> dict[str, Tensor]:
    due = falling(given["start"], given["count"])
    return {"times": torch.tensor([one / other for one, other in zip(value, due, strict=False)])}


FALLING = made_up(
    "falling",
    Call(("start", "count")),
    {
        "all": (
            Compare(falling_inputs),
            Compare(
                lambda draw: falling_inputs(draw, 1e-12),
                of=beside,
                words={
                    "times": lambda got, want: Finding("Small ones are wrong.", "Each by half.", "small-ones-wrong")
                },
            ),
        )
    },
)
FALLING = MadeUp(
    replace(FALLING.exercise, defines=(f"{__name__}:falling",)),
    HiddenTests(FALLING.hidden.parts, (Mistake("small-ones-wrong", "Small numbers are lost.", "Rounding."),)),
)


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (lambda start, count: [3 * each for each in falling(start, count)], "scaled"),
        (lambda start, count: [0.0, *falling(start, count)[1:]], "wrong-in-places"),
        (lambda start, count: [round(each, 13) for each in falling(start, count)], "small-ones-wrong"),
        (lambda start, count: falling(start, count)[::-1], "reversed"),
    ],
    ids=["all", "first", "small", "turned"],
)
def test_what_is_said_of_numbers_is_true_of_all_of_them(answer: Any, name: str) -> None:
    verdict = FALLING.judged(answer)
    assert verdict.misconception == name, verdict.to_text()


@pytest.mark.parametrize(
    ("got", "want", "due"),
    [
        ([1, 2, 3], [1, 5, 3], (1, 3)),
        ([1, 2], [1, 2, 3, 4], (2, 4)),
        ([], [], (0, 0)),
        ({"a": [1], "b": "x"}, {"a": [2], "b": "x"}, (1, 2)),
        (torch.tensor([1, 2]), torch.tensor([1, 3]), (1, 2)),
        ([torch.tensor([1.0]), None], [torch.tensor([1.0]), 0], (1, 2)),
    ],
)
def test_what_differs_is_counted(got: Any, want: Any, due: tuple[int, int]) -> None:
    assert wrong_in(got, want) == due

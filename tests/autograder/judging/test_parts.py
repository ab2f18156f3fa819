"""Cases are drawn plain, under each condition alone and at each edge, and are what they are said to be."""

import random
from dataclasses import replace
from typing import Any

import made_up
import pytest
import torch

from autograder.calls import BEFORE, CALLS, EVALUATION, KEPT, SEED
from autograder.exercise import Inputs
from autograder.judging.draw import DOUBLE, LARGE, ONE_ROW, TINY, Draw
from autograder.judging.parts import AGAIN, EXCLUDED, Case, Compare, Mistakes, allowed, earlier, named
from autograder.modules import Built
from autograder.running.observe import GLOBAL_SEED, STRIDED

SEEDS = range(8)
TENSORS = (STRIDED, DOUBLE, ONE_ROW, TINY, LARGE)


def cases(made: made_up.MadeUp, seed: int = 0, small: int = 0) -> list[Case]:
    """All cases of all parts, the edges' names taken off their conditions."""
    rng = random.Random(seed)
    return [case for ways in made.hidden.parts.values() for way in ways for case in way.draw(made.exercise, rng, small)]


def way_of(made: made_up.MadeUp, part: str, place: int = 0) -> Any:
    return made.hidden.parts[part][place]


@pytest.mark.parametrize(
    ("made", "conditions"),
    [
        (made_up.ERROR, {*TENSORS, AGAIN, KEPT, EVALUATION}),
        (made_up.LABELS, {*TENSORS, AGAIN, KEPT} - {DOUBLE}),
        (made_up.GATE, {*TENSORS, AGAIN, KEPT}),
        (made_up.ROOTED, {AGAIN, KEPT}),
    ],
    ids=["gradient", "integers", "module", "number"],
)
def test_conditions_are_those_that_make_sense(made: made_up.MadeUp, conditions: set[str]) -> None:
    (way, *_), *_ = made.hidden.parts.values()
    assert set(allowed(made.exercise, way.inputs, random.Random(0))) == conditions
    for seed in SEEDS:
        alone = {tuple(case.conditions - {ONE_ROW}) for case in way.draw(made.exercise, random.Random(seed))}
        assert {(each,) for each in conditions - {ONE_ROW}} | {()} <= alone


@pytest.mark.parametrize("made", [made_up.ERROR, made_up.LABELS, made_up.GATE], ids=lambda made: made.exercise.name)
def test_a_case_is_under_the_conditions_that_it_names(made: made_up.MadeUp) -> None:
    for case in (case for seed in SEEDS for case in cases(made, seed)):
        inputs, under = case.inputs, case.conditions
        first = next(value for value in inputs.values() if isinstance(value, torch.Tensor))
        assert bool(inputs.get(STRIDED)) == (STRIDED in under)
        assert bool(inputs.get(EVALUATION)) == (EVALUATION in under)
        assert (BEFORE in inputs) == bool({AGAIN, KEPT} & under)
        assert bool(inputs.get(KEPT)) == (KEPT in under)
        assert (first.shape[0] == 1) == (ONE_ROW in under)
        if first.is_floating_point():
            assert (first.dtype == torch.float64) == (DOUBLE in under)
        for one, other in EXCLUDED:
            assert not {one, other} <= under


def test_every_edge_is_tried_and_is_what_it_says() -> None:
    for seed in SEEDS:
        drawn = cases(made_up.LABELS, seed)
        for edge, kept in (("nothing is kept", False), ("everything is kept", True)):
            at_edge = [case for case in drawn if edge in case.conditions]
            assert at_edge
            assert all(bool((case.inputs["keep"] == kept).all()) for case in at_edge)
            assert any(case.conditions - {ONE_ROW} == {edge} for case in at_edge)


def test_conditions_can_be_given() -> None:
    way = Compare(made_up.gate_inputs, conditions=(DOUBLE,), cases=0)
    drawn = way.draw(made_up.GATE.exercise, random.Random(0))
    assert [case.conditions - {ONE_ROW} for case in drawn] == [frozenset(), {DOUBLE}]


@pytest.mark.parametrize("small", [1, 2, 3])
def test_small_cases_are_small(small: int) -> None:
    for case in cases(made_up.LABELS, small=small):
        rows, columns = case.inputs["ids"].shape
        assert rows <= small
        assert columns <= 1 + small


TWO = {"ids": torch.arange(6).view(2, 3), "keep": torch.tensor([[True, False, True], [False] * 3]), "fill": 3}
ONE = {"ids": torch.arange(3).view(1, 3), "keep": torch.tensor([[True, False, False]]), "fill": 3}


@pytest.mark.parametrize(("inputs", "dim"), [(TWO, 0), (ONE, 1)], ids=["two rows", "one row"])
def test_what_an_earlier_call_gets(inputs: Inputs, dim: int) -> None:
    twin = {name: ~value if name == "keep" else value + 10 for name, value in inputs.items()}
    elsewhere = {"ids": torch.arange(20).view(4, 5), "keep": torch.ones(4, 5, dtype=torch.bool), "fill": 4}
    before = earlier(inputs, twin, elsewhere, list(inputs))
    assert before.pop() == elsewhere
    assert [sorted(each) for each in before] == [*[["ids"], ["keep"]] * 2, ["ids", "keep"], [], ["ids", "keep"]]
    for place, wanted in enumerate([twin, twin, None, None, twin]):
        if wanted is not None:
            assert all(torch.equal(value, wanted[name]) for name, value in before[place].items())
    for each in (*before[2:4], before[6]):
        assert all(torch.equal(value, inputs[name].flip(dim)) for name, value in each.items())


def test_an_earlier_call_of_a_module_has_vectors_of_the_size_that_it_was_built_for() -> None:
    exercise = replace(made_up.GATE.exercise, run=Built(("size",), "hidden", ("linear.weight", "linear.bias")))
    way = Compare(made_up.gate_inputs)
    drawn = [case.inputs for seed in SEEDS for case in way.draw(exercise, random.Random(seed))]
    before = [(given["hidden"], given[BEFORE]["hidden"]) for given in drawn if "hidden" in given.get(BEFORE, {})]
    assert before
    assert all(one.shape[1:] == other.shape[1:] for one, other in before)
    assert any(len(one) > len(other) >= 1 for one, other in before)


def test_a_case_that_came_out_in_64_bits_is_under_that_condition() -> None:
    def edge(draw: Draw) -> Inputs:
        return {name: value.double() for name, value in made_up.gate_inputs(draw).items()}

    way = Compare(made_up.gate_inputs, {"there are many digits": edge}, conditions=(), cases=0)
    plain, digits = way.draw(made_up.GATE.exercise, random.Random(0))
    assert (DOUBLE in plain.conditions, DOUBLE in digits.conditions) == (False, True)


def test_a_call_without_tensors_comes_after_the_same_and_another() -> None:
    assert earlier({"size": 3}, {"size": 3}, {"size": 5}, ["size"]) == [{}, {"size": 5}]
    assert earlier({"size": 3}, {"size": 3}, {"size": 5}, []) == [{}]  # where nobody knows what is an argument


def test_an_earlier_call_alone_is_tried_in_every_way_and_a_kept_result_with_other_contents() -> None:
    drawn = way_of(made_up.LABELS, "kept").draw(made_up.LABELS.exercise, random.Random(0))
    again = [case for case in drawn if case.conditions - {ONE_ROW} == {AGAIN}]
    ways = len(earlier(TWO, TWO, TWO, list(TWO)))
    assert len(again) >= ways
    assert len({repr(case.inputs[BEFORE]) for case in again[:ways]}) == ways
    kept = [case for case in drawn if KEPT in case.conditions]
    assert kept
    for case in kept:
        assert set(case.inputs[BEFORE]) == {"ids", "keep"}
        assert torch.equal(case.judged["ids"], case.inputs[BEFORE]["ids"])
    for case in again:
        assert torch.equal(case.judged["ids"], case.inputs["ids"])


def test_a_source_is_tried_under_two_global_states_and_with_another_seed() -> None:
    one, two, other = way_of(made_up.COINS, "source").draw(made_up.COINS.exercise, random.Random(0))
    assert one.inputs[CALLS] == two.inputs[CALLS] == other.inputs[CALLS] == 2
    assert one.inputs[SEED] == two.inputs[SEED] != other.inputs[SEED]
    assert one.inputs[GLOBAL_SEED] != two.inputs[GLOBAL_SEED]


def test_samples_are_numbered_and_refusals_say_what_is_raised() -> None:
    drawn = way_of(made_up.COINS, "rate").draw(made_up.COINS.exercise, random.Random(0))
    assert [case.number for case in drawn] == [0]
    bad, nan, zero = way_of(made_up.ROOTED, "range").draw(made_up.ROOTED.exercise, random.Random(0))
    assert (str(bad.inputs["number"]), nan.raises, zero.raises) == (bad.raises, "nan", None)


@pytest.mark.parametrize("made", made_up.ALL.values(), ids=lambda made: made.exercise.name)
def test_cases_are_drawn_anew_and_the_same_seed_gives_the_same(made: made_up.MadeUp) -> None:
    one, same, other = (repr([case.inputs for case in cases(made, seed)]) for seed in (1, 1, 2))
    assert one == same != other


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("ignore_zero", "ignore-zero"),
        ("TanhGELU", "tanh-gelu"),
        ("NoNorm", "no-norm"),
        ("_private", "private"),
        ("Relu", "relu"),
        ("one", "one"),
    ],
)
def test_names_of_mistakes(identifier: str, name: str) -> None:
    assert named(identifier) == name


def test_mistakes_are_collected_in_order_and_left_as_they_are() -> None:
    mistakes = Mistakes()

    @mistakes("The idea.", "Where to look.")
    def first_one() -> int:
        return 3

    mistakes.add("by-call", "Another.", "There.", None)
    assert first_one() == 3
    assert [(each.name, each.likely, each.look_at, each.answer) for each in mistakes.all] == [
        ("first-one", "The idea.", "Where to look.", first_one),
        ("by-call", "Another.", "There.", None),
    ]


def test_hidden_tests_know_their_mistakes_by_name() -> None:
    assert made_up.COINS.hidden.mistake("complement") is made_up.coin_mistake.all[0]
    assert made_up.COINS.hidden.mistake("no-such") is None
    assert made_up.COINS.hidden.mistake(None) is None


def test_a_draw_does_not_move_the_one_after_it() -> None:
    def few(draw: Draw) -> Inputs:
        return {"hidden": draw.normal(draw.rows(), 2, 2), "weight": draw.normal(2, 2), "bias": draw.normal(2)}

    def more(draw: Draw) -> Inputs:
        drawn = few(draw)
        draw.integer(0, 5)
        return drawn

    one, other = (Compare(each).draw(made_up.GATE.exercise, random.Random(4)) for each in (few, more))
    assert repr([case.inputs for case in one]) == repr([case.inputs for case in other])

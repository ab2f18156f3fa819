"""What a result depends on is found by trying."""

import random
from collections.abc import Callable
from functools import partial
from typing import Any

import made_up
import pytest
import torch
from made_up import MadeUp, coins, kept_labels, masked_error, scaled
from repetitions import repetitions
from torch import Tensor

from autograder.calls import BEFORE, EVALUATION, KEPT, Call
from autograder.exercise import Inputs
from autograder.judging.draw import Draw
from autograder.judging.parts import AGAIN, Compare, Run, Tried
from autograder.judging.vary import ignored_argument, ignores_all, needed_condition
from autograder.running.observe import STRIDED, observe

SEEDS = range(repetitions(2, 10))
Answer = Callable[..., Any]


def tried(made: MadeUp, answer: Answer, seed: int) -> tuple[list[Tried], Callable[[Any], Any]]:
    """All cases with their records, and what asks the answer again."""
    rng, reference = random.Random(seed), made.exercise.load_reference()
    ask, right = (partial(observe, made.exercise.run, each) for each in (answer, reference))
    ways = [way for part in made.hidden.parts.values() for way in part]
    cases = [(way, way.draw(made.exercise, rng)) for way in ways]
    return [(way, [Run(each, ask(each.inputs), right(each.inputs)) for each in some]) for way, some in cases], ask


IGNORING: list[tuple[MadeUp, Answer, bool, str | None]] = [
    (made_up.LABELS, kept_labels, False, None),
    (made_up.LABELS, lambda ids, keep, fill: torch.full_like(ids, 3), True, None),
    (made_up.LABELS, lambda ids, keep, fill: kept_labels(ids, keep, -100), False, "fill"),
    (made_up.LABELS, lambda ids, keep, fill: kept_labels(ids, ids % 2 == 0, fill), False, "keep"),
    (made_up.LABELS, lambda ids, keep, fill: kept_labels(torch.zeros_like(ids), keep, fill), False, "ids"),
    (made_up.LABELS, lambda ids, keep, fill: ids.clone(), False, None),  # two are ignored: that of one would be half
    (made_up.LABELS, lambda ids, keep, fill: {*ids.flatten().tolist()}, False, None),  # of a set its name arrives alone
    (made_up.LABELS, lambda ids, keep, fill: [1, {*ids.flatten().tolist()}], False, None),
    (made_up.ERROR, lambda p, t, m: masked_error(p, torch.zeros_like(t), m), False, "target"),
    (made_up.ERROR, lambda p, t, m: p.sum() * 0 + 3, True, None),
    (made_up.SCALED, scaled, False, None),
    (made_up.COINS, coins, False, None),
    (made_up.COINS, lambda ids, p, g: coins(ids, 0.5, g), False, "probability"),
    (made_up.COINS, lambda ids, p, g: torch.zeros_like(ids).bool(), True, None),
]


@pytest.mark.parametrize(("made", "answer", "everything", "argument"), IGNORING)
def test_what_is_ignored(made: MadeUp, answer: Answer, everything: bool, argument: str | None) -> None:
    for seed in SEEDS:
        cases, ask = tried(made, answer, seed)
        assert ignores_all(made.exercise, cases, ask, random.Random(seed)) is everything
        if not everything:
            assert ignored_argument(made.exercise, cases, ask, random.Random(seed)) == argument


def seen_by_some(seen: Tensor) -> Tensor:
    """Whether a column of (T, T) is True anywhere."""
    return seen.any(dim=0)


def seen_inputs(draw: Draw, share: float) -> Inputs:
    size = draw.size(8, 14)
    return {"seen": draw.mask((size, size), share)}


def test_what_is_nearly_always_the_same_is_seen_to_differ_at_an_edge() -> None:
    """Random masks give True in every column; the edge of the same size does not."""
    way = Compare(partial(seen_inputs, share=0.8), {"nothing is seen": partial(seen_inputs, share=0.0)})
    made = made_up.made_up("diagonal", Call(("seen",)), {"all": (way,)})
    for seed in SEEDS:
        for answer, ignored in ((seen_by_some, False), (lambda seen: torch.ones(len(seen), dtype=torch.bool), True)):
            cases, ask = tried(made, answer, seed)
            assert ignores_all(made.exercise, cases, ask, random.Random(seed)) is ignored


def test_an_answer_that_stops_ignores_nothing() -> None:
    def stops(*given: Any) -> Any:
        raise OSError

    cases, ask = tried(made_up.LABELS, stops, 0)
    assert not ignores_all(made_up.LABELS.exercise, cases, ask, random.Random(0))
    assert ignored_argument(made_up.LABELS.exercise, cases, ask, random.Random(0)) is None


def test_refusals_alone_tell_nothing_of_what_is_ignored() -> None:
    (_, refusing) = made_up.ROOTED.hidden.parts.items()
    cases = [(way, []) for way in refusing[1]]
    ask = partial(observe, made_up.ROOTED.exercise.run, lambda number: 3.0)
    assert not ignores_all(made_up.ROOTED.exercise, cases, ask, random.Random(0))
    assert ignored_argument(made_up.ROOTED.exercise, cases, ask, random.Random(0)) is None


def buffered() -> Answer:
    buffers: dict[Any, Tensor] = {}
    return lambda ids, keep, fill: buffers.setdefault(ids.shape, torch.empty_like(ids)).copy_(
        kept_labels(ids, keep, fill)
    )


def in_memory_order(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
    return kept_labels(torch.as_strided(ids, ids.shape, (ids.shape[1], 1)), keep, fill)


@pytest.mark.parametrize(
    ("made", "answer", "condition"),
    [
        (made_up.LABELS, in_memory_order, STRIDED),
        (made_up.LABELS, buffered(), KEPT),
        (made_up.SCALED, lambda scores: scaled(scores) if torch.is_grad_enabled() else scores, EVALUATION),
        (made_up.LABELS, kept_labels, None),
        (made_up.LABELS, lambda *given: kept_labels(*given) + 1, None),
    ],
    ids=["memory", "kept", "evaluation", "right", "always wrong"],
)
def test_the_condition_without_which_all_is_right(made: MadeUp, answer: Answer, condition: str | None) -> None:
    for seed in SEEDS:
        cases, ask = tried(made, answer, seed)
        assert needed_condition(made.exercise, cases, ask) == condition


class Counts(made_up.Gate):
    """Multiplies by the number of calls so far."""

    calls = 0

    def forward(self, hidden: Tensor) -> Tensor:
        self.calls += 1
        return super().forward(hidden) * self.calls


def run_again(answer: Any, inputs: Any) -> Any:
    """A module is built anew for every case; where another call comes before, it is of the same module."""

    def after_another(size: int) -> Any:
        gate = answer(size)
        if BEFORE in inputs:
            gate(torch.ones(1, size))
        return gate

    return made_up.run_gate(after_another, inputs)


def test_an_earlier_call_that_spoils_the_next_is_found() -> None:
    made = made_up.made_up("Gate", run_again, {"gate": (made_up.Compare(made_up.gate_inputs, conditions=(AGAIN,)),)})
    for seed in SEEDS:
        cases, ask = tried(made, Counts, seed)
        assert needed_condition(made.exercise, cases, ask) == AGAIN
        assert made.judged(Counts, seed).misconception == "remembers"

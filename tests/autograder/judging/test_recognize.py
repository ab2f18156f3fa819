"""A mistake is named only where all that was seen agrees, and only where no other does."""

import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import made_up
import pytest
import torch
from made_up import MadeUp, kept_labels, masked_error, scaled
from repetitions import repetitions
from torch import Tensor

from autograder.judging.parts import Case, Compare, Mistakes, Run
from autograder.judging.recognize import own_candidates, telling_first
from autograder.running.observe import observe
from autograder.verdict import Verdict

SEEDS = range(repetitions(1, 10))
Answer = Callable[..., Any]


def knowing(made: MadeUp, **answers: Answer) -> MadeUp:
    """The exercise with these known mistakes, the names in the form of Python's."""
    mistakes = Mistakes()
    for name, answer in answers.items():
        mistakes.add(name.replace("_", "-"), f"The idea of {name}.", f"Where {name} is.", answer)
    return replace(made, hidden=replace(made.hidden, mistakes=mistakes.all))


def named(made: MadeUp, answer: Answer) -> set[str | None]:
    """The names that an answer gets with several seeds."""
    verdicts: list[Verdict] = [made.judged(answer, seed) for seed in SEEDS]
    assert not any(verdict.passed for verdict in verdicts)
    return {verdict.misconception for verdict in verdicts}


def zero_dropped(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
    return kept_labels(ids, keep & (ids != 0), fill)


def small_dropped(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
    return kept_labels(ids, keep & (ids >= 2), fill)


def last_dropped(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
    keep = keep.clone()
    keep[:, -1] = False
    return kept_labels(ids, keep, fill)


def test_a_known_mistake_has_its_own_texts() -> None:
    made = knowing(made_up.LABELS, zero_dropped=zero_dropped)
    verdict = made.judged(lambda ids, keep, fill: torch.where(keep & (ids != 0), ids, fill))
    assert verdict.diagnosis is not None
    assert verdict.misconception == "zero-dropped"
    assert (verdict.diagnosis.likely, verdict.diagnosis.look_at) == (
        "The idea of zero_dropped.",
        "Where zero_dropped is.",
    )


@pytest.mark.parametrize("answer", [zero_dropped, small_dropped, last_dropped], ids=lambda each: each.__name__)
def test_mistakes_that_are_near_each_other_are_told_apart(answer: Answer) -> None:
    made = knowing(made_up.LABELS, small_dropped=small_dropped, zero_dropped=zero_dropped, last_dropped=last_dropped)
    assert named(made, answer) == {answer.__name__.replace("_", "-")}


def rarely(answer: Answer, other: Answer) -> Answer:
    """Mostly one answer; the other for one batch in about nine, by what is in it."""
    return lambda ids, keep, fill: (other if int(ids.sum()) % 9 == 0 else answer)(ids, keep, fill)


def test_two_that_agree_on_most_inputs_are_separated_by_further_ones() -> None:
    mostly = rarely(last_dropped, zero_dropped)
    made = knowing(made_up.LABELS, mostly=mostly, last_dropped=last_dropped)
    assert named(made, last_dropped) == {"last-dropped"}
    turned = knowing(made_up.LABELS, last_dropped=last_dropped, mostly=mostly)
    assert named(turned, mostly) == {"mostly"}


def test_where_none_agrees_nothing_of_the_exercise_is_named() -> None:
    made = knowing(made_up.LABELS, zero_dropped=zero_dropped, last_dropped=last_dropped)
    known = {mistake.name for mistake in made.hidden.mistakes}
    for answer in (
        small_dropped,
        lambda ids, keep, fill: kept_labels(zero_dropped(ids, keep, fill), keep.flip(0), fill),
    ):
        assert not named(made, answer) & known


@pytest.mark.parametrize(
    ("made", "known", "answer"),
    [
        (made_up.ERROR, lambda *given: 1.5 * masked_error(*given), lambda *given: 1.5001 * masked_error(*given)),
        (made_up.ERROR, lambda *given: masked_error(*given) + 1, lambda *given: masked_error(*given).detach() + 1),
        (made_up.SCALED, lambda scores: scaled(scores) + 1, lambda scores: (scaled(scores) + 1).float()),
    ],
    ids=["values", "gradients", "types"],
)
def test_everything_has_to_agree(made: MadeUp, known: Answer, answer: Answer) -> None:
    made = knowing(made, known=known)
    assert named(made, known) == {"known"}
    assert "known" not in named(made, answer)


def test_arguments_that_change_and_exceptions_have_to_agree_too() -> None:
    def writes(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
        labels = zero_dropped(ids, keep, fill)
        ids.zero_()
        return labels

    def stops(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
        raise OSError("on strike")

    def stops_otherwise(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
        raise OSError("on holiday")

    made = knowing(made_up.LABELS, zero_dropped=zero_dropped, stops=stops)
    assert named(made, writes) == {"changes-argument"}
    assert named(made, stops) == {"stops"}
    assert named(made, stops_otherwise) == {"raises-os-error"}


def test_an_own_mistake_comes_before_one_that_any_answer_can_make() -> None:
    assert named(made_up.ERROR, lambda *given: -masked_error(*given)) == {"negated"}
    made = knowing(made_up.ERROR, wrong_sign=lambda *given: -masked_error(*given))
    assert named(made, lambda *given: -masked_error(*given)) == {"wrong-sign"}


def test_random_mistakes_are_known_by_their_counts() -> None:
    complement, row = (mistake.answer for mistake in made_up.coin_mistake.all)
    assert named(made_up.COINS, complement) == {"complement"}
    assert named(made_up.COINS, row) == {"one-for-a-row"}

    def other_rate(ids: Tensor, probability: float, generator: torch.Generator) -> Tensor:
        return torch.rand(ids.shape, generator=generator) > 0.8 * probability

    assert "complement" not in named(made_up.COINS, other_rate)


def test_two_random_mistakes_that_cannot_be_told_apart_are_not_named() -> None:
    complement = made_up.coin_mistake.all[0].answer
    made = knowing(made_up.COINS, one=complement, other=complement)
    assert not named(made, complement) & {"one", "other"}


def test_of_several_mistakes_one_is_named_by_the_part_that_it_is_in() -> None:
    """Two parts on inputs of their own: in one the answer does as a known mistake does, in the other it does not."""
    parts = {
        "ones": (Compare(lambda draw: {"scores": draw.normal(draw.rows(), 1)}),),
        "many": (Compare(lambda draw: {"scores": draw.normal(draw.rows(), draw.size(2, 5))}),),
    }

    def answer(scores: Tensor) -> tuple[Tensor, Tensor]:
        values, indices = made_up.largest(scores)
        return (values + 1, indices) if scores.shape[1] == 1 else (values.exp(), indices)

    def one_added(scores: Tensor) -> tuple[Tensor, Tensor]:
        values, indices = made_up.largest(scores)
        return values + 1, indices

    made = made_up.made_up("largest", made_up.LARGEST.exercise.run, parts)
    assert named(knowing(made, one_added=one_added), answer) == {"one-added"}
    # Of two that do the same there, neither is known to be the one.
    assert "one-added" not in named(knowing(made, one_added=one_added, added=lambda scores: one_added(scores)), answer)


def test_one_that_is_left_is_confirmed_on_further_inputs_where_that_is_asked() -> None:
    """Beside other mistakes in other parts, having agreed a few times is not enough."""
    made = knowing(made_up.LABELS, last_dropped=last_dropped)
    mostly = rarely(last_dropped, zero_dropped)
    ((way, *_), *_) = made.hidden.parts.values()
    drawn = [case for seed in range(30) for case in way.draw(made.exercise, random.Random(seed))]
    drawn = [case for case in drawn if not case.conditions]
    telling = [case for case in drawn if int(case.inputs["ids"].sum()) % 9 == 0]
    agreeing = [case for case in drawn if case not in telling]
    observed = partial(observe, made.exercise.run)
    runs = [Run(case, observed(mostly, case.inputs), observed(kept_labels, case.inputs)) for case in agreeing[:5]]
    asked: list[int] = []

    def redraw(number: int) -> list[Case]:
        asked.append(number)
        return telling

    given = (made.exercise, made.hidden, [(way, runs)], partial(observed, mostly), redraw)
    assert [each.name for each in own_candidates(*given)] == ["last-dropped"]
    assert asked == []
    assert own_candidates(*given, at_least_once=True) == []
    assert asked == [0]


def test_wrong_runs_come_first_and_slow_ones_after_some_quick_ones() -> None:
    quick, slow = (Compare(lambda draw: {}, slow=is_slow) for is_slow in (False, True))
    right, wrong = {"value": 1}, {"value": 2}

    def runs(*values: dict[str, Any]) -> list[Run]:
        return [Run(Case({}), value, right) for value in values]

    tried = [(slow, runs(right, wrong)), (quick, runs(right, right, wrong)), (quick, runs(right))]
    slow_right, slow_wrong = tried[0][1]
    first, second, third = tried[1][1]
    (other,) = tried[2][1]
    assert telling_first(tried) == [third, first, other, slow_wrong, second, slow_right]
    assert telling_first(tried[1:]) == [third, first, second, other]
    assert telling_first([(slow, [slow_right]), *tried[1:]])[-1] is slow_right

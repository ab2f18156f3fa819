"""The counterexample is small, allowed, and one in which the answer is really wrong; it is shown as rows."""

import ast
import random
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import made_up
import pytest
import torch
from made_up import MadeUp, kept_labels, largest, masked_error, rooted
from repetitions import repetitions
from torch import Tensor

from autograder.calls import BEFORE, SEED, Call
from autograder.judging.counterexample import LONGEST_VALUE, by_size, of_run, written
from autograder.judging.draw import ONE_ROW, TINY
from autograder.judging.parts import AGAIN, Case, Compare, Run
from autograder.notebook import verdict_on
from autograder.running.observe import STRIDED
from autograder.verdict import Counterexample

SEEDS = range(repetitions(2, 10))
Answer = Callable[..., Any]


def found(made: MadeUp, answer: Answer, seed: int = 0) -> Counterexample:
    verdict = made.judged(answer, seed, explain=True)
    assert not verdict.passed
    assert verdict.counterexample is not None, verdict.to_text()
    return verdict.counterexample


def rows(example: Counterexample) -> dict[str, str]:
    """By label; no label comes twice."""
    labels = dict(example.rows)
    assert len(labels) == len(example.rows)
    return labels


def third_dropped(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
    """Wrong at the third position alone."""
    keep = keep.clone()
    keep[:, 2:3] = False
    return kept_labels(ids, keep, fill)


def second_row_dropped(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
    keep = keep.clone()
    keep[1:2] = False
    return kept_labels(ids, keep, fill)


def sum_for_mean(predicted: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    return masked_error(predicted, target, mask) * mask.sum().clamp(min=1)


@pytest.mark.parametrize(
    ("answer", "most"),
    [(third_dropped, (2, 3)), (second_row_dropped, (2, 3)), (lambda *given: kept_labels(*given) + 1, (1, 3))],
    ids=["third-dropped", "second-row-dropped", "one-too-many"],
)
def test_it_is_small_allowed_and_really_wrong(answer: Answer, most: tuple[int, int]) -> None:
    for seed in SEEDS:
        shown = rows(found(made_up.LABELS, answer, seed))
        ids, keep = (torch.tensor(ast.literal_eval(shown[f"given `{name}`"])) for name in ("ids", "keep"))
        fill = int(shown["given `fill`"])
        assert keep.dtype == torch.bool
        assert ids.shape == keep.shape
        assert ids.shape[0] <= most[0]
        assert ids.shape[1] <= most[1]
        came, due = answer(ids.clone(), keep.clone(), fill), kept_labels(ids, keep, fill)
        assert not torch.equal(came, due)
        assert torch.tensor(ast.literal_eval(shown["came"])).tolist() == came.tolist()
        assert torch.tensor(ast.literal_eval(shown["should have come"])).tolist() == due.tolist()


def test_rows_come_in_the_order_of_reading() -> None:
    labels = [label for label, _ in found(made_up.LABELS, third_dropped).rows]
    assert labels[:3] == ["given `ids`", "given `keep`", "given `fill`"]
    assert labels[-2:] == ["came", "should have come"]


def test_numbers_are_round_and_gradients_are_shown() -> None:
    shown = rows(found(made_up.ERROR, sum_for_mean))
    predicted = torch.tensor(ast.literal_eval(shown["given `predicted`"]))
    assert torch.equal(2 * predicted, (2 * predicted).round())
    assert shown["came"].startswith("value: ")
    assert "gradients: predicted: [" in shown["should have come"]


def test_several_values_are_shown() -> None:
    shown = rows(found(made_up.LARGEST, lambda scores: (largest(scores)[0], largest(scores)[1] + 1)))
    assert shown["came"].startswith("[[")


def test_an_argument_that_changed_is_shown() -> None:
    def writes(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
        labels = kept_labels(ids, keep, fill)
        ids.add_(1)
        return labels

    shown = rows(found(made_up.LABELS, writes))
    assert (shown["came"], shown["should have come"]) == ("`ids` changed", "nothing changed")


def test_an_exception_is_shown() -> None:
    def stops(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
        raise OSError("on strike")

    assert rows(found(made_up.LABELS, stops))["came"] == "OSError: on strike"


def test_a_condition_is_shown() -> None:
    shown = rows(found(made_up.LABELS, lambda ids, keep, fill: kept_labels(ids.view(-1).view(ids.shape), keep, fill)))
    assert shown["where"] == "the elements do not follow one another in memory"


@pytest.mark.parametrize(
    ("answer", "came"),
    [
        (lambda number: rooted(number) if number >= 0 else 7.0, "7"),
        (lambda number: rooted(number) if number >= 0 else {}["a"], "KeyError: 'a'"),
    ],
    ids=["answered", "another-exception"],
)
def test_a_value_that_should_have_been_refused_is_shown(answer: Answer, came: str) -> None:
    shown = rows(found(made_up.ROOTED, answer))
    assert float(shown["given `number`"]) < 0
    assert shown["came"] == came
    assert shown["should have come"].startswith("ValueError: -")


def test_counts_are_shown_for_an_answer_that_draws() -> None:
    def too_many(ids: Tensor, probability: float, generator: torch.Generator) -> Tensor:
        return torch.rand(ids.shape, generator=generator) < probability * 1.2

    shown = rows(found(made_up.COINS, too_many))
    assert all("due" in text and " of " in text for text in shown.values())
    assert 1 <= len(shown) <= 8


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (torch.tensor([[1, 2], [3, 4]]), "[[1, 2], [3, 4]]"),
        (torch.tensor([0.5, float("nan")]), "[0.5, nan]"),
        (torch.tensor(True), "True"),
        ({"a": 1, "b": [2.0, None]}, "a: 1, b: [2, None]"),
        (1 / 3, "0.3333"),
        ("text", "text"),
    ],
)
def test_values_are_written_as_python_would(value: Any, text: str) -> None:
    assert written(value) == text


@pytest.mark.parametrize("value", [torch.zeros(10**6), [[0] * 100] * 100, "x" * 10**5])
def test_long_values_are_cut(value: Any) -> None:
    assert len(written(value)) <= 10**5
    shown = rows(found(made_up.LABELS, lambda *given: value))
    assert len(shown["came"]) <= LONGEST_VALUE


def test_nothing_that_an_answer_sends_moves_a_terminal() -> None:
    text = made_up.ROOTED.judged(lambda number: "\x1b[31m\n\x07", explain=True).to_text()
    assert all(line.isprintable() for line in text.split("\n"))


def test_the_global_state_of_randomness_is_left_alone() -> None:
    torch.manual_seed(3)
    random.seed(3)
    before = torch.get_rng_state(), random.getstate()
    found(made_up.LABELS, third_dropped)
    assert torch.equal(torch.get_rng_state(), before[0])
    assert random.getstate() == before[1]


def test_one_call_of_an_answer_that_draws_is_shown_as_it_returned() -> None:
    def everything(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
        if not 0 <= probability <= 1:
            raise ValueError(probability)
        return torch.rand(ids.shape, generator=generator) < probability

    verdict = verdict_on("mlm.select_positions", everything, 3, explain=True)
    assert verdict.counterexample is not None
    shown = rows(verdict.counterexample)
    ids, came, due = (
        torch.tensor(ast.literal_eval(shown[label])) for label in ("given `input_ids`", "came", "should have come")
    )
    assert came.shape == due.shape == ids.shape


def test_of_many_entries_those_are_shown_that_the_part_is_about() -> None:
    parts = {"value": (Compare(made_up.error_inputs, of=lambda given, value: {"error": value["value"]}),)}
    made = made_up.made_up("masked_error", made_up.ERROR.exercise.run, parts)
    shown = rows(found(made, lambda *given: masked_error(*given) + 1))
    assert all(re.fullmatch(r"error: -?[0-9.]+", shown[each]) for each in ("came", "should have come"))
    assert written(torch.tensor([-0.0, -0.5])) == "[0, -0.5]"


def test_what_stands_for_something_else_is_shown_in_words() -> None:
    run = Run(Case({"fn": {"steps": []}, "x": 3}), {"value": 2, "changed": []}, {"value": 3, "changed": []})
    exercise = replace(made_up.LABELS.exercise, run=Call(("fn", "x"), described={"fn": lambda value: "nothing done"}))
    assert of_run(exercise, run).rows[:2] == (("given `fn`", "nothing done"), ("given `x`", "3"))


def test_a_case_that_needs_no_words_comes_first_then_the_one_with_fewest_numbers() -> None:
    def case(rows: int, *conditions: str) -> Case:
        return Case({"ids": torch.zeros(rows, 2)}, frozenset(conditions))

    told, several = case(1, STRIDED), case(1, STRIDED, AGAIN)
    plain, seen, edge = case(3), case(4, TINY), case(2, ONE_ROW, "an edge")  # what inputs show needs no words
    assert by_size([told, several, seen, plain, edge]) == [edge, plain, seen, told, several]
    lists = [Case({"ids": [[7] * length]}) for length in (9, 2, 5)]
    assert by_size(lists) == [lists[1], lists[2], lists[0]]


def test_of_a_part_that_is_about_one_entry_an_exception_is_shown() -> None:
    parts = {"value": (Compare(made_up.error_inputs, of=lambda given, value: {"error": value["value"]}),)}
    made = made_up.made_up("masked_error", made_up.ERROR.exercise.run, parts)

    def stops(*given: Tensor) -> Tensor:
        raise OSError("on strike")

    assert rows(found(made, stops))["came"] == "OSError: on strike"


def test_an_earlier_call_is_shown() -> None:
    inputs = {"x": 3, SEED: 1, BEFORE: {"x": 2, SEED: 1}}
    run = Run(Case(inputs), {"value": [2], "changed": []}, {"value": [3], "changed": []})
    given = (("given `x`", "3"), ("in a call before, `x`", "2"))
    assert of_run(made_up.LABELS.exercise, run).rows == (*given, ("came", "2"), ("should have come", "3"))

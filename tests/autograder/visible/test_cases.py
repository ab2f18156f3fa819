"""The visible cases: right answers pass them, and wrong ones are told in a way that is true."""

import random
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import right_answers
import torch
from repetitions import repetitions
from torch import Tensor, nn

from autograder.calls import BEFORE, SEED
from autograder.counting import Count
from autograder.exercise import Exercise, VisibleCase, as_tensors
from autograder.exercises import CATALOGUE, find
from autograder.judging.draw import Draw
from autograder.running.observe import observe, same
from autograder.verdict import Outcome
from autograder.visible.cases import in_parts, loaded, shuffled, verdict_on_visible
from autograder.visible.outcome import CASES, EXAMPLE, FULL_TESTS_LATER

LABELS, LOSS, SELECT, CORRUPT, HEAD = map(
    find, ["mlm.mlm_labels", "mlm.mlm_loss", "mlm.select_positions", "mlm.corrupt", "mlm.MLMHead"]
)
TIMES = repetitions(2, 20)
LEAST_CASES = 5
LONGEST_LINE = 260
"""A message of torch that names the remedy is kept whole."""

every_exercise = pytest.mark.parametrize("exercise", CATALOGUE, ids=lambda exercise: exercise.id)
every_case = pytest.mark.parametrize(
    ("exercise", "case"),
    [pytest.param(each, case, id=f"{each.id}-{case.title}") for each in CATALOGUE for case in each.visible],
)


# ------------------------------------------------------------------------------------------------- the cases as data


@every_exercise
def test_there_are_enough_and_each_says_what_is_special(exercise: Exercise) -> None:
    titles = [case.title for case in exercise.visible]
    takes_nothing = not any(case.load() for case in exercise.visible)  # a table is looked at once
    assert len(titles) >= (1 if takes_nothing else LEAST_CASES)
    assert len(set(titles)) == len(titles)
    for title in titles:
        assert re.match(r"[`a-z]", title), f"to be read after “where”: {title}"
        assert not title.endswith(".")


@every_case
def test_a_case_is_the_same_every_time(exercise: Exercise, case: VisibleCase) -> None:
    random.seed(1)
    first = case.load()
    torch.manual_seed(2)
    assert same(first, case.load())


@every_case
def test_the_reference_does_what_a_case_says(exercise: Exercise, case: VisibleCase) -> None:
    record = observe(exercise.run, exercise.load_reference(), loaded(case))
    assert record["changed"] == []
    assert not record["global_random"]
    if case.raises is None:
        assert "value" in record
    else:
        assert record["raised"]["is_value_error"]
        assert case.raises in record["raised"]["message"]


def test_lists_become_tensors_of_their_own_type() -> None:
    given = {"a": [[True]], "b": [1, -100], "c": [0.5, 1.0], BEFORE: {"b": [2]}, "d": 0.5, "e": 3, "f": True}
    found = as_tensors(given)
    assert [found[name].dtype for name in "abc"] == [torch.bool, torch.int64, torch.float32]
    assert torch.equal(found[BEFORE]["b"], torch.tensor([2]))
    assert (found["d"], found["e"], found["f"]) == (0.5, 3, True)


def test_shuffling_moves_numbers_and_nothing_else() -> None:
    inputs = LABELS.visible[0].load() | {SEED: 3}
    moved = shuffled(inputs, Draw(random.Random(0), random.Random(1)))
    assert moved.keys() == inputs.keys()
    assert moved[SEED] == 3
    assert not torch.equal(moved["input_ids"], inputs["input_ids"])
    assert torch.equal(moved["input_ids"].flatten().sort().values, inputs["input_ids"].flatten().sort().values)


# ---------------------------------------------------------------------------------------------------- right answers

RIGHT = [
    pytest.param(exercise, answer, id=f"{exercise.id}-{number}")
    for exercise in CATALOGUE
    for number, answer in enumerate(
        [
            exercise.load_reference(),
            *right_answers.VECTORISED.get(exercise.id, []),
            *right_answers.SLOW.get(exercise.id, []),
        ]
    )
]


def counted(exercise: Exercise) -> str:
    """How many visible cases an exercise has, in words."""
    number = len(exercise.visible)
    return f"{number} visible case{'s' * (number != 1)}"


@pytest.mark.parametrize(("exercise", "answer"), RIGHT)
def test_a_right_answer_passes(exercise: Exercise, answer: Any) -> None:
    for _ in range(TIMES):  # with the same cases, but the answer may keep something, or draw elsewhere
        verdict = verdict_on_visible(exercise, answer)
        assert verdict.passed, verdict.to_text()
        assert verdict.headline == (
            f"✓ It does what its docstring and {counted(exercise)} show: {exercise.id}. {FULL_TESTS_LATER}"
        )
        assert (verdict.points, verdict.max_points, verdict.parts) == (0, 0, ())


# ---------------------------------------------------------------------------------------------------- wrong answers


def select(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    chosen: Tensor = SELECT.load_reference()(ids, special, probability, generator)
    return chosen


def corrupt(ids: Tensor, selected: Tensor, mask_id: int, vocab_size: int, generator: torch.Generator) -> Tensor:
    corrupted: Tensor = CORRUPT.load_reference()(ids, selected, mask_id, vocab_size, generator)
    return corrupted


def loss(logits: Tensor, labels: Tensor) -> Tensor:
    mean: Tensor = LOSS.load_reference()(logits, labels)
    return mean


def labels_in_place(ids: Tensor, selected: Tensor) -> Tensor:
    return ids.masked_fill_(~selected, -100)


def refuses_above_one_alone(ids: Tensor, special: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    if probability > 1:
        raise ValueError(f"{probability} is too much")
    return (torch.rand(ids.shape, generator=generator) < probability) & ~special


def nothing_found(ids: Tensor, selected: Tensor) -> Tensor:
    if not selected.any():
        raise RuntimeError("no label")
    return torch.where(selected, ids, -100)


class Frozen(nn.Module):
    """A head of which a part is not trained."""

    def __init__(self, hidden_size: int, token_embeddings: nn.Embedding) -> None:
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.norm = nn.LayerNorm(hidden_size, eps=1e-12)
        self.decoder = nn.Linear(hidden_size, token_embeddings.num_embeddings)
        self.decoder.weight = token_embeddings.weight
        nn.init.zeros_(self.decoder.bias)
        self.dense.bias.requires_grad_(False)

    def forward(self, hidden: Tensor) -> Tensor:
        scores: Tensor = self.decoder(self.norm(nn.functional.gelu(self.dense(hidden))))
        return scores


WRONG: list[tuple[Exercise, Any, str | None, str]] = [
    (LABELS, labels_in_place, "changes-argument", "`input_ids`"),
    (LABELS, lambda ids, selected: torch.where(selected, ids.view(-1).view(ids.shape), -100), "needs-contiguous", ""),
    (LABELS, nothing_found, "only-where-nothing-is-selected", "Where nothing is selected, and only there"),
    (LABELS, lambda ids, selected: torch.where(selected[:1], ids, -100), None, "What came back"),
    (LOSS, lambda logits, labels: loss(logits.float(), labels), "needs-float32", "Where the numbers have 64 bits"),
    (
        LOSS,
        lambda logits, labels: loss(logits.float(), labels).to(logits.dtype),
        "needs-float32",
        "Where the numbers have 64 bits",
    ),
    (LOSS, lambda logits, labels: loss(logits, labels.clamp(min=0)), None, "times the right one"),
    (SELECT, lambda ids, special, p, g: select(ids, special & (ids != 7), p, g), None, "of the special positions"),
    (SELECT, lambda ids, special, p, g: select(ids, special, p, torch.Generator()), "generator-unused", "seeds"),
    (SELECT, refuses_above_one_alone, "some-refused", "-0.25"),
    (
        SELECT,
        lambda ids, special, p, g: select(ids, special, 0.6 if 0 < p < 1 else p, g),
        "wrong-rate",
        "of the ordinary positions were selected",
    ),
    (
        SELECT,
        lambda ids, special, p, g: (
            select(ids, special, p, g) & select(ids[:1], special[:1] & False, p, g)
            if p in (0, 1)
            else select(ids[:1], special[:1] & False, p, g) & ~special
        ),
        "depends-on-column",
        "at one column",
    ),
    (CORRUPT, lambda ids, selected, mask, size, g: ids.clone(), "wrong-mask-share", "became [MASK]"),
    (CORRUPT, lambda ids, selected, mask, size, g: corrupt(ids, selected, mask, size - 1, g), None, ""),
    (CORRUPT, lambda ids, selected, mask, size, g: corrupt(ids, selected, mask, size + 1, g), "out-of-range", ""),
    (
        CORRUPT,
        lambda ids, selected, mask, size, g: (
            corrupt(ids, selected | (torch.rand(ids.shape, generator=g) < 0.05), mask, size, g)
            if selected.any()
            else ids.clone()
        ),
        None,
        "of the positions that were not selected changed",
    ),
    (HEAD, Frozen, "trained", "Parameters of the head will not be trained."),
]


@pytest.mark.parametrize(("exercise", "answer", "name", "seen"), WRONG)
def test_a_wrong_answer_is_told_by_what_was_seen(
    exercise: Exercise, answer: Callable[..., Any], name: str | None, seen: str
) -> None:
    verdict = verdict_on_visible(exercise, answer)
    assert verdict.outcome in (Outcome.NOT_PASSED, Outcome.CODE_FAILED)
    assert verdict.failed_at == CASES
    assert verdict.diagnosis is not None
    assert seen in verdict.diagnosis.seen
    if name is not None:
        assert verdict.misconception == name, verdict.to_text()
    for label, text in verdict.diagnosis.lines:
        assert text.strip(), label
        assert len(text) <= LONGEST_LINE, text
    assert (verdict.counterexample is None) == (exercise is HEAD)
    assert "point" not in verdict.headline
    assert verdict.points == verdict.max_points == 0


def test_a_case_in_which_it_goes_wrong_is_shown_with_what_should_have_come() -> None:
    verdict = verdict_on_visible(LABELS, lambda ids, selected: torch.where(selected[:1], ids, -100))
    assert verdict.counterexample is not None
    assert verdict.counterexample.rows == (
        ("given `input_ids`", "[[2, 17, 11, 12, 3], [2, 9, 0, 3, 0]]"),
        ("given `selected`", "[[False, True, False, True, False], [False, True, True, False, False]]"),
        ("came", "[[-100, 17, -100, 12, -100], [-100, 9, -100, 3, -100]]"),
        ("should have come", "[[-100, 17, -100, 12, -100], [-100, 9, 0, -100, -100]]"),
    )


def test_counts_are_shown_beside_what_was_due() -> None:
    verdict = verdict_on_visible(SELECT, lambda ids, special, p, g: select(ids, special, 0.6 if 0 < p < 1 else p, g))
    assert verdict.counterexample is not None
    assert all("; due " in text for _, text in verdict.counterexample.rows)


def test_an_example_that_fails_is_told_as_such_with_what_the_cases_show_of_it() -> None:
    verdict = verdict_on_visible(LABELS, lambda ids, selected: None)
    assert verdict.failed_at == EXAMPLE
    assert verdict.headline.startswith("✗ It does not do what its docstring shows")
    assert verdict.diagnosis is not None
    assert verdict.diagnosis.seen.endswith("gave `None`.")
    assert verdict.misconception == "returns-nothing"
    assert verdict.diagnosis.likely == "Nothing came back. A function without `return` gives None."


def test_of_draws_at_few_positions_no_pattern_is_told() -> None:
    """With a rate of 0.15, five positions may all stay out by luck: that says nothing about the mask."""
    verdict = verdict_on_visible(SELECT, lambda ids, special, p, g: select(ids, special, 0.15, g))
    assert verdict.misconception not in ("ignores-argument", "ignores-input", "wrong-in-places", "another-value-there")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda selected: selected.long(),
        lambda selected: selected[0],
        lambda selected: None,
        lambda selected: selected.no_such_attribute,
    ],
    ids=["type", "shape", "none", "stops"],
)
def test_nothing_is_counted_in_values_of_another_form(spoil: Callable[[Tensor], Any]) -> None:
    def answer(ids: Tensor, *others: Any) -> Any:
        return spoil(select(ids, *others)) if ids.numel() > 50 else select(ids, *others)

    verdict = verdict_on_visible(SELECT, answer)
    assert not verdict.passed
    assert verdict.counterexample is None


def test_without_visible_cases_the_example_is_all() -> None:
    verdict = verdict_on_visible(replace(LABELS, visible=()), LABELS.load_reference())
    assert verdict.headline == f"✓ It does what its docstring shows: mlm.mlm_labels. {FULL_TESTS_LATER}"


def test_a_stub_that_fills_in_the_example_alone_is_not_attempted_further() -> None:
    def unwritten(*_: Any) -> None:
        raise NotImplementedError

    assert verdict_on_visible(LABELS, unwritten).outcome is Outcome.NOT_ATTEMPTED


def test_one_visible_case_is_one() -> None:
    exercise = replace(LABELS, visible=LABELS.visible[:1])
    assert "docstring and 1 visible case show" in verdict_on_visible(exercise, LABELS.load_reference()).headline


def test_counts_of_ones_own_can_be_asked_for() -> None:
    def as_many(given: Any, draws: Any) -> list[Count]:
        total = sum(each.numel() for each in draws)
        return [Count("positions", "of the positions are positions", total, total, 1.0)]

    case = replace(next(each for each in SELECT.visible if each.counts), counts=as_many)
    alone, tests = in_parts(replace(SELECT, visible=(case,)))
    assert list(tests.parts) == [part.name for part in alone.parts]
    assert verdict_on_visible(replace(SELECT, visible=(case,)), SELECT.load_reference()).passed

"""What is said of differences is true of all that was seen, and said only where there is enough to go by."""

import math
import random
from collections.abc import Callable
from typing import Any

import made_up
import pytest
import torch
from made_up import kept_labels, masked_error, scaled
from repetitions import repetitions
from torch import Tensor

from autograder.judging.parts import Case, Run
from autograder.judging.patterns import describe_factor, pattern, quantities, statements

SEEDS = range(repetitions(1, 6))


def texts(made: made_up.MadeUp, answer: Callable[..., Any]) -> list[tuple[str | None, str]]:
    """The name and the text of each of a few verdicts."""
    verdicts = [made.judged(answer, seed) for seed in SEEDS]
    assert not any(verdict.passed for verdict in verdicts)
    return [(verdict.misconception, verdict.to_text()) for verdict in verdicts]


FACTORS: list[tuple[Callable[..., Any], str]] = [
    (lambda predicted, target, mask: math.log(2), "ln 2"),
    (lambda predicted, target, mask: 1 / math.log(10), "1/ln 10"),
    (lambda predicted, target, mask: 1 / mask.numel(), "1/(number of entries of `mask`)"),
    (lambda predicted, target, mask: mask.numel(), "number of entries of `mask`"),
    (lambda predicted, target, mask: math.sqrt(predicted.shape[-1]), "the root of size of `predicted`"),
    (lambda predicted, target, mask: 1 / math.sqrt(predicted.shape[-1]), "1/root of (size of `predicted`"),
    (
        lambda predicted, target, mask: predicted.shape[-1] / mask.numel(),
        "(size of `predicted` along dimension -1) / (number of entries of `mask`)",
    ),
    (lambda predicted, target, mask: -2.5, "-2.5"),
]


@pytest.mark.parametrize(("factor", "words"), FACTORS, ids=[words for _, words in FACTORS])
def test_a_factor_is_told_with_what_makes_it(factor: Callable[..., Any], words: str) -> None:
    for name, text in texts(made_up.ERROR, lambda *given: masked_error(*given) * factor(*given)):
        assert name == "scaled", text
        assert words in text


def test_a_factor_that_nothing_explains_is_not_told() -> None:
    for name, text in texts(made_up.SCALED, lambda scores: scaled(scores) * (1.1 + 0.1 * float(scores.std()))):
        assert name != "scaled", text


def test_values_that_are_scaled_in_one_place_are_not_scaled() -> None:
    def first(scores: Tensor) -> Tensor:
        weights = torch.ones_like(scores)
        weights[..., 0] = 2
        return scaled(scores) * weights

    for name, text in texts(made_up.SCALED, first):
        assert name == "wrong-in-places", text
        assert "in the first column" in text


@pytest.mark.parametrize(("amount", "words"), [(0.25, "0.25"), (-3.0, "-3")])
def test_an_offset_is_told(amount: float, words: str) -> None:
    for name, text in texts(made_up.ERROR, lambda *given: masked_error(*given) + amount):
        assert (name, f"number, {words}." in text) == ("offset", True), text


def touched(where: Callable[[Tensor], Any]) -> Callable[..., Tensor]:
    """Right, but for some places, where the values are one too many."""

    def answer(ids: Tensor, keep: Tensor, fill: int) -> Tensor:
        labels = kept_labels(ids, keep, fill).clone()
        labels[where(ids)] += 1
        return labels

    return answer


PLACES: list[tuple[Callable[[Tensor], Any], str]] = [
    (lambda ids: (slice(None), 0), "in the first column"),
    (lambda ids: (slice(None), -1), "in the last column"),
    (lambda ids: (-1, slice(None)), "in the last row"),
]


@pytest.mark.parametrize(("where", "words"), PLACES, ids=[words for _, words in PLACES])
def test_places_are_told(where: Callable[[Tensor], Any], words: str) -> None:
    whole = made_up.made_up(
        "kept_labels", made_up.LABELS.exercise.run, {"all": (made_up.Compare(made_up.label_inputs),)}
    )
    for name, text in texts(whole, touched(where)):
        assert name == "wrong-in-places", text
        assert f"wrong {words}, and right in all other places" in text


def test_places_without_anything_in_common_are_not_told() -> None:
    whole = made_up.made_up(
        "kept_labels", made_up.LABELS.exercise.run, {"all": (made_up.Compare(made_up.label_inputs),)}
    )
    for name, text in texts(whole, touched(lambda ids: ids % 3 == 1)):
        assert name is None, text


def test_one_value_in_the_place_of_others_is_told() -> None:
    for name, text in texts(made_up.LABELS, lambda *given: kept_labels(*given).where(given[0] % 3 != 1, 77)):
        assert name == "another-value-there", text
        assert "holds 77" in text


@pytest.mark.parametrize(
    ("got", "name"),
    [
        (lambda right: right | (torch.arange(right.numel()).view_as(right) % 3 == 0), "true-too-often"),
        (lambda right: right & (torch.arange(right.numel()).view_as(right) % 3 == 0), "true-too-rarely"),
        (lambda right: right ^ (torch.arange(right.numel()).view_as(right) % 3 == 0), None),
        (lambda right: right.clone().index_fill(0, torch.tensor([0]), True), None),  # too few to say anything
    ],
    ids=["more", "fewer", "both", "one"],
)
def test_a_mask_that_errs_to_one_side_is_told(got: Callable[[Tensor], Tensor], name: str | None) -> None:
    right = torch.rand(4, 7, generator=torch.Generator().manual_seed(1)) < 0.5
    right[0] = torch.tensor([True] * 5 + [False] * 2)
    run = Run(Case({}), {}, {})
    found = pattern([(run, got(right), right)])
    assert (found[0] if found else None) == name


SHARES = torch.tensor([[0.25, 0.5, 0.25], [0.0, 0.0, 0.0], [0.1, 0.2, 0.7]])


@pytest.mark.parametrize(
    ("got", "want", "name"),
    [
        (SHARES[:, [1, 0, 2]] * torch.tensor([[1.1], [1.0], [1.2]]), SHARES, "adds-up-to-something-else"),
        (torch.tensor([[0.3, 0.3, 0.4], [0.0] * 3, [0.2, 0.2, 0.6]]), SHARES, "shared-out-otherwise"),
        (SHARES.log(), SHARES, "adds-up-to-something-else"),
        (SHARES.where(SHARES != 0.5, torch.nan), SHARES, "not-finite"),
        (SHARES.where(SHARES != 0.5, torch.nan).where(SHARES != 0.7, 0.6), SHARES, "adds-up-to-something-else"),
        (SHARES + torch.tensor([[0.1, 0.0, 0.2]]), SHARES * 3, None),  # what is right is no share
        (SHARES.double() + 1e-8, SHARES.double(), None),  # precision alone
        (torch.tensor([[0.9], [0.8]]), torch.tensor([[1.0], [1.0]]), None),  # one number a row is none either
    ],
    ids=["other sum", "other shares", "logarithm", "nan", "nan and more", "no shares", "precision", "one column"],
)
def test_shares_and_numbers_that_are_none_are_told(got: Tensor, want: Tensor, name: str | None) -> None:
    found = pattern([(Run(Case({}), {}, {}), got, want)])
    assert (found[0] if found else None) == name


def test_a_run_in_which_there_is_nothing_to_look_at_says_nothing() -> None:
    """As where a part is about hidden keys and no key is hidden."""
    right = torch.tensor([0.5, -1.0, 2.0])
    runs = [(Run(Case({}), {}, {}), 3 * right * number, right * number) for number in (1.0, 2.0, 4.0)]
    empty = (Run(Case({}), {}, {}), torch.zeros(0), torch.zeros(0))
    assert pattern([empty, *runs]) == pattern(runs) == ("scaled", {"factor": "3"}, "")


def test_quantities_are_what_code_divides_by() -> None:
    found = quantities(
        {
            "hidden": torch.ones(2, 3, 5),
            "mask": torch.tensor([True, False, True]),
            "labels": torch.tensor([[4, -100, 0, -100]]),
            "number": 3,
        }
    )
    assert found["size of `hidden` along dimension -1"] == 5
    assert found["size of `hidden` along dimension -3"] == found["number of rows of `hidden`"] == 2
    assert found["number of entries of `hidden`"] == 30
    assert found["number of True in `mask`"] == 2
    assert found["number of entries of `labels` that are not negative"] == 2
    assert not [name for name in found if "number`" in name]


def test_statements_hold_where_they_say() -> None:
    mask, ids = torch.tensor([[True, False], [True, True]]), torch.tensor([[0, 3], [9, 9]])
    told = dict(statements({"mask": mask, "ids": ids}, mask.shape))
    assert torch.equal(told["where `mask` is True"], mask)
    assert torch.equal(told["where `mask` is False"], ~mask)
    assert torch.equal(told["where `ids` is 0"], ids == 0)
    assert torch.equal(told["where `ids` is the largest"], ids == 9)
    assert told["in the first column and where `ids` is the largest"].tolist() == [[False, False], [True, False]]
    assert told["in the last row"].tolist() == [[False, False], [True, True]]


def test_no_factor_of_one_run_is_taken_for_a_rule() -> None:
    """Two runs whose factors differ, and no quantity that explains both."""
    runs = [
        made_up.ERROR.hidden.parts["value"][0].draw(made_up.ERROR.exercise, random.Random(seed))[0] for seed in range(2)
    ]
    known = [(type("Run", (), {"case": case})(), ratio) for case, ratio in zip(runs, (1.2345, 6.789), strict=True)]
    assert describe_factor(known) is None


def test_numbers_with_more_digits_than_a_float_has_are_in_no_other_place() -> None:
    runs = [(Run(Case({}), {}, {}), 10**25 + each, 10**25) for each in range(3)]
    assert pattern(runs) is None

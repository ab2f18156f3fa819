"""An answer that has no check at all is told so, however it is written and wherever it then stops by itself."""

import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor

from autograder import hidden
from autograder.notebook import verdict_on

Ids = list[int]


def triangle(seq_len: int) -> Tensor:
    return torch.ones(seq_len, seq_len).tril().bool()


def compared(seq_len: int) -> Tensor:
    places = torch.arange(seq_len)
    return places[:, None] >= places


def place_by_place(seq_len: int) -> Tensor:
    return torch.tensor([[column <= row for column in range(seq_len)] for row in range(seq_len)])


def sampled(documents: Sequence[Sequence[Any]], rng: random.Random) -> list[tuple[Any, Any, bool]]:
    pairs = []
    for place, document in enumerate(documents):
        others = [other for number, other in enumerate(documents) if other and number != place]
        for first, following in pairwise(document):
            is_next = rng.random() < 0.5
            pairs.append((first, following if is_next else rng.choice(rng.choice(others)), is_next))
    return pairs


def popping(first: Ids, second: Ids, cls_id: int, sep_id: int, max_length: int) -> tuple[Ids, Ids]:
    first, second = list(first), list(second)
    while len(first) + len(second) + 3 > max_length:
        (first if len(first) > len(second) else second).pop()
    return [cls_id, *first, sep_id, *second, sep_id], [0] * (len(first) + 2) + [1] * (len(second) + 1)


UNCHECKED: list[tuple[str, str, Callable[..., Any]]] = [
    *(("bidirectionality.causal_mask", "unchecked", each) for each in (triangle, compared, place_by_place)),
    ("nsp.sample_pairs", "refuses-nothing", sampled),
    ("nsp.pack_pair", "refuses-nothing", popping),
]


@pytest.mark.parametrize(("exercise", "name", "answer"), UNCHECKED, ids=lambda value: getattr(value, "__name__", None))
def test_an_answer_without_a_check_is_told_so(exercise: str, name: str, answer: Callable[..., Any]) -> None:
    verdict = verdict_on(exercise, answer, 3)
    assert verdict.misconception == name, verdict.to_text()
    assert [part.passed for part in verdict.parts].count(False) == 1
    assert not verdict.parts[-1].passed
    known = hidden.load(exercise).mistake(name)
    assert known is not None
    assert verdict.diagnosis is not None
    assert verdict.diagnosis.likely == known.likely


def test_a_check_of_some_values_is_no_missing_check() -> None:
    def refuses_negative(seq_len: int) -> Tensor:
        if seq_len < 0:
            raise ValueError(f"seq_len is {seq_len}")
        return triangle(seq_len)

    def asserts(seq_len: int) -> Tensor:
        assert seq_len > 0
        return triangle(seq_len)

    told = {
        each: verdict_on("bidirectionality.causal_mask", each, 3).misconception for each in (refuses_negative, asserts)
    }
    assert told == {refuses_negative: "zero-taken", asserts: "asserts-for-bad-value"}

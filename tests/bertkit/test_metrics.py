"""Measures against definitions by hand."""

import math

import pytest
import torch

from bertkit.labels import IGNORE_INDEX
from bertkit.metrics import masked_accuracy, perplexity, token_frequencies, unigram_entropy


def test_masked_accuracy() -> None:
    logits = torch.eye(4)[torch.tensor([[0, 1, 2], [3, 0, 1]])]
    labels = torch.tensor([[0, 2, IGNORE_INDEX], [3, IGNORE_INDEX, IGNORE_INDEX]])
    assert masked_accuracy(logits, labels) == (2, 3)
    assert [type(count) for count in masked_accuracy(logits, labels)] == [int, int]
    assert masked_accuracy(logits[0], labels[0]) == (1, 2)


def test_accuracy_over_nothing() -> None:
    assert masked_accuracy(torch.zeros(2, 3, 4), torch.full((2, 3), IGNORE_INDEX)) == (0, 0)


@pytest.mark.parametrize(
    ("sequences", "entropy"),
    [
        ([[1, 2], [3, 4]], math.log(4)),
        ([[7, 7, 7]], 0.0),
        ([[1, 1, 1, 2], []], -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))),
    ],
)
def test_unigram_entropy(sequences: list[list[int]], entropy: float) -> None:
    assert unigram_entropy(sequences) == pytest.approx(entropy)


@pytest.mark.parametrize("sequences", [[], [[], []]])
def test_entropy_of_nothing_is_refused(sequences: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="no tokens"):
        unigram_entropy(sequences)


def test_perplexity_of_a_uniform_guess_is_the_number_of_choices() -> None:
    assert perplexity(math.log(300)) == pytest.approx(300)


def test_token_frequencies() -> None:
    counts = token_frequencies([[1, 2, 1], [], [4]], vocab_size=6)
    assert counts.tolist() == [0, 2, 1, 0, 1, 0]
    assert token_frequencies([], vocab_size=2).tolist() == [0, 0]

"""Measures that say how well a model predicts, and what there is to beat."""

import math
from collections import Counter
from collections.abc import Iterable

import torch
from torch import Tensor

from bertkit.labels import IGNORE_INDEX


def masked_accuracy(logits: Tensor, labels: Tensor) -> tuple[int, int]:
    """Count right predictions among the positions that have a label, so that batches can be added up.

    Args:
        logits: scores of every token.
            Shape: (..., V)
        labels: token ids, `-100` where nothing is to be predicted.
            Shape: (...)

    Returns:
        (correct, total), two Python ints; (0, 0) where no position has a label.
    """
    labelled = labels != IGNORE_INDEX
    correct = (logits.argmax(dim=-1) == labels) & labelled
    return int(correct.sum()), int(labelled.sum())


def unigram_entropy(sequences: Iterable[Iterable[int]]) -> float:
    """Entropy, in nats, of the distribution of single tokens.

    It is the loss of the best prediction that looks at no context at all: a model below it has learned to read.

    Raises:
        ValueError: if there are no tokens.
    """
    counts: Counter[int] = Counter()
    for sequence in sequences:
        counts.update(sequence)
    total = counts.total()
    if not total:
        raise ValueError("the unigram entropy of no tokens is not defined; pass at least one sequence")
    return -sum(count / total * math.log(count / total) for count in counts.values())


def perplexity(loss: float) -> float:
    """exp(loss): the number of equally likely tokens that would be as hard to tell apart."""
    return math.exp(loss)


def token_frequencies(sequences: Iterable[Iterable[int]], vocab_size: int) -> Tensor:
    """How often each token stands in `sequences`. Shape: (V,), int64."""
    flat = torch.tensor([token for sequence in sequences for token in sequence], dtype=torch.long)
    return torch.bincount(flat, minlength=vocab_size)

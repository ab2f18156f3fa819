# RIGHT: plain Python over nested lists
from typing import NamedTuple


class Count(NamedTuple):
    correct: int
    total: int


def _pairs(logits, labels):
    if isinstance(labels, int):
        yield logits, labels
    else:
        for a, b in zip(logits, labels):
            yield from _pairs(a, b)


def masked_accuracy(logits, labels):
    correct = total = 0
    for scores, label in _pairs(logits.tolist(), labels.tolist()):
        if label == -100:
            continue
        total += 1
        correct += scores.index(max(scores)) == label
    return Count(correct, total)

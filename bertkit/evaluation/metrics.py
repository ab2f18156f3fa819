"""Measures that say how well a model predicts, and what there is to beat."""

import math
import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence

from torch import Tensor

from bertkit.data.labels import IGNORE_INDEX


def masked_accuracy(logits: Tensor, labels: Tensor) -> tuple[int, int]:
    """Count right predictions among the positions that have a label, so that batches can be added up.

    Args:
        logits: scores of every token.
            Shape: (..., V)
        labels: token ids, `-100` where nothing is to be predicted.
            Shape: (...), int64

    Returns:
        (correct, total), two Python ints; (0, 0) where no position has a label.

    >>> import torch
    >>> logits = torch.tensor([[[9.0, 0.0], [9.0, 0.0], [0.0, 9.0]]])  # it says 0, 0, 1
    >>> correct, total = masked_accuracy(logits, torch.tensor([[0, 1, -100]]))
    >>> correct, total
    (1, 2)
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


def accuracy(predicted: Sequence[object], gold: Sequence[object]) -> float:
    """Share of predictions that equal the right answer.

    Raises:
        ValueError: where the lengths differ, or there is nothing to judge.
    """
    check_lengths(predicted, gold)
    if not gold:
        raise ValueError("the accuracy of no predictions is not defined; pass at least one")
    return sum(one == other for one, other in zip(predicted, gold, strict=True)) / len(gold)


def entities(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    """Find the entities in one sequence of `O`, `B-X` and `I-X` tags.

    An `I-X` that continues no entity of type X starts one, as in conlleval (Tjong Kim Sang and Buchholz 2000, the
    script of CoNLL's shared tasks). X is everything after the first hyphen.

    Returns:
        (start, end, type) of each, from left to right, the end exclusive.

    Raises:
        ValueError: for a tag of another form, naming it.

    >>> entities(["B-TOY", "I-TOY", "O", "I-PERSON"])
    [(0, 2, 'TOY'), (3, 4, 'PERSON')]
    """
    found: list[tuple[int, int, str]] = []
    for place, tag in enumerate(tags):
        position, hyphen, kind = tag.partition("-")
        if tag == "O":
            continue
        if position not in ("B", "I") or not hyphen:
            raise ValueError(f"{tag!r} is no tag of an entity; it has to be O, B-TYPE or I-TYPE")
        if position == "I" and found and found[-1][1:] == (place, kind):
            found[-1] = (found[-1][0], place + 1, kind)
        else:
            found.append((place, place + 1, kind))
    return found


def entity_f1(predicted: Sequence[Sequence[str]], gold: Sequence[Sequence[str]]) -> float:
    """Micro-averaged F1 of entities: one counts as found only if its start, end and type are all right.

    The rules are conlleval's: a `B-X` always starts an entity, and so does an `I-X` right after anything but `B-X` or
    `I-X`, or at the beginning of a text; X is everything after the first hyphen.

    Args:
        predicted: for each text the tags of its words, `O`, `B-X` or `I-X`.
        gold: the right ones.

    Returns:
        The harmonic mean of precision and recall over all texts together, from 0 to 1; 0 where no entity was found.

    Raises:
        ValueError: where lengths differ, or for a tag of another form.

    >>> print(entity_f1([["B-TOY", "I-TOY", "O"]], [["B-TOY", "O", "O"]]))  # the toy is longer than it should be
    0.0
    >>> f1 = entity_f1([["B-TOY", "O", "B-TOY"]], [["B-TOY", "O", "O"]])  # one of two is right, and the only one found
    >>> print(round(f1, 4))
    0.6667
    """
    check_lengths(predicted, gold)
    right = said = there = 0
    for index, (ours, theirs) in enumerate(zip(predicted, gold, strict=True)):
        check_lengths(ours, theirs, f" in sequence {index}")
        guesses, truth = set(entities(ours)), set(entities(theirs))
        right += len(guesses & truth)
        said += len(guesses)
        there += len(truth)
    return 2 * right / (said + there) if right else 0.0


def check_lengths(predicted: Sequence[object], gold: Sequence[object], where: str = "") -> None:
    """Raise `ValueError` unless there is a prediction for each right answer."""
    if len(predicted) != len(gold):
        raise ValueError(f"{len(predicted)} predictions but {len(gold)} right answers{where}; there has to be one each")


def normalized_answer(text: str) -> str:
    """An answer as SQuAD's evaluation compares it: lower case, no punctuation, no articles, single spaces.

    Source: `normalize_answer` in the evaluation script of SQuAD v1.1 (Rajpurkar et al. 2016, section 6.1).

    >>> normalized_answer("The  teddy-bear!")
    'teddybear'
    """
    bare = "".join(character for character in text.lower() if character not in string.punctuation)
    return " ".join(word for word in re.sub(r"\b(a|an|the)\b", " ", bare).split())


def exact_match(predicted: str, gold: str) -> float:
    """1.0 where both answers are the same once normalised (SQuAD v1.1), else 0.0."""
    return float(normalized_answer(predicted) == normalized_answer(gold))


def answer_f1(predicted: str, gold: str) -> float:
    """F1 of the words that two answers share, as in SQuAD v1.1: partial credit for an answer that is half right.

    Where several right answers are known, the best F1 over them counts; that is left to the caller.

    >>> answer_f1("the brown bear", "a bear")  # one word of two, one word of one
    0.6666666666666666
    """
    said, there = normalized_answer(predicted).split(), normalized_answer(gold).split()
    shared = (Counter(said) & Counter(there)).total()
    return 2 * shared / (len(said) + len(there)) if shared else 0.0

"""Measures against definitions by hand."""

import math
import random

import pytest
import torch

from bertkit.data.labels import IGNORE_INDEX
from bertkit.evaluation.metrics import (
    accuracy,
    answer_f1,
    entities,
    entity_f1,
    exact_match,
    masked_accuracy,
    normalized_answer,
    unigram_entropy,
)


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


def test_accuracy() -> None:
    assert accuracy(["a", "b", "a", None], ["a", "a", "a", "b"]) == 0.5
    assert accuracy([1], [1]) == 1.0


@pytest.mark.parametrize(
    ("predicted", "gold", "message"),
    [(["a"], ["a", "b"], "1 predictions but 2 right answers"), ([], [], "no predictions")],
)
def test_accuracy_of_what_cannot_be_compared(predicted: list[str], gold: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        accuracy(predicted, gold)


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ("", []),
        ("O O", []),
        ("B-A I-A O", [(0, 2, "A")]),
        ("B-A B-A", [(0, 1, "A"), (1, 2, "A")]),
        ("I-A I-A", [(0, 2, "A")]),
        ("O I-A B-A I-A", [(1, 2, "A"), (2, 4, "A")]),
        ("B-A I-B I-B", [(0, 1, "A"), (1, 3, "B")]),
        ("B-A O I-A", [(0, 1, "A"), (2, 3, "A")]),
        ("B-A-B I-A-B I-A", [(0, 2, "A-B"), (2, 3, "A")]),
        ("B-I I-I I-B", [(0, 2, "I"), (2, 3, "B")]),
    ],
)
def test_entities_as_conlleval_finds_them(tags: str, found: list[tuple[int, int, str]]) -> None:
    assert entities(tags.split()) == found


@pytest.mark.parametrize(
    ("predicted", "gold", "f1"),
    [
        (["B-A I-A O B-B"], ["B-A I-A O B-B"], 1.0),
        (["B-A O O B-B"], ["B-A I-A O B-B"], 0.5),  # an entity cut short is wrong
        (["B-A I-A O B-A"], ["B-A I-A O B-B"], 0.5),  # so is one of another type
        (["B-A B-A"], ["B-A I-A"], 0.0),  # and one in two parts
        (["I-A I-A"], ["B-A I-A"], 1.0),  # the same span, however it is written
        (["O O"], ["B-A I-A"], 0.0),
        (["B-A O"], ["O O"], 0.0),
        (["O"], ["O"], 0.0),
        ([], [], 0.0),
        ([""], [""], 0.0),
        (["B-A O", "O O"], ["B-A O", "O B-A"], 2 / 3),  # one of one said, one of two there
        (["B-A O O", "B-A B-A B-A"], ["B-A O O", "B-A O O"], 2 * 2 / (4 + 2)),  # micro: texts are not averaged
        (["B-A", "O"], ["O", "B-A"], 0.0),  # the same place in another text
        (["O B-A"], ["B-A O"], 0.0),
    ],
)
def test_entity_f1_by_hand(predicted: list[str], gold: list[str], f1: float) -> None:
    found = entity_f1([tags.split() for tags in predicted], [tags.split() for tags in gold])
    assert type(found) is float
    assert found == pytest.approx(f1)


def test_entity_f1_is_seqevals() -> None:
    from seqeval.metrics import f1_score

    rng = random.Random(0)
    tags = ["O", "B-A", "I-A", "B-B", "I-B", "B-A-B", "I-A-B"]
    between = 0
    for _ in range(400):
        gold = [rng.choices(tags, k=rng.randint(1, 9)) for _ in range(rng.randint(1, 5))]
        # Mostly right, so that F1 is neither 0 nor 1.
        predicted = [[tag if rng.random() < 0.7 else rng.choice(tags) for tag in row] for row in gold]
        found = entity_f1(predicted, gold)
        assert found == pytest.approx(f1_score(gold, predicted, zero_division=0), abs=1e-12)
        between += 0 < found < 1
    assert between > 200


@pytest.mark.parametrize(
    ("predicted", "gold", "message"),
    [
        ([["O"]], [["O"], ["O"]], "1 predictions but 2 right answers; "),
        ([["O"], ["O"]], [["O"], ["O", "O"]], "1 predictions but 2 right answers in sequence 1"),
        ([["O"]], [["PERSON"]], "'PERSON' is no tag of an entity"),
        ([["I"]], [["O"]], "'I' is no tag"),
        ([["S-A"]], [["O"]], "'S-A' is no tag"),
        ([["o"]], [["O"]], "'o' is no tag"),
    ],
)
def test_tags_that_cannot_be_compared(predicted: list[list[str]], gold: list[list[str]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        entity_f1(predicted, gold)


@pytest.mark.parametrize(
    ("answer", "normalized"),
    [
        ("The Teddy Bear", "teddy bear"),
        ("  a\tnice   an-hour ", "nice anhour"),
        ("theatre and banana", "theatre and banana"),
        ("...", ""),
        ("A.", ""),
        ("the the bear's", "bears"),
    ],
)
def test_answers_as_squad_compares_them(answer: str, normalized: str) -> None:
    assert normalized_answer(answer) == normalized


@pytest.mark.parametrize(
    ("predicted", "gold", "exact", "f1"),
    [
        ("the teddy bear", "Teddy bear!", 1.0, 1.0),
        ("brown bear", "the brown teddy bear", 0.0, 0.8),  # 2 of 2 said, 2 of 3 there
        ("bear bear", "bear", 0.0, 2 / 3),  # a word said twice counts once
        ("bear bear", "bear bear brown", 0.0, 0.8),  # and one said twice and there twice counts twice
        ("bear brown", "brown bear", 0.0, 1.0),  # F1 does not see the order
        ("under the bed", "in the garden", 0.0, 0.0),
        ("", "bear", 0.0, 0.0),
        ("the", "a", 1.0, 0.0),  # nothing is left of either: as in SQuAD's own script
    ],
)
def test_answer_scores(predicted: str, gold: str, exact: float, f1: float) -> None:
    assert exact_match(predicted, gold) == exact
    assert answer_f1(predicted, gold) == pytest.approx(f1)
    assert answer_f1(gold, predicted) == pytest.approx(f1)

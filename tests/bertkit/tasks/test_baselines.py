"""What rules reach that understand nothing: figures counted by hand."""

from __future__ import annotations

from typing import Any

import pytest

from bertkit.tasks import PairExample, SentenceExample, SpanExample, Task, TokenExample
from bertkit.tasks.baselines import least_asked, majority, naive_bayes, word_overlap


def pair(shared: int, label: str) -> PairExample:
    words = [f"w{number}" for number in range(4)]
    return PairExample(" ".join(words), " ".join(words[:shared] + ["x"] * (4 - shared)), label)


def test_the_most_frequent_label_of_the_training_set() -> None:
    train = tuple(SentenceExample("a", label) for label in ("yes", "no", "yes"))
    test = tuple(SentenceExample("b", label) for label in ("yes", "no", "no", "no"))
    assert majority(Task("t", "sentence", ("no", "yes"), train, test, train)) == (0.25, pytest.approx(2 / 3))


@pytest.mark.parametrize(("usual", "expected"), [("NOUN", 0.75), ("O", 0.0)])
def test_the_most_frequent_tag(usual: str, expected: float) -> None:
    """Counted by words; a rule that says `O` everywhere has found no entity."""
    examples = (TokenExample(("a", "b", "c"), (usual, usual, "B-TOY")), TokenExample(("d",), (usual,)))
    assert majority(Task("t", "token", (usual, "B-TOY"), examples, examples, examples)) == (expected, expected)


def test_the_most_frequent_answer() -> None:
    train = tuple(SpanExample("who ?", "mia saw ben .", 0, 3) for _ in range(2))
    test = (train[0], SpanExample("who ?", "ben saw mia .", 0, 3))
    assert majority(Task("t", "span", (), train, test, test[1:])) == (0.5, 0.0)


def test_the_number_of_shared_words() -> None:
    train = tuple(
        pair(shared, label) for shared, label in ((3, "same"), (3, "same"), (1, "different"), (1, "different"))
    )
    test = (pair(3, "same"), pair(1, "same"), pair(1, "different"), pair(3, "different"))
    given: Task[Any] = Task("t", "pair", ("different", "same"), train, test, train)
    assert word_overlap(given) == (0.5, 1.0)
    assert naive_bayes(given, lambda example: [example.label]) == (1.0, 1.0)


def test_one_text_shares_words_with_none() -> None:
    examples = (SentenceExample("a", "yes"),)
    assert word_overlap(Task("t", "sentence", ("yes",), examples, examples, examples)) is None


def test_the_rest_of_the_sentence_that_a_question_is_about() -> None:
    passage = "tom held the kite very tight . then mia saw the rag doll under the bed ."
    question = "where did mia see the rag doll ?"
    assert least_asked(SpanExample(question, passage, 0, 3)) == "under the bed"
    assert least_asked(SpanExample("how was the kite held ?", passage, 0, 3)) == "very tight"
    assert least_asked(SpanExample("mia then saw under the bed", passage, 0, 3)) == "rag doll"
    start, end = passage.index("under"), len(passage) - len(" .")
    wrong, right = SpanExample(question, passage, start + 6, end), SpanExample(question, passage, start, end)
    assert word_overlap(Task("t", "span", (), (right,), (wrong, right), (right,))) == (0.5, 1.0)

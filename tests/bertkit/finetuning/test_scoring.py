"""Scores of fine-tuned models, against answers that are known."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

import bertkit.finetuning.scoring
from bertkit.finetuning.labelled import MODEL_FOR_FAMILY
from bertkit.finetuning.scoring import score_task, tags_of
from bertkit.tasks.align import align_labels
from bertkit.tasks.examples import PairExample, SentenceExample, SpanExample, Task, TokenExample

FAMILIES = pytest.mark.parametrize("family", MODEL_FOR_FAMILY)


@pytest.fixture
def saying(task_model: Any) -> Callable[..., Any]:
    """A model of a family that says the same to everything."""

    def build(family: Any, labels: tuple[str, ...] = (), always: str = "") -> Any:
        model = task_model(Task("constant", family, labels, (), ()))
        with torch.no_grad():
            for parameter in model.head.parameters():
                parameter.zero_()
            if always:
                model.head.classifier.bias[labels.index(always)] = 5.0
        return model

    return build


@pytest.mark.parametrize("batch_size", [1, 2, 64])
def test_labels(saying: Any, task_tokenizer: Any, batch_size: int) -> None:
    model = saying("sentence", ("bad", "good", "fine"), "fine")
    examples = [SentenceExample("the moon", label) for label in ("fine", "bad", "fine", "fine")]
    assert score_task(model, task_tokenizer, examples, batch_size) == {"accuracy": 0.75}
    pairs = [PairExample("the moon", "is here", label) for label in ("fine", "unknown")]
    assert score_task(model, task_tokenizer, pairs, batch_size) == {"accuracy": 0.5}


@pytest.mark.parametrize("batch_size", [1, 64])
def test_tags(saying: Any, task_tokenizer: Any, batch_size: int) -> None:
    model = saying("token", ("O", "B-TOY"), "B-TOY")
    examples = [TokenExample(("teddy", "is"), ("B-TOY", "O")), TokenExample(("moon",), ("O",))]
    assert score_task(model, task_tokenizer, examples, batch_size) == {
        "token_accuracy": pytest.approx(1 / 3),
        "entity_f1": pytest.approx(2 * 1 / (3 + 1)),
    }


def test_tags_that_are_no_entities(saying: Any, task_tokenizer: Any) -> None:
    model = saying("token", ("NOUN", "VERB"), "NOUN")
    examples = [TokenExample(("moon", "is"), ("NOUN", "VERB"))]
    assert score_task(model, task_tokenizer, examples) == {"token_accuracy": 0.5}


def test_words_that_are_cut_off_are_wrong(saying: Any, task_tokenizer: Any) -> None:
    model = saying("token", ("O", "B-TOY"), "B-TOY")
    words = ("moon",) * 40  # the model reads 32 tokens, two of them special
    assert list(tags_of(model, task_tokenizer, [words])) == [["B-TOY"] * 30 + [None] * 10]
    scores = score_task(model, task_tokenizer, [TokenExample(words, ("B-TOY",) * 40)])
    assert scores == {"token_accuracy": 0.75, "entity_f1": pytest.approx(2 * 30 / (30 + 40))}
    # Not even where no entity is there to be found: a word that was not read is not right.
    scores = score_task(saying("token", ("O", "B-TOY"), "O"), task_tokenizer, [TokenExample(words, ("O",) * 40)])
    assert scores == {"token_accuracy": 0.75, "entity_f1": 0.0}


def test_the_first_piece_speaks_for_its_word(saying: Any, task_tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # [CLS] is t ##ed ##d ##y bear [SEP]: the model says something else at every further piece.
    said = torch.tensor([[0, 0, 1, 2, 2, 2, 2, 0]])
    monkeypatch.setattr(bertkit.finetuning.scoring, "run", lambda *given: torch.nn.functional.one_hot(said))
    model = saying("token", ("O", "B-TOY", "I-TOY"))
    assert list(tags_of(model, task_tokenizer, [("is", "teddy", "bear")])) == [["O", "B-TOY", "I-TOY"]]


def test_another_piece_may_speak_for_its_word(
    saying: Any, task_tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that had the label in training: the last, or of several the first."""
    said = torch.tensor([[0, 0, 1, 1, 1, 2, 2, 0]])
    monkeypatch.setattr(bertkit.finetuning.scoring, "run", lambda *given: torch.nn.functional.one_hot(said))
    model = saying("token", ("O", "B-TOY", "I-TOY"))

    def tags(align: Any) -> list[str | None]:
        return next(tags_of(model, task_tokenizer, [("is", "teddy", "bear")], align_labels=align))

    def every(word_labels: Any, word_ids: Any) -> list[int]:
        return [-100 if word is None else word_labels[word] for word in word_ids]

    def last(word_labels: Any, word_ids: Any) -> list[int]:
        return align_labels(word_labels, word_ids[::-1])[::-1]

    assert tags(every) == ["O", "B-TOY", "I-TOY"]
    assert tags(last) == ["O", "I-TOY", "I-TOY"]
    with pytest.raises(ValueError, match="align_labels returned 9; it has to be a label of a word, here 0 to 2"):
        tags(lambda labels, ids: [9] * len(ids))


def test_answers(saying: Any, task_tokenizer: Any) -> None:
    # All spans score the same, and the first of them is the first word of the passage.
    model = saying("span")
    examples = [
        SpanExample("what ?", "red ball , kite", 0, 3),
        SpanExample("what ?", "red ball , kite", 0, 8),
        SpanExample("what ?", "the red ball", 4, 8),
    ]
    assert score_task(model, task_tokenizer, examples, batch_size=2) == {
        "exact_match": pytest.approx(1 / 3),
        "answer_f1": pytest.approx((1 + 2 / 3 + 0) / 3),
    }


@FAMILIES
def test_scores_do_not_depend_on_the_batch(family: Any, small_task: Any, task_model: Any, task_tokenizer: Any) -> None:
    task = small_task(family)
    model = task_model(task, hidden_dropout_prob=0.5).train()
    expected = score_task(model, task_tokenizer, task.test, 1)
    for batch_size in (7, 64):
        assert score_task(model, task_tokenizer, task.test, batch_size) == pytest.approx(expected)
    assert all(part.training for part in model.modules())


@FAMILIES
def test_the_wrong_family(family: Any, small_task: Any, task_model: Any, task_tokenizer: Any) -> None:
    task = small_task(family)
    others = {"sentence": "token", "pair": "span", "token": "pair", "span": "sentence"}
    name = {"token": "Pair", "pair": "Span", "sentence": "Token", "span": "Sentence"}[family]
    with pytest.raises(ValueError, match=rf"a BertFor\w+ answers .*{family}.* tasks, not a {name}Example"):
        score_task(task_model(task), task_tokenizer, small_task(others[family]).test)


def test_labels_of_another_task(saying: Any, task_tokenizer: Any) -> None:
    with pytest.raises(ValueError, match="knows the labels yes, no, the examples have bad, good"):
        score_task(
            saying("sentence", ("yes", "no")),
            task_tokenizer,
            [SentenceExample("the moon", "good"), SentenceExample("the moon", "bad")],
        )
    with pytest.raises(ValueError, match="knows the labels O, B-CITY, the examples have B-TOY"):
        score_task(saying("token", ("O", "B-CITY")), task_tokenizer, [TokenExample(("moon", "is"), ("B-TOY", "O"))])


def test_no_examples(saying: Any, task_tokenizer: Any) -> None:
    with pytest.raises(ValueError, match="no examples to judge"):
        score_task(saying("span"), task_tokenizer, [])

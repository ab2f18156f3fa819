"""Where the right answer is put for a head that scores tokens, and how its outputs are read, on known numbers."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch.nn import functional as F

from bertkit.data.labels import IGNORE_INDEX
from bertkit.finetuning.labelled import LabelledRows, Row, labelled_rows
from bertkit.finetuning.pieces import FinetuningPieces
from bertkit.finetuning.readings import (
    FIRST,
    INSIDE_OUTSIDE,
    MEAN,
    TWO_OUTPUTS,
    VOTE,
    SpanAsLabels,
    loss_of_mean,
    mean_of_tokens,
    votes,
)
from bertkit.finetuning.scoring import score_task
from bertkit.model.bert import BertForTokenClassification
from bertkit.model.heads import SpanHead
from bertkit.tasks.examples import SentenceExample, Task

ROWS = LabelledRows([Row([2, 7, 8, 3], [0] * 4, {"labels": 1}), Row([2, 9, 3], [0] * 3, {"labels": 0})], 0)


@pytest.mark.parametrize(
    ("reading", "labels"),
    [
        (FIRST, [[1, -100, -100, -100], [0, -100, -100, -100]]),
        (MEAN, [[1, 1, 1, 1], [0, 0, 0, -100]]),
        (VOTE, [[1, 1, 1, 1], [0, 0, 0, -100]]),
        (TWO_OUTPUTS, [[1, 1, 1, 1], [0, 0, 0, -100]]),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_labels_stand_where_the_reading_has_them(reading: Any, labels: list[list[int]]) -> None:
    batch = reading.rows(ROWS).batch([0, 1])
    assert batch["labels"].tolist() == labels
    assert torch.equal(batch["input_ids"], ROWS.batch([0, 1])["input_ids"])


def test_an_answer_s_tokens_are_inside_and_the_rest_of_its_passage_outside(
    small_task: Any, task_tokenizer: Any
) -> None:
    task = small_task("span")
    plain = labelled_rows(task_tokenizer, task.train, (), 32)
    for row, tagged in zip(plain.rows, INSIDE_OUTSIDE.rows(plain).rows, strict=True):
        labels: Any = tagged.answers["labels"]
        assert [place for place, label in enumerate(labels) if label == 1] == [
            *range(row.answers["start"], row.answers["end"] + 1)  # type: ignore[arg-type,operator]
        ]
        asked = [label != IGNORE_INDEX for label in labels]
        assert asked == [kind == 1 for kind in row.token_type_ids[:-1]] + [False]


def test_the_loss_of_the_mean_is_that_of_the_mean_vector() -> None:
    head, vectors = torch.nn.Linear(6, 3), torch.randn(2, 4, 6, generator=torch.Generator().manual_seed(0))
    labels = torch.tensor([[2, 2, 2, 2], [0, 0, 0, -100]])
    means = torch.stack([vectors[0].mean(dim=0), vectors[1, :3].mean(dim=0)])
    expected = F.cross_entropy(head(means), torch.tensor([2, 0]))
    torch.testing.assert_close(loss_of_mean(head(vectors), labels), expected)


@pytest.mark.parametrize(
    ("logits", "mean", "vote"),
    [
        ([[9.0, 0.0], [0.0, 1.0], [0.0, 1.0]], 0, 1),
        ([[0.0, 5.0], [1.0, 0.0]], 1, 1),  # as many for each: the surer one
        ([[3.0, 2.0]], 0, 0),
    ],
)
def test_an_average_weighs_and_a_vote_counts(logits: list[list[float]], mean: int, vote: int) -> None:
    given = torch.tensor(logits)
    assert (int(mean_of_tokens(given).argmax()), int(votes(given).argmax())) == (mean, vote)


def test_no_sureness_outvotes_a_token() -> None:
    sure = torch.tensor([[0.0, 99.0]] * 50 + [[0.1, 0.0]] * 51)
    assert int(votes(sure).argmax()) == 0


def test_padding_has_no_say(task_model: Any, task_tokenizer: Any) -> None:
    """A verdict is asked about a text's own tokens, and they say in a batch what they say alone."""
    model = task_model(Task("words", "token", ("bad", "good"), (), ()))
    examples = [SentenceExample(text, "good") for text in ("apple", "the tree and the boat is nice .", "the moon")]
    seen: list[torch.Tensor] = []

    def watching(logits: torch.Tensor) -> torch.Tensor:
        seen.append(logits)
        return logits[0]

    for batch in (examples, *([one] for one in examples)):
        score_task(model, task_tokenizer, batch, verdict=watching)
    assert [len(each) for each in seen[:3]] == [3, 10, 4]
    for together, alone in zip(seen[:3], seen[3:], strict=True):
        torch.testing.assert_close(together, alone)


def test_a_span_head_s_outputs_as_two_labels() -> None:
    head = SpanAsLabels(SpanHead, 8, 2)
    hidden = torch.randn(3, 5, 8, generator=torch.Generator().manual_seed(0))
    start, end = head.span(hidden)
    assert torch.equal(head(hidden), torch.stack([start, end], dim=-1))
    with pytest.raises(ValueError, match="there are 3 labels; a span head has two outputs"):
        SpanAsLabels(SpanHead, 8, 3)
    with pytest.raises(ValueError, match="SpanHead returned"):
        SpanAsLabels(lambda hidden_size: torch.nn.Linear(hidden_size, 3), 8, 2)(hidden[:, 0])


def test_heads_and_losses_of_one_s_own_are_taken(own_heads: dict[str, Any]) -> None:
    def own_loss(logits: Any, labels: Any) -> Any:
        return logits.sum() * 0

    pieces = FinetuningPieces(token_head=own_heads["token"], span_head=own_heads["span"], mlm_loss=own_loss)
    for reading in (FIRST, VOTE, INSIDE_OUTSIDE):
        assert reading.parts(pieces)["head"] is own_heads["token"]
        assert reading.parts(pieces)["loss"] is own_loss
    assert (MEAN.parts(pieces)["head"], MEAN.parts(pieces)["loss"]) == (own_heads["token"], loss_of_mean)
    assert isinstance(TWO_OUTPUTS.parts(pieces)["head"](8, 2, 0.1).span, own_heads["span"])


def test_without_a_verdict_a_tagger_is_asked_for_tags(task_model: Any, task_tokenizer: Any) -> None:
    model = task_model(Task("words", "token", ("bad", "good"), (), ()))
    assert isinstance(model, BertForTokenClassification)
    with pytest.raises(ValueError, match="answers token tasks, not a SentenceExample"):
        score_task(model, task_tokenizer, [SentenceExample("the moon", "good")])
    assert set(score_task(model, task_tokenizer, [SentenceExample("the moon", "good")], verdict=mean_of_tokens)) == {
        "accuracy"
    }


def test_rows_keep_what_was_left_out() -> None:
    assert MEAN.rows(replace(ROWS, left_out=3)).left_out == 3

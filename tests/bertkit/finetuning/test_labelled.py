"""Labelled examples as batches: what the model gets, row by row."""

from typing import Any

import pytest
import torch
from tokenizers import Tokenizer

from bertkit.data.labels import IGNORE_INDEX
from bertkit.finetuning.labelled import MODEL_FOR_FAMILY, labelled_rows
from bertkit.tasks.examples import PairExample, SentenceExample, SpanExample, TokenExample

FAMILIES = pytest.mark.parametrize("family", MODEL_FOR_FAMILY)
LABELS = ("bad", "good")


def pieces(tokenizer: Tokenizer, ids: list[int]) -> str:
    return " ".join(str(tokenizer.id_to_token(index)) for index in ids)


@FAMILIES
def test_a_batch_is_what_its_model_takes(family: Any, small_task: Any, task_tokenizer: Any, task_model: Any) -> None:
    task = small_task(family)
    rows = labelled_rows(task_tokenizer, task.train, task.labels, 32)
    assert (len(rows.rows), rows.left_out) == (48, 0)
    batch = rows.batch([5, 0, 9])
    shape = batch["input_ids"].shape
    assert shape[0] == 3
    assert batch["attention_mask"].shape == batch["token_type_ids"].shape == shape
    assert batch["attention_mask"].sum(dim=1).max() == shape[1]
    assert (batch["input_ids"][~batch["attention_mask"]] == 0).all()
    assert (batch["token_type_ids"][~batch["attention_mask"]] == 0).all()
    assert bool(batch["token_type_ids"].any()) == (family in ("pair", "span"))
    loss = task_model(task)(**batch)
    assert loss.shape == ()
    assert loss.requires_grad
    assert set(batch) - {"input_ids", "attention_mask", "token_type_ids"} == (
        {"start", "end"} if family == "span" else {"labels"}
    )


@FAMILIES
def test_in_order_has_every_row_once(family: Any, small_task: Any, task_tokenizer: Any) -> None:
    task = small_task(family)
    rows = labelled_rows(task_tokenizer, task.train, task.labels, 32)
    batches = list(rows.in_order(20))
    assert [len(batch["input_ids"]) for batch in batches] == [20, 20, 8]
    seen = [
        row[mask].tolist()
        for batch in batches
        for row, mask in zip(batch["input_ids"], batch["attention_mask"], strict=True)
    ]
    assert seen == [row.input_ids for row in rows.rows]


def test_rows_of_sentences_and_pairs(task_tokenizer: Tokenizer) -> None:
    rows = labelled_rows(
        task_tokenizer,
        [SentenceExample("the moon is lovely", "good"), PairExample("the moon", "is dull", "bad")],
        LABELS,
        32,
    )
    assert pieces(task_tokenizer, rows.rows[0].input_ids) == "[CLS] the moon is l ##o ##v ##e ##ly [SEP]"
    assert pieces(task_tokenizer, rows.rows[1].input_ids) == "[CLS] the moon [SEP] is dull [SEP]"
    assert rows.rows[1].token_type_ids == [0, 0, 0, 0, 1, 1, 1]
    assert rows.batch([1, 0, 1])["labels"].tolist() == [0, 1, 0]


def test_rows_of_words(task_tokenizer: Tokenizer) -> None:
    words = ("lily", "is", "teddy", "bear")
    examples = [TokenExample(words, ("B-P", "O", "B-T", "I-T")), TokenExample(("is",), ("O",))]
    rows = labelled_rows(task_tokenizer, examples, ("O", "B-P", "B-T", "I-T"), 32)
    assert pieces(task_tokenizer, rows.rows[0].input_ids) == "[CLS] lily is t ##ed ##d ##y bear [SEP]"
    ignored = IGNORE_INDEX
    assert rows.batch([0, 1])["labels"].tolist() == [
        [ignored, 1, 0, 2, ignored, ignored, ignored, 3, ignored],
        [ignored, 0] + [ignored] * 7,
    ]


def test_rows_of_spans(task_tokenizer: Tokenizer) -> None:
    rows = labelled_rows(task_tokenizer, [SpanExample("what toy ?", "the red ball .", 4, 12)], (), 32)
    assert pieces(task_tokenizer, rows.rows[0].input_ids) == "[CLS] what toy ? [SEP] the red ball . [SEP]"
    batch = rows.batch([0])
    assert (batch["start"].tolist(), batch["end"].tolist()) == ([6], [7])
    assert batch["start"].dtype == torch.int64


def test_an_answer_that_fits_into_no_window_is_left_out(task_tokenizer: Tokenizer) -> None:
    long = "red ball " * 12
    examples = [SpanExample("what ?", long.strip(), 0, len(long) - 1), SpanExample("what ?", "red ball", 0, 3)]
    rows = labelled_rows(task_tokenizer, examples, (), 12)
    assert (len(rows.rows), rows.left_out) == (1, 1)
    with pytest.raises(ValueError, match=r"no examples to learn from \(1 left out"):
        labelled_rows(task_tokenizer, examples[:1], (), 12)


@pytest.mark.parametrize(
    ("example", "message"),
    [
        (SentenceExample("the moon", "fine"), "example 2: 'fine' is none of the labels 'bad', 'good'"),
        (PairExample("the moon", "is", "fine"), "example 2: 'fine' is none"),
        (TokenExample(("moon",), ("fine",)), "example 2: 'fine' is none"),
        (SentenceExample("  ", "good"), "example 2: .*no tokens"),
    ],
)
def test_a_bad_example_is_named(task_tokenizer: Tokenizer, example: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        labelled_rows(task_tokenizer, [SentenceExample("the moon", "good"), example], LABELS, 32)


def test_no_examples(task_tokenizer: Tokenizer) -> None:
    with pytest.raises(ValueError, match="no examples to learn from"):
        labelled_rows(task_tokenizer, [], LABELS, 32)

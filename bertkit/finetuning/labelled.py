"""Labelled examples as a model reads them: token ids and the right answers, in batches."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from bertkit.data.batches import PackPair, PadBatch, pad_batch, padded
from bertkit.data.labels import IGNORE_INDEX
from bertkit.data.tokenizer import special_ids
from bertkit.model.bert import BertForQuestionAnswering, BertForSequenceClassification, BertForTokenClassification
from bertkit.tasks.align import AlignLabels, align_labels, encode_pair, encode_sentence, encode_spans, encode_words
from bertkit.tasks.examples import Example, Family, PairExample, SentenceExample, SpanExample, TokenExample

FineTunedModel = BertForSequenceClassification | BertForTokenClassification | BertForQuestionAnswering

MODEL_FOR_FAMILY: dict[Family, type[FineTunedModel]] = {
    "sentence": BertForSequenceClassification,
    "pair": BertForSequenceClassification,
    "token": BertForTokenClassification,
    "span": BertForQuestionAnswering,
}
"""Whose head answers which kind of question."""


@dataclass(frozen=True)
class Row:
    """One input and what the model should say to it."""

    input_ids: list[int]
    token_type_ids: list[int]
    answers: dict[str, int | list[int]]
    """By the name of the model's argument: a number, or one number a token."""


@dataclass(frozen=True)
class LabelledRows:
    """The inputs of one task, ready for batches."""

    rows: Sequence[Row]
    pad_id: int
    left_out: int = 0
    """So many examples are no rows: their answer does not fit into the model's longest input."""
    pad_batch: PadBatch = pad_batch

    def __post_init__(self) -> None:
        if not self.rows:
            raise ValueError(
                f"there are no examples to learn from ({self.left_out} left out, their answers being too long); "
                "pass at least one"
            )

    def batch(self, indices: Iterable[int]) -> dict[str, Tensor]:
        """The arguments of `model(**batch)`, which returns the mean loss of these rows.

        Returns:
            `input_ids`, `attention_mask` and `token_type_ids` of shape (B, T), padded on the right to the longest of
            the batch, and the answers: `labels` of shape (B,) or (B, T), or `start` and `end` of shape (B,).
        """
        rows = [self.rows[index] for index in indices]
        input_ids, attention_mask = padded(self.pad_batch, [row.input_ids for row in rows], self.pad_id)
        token_type_ids, _ = padded(self.pad_batch, [row.token_type_ids for row in rows], 0)
        answers = {name: stacked([row.answers[name] for row in rows], self.pad_batch) for name in rows[0].answers}
        return {"input_ids": input_ids, "attention_mask": attention_mask, "token_type_ids": token_type_ids, **answers}

    def in_order(self, batch_size: int) -> Iterator[dict[str, Tensor]]:
        """All rows once, as they stand."""
        for start in range(0, len(self.rows), batch_size):
            yield self.batch(range(start, min(start + batch_size, len(self.rows))))


def stacked(answers: Sequence[int | list[int]], pad_batch: PadBatch = pad_batch) -> Tensor:
    """Answers of a batch as one tensor: numbers as (B,), lists as (B, T) with -100 where there is no token."""
    lists = [answer for answer in answers if isinstance(answer, list)]
    return padded(pad_batch, lists, IGNORE_INDEX)[0] if lists else torch.tensor(answers)


def labelled_rows(
    tokenizer: Tokenizer,
    examples: Iterable[Example],
    labels: Sequence[str],
    max_length: int,
    align_labels: AlignLabels = align_labels,
    pad_batch: PadBatch = pad_batch,
    pack_pair: PackPair | None = None,
) -> LabelledRows:
    """Tokenize examples of one family and number their labels.

    What is longer than `max_length` tokens is cut at its end; a passage is cut into overlapping windows, of which those
    that hold the whole answer are rows.

    Args:
        tokenizer: the model's own.
        examples: all of one family.
        labels: names of the labels in the order of their ids; empty for spans.
        max_length: longest input of the model, in tokens.
        align_labels: gives tokens the labels of their words.
        pad_batch: makes batches of the rows.
        pack_pair: makes one row of a pair of texts.

    Raises:
        ValueError: if there are no examples, one has a label that is not in `labels`, or one cannot be encoded; the
            message says which.
    """
    rows: list[Row] = []
    spans: list[SpanExample] = []
    for number, example in enumerate(examples, start=1):
        try:
            match example:
                case SentenceExample(text=text, label=label):
                    one = encode_sentence(tokenizer, text, max_length)
                    rows.append(Row(one.input_ids, one.token_type_ids, {"labels": label_id(label, labels)}))
                case PairExample(first=first, second=second, label=label):
                    one = encode_pair(tokenizer, first, second, max_length, pack_pair)
                    rows.append(Row(one.input_ids, one.token_type_ids, {"labels": label_id(label, labels)}))
                case TokenExample(words=words, tags=tags):
                    ids = [label_id(tag, labels) for tag in tags]
                    several = encode_words(tokenizer, words, ids, max_length, align_labels)
                    rows.append(Row(several.input_ids, [0] * len(several.input_ids), {"labels": several.labels}))
                case SpanExample():
                    spans.append(example)
        except ValueError as error:
            raise ValueError(f"example {number}: {error}") from error
    encoded = encode_spans(tokenizer, spans, max_length)
    for window in encoded.windows:
        assert window.start is not None  # windows to learn from hold their answer
        assert window.end is not None
        rows.append(Row(window.input_ids, window.token_type_ids, {"start": window.start, "end": window.end}))
    return LabelledRows(rows, special_ids(tokenizer).pad, encoded.left_out, pad_batch)


def label_id(label: str, labels: Sequence[str]) -> int:
    """The number of a label. Raises `ValueError` where it is not among `labels`."""
    if label not in labels:
        raise ValueError(f"{label!r} is none of the labels {', '.join(map(repr, labels))}")
    return labels.index(label)

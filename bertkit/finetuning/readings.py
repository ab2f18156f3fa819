"""A head that scores every token, made to answer a task that asks for something else: where the right answer is put
when it learns, and how its outputs are read afterwards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F

from bertkit.data.checks import both
from bertkit.data.labels import IGNORE_INDEX
from bertkit.finetuning.labelled import LabelledRows, Row
from bertkit.finetuning.pieces import FinetuningPieces
from bertkit.finetuning.scoring import Verdict, score_task
from bertkit.model.bert import BertForTokenClassification
from bertkit.model.tags_as_spans import OUTSIDE_INSIDE, TagsAsSpans
from bertkit.tasks.examples import Example

Score = Callable[[BertForTokenClassification, Tokenizer, Sequence[Example], FinetuningPieces], dict[str, float]]


@dataclass(frozen=True)
class Reading:
    """How a `BertForTokenClassification` learns and answers a task that is none of labels for words."""

    name: str
    says: str
    """What is done, in a sentence."""
    spread: Callable[[Row], list[int]]
    """From a row of the task to one label a token, -100 where none is asked for."""
    parts: Callable[[FinetuningPieces], dict[str, Any]]
    """Head and loss, by the names of the model's constructor."""
    score: Score
    labels: tuple[str, ...] | None = None
    """Of the tokens; the task's own if None."""

    def rows(self, data: LabelledRows) -> LabelledRows:
        """The task's rows, with the right answer put where this reading has it."""
        return replace(
            data, rows=[Row(row.input_ids, row.token_type_ids, {"labels": self.spread(row)}) for row in data.rows]
        )


def at_first(row: Row) -> list[int]:
    """The label of the text at `[CLS]` alone.

    >>> at_first(Row([2, 7, 3], [0, 0, 0], {"labels": 5}))
    [5, -100, -100]
    """
    return [label_of(row), *[IGNORE_INDEX] * (len(row.input_ids) - 1)]


def at_all(row: Row) -> list[int]:
    """The label of the text at every token, `[CLS]` and `[SEP]` among them.

    >>> at_all(Row([2, 7, 3], [0, 0, 0], {"labels": 5}))
    [5, 5, 5]
    """
    return [label_of(row)] * len(row.input_ids)


def inside_answer(row: Row) -> list[int]:
    """1 inside the answer, 0 at the other tokens of the passage; the question and special tokens are not asked.

    >>> inside_answer(Row([2, 7, 3, 5, 6, 8, 3], [0, 0, 0, 1, 1, 1, 1], {"start": 4, "end": 5}))
    [-100, -100, -100, 0, 1, 1, -100]
    """
    start, end = row.answers["start"], row.answers["end"]
    assert isinstance(start, int)  # the rows of a span task
    assert isinstance(end, int)
    last = len(row.input_ids) - 1
    return [
        int(start <= place <= end) if kind == 1 and place < last else IGNORE_INDEX
        for place, kind in enumerate(row.token_type_ids)
    ]


def label_of(row: Row) -> int:
    """The one label of a text or pair."""
    label = row.answers["labels"]
    assert isinstance(label, int)  # the rows of a task with one label an example
    return label


def loss_of_mean(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy, in nats, of each text's logits averaged over its tokens.

    The classifier being linear, the average of its logits is what it says of the average of all vectors.

    Args:
        logits: Shape: (B, T, L)
        labels: the same at all tokens of a text, -100 at padding. Shape: (B, T), int64

    Returns:
        A scalar, the mean over the texts.
    """
    real = (labels != IGNORE_INDEX).unsqueeze(dim=-1)
    return F.cross_entropy((logits * real).sum(dim=1) / real.sum(dim=1), labels[:, 0])


def first_token(logits: Tensor) -> Tensor:
    """What `[CLS]` says. Shape: (T, L) to (L,)"""
    return logits[0]


def mean_of_tokens(logits: Tensor) -> Tensor:
    """What the tokens say on average. Shape: (T, L) to (L,)"""
    return logits.mean(dim=0)


def votes(logits: Tensor) -> Tensor:
    """How many tokens find each label the likeliest; the mean probability, at most 1, decides between equal counts.

    Shape: (T, L) to (L,)

    >>> votes(torch.tensor([[5.0, 0.0], [0.0, 0.1], [0.0, 0.1]])).argmax()  # two of three, if not by much
    tensor(1)
    """
    counts = F.one_hot(logits.argmax(dim=-1), logits.shape[-1]).sum(dim=0)
    return counts + logits.softmax(dim=-1).mean(dim=0) / 2


class SpanAsLabels(nn.Module):
    """A span head whose two outputs stand for two labels: a token head with another name.

    Built as a token head is.

    Raises:
        ValueError: unless there are two labels.
    """

    def __init__(self, span_head: Callable[[int], nn.Module], hidden_size: int, num_labels: int) -> None:
        super().__init__()
        if num_labels != 2:
            raise ValueError(f"there are {num_labels} labels; a span head has two outputs a token, start and end")
        self.span = span_head(hidden_size)

    def forward(self, hidden: Tensor) -> Tensor:
        """Shape: (B, T, H) to (B, T, 2)."""
        return torch.stack(both("SpanHead", self.span(hidden), "start and end logits"), dim=-1)


def of_token_head(pieces: FinetuningPieces) -> dict[str, Any]:
    """The head for tokens and its usual loss."""
    return pieces.parts("token")


def of_averaged_token_head(pieces: FinetuningPieces) -> dict[str, Any]:
    """The head for tokens, and the loss of what they say on average."""
    return {**pieces.parts("token"), "loss": loss_of_mean}


def of_averaged_span_head(pieces: FinetuningPieces) -> dict[str, Any]:
    """The head for spans in the place of one for tokens."""

    def head(hidden_size: int, num_labels: int, dropout: float) -> nn.Module:
        return SpanAsLabels(pieces.span_head, hidden_size, num_labels)

    return {**pieces.parts("token"), "head": head, "loss": loss_of_mean}


def by(verdict: Verdict) -> Score:
    """A score of the labels that `verdict` makes of what all tokens say."""

    def score(
        model: BertForTokenClassification, tokenizer: Tokenizer, examples: Sequence[Example], pieces: FinetuningPieces
    ) -> dict[str, float]:
        return score_task(model, tokenizer, examples, pieces=pieces, verdict=verdict)

    return score


def score_as_spans(
    model: BertForTokenClassification, tokenizer: Tokenizer, examples: Sequence[Example], pieces: FinetuningPieces
) -> dict[str, float]:
    """The likeliest single run of inside tokens is the answer."""
    return score_task(TagsAsSpans(model), tokenizer, examples, pieces=pieces)


FIRST = Reading(
    "[CLS], no pooler",
    "The token head is trained and read at [CLS] alone: the sequence head without the pooler before it.",
    at_first,
    of_token_head,
    by(first_token),
)
MEAN = Reading(
    "mean of all tokens",
    "The logits of all tokens are averaged and their mean is trained: one classifier of the mean vector.",
    at_all,
    of_averaged_token_head,
    by(mean_of_tokens),
)
VOTE = Reading(
    "vote of all tokens",
    "Every token is trained to say the label of the whole, and the label that most of them say counts.",
    at_all,
    of_token_head,
    by(votes),
)
TWO_OUTPUTS = Reading(
    "two outputs, averaged",
    "Start and end stand for the two labels, averaged over all tokens: a token head under another name.",
    at_all,
    of_averaged_span_head,
    by(mean_of_tokens),
)
INSIDE_OUTSIDE = Reading(
    "inside or outside",
    "Every token of the passage is tagged as inside or outside the answer; the likeliest single run counts.",
    inside_answer,
    of_token_head,
    score_as_spans,
    OUTSIDE_INSIDE,
)

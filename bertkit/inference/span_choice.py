"""Where an answer starts and ends, chosen together, each alone, or by tags: what there is to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import torch
from tokenizers import Tokenizer
from torch import Tensor

from bertkit.data.batches import PadBatch, pad_batch
from bertkit.inference.predict import LONGEST_ANSWER, BestSpan, run, windows_of
from bertkit.model.bert import BertForQuestionAnswering, BertForTokenClassification
from bertkit.model.tags_as_spans import OUTSIDE_INSIDE, TagsAsSpans
from bertkit.objectives.spans import best_span
from bertkit.tasks.align import Encoded, EncodedSpan
from bertkit.tasks.examples import SpanExample

INSIDE = OUTSIDE_INSIDE.index("inside")


@dataclass(frozen=True)
class SpanScores:
    """A question with its passage as a model read them, and what it says of every token."""

    window: EncodedSpan
    """`allowed` is True at the T tokens' places in the passage."""
    passage: str
    start: Tensor
    """Start logits, those outside the passage too. Shape: (T,)"""
    end: Tensor
    """Shape: (T,)"""

    def together(self, longest: int = LONGEST_ANSWER, best_span: BestSpan = best_span) -> tuple[int, int]:
        """Start and end of the span with the highest sum of logits, tokens both inclusive."""
        return best_span(self.start, self.end, torch.tensor(self.window.allowed), longest)

    def alone(self) -> tuple[int, int]:
        """The likeliest start and the likeliest end in the passage, whatever the other is: start may be above end."""
        outside = ~torch.tensor(self.window.allowed)
        start, end = (int(each.masked_fill(outside, -torch.inf).argmax()) for each in (self.start, self.end))
        return start, end

    def text(self, start: int, end: int) -> str:
        """The words of a span; none, `""`, where it starts after its end."""
        if start > end:
            return ""
        first, last = self.window.characters(start, end)
        return self.passage[first:last]


@torch.no_grad()
def span_scores(
    model: BertForQuestionAnswering | TagsAsSpans,
    tokenizer: Tokenizer,
    examples: Sequence[SpanExample],
    pad_batch: PadBatch = pad_batch,
) -> list[SpanScores]:
    """What a model says of each example, all run as one batch.

    Args:
        model: used in evaluation mode; its mode is put back.
        tokenizer: the model's own.
        examples: at least one, each short enough to be read at once.
        pad_batch: makes the batch.

    Raises:
        ValueError: for no examples, an empty text, or a passage that has to be read in several windows.
    """
    windows = whole_windows(model, tokenizer, examples)
    starts, ends = run(model, tokenizer, encodings(windows), pad_batch)
    return [
        SpanScores(window, example.passage, start[: len(window.allowed)], end[: len(window.allowed)])
        for window, example, start, end in zip(windows, examples, starts, ends, strict=True)
    ]


@torch.no_grad()
def inside_runs(
    model: BertForTokenClassification,
    tokenizer: Tokenizer,
    examples: Sequence[SpanExample],
    pad_batch: PadBatch = pad_batch,
) -> list[list[str]]:
    """What of each passage a tagger takes for the answer, tag by tag: for each example the texts of all runs.

    An answer is one run. No run, or several, are no answer: nothing in the tags of single tokens forbids either.

    Args:
        model: with the labels `OUTSIDE_INSIDE`, used in evaluation mode; its mode is put back.
        tokenizer: the model's own.
        examples: as for `span_scores`.
        pad_batch: makes the batch.

    Raises:
        ValueError: as `span_scores`.
    """
    windows = whole_windows(model, tokenizer, examples)
    tags = run(model, tokenizer, encodings(windows), pad_batch).argmax(dim=-1).tolist()
    found: list[list[str]] = []
    for window, example, row in zip(windows, examples, tags, strict=True):
        inside = [allowed and row[place] == INSIDE for place, allowed in enumerate(window.allowed)]
        runs = [list(group) for said, group in groupby(range(len(inside)), key=inside.__getitem__) if said]
        ends = [window.characters(each[0], each[-1]) for each in runs]
        found.append([example.passage[first:last] for first, last in ends])
    return found


def whole_windows(
    model: BertForQuestionAnswering | BertForTokenClassification | TagsAsSpans,
    tokenizer: Tokenizer,
    examples: Sequence[SpanExample],
) -> list[EncodedSpan]:
    """Each example as one window. Raises `ValueError` where a passage is too long for that, or there is none."""
    if not examples:
        raise ValueError("there are no examples to ask about; pass at least one")
    windows: list[EncodedSpan] = []
    for example in examples:
        found = windows_of(model, tokenizer, example.question, example.passage)
        if len(found) > 1:
            raise ValueError(
                f"the passage {example.passage[:40]!r}… is read in {len(found)} windows; choose one that fits into "
                f"{model.config.max_position_embeddings} tokens together with its question"
            )
        windows += found
    return windows


def encodings(windows: Sequence[EncodedSpan]) -> list[Encoded]:
    """Windows as a model takes them."""
    return [Encoded(window.input_ids, window.token_type_ids) for window in windows]

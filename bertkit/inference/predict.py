"""Asking a fine-tuned model: the label of a text, the tags of its words, the answer in a passage, the next sentence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor

from bertkit.data.batches import PadBatch, pad_batch, padded
from bertkit.data.checks import both, wrong
from bertkit.data.tokenizer import special_ids
from bertkit.evaluation.metrics import entities
from bertkit.model.architectures import Model
from bertkit.model.bert import (
    BertForPreTraining,
    BertForQuestionAnswering,
    BertForSequenceClassification,
    BertForTokenClassification,
)
from bertkit.model.freeze import evaluation_mode
from bertkit.model.tags_as_spans import TagsAsSpans
from bertkit.objectives.spans import best_span
from bertkit.tasks.align import Encoded, EncodedSpan, encode_pair, encode_sentence, span_windows

LONGEST_ANSWER = 30
"""Tokens of the longest answer (BERT's released `run_squad.py`, `max_answer_length`)."""


BestSpan = Callable[[Tensor, Tensor, Tensor, int], tuple[int, int]]
"""A function with the signature of `best_span`."""


@dataclass(frozen=True)
class Label:
    """A label and how likely the model finds it."""

    name: str
    probability: float


@dataclass(frozen=True)
class TaggedWord:
    """A word of a text and its likeliest tag."""

    word: str
    tag: str
    probability: float
    start: int
    """Where the word begins in the text, in characters."""
    end: int
    """Where it ends, exclusive."""


@dataclass(frozen=True)
class Answer:
    """A part of a passage that answers a question."""

    text: str
    start: int
    """Where it begins in the passage, in characters."""
    end: int
    """Where it ends, exclusive."""
    probability: float
    """That it starts here, times that it ends here."""


@torch.no_grad()
def classify(
    model: BertForSequenceClassification, tokenizer: Tokenizer, text: str, second: str | None = None
) -> list[Label]:
    """The labels of a text, or of a pair of texts, the likeliest first.

    Args:
        model: used in evaluation mode; its mode is put back.
        tokenizer: the model's own.
        text: not empty.
        second: the second text, if the model was fine-tuned on pairs.

    Raises:
        ValueError: for a text that is empty, or too long for the model.
    """
    logits = run(model, tokenizer, [encoded(model, tokenizer, text, second)])
    shares = logits[0].softmax(dim=-1).tolist()
    labels = [Label(name, share) for name, share in zip(model.labels, shares, strict=True)]
    return sorted(labels, key=lambda label: -label.probability)


@torch.no_grad()
def next_sentence(model: BertForPreTraining, tokenizer: Tokenizer, first: str, second: str) -> float:
    """The probability that `second` follows `first`, by a model pre-trained with next-sentence prediction.

    Args:
        model: used in evaluation mode; its mode is put back.
        tokenizer: the model's own.
        first: not empty.
        second: not empty.

    Raises:
        ValueError: for a text that is empty, or both together too long for the model.
    """
    _, logits = run(model, tokenizer, [encoded(model, tokenizer, first, second)])
    return float(logits[0].softmax(dim=-1)[0])  # class 0 is "follows"


@torch.no_grad()
def tag(model: BertForTokenClassification, tokenizer: Tokenizer, text: str) -> list[TaggedWord]:
    """The likeliest tag of every word. A word is what the tokenizer takes for one: punctuation stands by itself.

    Args:
        model: used in evaluation mode; its mode is put back.
        tokenizer: the model's own.
        text: not empty.

    Raises:
        ValueError: for a text that is empty, or too long for the model.
    """
    whole = encoded(model, tokenizer, text)
    probabilities, tags = run(model, tokenizer, [whole])[0].softmax(dim=-1).max(dim=-1)
    encoding = tokenizer.encode(text, add_special_tokens=False)
    words: list[TaggedWord] = []
    before: int | None = None
    for place, (word, (start, end)) in enumerate(zip(encoding.word_ids, encoding.offsets, strict=True)):
        if word == before:  # a further piece of the word: the first one spoke for it
            last = words[-1]
            words[-1] = TaggedWord(text[last.start : end], last.tag, last.probability, last.start, end)
        else:
            position = place + 1  # behind [CLS]
            words.append(
                TaggedWord(
                    text[start:end], model.labels[int(tags[position])], float(probabilities[position]), start, end
                )
            )
        before = word
    return words


def marked(text: str, words: Sequence[TaggedWord]) -> str:
    """The text with what was found in it: entities in brackets, or, where tags are no entities, each word's tag.

    >>> words = [TaggedWord("rag", "B-TOY", 0.9, 4, 7), TaggedWord("doll", "I-TOY", 0.9, 8, 12)]
    >>> marked("the rag doll !", words)
    'the [rag doll TOY] !'
    """
    tags = [word.tag for word in words]
    if marks_entities(tags):
        found = [(words[start].start, words[end - 1].end, f"[{{}} {kind}]") for start, end, kind in entities(tags)]
    else:
        found = [(word.start, word.end, f"{{}}/{word.tag}") for word in words]
    parts: list[str] = []
    position = 0
    for start, end, form in found:
        parts += [text[position:start], form.format(text[start:end])]
        position = end
    return "".join([*parts, text[position:]])


def marks_entities(tags: Sequence[str]) -> bool:
    """Whether these are tags of entities: `O`, `B-X`, `I-X`."""
    return all(tag == "O" or tag.startswith(("B-", "I-")) for tag in tags)


def answer(
    model: BertForQuestionAnswering,
    tokenizer: Tokenizer,
    question: str,
    passage: str,
    longest: int = LONGEST_ANSWER,
) -> Answer:
    """The part of `passage` that answers `question`.

    A passage too long for the model is read in windows that overlap by half; the span with the highest score in any
    window is the answer.

    Args:
        model: used in evaluation mode; its mode is put back.
        tokenizer: the model's own.
        question: not empty.
        passage: not empty.
        longest: most tokens of an answer.

    Raises:
        ValueError: for a text that is empty, or a question that leaves no room for the passage.
    """
    windows = windows_of(model, tokenizer, question, passage)
    return answers_of(model, tokenizer, [(passage, windows)], longest)[0]


def windows_of(
    model: BertForQuestionAnswering | BertForTokenClassification | TagsAsSpans,
    tokenizer: Tokenizer,
    question: str,
    passage: str,
) -> list[EncodedSpan]:
    """The passage as the model reads it: in one piece, or in windows that overlap by half."""
    require_text(question, "the question")
    require_text(passage, "the passage")
    longest = model.config.max_position_embeddings
    asked = len(tokenizer.encode(question, add_special_tokens=False).ids)
    room = longest - asked - 3
    if room < 1:
        raise ValueError(
            f"the question has {asked} tokens; this model reads {longest} together with the passage and 3 special "
            "ones: ask a shorter question"
        )
    return span_windows(tokenizer, question, passage, longest, stride=max(1, room // 2))


@torch.no_grad()
def answers_of(
    model: BertForQuestionAnswering | TagsAsSpans,
    tokenizer: Tokenizer,
    passages: Sequence[tuple[str, Sequence[EncodedSpan]]],
    longest: int = LONGEST_ANSWER,
    best_span: BestSpan = best_span,
    pad_batch: PadBatch = pad_batch,
) -> list[Answer]:
    """The best answer in each passage, which comes with its windows; all are run as one batch.

    `best_span` chooses among the logits of a window, and `pad_batch` makes the batch.
    """
    windows = [window for _, each in passages for window in each]
    encodings = [Encoded(window.input_ids, window.token_type_ids) for window in windows]
    starts, ends = run(model, tokenizer, encodings, pad_batch)
    answers: list[Answer] = []
    row = 0
    for passage, each in passages:
        best: tuple[float, Answer] | None = None
        for window in each:
            start_logits, end_logits = starts[row, : len(window.allowed)], ends[row, : len(window.allowed)]
            row += 1
            chosen = best_span(start_logits, end_logits, torch.tensor(window.allowed), longest)
            start, end = both("best_span", chosen, "start and end")
            if not (isinstance(start, int) and isinstance(end, int) and 0 <= start <= end < len(window.allowed)):
                raise wrong(
                    "best_span", chosen, f"start and end of a span, two ints from 0 to {len(window.allowed) - 1}"
                )
            if not (window.allowed[start] and window.allowed[end]):
                raise wrong("best_span", chosen, "a span of the passage, where both ends are allowed")
            score = float(start_logits[start] + end_logits[end])
            if best is None or score > best[0]:
                probability = float(start_logits.softmax(dim=0)[start] * end_logits.softmax(dim=0)[end])
                first, last = window.characters(start, end)
                best = score, Answer(passage[first:last], first, last, probability)
        assert best is not None  # a passage has at least one window
        answers.append(best[1])
    return answers


def encoded(model: Model, tokenizer: Tokenizer, text: str, second: str | None = None) -> Encoded:
    """One text or a pair, whole. Raises `ValueError` where it is empty or does not fit."""
    longest = model.config.max_position_embeddings
    sides = [("the text", text)] if second is None else [("the first text", text), ("the second text", second)]
    tokens = 1 + len(sides)
    for what, side in sides:
        require_text(side, what)
        tokens += len(tokenizer.encode(side, add_special_tokens=False).ids)
    if tokens > longest:
        raise ValueError(
            f"{tokens} tokens are in {' and '.join(what for what, _ in sides)}, special ones included; this model "
            f"reads {longest} at most: write less, or ask about a part of it"
        )
    if second is None:
        return encode_sentence(tokenizer, text, longest)
    return encode_pair(tokenizer, text, second, longest)


def require_text(text: str, what: str) -> None:
    """Raise `ValueError` for a text without a word in it."""
    if not text.strip():
        raise ValueError(f"{what} is empty; write at least one word")


def run(
    model: Model | TagsAsSpans, tokenizer: Tokenizer, inputs: Sequence[Encoded], pad_batch: PadBatch = pad_batch
) -> Any:
    """Whatever logits the model gives for these inputs as one batch, in evaluation mode."""
    input_ids, attention_mask = padded(pad_batch, [one.input_ids for one in inputs], special_ids(tokenizer).pad)
    token_type_ids, _ = padded(pad_batch, [one.token_type_ids for one in inputs], 0)
    with evaluation_mode(model):
        return model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)

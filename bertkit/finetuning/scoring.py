"""How good a fine-tuned model is at its task, on examples that it has not learned from."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from bertkit.data.batches import PadBatch, pad_batch
from bertkit.data.checks import check_number, wrong
from bertkit.data.labels import IGNORE_INDEX
from bertkit.evaluation.metrics import accuracy, answer_f1, exact_match
from bertkit.finetuning.labelled import MODEL_FOR_FAMILY, FineTunedModel
from bertkit.finetuning.pieces import LIBRARY_PIECES, FinetuningPieces
from bertkit.inference.predict import LONGEST_ANSWER, answers_of, marks_entities, run, windows_of
from bertkit.model.bert import BertForQuestionAnswering, BertForSequenceClassification, BertForTokenClassification
from bertkit.model.tags_as_spans import TagsAsSpans
from bertkit.tasks.align import AlignLabels, Encoded, align_labels, encode_pair, encode_sentence, encode_words
from bertkit.tasks.examples import Example, PairExample, SentenceExample, SpanExample, TokenExample

Item = TypeVar("Item")

Verdict = Callable[[Tensor], Tensor]
"""From a text's logits at all its tokens to one score for each label: (T, labels) to (labels,)."""

BATCH_SIZE = 64
NOT_READ = "O"
"""What counts as the tag of a word that was cut off: no entity."""


@torch.no_grad()
def score_task(
    model: FineTunedModel | TagsAsSpans,
    tokenizer: Tokenizer,
    examples: Sequence[Example],
    batch_size: int = BATCH_SIZE,
    pieces: FinetuningPieces = LIBRARY_PIECES,
    verdict: Verdict | None = None,
) -> dict[str, float]:
    """Judge a model by examples of one family.

    A text too long for the model is cut as in training; words that are cut off count as wrong, entities in them as not
    found.

    Args:
        model: used in evaluation mode; its mode is put back.
        tokenizer: the model's own.
        examples: at least one.
        batch_size: examples at a time.
        pieces: packing, padding, which token speaks for its word, the choice of a span and the F1 of entities, for
            example one's own.
        verdict: makes one label of what a `BertForTokenClassification` says at all tokens of a text or pair.

    Returns:
        By name, each from 0 to 1: `accuracy` for one label a text or pair; `token_accuracy`, and `entity_f1` where
        tags are those of entities, for one label a word; `exact_match` and `answer_f1` (SQuAD v1.1) for answers.

    Raises:
        ValueError: if there are no examples, they are not of the model's family, or they share no label with it.
    """
    if not examples:
        raise ValueError("there are no examples to judge the model by; pass at least one")
    batches = [examples[start : start + batch_size] for start in range(0, len(examples), batch_size)]
    if isinstance(model, BertForSequenceClassification):
        return score_labels(model, tokenizer, [whole_texts(model, batch) for batch in batches], pieces)
    if isinstance(model, BertForTokenClassification):
        if verdict is not None:
            return score_labels(model, tokenizer, [whole_texts(model, batch) for batch in batches], pieces, verdict)
        return score_tags(model, tokenizer, [of_kind(TokenExample, batch, model) for batch in batches], pieces)
    return score_answers(model, tokenizer, [of_kind(SpanExample, batch, model) for batch in batches], pieces)


def score_labels(
    model: BertForSequenceClassification | BertForTokenClassification,
    tokenizer: Tokenizer,
    batches: Sequence[Sequence[SentenceExample | PairExample]],
    pieces: FinetuningPieces = LIBRARY_PIECES,
    verdict: Verdict | None = None,
) -> dict[str, float]:
    """Share of texts, or pairs, whose likeliest label is the right one.

    A model that scores the labels at every token takes a `verdict`, which makes one score a label of them.
    """
    gold = [example.label for batch in batches for example in batch]
    require_shared_labels(gold, model.labels)
    longest = model.config.max_position_embeddings
    predicted: list[str] = []
    for batch in batches:
        inputs = [
            encode_sentence(tokenizer, one.text, longest)
            if isinstance(one, SentenceExample)
            else encode_pair(tokenizer, one.first, one.second, longest, pieces.pack_pair)
            for one in batch
        ]
        logits: Tensor = run(model, tokenizer, inputs, pieces.pad_batch)
        if verdict is not None:
            real = [len(one.input_ids) for one in inputs]
            logits = torch.stack([verdict(row[:length]) for row, length in zip(logits, real, strict=True)])
        predicted += [model.labels[best] for best in logits.argmax(dim=-1).tolist()]
    return {"accuracy": accuracy(predicted, gold)}


def score_tags(
    model: BertForTokenClassification,
    tokenizer: Tokenizer,
    batches: Sequence[Sequence[TokenExample]],
    pieces: FinetuningPieces = LIBRARY_PIECES,
) -> dict[str, float]:
    """Share of words whose likeliest tag is the right one, and F1 of entities."""
    gold = [example.tags for batch in batches for example in batch]
    every_tag = [tag for tags in gold for tag in tags]
    require_shared_labels([tag for tag in every_tag if tag != NOT_READ], model.labels)
    predicted = [
        tags
        for batch in batches
        for tags in tags_of(model, tokenizer, [one.words for one in batch], pieces.pad_batch, pieces.align_labels)
    ]
    scores = {"token_accuracy": accuracy([tag for tags in predicted for tag in tags], every_tag)}
    if marks_entities([*every_tag, *model.labels]):
        f1 = pieces.entity_f1([[tag or NOT_READ for tag in tags] for tags in predicted], gold)
        check_number("entity_f1", f1)
        scores["entity_f1"] = f1
    return scores


def tags_of(
    model: BertForTokenClassification,
    tokenizer: Tokenizer,
    texts: Sequence[Sequence[str]],
    pad_batch: PadBatch = pad_batch,
    align_labels: AlignLabels = align_labels,
) -> Iterator[list[str | None]]:
    """The likeliest tag of every word, None for those that were cut off; all texts are run as one batch.

    A word is spoken for by the first of its tokens that `align_labels` gives its label to, as in training.
    """
    longest = model.config.max_position_embeddings
    encodings = [encode_words(tokenizer, words, [*range(len(words))], longest, align_labels) for words in texts]
    inputs = [Encoded(one.input_ids, [0] * len(one.input_ids)) for one in encodings]
    best = run(model, tokenizer, inputs, pad_batch).argmax(dim=-1).tolist()
    for words, encoding, row in zip(texts, encodings, best, strict=True):
        tags: list[str | None] = [None] * len(words)
        for word, tag in zip(encoding.labels, row, strict=False):  # the row may go on with padding
            if word == IGNORE_INDEX:
                continue
            if not 0 <= word < len(words):
                raise wrong("align_labels", word, f"a label of a word, here 0 to {len(words) - 1}, or {IGNORE_INDEX}")
            if tags[word] is None:
                tags[word] = model.labels[tag]
        yield tags


def score_answers(
    model: BertForQuestionAnswering | TagsAsSpans,
    tokenizer: Tokenizer,
    batches: Sequence[Sequence[SpanExample]],
    pieces: FinetuningPieces = LIBRARY_PIECES,
) -> dict[str, float]:
    """Mean exact match and mean F1 of the words of the answers."""
    exact: list[float] = []
    overlap: list[float] = []
    for batch in batches:
        windows = [(one.passage, windows_of(model, tokenizer, one.question, one.passage)) for one in batch]
        answers = answers_of(model, tokenizer, windows, LONGEST_ANSWER, pieces.best_span, pieces.pad_batch)
        for example, found in zip(batch, answers, strict=True):
            exact.append(exact_match(found.text, example.answer))
            overlap.append(answer_f1(found.text, example.answer))
    return {"exact_match": sum(exact) / len(exact), "answer_f1": sum(overlap) / len(overlap)}


def whole_texts(model: nn.Module, examples: Sequence[Example]) -> list[SentenceExample | PairExample]:
    """The examples, if all are texts or pairs with one label."""
    for example in examples:
        if not isinstance(example, SentenceExample | PairExample):
            raise wrong_family(model, example)
    return [example for example in examples if isinstance(example, SentenceExample | PairExample)]


def of_kind(kind: type[Item], examples: Sequence[Example], model: nn.Module) -> list[Item]:
    """The examples, if all are of this kind."""
    for example in examples:
        if not isinstance(example, kind):
            raise wrong_family(model, example)
    return [example for example in examples if isinstance(example, kind)]


def wrong_family(model: nn.Module, example: Example) -> ValueError:
    """The error for an example that the model has no head for."""
    families = [family for family, kind in MODEL_FOR_FAMILY.items() if isinstance(model, kind)] or ["span"]
    return ValueError(
        f"a {type(model).__name__} answers {' and '.join(families)} tasks, not a {type(example).__name__}; "
        "fine-tune a model on this task"
    )


def require_shared_labels(gold: Sequence[str], labels: Sequence[str]) -> None:
    """Raise `ValueError` where the model knows none of the labels that the examples have: it learned another task."""
    if gold and not set(gold) & set(labels):
        raise ValueError(
            f"the model knows the labels {', '.join(labels)}, the examples have {', '.join(sorted(set(gold)))}; "
            "was it fine-tuned on another task?"
        )

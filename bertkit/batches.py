"""From stories to batches: tokenized examples, and which of them each training step sees."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from bertkit.randomness import generator, python_random
from bertkit.tokenizer import special_ids

POOLED_BATCHES = 50
"""So many batches are sorted by length together."""


def pad_batch(sequences: Sequence[Sequence[int]], pad_id: int) -> tuple[Tensor, Tensor]:
    """Pad token sequences on the right to the longest of this batch.

    Args:
        sequences: lists of token ids; a `pad_id` inside one counts as a real token, an empty one is all padding.
        pad_id: id to fill with.

    Returns:
        (input_ids, attention_mask), the mask True at real tokens.
            Shape: (B, T) each, int64 and bool

    Raises:
        ValueError: if there are no sequences.
    """
    if not sequences:
        raise ValueError("there are no sequences to pad; a batch needs at least one")
    lengths = torch.tensor([len(sequence) for sequence in sequences])
    input_ids = torch.full((len(sequences), int(lengths.max())), pad_id, dtype=torch.long)
    for row, sequence in enumerate(sequences):
        input_ids[row, : len(sequence)] = torch.tensor(sequence, dtype=torch.long)
    return input_ids, torch.arange(input_ids.shape[1]) < lengths[:, None]


@dataclass(frozen=True)
class Batch:
    """One batch of clean text."""

    input_ids: Tensor
    """Token ids, padded on the right. Shape: (B, T), int64"""
    attention_mask: Tensor
    """True at real tokens. Shape: (B, T), bool"""
    special_tokens_mask: Tensor
    """True at `[CLS]`, `[SEP]` and padding: never selected for prediction. Shape: (B, T), bool"""


@dataclass(frozen=True)
class Examples:
    """Tokenized training examples, each `[CLS] … [SEP]`, and the order in which training meets them."""

    sequences: Sequence[Sequence[int]]
    pad_id: int
    special_token_ids: tuple[int, ...]
    """Ids that are never selected for prediction."""

    def __post_init__(self) -> None:
        if not self.sequences:
            raise ValueError("there are no examples to train on; the text is empty")

    def batch(self, indices: Sequence[int]) -> Batch:
        """Collate the examples at `indices`."""
        input_ids, attention_mask = pad_batch([self.sequences[index] for index in indices], self.pad_id)
        special = torch.isin(input_ids, torch.tensor(self.special_token_ids)) | ~attention_mask
        return Batch(input_ids, attention_mask, special)

    def batches(self, batch_size: int, seed: int) -> Iterator[Batch]:
        """Endless batches: every epoch in an order of its own, which `seed` and the epoch's number decide.

        Examples of similar length share a batch, so that little of it is padding. An epoch's last batch is dropped
        where it is not full, unless it is the only one.

        Raises:
            ValueError: if `batch_size` is less than 1.
        """
        if batch_size < 1:
            raise ValueError(f"batch_size is {batch_size}; it has to be at least 1")
        batch_size = min(batch_size, len(self.sequences))
        epoch = 0
        while True:
            shuffling = generator(seed, "order", epoch)
            order = torch.randperm(len(self.sequences), generator=shuffling).tolist()
            # Sorting a pool of batches, not the whole corpus, leaves every batch a random mixture.
            pool = POOLED_BATCHES * batch_size
            pooled = [
                index
                for start in range(0, len(order), pool)
                for index in sorted(order[start : start + pool], key=lambda index: len(self.sequences[index]))
            ]
            starts = range(0, len(pooled) - batch_size + 1, batch_size)
            for number in torch.randperm(len(starts), generator=shuffling).tolist():
                yield self.batch(pooled[starts[number] : starts[number] + batch_size])
            epoch += 1


def runs_of_sentences(documents: Iterable[Sequence[str]], longest_run: int, rng: random.Random) -> Iterator[list[str]]:
    """Cut each document into runs of 1 to `longest_run` consecutive sentences, lengths drawn uniformly."""
    for document in documents:
        start = 0
        while start < len(document):
            stop = start + rng.randint(1, longest_run)
            yield list(document[start:stop])
            start = stop


def make_examples(
    documents: Iterable[Sequence[str]],
    tokenizer: Tokenizer,
    max_length: int = 64,
    longest_run: int = 4,
    seed: int = 0,
) -> Examples:
    """Tokenize runs of consecutive sentences as `[CLS] … [SEP]`, cut to `max_length` tokens.

    Args:
        documents: each a list of sentences.
        tokenizer: a tokenizer with BERT's special tokens.
        max_length: longest example, in tokens, both special tokens included.
        longest_run: most sentences in one example; short runs teach the model to do with little context.
        seed: decides where documents are cut.

    Raises:
        ValueError: if `max_length` leaves no room for a token, or there is no text.
    """
    if max_length < 3:
        raise ValueError(f"max_length is {max_length}; [CLS], [SEP] and a token need at least 3")
    ids = special_ids(tokenizer)
    texts = [" ".join(run) for run in runs_of_sentences(documents, longest_run, python_random(seed, "runs"))]
    encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
    sequences = [[ids.cls, *encoding.ids[: max_length - 2], ids.sep] for encoding in encodings if encoding.ids]
    return Examples(sequences, ids.pad, (ids.pad, ids.cls, ids.sep))

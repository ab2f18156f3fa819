"""From stories to batches: tokenized examples, and which of them each training step sees."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import torch
from tokenizers import Tokenizer
from torch import Tensor

from bertkit.data.checks import both, check_tensor, wrong
from bertkit.data.tokenizer import special_ids
from bertkit.randomness import generator, python_random

Item = TypeVar("Item")

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

    >>> input_ids, attention_mask = pad_batch([[2, 7, 3], [2, 3]], pad_id=0)
    >>> input_ids
    tensor([[2, 7, 3],
            [2, 3, 0]])
    >>> attention_mask
    tensor([[ True,  True,  True],
            [ True,  True, False]])
    """
    if not sequences:
        raise ValueError("there are no sequences to pad; a batch needs at least one")
    lengths = torch.tensor([len(sequence) for sequence in sequences])
    input_ids = torch.full((len(sequences), int(lengths.max())), pad_id, dtype=torch.long)
    for row, sequence in enumerate(sequences):
        input_ids[row, : len(sequence)] = torch.tensor(sequence, dtype=torch.long)
    return input_ids, torch.arange(input_ids.shape[1]) < lengths[:, None]


PadBatch = Callable[[Sequence[Sequence[int]], int], tuple[Tensor, Tensor]]
"""A function with the signature of `pad_batch`."""


def padded(pad_batch: PadBatch, sequences: Sequence[Sequence[int]], pad_id: int) -> tuple[Tensor, Tensor]:
    """What `pad_batch` returns. Raises `ValueError` where that is not ids and a mask of the right shape and types."""
    input_ids, attention_mask = both("pad_batch", pad_batch(sequences, pad_id), "input_ids and attention_mask")
    shape = (len(sequences), max(len(sequence) for sequence in sequences))
    check_tensor("pad_batch (input_ids)", input_ids, shape, torch.int64)
    check_tensor("pad_batch (attention_mask)", attention_mask, shape, torch.bool)
    return input_ids, attention_mask


PackPair = Callable[[Sequence[int], Sequence[int], int, int, int], tuple[list[int], list[int]]]
"""A function with the signature of `bertkit.objectives.nsp.pack_pair`."""


def packed(
    pack_pair: PackPair, first: Sequence[int], second: Sequence[int], cls_id: int, sep_id: int, max_length: int
) -> tuple[list[int], list[int]]:
    """What `pack_pair` returns. Raises `ValueError` where that is not two lists of one length that is not too long."""
    row = pack_pair(first, second, cls_id, sep_id, max_length)
    ids, types = both("pack_pair", row, "input_ids and token_type_ids")
    if not (isinstance(ids, list) and isinstance(types, list) and len(ids) == len(types) <= max_length):
        raise wrong("pack_pair", row, f"two lists of one length, at most {max_length}")
    return ids, types


@dataclass(frozen=True)
class Batch:
    """One batch of clean text."""

    input_ids: Tensor
    """Token ids, padded on the right. Shape: (B, T), int64"""
    attention_mask: Tensor
    """True at real tokens. Shape: (B, T), bool"""
    special_tokens_mask: Tensor
    """True at `[CLS]`, `[SEP]` and padding: never selected for prediction. Shape: (B, T), bool"""
    token_type_ids: Tensor | None = None
    """0 for the first text of a pair, 1 for the second; None where there are no pairs. Shape: (B, T), int64"""
    is_next: Tensor | None = None
    """Whether the second text follows the first; None where there are no pairs. Shape: (B,), bool"""


class BatchSource(Protocol):
    """Where clean batches come from: `TokenizedExamples` in memory, or a `Reader` of text on disk."""

    def batches(self, batch_size: int, seed: int, skip: int = 0) -> Iterator[Batch]:
        """Endless batches that `seed` decides, from number `skip` on."""
        ...


@dataclass(frozen=True)
class TokenizedExamples:
    """Tokenized training examples, each `[CLS] … [SEP]`, and the order in which training meets them."""

    sequences: Sequence[Sequence[int]]
    pad_id: int
    special_token_ids: tuple[int, ...]
    """Ids that are never selected for prediction."""
    second_starts: Sequence[int] | None = None
    """Where the second text of each pair begins; None where the examples are single texts."""
    is_next: Sequence[bool] | None = None
    """Whether the second text follows the first; None where the examples are single texts."""
    pad_batch: PadBatch = pad_batch
    cut: frozenset[int] = frozenset()
    """Numbers of the examples whose text went on: what came after the longest length was left out."""

    def __post_init__(self) -> None:
        if not self.sequences:
            raise ValueError("there are no examples to train on; the text is empty")

    def batch(self, indices: Sequence[int]) -> Batch:
        """Collate the examples at `indices`."""
        input_ids, attention_mask = padded(self.pad_batch, [self.sequences[index] for index in indices], self.pad_id)
        special = torch.isin(input_ids, torch.tensor(self.special_token_ids)) | ~attention_mask
        if self.second_starts is None or self.is_next is None:
            return Batch(input_ids, attention_mask, special)
        starts = torch.tensor([self.second_starts[index] for index in indices])
        types = (torch.arange(input_ids.shape[1]) >= starts[:, None]) & attention_mask
        return Batch(
            input_ids, attention_mask, special, types.long(), torch.tensor([self.is_next[index] for index in indices])
        )

    def in_order(self, batch_size: int) -> Iterator[Batch]:
        """All examples once, as they stand."""
        for start in range(0, len(self.sequences), batch_size):
            yield self.batch(range(start, min(start + batch_size, len(self.sequences))))

    def batches(self, batch_size: int, seed: int, skip: int = 0) -> Iterator[Batch]:
        """Endless batches: every epoch in an order of its own, which `seed` and the epoch's number decide.

        `skip` leaves so many out without making them.

        Examples of similar length share a batch, so that little of it is padding. An epoch's last batch is dropped
        where it is not full, unless it is the only one.

        Raises:
            ValueError: if `batch_size` is less than 1.
        """
        if batch_size < 1:
            raise ValueError(f"batch_size is {batch_size}; it has to be at least 1")
        batch_size = min(batch_size, len(self.sequences))
        number = epoch = 0
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
            for indices in shuffled_batches(pooled, batch_size, shuffling):
                number += 1
                if number > skip:
                    yield self.batch(indices)
            epoch += 1


def shuffled_batches(items: Sequence[Item], batch_size: int, generator: torch.Generator) -> Iterator[Sequence[Item]]:
    """Neighbours of `items` as batches, the batches in random order; what is left over at the end is dropped."""
    starts = range(0, len(items) - batch_size + 1, batch_size)
    for number in torch.randperm(len(starts), generator=generator).tolist():
        yield items[starts[number] : starts[number] + batch_size]


def truncated_lengths(first: int, second: int, room: int) -> tuple[int, int]:
    """How much of each side stays when the longer one loses tokens until both fit into `room` tokens.

    The longer side shrinks to the length of the other and then they take turns, `second` first: so a side shorter than
    half of the room stays whole.

    >>> truncated_lengths(10, 4, 8), truncated_lengths(10, 10, 9), truncated_lengths(2, 3, 9)
    ((4, 4), (5, 4), (2, 3))
    """
    if first + second <= room:
        return first, second
    second_half, first_half = room // 2, room - room // 2
    if first <= first_half:
        return first, room - first
    if second <= second_half:
        return room - second, second
    return first_half, second_half


def runs_of_sentences(documents: Iterable[Sequence[str]], longest_run: int, rng: random.Random) -> Iterator[list[str]]:
    """Cut each document into runs of 1 to `longest_run` consecutive sentences, lengths drawn uniformly."""
    for document in documents:
        for start, stop in run_bounds(len(document), longest_run, rng):
            yield list(document[start:stop])


def run_bounds(sentences: int, longest_run: int, rng: random.Random) -> Iterator[tuple[int, int]]:
    """Where the runs of a document of so many sentences start and stop; the last one may be cut short by its end."""
    start = 0
    while start < sentences:
        stop = min(start + rng.randint(1, longest_run), sentences)
        yield start, stop
        start = stop


def make_examples(
    documents: Iterable[Sequence[str]],
    tokenizer: Tokenizer,
    max_length: int = 64,
    longest_run: int = 4,
    seed: int = 0,
    pad_batch: PadBatch = pad_batch,
) -> TokenizedExamples:
    """Tokenize runs of consecutive sentences as `[CLS] … [SEP]`, cut to `max_length` tokens.

    Args:
        documents: each a list of sentences.
        tokenizer: a tokenizer with BERT's special tokens.
        max_length: longest example, in tokens, both special tokens included.
        longest_run: most sentences in one example; short runs teach the model to do with little context.
        seed: decides where documents are cut.
        pad_batch: makes batches of them.

    Raises:
        ValueError: if `max_length` leaves no room for a token, or there is no text.
    """
    if max_length < 3:
        raise ValueError(f"max_length is {max_length}; [CLS], [SEP] and a token need at least 3")
    ids = special_ids(tokenizer)
    texts = [" ".join(run) for run in runs_of_sentences(documents, longest_run, python_random(seed, "runs"))]
    encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
    tokens = [encoding.ids for encoding in encodings if encoding.ids]
    sequences = [[ids.cls, *each[: max_length - 2], ids.sep] for each in tokens]
    cut = frozenset(number for number, each in enumerate(tokens) if len(each) > max_length - 2)
    return TokenizedExamples(sequences, ids.pad, (ids.pad, ids.cls, ids.sep), pad_batch=pad_batch, cut=cut)

"""Reading a token store for pre-training: packed examples, cut anew every epoch, in batches that a seed decides.

A batch is a function of seed and number alone, so any process that asks for it gets the same one. What is held in
memory is one pool of batches, however long the text.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import torch

from bertkit.data.batches import (
    POOLED_BATCHES,
    Batch,
    PackPair,
    PadBatch,
    TokenizedExamples,
    packed,
    pad_batch,
    padded,
    run_bounds,
    shuffled_batches,
    truncated_lengths,
)
from bertkit.data.checks import described, wrong
from bertkit.data.token_store import TokenStore
from bertkit.data.tokenizer import SpecialIds
from bertkit.randomness import generator, python_random

Negatives = Literal["none", "random", "same topic", "parallel", "swapped"]
"""What stands in the second place of a pair that is not real: nothing, as no pairs are made; a run of sentences from
any other document (BERT); from another document of the same topic; from such a one the sentences that stand where the
real second stands; or the real pair the wrong way round (ALBERT)."""

OF_ONE_TOPIC = ("same topic", "parallel")

NEIGHBOURS = 64
"""So many documents that stand side by side are read together; their order among themselves is drawn later."""


class Segment(NamedTuple):
    """Consecutive sentences of one document: tokens `start` to `stop` of a shard."""

    shard: int
    start: int
    stop: int

    @property
    def length(self) -> int:
        """In tokens."""
        return self.stop - self.start


class PretrainingExample(NamedTuple):
    """One input: `[CLS] first [SEP]`, or `[CLS] first [SEP] second [SEP]`."""

    first: Segment
    second: Segment | None
    is_next: bool

    def kept(self, max_length: int) -> tuple[int, int]:
        """Tokens of both sides that fit into `max_length`."""
        if self.second is None:
            return min(self.first.length, max_length - 2), 0
        return truncated_lengths(self.first.length, self.second.length, max_length - 3)


SamplePairs = Callable[[Sequence[Sequence[Any]], Random], list[tuple[Any, Any, bool]]]
"""A function with the signature of `bertkit.objectives.nsp.sample_pairs`."""


@dataclass(frozen=True)
class Reader:
    """How a store is read.

    Pairs, packing and padding can be exchanged for functions of one's own, for example those of
    `bertkit.objectives.nsp`. Left at None they are the reader's: the same rows, made a batch at a time.

    Raises `ValueError` where nothing can be read in that way.
    """

    store: TokenStore
    ids: SpecialIds
    max_length: int = 64
    """Longest input, in tokens, special ones included."""
    longest_run: int = 3
    """Most sentences on one side; lengths are drawn uniformly from 1 to this."""
    negatives: Negatives = "random"
    sample_pairs: SamplePairs | None = None
    """Makes the pairs of some documents, whose sentences are here runs of sentences. Those that it gets together are
    `NEIGHBOURS` that stand side by side (with "same topic", of one topic), and no run of a real pair is used up."""
    pack_pair: PackPair | None = None
    """Makes one row of a pair."""
    pad_batch: PadBatch | None = None
    """Makes a batch of rows."""

    def __post_init__(self) -> None:
        if self.negatives not in get_args(Negatives):
            raise ValueError(f"negatives is {self.negatives!r}; choose one of {', '.join(get_args(Negatives))}")
        least = 3 if self.negatives == "none" else 5
        if self.max_length < least:
            raise ValueError(f"max_length is {self.max_length}; the special tokens and a token a side need {least}")
        if self.longest_run < 1:
            raise ValueError(f"longest_run is {self.longest_run}; it has to be at least 1")
        if self.negatives in ("random", *OF_ONE_TOPIC) and len(self.store) < 2:
            raise ValueError(
                f"{len(self.store)} document(s) to read; a random second sentence comes from another one, so at least "
                "2 are needed: put blank lines between documents, or train without next-sentence prediction"
            )
        if self.negatives in ("swapped", "parallel") and self.sample_pairs is not None:
            raise ValueError(
                f"negatives is {self.negatives!r}, but sample_pairs makes random ones; drop one of the two"
            )
        if self.negatives in OF_ONE_TOPIC:
            for topic, documents in zip(self.store.topics, self.store.by_topic, strict=True):
                if len(documents) == 1:
                    raise ValueError(f"topic {topic!r} has one document; a second of the same topic needs another one")

    def batches(self, batch_size: int, seed: int, skip: int = 0) -> Iterator[Batch]:
        """Endless batches, the same for the same seed; `skip` leaves so many out without making them.

        Examples of similar length share a batch, so that little of it is padding. Where a pool of examples does not
        fill its last batch, the rest of it is dropped; the next epoch cuts the text elsewhere.

        Raises:
            ValueError: if `batch_size` is less than 1, or no document has two sentences and pairs are wanted.
        """
        if batch_size < 1:
            raise ValueError(f"batch_size is {batch_size}; it has to be at least 1")
        return self._batches(batch_size, seed, skip)

    def _batches(self, batch_size: int, seed: int, skip: int) -> Iterator[Batch]:
        number = epoch = 0
        while True:
            before = number
            for pool_number, pool in enumerate(self._pools(batch_size, seed, epoch)):
                if number == before and len(pool) < batch_size:
                    pool = pool * -(-batch_size // len(pool)) if pool else pool  # a text shorter than one batch
                drawing = generator(seed, "batches", epoch, pool_number)
                # Shuffled before it is sorted, or equal lengths would stay in the order of the text.
                shuffled = [pool[index] for index in torch.randperm(len(pool), generator=drawing).tolist()]
                shuffled.sort(key=lambda example: sum(example.kept(self.max_length)))
                for examples in shuffled_batches(shuffled, batch_size, drawing):
                    number += 1
                    if number > skip:
                        yield self.collate(examples)
            if number == before:  # by chance, in a very short text, or for ever
                self._check_pairs("learn from")
            epoch += 1

    def _pools(self, batch_size: int, seed: int, epoch: int) -> Iterator[list[PretrainingExample]]:
        """An epoch's examples, so many at a time that they fill some tens of batches."""
        blocks = self.blocks()
        order = torch.randperm(len(blocks), generator=generator(seed, "order", epoch)).tolist()
        pool: list[PretrainingExample] = []
        for block in order:
            pool += self.examples_of(blocks[block], python_random(seed, "cuts", epoch, block))
            if len(pool) >= POOLED_BATCHES * batch_size:
                yield pool
                pool = []
        if pool:
            yield pool

    def blocks(self) -> list[Sequence[int]]:
        """All documents, those together that are read together."""
        if not self._pairs_are_given:
            return blocks_of(range(len(self.store)), at_least=1)
        if self.negatives == "same topic":
            return [block for documents in self.store.by_topic for block in blocks_of(documents.tolist(), at_least=2)]
        return blocks_of(range(len(self.store)), at_least=2)

    @property
    def _pairs_are_given(self) -> bool:
        return self.sample_pairs is not None and self.negatives != "none"

    def examples_of(self, documents: Sequence[int], rng: Random) -> list[PretrainingExample]:
        """Cut documents into examples.

        A document is cut into runs of sentences. Without pairs, every run is an example. With pairs, a run and the
        next one are a real pair with probability 1/2, and are both used up; else the run gets a second that does not
        belong to it, and the next run starts the next pair, as in the released `create_pretraining_data.py`. A last
        run without a next one starts no pair. With `sample_pairs`, it says which pairs there are.
        """
        if self.sample_pairs is not None and self._pairs_are_given:
            return sampled(self.sample_pairs, [self._runs(document, rng) for document in documents], rng)
        examples: list[PretrainingExample] = []
        for document in documents:
            runs = self._runs(document, rng)
            if self.negatives == "none":
                examples += [PretrainingExample(run, None, False) for run in runs]
                continue
            place = 0
            while place + 1 < len(runs):
                first, following = runs[place], runs[place + 1]
                if rng.random() < 0.5:
                    examples.append(PretrainingExample(first, following, True))
                    place += 2
                elif self.negatives == "swapped":
                    examples.append(PretrainingExample(following, first, False))
                    place += 2
                elif self.negatives == "parallel":
                    examples.append(PretrainingExample(first, self._parallel_run(document, following, rng), False))
                    place += 1
                else:
                    examples.append(PretrainingExample(first, self._run_elsewhere(document, rng), False))
                    place += 1
        return examples

    def _runs(self, document: int, rng: Random) -> list[Segment]:
        """A document, cut into runs of sentences."""
        shard, index = self.store.locate(document)
        bounds = self.store.shards[shard].bounds(index)
        return [
            Segment(shard, bounds[start], bounds[stop])
            for start, stop in run_bounds(len(bounds) - 1, self.longest_run, rng)
        ]

    def _run_elsewhere(self, document: int, rng: Random) -> Segment:
        """A run that starts at a random sentence of another document, of the same topic where that is wanted."""
        shard, bounds = self._another(document, rng)
        start = rng.randrange(len(bounds) - 1)
        return Segment(shard, bounds[start], bounds[min(start + rng.randint(1, self.longest_run), len(bounds) - 1)])

    def _parallel_run(self, document: int, run: Segment, rng: Random) -> Segment:
        """The sentences of another document of the topic that have the numbers of a run's; its last, if it is short."""
        own = self.store.shards[run.shard].bounds(self.store.locate(document)[1])
        shard, bounds = self._another(document, rng)
        start, stop = own.index(run.start), own.index(run.stop)
        start = min(start, len(bounds) - 2)
        return Segment(shard, bounds[start], bounds[min(max(stop, start + 1), len(bounds) - 1)])

    def _another(self, document: int, rng: Random) -> tuple[int, list[int]]:
        """Another document, of the same topic where that is wanted: its shard, and where its sentences start there."""
        same_topic = self.negatives in OF_ONE_TOPIC
        candidates = self.store.by_topic[self.store.topic(document)] if same_topic else range(len(self.store))
        drawn = rng.randrange(len(candidates) - 1)
        other = int(candidates[drawn + (drawn >= bisect_left(candidates, document))])
        shard, index = self.store.locate(other)
        return shard, self.store.shards[shard].bounds(index)

    def collate(self, examples: Sequence[PretrainingExample]) -> Batch:
        """Pack and pad: rows as `pack_pair` makes them."""
        if self.pack_pair is not None or self.pad_batch is not None:
            return self._collate_by_rows(examples)
        kept = [example.kept(self.max_length) for example in examples]
        pairs = self.negatives != "none"
        lengths = np.array([first + second + (3 if pairs else 2) for first, second in kept])
        input_ids = np.full((len(examples), int(lengths.max())), self.ids.pad, dtype=np.int64)
        special = np.arange(input_ids.shape[1]) >= lengths[:, None]
        attention_mask = ~special
        special[:, 0] = True
        types = np.zeros_like(input_ids)
        for row, (example, (first, second)) in enumerate(zip(examples, kept, strict=True)):
            run = example.first
            input_ids[row, 0] = self.ids.cls
            input_ids[row, 1 : first + 1] = self.store.shards[run.shard].tokens[run.start : run.start + first]
            ends = [first + 1]
            if example.second is not None:
                run, start = example.second, first + 2
                input_ids[row, start : start + second] = self.store.shards[run.shard].tokens[
                    run.start : run.start + second
                ]
                types[row, start : start + second + 1] = 1
                ends.append(start + second)
            input_ids[row, ends] = self.ids.sep
            special[row, ends] = True
        batch = (torch.from_numpy(input_ids), torch.from_numpy(attention_mask), torch.from_numpy(special))
        if not pairs:
            return Batch(*batch)
        return Batch(*batch, torch.from_numpy(types), torch.tensor([example.is_next for example in examples]))

    def _collate_by_rows(self, examples: Sequence[PretrainingExample]) -> Batch:
        """`collate` by functions that make one row, and a batch of rows."""
        rows = [self._row(example) for example in examples]
        pad = self.pad_batch or pad_batch
        input_ids, attention_mask = padded(pad, [ids for ids, _ in rows], self.ids.pad)
        special = torch.isin(input_ids, torch.tensor([self.ids.cls, self.ids.sep])) | ~attention_mask
        if self.negatives == "none":
            return Batch(input_ids, attention_mask, special)
        types, _ = padded(pad, [types for _, types in rows], 0)
        return Batch(input_ids, attention_mask, special, types, torch.tensor([each.is_next for each in examples]))

    def _row(self, example: PretrainingExample) -> tuple[list[int], list[int]]:
        """Token ids and token types of one example."""
        cls, sep = self.ids.cls, self.ids.sep
        first, second = (
            [] if run is None else self.store.shards[run.shard].tokens[run.start : run.stop].tolist()
            for run in (example.first, example.second)
        )
        if example.second is not None and self.pack_pair is not None:
            return packed(self.pack_pair, first, second, cls, sep, self.max_length)
        kept, of_second = example.kept(self.max_length)
        ids = [cls, *first[:kept], sep]
        types = [0] * len(ids)
        if example.second is not None:
            ids += [*second[:of_second], sep]
            types += [1] * (of_second + 1)
        return ids, types

    def first_examples(self, count: int, seed: int) -> list[PretrainingExample]:
        """The first `count` examples of the text, cut once and for all: for judging a model always by the same.

        Raises:
            ValueError: if there are none.
        """
        found: list[PretrainingExample] = []
        attempt = 0
        while not found:
            alone = ([document] for document in range(len(self.store)))
            for number, documents in enumerate(self.blocks() if self._pairs_are_given else alone):
                rng = python_random(seed, "examples", number, *([attempt] if attempt else []))
                found += self.examples_of(documents, rng)
                if len(found) >= count:
                    break
            if not found:  # by chance, in a very short text, or for ever
                self._check_pairs("judge by")
                attempt += 1
        return found[:count]

    def _check_pairs(self, purpose: str) -> None:
        """Raise `ValueError` where the text can have no pair, however it is cut."""
        if self.negatives != "none" and not any((np.diff(shard.documents) > 1).any() for shard in self.store.shards):
            raise ValueError(
                f"no document has two consecutive sentences, so there are no pairs to {purpose}; put blank lines "
                "between documents of several sentences, or train without next-sentence prediction"
            )

    def in_memory(self, examples: Sequence[PretrainingExample]) -> TokenizedExamples:
        """These examples, packed."""
        batch = self.collate(examples)
        lengths = batch.attention_mask.sum(dim=1).tolist()
        sequences = [row[:length] for row, length in zip(batch.input_ids.tolist(), lengths, strict=True)]
        special, pad = (self.ids.pad, self.ids.cls, self.ids.sep), self.pad_batch or pad_batch
        if batch.token_type_ids is None or batch.is_next is None:
            return TokenizedExamples(sequences, self.ids.pad, special, pad_batch=pad)
        starts = batch.token_type_ids.argmax(dim=1).tolist()
        return TokenizedExamples(sequences, self.ids.pad, special, starts, batch.is_next.tolist(), pad)


def blocks_of(documents: Sequence[int], at_least: int) -> list[Sequence[int]]:
    """So many neighbours each; what is left over is a block of its own if it is as many as `at_least`."""
    starts = [*range(0, len(documents), NEIGHBOURS)]
    if len(starts) > 1 and len(documents) - starts[-1] < at_least:
        starts.pop()
    return [documents[start:stop] for start, stop in pairwise([*starts, len(documents)])]


def sampled(sample_pairs: SamplePairs, documents: Sequence[Sequence[Segment]], rng: Random) -> list[PretrainingExample]:
    """The pairs that `sample_pairs` makes of documents, each a list of runs. Raises `ValueError` for what are none."""
    pairs = sample_pairs(documents, rng)
    if not isinstance(pairs, list):
        raise wrong("sample_pairs", pairs, "a list of (first, second, is_next)")
    if not pairs and any(len(runs) > 1 for runs in documents):
        raise ValueError(f"sample_pairs returned no pair of {len(documents)} documents; each two neighbours make one")
    examples: list[PretrainingExample] = []
    for pair in pairs:
        match pair:
            case (Segment() as first, Segment() as second, bool(is_next)):
                examples.append(PretrainingExample(first, second, is_next))
            case _:
                raise ValueError(
                    f"sample_pairs returned {described(pair)} among its pairs; each has to be (first, second, "
                    "is_next), two sentences that it was given and a bool"
                )
    return examples

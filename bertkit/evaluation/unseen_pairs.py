"""Pairs of sentences that no training has read, by kind of negative, and what a reader makes of them.

Beside every pair stands what the best possible reader makes of it: the exact probability that the second follows the
first, for who knows the world that told the stories and how pairs were drawn from them.
"""

import math
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from bertkit.data.batches import Batch, TokenizedExamples
from bertkit.data.corpus import PreparedCorpus, story_documents
from bertkit.data.reading import Negatives, PretrainingExample, Reader, Segment
from bertkit.data.token_store import TokenStore, open_store, write_store
from bertkit.evaluation.floors import best_reader, hidden_windows, world_of
from bertkit.evaluation.metrics import check_lengths
from bertkit.model.bert import BertForMaskedLM, BertForPreTraining
from bertkit.model.freeze import cache_features, evaluation_mode
from bertkit.objectives.nsp import sample_pairs
from bertkit.story_world.posterior import PairReader

UNSEEN_SEED = 7_000_051
LONGEST = 96
"""Longest pair, in tokens. Of three sentences and three hardly any is longer."""
BATCH_SIZE = 64


@dataclass(frozen=True)
class UnseenPairs:
    """N pairs with the truth about them."""

    examples: TokenizedExamples
    """As a model reads them."""
    texts: Sequence[tuple[str, str]]
    follows: Sequence[bool]
    """Whether the second follows the first."""
    limits: Sequence[float]
    """Probability that the best possible reader gives to "follows"."""
    topics: Sequence[str]
    """Of each first; where the stories are grouped by place, its plot and its place."""

    @property
    def limit(self) -> float:
        """Accuracy of the best possible reader: the expected one, which has no noise of its own."""
        return sum(max(each, 1 - each) for each in self.limits) / len(self.limits)

    @property
    def limit_loss(self) -> float:
        """Loss of the best possible reader, in nats: the expected one."""
        return sum(entropy(each) + entropy(1 - each) for each in self.limits) / len(self.limits)


def unseen_pairs(
    corpus: PreparedCorpus,
    negatives: Negatives,
    sentences: int | None = None,
    count: int = 500,
    longest_run: int = 3,
    seed: int = UNSEEN_SEED,
) -> UnseenPairs:
    """Tell stories and make pairs of them, half of them real on average; random ones as `sample_pairs` makes them.

    Args:
        corpus: whose tokenizer reads them, and whose topics they have.
        negatives: what stands in the second place of a pair that is not real. Parallel ones are of the same plot and
            the same place.
        sentences: exactly so many on each side; 1 to `longest_run` if None.
        count: how many pairs.
        longest_run: most sentences on one side, where `sentences` is None.
        seed: which stories; the default is far from the seeds that people type.

    Raises:
        ValueError: if the corpus was not told by the story world, no negatives are wanted, or numbers leave no pairs.
    """
    if negatives == "none":
        raise ValueError("negatives is 'none'; pairs that are to be told apart need some")
    grouping = "place" if negatives == "parallel" else "topic"
    told = story_documents(world_of(corpus), seed, count * (sentences or 1) ** 2, grouping)
    with tempfile.TemporaryDirectory() as folder:
        write_store(Path(folder) / "stories", told, corpus.tokenizer)
        store = open_store(Path(folder) / "stories")
        source = {**corpus.source, "grouping": grouping}
        unseen = PreparedCorpus(corpus.tokenizer, store, store, source)
        own = sample_pairs if negatives == "random" else None
        reader = Reader(store, corpus.ids, LONGEST, sentences or longest_run, negatives, own)
        examples = [
            example
            for example in reader.first_examples(len(store) * longest_run**2, seed)
            if example.second is not None
            and (sentences is None or {sentences} == {length_of(store, run) for run in (example.first, example.second)})
        ][:count]
        if len(examples) < count:
            raise ValueError(
                f"{len(store)} stories have {len(examples)} pairs of this kind; ask for fewer than {count}"
            )
        best = best_reader(unseen, reader)
        assert isinstance(best, PairReader)
        return UnseenPairs(
            reader.in_memory(examples),
            [texts_of(unseen, store, example) for example in examples],
            [example.is_next for example in examples],
            [exact(best, reader, example) for example in examples],
            [store.topics[store.topic(document_of(store, example.first))] for example in examples],
        )


def entropy(probability: float) -> float:
    """What one outcome adds to the entropy, in nats."""
    return -probability * math.log(probability) if probability > 0 else 0.0


def exact(best: PairReader, reader: Reader, example: PretrainingExample) -> float:
    """The probability that the second follows, for the best possible reader."""
    first, second = hidden_windows(reader, example, [])
    return best.read(first.tokens, second.tokens, (first.open_end, second.open_end)).is_next


def length_of(store: TokenStore, run: Segment) -> int:
    """Sentences of a run."""
    starts = store.shards[run.shard].sentences
    return int(np.searchsorted(starts, run.stop) - np.searchsorted(starts, run.start))


def document_of(store: TokenStore, run: Segment) -> int:
    """The number of the document that a run is of."""
    shard = store.shards[run.shard]
    sentence = np.searchsorted(shard.sentences, run.start)
    index = int(np.searchsorted(shard.documents, sentence, side="right")) - 1
    return sum(len(each) for each in store.shards[: run.shard]) + index


def texts_of(corpus: PreparedCorpus, store: TokenStore, example: PretrainingExample) -> tuple[str, str]:
    """Both sides as text."""
    assert example.second is not None
    first, second = (
        corpus.tokenizer.decode(store.shards[run.shard].tokens[run.start : run.stop].tolist())
        for run in (example.first, example.second)
    )
    return first, second


def cls_vectors(model: BertForMaskedLM | BertForPreTraining, examples: TokenizedExamples) -> Tensor:
    """The encoder's vectors at `[CLS]`, nothing hidden. Shape: (N, H)"""
    return cache_features(model.bert, map(shown, examples.in_order(BATCH_SIZE)))


def shown(batch: Batch) -> dict[str, Tensor]:
    """Pairs as an encoder's arguments. Raises `ValueError` for single texts."""
    if batch.token_type_ids is None:
        raise ValueError("these are single texts; pass pairs")
    return {
        "input_ids": batch.input_ids,
        "attention_mask": batch.attention_mask,
        "token_type_ids": batch.token_type_ids,
    }


def says_follows(model: BertForPreTraining, examples: TokenizedExamples) -> list[float]:
    """The probability that a model gives to "follows", for each pair."""
    with torch.no_grad(), evaluation_mode(model):
        logits = model.nsp(cls_vectors(model, examples)[:, None])
    probabilities: list[float] = logits.softmax(dim=-1)[:, 0].tolist()
    return probabilities


def words_in_common(examples: TokenizedExamples) -> list[int]:
    """How many different tokens stand on both sides of each pair, special ones not counted.

    Raises:
        ValueError: for single texts.
    """
    if examples.second_starts is None:
        raise ValueError("these are single texts; words in common need two sides")
    special = set(examples.special_token_ids)
    return [
        len((set(row[:start]) & set(row[start:])) - special)
        for row, start in zip(examples.sequences, examples.second_starts, strict=True)
    ]


def best_threshold(counts: Sequence[int], follows: Sequence[bool]) -> int:
    """The number from which on "follows" is said by the rule that is most often right."""
    check_lengths(counts, follows)
    return max(
        range(max(counts) + 2),
        key=lambda least: share_right([float(count >= least) for count in counts], follows),
    )


def share_right(said: Sequence[float], follows: Sequence[bool]) -> float:
    """How often probabilities of "follows" are on the right side of 1/2; one that is even counts one half.

    >>> share_right([0.9, 0.2, 0.5], [True, True, False])
    0.5

    Raises:
        ValueError: where the lengths differ, or there is nothing to judge.
    """
    check_lengths(said, follows)
    if not follows:
        raise ValueError("the accuracy on no pairs is not defined; pass at least one")
    right = [0.5 if each == 0.5 else float((each > 0.5) == truth) for each, truth in zip(said, follows, strict=True)]
    return sum(right) / len(right)

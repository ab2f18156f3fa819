"""Reading a store: which pairs there are, how they are packed, and that a seed decides every batch."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import binom
from tokenizers import Tokenizer

from bertkit.data.batches import POOLED_BATCHES, Batch, pad_batch
from bertkit.data.reading import NEIGHBOURS, Negatives, PretrainingExample, Reader, Segment
from bertkit.data.token_store import Document, Shard, TokenStore, open_store, write_store
from bertkit.data.tokenizer import SpecialIds, special_ids, train_tokenizer
from bertkit.objectives.nsp import pack_pair, sample_pairs

IDS = SpecialIds(pad=0, unk=1, cls=2, sep=3, mask=4)
NEGATIVES: tuple[Negatives, ...] = ("none", "random", "same topic", "parallel", "swapped")
PAIRS = NEGATIVES[1:]
IMPROBABLE = 1e-9
"""A right reader fails a statistical test with this probability, and the seeds are fixed."""


def store_of(documents: Sequence[Sequence[int]], topics: Sequence[int] | None = None, shards: int = 1) -> TokenStore:
    """A store in memory of documents that are given by the lengths of their sentences.

    A token says where it stands: 5 and on for the first of the text, and so on.
    """
    topics = topics or [0] * len(documents)
    made = []
    token = 5
    for part in np.array_split(np.arange(len(documents)), shards):
        lengths = [length for number in part for length in documents[number]]
        counts = [len(documents[number]) for number in part]
        made.append(
            Shard(
                np.arange(token, token + sum(lengths)),
                np.cumsum([0, *lengths]),
                np.cumsum([0, *counts]),
                np.array([topics[number] for number in part]),
            )
        )
        token += sum(lengths)
    return TokenStore(made, [f"topic {number}" for number in range(max(topics) + 1)])


def varied(count: int = 200, shards: int = 3) -> TokenStore:
    """Documents of 1 to 9 sentences of 1 to 8 tokens, about five topics."""
    rng = Random(1)
    documents = [[rng.randint(1, 8) for _ in range(rng.randint(1, 9))] for _ in range(count)]
    return store_of(documents, [number % 5 for number in range(count)], shards)


VARIED = varied()


def reader_of(store: TokenStore, negatives: Negatives = "random", **settings: int) -> Reader:
    return Reader(store, IDS, negatives=negatives, **settings)


def tokens_of(store: TokenStore, run: Segment) -> list[int]:
    return store.shards[run.shard].tokens[run.start : run.stop].tolist()


def sentences_of(store: TokenStore) -> dict[tuple[int, int], tuple[int, int]]:
    """(document, place in it) of the sentence that starts with a token, by that token's shard and place there."""
    found = {}
    for document in range(len(store)):
        shard, index = store.locate(document)
        for place, start in enumerate(store.shards[shard].bounds(index)[:-1]):
            found[shard, start] = (document, place)
    return found


STARTS = sentences_of(VARIED)


def place_of(run: Segment) -> tuple[int, int]:
    """(document, sentence) where a run of `VARIED` starts."""
    return STARTS[run.shard, run.start]


def assert_same_batch(one: Batch, other: Batch) -> None:
    for name, value in vars(one).items():
        there = getattr(other, name)
        assert (value is None and there is None) or torch.equal(value, there), name


def assert_same_batches(one: Iterator[Batch], other: Iterator[Batch], count: int) -> None:
    for _ in range(count):
        assert_same_batch(next(one), next(other))


def rows(batch: Batch) -> set[tuple[int, ...]]:
    return set(map(tuple, batch.input_ids.tolist()))


# Rows


@pytest.mark.parametrize("max_length", [5, 6, 9, 12, 40])
@pytest.mark.parametrize("negatives", PAIRS)
def test_pairs_are_packed_by_the_rule(negatives: Negatives, max_length: int) -> None:
    reader = reader_of(VARIED, negatives, max_length=max_length)
    examples = reader.examples_of(range(80), Random(0))
    assert len(examples) > 50
    batch = reader.collate(examples)
    kinds = Counter[str]()
    for row, example in enumerate(examples):
        sides = [tokens_of(VARIED, run) for run in (example.first, example.second)]
        ids, types = pack_pair(*sides, IDS.cls, IDS.sep, max_length)
        width = batch.input_ids.shape[1] - len(ids)
        assert batch.input_ids[row].tolist() == ids + [IDS.pad] * width
        assert batch.token_type_ids[row].tolist() == types + [0] * width
        assert batch.attention_mask[row].tolist() == [True] * len(ids) + [False] * width
        ends = {0, types.index(1) - 1, len(ids) - 1}
        assert batch.special_tokens_mask[row].tolist() == [
            place in ends or place >= len(ids) for place in range(len(ids) + width)
        ]
        assert bool(batch.is_next[row]) == example.is_next
        kinds["cut" if sum(map(len, sides)) > max_length - 3 else "whole"] += 1
    assert kinds["cut"] if max_length < 12 else kinds["whole"]
    assert int(batch.attention_mask.sum(dim=1).max()) == batch.input_ids.shape[1]


@pytest.mark.parametrize("max_length", [3, 7, 60])
def test_single_runs_are_packed(max_length: int) -> None:
    reader = reader_of(VARIED, "none", max_length=max_length)
    examples = reader.examples_of(range(40), Random(0))
    batch = reader.collate(examples)
    assert (batch.token_type_ids, batch.is_next) == (None, None)
    for row, example in enumerate(examples):
        ids = [IDS.cls, *tokens_of(VARIED, example.first)[: max_length - 2], IDS.sep]
        width = batch.input_ids.shape[1] - len(ids)
        assert batch.input_ids[row].tolist() == ids + [IDS.pad] * width
        inside = [True, *[False] * (len(ids) - 2), True]
        assert batch.special_tokens_mask[row].tolist() == inside + [True] * width
        assert batch.attention_mask[row].tolist() == [True] * len(ids) + [False] * width


def test_types_of_a_batch() -> None:
    reader = reader_of(VARIED)
    batch = next(reader.batches(4, seed=0))
    dtypes = {name: value.dtype for name, value in vars(batch).items()}
    assert dtypes == {
        "input_ids": torch.int64,
        "attention_mask": torch.bool,
        "special_tokens_mask": torch.bool,
        "token_type_ids": torch.int64,
        "is_next": torch.bool,
    }


@pytest.mark.parametrize("negatives", NEGATIVES)
def test_examples_in_memory_are_the_same(negatives: Negatives) -> None:
    reader = reader_of(VARIED, negatives, max_length=20)
    examples = reader.first_examples(50, seed=0)
    assert len(examples) == 50
    assert_same_batch(reader.in_memory(examples).batch(range(50)), reader.collate(examples))


# Pairs


def check_real(first: Segment, second: Segment) -> None:
    """The second starts where the first stops, in the same document."""
    assert (first.shard, first.stop) == (second.shard, second.start)
    assert place_of(first)[0] == place_of(second)[0]


def check_random(first: Segment, second: Segment) -> None:
    assert place_of(first)[0] != place_of(second)[0]


def check_same_topic(first: Segment, second: Segment) -> None:
    check_random(first, second)
    assert VARIED.topic(place_of(first)[0]) == VARIED.topic(place_of(second)[0])


def check_parallel(first: Segment, second: Segment) -> None:
    """It stands where the real second stands in its own document, or last in a shorter one."""
    check_same_topic(first, second)
    document, number = place_of(first)
    (after,) = [place[1] for start, place in STARTS.items() if place[0] == document and start[1] == first.stop] or [
        None
    ]
    other = place_of(second)[0]
    assert after is not None
    assert place_of(second)[1] == min(after, sum(place[0] == other for place in STARTS.values()) - 1)
    assert number < after


def check_swapped(first: Segment, second: Segment) -> None:
    check_real(second, first)


@pytest.mark.parametrize(
    ("negatives", "check"),
    [
        ("random", check_random),
        ("same topic", check_same_topic),
        ("parallel", check_parallel),
        ("swapped", check_swapped),
    ],
)
def test_half_of_the_pairs_are_real(negatives: Negatives, check: Callable[[Segment, Segment], None]) -> None:
    reader = reader_of(VARIED, negatives)
    coins = []
    for seed in range(20):
        for document in range(len(VARIED)):
            examples = reader.examples_of([document], Random(1000 * seed + document))
            for example in examples:
                (check_real if example.is_next else check)(example.first, example.second)
            # Whether there is a later pair depends on the first: only first pairs are coins, so many and no more.
            coins += [example.is_next for example in examples[:1]]
    low, high = binom.interval(1 - IMPROBABLE, len(coins), 0.5)
    assert len(coins) > 2000
    assert low <= sum(coins) <= high


GIVEN = ({"pack_pair": pack_pair}, {"pad_batch": pad_batch}, {"pack_pair": pack_pair, "pad_batch": pad_batch})


@pytest.mark.parametrize("given", GIVEN, ids=lambda given: " and ".join(given))
@pytest.mark.parametrize("negatives", NEGATIVES)
@pytest.mark.parametrize("max_length", [9, 40])
def test_given_functions_make_the_rows_that_the_reader_makes(
    max_length: int, negatives: Negatives, given: dict[str, Any]
) -> None:
    usual, other = (Reader(VARIED, IDS, max_length, 3, negatives, **more) for more in ({}, given))
    assert_same_batches(usual.batches(8, seed=3), other.batches(8, seed=3), 12)
    examples = usual.first_examples(30, 0)
    for one, there in zip(usual.in_memory(examples).in_order(7), other.in_memory(examples).in_order(7), strict=True):
        assert_same_batch(one, there)


@pytest.mark.parametrize(("negatives", "check"), [("random", check_random), ("same topic", check_same_topic)])
def test_given_pairs_are_those_of_the_whole_text(
    negatives: Negatives, check: Callable[[Segment, Segment], None]
) -> None:
    """One for each two neighbours; what does not belong comes from among the documents that are read together."""
    reader = Reader(VARIED, IDS, 64, 1, negatives, sample_pairs)
    rng = Random(0)
    examples = [example for block in reader.blocks() for example in reader.examples_of(block, rng)]
    firsts = sorted(place_of(example.first) for example in examples)
    assert firsts == sorted(place for place in STARTS.values() if (place[0], place[1] + 1) in set(STARTS.values()))
    for example in examples:
        assert example.second is not None
        (check_real if example.is_next else check)(example.first, example.second)
    real = sum(example.is_next for example in examples)
    assert IMPROBABLE < binom.cdf(real, len(examples), 0.5) < 1 - IMPROBABLE
    again = Reader(VARIED, IDS, 64, 1, negatives, sample_pairs)
    assert_same_batches(reader.batches(8, seed=1), again.batches(8, seed=1), 20)


def test_random_seconds_come_from_all_topics_and_documents() -> None:
    reader = reader_of(VARIED)
    false_pairs = [
        example
        for seed in range(20)
        for example in reader.examples_of(range(len(VARIED)), Random(seed))
        if not example.is_next
    ]
    same = sum(VARIED.topic(place_of(each.first)[0]) == VARIED.topic(place_of(each.second)[0]) for each in false_pairs)
    low, high = binom.interval(1 - IMPROBABLE, len(false_pairs), 39 / 199)  # 40 documents a topic, its own is out
    assert low <= same <= high
    documents = Counter(place_of(each.second)[0] for each in false_pairs)
    high = binom.isf(IMPROBABLE / 200, len(false_pairs), 1 / 199)
    assert len(documents) == 200
    assert max(documents.values()) <= high


class OneSentenceRuns(Random):
    """Python's generator, but that it draws nothing where there is no choice: every run is one sentence."""

    def randint(self, a: int, b: int) -> int:
        assert (a, b) == (1, 1)
        return 1


class LoadedCoin(OneSentenceRuns):
    """One that tosses the same side all the time."""

    toss = 0.0

    def random(self) -> float:
        return self.toss

    def getrandbits(self, k: int) -> int:  # or Python would make whole numbers of the coin
        return super().getrandbits(k)


def sentences_by_topic(store: TokenStore) -> list[list[list[tuple[int, ...]]]]:
    """The documents about each topic, a sentence being its tokens."""
    found: list[list[list[tuple[int, ...]]]] = [[] for _ in store.topics]
    for document in range(len(store)):
        shard, index = store.locate(document)
        tokens = store.shards[shard].tokens
        bounds = store.shards[shard].bounds(index)
        found[store.topic(document)].append([tuple(tokens[start:stop].tolist()) for start, stop in pairwise(bounds)])
    return found


def pairs_of(store: TokenStore, negatives: Negatives, rng: Random) -> list[tuple[Any, Any, bool]]:
    """The reader's pairs of single sentences, in the form of `sample_pairs`."""
    examples = reader_of(store, negatives, longest_run=1).examples_of(range(len(store)), rng)
    return [
        (*(tuple(tokens_of(store, run)) for run in (example.first, example.second) if run), example.is_next)
        for example in examples
    ]


def documents_of(seed: int, longest: int) -> TokenStore:
    """Documents of up to so many sentences, those about one topic side by side."""
    rng = Random(seed)
    lengths = [[rng.randint(1, 4) for _ in range(rng.randint(1, longest))] for _ in range(30)]
    return store_of(lengths, [number // 10 for number in range(30)], shards=3)


@pytest.mark.parametrize("negatives", ["random", "same topic"])
@pytest.mark.parametrize("seed", range(20))
def test_the_same_draws_make_the_pairs_of_sample_pairs(seed: int, negatives: Negatives) -> None:
    """Up to two sentences a document: with more, a real pair uses up both of its runs here and one sentence there."""
    store = documents_of(seed, longest=2)
    topics = sentences_by_topic(store)
    pools = topics if negatives == "same topic" else [[document for topic in topics for document in topic]]
    rng = Random(seed)
    expected = [pair for pool in pools for pair in sample_pairs(pool, rng)]
    assert pairs_of(store, negatives, OneSentenceRuns(seed)) == expected
    assert {pair[2] for pair in expected} == {True, False}


@pytest.mark.parametrize(
    ("toss", "longest"), [(0.0, 2), (np.nextafter(0.5, 0), 2), (0.5, 9), (np.nextafter(1, 0), 9)], ids=str
)
def test_the_coin_falls_as_that_of_sample_pairs(toss: float, longest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LoadedCoin, "toss", toss)
    store = documents_of(0, longest)
    expected = sample_pairs([document for topic in sentences_by_topic(store) for document in topic], LoadedCoin(3))
    assert pairs_of(store, "random", LoadedCoin(3)) == expected
    assert {pair[2] for pair in expected} == {toss < 0.5}
    assert len(expected) > 10


@pytest.mark.parametrize("negatives", NEGATIVES)
@pytest.mark.parametrize("longest_run", [1, 2, 4])
def test_runs_have_all_lengths(longest_run: int, negatives: Negatives) -> None:
    store = store_of([[1] * 30] * 20)
    reader = reader_of(store, negatives, longest_run=longest_run)
    for side in (0, 1)[: 1 if negatives == "none" else 2]:
        lengths = Counter(
            example[side].length for seed in range(5) for example in reader.examples_of(range(20), Random(seed))
        )
        assert set(lengths) == set(range(1, longest_run + 1))


@pytest.mark.parametrize("negatives", NEGATIVES)
def test_every_sentence_can_come(negatives: Negatives) -> None:
    """But for documents of one sentence, which start no pair; they come as random seconds."""
    reader = reader_of(VARIED, negatives)
    seen = {
        place_of(run)
        for seed in range(60)
        for example in reader.examples_of(range(len(VARIED)), Random(seed))
        for run in (example.first, example.second)
        if run is not None
    }
    alone = {place for place in STARTS.values() if (place[0], 1) not in STARTS.values()}
    assert len(alone) > 10
    assert seen == set(STARTS.values()) - (alone if negatives == "swapped" else set())


def test_single_runs_are_the_whole_text() -> None:
    examples = reader_of(VARIED, "none").examples_of(range(len(VARIED)), Random(0))
    text = [token for shard in VARIED.shards for token in shard.tokens.tolist()]
    assert [token for example in examples for token in tokens_of(VARIED, example.first)] == text
    assert all(example[1:] == (None, False) for example in examples)


@pytest.mark.parametrize("negatives", PAIRS)
def test_a_document_of_one_sentence_starts_no_pair(negatives: Negatives) -> None:
    store = store_of([[3], [2], [1, 1]])
    examples = [
        example for seed in range(50) for example in reader_of(store, negatives).examples_of(range(3), Random(seed))
    ]
    assert {(example.first.start, example.first.stop) for example in examples} == (
        {(5, 6), (6, 7)} if negatives == "swapped" else {(5, 6)}
    )


def test_a_pair_that_is_real_uses_both_runs_up() -> None:
    reader = reader_of(VARIED)
    used = Counter[bool]()
    for seed in range(5):
        for document in range(len(VARIED)):
            examples = reader.examples_of([document], Random(seed))
            for before, after in pairwise(examples):
                end = before.second if before.is_next else before.first
                assert after.first.start == end.stop
                used[before.is_next] += 1
    assert min(used[True], used[False]) > 200


# Batches


@pytest.mark.parametrize("negatives", NEGATIVES)
@pytest.mark.parametrize("skip", [1, 7, 60, 500])
def test_skipping_is_dropping(skip: int, negatives: Negatives) -> None:
    reader = reader_of(VARIED, negatives)
    assert_same_batches(reader.batches(5, 3, skip), islice(reader.batches(5, 3), skip, None), 3)


def test_skipping_makes_no_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    collate = Reader.collate

    def counting(self: Reader, examples: Sequence[PretrainingExample]) -> Batch:
        made.append(len(examples))
        return collate(self, examples)

    monkeypatch.setattr(Reader, "collate", counting)
    next(reader_of(VARIED).batches(4, 0, skip=300))
    assert made == [4]


def test_a_seed_decides() -> None:
    first, same, other = (list(islice(reader_of(VARIED).batches(8, seed), 40)) for seed in (0, 0, 1))
    assert_same_batches(iter(first), iter(same), 40)
    differing = [rows(one) != rows(two) for one, two in zip(first, other, strict=True)]
    assert all(differing)


def test_global_randomness_neither_decides_nor_moves() -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first = reader_of(VARIED).batches(8, 0)
    batch = next(first)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    assert_same_batch(next(reader_of(VARIED).batches(8, 0)), batch)


def test_another_reader_between_changes_nothing() -> None:
    reader = reader_of(VARIED)
    alone = list(islice(reader.batches(6, 9), 30))
    between, other = reader.batches(6, 9), reader.batches(3, 4)
    for batch in alone:
        next(other)
        assert_same_batch(next(between), batch)


@pytest.mark.parametrize("negatives", ["none", "random"])
def test_every_epoch_is_cut_anew(negatives: Negatives) -> None:
    """Batches of a whole pool each, so that the batches are the epochs."""
    reader = reader_of(store_of([[2] * 12] * 30), negatives)
    epochs = [reader.examples_of(range(30), Random(0))]
    size = len(epochs[0]) // 2
    seen = [rows(batch) for batch in islice(reader.batches(size, 0), 6)]
    for number, one in enumerate(seen):
        assert all(len(one & other) < 0.8 * len(one) for other in seen[:number])


def test_similar_lengths_share_a_batch() -> None:
    taken = list(islice(reader_of(varied(2000)).batches(16, 0), 100))
    real = sum(int(batch.attention_mask.sum()) for batch in taken)
    assert real > 0.93 * sum(batch.attention_mask.numel() for batch in taken)
    widths = [batch.input_ids.shape[1] for batch in taken]
    assert widths != sorted(widths)
    # Neighbours in the text are not neighbours in a batch.
    gaps = [gap for batch in taken for gap in gaps_of(batch)]
    assert np.median(gaps) > 100


def gaps_of(batch: Batch) -> list[int]:
    firsts = batch.input_ids[:, 1]
    return (firsts[1:] - firsts[:-1]).abs().tolist()


@pytest.mark.parametrize("batch_size", [1, 8, 64])
def test_every_batch_is_full(batch_size: int) -> None:
    for batch in islice(reader_of(varied(40)).batches(batch_size, 0), 30):
        assert len(batch.input_ids) == batch_size


@pytest.mark.parametrize("negatives", NEGATIVES)
def test_a_text_shorter_than_one_batch(negatives: Negatives) -> None:
    reader = reader_of(store_of([[2, 3, 1], [1, 2, 2, 4]]), negatives)
    taken = list(islice(reader.batches(32, 0), 10))
    assert {len(batch.input_ids) for batch in taken} == {32}
    assert len(set.union(*map(rows, taken))) > 3


def test_neighbours_are_read_together_and_their_order_changes() -> None:
    """Three groups of neighbours, each of which fills one pool."""
    store = store_of([[1, 1]] * (3 * NEIGHBOURS))
    assert POOLED_BATCHES <= NEIGHBOURS  # so that one group fills a pool of batches of two
    batches = reader_of(store, "none", longest_run=1).batches(2, 0)
    orders = set()
    for _ in range(8):
        groups = [(int(token) - 5) // (2 * NEIGHBOURS) for _ in range(3 * NEIGHBOURS) for token in text_of(batches)]
        order = groups[:: 2 * NEIGHBOURS]
        assert groups == [group for group in order for _ in range(2 * NEIGHBOURS)]
        assert sorted(order) == [0, 1, 2]
        orders.add(tuple(order))
    assert len(orders) > 2


def text_of(batches: Iterator[Batch]) -> list[int]:
    """First tokens of the rows of the next batch."""
    return next(batches).input_ids[:, 1].tolist()


# What cannot be read


@pytest.mark.parametrize(
    ("documents", "settings", "message"),
    [
        ([[1, 1]], {}, r"1 document\(s\) to read.*at least 2 are needed: put blank lines between documents"),
        ([[1, 1]], {"negatives": "same topic"}, r"1 document\(s\) to read"),
        ([[1, 1]] * 2, {"max_length": 4}, "max_length is 4; the special tokens and a token a side need 5"),
        ([[1, 1]] * 2, {"max_length": 2, "negatives": "none"}, "max_length is 2; .* need 3"),
        ([[1, 1]] * 2, {"longest_run": 0}, "longest_run is 0; it has to be at least 1"),
        (
            [[1, 1]] * 2,
            {"negatives": "other"},
            "negatives is 'other'; choose one of none, random, same topic, parallel, swapped",
        ),
    ],
)
def test_bad_settings_are_named(documents: Any, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        reader_of(store_of(documents), **settings)


@pytest.mark.parametrize("negatives", ["none", "swapped"])
def test_one_document_is_enough_without_others(negatives: Negatives) -> None:
    assert len(next(reader_of(store_of([[1, 1, 1]]), negatives).batches(2, 0)).input_ids) == 2


def test_a_topic_of_one_document_is_named() -> None:
    store = store_of([[1, 1]] * 3, topics=[0, 1, 0])
    with pytest.raises(ValueError, match=r"topic 'topic 1' has one document; .* needs another"):
        reader_of(store, "same topic")


@pytest.mark.parametrize("batch_size", [0, -2])
def test_a_bad_batch_size_is_named_at_the_call(batch_size: int) -> None:
    with pytest.raises(ValueError, match=f"batch_size is {batch_size}"):
        reader_of(VARIED).batches(batch_size, 0)


@pytest.mark.parametrize("negatives", PAIRS)
def test_a_text_without_pairs_is_named(negatives: Negatives) -> None:
    reader = reader_of(store_of([[2], [3], [4]]), negatives)
    with pytest.raises(ValueError, match=r"no pairs to learn from; put blank lines .* or train without"):
        next(reader.batches(1, 0))
    with pytest.raises(ValueError, match="no pairs to judge by; put blank lines"):
        reader.first_examples(3, 0)


@pytest.mark.parametrize("negatives", PAIRS)
def test_a_text_in_which_some_cuts_leave_no_pair(negatives: Negatives) -> None:
    """Two documents of two sentences have no pair in four of nine epochs; the others go on."""
    reader = reader_of(store_of([[2, 3], [1, 4]]), negatives)
    assert len(list(islice(reader.batches(2, 0), 50))) == 50
    assert all(reader.first_examples(3, seed) for seed in range(20))


def test_first_examples_are_always_the_same() -> None:
    reader = reader_of(VARIED)
    assert reader.first_examples(30, 0) == reader.first_examples(60, 0)[:30]
    assert reader.first_examples(30, 0) != reader.first_examples(30, 1)
    assert len(reader.first_examples(10**6, 0)) < 10**4


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer([sentence for text in TEXTS for sentence in text], 90)


TEXTS = [[f"the {word} ran .", f"a {word} sat ."] * 3 for word in ("bear", "fox", "mole", "hare", "crow")]


def test_shards_change_nothing(tmp_path: Path, tokenizer: Tokenizer) -> None:
    read = []
    for shard_tokens in (1, 30, 10**6):
        write_store(tmp_path / str(shard_tokens), map(Document, TEXTS), tokenizer, shard_tokens)
        reader = Reader(open_store(tmp_path / str(shard_tokens)), special_ids(tokenizer), 16, 2)
        read.append(list(islice(reader.batches(3, 0), 20)))
    for other in read[1:]:
        assert_same_batches(iter(read[0]), iter(other), 20)


ANOTHER_PROCESS = """
import sys
from itertools import islice, pairwise
from pathlib import Path
from bertkit.data.reading import Reader
from bertkit.data.token_store import open_store
from bertkit.data.tokenizer import SpecialIds
reader = Reader(open_store(Path(sys.argv[1])), SpecialIds(0, 1, 2, 3, 4), 16, 2)
print([batch.input_ids.tolist() for batch in islice(reader.batches(3, 9), 20)])
"""


@pytest.mark.slow
def test_another_process_reads_the_same(tmp_path: Path, tokenizer: Tokenizer, another_python: Any) -> None:
    write_store(tmp_path / "store", map(Document, TEXTS), tokenizer, 30)
    reader = Reader(open_store(tmp_path / "store"), IDS, 16, 2)
    here = [batch.input_ids.tolist() for batch in islice(reader.batches(3, 9), 20)]
    assert another_python(ANOTHER_PROCESS, str(tmp_path / "store")) == f"{here}\n"

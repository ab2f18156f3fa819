"""Padding, the order of examples, and how documents become examples."""

from collections import Counter
from itertools import islice
from typing import Any

import pytest
import torch

from bertkit.data.batches import POOLED_BATCHES, Batch, TokenizedExamples, make_examples, pad_batch, runs_of_sentences
from bertkit.data.corpus import Corpus, story_corpus
from bertkit.randomness import python_random

PAD, CLS, SEP = 0, 2, 3


def examples(lengths: list[int]) -> TokenizedExamples:
    """Example number i is [CLS] 100+i … 100+i [SEP]."""
    return TokenizedExamples(
        [[CLS, *[100 + i] * length, SEP] for i, length in enumerate(lengths)], PAD, (PAD, CLS, SEP)
    )


def numbers(batch: Batch) -> list[int]:
    return (batch.input_ids[:, 1] - 100).tolist()


def test_pad_batch() -> None:
    ids, mask = pad_batch([[5, 0, 6], [], [7]], pad_id=0)
    assert ids.tolist() == [[5, 0, 6], [0, 0, 0], [7, 0, 0]]
    assert mask.tolist() == [[True, True, True], [False] * 3, [True, False, False]]
    assert (ids.dtype, mask.dtype) == (torch.int64, torch.bool)


def test_pad_batch_of_empty_rows() -> None:
    ids, mask = pad_batch([[], []], pad_id=9)
    assert ids.shape == mask.shape == (2, 0)


def test_pad_batch_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no sequences"):
        pad_batch([], 0)


def test_special_positions_of_a_batch() -> None:
    batch = examples([3, 1]).batch([1, 0])
    assert batch.input_ids.tolist() == [[CLS, 101, SEP, PAD, PAD], [CLS, 100, 100, 100, SEP]]
    assert batch.special_tokens_mask.tolist() == [[True, False, True, True, True], [True, False, False, False, True]]
    assert batch.attention_mask.tolist() == [[True, True, True, False, False], [True] * 5]


def test_an_epoch_has_every_example_once() -> None:
    sample = examples([1 + i % 7 for i in range(24)])
    taken = list(islice(sample.batches(batch_size=4, seed=0), 18))
    epochs = [[number for batch in taken[start : start + 6] for number in numbers(batch)] for start in (0, 6, 12)]
    for epoch in epochs:
        assert sorted(epoch) == list(range(24))
    assert epochs[0] != epochs[1] != epochs[2]


def test_the_last_batch_of_an_epoch_is_dropped_where_it_is_not_full() -> None:
    sizes = Counter(len(numbers(batch)) for batch in islice(examples([2] * 11).batches(4, seed=0), 50))
    assert sizes == {4: 50}


def test_a_batch_larger_than_the_text_is_the_text() -> None:
    taken = list(islice(examples([1, 2, 3]).batches(batch_size=100, seed=0), 3))
    assert [sorted(numbers(batch)) for batch in taken] == [[0, 1, 2]] * 3


def test_the_seed_decides_the_order() -> None:
    sample = examples([1 + i % 5 for i in range(200)])

    def order(seed: int) -> list[list[int]]:
        return [numbers(batch) for batch in islice(sample.batches(8, seed), 40)]

    assert order(1) == order(1)
    assert order(1) != order(2)


def test_the_order_leaves_the_global_generator_alone() -> None:
    state = torch.random.get_rng_state()
    next(examples([1] * 50).batches(5, seed=0))
    assert torch.equal(torch.random.get_rng_state(), state)


def test_similar_lengths_share_a_batch() -> None:
    lengths = torch.randint(1, 60, (POOLED_BATCHES * 8,), generator=torch.Generator().manual_seed(0)).tolist()
    taken = list(islice(examples(lengths).batches(8, seed=0), POOLED_BATCHES))
    padding = sum(int((~batch.attention_mask).sum()) for batch in taken)
    assert 0 < padding < 0.1 * sum(lengths)
    # Sorted inside a pool, but not met in order of length.
    widths = [batch.input_ids.shape[1] for batch in taken]
    assert widths != sorted(widths)


@pytest.mark.parametrize("batch_size", [0, -3])
def test_a_bad_batch_size_is_named(batch_size: int) -> None:
    with pytest.raises(ValueError, match=f"batch_size is {batch_size}"):
        next(examples([1]).batches(batch_size, 0))


def test_runs_keep_all_sentences_in_order() -> None:
    documents = [[f"{d}.{s}" for s in range(length)] for d, length in enumerate([1, 9, 0, 30])]
    runs = list(runs_of_sentences(documents, 3, python_random(0)))
    assert [sentence for run in runs for sentence in run] == [
        sentence for document in documents for sentence in document
    ]
    assert all(len({sentence.partition(".")[0] for sentence in run}) == 1 for run in runs)
    assert {len(run) for run in runs} == {1, 2, 3}


def test_examples_are_wrapped_and_cut(corpus: Corpus) -> None:
    documents = [["the bear slept .", "the moon was up ."], ["the teddy was on the bed ."]]
    made = make_examples(documents, corpus.tokenizer, max_length=8, longest_run=2, seed=0)
    assert all(sequence[0] == corpus.ids.cls and sequence[-1] == corpus.ids.sep for sequence in made.sequences)
    assert max(map(len, made.sequences)) == 8
    assert made.special_token_ids == (corpus.ids.pad, corpus.ids.cls, corpus.ids.sep)
    whole = make_examples(documents, corpus.tokenizer, max_length=60, longest_run=1)
    texts = [corpus.tokenizer.decode(list(sequence)) for sequence in whole.sequences]
    assert texts == ["the bear slept.", "the moon was up.", "the teddy was on the bed."]


def test_the_seed_decides_the_cuts(corpus: Corpus) -> None:
    documents = [["the bear ."] * 50]
    cuts = [make_examples(documents, corpus.tokenizer, seed=seed).sequences for seed in (0, 0, 1)]
    assert cuts[0] == cuts[1] != cuts[2]


@pytest.mark.parametrize(
    ("documents", "settings", "message"),
    [
        ([["a"]], {"max_length": 2}, "max_length is 2"),
        ([], {}, "no examples"),
        ([[""], []], {}, "no examples"),
    ],
)
def test_examples_that_cannot_be(documents: Any, settings: dict[str, int], message: str, corpus: Corpus) -> None:
    with pytest.raises(ValueError, match=message):
        make_examples(documents, corpus.tokenizer, **settings)


def texts(examples: TokenizedExamples, corpus: Corpus) -> set[str]:
    return {corpus.tokenizer.decode(list(sequence)) for sequence in examples.sequences}


def test_story_corpus_repeats_and_keeps_unseen_stories() -> None:
    settings: dict[str, Any] = {"stories": 60, "topics": ("bedtime",), "vocab_size": 300}
    first, same, other = (story_corpus(**settings, seed=seed) for seed in (0, 0, 1))
    assert first.training.sequences == same.training.sequences != other.training.sequences
    assert first.validation.sequences == same.validation.sequences != other.validation.sequences
    assert len(texts(first.validation, first) - texts(first.training, first)) > 3

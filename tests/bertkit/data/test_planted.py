"""One batch of chance words: it alone differs, and it is the same wherever the reading begins."""

from itertools import islice

import torch

from bertkit.data.batches import TokenizedExamples
from bertkit.data.planted import PlantedBatch

CLS, SEP, VOCABULARY = 2, 3, 1000
EXAMPLES = TokenizedExamples([[CLS, *range(10 + row, 20 + row + row % 3), SEP] for row in range(40)], 0, (0, CLS, SEP))


def test_one_batch_is_made_of_chance_words_and_the_others_are_as_they_were() -> None:
    planted = PlantedBatch(EXAMPLES, number=3, vocab_size=VOCABULARY)
    for number, (mine, clean) in enumerate(
        zip(islice(planted.batches(8, seed=1), 6), EXAMPLES.batches(8, seed=1), strict=False), start=1
    ):
        same = mine.input_ids == clean.input_ids
        assert torch.equal(mine.attention_mask, clean.attention_mask)
        assert bool(same[clean.special_tokens_mask].all())
        assert bool(same.all()) is (number != 3)
        if number == 3:
            words = mine.input_ids[~clean.special_tokens_mask]
            assert len(words.unique()) > len(words) / 2
            assert int(words.max()) < VOCABULARY


def test_it_is_the_same_batch_when_a_run_goes_on() -> None:
    planted = PlantedBatch(EXAMPLES, number=3, vocab_size=VOCABULARY)
    whole = list(islice(planted.batches(8, seed=1), 4))
    rest = list(islice(planted.batches(8, seed=1, skip=2), 2))
    for one, other in zip(whole[2:], rest, strict=True):
        assert torch.equal(one.input_ids, other.input_ids)
    others = next(planted.batches(8, seed=2, skip=2))
    assert others.input_ids.shape != rest[0].input_ids.shape or not torch.equal(others.input_ids, rest[0].input_ids)

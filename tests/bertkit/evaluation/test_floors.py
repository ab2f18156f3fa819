"""Floors: the cuts that they believe in against the reader's own, and the exact posterior against the truth."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from bertkit.data.corpus import PreparedCorpus, prepare_stories, prepare_text
from bertkit.data.reading import Negatives, PretrainingExample, Reader, Segment
from bertkit.data.token_store import Shard, TokenStore
from bertkit.data.tokenizer import SpecialIds
from bertkit.evaluation.floors import ends_of_runs, of_stories, pair_cuts, pieces, runs_elsewhere, story_floor
from bertkit.evaluation.pretraining import masked
from bertkit.objectives.mlm import MaskedLanguageModelling, Recipe, corrupt_by
from bertkit.story_world import STORYBOOK, StoryWorld
from bertkit.story_world.posterior import PairReader, WindowReader, runs

LENGTHS = (1, 2, 5, 8)
WORLD: Any = SimpleNamespace(steps={str(length): [None] * length for length in LENGTHS})
"""All that cuts ask of a world: how many steps each plot has."""
STORIES = 2000
IMPROBABLE = 1e-9
"""A right count is out of its bounds with this probability, and the seeds are fixed."""


def told(length: int) -> TokenStore:
    """So many stories of one plot, a token a sentence."""
    sentences, starts = np.arange(STORIES * length + 1), np.arange(STORIES + 1) * length
    return TokenStore([Shard(sentences[:-1] + 5, sentences, starts, np.zeros(STORIES, dtype=np.int32))])


@cache
def cut(length: int, longest: int, negatives: Negatives = "random") -> list[PretrainingExample]:
    """All examples of these stories."""
    reader = Reader(told(length), SpecialIds(0, 1, 2, 3, 4), longest_run=longest, negatives=negatives)
    return reader.examples_of(range(STORIES), Random(longest))


def steps(run: Segment, length: int) -> tuple[int, int]:
    """Where in its story a run starts and stops."""
    return run.start % length, run.start % length + run.length


def assert_counts(found: Mapping[Any, int], expected: Mapping[Any, float], trials: int) -> None:
    """Each count is one of a binomial distribution with the expected share, and what is not expected is not there."""
    assert set(found) <= {key for key, share in expected.items() if share > 0}
    for key, share in expected.items():
        low, high = binom.interval(1 - IMPROBABLE, trials, share)
        assert low <= found.get(key, 0) <= high, key


@pytest.mark.parametrize("longest", [1, 2, 3, 12])
@pytest.mark.parametrize("length", LENGTHS)
class TestCuts:
    def test_real_pairs(self, length: int, longest: int) -> None:
        """A story has each real pair at most once, and a coin decides whether what begins there is real."""
        cuts = pair_cuts(WORLD, longest)[str(length)]
        found = Counter(
            (*steps(example.first, length), steps(example.second, length)[1])
            for example in cut(length, longest)
            if example.is_next
        )
        assert_counts(found, {pair: number / 2 for pair, number in cuts.items()}, STORIES)
        assert bool(found) == (length > 1)

    def test_firsts_of_other_pairs(self, length: int, longest: int) -> None:
        cuts = pair_cuts(WORLD, longest)[str(length)]
        expected = Counter[tuple[int, int]]()
        for (first, middle, _), number in cuts.items():
            expected[first, middle] += number / 2
        found = Counter(steps(each.first, length) for each in cut(length, longest) if not each.is_next)
        assert_counts(found, expected, STORIES)

    def test_seconds_from_elsewhere(self, length: int, longest: int) -> None:
        cuts = runs_elsewhere(WORLD, longest)[str(length)]
        assert sum(cuts.values()) == pytest.approx(1)
        found = Counter(steps(each.second, length) for each in cut(length, longest) if not each.is_next)
        assert_counts(found, cuts, sum(found.values()))

    def test_ends(self, length: int, longest: int) -> None:
        found = Counter(steps(each.first, length) for each in cut(length, longest, "none"))
        for start in range(length):
            ends = ends_of_runs(start, length, longest)
            assert sum(ends.values()) == pytest.approx(1)
            there = {stop: number for (begin, stop), number in found.items() if begin == start}
            assert_counts(there, ends, sum(there.values()))


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> PreparedCorpus:
    return prepare_stories(tmp_path_factory.mktemp("stories") / "corpus", 400, ["bedtime", "garden"], 900)


@pytest.fixture(scope="module")
def hiding(stories: PreparedCorpus) -> MaskedLanguageModelling:
    """Every selected token is hidden."""
    return MaskedLanguageModelling(stories.ids.mask, stories.vocab_size, corrupt=corrupt_by(Recipe(1.0, 0.0)))


Belief = tuple[dict[Any, float], Any]
"""Probabilities, and the truth."""


def beliefs(
    stories: PreparedCorpus,
    reader: Reader,
    examples: list[PretrainingExample],
    hiding: MaskedLanguageModelling,
    seed: int,
) -> Iterator[tuple[list[Belief], list[Belief]]]:
    """For each example what the exact posterior believes of the hidden tokens, and of the pair.

    It is asked with what a model is shown: rows of ids.
    """
    world = StoryWorld(STORYBOOK.about(*stories.source["topics"]))
    encode = partial(pieces, stories.tokenizer)
    alone = WindowReader(world, runs(world, reader.longest_run), encode=encode)
    pairs = PairReader(
        world,
        pair_cuts(world, reader.longest_run),
        runs_elsewhere(world, reader.longest_run),
        negatives="same topic" if reader.negatives == "same topic" else "any",
        encode=encode,
    )
    number = 0
    for shown, labels, _ in masked(reader.in_memory(examples), hiding, seed):
        for row, length, truths in zip(
            shown["input_ids"].tolist(), shown["attention_mask"].sum(dim=1).tolist(), labels.tolist(), strict=True
        ):
            example = examples[number]
            number += 1
            sides: list[list[int | None]] = [[]]
            for token in row[1 : length - 1]:
                if token == stories.ids.sep:
                    sides.append([])
                else:
                    sides[-1].append(None if token == stories.ids.mask else token)
            truth = [label for label in truths if label != -100]
            cuts = [
                len(side) < run.length for side, run in zip(sides, (example.first, example.second), strict=False) if run
            ]
            if len(sides) == 1:
                yield list(zip(alone.posterior(sides[0], cuts[0]), truth, strict=True)), []
            else:
                reading = pairs.read(*sides, (cuts[0], cuts[1]))
                yield (
                    list(zip([*reading.first, *reading.second], truth, strict=True)),
                    [({True: reading.is_next, False: 1 - reading.is_next}, example.is_next)],
                )


def loss(of: list[Belief]) -> float:
    return sum(-math.log(believed[truth]) for believed, truth in of)


def expected_loss(of: list[Belief]) -> float:
    """The entropy of what is believed."""
    return -sum(share * math.log(share) for believed, _ in of for share in believed.values() if share > 0)


def assert_believed_rightly(examples: list[list[Belief]]) -> None:
    """Surprise is on average as large as who was surprised had expected it to be.

    Predictions within an example depend on each other; examples, but for those of one story, do not.
    """
    surplus = [loss(each) - expected_loss(each) for each in examples]
    assert sum(surplus) / len(surplus) == pytest.approx(0, abs=4 * np.std(surplus) / math.sqrt(len(surplus)))
    assert np.std(surplus) > 0.01


@pytest.mark.slow
@pytest.mark.parametrize("negatives", ["none", "random", "same topic"])
@pytest.mark.parametrize("max_length", [14, 64])
def test_the_floor_is_the_surprise_of_who_knows_all(
    max_length: int, negatives: Negatives, stories: PreparedCorpus, hiding: MaskedLanguageModelling
) -> None:
    reader = Reader(stories.training, stories.ids, max_length, negatives=negatives)
    examples = reader.first_examples(300, 0)
    believed = list(beliefs(stories, reader, examples, hiding, seed=7))
    tokens, pairs = ([each[kind] for each in believed] for kind in (0, 1))
    floor = story_floor(stories, reader, examples, hiding, seed=7)

    flat = [each for example in tokens for each in example]
    assert floor.mlm_loss == pytest.approx(loss(flat) / len(flat))
    assert floor.mlm_accuracy == pytest.approx(sum(max(each.values()) for each, _ in flat) / len(flat))
    assert_believed_rightly(tokens)
    if negatives == "none":
        assert (floor.nsp_loss, floor.nsp_accuracy) == (None, None)
        return
    flat = [each for example in pairs for each in example]
    assert floor.nsp_loss == pytest.approx(loss(flat) / len(flat))
    assert floor.nsp_accuracy == pytest.approx(sum(max(each.values()) for each, _ in flat) / len(flat))
    assert_believed_rightly(pairs)
    assert floor.nsp_loss < math.log(2)


@pytest.mark.slow
def test_harder_pairs_have_a_lower_limit(stories: PreparedCorpus, hiding: MaskedLanguageModelling) -> None:
    floors = []
    for negatives in ("random", "same topic"):
        reader = Reader(stories.training, stories.ids, negatives=negatives)
        floors.append(story_floor(stories, reader, reader.first_examples(200, 0), hiding))
    # Losses have the noise of a few surprising pairs; accuracies are expected ones.
    assert floors[0].nsp_accuracy > floors[1].nsp_accuracy + 0.005


def test_swapped_pairs_have_no_floor(stories: PreparedCorpus, hiding: MaskedLanguageModelling) -> None:
    reader = Reader(stories.training, stories.ids, negatives="swapped")
    assert story_floor(stories, reader, reader.first_examples(5, 0), hiding) is None


@pytest.mark.parametrize("negatives", ["none", "random"])
def test_where_nothing_is_hidden_it_says_so(
    negatives: Negatives, stories: PreparedCorpus, hiding: MaskedLanguageModelling
) -> None:
    reader = Reader(stories.training, stories.ids, negatives=negatives)
    with pytest.raises(ValueError, match="nothing is hidden in any of the examples"):
        story_floor(stories, reader, reader.first_examples(5, 0), replace(hiding, probability=0.0))


def test_a_text_of_ones_own_has_no_floor(tmp_path: Path, hiding: MaskedLanguageModelling) -> None:
    (tmp_path / "text.txt").write_text("\n\n".join(["the bear slept .\nthe moon was up ."] * 9))
    corpus = prepare_text(tmp_path / "corpus", tmp_path / "text.txt")
    reader = Reader(corpus.training, corpus.ids)
    assert not of_stories(corpus)
    with pytest.raises(ValueError, match="the story world did not tell"):
        story_floor(corpus, reader, reader.first_examples(5, 0), hiding)


def test_stories_have_one(stories: PreparedCorpus) -> None:
    assert of_stories(stories)

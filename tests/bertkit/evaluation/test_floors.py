"""Floors: the cuts that they believe in against the reader's own, and the exact posterior against the truth."""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from bertkit.data.corpus import Corpus, PreparedCorpus, prepare_stories, prepare_text, story_corpus
from bertkit.data.reading import Negatives, PretrainingExample, Reader, Segment
from bertkit.data.token_store import Shard, TokenStore
from bertkit.data.tokenizer import SpecialIds
from bertkit.evaluation.floors import (
    both_sides_floor,
    causal_floor,
    ends_of_runs,
    next_sentence_floor,
    of_stories,
    pair_cuts,
    pieces,
    runs_drawn,
    runs_elsewhere,
    story_floor,
    unrelated,
)
from bertkit.evaluation.pretraining import masked
from bertkit.objectives.mlm import MaskedLanguageModelling, Recipe, corrupt_by
from bertkit.objectives.nsp import sample_pairs
from bertkit.story_world import STORYBOOK, StoryWorld
from bertkit.story_world.posterior import Floor, PairReader, WindowReader, runs

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

    def test_pairs_that_are_sampled(self, length: int, longest: int) -> None:
        """With `sample_pairs` no run is used up, and a random second is any run of another story."""
        reader = Reader(told(length), SpecialIds(0, 1, 2, 3, 4), longest_run=longest, sample_pairs=sample_pairs)
        examples = reader.examples_of(range(STORIES), Random(longest))
        cuts, drawn = pair_cuts(WORLD, longest, used_up=0)[str(length)], runs_drawn(WORLD, longest)[str(length)]
        found = Counter((*steps(e.first, length), steps(e.second, length)[1]) for e in examples if e.is_next)
        assert_counts(found, {pair: number / 2 for pair, number in cuts.items()}, STORIES)
        assert sum(drawn.values()) == pytest.approx(1)
        others = Counter(steps(each.second, length) for each in examples if not each.is_next)
        assert_counts(others, drawn, sum(others.values()))

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
        pair_cuts(world, reader.longest_run, used_up=1 if reader.negatives == "swapped" else 0.5),
        runs_elsewhere(world, reader.longest_run),
        negatives="any" if reader.negatives == "random" else unrelated(reader, stories),
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


def assert_believed_rightly(examples: list[list[Belief]], doubts: bool = True) -> None:
    """Surprise is on average as large as who was surprised had expected it to be.

    Predictions within an example depend on each other; examples, but for those of one story, do not.
    """
    surplus = [loss(each) - expected_loss(each) for each in examples]
    assert sum(surplus) / len(surplus) == pytest.approx(0, abs=1e-9 + 4 * np.std(surplus) / math.sqrt(len(surplus)))
    assert np.std(surplus) > 0.01 or not doubts


@pytest.mark.slow
@pytest.mark.parametrize("negatives", ["none", "random", "same topic", "swapped"])
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
    # In these stories the order of two runs leaves no doubt.
    assert_believed_rightly(pairs, doubts=negatives != "swapped")
    assert floor.nsp_loss < math.log(2)


@pytest.mark.slow
def test_harder_pairs_have_a_lower_limit(stories: PreparedCorpus, hiding: MaskedLanguageModelling) -> None:
    floors = []
    for negatives in ("random", "same topic"):
        reader = Reader(stories.training, stories.ids, negatives=negatives)
        floors.append(story_floor(stories, reader, reader.first_examples(200, 0), hiding))
    # Losses have the noise of a few surprising pairs; accuracies are expected ones.
    assert floors[0].nsp_accuracy > floors[1].nsp_accuracy + 0.005


@pytest.mark.slow
def test_pairs_of_one_plot_and_place_are_the_hardest(tmp_path: Path, hiding: MaskedLanguageModelling) -> None:
    """The exact posterior is calibrated there too, and longer sides tell more."""
    corpus = prepare_stories(tmp_path / "corpus", 400, ["snow", "workshop"], vocab_size=600, grouping="place")
    hiding = MaskedLanguageModelling(corpus.ids.mask, corpus.vocab_size, corrupt=corrupt_by(Recipe(1.0, 0.0)))
    limits = []
    for longest_run in (1, 3):
        reader = Reader(corpus.training, corpus.ids, max_length=128, longest_run=longest_run, negatives="parallel")
        examples = reader.first_examples(300, 0)
        for example in examples:
            first, second = (corpus.training.topic(document_of(corpus, run)) for run in example[:2] if run)
            assert first == second
        believed = list(beliefs(corpus, reader, examples, hiding, seed=7))
        assert_believed_rightly([pairs for _, pairs in believed])
        limits.append(story_floor(corpus, reader, examples, hiding, seed=7).nsp_accuracy)
    assert 0.55 < limits[0] < limits[1] - 0.05


def document_of(corpus: PreparedCorpus, run: Segment) -> int:
    """The number of the document that a run is from; there is one shard."""
    (shard,) = corpus.training.shards
    sentence = shard.sentences.tolist().index(run.start)
    return bisect_right(shard.documents.tolist(), sentence) - 1


@pytest.mark.parametrize("negatives", ["random", "same topic", "swapped"])
def test_where_nothing_is_hidden_the_next_sentence_has_its_own_floor(
    negatives: Negatives, stories: PreparedCorpus
) -> None:
    """It is lower than where words are hidden, and the pairs alone decide it."""
    reader = Reader(stories.training, stories.ids, negatives=negatives)
    examples = reader.first_examples(40, 0)
    loss, accuracy = next_sentence_floor(stories, reader, examples)
    half = MaskedLanguageModelling(stories.ids.mask, stories.vocab_size, 0.9, corrupt=corrupt_by(Recipe(1.0, 0.0)))
    hidden = story_floor(stories, reader, examples, half)
    assert 0 <= loss <= hidden.nsp_loss
    assert 1 >= accuracy >= hidden.nsp_accuracy
    assert accuracy > 0.9


def test_single_texts_have_no_floor_of_pairs(stories: PreparedCorpus) -> None:
    reader = Reader(stories.training, stories.ids, negatives="none")
    with pytest.raises(ValueError, match="read pairs"):
        next_sentence_floor(stories, reader, reader.first_examples(3, 0))


@pytest.mark.parametrize(("negatives", "grouping"), [("parallel", "topic"), ("same topic", "place")])
def test_stories_grouped_otherwise_have_no_floor(tmp_path: Path, negatives: Negatives, grouping: str) -> None:
    corpus = prepare_stories(tmp_path / "corpus", 60, ["snow"], 300, grouping=grouping)
    reader = Reader(corpus.training, corpus.ids, negatives=negatives)
    with pytest.raises(ValueError, match=f"negatives is '{negatives}' and the stories are grouped by {grouping}"):
        next_sentence_floor(corpus, reader, reader.first_examples(3, 0))


def test_a_causal_floor_is_the_surprise_of_the_exact_reader() -> None:
    """At every token but the first, [SEP] among them: by the chain rule the probability of the whole text."""
    corpus = story_corpus(40, ("snow",), 300, max_length=128, longest_run=2)
    floor = causal_floor(corpus, examples=12)
    world = StoryWorld(STORYBOOK.about("snow"))
    reader = WindowReader(world, runs(world, 2), encode=partial(pieces, corpus.tokenizer))
    texts = [sequence[1:-1] for sequence in corpus.validation.sequences[:12]]
    assert floor.count == sum(len(text) + 1 for text in texts)
    assert floor.loss == pytest.approx(-sum(reader.log_likelihood(text) for text in texts) / floor.count)
    assert 0.5 < floor.expected_accuracy < 1


def test_who_sees_both_sides_knows_more_and_the_end() -> None:
    """At every token, given all others of its text."""
    corpus = story_corpus(40, ("snow",), 300, max_length=128, longest_run=2)
    floor = both_sides_floor(corpus, examples=4)
    world = StoryWorld(STORYBOOK.about("snow"))
    reader = WindowReader(world, runs(world, 2), encode=partial(pieces, corpus.tokenizer))
    texts = [sequence[1:-1] for sequence in corpus.validation.sequences[:4]]
    asked = [
        (reader.posterior([*text[:place], None, *text[place + 1 :]])[0], text[place])
        for text in texts
        for place in range(len(text))
    ]
    assert floor.count == len(asked) + len(texts)
    assert floor.loss == pytest.approx(-sum(math.log(known[token]) for known, token in asked) / floor.count)
    named = sum(max(known.values()) for known, _ in asked) + len(texts)
    assert floor.expected_accuracy == pytest.approx(named / floor.count)
    causal = causal_floor(corpus, examples=4)
    assert floor.loss < causal.loss
    assert floor.expected_accuracy > causal.expected_accuracy


@pytest.mark.parametrize("floor", [causal_floor, both_sides_floor])
def test_a_floor_of_cut_examples_is_refused(floor: Callable[[Corpus], Floor]) -> None:
    corpus = story_corpus(40, ("snow",), 300, max_length=16)
    assert corpus.validation.cut
    with pytest.raises(ValueError, match=r"examples were cut to 16 tokens, such as number \d+; make the corpus with"):
        floor(corpus)


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

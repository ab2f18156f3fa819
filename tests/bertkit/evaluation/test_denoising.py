"""Both bounds of the loss on corrupted text, against the exact one of a world of five texts, and on stories."""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from bertkit.data.batches import truncated_lengths
from bertkit.data.corpus import Corpus, PreparedCorpus, prepare_stories, prepare_text, story_corpus
from bertkit.data.reading import Negatives, PretrainingExample, Reader
from bertkit.evaluation.denoising import (
    Bound,
    Mean,
    Question,
    lower_bound,
    open_ends,
    questions_on_examples,
    questions_on_texts,
    upper_bound,
)
from bertkit.evaluation.floors import hidden_only, story_floor, text_reader
from bertkit.evaluation.noisy_channel import Channel, Search
from bertkit.evaluation.pretraining import masked
from bertkit.objectives.mlm import MaskedLanguageModelling, Recipe
from bertkit.story_world.posterior import Token, Told, Window, hidden_token_floor

BERT, HIDDEN, MIXED = Recipe(0.8, 0.1), Recipe(1.0, 0.0), Recipe(0.3, 0.4)
EVERYTHING = Search(least=0.0, spare=99, beam=10**6)

# A world of five texts: all that corruption can make of them


WORLD = {"abb": 0.35, "acb": 0.3, "bbc": 0.2, "cac": 0.1, "ccc": 0.05}
ALPHABET = "abcd"


class Listed:
    """A text of that world."""

    def read(self, tokens: list[Token]) -> Told | None:
        fitting = {text: chance for text, chance in WORLD.items() if fits(text, tokens)}
        total = sum(fitting.values())
        hidden: dict[int, dict[Token, float]] = {place: {} for place, token in enumerate(tokens) if token is None}
        for text, chance in fitting.items():
            for place, said in hidden.items():
                said[text[place]] = said.get(text[place], 0.0) + chance / total
        return Told(math.log(total), hidden) if total else None

    def suspects(self, tokens: list[Token]) -> range:
        return range(len(tokens))


def fits(text: str, tokens: list[Token]) -> bool:
    return all(seen in (None, token) for token, seen in zip(text, tokens, strict=True))


def corruptions(channel: Channel) -> Iterator[tuple[float, Question]]:
    """All texts and all that can befall them, with their probabilities."""
    recipe, selected = channel.recipe, channel.probability
    for text, chance in WORLD.items():
        fates = [
            [
                (1 - selected, token, False, False),
                (selected * recipe.mask, None, True, False),
                (selected * recipe.keep, token, True, False),
                *((selected * recipe.random / len(ALPHABET), drawn, True, True) for drawn in ALPHABET),
            ]
            for token in text
        ]
        for befallen in product(*fates):
            yield (
                chance * math.prod(share for share, *_ in befallen),
                Question(
                    Listed(),
                    [shown for _, shown, _, _ in befallen],
                    {place: text[place] for place, (_, _, asked, _) in enumerate(befallen) if asked},
                    frozenset(place for place, (*_, random) in enumerate(befallen) if random),
                ),
            )


def exact(channel: Channel) -> float:
    """Mean entropy of what stood at a selected position, given what is shown and that it is selected: no bounds."""
    joint: dict[tuple[object, ...], Counter[Token]] = {}
    for chance, question in corruptions(channel):
        for place, answer in question.answers.items():
            joint.setdefault((place, *question.shown), Counter())[answer] += chance
    surprise = sum(
        -weight * math.log(weight / sum(answers.values()))
        for answers in joint.values()
        for weight in answers.values()
        if weight
    )
    return surprise / sum(sum(answers.values()) for answers in joint.values())


def expected(bound: Callable[[list[Question]], Bound], channel: Channel) -> float:
    """Mean loss of a reader over all corruptions."""
    asked = [(chance, question) for chance, question in corruptions(channel) if chance and question.answers]
    loss = bound([question for _, question in asked]).loss
    chances = [chance for chance, _ in asked]
    return float(np.dot(chances, loss.totals) / np.dot(chances, loss.counts))


@pytest.mark.parametrize(
    ("recipe", "probability"),
    [(BERT, 0.15), (BERT, 0.6), (MIXED, 0.6), (Recipe(0.0, 0.5), 0.15), (Recipe(0.8, 0.0), 0.6), (HIDDEN, 0.15)],
    ids=str,
)
def test_the_best_possible_loss_is_between_the_bounds(recipe: Recipe, probability: float) -> None:
    channel = Channel(recipe, len(ALPHABET), probability)
    best = exact(channel)
    lower = expected(lambda asked: lower_bound(asked, channel), channel)
    upper = expected(lambda asked: upper_bound(asked, channel), channel)
    everything = expected(lambda asked: upper_bound(asked, channel, EVERYTHING, smoothing=0.0), channel)
    assert everything == pytest.approx(best, rel=1e-9)
    assert lower <= best + 1e-12
    assert upper >= best - 1e-12
    if recipe.random:
        assert lower < best - 1e-3  # who is told more knows more
    else:
        assert lower == pytest.approx(best, rel=1e-9)
    few = expected(lambda asked: upper_bound(asked, channel, Search(spare=0, beam=1)), channel)
    assert few >= best - 1e-12
    assert few < math.log(len(ALPHABET))


def test_a_reader_who_is_surprised_pays_a_price_that_smoothing_limits() -> None:
    """Both of two plausible tokens were random; who thinks of none that is random is sure of what it sees."""
    channel = Channel(Recipe(0.0, 0.5), len(ALPHABET), 0.9)
    question = Question(Listed(), ["a", "c", "b"], {0: "c", 2: "c"}, frozenset([0, 2]))
    blind = Search(least=1.1, spare=0)
    with pytest.raises(ValueError, match="position 0: the answer 'c' is one that the reader takes for impossible"):
        upper_bound([question], channel, blind, smoothing=0.0)
    for smoothing in (1e-5, 0.1):
        loss = upper_bound([question], channel, blind, smoothing).loss
        assert loss.value <= math.log(len(ALPHABET) / smoothing)
    assert lower_bound([question], channel).loss.value < 5


def test_a_kept_token_of_which_no_other_can_stand_there_costs_nothing() -> None:
    kept = Question(Listed(), ["c", "a", "c"], {1: "a"})
    for bound in (lower_bound, upper_bound):
        found = bound([kept], Channel(Recipe(0.8, 0.0), len(ALPHABET)))
        assert found.loss.value == pytest.approx(0, abs=1e-4)
        assert found.accuracy.value == 1
    # Where a random one is possible, `c` might have stood there: `cac` is twice as probable as `ccc`.
    channel = Channel(BERT, len(ALPHABET))
    price = -math.log(2 / 3 * 0.125 / (2 / 3 * 0.125 + 1 / 3 * 0.025))
    assert lower_bound([kept], channel).loss.value == pytest.approx(price)


# Stories


@pytest.fixture(scope="module")
def texts() -> Corpus:
    return story_corpus(300, ("snow",), 500, max_length=30)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> PreparedCorpus:
    return prepare_stories(tmp_path_factory.mktemp("stories") / "corpus", 300, ["snow", "garden"], 700)


def reader_of(prepared: PreparedCorpus, negatives: Negatives, max_length: int = 64) -> Reader:
    return Reader(prepared.training, prepared.ids, max_length, negatives=negatives)


def goes_on(example: PretrainingExample, max_length: int) -> tuple[bool, bool]:
    """Of either side whether it was cut."""
    first, second = example.kept(max_length)
    return first < example.first.length, example.second is not None and second < example.second.length


def seen_to_go_on(example: PretrainingExample, max_length: int) -> tuple[bool, bool]:
    """As far as a model can know it."""
    first, second = example.kept(max_length)
    return (first == max_length - 2, False) if example.second is None else open_ends(first, second, max_length - 3)


def test_texts_that_are_only_hidden_have_the_floor_of_hidden_tokens(texts: Corpus) -> None:
    questions, channel = questions_on_texts(texts, HIDDEN, 40)
    windows = [
        Window([question.answers.get(place, token) for place, token in enumerate(question.shown)], question.answers)
        for question in questions
    ]
    windows = [replace(each, open_end=len(each.tokens) == 28) for each in windows]
    assert sum(each.open_end for each in windows) > 2
    floor = hidden_token_floor(text_reader(texts), windows)
    for bound in (lower_bound(questions, channel), upper_bound(questions, channel, smoothing=0.0)):
        assert bound.loss.value == pytest.approx(floor.loss)
        assert bound.accuracy.value == pytest.approx(floor.accuracy)
        assert sum(bound.loss.counts) == floor.count
        assert bound.next_sentence is None


@pytest.mark.parametrize(
    ("negatives", "max_length"),
    [("none", 24), ("random", 24), ("random", 128), ("same topic", 128), ("swapped", 24)],
)
def test_examples_that_are_only_hidden_have_the_floor_of_stories(
    negatives: Negatives, max_length: int, prepared: PreparedCorpus
) -> None:
    reader = reader_of(prepared, negatives, max_length)
    # A side that was just short enough is one that may go on, for all that a model sees; not for that floor.
    examples = [
        each for each in reader.first_examples(40, 0) if seen_to_go_on(each, max_length) == goes_on(each, max_length)
    ]
    assert len(examples) > 25
    assert any(map(any, (goes_on(each, max_length) for each in examples))) == (max_length == 24)
    floor = story_floor(prepared, reader, examples, hidden_only(prepared.ids.mask, prepared.vocab_size), seed=3)
    questions, channel = questions_on_examples(prepared, reader, examples, HIDDEN, seed=3)
    for bound in (lower_bound(questions, channel), upper_bound(questions, channel, smoothing=0.0)):
        assert bound.loss.value == pytest.approx(floor.mlm_loss)
        if bound.next_sentence is None:
            assert floor.nsp_loss is None
        else:
            assert bound.next_sentence.value == pytest.approx(floor.nsp_loss)


def assert_in_order(lower: Bound, upper: Bound) -> None:
    """Both read the same; chance can bring the order about, but not far."""
    for above in (upper.loss.minus(lower.loss), *differences_of_pairs(lower, upper)):
        assert above.value >= -4 * above.standard_error - 1e-9


def differences_of_pairs(lower: Bound, upper: Bound) -> list[Mean]:
    if lower.next_sentence is None or upper.next_sentence is None:
        return []
    return [upper.next_sentence.minus(lower.next_sentence)]


@pytest.mark.parametrize("recipe", [BERT, Recipe(0.4, 0.3)], ids=str)
def test_the_bounds_are_close_on_texts(recipe: Recipe, texts: Corpus) -> None:
    questions, channel = questions_on_texts(texts, recipe, 60)
    lower, upper = lower_bound(questions, channel), upper_bound(questions, channel, Search(spare=0))
    assert_in_order(lower, upper)
    assert upper.loss.minus(lower.loss).value < 0.05
    assert any(question.random for question in questions)


@pytest.mark.parametrize("negatives", ["none", "random", "same topic"])
def test_the_bounds_are_close_on_examples(negatives: Negatives, prepared: PreparedCorpus) -> None:
    reader = reader_of(prepared, negatives, max_length=40)
    questions, channel = questions_on_examples(prepared, reader, reader.first_examples(30, 0), BERT)
    lower, upper = lower_bound(questions, channel), upper_bound(questions, channel, Search(spare=0))
    assert_in_order(lower, upper)
    assert upper.loss.minus(lower.loss).value < 0.05
    assert (lower.next_sentence is None) == (negatives == "none")


def test_80_10_10_is_easier_than_100_0_0_for_who_knows_all(texts: Corpus) -> None:
    """A token in ten that is asked for stands in sight."""
    losses = [lower_bound(*questions_on_texts(texts, recipe)).loss.value for recipe in (BERT, HIDDEN)]
    assert 0 < losses[0] < losses[1]


# What is asked


def test_questions_are_what_a_model_is_asked(texts: Corpus) -> None:
    objective = MaskedLanguageModelling(texts.ids.mask, texts.vocab_size)
    questions, channel = questions_on_texts(texts, BERT, seed=5)
    assert channel == Channel(BERT, texts.vocab_size, 0.15)
    number = 0
    for shown, labels, _ in masked(texts.validation, objective, seed=5):
        for row, answers, length in zip(
            shown["input_ids"].tolist(), labels.tolist(), shown["attention_mask"].sum(dim=1).tolist(), strict=True
        ):
            question, number = questions[number], number + 1
            assert [texts.ids.mask if token is None else token for token in question.shown] == row[1 : length - 1]
            assert question.answers == {at - 1: answer for at, answer in enumerate(answers) if answer != -100}
    assert number == len(questions)


@pytest.mark.parametrize("negatives", ["none", "random"])
def test_of_pairs_only_ordinary_tokens_are_asked_about(negatives: Negatives, prepared: PreparedCorpus) -> None:
    reader = reader_of(prepared, negatives, max_length=24)
    examples = reader.first_examples(30, 0)
    questions, _ = questions_on_examples(prepared, reader, examples, BERT)
    for example, question in zip(examples, questions, strict=True):
        first, second = example.kept(24)
        tokens = [question.answers.get(place, token) for place, token in enumerate(question.shown)]
        assert tokens == kept_tokens(reader, example, first, second)
        assert question.is_next == (None if negatives == "none" else example.is_next)


def kept_tokens(reader: Reader, example: PretrainingExample, first: int, second: int) -> list[int]:
    tokens: list[int] = []
    for run, kept in ((example.first, first), (example.second, second)):
        if run is not None:
            tokens += reader.store.shards[run.shard].tokens[run.start : run.start + kept].tolist()
    return tokens


def test_fates_are_those_that_tokens_met(texts: Corpus) -> None:
    assert not any(each.random for each in questions_on_texts(texts, Recipe(0.0, 0.0))[0])
    for question in questions_on_texts(texts, Recipe(0.0, 1.0))[0]:
        assert question.random == {place for place in question.answers if question.shown[place] is not None}
    questions, _ = questions_on_texts(texts, Recipe(0.2, 0.5), probability=0.9)
    fates = Counter[str]()
    for question in questions:
        for place, answer in question.answers.items():
            shown = question.shown[place]
            fates["mask" if shown is None else "random" if place in question.random else "kept"] += 1
            assert shown is None or place in question.random or shown == answer
    drawn_mask = 0.5 / texts.vocab_size
    for fate, share in (("mask", 0.2 + drawn_mask), ("random", 0.5 - drawn_mask), ("kept", 0.3)):
        low, high = binom.interval(1 - 1e-9, sum(fates.values()), share)
        assert low <= fates[fate] <= high


@pytest.mark.parametrize("room", range(2, 12))
def test_what_a_model_sees_of_where_pairs_were_cut(room: int) -> None:
    """The lengths that are left say which lengths there can have been: on either side this one, or any from it on."""
    before: dict[tuple[int, int], set[tuple[int, int]]] = {}
    lengths = range(1, 2 * room)
    for whole in product(lengths, lengths):
        before.setdefault(truncated_lengths(*whole, room), set()).add(whole)
    for kept, found in before.items():
        sides = [
            {length for length in lengths if length >= left} if is_open else {left}
            for left, is_open in zip(kept, open_ends(*kept, room), strict=True)
        ]
        assert found == set(product(*sides))


# Means


def test_examples_of_one_length_have_the_standard_error_of_a_mean() -> None:
    values = [0.3, 0.1, 0.7, 0.2]
    mean = Mean(values, [1] * 4)
    assert mean.value == pytest.approx(np.mean(values))
    assert mean.standard_error == pytest.approx(np.std(values, ddof=1) / 2)
    assert math.isnan(Mean([0.3], [1]).standard_error)


def test_examples_are_drawn_with_their_lengths() -> None:
    """The standard error of a ratio is the spread of ratios over many draws of examples."""
    rng = np.random.default_rng(0)
    counts = rng.integers(0, 6, (400, 100))
    totals = rng.gamma(0.5, 1.0, (400, 100)) * counts
    means = [Mean(t, n) for t, n in zip(totals.tolist(), counts.tolist(), strict=True)]
    spread = np.std([mean.value for mean in means])
    assert np.mean([mean.standard_error for mean in means]) == pytest.approx(spread, rel=0.15)


def test_a_difference_has_the_noise_of_a_difference() -> None:
    one = Mean([3.0, 1.0, 2.0], [2, 1, 2])
    above = one.minus(Mean([2.8, 0.9, 1.8], [2, 1, 2]))
    assert above.value == pytest.approx(0.1)
    assert above.standard_error == pytest.approx(0, abs=1e-9)
    with pytest.raises(ValueError, match="not over the same predictions"):
        one.minus(Mean([1.0, 1.0], [3, 2]))


# Refused


@pytest.mark.parametrize(
    ("refused", "problem"),
    [
        (lambda: Question(Listed(), ["a", "b", "b"], {3: "b"}), "position 3 is asked for, in a text of 3 tokens"),
        (lambda: Question(Listed(), ["a", None, "b"], {0: "a"}), "position 1 is hidden and has no answer"),
        (lambda: Question(Listed(), ["a", None, "b"], {1: "b"}, frozenset([1])), "position 1 is said to be random"),
        (lambda: Question(Listed(), ["a", "b", "b"], {1: "b"}, frozenset([2])), "position 2 is said to be random"),
        (lambda: lower_bound([], Channel(BERT, 4)), "no position was selected in any of the examples"),
        (lambda: lower_bound([Question(Listed(), ["a", "b"], {})], Channel(BERT, 4)), "no position was selected"),
        (lambda: upper_bound([], Channel(BERT, 4), smoothing=-0.1), "smoothing is -0.1"),
        (
            lambda: lower_bound([Question(Listed(), ["d", "b", None], {2: "b"})], Channel(BERT, 4)),
            r"no story says 'd b \[MASK\]'",
        ),
        (
            lambda: lower_bound([Question(Listed(), ["a", "b", None], {2: "c"})], Channel(BERT, 4)),
            "position 2: the answer 'c' is one that the reader takes for impossible",
        ),
    ],
)
def test_refused_with_the_reason(refused: Callable[[], object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        refused()


def test_a_text_of_ones_own_has_no_bounds(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("\n\n".join(["the bear slept .\nthe moon was up ."] * 9))
    corpus = prepare_text(tmp_path / "corpus", tmp_path / "text.txt")
    reader = Reader(corpus.training, corpus.ids)
    with pytest.raises(ValueError, match="the story world did not tell"):
        questions_on_examples(corpus, reader, reader.first_examples(5, 0), BERT)

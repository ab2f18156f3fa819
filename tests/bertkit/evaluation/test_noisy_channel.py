"""Corrupted text read under hypotheses, against a sum over all texts and all that can have befallen them."""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

import pytest

from bertkit.evaluation.noisy_channel import Channel, Readings, Search
from bertkit.objectives.mlm import Recipe
from bertkit.story_world.posterior import Token, Told

WORLD = {
    ("a", "b", "b"): 0.35,
    ("a", "c", "b"): 0.3,
    ("b", "b", "c"): 0.2,
    ("c", "a", "c"): 0.1,
    ("c", "c", "c"): 0.05,
}
"""All texts that there are."""
ALPHABET = ("a", "b", "c", "d")
BERT = Channel(Recipe(0.8, 0.1), len(ALPHABET), 0.15)
EVERYTHING = Search(least=0.0, spare=3, beam=99)


class Listed:
    """A text of a world that is a list."""

    def __init__(self, world: Mapping[tuple[str, ...], float]) -> None:
        self.world = world
        self.asked = 0

    def read(self, tokens: Sequence[Token]) -> Told | None:
        self.asked += 1
        fitting = {text: chance for text, chance in self.world.items() if fits(text, tokens)}
        total = sum(fitting.values())
        if not total:
            return None
        hidden: dict[int, dict[Token, float]] = {place: {} for place, token in enumerate(tokens) if token is None}
        for text, chance in fitting.items():
            for place, said in hidden.items():
                said[text[place]] = said.get(text[place], 0.0) + chance / total
        return Told(math.log(total), hidden)

    def suspects(self, tokens: Sequence[Token]) -> range:
        fitting = [
            length
            for length in range(len(tokens) + 1)
            if any(fits(text[:length], tokens[:length]) for text in self.world)
        ]
        return range(min(max(fitting) + 1, len(tokens)))


def fits(text: Sequence[Token], tokens: Sequence[Token]) -> bool:
    return all(seen in (None, token) for token, seen in zip(text, tokens, strict=True))


def by_hand(shown: Sequence[Token], channel: Channel, place: int) -> dict[str, float]:
    """P(token at a place | what is shown, and that the place is selected), by Bayes over all texts."""
    weights: dict[str, float] = {}
    for text, chance in WORLD.items():
        for at, (token, seen) in enumerate(zip(text, shown, strict=True)):
            if seen is None:
                continue
            drawn = channel.probability * channel.recipe.random / channel.vocab_size
            stays = channel.probability * channel.recipe.keep
            chance *= drawn + (stays + (1 - channel.probability) * (at != place)) * (seen == token)
        weights[text[place]] = weights.get(text[place], 0.0) + chance
    return {token: weight / sum(weights.values()) for token, weight in weights.items() if weight}


RECIPES = [Recipe(0.8, 0.1), Recipe(0.5, 0.4), Recipe(0.0, 0.5), Recipe(0.8, 0.2)]


@pytest.mark.parametrize("probability", [0.15, 0.7])
@pytest.mark.parametrize("recipe", RECIPES, ids=str)
@pytest.mark.parametrize("shown", ["abb", "a.b", "acc", "d.b", "ddd", "cbd", "..c", "dca"])
def test_all_hypotheses_together_are_bayes_rule(shown: str, recipe: Recipe, probability: float) -> None:
    channel = Channel(recipe, len(ALPHABET), probability)
    tokens = [None if token == "." else token for token in shown]
    readings = Readings(Listed(WORLD), tokens, channel)
    hypotheses = EVERYTHING.hypotheses(readings)
    for place in range(len(tokens)):
        believed = readings.believed(place, hypotheses)
        assert {token: share for token, share in believed.items() if share} == pytest.approx(
            by_hand(tokens, channel, place)
        )


@pytest.mark.parametrize("shown", ["abb", "acc", "d.b", "ddd", "cbd"])
def test_an_unlimited_search_finds_every_set_that_is_possible(shown: str) -> None:
    tokens = [None if token == "." else token for token in shown]
    readings = Readings(Listed(WORLD), tokens, BERT)
    possible = {
        frozenset(each)
        for size in range(len(readings.visible) + 1)
        for each in combinations(readings.visible, size)
        if readings.told(frozenset(each)) is not None
    }
    found = EVERYTHING.hypotheses(readings)
    assert len(found) == len(set(found))
    assert set(found) == possible


def test_a_limited_search_thinks_of_the_fewest_first() -> None:
    tokens = ["d", "b", "b"]
    none_to_spare = Search(spare=0).hypotheses(Readings(Listed(WORLD), tokens, BERT))
    assert set(none_to_spare) == {frozenset([0])}
    # One more: only where the set so far carries weight, and it carries all.
    one_to_spare = Search(spare=1).hypotheses(Readings(Listed(WORLD), tokens, BERT))
    assert set(one_to_spare) == {frozenset([0]), frozenset([0, 1]), frozenset([0, 2])}
    assert set(Search(spare=1, least=1.1).hypotheses(Readings(Listed(WORLD), tokens, BERT))) == {frozenset([0])}


def test_a_narrow_beam_keeps_what_fits_furthest() -> None:
    """Of the ways to give up one of the first three, giving up the third leads on to the fifth."""
    world = {tuple("abcde"): 0.5, tuple("bbced"): 0.5}
    tokens = list("abddd")
    asked = {}
    for beam in (1, 99):
        text = Listed(world)
        found = Search(spare=0, beam=beam).hypotheses(Readings(text, tokens, BERT))
        assert frozenset([2, 4]) in found
        asked[beam] = text.asked
    assert asked[1] < asked[99]


def test_a_visible_token_is_weighed_by_hand() -> None:
    """Kept with 0.1 or drawn with 0.1 / 4; of texts `a ? b` 0.35 have a `b` there, and 0.3 a `c`."""
    readings = Readings(Listed(WORLD), ["a", "b", "b"], BERT)
    believed = readings.believed(1, [frozenset()])
    kept, other = 0.35 * (0.1 + 0.025), 0.3 * 0.025
    assert believed == pytest.approx({"b": kept / (kept + other), "c": other / (kept + other)})


def test_without_random_tokens_what_is_seen_is_so() -> None:
    channel = Channel(Recipe(0.8, 0.0), len(ALPHABET))
    readings = Readings(Listed(WORLD), ["a", "b", None], channel)
    hypotheses = EVERYTHING.hypotheses(readings)
    assert hypotheses == [frozenset()]
    assert readings.believed(1, hypotheses)["b"] == 1
    with pytest.raises(ValueError, match=r"no story says 'd b \[MASK\]', whichever of its tokens are random"):
        EVERYTHING.hypotheses(Readings(Listed(WORLD), ["d", "b", None], channel))


def test_what_no_hypothesis_explains_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no story says 'd d \[MASK\]', even if its token 1 is a random one"):
        Readings(Listed(WORLD), ["d", "d", None], BERT).believed(1, [frozenset()])


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((Recipe(0.8, 0.1), 100, 1.5), "probability is 1.5; it has to be between 0 and 1"),
        ((Recipe(0.8, 0.1), 100, math.nan), "probability is nan"),
        ((Recipe(0.8, 0.1), 0), "vocab_size is 0"),
        ((Recipe(0.8, 0.2), 100, 1.0), "with 80/20/0 at a probability of 1.0 every visible token is a random one"),
    ],
)
def test_channels_that_are_none(arguments: tuple[Recipe, int, float], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Channel(*arguments)

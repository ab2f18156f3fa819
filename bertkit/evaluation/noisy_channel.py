"""Exact inference on corrupted text: what stood where a model sees a token that may be a random one.

BERT's corruption is a noisy channel. A hypothesis says which visible tokens it drew at random; under it these are
as good as hidden, all others are true, and the exact posterior of the story world applies. Nobody is told which
hypothesis holds, so that a reader mixes over many.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, inf, log

from bertkit.objectives.mlm import SELECTION_PROBABILITY, Recipe
from bertkit.story_world.posterior import Distribution, Text, Token, Told
from bertkit.story_world.posterior.reader import spelled

Random = frozenset[int]
"""A hypothesis: the positions of visible tokens that were drawn at random."""


@dataclass(frozen=True)
class Channel:
    """What corruption does to a token: the noisy channel between a text and what a model sees of it.

    Args:
        recipe: shares of the fates of a selected token.
        vocab_size: V; random tokens are drawn uniformly from 0 to V - 1.
        probability: share of ordinary positions that are selected, each on its own.

    Raises:
        ValueError: for a probability outside 0 to 1, a vocabulary without tokens, or where every visible token would be
            a random one.
    """

    recipe: Recipe
    vocab_size: int
    probability: float = SELECTION_PROBABILITY

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise ValueError(f"probability is {self.probability}; it has to be between 0 and 1")
        if self.vocab_size < 1:
            raise ValueError(f"vocab_size is {self.vocab_size}; a random token is one of at least 1")
        if self.drawn and not self.true:
            raise ValueError(
                f"with {self.recipe} at a probability of {self.probability} every visible token is a random one; keep "
                "some, or select fewer"
            )

    @property
    def kept(self) -> float:
        """Probability that a token is selected, and stays."""
        return self.probability * self.recipe.keep

    @property
    def drawn(self) -> float:
        """Probability that a token is selected, and becomes this or that one at random."""
        return self.probability * self.recipe.random / self.vocab_size

    @property
    def true(self) -> float:
        """Probability that a token stays, selected or not."""
        return 1 - self.probability + self.kept

    def log_odds(self, wrong: int) -> float:
        """Log of the odds that so many visible tokens are given ones drawn at random, against true ones."""
        if not wrong:
            return 0.0
        return wrong * log(self.drawn / self.true) if self.drawn else -inf


class Readings:
    """A corrupted text under hypotheses: what it tells if certain visible tokens are random, and the others true."""

    def __init__(self, text: Text, shown: Sequence[Token], channel: Channel) -> None:
        self._text, self.shown, self._channel = text, shown, channel
        self.visible = [place for place, token in enumerate(shown) if token is not None]
        self._told: dict[Random, Told | None] = {}

    def told(self, random: Random) -> Told | None:
        """None where a hypothesis is impossible."""
        if random not in self._told:
            self._told[random] = self._text.read(self._without(random))
        return self._told[random]

    def _without(self, random: Random) -> list[Token]:
        return [None if place in random else token for place, token in enumerate(self.shown)]

    def suspects(self, random: Random) -> range:
        """If a hypothesis is impossible, positions of which one more at least has to be random."""
        return self._text.suspects(self._without(random))

    def log_weight(self, random: Random) -> float:
        """Log of the joint probability of a hypothesis and of what is visible, but for a constant."""
        told = self.told(random)
        return -inf if told is None else told.log_likelihood + self._channel.log_odds(len(random))

    def believed(self, place: int, hypotheses: Iterable[Random]) -> Distribution:
        """The distribution of the token that stood at a selected position, under these hypotheses on the others.

        Whether what is visible there is the token itself, or one drawn at random, is weighed here.

        Raises:
            ValueError: where no story has the text under any of them.
        """
        seen = self.shown[place]
        itself = frozenset() if seen is None else frozenset([place])
        cases = [
            (told.log_likelihood + self._channel.log_odds(len(others)), told.hidden[place])
            for others in {hypothesis - itself for hypothesis in hypotheses}
            if (told := self.told(others | itself)) is not None
        ]
        if not cases:
            raise ValueError(f"no story says {spelled(self.shown)!r}, even if its token {place} is a random one")
        highest = max(weight for weight, _ in cases)
        total: Distribution = {}
        for weight, distribution in cases:
            for token, share in distribution.items():
                passed = 1.0 if seen is None else self._channel.drawn + self._channel.kept * (token == seen)
                total[token] = total.get(token, 0.0) + exp(weight - highest) * share * passed
        return normalised(total)

    def is_next(self, hypotheses: Iterable[Random]) -> float | None:
        """Of a pair the probability that B follows A, under these hypotheses, of which one is possible at least."""
        cases = [(self.log_weight(each), told.is_next) for each in hypotheses if (told := self.told(each)) is not None]
        highest = max(weight for weight, _ in cases)
        following = [(exp(weight - highest), is_next) for weight, is_next in cases if is_next is not None]
        total = sum(weight for weight, _ in following)
        return sum(weight * is_next for weight, is_next in following) / total if following else None


def normalised(weights: Distribution) -> Distribution:
    """Weights as a distribution."""
    total = sum(weights.values())
    return {token: weight / total for token, weight in weights.items()}


@dataclass(frozen=True)
class Search:
    """Which hypotheses a reader of corrupted text thinks of.

    It begins with "none is random". Of a set that makes the text possible it goes on to those with one token more; of
    one that does not, to those with one token more up to the first that does not fit.
    """

    least: float = 1e-3
    """It goes on from a set that makes the text possible only where the set carries this share of all weight so far."""
    spare: int = 1
    """It thinks of so many random tokens more than the fewest that make the text possible."""
    beam: int = 20
    """Of sets of one size that leave the text impossible it goes on from so many, those that fit furthest."""

    def hypotheses(self, readings: Readings) -> list[Random]:
        """The sets thought of that make the text possible. What is visible decides them, and nothing else.

        Raises:
            ValueError: where the text is one that no story has, whatever its tokens.
        """
        found: dict[Random, float] = {}
        level: set[Random] = {frozenset()}
        size, last = 0, len(readings.visible)
        while level:
            weights = {each: readings.log_weight(each) for each in level}
            possible = {each: weight for each, weight in weights.items() if weight > -inf}
            if possible and not found:
                last = min(last, size + self.spare)
            found |= possible
            if size == last:
                break
            total = log_sum(found.values())
            carrying = [each for each, weight in possible.items() if exp(weight - total) >= self.least]
            parents = dict.fromkeys(carrying, range(len(readings.shown)))
            misfits = {each: readings.suspects(each) for each in level - possible.keys()}
            parents |= dict(sorted(misfits.items(), key=lambda item: (-item[1].stop, sorted(item[0])))[: self.beam])
            level = {
                each | {place}
                for each, places in parents.items()
                for place in places
                if place not in each and readings.shown[place] is not None
            }
            size += 1
        if not found:
            raise ValueError(f"no story says {spelled(readings.shown)!r}, whichever of its tokens are random")
        return list(found)


def log_sum(logs: Iterable[float]) -> float:
    """Log of the sum of numbers that are given by their logs; -inf of none."""
    numbers = list(logs)
    highest = max(numbers, default=-inf)
    return highest if highest == -inf else highest + log(sum(exp(number - highest) for number in numbers))

"""Floors: the loss and accuracy of the best possible reader, averaged over many windows.

They hold where every token to predict is hidden from view. Under BERT's 80/10/10 corruption some are not, and the
others cannot all be trusted: `bertkit.evaluation.denoising` bounds that floor.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import log

from bertkit.story_world.posterior.evidence import Distribution
from bertkit.story_world.posterior.matching import Token
from bertkit.story_world.posterior.pair_reader import PairReader
from bertkit.story_world.posterior.reader import WindowReader


@dataclass(frozen=True)
class Floor:
    """What nobody can beat on average.

    loss: mean −log probability of the truth, in nats. accuracy: fraction of predictions where the most probable answer
    was the truth. expected_accuracy: the mean probability of the most probable answer, which has less noise.
    count: number of predictions.
    """

    loss: float
    accuracy: float
    expected_accuracy: float
    count: int


@dataclass(frozen=True)
class PairFloor:
    """The floors of both objectives on pairs: of the hidden tokens, and of whether B follows A.

    tokens is None where no token was hidden.
    """

    tokens: Floor | None
    next_sentence: Floor


@dataclass(frozen=True)
class Window:
    """A window and what is hidden of it.

    tokens: all of them, the hidden ones too. hidden: positions of the hidden ones. open_end: whether the window was
    cut after so many tokens.
    """

    tokens: Sequence[Token]
    hidden: Collection[int] = ()
    open_end: bool = False

    def __post_init__(self) -> None:
        for position in self.hidden:
            if not 0 <= position < len(self.tokens):
                raise ValueError(f"hidden position {position} is outside a window of {len(self.tokens)} tokens")

    @property
    def visible(self) -> list[Token]:
        """The tokens, None where hidden."""
        return [None if position in self.hidden else token for position, token in enumerate(self.tokens)]

    @property
    def truth(self) -> list[Token]:
        """The hidden tokens, from the left."""
        return [self.tokens[position] for position in sorted(set(self.hidden))]


@dataclass(frozen=True)
class WindowPair:
    """Two windows, and whether the second follows the first."""

    first: Window
    second: Window
    is_next: bool


class _Mean:
    """Sums over predictions."""

    def __init__(self) -> None:
        self.loss, self.right, self.expected, self.count = 0.0, 0, 0.0, 0

    def add(self, distributions: Sequence[Distribution], truth: Sequence[Token]) -> None:
        for distribution, token in zip(distributions, truth, strict=True):
            best = max(distribution, key=distribution.__getitem__)
            self.loss -= log(distribution[token])
            self.right += best == token
            self.expected += distribution[best]
            self.count += 1

    def floor(self, nothing: str = "nothing is hidden in any of the examples, so there is nothing to predict") -> Floor:
        if not self.count:
            raise ValueError(nothing)
        return Floor(self.loss / self.count, self.right / self.count, self.expected / self.count, self.count)


def hidden_token_floor(reader: WindowReader, examples: Iterable[Window]) -> Floor:
    """Floor of the masked language model's loss, and the limit of its accuracy, at the hidden positions.

    Raises:
        ValueError: if nothing is hidden, or a window is one that no story has.
    """
    mean = _Mean()
    for example in examples:
        mean.add(reader.posterior(example.visible, example.open_end), example.truth)
    return mean.floor()


def pair_floor(reader: PairReader, examples: Iterable[WindowPair]) -> PairFloor:
    """Floors of the masked language model and of next sentence prediction, on the same pairs.

    Raises:
        ValueError: if there are no pairs, or one is impossible.
    """
    tokens, following = _Mean(), _Mean()
    for pair in examples:
        one, other = pair.first, pair.second
        reading = reader.read(one.visible, other.visible, (one.open_end, other.open_end))
        tokens.add(reading.first, one.truth)
        tokens.add(reading.second, other.truth)
        following.add([{True: reading.is_next, False: 1 - reading.is_next}], [pair.is_next])
    return PairFloor(tokens.floor() if tokens.count else None, following.floor())


def next_token_floor(reader: WindowReader, windows: Iterable[Sequence[Token]], end: Token = None) -> Floor:
    """Floor of a causal model's loss, and the limit of its accuracy: each token, given those before it.

    Args:
        reader: knows which windows there are.
        windows: visible tokens only, each ending where a sentence ends.
        end: a token that stands for the end of a window, such as `[SEP]`, and is predicted too; None for none.

    Raises:
        ValueError: if there are no tokens, one is hidden, or a window is one that no story has.
    """
    mean = _Mean()
    for window in windows:
        if None in window:
            raise ValueError(f"position {list(window).index(None)} is hidden; a causal model sees all that is before")
        for length, token in enumerate(window):
            distribution = reader.next_token_distribution(window[:length], end)
            if token not in distribution:
                reader.read(window, open_end=True)  # raises, and names the token that does not fit
            mean.add([distribution], [token])
        if end is not None:
            mean.add([reader.next_token_distribution(window, end)], [end])
    return mean.floor("there are no windows to predict")

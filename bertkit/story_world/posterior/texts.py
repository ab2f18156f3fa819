"""One text or a pair alike: what its visible tokens tell, and which of them fit no story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bertkit.story_world.posterior.evidence import Distribution
from bertkit.story_world.posterior.matching import Token
from bertkit.story_world.posterior.pair_reader import PairReader
from bertkit.story_world.posterior.reader import WindowReader


@dataclass(frozen=True)
class Told:
    """What the visible tokens of a text tell.

    log_likelihood: log probability of the visible tokens, in nats. hidden: for each hidden position the distribution
    of its token. is_next: of a pair the probability that B follows A.
    """

    log_likelihood: float
    hidden: dict[int, Distribution]
    is_next: float | None = None


class Text(Protocol):
    """A text of a length that is known, and who knows all stories."""

    def read(self, tokens: Sequence[Token]) -> Told | None:
        """What these tokens tell, None where one is hidden; None where no story has the visible ones."""
        ...

    def suspects(self, tokens: Sequence[Token]) -> range:
        """Positions such that no story has all visible tokens among them; all where that cannot be narrowed down."""
        ...


@dataclass(frozen=True)
class WindowText:
    """One window. open_end: whether it was cut after so many tokens, and its story may go on."""

    reader: WindowReader
    open_end: bool = False

    def read(self, tokens: Sequence[Token]) -> Told | None:
        """See `Text`. Raises `ValueError` for no tokens."""
        reading = self.reader.attempt(tokens, self.open_end)
        return None if reading is None else Told(reading.log_likelihood, _by_position(tokens, reading.hidden))

    def suspects(self, tokens: Sequence[Token]) -> range:
        """Up to the first token that does not fit."""
        return range(min(self.reader.misfit(tokens) + 1, len(tokens)))


@dataclass(frozen=True)
class PairText:
    """A pair of windows, A and B, one behind the other. first: tokens of A. open_ends: as in `WindowText`, of both."""

    reader: PairReader
    first: int
    open_ends: tuple[bool, bool] = (False, False)

    def read(self, tokens: Sequence[Token]) -> Told | None:
        """See `Text`. Raises `ValueError` for a window without tokens."""
        reading = self.reader.attempt(tokens[: self.first], tokens[self.first :], self.open_ends)
        if reading is None:
            return None
        hidden = _by_position(tokens, [*reading.first, *reading.second])
        return Told(reading.log_likelihood, hidden, reading.is_next)

    def suspects(self, tokens: Sequence[Token]) -> range:
        """Of the first window that no story has, those up to the first token that does not fit."""
        one, other = self.reader.misfits(tokens[: self.first], tokens[self.first :])
        if one < self.first:
            return range(one + 1)
        if self.first + other < len(tokens):
            return range(self.first, self.first + other + 1)
        return range(len(tokens))


def _by_position(tokens: Sequence[Token], hidden: Sequence[Distribution]) -> dict[int, Distribution]:
    places = [position for position, token in enumerate(tokens) if token is None]
    return dict(zip(places, hidden, strict=True))

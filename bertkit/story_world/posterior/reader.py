"""What can be known of one window: the exact distribution of its hidden tokens under the grammar.

A reader here knows the grammar and how windows are cut out of stories, but neither the plot nor the place of a window
in its story, nor what the story is about. Nobody with the same knowledge can do better on average.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import log

from bertkit.story_world.posterior.evidence import Distribution, Evidence, Knowledge, stops_of
from bertkit.story_world.posterior.matching import Token, Tokens, one_token
from bertkit.story_world.posterior.tellings import Chart
from bertkit.story_world.posterior.windows import Cuts
from bertkit.story_world.world import StoryWorld


@dataclass(frozen=True)
class Reading:
    """What the visible tokens of one window tell.

    log_likelihood: log probability of the visible tokens, in nats, the hidden ones summed out; for an open end, of
    all texts that begin so. hidden: for each hidden position, from the left, the distribution of its token.
    """

    log_likelihood: float
    hidden: list[Distribution]


class WindowReader:
    """Reads windows of consecutive sentences of a story, as well as anybody can.

    Args:
        world: whose stories they are.
        cuts: which windows there are and how often, see `bertkit.story_world.posterior.windows`.
        encode: the tokens of one word (punctuation marks are words); by default a word is a token.

    A window is a sequence of tokens, None where one is hidden. It starts where a sentence starts. It ends where one
    ends unless `open_end` is set: then it is the beginning of some text, cut after so many tokens.

    Probabilities are sums of products without rescaling: windows of some hundred sentences would underflow.

    Raises:
        ValueError: from the constructor for unsound cuts, from the methods for an empty window and for visible
            tokens that no story has, naming the first that does not fit.
    """

    def __init__(self, world: StoryWorld, cuts: Cuts, encode: Callable[[str], Tokens] = one_token) -> None:
        self._knowledge = Knowledge(world, encode)
        self._stops = {open_end: stops_of(cuts, world, open_end) for open_end in (False, True)}

    def read(self, window: Sequence[Token], open_end: bool = False) -> Reading:
        """Log likelihood and posterior of one window."""
        reading = self.attempt(window, open_end)
        if reading is None:
            raise ValueError(first_misfit(window, partial(self._can_begin, window)))
        return reading

    def attempt(self, window: Sequence[Token], open_end: bool = False) -> Reading | None:
        """As `read`, but None where no story has these visible tokens: for asking about many that may not be."""
        chart = Chart(self._knowledge.matcher, window, open_end)
        evidence = self._evidence(chart, open_end)
        if evidence.likelihood <= 0:
            return None
        return Reading(log(evidence.likelihood), evidence.distributions(0, chart))

    def misfit(self, window: Sequence[Token]) -> int:
        """Number of the first token that fits no story after those before it; of tokens where all fit."""
        return longest_fit(len(window), partial(self._can_begin, window))

    def posterior(self, window: Sequence[Token], open_end: bool = False) -> list[Distribution]:
        """For each hidden position, from the left, the distribution of its token given all visible tokens."""
        return self.read(window, open_end).hidden

    def log_likelihood(self, window: Sequence[Token], open_end: bool = False) -> float:
        """Log probability of the visible tokens among all windows, in nats."""
        return self.read(window, open_end).log_likelihood

    def next_token_distribution(self, prefix: Sequence[Token], end: Token = None) -> Distribution:
        """Distribution of the token after the beginning of a window.

        Args:
            prefix: the tokens before it; may be empty, and some may be hidden.
            end: token that stands for the end of the window, for example `[SEP]`. With None the distribution is
                that of the next token given that there is one.
        """
        chart = Chart(self._knowledge.matcher, (*prefix, None), True)
        onward = self._evidence(chart, True)
        stopped = self._evidence(Chart(self._knowledge.matcher, prefix, False), False).likelihood if prefix else 0.0
        if end is None:
            stopped = 0.0
        whole = onward.likelihood + stopped
        if whole <= 0:
            raise ValueError(first_misfit(prefix, partial(self._can_begin, prefix)))
        place = len(prefix)
        following = {token: value / whole for (position, token), value in onward.filled[0].items() if position == place}
        return following if end is None or not stopped else {**following, end: stopped / whole}

    def _evidence(self, chart: Chart, open_end: bool) -> Evidence:
        if not chart.tokens:
            raise ValueError("the window is empty; it needs at least one token")
        return self._knowledge.alone(chart, self._stops[open_end])

    def _can_begin(self, window: Sequence[Token], length: int) -> bool:
        """Whether so many tokens of a window are the beginning of one."""
        return self._evidence(Chart(self._knowledge.matcher, window[:length], True), True).likelihood > 0


def spelled(window: Sequence[Token]) -> str:
    """A window for people to read."""
    return " ".join("[MASK]" if token is None else str(token) for token in window)


def first_misfit(window: Sequence[Token], possible: Callable[[int], bool]) -> str:
    """Says which token is the first that fits no story; possible(length): whether so many tokens can begin one."""
    shown, length = spelled(window), longest_fit(len(window), possible)
    if length < len(window):
        return f"no story says {shown!r}: token {length}, {window[length]!r}, does not fit what precedes it"
    return f"no story says {shown!r}: a window that begins so does not end there"


def longest_fit(length: int, possible: Callable[[int], bool]) -> int:
    """The largest number up to `length` for which `possible` holds, which holds for all below it; 0 if for none."""
    return bisect_left(range(1, length + 1), True, key=lambda tokens: not possible(tokens))

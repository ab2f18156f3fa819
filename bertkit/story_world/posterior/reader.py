"""What can be known of one window: the exact distribution of its hidden tokens under the grammar.

A reader here knows the grammar and how windows are cut out of stories, but neither the plot nor the place of a window
in its story, nor what the story is about. Nobody with the same knowledge can do better on average.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
        chart = Chart(self._knowledge.matcher, window, open_end)
        evidence = self._evidence(chart, open_end)
        if evidence.likelihood <= 0:
            raise ValueError(self._why_impossible(window))
        return Reading(log(evidence.likelihood), evidence.distributions(0, chart))

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
            raise ValueError(self._why_impossible(prefix))
        place = len(prefix)
        following = {token: value / whole for (position, token), value in onward.filled[0].items() if position == place}
        return following if end is None or not stopped else {**following, end: stopped / whole}

    def _evidence(self, chart: Chart, open_end: bool) -> Evidence:
        if not chart.tokens:
            raise ValueError("the window is empty; it needs at least one token")
        return self._knowledge.alone(chart, self._stops[open_end])

    def _why_impossible(self, window: Sequence[Token]) -> str:
        def possible(length: int) -> bool:
            return self._evidence(Chart(self._knowledge.matcher, window[:length], True), True).likelihood > 0

        return first_misfit(window, possible)


def spelled(window: Sequence[Token]) -> str:
    """A window for people to read."""
    return " ".join("[MASK]" if token is None else str(token) for token in window)


def first_misfit(window: Sequence[Token], possible: Callable[[int], bool]) -> str:
    """Says which token is the first that fits no story; possible(length): whether so many tokens can begin one."""
    shown = spelled(window)
    for length in range(1, len(window) + 1):
        if not possible(length):
            return f"no story says {shown!r}: token {length - 1}, {window[length - 1]!r}, does not fit what precedes it"
    return f"no story says {shown!r}: a window that begins so does not end there"

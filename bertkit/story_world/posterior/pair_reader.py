"""What can be known of two windows: whether the second follows the first, and the hidden tokens of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import log
from typing import Literal, get_args

from bertkit.story_world.posterior.evidence import (
    PLACE,
    Distribution,
    Evidence,
    Knowledge,
    Scene,
    beside,
    merged,
    stops_of,
    total,
)
from bertkit.story_world.posterior.matching import Token, Tokens, one_token
from bertkit.story_world.posterior.reader import first_misfit, longest_fit, spelled
from bertkit.story_world.posterior.tellings import Chart
from bertkit.story_world.posterior.windows import Cuts, PairCuts, first_halves, joint, second_halves
from bertkit.story_world.world import StoryWorld

Unrelated = Literal["any", "same topic", "same place", "swapped"]
"""What the second window is where it does not follow the first; see `PairReader`."""


@dataclass(frozen=True)
class PairReading:
    """What the visible tokens of a pair tell, whether B follows A summed out but for `is_next`.

    is_next: probability that B follows A. log_likelihood: of both windows together, in nats. first, second: for each
    hidden position of A and of B, from the left, the distribution of its token.
    """

    is_next: float
    log_likelihood: float
    first: list[Distribution]
    second: list[Distribution]


class PairReader:
    """Reads pairs of windows, A and B: B goes on where A ends, or comes from another story.

    Args:
        world: whose stories they are.
        consecutive: which pairs of neighbouring windows there are and how often.
        unrelated: which windows the other story gives, where it is "any" or of the "same topic".
        first: which windows A there are where B comes from another story; by default the same as where it follows.
        negatives: what B is where it does not follow: "any", a window of any other story; "same topic", of one of
            A's topic; "same place", what follows in another story of A's plot that happens at the same place;
            "swapped", the window that A follows.
        is_next: probability that B follows A, before anything is read.
        encode: the tokens of one word; by default a word is a token.

    Raises:
        ValueError: from the constructor for unsound arguments, from `read` as `WindowReader` does.
    """

    def __init__(
        self,
        world: StoryWorld,
        consecutive: PairCuts,
        unrelated: Cuts,
        *,
        first: Cuts | None = None,
        negatives: Unrelated = "any",
        is_next: float = 0.5,
        encode: Callable[[str], Tokens] = one_token,
    ) -> None:
        if negatives not in get_args(Unrelated):
            raise ValueError(f"negatives is {negatives!r}; choose one of {', '.join(get_args(Unrelated))}")
        if not 0 <= is_next <= 1:
            raise ValueError(f"is_next is {is_next}; it has to be a probability")
        self._knowledge = Knowledge(world, encode)
        self._is_next = is_next
        self._negatives = negatives
        self._pairs = joint(consecutive, world)
        ends = (False, True)
        self._first = {open_end: stops_of(first or first_halves(consecutive), world, open_end) for open_end in ends}
        self._second = {open_end: stops_of(unrelated, world, open_end) for open_end in ends}
        self._known = [
            {end: merged(alone[end], stops_of(half, world, end)) for end in ends}
            for alone, half in (
                (self._first, first_halves(consecutive)),
                (self._second, second_halves(consecutive)),
            )
        ]
        if negatives == "swapped":
            both = [{end: merged(one[end], other[end]) for end in ends} for one, other in [self._known]]
            self._known = both * 2
        self._topics: dict[str, float] = {}
        for plot, windows in joint(unrelated, world).items():
            topic = world.topics[plot]
            self._topics[topic] = self._topics.get(topic, 0.0) + sum(windows.values())
        for plot in self._first[False]:
            if negatives == "same topic" and not self._topics.get(world.topics[plot]):
                raise ValueError(f"no unrelated window is about {world.topics[plot]!r}, the topic of plot {plot!r}")

    def read(
        self, first: Sequence[Token], second: Sequence[Token], open_ends: tuple[bool, bool] = (False, False)
    ) -> PairReading:
        """Whether B follows A, and the hidden tokens of both.

        Args:
            first: the tokens of A, None where hidden.
            second: the tokens of B.
            open_ends: for A and for B whether it was cut after so many tokens and its story may go on.
        """
        reading = self.attempt(first, second, open_ends)
        if reading is None:
            raise ValueError(self._why_impossible(first, second))
        return reading

    def attempt(
        self, first: Sequence[Token], second: Sequence[Token], open_ends: tuple[bool, bool] = (False, False)
    ) -> PairReading | None:
        """As `read`, but None where no pair has these visible tokens."""
        for name, window in (("first", first), ("second", second)):
            if not window:
                raise ValueError(f"the {name} window is empty; it needs at least one token")
        charts = [
            Chart(self._knowledge.matcher, window, open_end)
            for window, open_end in zip((first, second), open_ends, strict=True)
        ]
        known = [windows[open_end] for windows, open_end in zip(self._known, open_ends, strict=True)]
        scenes = self._knowledge.scenes(charts, known)
        following = total((scene.together(self._pairs, open_ends) for scene in scenes.values()), windows=2)
        unrelated = self._unrelated(scenes, open_ends)
        following, unrelated = following.times(self._is_next), unrelated.times(1 - self._is_next)
        both = total([following, unrelated], windows=2)
        if both.likelihood <= 0:
            return None
        return PairReading(
            is_next=following.likelihood / both.likelihood,
            log_likelihood=log(both.likelihood),
            first=both.distributions(0, charts[0]),
            second=both.distributions(1, charts[1]),
        )

    def _unrelated(self, scenes: dict[str, Scene], open_ends: tuple[bool, bool]) -> Evidence:
        """The two windows where the second does not follow the first."""
        if self._negatives == "swapped":
            return total((each.together(self._pairs, open_ends, order=(1, 0)) for each in scenes.values()), windows=2)
        if self._negatives == "same place":
            return total((each.together(self._pairs, open_ends, shared=PLACE) for each in scenes.values()), windows=2)
        first, second = self._first[open_ends[0]], self._second[open_ends[1]]
        ones = {topic: scene.alone(0, first) for topic, scene in scenes.items()}
        others = {topic: scene.alone(1, second) for topic, scene in scenes.items()}
        if self._negatives == "any":
            return beside(total(ones.values(), windows=1), total(others.values(), windows=1))
        pairs = (beside(ones[topic], others[topic]).times(1 / self._topics[topic]) for topic in scenes)
        return total(pairs, windows=2)

    def misfits(self, first: Sequence[Token], second: Sequence[Token]) -> tuple[int, int]:
        """As `WindowReader.misfit`, of either window by itself."""
        one, other = (
            longest_fit(len(window), partial(self._can_begin, side, window))
            for side, window in enumerate((first, second))
        )
        return one, other

    def _can_begin(self, side: int, window: Sequence[Token], length: int) -> bool:
        """Whether so many tokens of a window are the beginning of an A (side 0), or of a B (1)."""
        beginning = Chart(self._knowledge.matcher, window[:length], True)
        return self._knowledge.alone(beginning, self._known[side][True]).likelihood > 0

    def _why_impossible(self, first: Sequence[Token], second: Sequence[Token]) -> str:
        for side, window in enumerate((first, second)):
            if not self._can_begin(side, window, len(window)):
                return first_misfit(window, partial(self._can_begin, side, window))
        shown = " | ".join(spelled(window) for window in (first, second))
        return f"no pair says {shown!r}, though each of the two can be begun so"

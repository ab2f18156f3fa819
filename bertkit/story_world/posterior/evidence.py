"""The probability of what is visible: tellings weighted by how likely plot and steps are, topic by topic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bertkit.story_world.posterior.latents import ONE, LatentPrior, LatentSpace, Table
from bertkit.story_world.posterior.matcher import Matcher
from bertkit.story_world.posterior.matching import ROLE_ORDER, Token, Tokens
from bertkit.story_world.posterior.tellings import Chart, Filled, Telling, tellings
from bertkit.story_world.posterior.windows import Cuts, joint
from bertkit.story_world.world import StoryWorld

PLACE = ROLE_ORDER.index("place")
Distribution = dict[Token, float]
"""Token to probability; tokens that cannot come are left out."""
Stops = dict[str, dict[int, dict[int, float]]]
"""stops[plot][first][stop]: joint probability of plot and window."""


@dataclass
class Evidence:
    """Probability of the visible tokens, and the same with a token at a hidden position of each window."""

    likelihood: float
    filled: tuple[Filled, ...]

    def times(self, factor: float) -> Evidence:
        filled = tuple({place: factor * value for place, value in each.items()} for each in self.filled)
        return Evidence(factor * self.likelihood, filled)

    def distributions(self, window: int, chart: Chart) -> list[Distribution]:
        found: dict[int, Distribution] = {position: {} for position in chart.hidden}
        for (position, token), value in self.filled[window].items():
            if value > 0:
                found[position][token] = value / self.likelihood
        return list(found.values())


def total(parts: Iterable[Evidence], windows: int) -> Evidence:
    """The sum over cases of which only one can be; windows: how many windows each case is about."""
    summed = Evidence(0.0, tuple({} for _ in range(windows)))
    for part in parts:
        summed.likelihood += part.likelihood
        for into, each in zip(summed.filled, part.filled, strict=True):
            for place, value in each.items():
                into[place] = into.get(place, 0.0) + value
    return summed


def beside(one: Evidence, other: Evidence) -> Evidence:
    """Two windows of stories that have nothing to do with each other."""
    return Evidence(
        one.likelihood * other.likelihood, one.times(other.likelihood).filled + other.times(one.likelihood).filled
    )


class Scene:
    """All tellings of some windows in the stories of one topic, with their tables summed."""

    def __init__(
        self, charts: Sequence[Chart], prior: LatentPrior, told: Sequence[Mapping[str, Sequence[Telling]]]
    ) -> None:
        self.charts = charts
        self.told = told
        matches = (
            match
            for window in told
            for each in window.values()
            for telling in each
            for layer in telling.layers
            for sentences in layer.values()
            for ways in sentences.values()
            for _, match in ways
        )
        self.space = LatentSpace(prior, matches)
        for window in told:
            for each in window.values():
                for telling in each:
                    telling.sum_forward(self.space)

    def alone(self, window: int, stops: Stops) -> Evidence:
        """One window by itself; stops: how likely plots and windows are."""
        likelihood, filled = 0.0, Filled()
        for plot, each in self.told[window].items():
            for telling in each:
                weights = stops.get(plot, {}).get(telling.first, {})
                beyond: dict[int, Table] = {}
                for stop, table in telling.ends.items():
                    weight = weights.get(stop, 0.0)
                    if weight:
                        likelihood += weight * self.space.expectation(table)
                        beyond[stop] = weight * ONE
                if beyond:
                    telling.fill(self.charts[window], self.space, beyond, filled)
        return Evidence(likelihood, (filled,))

    def together(
        self,
        pairs: Mapping[str, Mapping[tuple[int, int, int], float]],
        open_ends: Sequence[bool],
        order: tuple[int, int] = (0, 1),
        shared: int | None = None,
    ) -> Evidence:
        """Two windows of one story, or of two stories that are alike.

        Args:
            pairs: [plot][first, middle, stop]: how likely each is.
            open_ends: of each window, whether more of its story may follow.
            order: which window comes first.
            shared: None for one story; for two of one plot the one latent that they have in common, by its axis.
        """
        likelihood, filled = 0.0, (Filled(), Filled())
        earlier, later = order
        for plot, ones in self.told[earlier].items():
            others = {telling.first: telling for telling in self.told[later].get(plot, ())}
            around_one: dict[int, dict[int, Table]] = {}
            around_other: dict[int, dict[int, Table]] = {}
            firsts = {telling.first: telling for telling in ones}
            for (first, middle, stop), weight in pairs.get(plot, {}).items():
                if first not in firsts or middle not in others:
                    continue
                one = _ends(firsts[first], middle, open_ends[earlier])
                other = _ends(others[middle], stop, open_ends[later])
                for end_one, table_one in one.items():
                    for end_other, table_other in other.items():
                        # What either window says of the other: all that it says, or only of what they share.
                        of_one = table_one if shared is None else self.space.given(table_one, shared)
                        of_other = table_other if shared is None else self.space.given(table_other, shared)
                        likelihood += weight * self.space.expectation(table_one * of_other)
                        _add(around_one.setdefault(first, {}), end_one, weight * of_other)
                        _add(around_other.setdefault(middle, {}), end_other, weight * of_one)
            for window, tellings_of, around in ((earlier, firsts, around_one), (later, others, around_other)):
                for start, beyond in around.items():
                    tellings_of[start].fill(self.charts[window], self.space, beyond, filled[window])
        return Evidence(likelihood, filled)


def _ends(telling: Telling, stop: int, open_end: bool) -> dict[int, Table]:
    """The tables of a window cut before step `stop`; with an open end, less of it may be visible."""
    return {end: table for end, table in telling.ends.items() if end == stop or (open_end and end < stop)}


def _add(tables: dict[int, Table], key: int, table: Table) -> None:
    tables[key] = tables[key] + table if key in tables else table


def stops_of(cuts: Cuts, world: StoryWorld, open_end: bool) -> Stops:
    """Cuts as joint probabilities; with an open end, that a window goes on at least to the step before `stop`."""
    stops: Stops = {}
    for plot, numbers in joint(cuts, world).items():
        for (first, stop), probability in numbers.items():
            into = stops.setdefault(plot, {}).setdefault(first, {})
            for end in range(first + 1 if open_end else stop, stop + 1):
                into[end] = into.get(end, 0.0) + probability
    return stops


class Knowledge:
    """What readers of windows and of pairs share: compiled templates, and the latents' prior for every topic."""

    def __init__(self, world: StoryWorld, encode: Callable[[str], Tokens]) -> None:
        self.world = world
        self.matcher = Matcher(world, encode)
        self.priors = {topic: LatentPrior(world, topic) for topic in set(world.topics.values())}

    def alone(self, chart: Chart, stops: Stops) -> Evidence:
        """One window by itself; stops: how likely plots and windows are."""
        return total((scene.alone(0, stops) for scene in self.scenes([chart], [stops]).values()), windows=1)

    def scenes(self, charts: Sequence[Chart], allowed: Sequence[Stops]) -> dict[str, Scene]:
        """By topic, all that can have told these windows; allowed: the windows to think of, for each chart."""
        by_topic: dict[str, list[dict[str, list[Telling]]]] = {}
        for window, (chart, windows) in enumerate(zip(charts, allowed, strict=True)):
            for plot, each in tellings(chart, self.matcher, windows).items():
                told = by_topic.setdefault(self.world.topics[plot], [{} for _ in charts])
                told[window][plot] = each
        return {topic: Scene(charts, self.priors[topic], told) for topic, told in by_topic.items()}


def merged(one: Stops, other: Stops) -> Stops:
    """The windows that have a probability in either, with the sum of both."""
    both: Stops = {}
    for stops in (one, other):
        for plot, firsts in stops.items():
            for first, ends in firsts.items():
                into = both.setdefault(plot, {}).setdefault(first, {})
                for end, probability in ends.items():
                    into[end] = into.get(end, 0.0) + probability
    return both

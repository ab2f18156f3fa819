"""How the steps of a plot can have told a window, and with which probability.

Given its latents, a story's sentences are independent. So for each plot and first step that fit the visible tokens, a
dynamic programme over (step, position) sums over all ways to tell the window, forward and backward.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bertkit.story_world.posterior.latents import ONE, LatentSpace, Table
from bertkit.story_world.posterior.matcher import Matcher
from bertkit.story_world.posterior.matching import Match, Spoken, Token

Filled = dict[tuple[int, Token], float]
"""Probability of a window with this token at this hidden position."""


class Chart:
    """One window's tokens, and the templates that can tell a sentence of it from each position on.

    tokens: None where hidden. open_end: whether the window may break off inside its last sentence, in other words
    whether it is the beginning of a longer text.
    """

    def __init__(self, matcher: Matcher, tokens: Sequence[Token], open_end: bool) -> None:
        self.tokens = tuple(tokens)
        self.hidden = tuple(position for position, token in enumerate(self.tokens) if token is None)
        self._matcher = matcher
        self._open_end = open_end
        self._from: dict[int, dict[int, dict[int, Match]]] = {}

    def sentences(self, start: int, step: Sequence[tuple[int, float]]) -> dict[int, list[tuple[float, Match]]]:
        """How a step can tell a sentence from `start` on: by its end, templates' probabilities and matches."""
        if start not in self._from:
            self._from[start] = self._matcher.matches(self.tokens, start, self._open_end)
        there = self._from[start]
        ends: dict[int, list[tuple[float, Match]]] = {}
        for number, probability in step:
            for end, match in there.get(number, {}).items():
                ends.setdefault(end, []).append((probability, match))
        return ends


Layers = list[dict[int, dict[int, list[tuple[float, Match]]]]]
"""layers[n][start][end]: the sentences that step first + n can tell between these positions."""


@dataclass
class Telling:
    """All ways in which the steps from `first` on of one plot can have told a window.

    ends[stop]: probability, given the latents, that the steps first, …, stop - 1 tell it.
    """

    plot: str
    first: int
    layers: Layers
    ends: dict[int, Table]
    forward: list[dict[int, Table]]
    length: int

    def sum_forward(self, space: LatentSpace) -> None:
        """Fill `ends` and `forward`: probability of the tokens before each position, given the latents."""
        self.forward = [{0: ONE}]
        for number, layer in enumerate(self.layers):
            reached: dict[int, Table] = {}
            for start, sentences in layer.items():
                for end, ways in sentences.items():
                    table = self.forward[number][start] * _sentence(space, ways)
                    into, key = (self.ends, self.first + number + 1) if end == self.length else (reached, end)
                    into[key] = into[key] + table if key in into else table
            self.forward.append(reached)

    def fill(self, chart: Chart, space: LatentSpace, beyond: Mapping[int, Table], filled: Filled) -> None:
        """Add to `filled` the probability of the window with this token at this hidden position.

        beyond[stop]: weight of the window ending before step `stop`, with all there is besides, given the latents.
        """
        backward: dict[int, Table] = {}
        for number in range(len(self.layers) - 1, -1, -1):
            earlier: dict[int, Table] = {}
            for start, sentences in self.layers[number].items():
                for end, ways in sentences.items():
                    after = beyond.get(self.first + number + 1) if end == self.length else backward.get(end)
                    if after is None:
                        continue
                    if any(start <= position < end for position in chart.hidden):
                        _fill_sentence(space, ways, self.forward[number][start] * after, filled)
                    table = _sentence(space, ways) * after
                    earlier[start] = earlier[start] + table if start in earlier else table
            backward = earlier


def _sentence(space: LatentSpace, ways: Sequence[tuple[float, Match]]) -> Table:
    """Probability, given the latents, that a step tells a sentence in one of these ways."""
    total = ways[0][0] * space.table(ways[0][1])
    for probability, match in ways[1:]:
        total = total + probability * space.table(match)
    return total


def _fill_sentence(space: LatentSpace, ways: Sequence[tuple[float, Match]], around: Table, filled: Filled) -> None:
    """`Telling.fill` for one sentence; around: weight of everything else, given the latents."""
    for probability, match in ways:
        for box, shares in zip(match.boxes, match.filled, strict=True):
            mass: float | None = None
            for (position, token), share in shares.items():
                if isinstance(token, Spoken):
                    said = space.by_token(token, around, box)
                else:
                    mass = space.expectation(around * space.box(box)) if mass is None else mass
                    said = {token: mass}
                for each, weight in said.items():
                    if weight:
                        place = (position, each)
                        filled[place] = filled.get(place, 0.0) + probability * share * weight


def tellings(
    chart: Chart, matcher: Matcher, windows: Mapping[str, Mapping[int, Collection[int]]]
) -> dict[str, list[Telling]]:
    """By plot, the tellings of a window that its visible tokens allow; their tables are not summed yet.

    windows[plot][first]: the steps before which the window may have ended.
    """
    found: dict[str, list[Telling]] = {}
    for plot, firsts in windows.items():
        steps = matcher.steps[plot]
        for first, stops in firsts.items():
            layers = _layers(chart, steps, first, stops)
            if layers:
                found.setdefault(plot, []).append(Telling(plot, first, layers, {}, [], len(chart.tokens)))
    return found


def _layers(chart: Chart, steps: Sequence[Sequence[tuple[int, float]]], first: int, stops: Collection[int]) -> Layers:
    """The sentences that lie on some way from the window's start to its end; empty if there is none."""
    length = len(chart.tokens)
    layers: Layers = []
    starts = {0}
    for number in range(first, max(stops)):
        layer = {start: sentences for start in starts if (sentences := chart.sentences(start, steps[number]))}
        layers.append(layer)
        starts = {end for sentences in layer.values() for end in sentences if end < length}
        if not starts:
            break
    alive: set[int] = set()
    for number in range(len(layers) - 1, -1, -1):
        stoppable = first + number + 1 in stops
        layers[number] = {
            start: kept
            for start, sentences in layers[number].items()
            if (
                kept := {end: ways for end, ways in sentences.items() if (stoppable if end == length else end in alive)}
            )
        }
        alive = set(layers[number])
    return layers if alive else []

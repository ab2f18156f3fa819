"""The latents of a story as the axes of tables: what is known of them before and after a sentence is read.

The values of a dynamic programme over sentences are tables over (hero, friend, toy, mood, place), an axis of length 1
where nothing depends on it. Values that no sentence of a window tells apart are one entry (an *atom*), which keeps
nearly all tables tiny.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from bertkit.story_world.posterior.matching import ANY, ROLE_ORDER, Box, Match, Spoken, Token
from bertkit.story_world.world import StoryWorld

Table = NDArray[np.float64]
"""Shape: (H, F, T, M, P), the numbers of atoms of hero, friend, toy, mood and place, or 1 for any of them."""

ONE: Table = np.ones((1,) * len(ROLE_ORDER))


class LatentPrior:
    """Probabilities of the latents in stories of one topic.

    pair: of hero and friend together. Shape: (heroes, friends). single: of toy, mood and place, each on its own.
    """

    def __init__(self, world: StoryWorld, topic: str) -> None:
        grammar = world.grammar
        cast = grammar.cast
        number = {character.name: index for index, character in enumerate(cast.values)}
        self.pair: NDArray[np.float64] = np.zeros((len(number), len(number)))
        for index, hero in enumerate(cast.values):
            friends = world.friends[hero.name]
            for other, friend in enumerate(friends.values):
                self.pair[index, number[friend.name]] = cast.probability(index) * friends.probability(other)
        self.single: tuple[NDArray[np.float64], ...] = tuple(
            np.array([choice.probability(index) for index in range(len(choice.values))])
            for choice in (grammar.toys, grammar.moods, grammar.places[topic])
        )


class LatentSpace:
    """The latents of one topic, with values joined that none of `matches` tells apart."""

    def __init__(self, prior: LatentPrior, matches: Iterable[Match]) -> None:
        sizes = (*prior.pair.shape, *(len(single) for single in prior.single))
        sets: list[set[int]] = [set() for _ in sizes]
        for match in matches:
            for axis, values in match.sets():
                if values != ANY:
                    sets[axis].add(values)
        self._atoms = [_atoms(size, tellers) for size, tellers in zip(sizes, sets, strict=True)]
        lumps = [
            np.array([[float(atom >> value & 1) for value in range(size)] for atom in atoms])
            for size, atoms in zip(sizes, self._atoms, strict=True)
        ]
        self._pair = lumps[0] @ prior.pair @ lumps[1].T
        self._single = [lump @ single for lump, single in zip(lumps[2:], prior.single, strict=True)]
        self._members: dict[tuple[int, int], NDArray[np.float64]] = {}
        self._priors: dict[tuple[int, ...], Table] = {}
        self._boxes: dict[Box, Table] = {}
        self._tables: dict[int, Table] = {}

    def prior(self, axes: tuple[int, ...]) -> Table:
        """Probability of each combination of atoms of `axes`; the other axes are summed out."""
        if axes not in self._priors:
            summed = tuple(axis for axis in (0, 1) if axis not in axes)
            table = self._pair.sum(axis=summed, keepdims=True)[:, :, None, None, None]
            for axis, single in enumerate(self._single, start=2):
                if axis in axes:
                    table = table * single.reshape(_along(axis))
            self._priors[axes] = table
        return self._priors[axes]

    def given(self, table: Table, axis: int) -> Table:
        """Mean of a table under the prior for each value of one latent, all others summed out."""
        others = tuple(place for place in range(len(ROLE_ORDER)) if place != axis)
        return self.weighed(table, axis).sum(axis=others, keepdims=True) / self.prior((axis,))

    def expectation(self, table: Table) -> float:
        """Mean of a table under the prior."""
        return float(self.weighed(table).sum())

    def table(self, match: Match) -> Table:
        """Probability of what `match` tells, given the latents."""
        if id(match) not in self._tables:
            total = match.weights[0] * self.box(match.boxes[0])
            for weight, box in zip(match.weights[1:], match.boxes[1:], strict=True):
                total = total + weight * self.box(box)
            self._tables[id(match)] = total
        return self._tables[id(match)]

    def box(self, box: Box) -> Table:
        """1 for the atoms in a box, 0 for others."""
        if box not in self._boxes:
            table = ONE
            for axis, values in enumerate(box):
                if values != ANY:
                    table = table * self._member(axis, values).reshape(_along(axis))
            self._boxes[box] = table
        return self._boxes[box]

    def by_token(self, spoken: Spoken, around: Table, box: Box) -> dict[Token, float]:
        """Weight in a box of the values that say each token; around: weights that the prior still has to multiply."""
        table = self.weighed(around * self.box(box), spoken.axis)
        others = tuple(axis for axis in range(len(ROLE_ORDER)) if axis != spoken.axis)
        marginal = table.sum(axis=others)
        return {token: float(marginal @ self._member(spoken.axis, values)) for token, values in spoken.by_token.items()}

    def weighed(self, table: Table, *axes: int) -> Table:
        """A table times the prior of all that it depends on, and of `axes`."""
        return table * self.prior(tuple(sorted({*axes_of(table), *axes})))

    def _member(self, axis: int, values: int) -> NDArray[np.float64]:
        key = (axis, values)
        if key not in self._members:
            self._members[key] = np.array([float(bool(atom & values)) for atom in self._atoms[axis]])
        return self._members[key]


def _atoms(size: int, sets: Iterable[int]) -> list[int]:
    """The coarsest partition of `size` values of which every given set is a union; sets are bits."""
    atoms = [(1 << size) - 1]
    for values in sets:
        atoms = [part for atom in atoms for part in (atom & values, atom & ~values) if part]
    return atoms


def _along(axis: int) -> tuple[int, ...]:
    """The shape of a table that depends on one latent."""
    return tuple(-1 if place == axis else 1 for place in range(len(ROLE_ORDER)))


def axes_of(table: Table) -> tuple[int, ...]:
    """The latents that a table depends on."""
    return tuple(axis for axis, size in enumerate(table.shape) if size > 1)

"""The form of a story grammar: weighted choices, people and things, word lists, links, plots.

A grammar is data. It says which latents there are and how likely each is, and for every plot which
sentences tell it. How a template is read stands in `template`; the words stand in `lexicon`, `word_lists`,
`links` and the plot modules.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True)
class Weighted(Generic[Value]):
    """A categorical distribution: `values[i]` has probability `weights[i] / sum(weights)`.

    The weights need not sum to one. Whether they are positive is checked where a world is built, because only
    there is it known which template would suffer.
    """

    values: tuple[Value, ...]
    weights: tuple[float, ...]
    cumulative: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.values) != len(self.weights):
            raise ValueError(f"{len(self.values)} values but {len(self.weights)} weights: {self.values!r}")
        object.__setattr__(self, "cumulative", tuple(accumulate(self.weights)))

    def draw(self, rng: Random) -> int:
        """The index of one value, drawn with a single call of `rng.random()`."""
        return bisect_right(self.cumulative, rng.random() * self.cumulative[-1])

    def probability(self, index: int) -> float:
        """The probability of `values[index]`, between 0 and 1."""
        return self.weights[index] / self.cumulative[-1]

    def without(self, value: Value) -> Weighted[Value]:
        """The same distribution given that `value` does not come."""
        kept = [(v, w) for v, w in zip(self.values, self.weights, strict=True) if v != value]
        return weighted(*kept)

    def most_frequent(self, count: int) -> Weighted[Value]:
        """The same distribution given that one of the `count` most frequent values comes; of equals the earlier."""
        by_weight = sorted(range(len(self.values)), key=lambda index: -self.weights[index])
        return weighted(*((self.values[index], self.weights[index]) for index in sorted(by_weight[:count])))


@dataclass(frozen=True)
class Character:
    """Someone who can be the hero or the friend; `they`, `them`, `their` hold the pronoun's forms."""

    name: str
    kind: str
    they: str
    them: str
    their: str
    hand: str
    hands: str


@dataclass(frozen=True)
class Toy:
    """A toy: its full name, its last word (`short`), a part of it, and how it feels or looks."""

    name: str
    short: str
    part: str
    feel: str


@dataclass(frozen=True)
class Place:
    """Where a story turns: the noun phrase, and the phrase that says where something is (`at`)."""

    name: str
    at: str


@dataclass(frozen=True)
class Mood:
    """How the hero feels: adjective, adverb (`way`), what it looks like (`sign`), how it ends (`after`)."""

    name: str
    way: str
    sign: str
    after: str


@dataclass(frozen=True)
class Link:
    """A small table. One drawn row fills all the places of a sentence that name one of its columns."""

    columns: tuple[str, ...]
    rows: Weighted[tuple[str, ...]]


@dataclass(frozen=True)
class Plot:
    """An ordered list of steps; a step is a distribution over sentence templates."""

    name: str
    topic: str
    steps: tuple[Weighted[str], ...]


@dataclass(frozen=True)
class Grammar:
    """Everything a world is made of.

    The latents are drawn in this order: plot; hero; friend (the cast without the hero); toy; mood; place
    (given the plot's topic). Given them, every sentence is drawn on its own.
    """

    plots: Weighted[Plot]
    cast: Weighted[Character]
    toys: Weighted[Toy]
    moods: Weighted[Mood]
    places: Mapping[str, Weighted[Place]]
    lists: Mapping[str, Weighted[str]]
    links: Mapping[str, Link]

    def about(self, *topics: str) -> Grammar:
        """The same grammar given that the story is about one of these topics: a smaller world of fewer words.

        Raises ValueError naming a topic that no plot has.
        """
        known = {plot.topic for plot in self.plots.values}
        for topic in topics:
            if topic not in known:
                raise ValueError(f"no plot is about {topic!r}; there are plots about {', '.join(sorted(known))}")
        pairs = zip(self.plots.values, self.plots.weights, strict=True)
        return replace(self, plots=weighted(*((plot, weight) for plot, weight in pairs if plot.topic in topics)))

    def without_rare_things(self, toys: int, places: int) -> Grammar:
        """The same grammar with so many of the most frequent toys, and of the most frequent places of each topic."""
        return replace(
            self,
            toys=self.toys.most_frequent(toys),
            places={topic: values.most_frequent(places) for topic, values in self.places.items()},
        )


def weighted(*pairs: tuple[Value, float]) -> Weighted[Value]:
    """A distribution from (value, weight) pairs."""
    return Weighted(tuple(value for value, _ in pairs), tuple(float(weight) for _, weight in pairs))


def zipf(words: str) -> Weighted[str]:
    """A word list from one string, parted by commas; the r-th entry (from 1) weighs 1 / (r + 1)."""
    values = tuple(" ".join(word.split()) for word in words.split(","))
    return Weighted(values, tuple(1.0 / (rank + 2) for rank in range(len(values))))


def evenly(words: str) -> Weighted[str]:
    """A word list from one string, parted by commas, every entry as likely as the others."""
    values = tuple(" ".join(word.split()) for word in words.split(","))
    return Weighted(values, (1.0,) * len(values))


def step(*alternatives: str | tuple[float, str]) -> Weighted[str]:
    """The alternatives of one step: a template weighs 1 unless it comes as (weight, template)."""
    pairs = [(1.0, entry) if isinstance(entry, str) else entry for entry in alternatives]
    return weighted(*((text, weight) for weight, text in pairs))


def link(columns: str, *rows: str | tuple[float, str]) -> Link:
    """A table: columns parted by spaces, the cells of a row by ` / `; a row weighs 1 or as it says."""
    pairs = [(1.0, row) if isinstance(row, str) else row for row in rows]
    return Link(
        tuple(columns.split()),
        weighted(*((tuple(cell.strip() for cell in row.split("/")), weight) for weight, row in pairs)),
    )

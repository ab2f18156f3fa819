"""The story world: draw the latents, then every sentence of the plot on its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from random import Random
from typing import Any

from bertkit.story_world.grammar import Character, Grammar, Mood, Place, Plot, Toy, Weighted
from bertkit.story_world.lexicon import CAST, MOODS, PLACES, TOYS
from bertkit.story_world.links import LINKS
from bertkit.story_world.plots import PLOTS
from bertkit.story_world.template import Template, check_weighted, check_words, forms, parse
from bertkit.story_world.word_lists import LISTS

STORYBOOK = Grammar(plots=PLOTS, cast=CAST, toys=TOYS, moods=MOODS, places=PLACES, lists=LISTS, links=LINKS)


@dataclass(frozen=True)
class Latents:
    """What a story is about, drawn before its sentences. `plot` is the plot's name."""

    hero: Character
    friend: Character
    toy: Toy
    place: Place
    mood: Mood
    plot: str


@dataclass(frozen=True)
class Choice:
    """How one sentence was drawn: the index of its template, and a row for each of the template's choices."""

    template: int
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Story:
    """One story: its sentences (tokens parted by single spaces), what it is about, and how it was drawn."""

    sentences: tuple[str, ...]
    latents: Latents
    topic: str
    choices: tuple[Choice, ...]

    @property
    def text(self) -> str:
        """The sentences, joined by a space."""
        return " ".join(self.sentences)


class StoryWorld:
    """A probabilistic grammar that tells short stories.

    grammar: the data; the storybook of this package unless another is given. It is read and checked here, and
    ValueError names the template, list or latent that is wrong.

    Public attributes, for whoever wants the exact probabilities: `grammar`; `friends[hero]`, the distribution
    of the friend given the hero's name; `steps[plot]`, one distribution over parsed templates for every
    step; `topics[plot]`; `words`, every token type the grammar can produce, punctuation included.
    """

    def __init__(self, grammar: Grammar = STORYBOOK) -> None:
        self.grammar = grammar
        self.topics: Mapping[str, str] = {plot.name: plot.topic for plot in grammar.plots.values}
        self.steps: Mapping[str, tuple[Weighted[Template], ...]] = {
            plot.name: tuple(
                parsed_step(f"plot {plot.name!r}, step {number}", step, grammar)
                for number, step in enumerate(plot.steps, start=1)
            )
            for plot in grammar.plots.values
        }
        check_latents(grammar)
        self.friends: Mapping[str, Weighted[Character]] = {
            hero.name: grammar.cast.without(hero) for hero in grammar.cast.values
        }
        self._forms: Mapping[tuple[str, Any], Mapping[str, str]] = {
            (role, value): forms(role, value) for role, values in latent_values(grammar) for value in values
        }
        self.words: frozenset[str] = frozenset().union(*(self._plot_words(plot) for plot in grammar.plots.values))

    def sample(self, rng: Random) -> Story:
        """One story. `rng` is the only source of randomness."""
        grammar = self.grammar
        plot = grammar.plots.values[grammar.plots.draw(rng)]
        hero = grammar.cast.values[grammar.cast.draw(rng)]
        friends = self.friends[hero.name]
        friend = friends.values[friends.draw(rng)]
        toy = grammar.toys.values[grammar.toys.draw(rng)]
        mood = grammar.moods.values[grammar.moods.draw(rng)]
        places = grammar.places[plot.topic]
        place = places.values[places.draw(rng)]
        latents = Latents(hero, friend, toy, place, mood, plot.name)

        said = self.said(latents)
        sentences: list[str] = []
        choices: list[Choice] = []
        for step in self.steps[plot.name]:
            index = step.draw(rng)
            template = step.values[index]
            rows = tuple([choice.draw(rng) for choice in template.choices])
            sentences.append(template.realise(said, rows))
            choices.append(Choice(index, rows))
        return Story(tuple(sentences), latents, plot.topic, tuple(choices))

    def story(self, seed: int, index: int) -> Story:
        """Story number `index` of a seed: the same whatever was drawn before, so a corpus can be sharded.

        Raises ValueError for a seed that is no int and an index that is no int of 0 or more.
        """
        check_int("seed", seed)
        check_int("index", index, least=0)
        return self.sample(Random(f"{seed}/{index}"))

    def stories(self, seed: int, count: int) -> Iterator[Story]:
        """Stories 0 to `count` - 1 of a seed, one at a time.

        Raises ValueError, at once, for a seed that is no int and a count that is no int of 0 or more.
        """
        check_int("seed", seed)
        check_int("count", count, least=0)
        return (self.sample(Random(f"{seed}/{index}")) for index in range(count))

    def said(self, latents: Latents) -> dict[str, str]:
        """What every latent slot says in a story with these latents: slot name to words."""
        return {
            **self._forms["hero", latents.hero],
            **self._forms["friend", latents.friend],
            **self._forms["toy", latents.toy],
            **self._forms["place", latents.place],
            **self._forms["mood", latents.mood],
        }

    def _plot_words(self, plot: Plot) -> frozenset[str]:
        said: dict[str, frozenset[str]] = {}
        for role, values in latent_values(self.grammar, plot.topic):
            for value in values:
                for slot, words in self._forms[role, value].items():
                    said[slot] = said.get(slot, frozenset()) | frozenset(words.split(" "))
        return frozenset().union(*(t.words(said) for step in self.steps[plot.name] for t in step.values))


def latent_values(grammar: Grammar, topic: str | None = None) -> list[tuple[str, tuple[Any, ...]]]:
    """For each role the values it can take, in every topic or in one."""
    topics = grammar.places if topic is None else (topic,)
    return [
        ("hero", grammar.cast.values),
        ("friend", grammar.cast.values),
        ("toy", grammar.toys.values),
        ("mood", grammar.moods.values),
        ("place", tuple(place for name in topics for place in grammar.places[name].values)),
    ]


def parsed_step(where: str, step: Weighted[str], grammar: Grammar) -> Weighted[Template]:
    """A step with its templates parsed; ValueError, naming the template, for what is wrong with one."""
    check_weighted(where, step)
    return Weighted(tuple(parse(text, grammar) for text in step.values), step.weights)


def check_latents(grammar: Grammar) -> None:
    """Raise ValueError, naming the value, for a flaw in the latents and in lists that no template uses."""
    check_weighted("the plots", Weighted(tuple(p.name for p in grammar.plots.values), grammar.plots.weights))
    check_weighted("the cast", Weighted(tuple(c.name for c in grammar.cast.values), grammar.cast.weights))
    if len(grammar.cast.values) < 2:
        raise ValueError(f"the cast has only {grammar.cast.values[0].name!r}; the hero needs a friend")
    check_weighted("the toys", grammar.toys)
    check_weighted("the moods", grammar.moods)
    for plot in grammar.plots.values:
        if not plot.steps:
            raise ValueError(f"plot {plot.name!r} has no steps")
        if plot.topic not in grammar.places:
            raise ValueError(f"plot {plot.name!r}: topic {plot.topic!r} has no places")
    for topic, places in grammar.places.items():
        check_weighted(f"the places of {topic!r}", places)
    for name, words in grammar.lists.items():
        check_weighted(f"list {name!r}", words)
    for name, table in grammar.links.items():
        check_weighted(f"link {name!r}", table.rows)
    for role, values in latent_values(grammar):
        for value in values:
            for entry in fields(value):
                check_words(f"{role} {value.name!r}: {entry.name}", getattr(value, entry.name))


def check_int(name: str, value: object, least: int | None = None) -> None:
    """Raise ValueError, naming the value, unless it is an int (no bool), and not below `least`."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{name} has to be an int, not {value!r}")
    if least is not None and value < least:
        raise ValueError(f"{name} has to be {least} or more, not {value!r}")


def world_about(topics: Sequence[str]) -> StoryWorld:
    """The storybook's stories about one of these topics; all of them if empty.

    Raises `ValueError` naming a topic that no plot has.
    """
    return StoryWorld(STORYBOOK.about(*topics) if topics else STORYBOOK)

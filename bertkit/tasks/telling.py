"""Single sentences in the language of the stories, with a record of which words filled which slot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from bertkit.story_world.grammar import Character, Grammar, Mood, Place, Toy
from bertkit.story_world.template import SLOT, Template, forms


@dataclass(frozen=True)
class Scene:
    """Who and what the sentences of a task are about, drawn as for a story. `said` is what each latent slot says."""

    hero: Character
    friend: Character
    toy: Toy
    place: Place
    mood: Mood
    said: Mapping[str, str]


@dataclass(frozen=True)
class Piece:
    """Some words of a sentence in a row, and where they are from.

    slot: the slot as written, such as `toy`, `place.at`, `colour` or `likeness.thing`, or empty for the template's
        own words. An article that a slot brings with it belongs to the piece.
    """

    words: str
    slot: str


def scene(rng: Random, grammar: Grammar) -> Scene:
    """Draw a hero, a friend, a toy, a mood and a place, of a topic drawn as the plots are."""
    topic = grammar.plots.values[grammar.plots.draw(rng)].topic
    hero = grammar.cast.values[grammar.cast.draw(rng)]
    friends = grammar.cast.without(hero)
    friend = friends.values[friends.draw(rng)]
    toy = grammar.toys.values[grammar.toys.draw(rng)]
    mood = grammar.moods.values[grammar.moods.draw(rng)]
    places = grammar.places[topic]
    return scene_of(hero, friend, toy, places.values[places.draw(rng)], mood)


def scene_of(hero: Character, friend: Character, toy: Toy, place: Place, mood: Mood) -> Scene:
    """The scene with these values."""
    said: dict[str, str] = {}
    for role, value in (("hero", hero), ("friend", friend), ("toy", toy), ("place", place), ("mood", mood)):
        said |= forms(role, value)
    return Scene(hero, friend, toy, place, mood, said)


def own_words(templates: Iterable[str]) -> frozenset[str]:
    """The words that stand in these templates outside their slots."""
    return frozenset(word for text in templates for word in SLOT.sub("", text).split())


def draw_rows(rng: Random, template: Template) -> tuple[int, ...]:
    """One row for each list and link of a template."""
    return tuple(choice.draw(rng) for choice in template.choices)


def pieces(template: Template, said: Mapping[str, str], rows: Sequence[int]) -> list[Piece]:
    """The sentence of `template.realise(said, rows)` in pieces; joined by spaces they are that sentence."""
    slots = (match[0].strip("{}").removeprefix("a ") for match in SLOT.finditer(template.text))
    filled = zip(slots, template.fills, strict=True)
    found: list[Piece] = []
    for token in template.layout.split(" "):
        if token != "%s":
            found.append(Piece(token, ""))
            continue
        slot, fill = next(filled)
        words = said[fill.latent] if fill.latent else fill.words[rows[fill.source]]
        found.append(Piece(words, slot))
    return found

"""Words that a task keeps out of its labelled training set, though the stories are full of them.

A model that knows only the labels cannot know them; one that was pre-trained on the stories does. A third of the
entries that decide a task is held out, chosen by the seed alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

from bertkit.randomness import python_random
from bertkit.story_world import STORYBOOK, StoryWorld
from bertkit.story_world.grammar import Character, Grammar, Link, Place, Toy, Weighted, weighted

Value = TypeVar("Value")

SHARE = 0.3
"""How many of the entries are held out."""
LEAST_COUNT = 10
"""How often a held-out word occurs in COUNTED_STORIES stories, at the least: what is rare is not learned either."""
COUNTED_STORIES = 2000
FUNCTION_WORDS = frozenset((
    "a", "an", "the", "of", "in", "on", "at", "to", "by", "for", "from", "with", "and", "or", "some",
    "out", "up", "down", "not", "do", "me", "us", "you", "i",
))  # fmt: skip
"""Words that decide nothing, though a phrase that is held out may have them."""


@cache
def story_counts() -> Mapping[str, int]:
    """How often each word comes in the first stories of seed 0."""
    return Counter(word for story in StoryWorld().stories(0, COUNTED_STORIES) for word in story.text.split(" "))


def hold_out(
    entries: Sequence[str], seed: int, *purpose: str, keep: frozenset[str] = frozenset()
) -> tuple[frozenset[str], frozenset[str]]:
    """Choose about a third of `entries`, two at least, by the seed and the purpose. Words in `keep` decide nothing.

    Returns:
        the entries chosen, and their deciding words: those that no other entry has. An entry without a frequent word
        of its own is never chosen.

    Raises:
        ValueError: where fewer than two entries can be chosen.
    """

    def content(entry: str) -> frozenset[str]:
        return frozenset(entry.split(" ")) - FUNCTION_WORDS - keep

    order = python_random(seed, "tasks", "held out", *purpose).sample(range(len(entries)), len(entries))
    counts = story_counts()
    chosen: list[str] = []
    for index in order:
        rest = frozenset().union(*(content(entry) for entry in entries if entry not in (*chosen, entries[index])))
        own = content(entries[index]) - rest
        if own and all(counts[word] >= LEAST_COUNT for word in own):
            chosen.append(entries[index])
        if len(chosen) >= max(2, round(SHARE * len(entries))):
            break
    if len(chosen) < 2:
        raise ValueError(f"of {entries} fewer than two can be held out; the stories need more frequent words")
    rest = frozenset().union(*(content(entry) for entry in entries if entry not in chosen))
    return frozenset(chosen), frozenset().union(*(content(entry) for entry in chosen)) - rest


@dataclass(frozen=True)
class Split:
    """The story grammar in two: `seen` says no held-out word where it matters, `unseen` says nothing else there.

    Only the sources that were split differ. Sentences of `seen` can still have a held-out word in their fixed
    text, so whoever tells them has to leave those out.
    """

    held_out: frozenset[str]
    seen: Grammar
    unseen: Grammar


def split_grammar(
    seed: int,
    purpose: str,
    *,
    lists: Iterable[str] = (),
    links: Iterable[str] = (),
    latents: Iterable[str] = (),
    keep: frozenset[str] = frozenset(),
    grammar: Grammar = STORYBOOK,
) -> Split:
    """Hold entries out of word lists, of links and of latents.

    Args:
        seed: which entries.
        purpose: the task; the same list is split in another way for another task.
        lists: names of word lists.
        links: names of links. Rows with the same first cell stay together.
        latents: some of "cast", "toys", "places". Places are held out of every topic.
        keep: words that may not be held out: those that the task's own templates say.
        grammar: what to split.
    """
    held: set[str] = set()

    def part(kind: str, values: Weighted[Value], entry: Callable[[Value], str]) -> tuple[Weighted[Value], ...]:
        """The values in two: those whose entry is kept, those whose entry is held out."""
        entries = tuple(dict.fromkeys(entry(value) for value in values.values))
        chosen, words = hold_out(entries, seed, purpose, kind, keep=keep)
        held.update(words)
        pairs = list(zip(values.values, values.weights, strict=True))
        return tuple(
            weighted(*(pair for pair in pairs if (entry(pair[0]) in chosen) is side)) for side in (False, True)
        )

    listed = {name: part(f"list {name}", grammar.lists[name], str) for name in lists}
    linked = {name: part(f"link {name}", grammar.links[name].rows, row_entry(grammar.links[name])) for name in links}
    chosen = set(latents)
    cast = part("cast", grammar.cast, name_of) if "cast" in chosen else (grammar.cast,) * 2
    toys = part("toys", grammar.toys, name_of) if "toys" in chosen else (grammar.toys,) * 2
    places = {
        topic: part(f"places {topic}", known, name_of) if "places" in chosen else (known,) * 2
        for topic, known in grammar.places.items()
    }
    seen, unseen = (
        replace(
            grammar,
            lists={**grammar.lists, **{name: parts[side] for name, parts in listed.items()}},
            links={
                **grammar.links,
                **{name: replace(grammar.links[name], rows=parts[side]) for name, parts in linked.items()},
            },
            cast=cast[side],
            toys=toys[side],
            places={topic: parts[side] for topic, parts in places.items()},
        )
        for side in (0, 1)
    )
    return Split(frozenset(held), seen, unseen)


def name_of(value: Character | Toy | Place) -> str:
    """What a latent's value is called."""
    return value.name


def row_entry(table: Link) -> Callable[[tuple[str, ...]], str]:
    """All words of the rows that share a row's first cell, as one entry: these rows are not parted."""
    together: dict[str, list[str]] = {}
    for row in table.rows.values:
        together.setdefault(row[0], []).extend(row)
    return lambda row: " ".join(together[row[0]])

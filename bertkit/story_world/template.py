"""A sentence template: parsed and checked once, then filled as often as wanted.

A template is a string of tokens. A slot is one of

    {toy} {hero.they} {place.at}    determined by a latent (`{toy}` is short for `{toy.name}`)
    {fruit}                         drawn from the word list of that name
    {likeness.colour}               a column of a link; all columns of a link in one sentence share one row

and `{a fruit}` puts the right indefinite article before whatever comes.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from bertkit.story_world.grammar import Character, Grammar, Mood, Place, Toy, Weighted

ROLES: Mapping[str, type] = {"hero": Character, "friend": Character, "toy": Toy, "place": Place, "mood": Mood}

SLOT = re.compile(r"\{(a )?([a-z_]+)(?:\.([a-z_]+))?\}")
TOKEN = re.compile(r"[a-z]+|[.,!?]|%s")
WORDS = re.compile(r"[a-z]+( [a-z]+)*")

# Spelling misleads for these: the article follows the sound.
VOWEL_SOUND = ("hour", "honest", "heir")
CONSONANT_SOUND = ("one", "unicorn", "uniform", "useful", "ukulele")


def with_article(words: str) -> str:
    """`words` with a or an before it, by the sound of its first word."""
    first = words.split(" ", 1)[0]
    vowel = first in VOWEL_SOUND or (first[0] in "aeiou" and first not in CONSONANT_SOUND)
    return f"{'an' if vowel else 'a'} {words}"


def forms(role: str, value: Character | Toy | Place | Mood) -> dict[str, str]:
    """What each slot of `role` says when the latent has this value: slot name to words."""
    said: dict[str, str] = {}
    for entry in fields(value):
        words: str = getattr(value, entry.name)
        names = (f"{role}.{entry.name}", role) if entry.name == "name" else (f"{role}.{entry.name}",)
        for name in names:
            said[name] = words
            said[f"a {name}"] = with_article(words)
    return said


def check_weighted(where: str, choice: Weighted[Any]) -> None:
    """Raise ValueError, beginning with `where`, for no values, a value twice, a weight not positive."""
    if not choice.values:
        raise ValueError(f"{where} is empty; give it at least one entry")
    for value, weight in zip(choice.values, choice.weights, strict=True):
        if not 0 < weight < float("inf"):
            raise ValueError(f"{where}: the weight of {value!r} is {weight}; it has to be positive and finite")
    repeated = first_repeated(choice.values)
    if repeated is not None:
        raise ValueError(f"{where}: {repeated!r} stands there twice; add the weights up instead")


def check_words(where: str, words: str) -> None:
    """Raise ValueError, beginning with `where`, unless `words` is lower-case words with single spaces."""
    if not WORDS.fullmatch(words):
        raise ValueError(f"{where}: {words!r} is not lower-case a to z words parted by single spaces")


def first_repeated(values: Sequence[Hashable]) -> Hashable | None:
    seen: set[Hashable] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None


@dataclass(frozen=True)
class Fill:
    """One slot: a latent's slot name (`latent`), or the words of every row of source number `source`."""

    latent: str | None
    source: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class Template:
    """A parsed template.

    text: as written. layout: the text with %s for every slot. fills: the slots, in order.
    sources: names of the word lists and links it draws from, each once, in order of first use.
    choices: their distributions, in the same order; they are drawn independently of one another.
    """

    text: str
    layout: str
    fills: tuple[Fill, ...]
    sources: tuple[str, ...]
    choices: tuple[Weighted[Any], ...]

    def realise(self, said: Mapping[str, str], rows: Sequence[int]) -> str:
        """The sentence, when the latents say `said` and `rows[i]` was drawn from `choices[i]`."""
        return self.layout % tuple(
            [said[fill.latent] if fill.latent else fill.words[rows[fill.source]] for fill in self.fills]
        )

    def words(self, said: Mapping[str, frozenset[str]]) -> frozenset[str]:
        """Every token the template can produce; `said` gives the tokens each latent slot can say."""
        found = {token for token in self.layout.split(" ") if token != "%s"}
        for fill in self.fills:
            if fill.latent:
                found |= said[fill.latent]
            else:
                found.update(token for words in fill.words for token in words.split(" "))
        return frozenset(found)


def parse(text: str, grammar: Grammar) -> Template:
    """Read one template against the lists and links of `grammar`.

    Raises ValueError naming the template: for an unknown slot, a token that is neither a lower-case word nor
    one of . , ! ?, a missing end, a list drawn from twice, and any flaw of a list or link it draws from.
    """
    where = f"template {text!r}"
    layout = SLOT.sub("%s", text)
    for token in layout.split(" "):
        if not TOKEN.fullmatch(token):
            raise ValueError(f"{where}: {token!r} is not a lower-case word, one of . , ! ? or a {{slot}}")
    if layout[-2:] not in (" .", " !", " ?"):
        raise ValueError(f"{where}: a sentence ends in a token . ! or ?")

    fixed = re.search(r"(?:^| )an? \{(?!a )([a-z_.]+)\}", text)
    if fixed:
        raise ValueError(f"{where}: the article cannot be fixed before a slot; write {{a {fixed[1]}}}")

    fills: list[Fill] = []
    sources: list[str] = []
    for match in SLOT.finditer(text):
        article, head, column = bool(match[1]), match[2], match[3]
        if head in ROLES:
            if column not in (None, *(entry.name for entry in fields(ROLES[head]))):
                raise ValueError(f"{where}: unknown slot {match[0]}; {head} has no {column!r}")
            fills.append(Fill(match[0][1:-1], -1, ()))
            continue
        words = slot_words(where, match[0], head, column, grammar)
        if column is None and head in sources:
            raise ValueError(f"{where}: draws twice from {head!r} and could say a word twice; use a link")
        if head not in sources:
            sources.append(head)
        shown = tuple(with_article(word) for word in words) if article else words
        fills.append(Fill(None, sources.index(head), shown))
    choices = tuple(grammar.links[s].rows if s in grammar.links else grammar.lists[s] for s in sources)
    return Template(text, layout, tuple(fills), tuple(sources), choices)


def slot_words(where: str, slot: str, head: str, column: str | None, grammar: Grammar) -> tuple[str, ...]:
    """What a list or link slot says, row by row; ValueError, beginning with `where`, if it is unsound."""
    if column is None and head in grammar.lists:
        values = grammar.lists[head]
        check_weighted(f"{where}: list {head!r}", values)
        words = values.values
    elif column is not None and head in grammar.links and column in grammar.links[head].columns:
        table = grammar.links[head]
        check_weighted(f"{where}: link {head!r}", table.rows)
        for row in table.rows.values:
            if len(row) != len(table.columns):
                raise ValueError(f"{where}: link {head!r} has columns {table.columns} but a row {row}")
        index = table.columns.index(column)
        words = tuple(row[index] for row in table.rows.values)
    else:
        raise ValueError(f"{where}: unknown slot {slot}; it names no latent, word list or link column")
    for word in words:
        check_words(f"{where}: {slot}", word)
    return words

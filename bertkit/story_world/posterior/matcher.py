"""All templates of a world against a text: an index finds the few that are worth trying."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from bertkit.story_world.grammar import Weighted
from bertkit.story_world.posterior.matching import CompiledTemplate, Match, Token, Tokens, one_token
from bertkit.story_world.template import Template, forms
from bertkit.story_world.world import StoryWorld, latent_values


class Matcher:
    """All templates of a world, compiled, and an index that finds those worth trying.

    world: whose templates. encode: the tokens of one word, at least one; must not depend on the words around it.

    steps[plot][step]: (number in `templates`, probability) of each of its templates.
    """

    def __init__(self, world: StoryWorld, encode: Callable[[str], Tokens] = one_token) -> None:
        encode = lru_cache(maxsize=None)(_checked(encode))
        self.templates: list[CompiledTemplate] = []
        self.steps: dict[str, tuple[tuple[tuple[int, float], ...], ...]] = {}
        numbers: dict[tuple[str, str | None], int] = {}
        says: dict[str, dict[str, list[str]]] = {}
        for topic in set(world.topics.values()):
            said = says.setdefault(topic, {})
            for role, values in latent_values(world.grammar, topic):
                for value in values:
                    for slot, words in forms(role, value).items():
                        said.setdefault(slot, []).append(words)
        for plot, steps in world.steps.items():
            topic = world.topics[plot]

            def number_of(template: Template, topic: str = topic) -> int:
                placed = any(fill.latent and fill.latent.removeprefix("a ")[:5] == "place" for fill in template.fills)
                key = (template.text, topic if placed else None)
                if key not in numbers:
                    numbers[key] = len(self.templates)
                    self.templates.append(CompiledTemplate(template, says[topic], encode))
                return numbers[key]

            self.steps[plot] = tuple(_numbered(step, number_of) for step in steps)
        self._index()

    def _index(self) -> None:
        """`_may[distance][token]`: bits of the templates that can have it there; `_over[distance]`: can have ended."""
        self._may: list[dict[Token, int]] = []
        for number, template in enumerate(self.templates):
            for distance, possible in enumerate(template.tokens_at()):
                if distance == len(self._may):
                    self._may.append({})
                for token in possible:
                    self._may[distance][token] = self._may[distance].get(token, 0) | 1 << number
        self._over = [
            sum(1 << number for number, template in enumerate(self.templates) if template.shortest <= distance)
            for distance in range(len(self._may) + 1)
        ]

    def matches(self, tokens: Sequence[Token], start: int, open_end: bool) -> dict[int, dict[int, Match]]:
        """The templates that can tell `tokens` from `start` on, by number, then by the end of the sentence."""
        room = min(len(tokens) - start, len(self._may))
        left = (1 << len(self.templates)) - 1 if open_end else self._over[room]
        for distance in range(room):
            seen = tokens[start + distance]
            if seen is not None:
                left &= self._may[distance].get(seen, 0) | self._over[distance]
        found: dict[int, dict[int, Match]] = {}
        while left:
            number = (left & -left).bit_length() - 1
            left &= left - 1
            ends = self.templates[number].match(tokens, start, open_end)
            if ends:
                found[number] = ends
        return found


def _checked(encode: Callable[[str], Tokens]) -> Callable[[str], Tokens]:
    """`encode`, made to refuse what the matching could not tell from something hidden or absent."""

    def checked(word: str) -> Tokens:
        tokens = tuple(encode(word))
        if not tokens or None in tokens:
            raise ValueError(
                f"the tokens of {word!r} are {tokens}; there has to be at least one, and None means hidden"
            )
        return tokens

    return checked


def _numbered(step: Weighted[Template], number_of: Callable[[Template], int]) -> tuple[tuple[int, float], ...]:
    return tuple((number_of(template), step.probability(index)) for index, template in enumerate(step.values))

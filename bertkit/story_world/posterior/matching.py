"""Templates against tokens: every way in which a template can have told a text of which some tokens are hidden.

A template is compiled to segments: literal tokens, and slots with all that they can say. What a reader learns from one
way of telling is a *box*: for each latent the set of values that would have said just this, as the bits of an int.
Within a box all values are equally likely to have told the sentence, so a sentence says about the latents no more than
a few boxes with a probability each. A hidden slot of a latent says nothing about it but through its length; which token
it hides is kept as *spoken* by the latent, whatever its value.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bertkit.story_world.template import Template

ROLE_ORDER = ("hero", "friend", "toy", "mood", "place")
"""The latents besides the plot; a box has one set of values for each, in this order."""
ANY = -1
"""The set of all values, as bits."""

Token = Hashable
Tokens = tuple[Token, ...]
Box = tuple[int, ...]
Way = tuple[int, int, list[tuple[int, Token]]]
Filled = Mapping[tuple[int, Token], float]
"""Probability of having told the text *and* said this token (or what is `Spoken`) at this hidden position."""


def one_token(word: str) -> Tokens:
    """The encoding in which every word is a token of its own."""
    return (word,)


@dataclass(frozen=True, eq=False)
class Spoken:
    """A token that a latent decides: by_token[token] are the values that say it, as bits. axis: which latent."""

    axis: int
    by_token: Mapping[Token, int]


@dataclass(frozen=True, eq=False)
class Segment:
    """One stretch of a template and the token sequences that it can say, each with the values that say it.

    axis: a latent's place in `ROLE_ORDER`, or len(ROLE_ORDER) + number of a source, or None for literal tokens.
    closes: whether no later segment draws from the same source.
    """

    axis: int | None
    options: tuple[tuple[Tokens, int], ...]
    closes: bool = False
    by_first: Mapping[Token, list[tuple[Tokens, int]]] = field(init=False, repr=False)
    spoken: tuple[Spoken, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_first: dict[Token, list[tuple[Tokens, int]]] = {}
        for said, values in self.options:
            by_first.setdefault(said[0], []).append((said, values))
        object.__setattr__(self, "by_first", by_first)
        spoken: list[dict[Token, int]] = []
        if self.by_latent:
            for said, values in self.options:
                spoken.extend({} for _ in range(len(said) - len(spoken)))
                for offset, token in enumerate(said):
                    spoken[offset][token] = spoken[offset].get(token, 0) | values
        object.__setattr__(self, "spoken", tuple(Spoken(self.axis or 0, by_token) for by_token in spoken))

    @property
    def by_latent(self) -> bool:
        """Whether a latent decides what it says."""
        return self.axis is not None and self.axis < len(ROLE_ORDER)

    def ways(self, tokens: Sequence[Token], start: int, open_end: bool) -> Iterable[Way]:
        """Everything that it can say from `start` on: length, values that say it, hidden positions and their tokens.

        What hidden slots of a latent say is one way for each length, or a name hidden in every sentence would mean as
        many boxes as the cast has pairs.
        """
        seen = tokens[start]
        options = self.options if seen is None else self.by_first.get(seen, ())
        ways: list[Way] = []
        for said, values in options:
            spelled = _spell(said, tokens, start, open_end)
            if spelled is not None:
                ways.append((min(len(said), len(tokens) - start), values, spelled))
        if not self.by_latent or len(ways) < 2:
            return ways
        lengths: dict[int, int] = {}
        for length, values, _ in ways:
            lengths[length] = lengths.get(length, 0) | values
        return [
            (
                length,
                values,
                [(start + n, spoken) for n, spoken in enumerate(self.spoken[:length]) if tokens[start + n] is None],
            )
            for length, values in lengths.items()
        ]


class Match:
    """The ways in which one template tells one stretch of text, as boxes; they may overlap.

    boxes: the sets of latent values. weights[b]: probability of the told tokens given any latents in box b.
    filled[b]: the same split by the token at each hidden position.
    """

    def __init__(self) -> None:
        self.boxes: list[Box] = []
        self.weights: list[float] = []
        self.filled: list[Filled] = []

    def sets(self) -> Iterator[tuple[int, int]]:
        """The sets of latent values that it tells apart from others, each with its latent."""
        for box, filled in zip(self.boxes, self.filled, strict=True):
            yield from enumerate(box)
            for _, token in filled:
                if isinstance(token, Spoken):
                    yield from ((token.axis, values) for values in token.by_token.values())


class CompiledTemplate:
    """A template as segments of tokens.

    says: for every latent slot, in this template's topic, the words of each value.
    encode: the tokens of one word.
    """

    def __init__(self, template: Template, says: Mapping[str, Sequence[str]], encode: Callable[[str], Tokens]) -> None:
        self._probabilities = tuple(
            tuple(choice.probability(row) for row in range(len(choice.values))) for choice in template.choices
        )
        self._mass: dict[tuple[int, int], float] = {}
        last_use = {fill.source: number for number, fill in enumerate(template.fills)}
        segments: list[Segment] = []
        literal: list[Token] = []
        fills = iter(enumerate(template.fills))
        for word in template.layout.split(" "):
            if word != "%s":
                literal += encode(word)
                continue
            if literal:
                segments.append(Segment(None, ((tuple(literal), ANY),)))
                literal = []
            number, fill = next(fills)
            if fill.latent is None:
                axis, words, closes = len(ROLE_ORDER) + fill.source, fill.words, last_use[fill.source] == number
            else:
                role = fill.latent.removeprefix("a ").partition(".")[0]
                axis, words, closes = ROLE_ORDER.index(role), tuple(says[fill.latent]), False
            options: dict[Tokens, int] = {}
            for value, phrase in enumerate(words):
                said = tuple(token for word in phrase.split(" ") for token in encode(word))
                options[said] = options.get(said, 0) | 1 << value
            segments.append(Segment(axis, tuple(options.items()), closes))
        segments.append(Segment(None, ((tuple(literal), ANY),)))
        self.segments = tuple(segments)

    def match(self, tokens: Sequence[Token], start: int, open_end: bool) -> dict[int, Match]:
        """All ways to tell `tokens` from `start` on, by the position where the sentence ends.

        tokens: None where hidden. open_end: whether the text may break off inside the sentence.
        """
        length = len(tokens)
        everything: Box = (ANY,) * (len(ROLE_ORDER) + len(self._probabilities))
        reached: dict[tuple[int, Box], tuple[float, Filled]] = {(start, everything): (1.0, {})}
        for segment in self.segments:
            further: dict[tuple[int, Box], tuple[float, Filled]] = {}
            for (position, box), (weight, filled) in reached.items():
                if position == length:
                    if open_end:
                        _add(further, (position, box), weight, filled)
                    continue
                for length_said, values, spelled in segment.ways(tokens, position, open_end):
                    narrowed, scale = box, 1.0
                    if segment.axis is not None:
                        left = box[segment.axis] & values
                        if not left:
                            continue
                        if segment.closes:
                            scale, left = self._probability(segment.axis, left), ANY
                        narrowed = (*box[: segment.axis], left, *box[segment.axis + 1 :])
                    share = weight * scale
                    now = filled if scale == 1.0 else {key: scale * value for key, value in filled.items()}
                    if spelled:
                        now = {**now, **dict.fromkeys(spelled, share)}
                    _add(further, (position + length_said, narrowed), share, now)
            reached = further
            if not reached:
                break
        return self._finished(reached)

    def _finished(self, reached: Mapping[tuple[int, Box], tuple[float, Filled]]) -> dict[int, Match]:
        """The boxes by end; sources of which the text breaks off before the last slot are summed out here."""
        latents = len(ROLE_ORDER)
        summed: dict[tuple[int, Box], tuple[float, Filled]] = {}
        for (end, box), (weight, filled) in reached.items():
            scale = 1.0
            for axis in range(latents, len(box)):
                if box[axis] != ANY:
                    scale *= self._probability(axis, box[axis])
            _add(summed, (end, box[:latents]), scale * weight, {key: scale * value for key, value in filled.items()})
        matches: dict[int, Match] = {}
        for (end, box), (weight, filled) in summed.items():
            match = matches.setdefault(end, Match())
            match.boxes.append(box)
            match.weights.append(weight)
            match.filled.append(filled)
        return matches

    def _probability(self, axis: int, rows: int) -> float:
        """Probability that a source's row is one of `rows` (bits)."""
        key = (axis, rows)
        if key not in self._mass:
            probabilities = self._probabilities[axis - len(ROLE_ORDER)]
            self._mass[key] = sum(p for row, p in enumerate(probabilities) if rows >> row & 1)
        return self._mass[key]

    def tokens_at(self) -> list[set[Token]]:
        """For every distance from the sentence's start, the tokens that can stand there."""
        found: list[set[Token]] = []
        starts = {0}
        for segment in self.segments:
            ends: set[int] = set()
            for said, _ in segment.options:
                for start in starts:
                    found.extend(set() for _ in range(start + len(said) - len(found)))
                    for offset, token in enumerate(said):
                        found[start + offset].add(token)
                    ends.add(start + len(said))
            starts = ends
        return found

    @property
    def shortest(self) -> int:
        """Tokens in the shortest sentence that it can tell."""
        return sum(min(len(said) for said, _ in segment.options) for segment in self.segments)


def _spell(said: Tokens, tokens: Sequence[Token], start: int, open_end: bool) -> list[tuple[int, Token]] | None:
    """The hidden positions that `said` fills when it stands at `start`; None where a visible token forbids it."""
    if start + len(said) > len(tokens):
        if not open_end:
            return None
        said = said[: len(tokens) - start]
    hidden: list[tuple[int, Token]] = []
    for position, token in enumerate(said, start):
        seen = tokens[position]
        if seen is None:
            hidden.append((position, token))
        elif seen != token:
            return None
    return hidden


def _add(
    states: dict[tuple[int, Box], tuple[float, Filled]], key: tuple[int, Box], weight: float, filled: Filled
) -> None:
    """Add a way of telling to those that lead to the same state."""
    before = states.get(key)
    if before is not None:
        merged = dict(before[1])
        for place, value in filled.items():
            merged[place] = merged.get(place, 0.0) + value
        weight, filled = weight + before[0], merged
    states[key] = (weight, filled)

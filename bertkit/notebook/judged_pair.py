"""A pair of sentences with what judges think of it: does the second follow the first?"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from bertkit.evaluation.unseen_pairs import UnseenPairs


@dataclass(frozen=True)
class JudgedPair:
    """Two sentences, whether the second follows, and what judges thought of it.

    Args:
        first, second: as text.
        is_next: the truth.
        tokens: of the packed pair, T strings; padding at the end is only counted, not drawn.
        segment_ids: 0 or 1 for each token, T integers or a tensor of shape (T,).
        verdicts: by a judge's name, the probability from 0 to 1 that it gives to "follows".

    Raises:
        ValueError: naming the pair and what cannot be shown.
    """

    first: str
    second: str
    is_next: bool
    tokens: Sequence[str]
    segment_ids: Sequence[int]
    verdicts: Mapping[str, float]

    def __post_init__(self) -> None:
        pair = f"pair {self.first!r}, {self.second!r}"
        segments = self.segments
        if len(segments) != len(self.tokens):
            raise ValueError(f"{pair}: {len(self.tokens)} tokens, but {len(segments)} segment ids")
        if wrong := sorted(set(segments) - {0, 1}):
            raise ValueError(f"{pair}: segment ids must be 0 or 1, got {wrong}")
        object.__setattr__(self, "verdicts", {judge: float(said) for judge, said in self.verdicts.items()})
        for judge, said in self.verdicts.items():
            if not 0 <= said <= 1:
                raise ValueError(f"{pair}: the verdict of {judge!r} must be from 0 to 1, got {said}")

    @property
    def segments(self) -> list[int]:
        return [int(segment) for segment in self.segment_ids]

    @property
    def shared(self) -> set[str]:
        """Tokens that stand in both segments, special ones and punctuation aside.

        >>> tokens = "[CLS] the bear slept . [SEP] so the owl slept . [SEP]".split()
        >>> sorted(JudgedPair("The bear slept.", "So the owl slept.", True, tokens, [0] * 6 + [1] * 6, {}).shared)
        ['slept', 'the']
        """
        sides: tuple[set[str], set[str]] = (set(), set())
        for token, segment in zip(self.tokens, self.segments, strict=True):
            if token[:1] != "[" and any(map(str.isalnum, token)):
                sides[segment].add(token)
        return sides[0] & sides[1]

    def runs(self, pad_token: str = "[PAD]") -> Iterator[tuple[int, list[str], int]]:
        """Stretches of one segment id: the id, its tokens, and how many of padding at the end were left out."""
        for segment, stretch in itertools.groupby(zip(self.segments, self.tokens, strict=True), key=lambda at: at[0]):
            tokens = [token for _, token in stretch]
            full = len(tokens)
            while tokens and tokens[-1] == pad_token:
                tokens.pop()
            yield segment, tokens, full - len(tokens)

    def credit(self, judge: str) -> float:
        """1 where the judge was right, 0 where it was not; an even 0.5 tells nothing and counts one half."""
        said = self.verdicts[judge]
        return 0.5 if said == 0.5 else float((said > 0.5) == self.is_next)


def judged_pairs(
    pairs: UnseenPairs, tokenizer: Tokenizer, verdicts: Mapping[str, Sequence[float]], count: int | None = None
) -> list[JudgedPair]:
    """Pairs that nobody has read with what judges think of them, the best possible reader last.

    Args:
        pairs: N of them.
        tokenizer: that they were made with.
        verdicts: by a judge's name, N probabilities from 0 to 1 of "follows".
        count: how many are taken, from the first on; all of them if None.

    Raises:
        ValueError: for a judge with more or fewer verdicts than there are pairs.
    """
    if odd := {judge: len(said) for judge, said in verdicts.items() if len(said) != len(pairs.follows)}:
        raise ValueError(f"there are {len(pairs.follows)} pairs, but verdicts {odd}")
    everybody = {**verdicts, "exact limit": pairs.limits}
    found = []
    for number in range(len(pairs.follows))[:count]:
        batch = pairs.examples.batch([number])
        assert batch.token_type_ids is not None
        found.append(
            JudgedPair(
                *pairs.texts[number],
                is_next=pairs.follows[number],
                tokens=[str(tokenizer.id_to_token(each)) for each in batch.input_ids[0].tolist()],
                segment_ids=batch.token_type_ids[0].tolist(),
                verdicts={judge: min(1.0, max(0.0, said[number])) for judge, said in everybody.items()},
            )
        )
    return found

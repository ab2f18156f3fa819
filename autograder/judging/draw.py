"""Fresh inputs: sizes, vocabularies, ids, shares and numbers, all drawn anew for every case.

Sizes come from one source and contents from another, so that a case can be drawn again with other contents. A small
draw has few rows and positions and round numbers: a counterexample that is read by people.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from autograder.running.observe import STRIDED

IDS = 60_000
"""Token ids are below this."""
RESERVED = 120
"""Ids below this come more often than chance has it: released vocabularies have their special tokens there."""

DOUBLE, ONE_ROW, TINY, LARGE = "double", "one row", "tiny", "large"
"""Conditions of a draw: numbers of 64 bits, a batch of one row, sizes as small, or as large, as there are."""


@dataclass
class Draw:
    """One case's choices."""

    sizes: random.Random
    contents: random.Random
    conditions: frozenset[str] = frozenset()
    small: int = 0
    """Where not 0: no size is larger than its smallest by this or more."""
    one_row: bool = False
    """Whether a batch came out with a single row, asked for or not."""

    def __post_init__(self) -> None:
        self._generator = torch.Generator().manual_seed(self.contents.randrange(2**62))
        self.dtype = torch.float64 if DOUBLE in self.conditions else torch.float32

    def size(self, low: int, high: int, large: int | None = None) -> int:
        """A size between two, both included; far above, up to `large`, where large sizes are asked for."""
        if self.small:
            return self.sizes.randint(low, min(high, low + self.small - 1))
        if TINY in self.conditions:
            return low
        if LARGE in self.conditions and large is not None and large > high:
            return self.sizes.randint((high + large) // 2, large)
        return self.sizes.randint(self.several(low, high), high)

    def several(self, low: int, high: int) -> int:
        """The least of a size or a number of dimensions: two, if it can be, where order in memory matters."""
        return max(low, min(2, high)) if STRIDED in self.conditions else low

    def rows(self, low: int = 1, high: int = 9, large: int = 80) -> int:
        """The number of rows of a batch."""
        rows = 1 if ONE_ROW in self.conditions else self.size(low, high, large)
        self.one_row |= rows == 1
        return rows

    def leading(self, low: int = 0, high: int = 3, large: int = 130) -> tuple[int, ...]:
        """The dimensions before the last: so many of them, a batch of one in front where one is asked for."""
        # With one dimension or none there is no other order for a tensor to lie in.
        least = self.several(low, high)
        dims = self.sizes.randint(least, max(least, min(high, 2) if self.small else high))
        rows, others = {1: (8 * large, 0), 2: (large // 4, large)}.get(dims, (large // 8, large // 4))
        smallest = 2 if STRIDED in self.conditions else 1
        return tuple(
            self.rows(smallest, 5, rows) if not place else self.size(smallest, 6, others) for place in range(dims)
        )

    def integer(self, low: int, high: int) -> int:
        """A whole number between two, both included: a content, not a size."""
        return self.contents.randint(low, high)

    def share(self, low: float = 0.0, high: float = 1.0) -> float:
        """A share between two, with two digits in a small draw."""
        drawn = self.contents.uniform(low, high)
        return round(drawn, 2) if self.small else drawn

    def seed(self) -> int:
        """A seed for a generator."""
        return self.contents.randrange(2**31)

    def vocabulary(self, low: int = 2, high: int = IDS) -> int:
        """The size of a vocabulary: of every order of magnitude, the largest most often."""
        if self.small:
            return self.size(max(low, 4), high)
        if self.sizes.random() < 0.3:
            return self.sizes.randint((low + high) // 2, high)
        return round(low * (high / low) ** self.sizes.random())

    def ids(self, shape: Sequence[int], vocab_size: int, different: int | None = None) -> Tensor:
        """Token ids of that shape, int64, from the whole vocabulary, 0 included.

        With `different`, from so many ids only, so that each comes often: some reserved ones, others from anywhere.
        """
        shape = tuple(shape)
        if different is None:
            ids = torch.randint(vocab_size, shape, generator=self._generator)
            reserved = torch.randint(min(vocab_size, RESERVED), shape, generator=self._generator)
            return torch.where(self.mask(shape, 0.3), reserved, ids)
        known = [0, self.contents.randint(1, 4), self.contents.randint(100, 104)]
        anywhere = self.contents.sample(range(vocab_size), min(different, vocab_size))
        some = torch.tensor(anywhere + [each for each in known if each < vocab_size])
        return some[torch.randint(len(some), shape, generator=self._generator)]

    def mask(self, shape: Sequence[int], share: float) -> Tensor:
        """A mask of that shape, each position True with that probability."""
        return torch.rand(tuple(shape), generator=self._generator) < share

    def normal(self, *shape: int, scale: float = 1.0) -> Tensor:
        """Normal numbers; multiples of a half in a small draw."""
        drawn = torch.randn(*shape, generator=self._generator, dtype=torch.float64)
        rounded = (2 * drawn).round() / 2 if self.small else drawn
        return (rounded * scale).to(self.dtype)

    def permutation(self, size: int) -> Tensor:
        """The numbers below `size` in some order."""
        return torch.randperm(size, generator=self._generator)


def percent(part: int | float, whole: int | float) -> str:
    """A share in per cent, with one digit where it is small."""
    share = 100 * part / max(whole, 1)
    return f"{share:.1f} %" if 0 < share < 10 else f"{share:.0f} %"

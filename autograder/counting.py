"""What is counted in the results of an answer that draws at random, and what is due."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what an exercise says can be read without torch
    from torch import Tensor


@dataclass(frozen=True)
class Count:
    """So many successes in so many independent trials, and the probability of each if the answer is right."""

    name: str
    """Stable, short, in the form `like-this`: the same property has the same name in every check."""
    what: str
    """What a success is, to be read after a share: "of the selected positions became [MASK]"."""
    successes: int
    trials: int
    probability: float
    comparisons: int = 1
    """How many such counts this is the most improbable of: rows, columns, tokens, offsets."""
    misconception: str | None = None
    """Name of the mistake that such a deviation shows, whatever causes it; None for one that needs none."""

    @property
    def seen(self) -> str:
        """What was counted, as a sentence."""
        return f"{share(self.successes / max(self.trials, 1))} {self.what} ({self.successes:,} of {self.trials:,})."

    @property
    def due(self) -> str:
        """What was due, as a sentence."""
        return f"{share(self.probability)}, give or take luck."


@dataclass(frozen=True, eq=False)
class Occurrences:
    """At which positions something happened that has one probability wherever it could, whatever happens elsewhere."""

    name: str
    """The beginning of the names of what is counted."""
    what: str
    """What a success is, to be read after a share."""
    happened: "Tensor"
    """Shape: (calls, rows, columns), bool"""
    possible: "Tensor"
    """Where it could. Shape: the same, or (rows, columns) where it is the same in every call, bool"""
    probability: float
    attributes: Mapping[str, "Tensor"] = field(default_factory=dict)
    """Numbers that a position has and on which nothing may depend, such as its token. Shape: (rows, columns), int64"""
    words: Mapping[str, str] = field(default_factory=dict)
    """What an exercise calls a position, a call, a row and a column, where it has other words for them."""


def share(part: float) -> str:
    """A share in per cent, with as many digits as tell it from its neighbours."""
    percent = 100 * part
    digits = 0 if percent in (0, 100) else 2 if percent < 1 or percent > 99 else 1
    return f"{percent:.{digits}f} %"

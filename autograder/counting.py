"""What is counted in the results of an answer that draws at random, and what is due."""

from dataclasses import dataclass


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


def share(part: float) -> str:
    """A share in per cent, with as many digits as tell it from its neighbours."""
    percent = 100 * part
    digits = 0 if percent in (0, 100) else 2 if percent < 1 or percent > 99 else 1
    return f"{percent:.{digits}f} %"

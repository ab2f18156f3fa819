"""A loss that stands still: whether a training has left the level at which a model that learned nothing stands."""

import math
from collections.abc import Sequence

COIN = math.log(2)
"""The loss, in nats, of who gives both of two equally frequent answers the probability 1/2."""
WINDOW = 50
"""Steps that are averaged: the loss of one batch jumps about."""
CLEARLY_BELOW = 0.95
"""A plateau is left where the mean is below this share of its level."""


def left_at(losses: Sequence[float], level: float = COIN, window: int = WINDOW) -> int | None:
    """The number of the step after which the mean of the last losses was first clearly below a level.

    Args:
        losses: of every step, in nats.
        level: where a model stands that has learned nothing.
        window: losses that are averaged.

    Returns:
        A number of steps, from `window` on; None where the loss has never left the level.

    Raises:
        ValueError: for a window below 1.

    >>> left_at([0.7, 0.7, 0.65, 0.4], window=2), left_at([0.7, 0.69, 0.7], window=2)
    (4, None)
    """
    if window < 1:
        raise ValueError(f"window is {window}; it has to be at least 1")
    for step in range(window, len(losses) + 1):
        if math.fsum(losses[step - window : step]) / window < CLEARLY_BELOW * level:
            return step
    return None


def notice(
    losses: Sequence[float], level: float = COIN, name: str = "ln 2", remedies: Sequence[str] = (), window: int = WINDOW
) -> str:
    """One line to print after a training: when the loss came below a level, or that it never did and what to try.

    Args:
        losses: of every step, in nats.
        level: where a model stands that has learned nothing.
        name: of the level.
        remedies: what may help, the likeliest first.
        window: losses that are averaged.

    Raises:
        ValueError: for fewer losses than a window: then nothing can be said.

    >>> notice([0.7, 0.7, 0.65, 0.4], window=2)
    'The loss came clearly below ln 2 (0.693 nats) after 4 steps.'
    >>> notice([0.7, 0.69, 0.7], remedies=["a lower learning rate"], window=2)
    'The loss has not come clearly below ln 2 (0.693 nats) in 3 steps. Try a lower learning rate.'
    """
    if len(losses) < window:
        raise ValueError(f"there are {len(losses)} losses; whether they stand still is seen from {window} on")
    step = left_at(losses, level, window)
    if step is not None:
        return f"The loss came clearly below {name} ({level:.3f} nats) after {step:,} steps."
    tried = f" Try {', or '.join(remedies)}." if remedies else ""
    return f"The loss has not come clearly below {name} ({level:.3f} nats) in {len(losses):,} steps.{tried}"

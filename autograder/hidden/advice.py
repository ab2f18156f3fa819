"""Mistakes that answers to many exercises share, with the advice for them."""

from typing import Any

from autograder.judging import CHANGES_ARGUMENT, GLOBAL_RANDOM, Mistake


def change_argument(answer: Any) -> Mistake:
    """Writing into what the caller passed."""
    return Mistake(
        CHANGES_ARGUMENT,
        "The function writes into a tensor that belongs to the caller, who needs it afterwards.",
        "Methods ending in `_`, `|=` and assignments to `tensor[...]`: work on a `clone()`, or use `torch.where`.",
        answer,
    )


def use_global_random(answer: Any) -> Mistake:
    """Drawing without the generator."""
    return Mistake(
        GLOBAL_RANDOM,
        "A random number was drawn without the generator, so no seed can repeat the result.",
        "Every call that draws: does it get `generator=generator`?",
        answer,
    )

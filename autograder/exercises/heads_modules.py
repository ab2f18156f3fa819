"""Lesson 5: how a head is built and used once, with a look at what its dropout does in training."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from autograder.exercise import Inputs
from autograder.modules import Built

CALLS = 12
"""How often a head in training mode is used on one batch."""
NOTHING = 1e-4
"""Below this share of its size, a number counts as dropped."""
ENOUGH = 250
"""Numbers in two patterns that are alike: of independent draws, a tenth of them dropped, once in 10 to the 20."""


@dataclass(frozen=True)
class BuiltAndWatched(Built):
    """Builds a head, uses it, and tells beside what `Built` tells whether that drew from the global generator."""

    def used(self, module: nn.Module, other: nn.Module, there: dict[str, Tensor], inputs: Inputs) -> dict[str, Any]:
        """What came of the use, and `draws`. The generator is put back: a module in training mode may use it."""
        with torch.random.fork_rng(devices=[]):
            before = torch.get_rng_state()
            told = super().used(module, other, there, inputs)
            return told | {"draws": not torch.equal(before, torch.get_rng_state())}


@dataclass(frozen=True)
class BuiltWithDropout(BuiltAndWatched):
    """Builds a head with dropout. In evaluation mode it is used once; in training mode its dropout is measured.

    In training mode the inputs have as many labels as features, a diagonal `classifier.weight`, and no 0 in the
    diagonal, the bias and the vectors: each logit then tells what became of one number of a vector. Which draws are
    made, and in what order, is free, so that what comes back is rounded to what all of them have in common.

    `draws` is about evaluation mode. Beside it there is `masks`, see `measured`.
    """

    every_position: bool = False
    """Whether all positions have logits, or position 0 alone."""

    def used(self, module: nn.Module, other: nn.Module, there: dict[str, Tensor], inputs: Inputs) -> dict[str, Any]:
        """What came of the use, or what its dropout does."""
        if not inputs["training"]:
            return super().used(module, other, there, inputs) | {"masks": None}
        with torch.random.fork_rng(devices=[]):
            return {"draws": False, "masks": self.measured(module, inputs)}

    def measured(self, module: nn.Module, inputs: Inputs) -> dict[str, Any] | None:
        """What is dropped over many calls; None where the logits have another shape.

        Returns:
            `logits`: share of the logits that are 0; `share`: of the numbers that were dropped; both to one digit.
            `factor`: what the others are multiplied with, to three digits, None where there are none; `even`: whether
            that is the same for all; `unchanging`: along what the pattern never changes; `repeating`: along what
            it comes back after some places.
        """
        hidden = inputs[self.argument]
        vectors = (hidden if self.every_position else hidden[:, 0]).clone()
        with torch.no_grad():
            logits = [module(hidden) for _ in range(CALLS)]
        if not all(isinstance(each, Tensor) and each.shape == vectors.shape for each in logits):
            return None
        came = torch.stack(logits).double()
        size = vectors.double() * inputs["classifier.weight"].double().diagonal()
        factors = (came - inputs["classifier.bias"].double()) / size
        dropped = (factors.abs() < NOTHING) | factors.isnan()
        kept = factors[~dropped]
        factor = float(kept.median()) if len(kept) else None
        places = ("positions", "features") if self.every_position else ("features",)
        return {
            "logits": share_of(came == 0),
            "share": share_of(dropped),
            "factor": None if factor is None else round(factor, 3),
            "even": factor is None or bool(((kept - factor).abs() < 1e-2 * abs(factor)).all()),
            "unchanging": ", ".join(unchanging(dropped, ("calls", "rows", *places))),
            "repeating": ", ".join(repeating(dropped, ("calls", "rows", *places))),
        }


def share_of(there: Tensor) -> float:
    """The share that is True, to one digit."""
    return round(float(there.double().mean()), 1)


def unchanging(dropped: Tensor, axes: Sequence[str]) -> list[str]:
    """The axes along which a pattern is the same everywhere; none where all is dropped, or nothing is."""
    if dropped.all() or not dropped.any():
        return []
    return [axis for dim, axis in enumerate(axes) if bool((dropped == dropped.narrow(dim, 0, 1)).all())]


def repeating(dropped: Tensor, axes: Sequence[str]) -> list[str]:
    """The axes along which a pattern comes back after some places, as far as there is enough of it to tell."""
    if dropped.all() or not dropped.any():
        return []

    def comes_back(dim: int, after: int) -> bool:
        rest = dropped.shape[dim] - after
        first, later = dropped.narrow(dim, 0, rest), dropped.narrow(dim, after, rest)
        return first.numel() >= ENOUGH and bool((first == later).all())

    return [
        axis for dim, axis in enumerate(axes) if any(comes_back(dim, after) for after in range(1, dropped.shape[dim]))
    ]

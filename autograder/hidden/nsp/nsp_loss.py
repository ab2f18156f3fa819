"""Hidden tests of `nsp.nsp_loss`."""

from typing import Any

import torch
from torch import Tensor

from autograder.exercise import Inputs
from autograder.hidden.nsp.nsp_loss_mistakes import mistake
from autograder.judging.draw import Draw
from autograder.judging.parts import TOLERANCES, Compare, HiddenTests
from autograder.judging.values import near
from bertkit.objectives.nsp import nsp_loss

SCALES = (1.0, 1.0, 4.0)
"""Of the scores. Much larger ones are an edge, so that it is seen where an answer is wrong for these alone."""
SINGLE = TOLERANCES | {torch.float32: 1e-4}
"""Scores of hundreds leave so much rounding in single precision. What sets formulas apart is seen in double."""


def inputs(draw: Draw, follows: float | None = None) -> Inputs:
    """Two scores for each pair, of any size, and any share of pairs that follow."""
    rows = draw.rows(1, 12, 3000)
    scale = 1.0 if draw.small else draw.contents.choice(SCALES)
    # Scores that are not centred: a second class that is likelier throughout.
    shift = draw.normal(1, 2, scale=scale) * draw.integer(0, 1)
    share = draw.contents.choice((0.3, 0.5, 0.8)) if follows is None else follows
    return {"logits": draw.normal(rows, 2, scale=scale) + shift, "is_next": draw.mask((rows,), share)}


def large(draw: Draw) -> Inputs:
    """Scores in the hundreds and thousands, which are sure and wrong in places."""
    rows = draw.size(2, 9)
    return {
        "logits": draw.normal(rows, 2, scale=draw.contents.choice((400.0, 3000.0))),
        "is_next": draw.mask((rows,), 0.5),
    }


def square(draw: Draw) -> Inputs:
    """As many pairs as classes: no shape tells the dimensions apart."""
    return {"logits": draw.normal(2, 2), "is_next": draw.mask((2,), 0.5)}


def alike(draw: Draw) -> Inputs:
    """Two pairs with the same scores and the same label, beside others."""
    drawn = inputs(draw)
    return {name: torch.cat([each, each[:1]]) for name, each in drawn.items()}


EDGES = {
    "all pairs follow": lambda draw: inputs(draw, 1.1),
    "no pair follows": lambda draw: inputs(draw, 0.0),
    "scores are large": large,
    "there are two pairs": square,
    "two pairs are alike": alike,
}


def of_mean(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
    """The loss, for which either class may be either, and whether anything can be learned from it."""
    loss, gradients = value["value"], value["gradients"]
    if isinstance(loss, Tensor) and loss.dtype == given["logits"].dtype and not loss.dim():
        swapped = nsp_loss(given["logits"], ~given["is_next"])
        if near(loss, swapped, SINGLE[loss.dtype]):
            loss = nsp_loss(given["logits"], given["is_next"])
    there = {name: torch.zeros(()) if isinstance(each, Tensor) else None for name, each in gradients.items()}
    return {"value": loss, "gradients": there}


TESTS = HiddenTests(
    parts={
        "mean": (
            Compare(
                inputs,
                EDGES,
                of=of_mean,
                tolerances=SINGLE,
                titles={"value": "The loss"},
            ),
        ),
        "classes": (Compare(inputs, EDGES, cases=5, tolerances=SINGLE, titles={"value": "The loss"}),),
    },
    mistakes=mistake.all,
    otherwise={"mean": "another-formula", "classes": "another-formula"},
)

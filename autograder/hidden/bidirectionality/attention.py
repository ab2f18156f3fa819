"""Hidden tests of `bidirectionality.attention`."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.exercise import Inputs
from autograder.hidden.bidirectionality.attention_mistakes import mistake
from autograder.judging.draw import DOUBLE, TINY, Draw
from autograder.judging.parts import TOLERANCES, Compare, HiddenTests

SINGLE = TOLERANCES | {torch.float32: 1e-4}
"""Sums of many products leave so much rounding in single precision. What sets formulas apart is seen in double."""
TITLES = {"output": "The output", "weights": "The table of weights"}
EXACT = 16
"""A width of which the root, and the root of that, are powers of two: however scores are scaled, nothing is rounded."""


def inputs(draw: Draw, leading: tuple[int, ...] | None = None) -> Inputs:
    """Queries, keys and values, all sizes of their own, and no mask."""
    leading = draw.leading(0, 3, 8) if leading is None else leading
    queries, keys = draw.size(1, 5, 24), draw.size(1, 6, 24)
    width, value_width = draw.size(1, 6, 70), draw.size(1, 7, 70)
    return {
        "query": draw.normal(*leading, queries, width),
        "key": draw.normal(*leading, keys, width),
        "value": draw.normal(*leading, keys, value_width),
        "mask": None,
    }


def shape_of_scores(drawn: Inputs) -> tuple[int, ...]:
    """(..., Tq, Tk)"""
    return (*drawn["query"].shape[:-1], drawn["key"].shape[-2])


def allowing(draw: Draw, shape: tuple[int, ...]) -> Tensor:
    """A mask of that shape in which every row lets something through."""
    allowed = draw.mask(shape, draw.share(0.2, 0.8))
    return allowed.scatter(-1, (draw.mask(shape, 0.5).long().argmax(-1, keepdim=True)), True)


def masked(draw: Draw) -> Inputs:
    """Each query may attend to some keys of its own."""
    drawn = inputs(draw)
    return drawn | {"mask": allowing(draw, shape_of_scores(drawn))}


def of_shape(draw: Draw, shape: Callable[[tuple[int, ...]], tuple[int, ...]]) -> Inputs:
    """The mask has another shape than the scores, from which that shape is made."""
    drawn = inputs(draw, draw.leading(1, 2, 8))
    return drawn | {"mask": allowing(draw, shape(shape_of_scores(drawn)))}


def nothing_allowed(draw: Draw) -> Inputs:
    """Some queries may attend to nothing."""
    drawn = masked(draw)
    rows = draw.mask(drawn["mask"].shape[:-1], 0.4)
    rows.view(-1)[draw.integer(0, rows.numel() - 1)] = True
    return drawn | {"mask": drawn["mask"] & ~rows[..., None]}


def all_or_nothing(draw: Draw) -> Inputs:
    """A mask with one column: a query may attend to all keys or to none."""
    drawn = inputs(draw, draw.leading(1, 2, 8))
    rows = draw.mask((*shape_of_scores(drawn)[:-1], 1), 0.6)
    rows.view(-1)[0] = False
    return drawn | {"mask": rows}


def the_same(draw: Draw, value: bool) -> Inputs:
    """A mask that is the same everywhere."""
    drawn = inputs(draw)
    return drawn | {"mask": torch.full(shape_of_scores(drawn), value)}


def square(draw: Draw) -> Inputs:
    """All dimensions of one size: no shape tells them apart."""
    size = draw.size(2, 5)
    tensors: Inputs = {name: draw.normal(size, size, size, size) for name in ("query", "key", "value")}
    return tensors | {"mask": allowing(draw, (size, size, size, size))}


def in_double(draw: Draw) -> Draw:
    """The draw with numbers of 64 bits, of which the logarithm of a sum leaves enough digits where they are large."""
    draw.dtype = torch.float64
    return draw


def far_apart(draw: Draw) -> Inputs:
    """Scores of tens of thousands, above and below 0; whole numbers, so that no order of computing rounds."""
    drawn = masked(in_double(draw))
    for name in ("query", "key"):
        wide = draw.normal(*drawn[name].shape[:-1], EXACT)
        drawn[name] = (150 * wide).round().clamp(-500, 500)
    return drawn


def alike_at(draw: Draw, sign: int) -> Inputs:
    """Scores that are thousands above or below 0 and differ by little: softmax sees the differences alone."""
    drawn = masked(in_double(draw))
    for name in ("query", "key"):
        drawn[name] = torch.zeros(*drawn[name].shape[:-1], EXACT, dtype=draw.dtype)
    drawn["query"][..., 0] = 64.0
    steps = draw.normal(*drawn["key"].shape[:-1]).mul(64).round().div(64).clamp(-3, 3)
    drawn["key"][..., 0] = sign * 1200 + steps / 16  # 64 / sqrt(16) of it is steps, and 19,200 more or less
    return drawn


def unmasked(drawn: Inputs) -> Inputs:
    """The same without a mask."""
    return drawn | {"mask": None}


def equal_scores(masks: Callable[[Draw], Inputs]) -> Callable[[Draw], Inputs]:
    """The same with queries that prefer no key, so that a mask alone makes weights differ."""

    def alike(draw: Draw) -> Inputs:
        drawn = masks(draw)
        return drawn | {"query": drawn["query"] * 0}

    return alike


FEWER: dict[str, Callable[[Draw], Inputs]] = {
    "the mask has fewer dimensions than the scores": lambda draw: of_shape(draw, lambda scores: scores[-2:]),
    "the mask has one dimension": lambda draw: of_shape(draw, lambda scores: scores[-1:]),
    "one row of the mask serves all queries": lambda draw: of_shape(
        draw, lambda scores: (scores[0], *[1] * (len(scores) - 2), scores[-1])
    ),
}
NOTHING: dict[str, Callable[[Draw], Inputs]] = {
    "a query may attend to nothing": nothing_allowed,
    "no query may attend to anything": lambda draw: the_same(draw, False),
    "the mask has one column": all_or_nothing,
}
EXTREME: dict[str, Callable[[Draw], Inputs]] = {
    "scores are far apart": far_apart,
    "scores are large": lambda draw: alike_at(draw, 1),
    "scores are far below 0": lambda draw: alike_at(draw, -1),
}
OTHER: dict[str, Callable[[Draw], Inputs]] = {
    "everything is allowed": lambda draw: the_same(draw, True),
    "all dimensions are of one size": square,
}


def without_masks(cases: dict[str, Callable[[Draw], Inputs]]) -> dict[str, Callable[[Draw], Inputs]]:
    """The same cases, each without its mask."""
    return {name: lambda draw, drawn=drawn: unmasked(drawn(draw)) for name, drawn in cases.items()}  # type: ignore[misc]


def values_of(value: Any) -> dict[str, Tensor]:
    """Both results by what they are called."""
    output, weights = value["value"]
    return {"weights": weights, "output": output}


def weights_of(given: Inputs, value: Any) -> dict[str, Any]:
    """The weights alone."""
    return {"weights": values_of(value)["weights"]}


def of_hidden_keys(given: Inputs, value: Any) -> dict[str, Any]:
    """What keys weigh that are not allowed, and the output of queries that may attend to nothing."""
    both = values_of(value)
    allowed = given["mask"].expand(both["weights"].shape)
    return {"weights": both["weights"][~allowed], "output": both["output"][~allowed.any(dim=-1)]}


def gradients(given: Inputs, value: Any) -> dict[str, Any]:
    """The gradients alone."""
    return {"gradients": value["gradients"]}


FEW = (DOUBLE, TINY)
"""Conditions of parts that are about one thing; `output` is tried under all of them."""
TESTS = HiddenTests(
    parts={
        "weights": (
            Compare(
                inputs,
                without_masks(EXTREME) | {"everything is allowed": OTHER["everything is allowed"]},
                of=weights_of,
                tolerances=SINGLE,
                titles=TITLES,
                conditions=FEW,
            ),
        ),
        "mask": (
            Compare(
                equal_scores(masked),
                {name: equal_scores(drawn) for name, drawn in (FEWER | NOTHING).items()},
                of=lambda given, value: values_of(value),
                tolerances=SINGLE,
                titles=TITLES,
                conditions=FEW,
                cases=1,
            ),
            Compare(
                masked,
                {"scores are far apart": far_apart, "a query may attend to nothing": nothing_allowed},
                of=of_hidden_keys,
                titles=TITLES | {"weights": "What keys weigh that are not allowed"},
                tolerances={},
                conditions=(),
                cases=0,
            ),
        ),
        "output": (
            Compare(
                masked,
                FEWER
                | EXTREME
                | OTHER
                | {"a query may attend to nothing": nothing_allowed, "there is no mask": inputs},
                of=lambda given, value: values_of(value),
                tolerances=SINGLE,
                titles=TITLES,
                cases=2,
            ),
        ),
        "gradient": (
            Compare(
                masked,
                NOTHING | {"scores are far apart": far_apart, "there is no mask": inputs},
                of=gradients,
                tolerances=SINGLE,
                titles=TITLES,
                conditions=FEW,
                cases=1,
            ),
        ),
    },
    mistakes=mistake.all,
)

"""Hidden tests of `bidirectionality.influence`."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.calls import KEPT
from autograder.exercise import Inputs
from autograder.hidden.bidirectionality.influence_mistakes import mistake
from autograder.judging.draw import DOUBLE, LARGE, TINY, Draw
from autograder.judging.parts import AGAIN, Compare, Finding, HiddenTests
from autograder.running.observe import STRIDED

Step = dict[str, Any]
Shape = tuple[int, int]
"""T and H."""
Function = Callable[[Draw, Shape], Sequence[Step]]
"""Draws the steps of a function."""


def looked_at(draw: Draw, steps: Function, shape: Shape | None = None) -> Inputs:
    """A function of these steps, plain or a module, with or without gradients from before, and a point."""
    shape = (draw.size(1, 4, 10), draw.size(1, 3, 5)) if shape is None else shape
    flags = ("is_module", "is_training", "is_trained", "has_gradients")
    function: Inputs = {name: draw.integer(0, 1) == 1 for name in flags}
    watched = draw.integer(0, 1) == 1
    return {
        "fn": {"steps": list(steps(draw, shape))} | function,
        "x": draw.normal(*shape),
        "x_requires_grad": watched,
        "x_has_gradient": watched and draw.integer(0, 1) == 1,
    }


def wide(steps: Function, positions: int = 1) -> Callable[[Draw], Inputs]:
    """Inputs for such a function, with two features or more and so many positions at least."""
    return lambda draw: looked_at(draw, steps, (draw.size(positions, 4), draw.size(2, 3)))


# ------------------------------------------------------------------------------------------------------------- steps


def some(draw: Draw, shape: Shape) -> Tensor:
    """Which position depends on which. Shape: (T, T), bool"""
    return draw.mask((shape[0], shape[0]), draw.share(0.2, 0.8))


def away_from_zero(draw: Draw, *shape: int) -> Tensor:
    """Numbers of either sign between a half and two."""
    drawn = draw.normal(*shape)
    return drawn.sign().masked_fill(drawn == 0, 1.0) * drawn.abs().clamp(0.5, 2.0)


def mix(draw: Draw, shape: Shape, of: Tensor | None = None) -> Step:
    """Positions mixed, those of a pattern."""
    pattern = some(draw, shape) if of is None else of
    return {"does": "mix", "weight": away_from_zero(draw, shape[0], shape[0]) * pattern}


def features(draw: Draw, shape: Shape) -> Step:
    """The numbers of each position mixed, all of them."""
    return {"does": "features", "weight": away_from_zero(draw, shape[1], shape[1]) * shape[1] ** -0.5}


def shift(draw: Draw, shape: Shape) -> Step:
    """A number added at every place."""
    return {"does": "shift", "bias": draw.normal(*shape)}


def attention(draw: Draw, shape: Shape, mask: Tensor) -> Step:
    """Attention, with queries and keys so small that no weight vanishes."""
    size = shape[1]
    weights = {name: away_from_zero(draw, size, size) * 0.4 * size**-0.5 for name in ("query", "key", "value")}
    return {"does": "attention", "mask": mask} | weights


def blocks(draw: Draw, shape: Shape, of: Tensor | None = None) -> Step:
    """Every number of the output from every number of the input, for the positions of a pattern."""
    length, size = shape
    pattern = some(draw, shape) if of is None else of
    weight = away_from_zero(draw, length, size, length, size) * pattern[:, None, :, None]
    return {"does": "linear", "weight": weight.reshape(length * size, length * size)}


def does(name: str) -> Step:
    """A step without numbers of its own."""
    return {"does": name}


def add(*branches: Sequence[Step]) -> Step:
    """What several functions give, added up."""
    return {"does": "add", "branches": [list(each) for each in branches]}


# --------------------------------------------------------------------------------------------------------- functions


def usual(draw: Draw, shape: Shape) -> Sequence[Step]:
    """One of several kinds of layers."""
    kind = draw.integer(0, 3)
    if kind == 0:
        return [blocks(draw, shape)]
    if kind == 1:
        return [features(draw, shape), does("tanh"), mix(draw, shape), shift(draw, shape)]
    if kind == 2:
        itself = torch.eye(shape[0], dtype=torch.bool)
        return [attention(draw, shape, some(draw, shape) | itself), features(draw, shape)]
    return [add([mix(draw, shape)], [features(draw, shape)])]


def tiny_derivatives(draw: Draw, shape: Shape) -> Sequence[Step]:
    """Some derivatives are far below any threshold that people write, and none of them is 0.

    Squares of them are numbers still, so that it is free how features are put together.
    """
    weight = mix(draw, shape)["weight"]
    least = draw.integer(0, weight.numel() - 1)
    powers = [-draw.integer(15, 17) if place == least else -draw.integer(0, 17) for place in range(weight.numel())]
    weight.view(-1)[least] = 1.0
    return [{"does": "mix", "weight": weight * 10.0 ** torch.tensor(powers, dtype=weight.dtype).view_as(weight)}]


def constant(draw: Draw, shape: Shape) -> Sequence[Step]:
    """The same numbers whatever goes in."""
    return [{"does": "constant", "bias": draw.normal(*shape)}]


def outputs_add_up(draw: Draw, shape: Shape) -> Sequence[Step]:
    """The features of an output always add up to 0: what one gains, another loses."""
    return [mix(draw, shape), pairs_of_opposites(draw, shape[1], 1)]


def weighted_outputs_add_up(draw: Draw, shape: Shape) -> Sequence[Step]:
    """Once, twice, three times the features of an output, and so on, always add up to 0."""
    step = pairs_of_opposites(draw, shape[1], 1)
    weight = (step["weight"] * 8).round() / 8  # so few digits that nothing is rounded
    for place in range(0, shape[1] // 2 * 2, 2):
        weight[:, place] *= place + 2
        weight[:, place + 1] *= place + 1
    return [mix(draw, shape), step | {"weight": weight}]


def inputs_add_up(draw: Draw, shape: Shape) -> Sequence[Step]:
    """The derivatives by the features of an input add up to 0."""
    return [mix(draw, shape), pairs_of_opposites(draw, shape[1], 0)]


def pairs_of_opposites(draw: Draw, size: int, dim: int) -> Step:
    """Features mixed by columns (or rows) that come in pairs of opposite sign, the odd one out being 0."""
    half = away_from_zero(draw, size, size // 2)
    weight = torch.zeros(size, size, dtype=half.dtype)
    weight[:, 0 : size // 2 * 2 : 2], weight[:, 1 : size // 2 * 2 : 2] = half, -half
    return {"does": "features", "weight": weight if dim else weight.T.contiguous()}


def one_by_one(draw: Draw, shape: Shape) -> Sequence[Step]:
    """One feature of an output depends on one feature of an input, and nothing else of the two."""
    length, size = shape
    weight = torch.zeros(length, size, length, size, dtype=draw.dtype)
    for to, source in some(draw, shape).nonzero().tolist():
        weight[to, draw.integer(0, size - 1), source, draw.integer(0, size - 1)] = draw.contents.choice([-1.5, 0.5, 2])
    return [{"does": "linear", "weight": weight.reshape(length * size, length * size)}]


def many_one_by_one(draw: Draw) -> Inputs:
    """So many pairs of positions that it is seen which features an answer leaves out."""
    return looked_at(draw, one_by_one, (draw.size(2, 4) if draw.small else draw.size(5, 8), draw.size(2, 3)))


def cancelling(draw: Draw, shape: Shape) -> Sequence[Step]:
    """Two contributions that are each other's negative, and a third that stays."""
    away = [mix(draw, shape), *([does("tanh")] if draw.integer(0, 1) else [])]
    return [add(away, [*away, does("negative")], [mix(draw, shape)])]


def partly_detached(draw: Draw, shape: Shape) -> Sequence[Step]:
    """A part through which no derivative passes, and one through which it does."""
    return [add([does("detached"), mix(draw, shape)], [mix(draw, shape)])]


def attending_to_all_but(draw: Draw, shape: Shape, layers: int) -> Sequence[Step]:
    """Layers that hide nothing but each position's target."""
    length = shape[0]
    hidden = torch.diag(torch.ones(length - 1, dtype=torch.bool), 1)
    return [attention(draw, shape, ~hidden) for _ in range(layers)]


def switched_off(draw: Draw) -> Inputs:
    """Some rows of the input lie where a unit passes nothing on."""
    drawn = wide(lambda draw, shape: [does("relu"), mix(draw, shape)], 2)(draw)
    off = draw.mask(drawn["x"].shape[:1], 0.5)
    off[draw.integer(0, len(off) - 1)] = True
    x = drawn["x"].abs() + 0.5
    return drawn | {"x": torch.where(off[:, None], -x, x)}


def flat_here(draw: Draw) -> Inputs:
    """Some rows of the input are 0, where a square has no slope."""
    drawn = wide(lambda draw, shape: [does("square"), mix(draw, shape)], 2)(draw)
    flat = draw.mask(drawn["x"].shape[:1], 0.5)
    flat[draw.integer(0, len(flat) - 1)] = True
    return drawn | {"x": (drawn["x"].abs() + 0.5).masked_fill(flat[:, None], 0.0)}


def at_zero(draw: Draw) -> Inputs:
    """All outputs are 0; what they depend on is another question."""
    drawn = looked_at(draw, lambda draw, shape: [mix(draw, shape), features(draw, shape)])
    return drawn | {"x": drawn["x"] * 0}


def untrained(drawn: Inputs) -> Inputs:
    """The same without a parameter that requires a gradient."""
    return drawn | {"fn": drawn["fn"] | {"is_trained": False}}


def parameter(drawn: Inputs) -> Inputs:
    """The same with parameters that require a gradient."""
    return drawn | {"fn": drawn["fn"] | {"is_trained": True}}


EDGES: dict[str, Callable[[Draw], Inputs]] = {
    "derivatives are tiny": lambda draw: looked_at(draw, tiny_derivatives),
    "`fn` is constant": lambda draw: untrained(looked_at(draw, constant)),
    "`fn` returns a parameter": lambda draw: parameter(looked_at(draw, constant)),
    "`fn` returns its input": lambda draw: looked_at(draw, lambda draw, shape: []),
    "the features of an output always add up to 0": wide(outputs_add_up),
    "a weighted sum of the features of an output is always 0": wide(weighted_outputs_add_up),
    "the derivatives by the features of an input add up to 0": wide(inputs_add_up),
    "one feature depends on one feature": many_one_by_one,
    "two contributions cancel": wide(cancelling),
    "`fn` detaches a part": wide(partly_detached),
    "a unit is switched off": switched_off,
    "a derivative is 0 at this point": flat_here,
    "all outputs are 0": at_zero,
    "the largest of each feature is taken": wide(lambda draw, shape: [features(draw, shape), does("largest")], 2),
    "one layer hides the target alone": wide(lambda draw, shape: attending_to_all_but(draw, shape, 1), 3),
    "two layers hide the target alone": wide(lambda draw, shape: attending_to_all_but(draw, shape, 2), 3),
}


LEFT = {
    "`x.grad`": "leaves-gradient-of-x",
    "`x.requires_grad`": "leaves-x-requiring-gradient",
    "the `.grad` of parameters": "leaves-gradients-of-parameters",
    "`requires_grad` of parameters": "leaves-parameters-frozen",
    "the numbers in parameters": "leaves-parameters-changed",
    "the mode of the module": "leaves-mode-switched",
}
"""By what is no longer as it was: the mistake that this shows by itself."""


def left_changed(got: Any, want: Any) -> Finding:
    """What is no longer as it was."""
    names = [each for each in LEFT if isinstance(got, list) and each in got]
    if not names:
        return Finding("What the function left behind cannot be told.", "Everything as it was before.")
    seen = f"After the call, {' and '.join(names[:2])} {'was' if len(names) == 1 else 'were'} not as before."
    return Finding(seen, "Everything as it was before.", LEFT[names[0]])


TESTS = HiddenTests(
    parts={
        "depends": (
            Compare(
                lambda draw: looked_at(draw, usual),
                EDGES,
                of=lambda given, value: value["influence"],
                conditions=(STRIDED, DOUBLE, TINY, LARGE, AGAIN, KEPT),
            ),
        ),
        "untouched": (
            Compare(
                lambda draw: looked_at(draw, usual),
                # Whoever returns nothing of the kind has left everything as it was, which is worth no points.
                of=lambda given, value: {
                    "changed": value["changed"],
                    "influence": torch.zeros_like(value["influence"]),
                },
                titles={"influence": "What came back"},
                conditions=(),
                cases=8,
                words={"changed": left_changed},
            ),
        ),
    },
    mistakes=mistake.all,
)

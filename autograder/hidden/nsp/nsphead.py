"""Hidden tests of `nsp.NSPHead`."""

from typing import Any

import torch
from torch import Tensor

from autograder.calls import EVALUATION, KEPT
from autograder.exercise import Inputs
from autograder.hidden.nsp.nsphead_mistakes import mistake
from autograder.judging.draw import DOUBLE, LARGE, ONE_ROW, TINY, Draw
from autograder.judging.parts import AGAIN, TOLERANCES, Compare, Finding, HiddenTests
from autograder.running.observe import STRIDED
from autograder.wording import quoted

BETWEEN = "; "
ROUNDING = TOLERANCES | {torch.float32: 1e-4}
"""How far right values may lie apart: gradients add up over many rows."""


def inputs(
    draw: Draw, rows: int | None = None, length: int | None = None, scale: float = 1.0, training: bool | None = None
) -> Inputs:
    """Weights, and hidden vectors of shape (B, T, H)."""
    hidden_size = draw.size(2, 12, 70)
    rows = draw.rows(1, 9, 90) if rows is None else rows
    length = draw.size(1, 9, 140) if length is None else length
    return {
        "hidden_size": hidden_size,
        "dense.weight": draw.normal(hidden_size, hidden_size, scale=hidden_size**-0.5),
        "dense.bias": draw.normal(hidden_size),
        "classifier.weight": draw.normal(2, hidden_size),
        "classifier.bias": draw.normal(2),
        "hidden": draw.normal(rows, length, hidden_size, scale=scale),
        "training": draw.integer(0, 1) == 1 if training is None else training,
    }


def square(draw: Draw) -> Inputs:
    """As many rows as positions: no shape tells them apart."""
    size = draw.size(2, 6)
    return inputs(draw, size, size)


def cube(draw: Draw) -> Inputs:
    """As many rows as positions and as features."""
    drawn = inputs(draw)
    size = drawn["hidden_size"]
    return drawn | {"hidden": draw.normal(size, size, size)}


def few_features(draw: Draw, size: int) -> Inputs:
    """Vectors of one feature, or of two: as many as classes."""
    drawn = inputs(draw)
    shapes = {"dense.weight": (size, size), "dense.bias": (size,), "classifier.weight": (2, size)}
    return drawn | {
        "hidden_size": size,
        **{name: draw.normal(*shape) for name, shape in shapes.items()},
        "hidden": draw.normal(*drawn["hidden"].shape[:2], size),
    }


def huge(draw: Draw) -> Inputs:
    """Vectors of which no type has the exponential, in 64 bits: where tanh turns, a sum leaves enough digits."""
    draw.dtype = torch.float64
    return inputs(draw, scale=3000.0)


def zero_first(draw: Draw) -> Inputs:
    """A vector at position 0 that is all zero."""
    drawn = inputs(draw)
    drawn["hidden"][0, 0] = 0
    return drawn


EDGES = {
    "there is one position": lambda draw: inputs(draw, length=1),
    "there are two rows": lambda draw: inputs(draw, rows=2),
    "there are as many rows as positions": square,
    "all three dimensions are of one size": cube,
    "vectors have one feature": lambda draw: few_features(draw, 1),
    "vectors have two features": lambda draw: few_features(draw, 2),
    "vectors are small": lambda draw: inputs(draw, scale=1e-3),
    "vectors are large": lambda draw: inputs(draw, scale=30.0),
    "vectors are huge": huge,
    "a vector is all zero": zero_first,
    "the head is in training mode": lambda draw: inputs(draw, training=True),
    "the head is in evaluation mode": lambda draw: inputs(draw, training=False),
}


def of_logits(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
    """The scores, and the gradient with respect to the vectors."""
    gradients = {name: each for name, each in value["gradients"].items() if name == "hidden"}
    return {
        "missing": value["missing"],
        "shapes": shapes_of(value),
        "elsewhere": looks_elsewhere(gradients.get("hidden")),
        "value": value["value"],
        "gradients": gradients,
    }


def looks_elsewhere(gradient: Any) -> bool:
    """Whether the scores change with the vectors at other positions than 0."""
    return isinstance(gradient, Tensor) and gradient.dim() == 3 and bool((gradient[:, 1:] != 0).any())


def of_layers(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
    """What the head consists of, and whether all of it learns."""
    gradients = {name: each for name, each in value["gradients"].items() if name != "hidden"}
    return {
        "missing": value["missing"],
        "shapes": shapes_of(value),
        "trained": value["trained"],
        "shared": value["shared"],
        "parameter_elements": value["parameter_elements"],
        "gradients": gradients,
    }


def shapes_of(value: dict[str, Any]) -> str:
    """The shapes of all parameters, in one line."""
    return BETWEEN.join(f"`{name}` {tuple(shape)}" for name, shape in value["shapes"].items())


def lacking(got: Any, want: Any) -> Finding:
    """Parameters that the head lacks."""
    names = [quoted(str(name), 30) for name in got[:4]] if isinstance(got, list) else []
    biases = all(name.endswith(".bias") for name in names)
    return Finding(
        f"The head has no {' and no '.join(f'`{name}`' for name in names)}.",
        "Layers named `dense` and `classifier`, each with weight and bias.",
        "no-bias" if biases else "missing-layer",
    )


def other_shapes(got: Any, want: Any) -> Finding:
    """Parameters of another size."""
    differing = [one for one, other in zip(got.split(BETWEEN), want.split(BETWEEN), strict=False) if one != other]
    return Finding(
        f"The shape of a parameter is another one: {quoted(differing[0] if differing else got, 60)}.",
        "`dense` from H to H, and `classifier` from H to 2.",
        "wrong-size",
    )


def frozen(got: Any, want: Any) -> Finding:
    """Parameters that are not trained."""
    names = [name for name in want if not isinstance(got, list) or name not in got]
    return Finding(
        f"`{'`, `'.join(names)}` will not be trained.", "Four parameters, none of them frozen.", "frozen-part"
    )


def elsewhere(got: Any, want: Any) -> Finding:
    """Scores that depend on other positions."""
    return Finding(
        "The scores change with the vectors at other positions than 0.",
        "Scores from the vector at position 0 alone.",
        "other-positions",
    )


def shared(got: Any, want: Any) -> Finding:
    """Parameters of two heads."""
    return Finding("Two heads share parameters.", "Layers of its own in every head.", "shared-between-heads")


def number_of_parameters(got: Any, want: Any) -> Finding:
    """More than the four."""
    return Finding(
        f"All parameters together have {quoted(str(got), 20)} numbers.",
        f"{want}: weight and bias of `dense` and of `classifier`.",
        "extra-parameters",
    )


NAMES = {"missing": lacking, "shapes": other_shapes, "elsewhere": elsewhere}

TESTS = HiddenTests(
    parts={
        "logits": (
            Compare(
                inputs,
                EDGES,
                of=of_logits,
                tolerances=ROUNDING,
                titles={"value": "What `forward` returned"},
                words=NAMES,
                conditions=(STRIDED, DOUBLE, ONE_ROW, TINY, LARGE, AGAIN, KEPT, EVALUATION),
            ),
        ),
        "layers": (
            Compare(
                inputs,
                of=of_layers,
                cases=1,
                conditions=(STRIDED, DOUBLE, ONE_ROW),
                tolerances=ROUNDING,
                words={**NAMES, "trained": frozen, "shared": shared, "parameter_elements": number_of_parameters},
            ),
        ),
    },
    mistakes=mistake.all,
    otherwise={"logits": "another-formula"},
)

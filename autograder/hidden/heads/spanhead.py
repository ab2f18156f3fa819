"""Hidden tests of `heads.SpanHead`."""

from typing import Any

import torch
from torch import Tensor

from autograder.calls import EVALUATION, KEPT
from autograder.exercise import Inputs
from autograder.hidden.heads.layers import ROUNDING, gradient_of_vectors, known_by_name, of_layers, words_for
from autograder.hidden.heads.spanhead_mistakes import mistake
from autograder.judging.draw import DOUBLE, LARGE, ONE_ROW, TINY, Draw
from autograder.judging.parts import AGAIN, Compare, Finding, HiddenTests
from autograder.judging.values import kind_of
from autograder.running.observe import STRIDED

PAIR = "two tensors"


def inputs(
    draw: Draw, rows: int | None = None, length: int | None = None, hidden_size: int | None = None, scale: float = 1.0
) -> Inputs:
    """Weights, and hidden vectors of shape (B, T, H)."""
    hidden_size = draw.size(2, 12, 70) if hidden_size is None else hidden_size
    rows = draw.rows(1, 9, 90) if rows is None else rows
    length = draw.size(1, 9, 140) if length is None else length
    return {
        "hidden_size": hidden_size,
        "outputs.weight": draw.normal(2, hidden_size),
        "outputs.bias": draw.normal(2),
        "hidden": draw.normal(rows, length, hidden_size, scale=scale),
        "training": draw.integer(0, 1) == 1,
    }


def cube(draw: Draw) -> Inputs:
    """As many rows as positions and as features."""
    size = draw.size(3, 6)
    return inputs(draw, size, size, size)


def square(draw: Draw) -> Inputs:
    """As many rows as positions: no shape tells them apart."""
    size = draw.size(3, 6)
    return inputs(draw, size, size)


EDGES = {
    "there is one position": lambda draw: inputs(draw, length=1),
    "there are two positions": lambda draw: inputs(draw, length=2),
    "there are two rows": lambda draw: inputs(draw, rows=2),
    "there are two rows of two positions": lambda draw: inputs(draw, rows=2, length=2),
    "there is one row of one position": lambda draw: inputs(draw, rows=1, length=1),
    "there are as many rows as positions": square,
    "all three dimensions are of one size": cube,
    "vectors have one feature": lambda draw: inputs(draw, hidden_size=1),
    "vectors have two features": lambda draw: inputs(draw, hidden_size=2),
    "vectors are small": lambda draw: inputs(draw, scale=1e-3),
    "vectors are large": lambda draw: inputs(draw, scale=300.0),
}


def of_logits(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
    """Both rows of logits, and the gradient with respect to the vectors."""
    came = value["value"]
    pair = came if isinstance(came, list) and len(came) == 2 else [None, None]
    whole = all(isinstance(each, Tensor) for each in pair)
    return {
        **known_by_name(value),
        "draws": value.get("draws"),
        "form": PAIR if whole else kind_of(came),
        "start": pair[0] if whole else torch.zeros(0),
        "end": pair[1] if whole else torch.zeros(0),
        "gradients": gradient_of_vectors(value),
    }


def another_form(got: Any, want: Any) -> Finding:
    """Something else than two tensors."""
    one = str(got).startswith("a tensor")
    return Finding(
        f"What `forward` returned was {got}.",
        "Two tensors of shape (B, T): the logits of the starts, and those of the ends.",
        "one-tensor-for-two" if one else "returns-nothing" if got == "None" else "another-form",
    )


def drawn(got: Any, want: Any) -> Finding:
    """A head that draws."""
    return Finding(
        "Numbers were drawn at random.",
        "The same logits for the same vectors, in training and in evaluation.",
        "dropout",
    )


NEEDED, LOOKED_AT = words_for("outputs", "from H to 2")

TESTS = HiddenTests(
    parts={
        "logits": (
            Compare(
                inputs,
                EDGES,
                of=of_logits,
                tolerances=ROUNDING,
                titles={"start": "The first result, the starts,", "end": "The second result, the ends,"},
                words={**NEEDED, "draws": drawn, "form": another_form},
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
                words=LOOKED_AT,
            ),
        ),
    },
    mistakes=mistake.all,
    otherwise={"logits": "another-formula"},
)

"""Hidden tests of `heads.TokenClassificationHead`."""

from typing import Any

from torch import Tensor

from autograder.calls import EVALUATION, KEPT
from autograder.exercise import Inputs
from autograder.hidden.heads import dropouts
from autograder.hidden.heads.classifiers import as_many_labels_as_features, cube, inputs, square
from autograder.hidden.heads.layers import (
    ROUNDING,
    gradient_of_vectors,
    known_by_name,
    of_layers,
    words_for,
)
from autograder.hidden.heads.tokenclassificationhead_mistakes import mistake
from autograder.judging.draw import DOUBLE, LARGE, ONE_ROW, TINY, Draw
from autograder.judging.parts import AGAIN, Compare, Finding, HiddenTests
from autograder.running.observe import STRIDED


def zero_inside(draw: Draw) -> Inputs:
    """A vector that is all zero."""
    drawn = inputs(draw)
    drawn["hidden"][0, -1] = 0
    return drawn


def alike(draw: Draw) -> Inputs:
    """A row whose vectors are all the same."""
    drawn = inputs(draw)
    drawn["hidden"][0] = drawn["hidden"][0, :1]
    return drawn


def as_many_labels_as_positions(draw: Draw) -> Inputs:
    """The logits of a row are square."""
    size = draw.size(2, 9)
    return inputs(draw, length=size, num_labels=size)


EDGES = {
    "there is one position": lambda draw: inputs(draw, length=1),
    "there is one label": lambda draw: inputs(draw, num_labels=1),
    "there are two labels": lambda draw: inputs(draw, num_labels=2),
    "there are two rows": lambda draw: inputs(draw, rows=2),
    "there are as many rows as positions": square,
    "there are as many labels as features": as_many_labels_as_features,
    "there are as many labels as positions": as_many_labels_as_positions,
    "all sizes are equal": cube,
    "vectors have one feature": lambda draw: inputs(draw, hidden_size=1),
    "vectors are small": lambda draw: inputs(draw, scale=1e-3),
    "vectors are large": lambda draw: inputs(draw, scale=300.0),
    "a vector is all zero": zero_inside,
    "all vectors of a row are equal": alike,
}


def of_logits(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
    """The logits, and the gradient with respect to the vectors."""
    return {
        **known_by_name(value),
        "draws": value.get("draws"),
        "form": form_of(given, value["value"]),
        "value": value["value"],
        "gradients": gradient_of_vectors(value),
    }


def form_of(given: Inputs, logits: Any) -> str:
    """Whether there are logits for rows in the place of positions."""
    rows, length, _ = given["hidden"].shape
    alone = isinstance(logits, Tensor) and logits.shape == (rows, given["num_labels"]) and rows != length
    return "one for all positions" if alone else "as asked"


def one_for_all(got: Any, want: Any) -> Finding:
    """Logits without a dimension of positions."""
    return Finding(
        "The logits had the shape (B, num_labels).", "Logits of shape (B, T, num_labels).", "one-for-all-positions"
    )


NEEDED, LOOKED_AT = words_for("classifier", "from H to num_labels")

TESTS = HiddenTests(
    parts={
        "logits": (
            Compare(
                inputs,
                EDGES,
                of=of_logits,
                tolerances=ROUNDING,
                titles={"value": "What `forward` returned"},
                words={**NEEDED, "draws": dropouts.draws_in_evaluation, "form": one_for_all},
                conditions=(STRIDED, DOUBLE, ONE_ROW, TINY, LARGE, AGAIN, KEPT, EVALUATION),
            ),
        ),
        "dropout": (
            Compare(
                dropouts.some_share,
                dropouts.AT_ALL_POSITIONS,
                of=dropouts.of_dropout,
                cases=2,
                conditions=(STRIDED, DOUBLE),
                tolerances=ROUNDING,
                words={**NEEDED, "told": dropouts.told},
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

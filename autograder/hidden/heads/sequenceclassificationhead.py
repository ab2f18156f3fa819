"""Hidden tests of `heads.SequenceClassificationHead`."""

from typing import Any

from autograder.calls import EVALUATION, KEPT
from autograder.exercise import Inputs
from autograder.hidden.heads import dropouts
from autograder.hidden.heads.classifiers import as_many_labels_as_features, cube, inputs, square
from autograder.hidden.heads.layers import (
    ROUNDING,
    gradient_of_vectors,
    known_by_name,
    looks_elsewhere,
    of_layers,
    words_for,
)
from autograder.hidden.heads.sequenceclassificationhead_mistakes import mistake
from autograder.judging.draw import DOUBLE, LARGE, ONE_ROW, TINY, Draw
from autograder.judging.parts import AGAIN, Compare, Finding, HiddenTests
from autograder.running.observe import STRIDED


def zero_first(draw: Draw) -> Inputs:
    """A vector at position 0 that is all zero."""
    drawn = inputs(draw)
    drawn["hidden"][0, 0] = 0
    return drawn


EDGES = {
    "there is one position": lambda draw: inputs(draw, length=1),
    "there is one label": lambda draw: inputs(draw, num_labels=1),
    "there are two labels": lambda draw: inputs(draw, num_labels=2),
    "there are two rows": lambda draw: inputs(draw, rows=2),
    "there are as many rows as positions": square,
    "there are as many labels as features": as_many_labels_as_features,
    "all sizes are equal": cube,
    "vectors have one feature": lambda draw: inputs(draw, hidden_size=1),
    "vectors are small": lambda draw: inputs(draw, scale=1e-3),
    "vectors are large": lambda draw: inputs(draw, scale=300.0),
    "a vector is all zero": zero_first,
}


def of_logits(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
    """The logits, and the gradient with respect to the vectors."""
    gradients = gradient_of_vectors(value)
    return {
        **known_by_name(value),
        "draws": value.get("draws"),
        "elsewhere": looks_elsewhere(gradients.get("hidden")),
        "value": value["value"],
        "gradients": gradients,
    }


def elsewhere(got: Any, want: Any) -> Finding:
    """Logits that depend on other positions."""
    return Finding(
        "The logits change with the vectors at other positions than 0.",
        "Logits from the vector at position 0 alone.",
        "other-positions",
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
                words={**NEEDED, "draws": dropouts.draws_in_evaluation, "elsewhere": elsewhere},
                conditions=(STRIDED, DOUBLE, ONE_ROW, TINY, LARGE, AGAIN, KEPT, EVALUATION),
            ),
        ),
        "dropout": (
            Compare(
                dropouts.some_share,
                dropouts.EDGES,
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
